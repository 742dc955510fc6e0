"""Example calls of functions of polynomials, which are given by their coefficients."""

import numpy as np

from catalogue import call
from mygrad._rules.determinants import characteristic_polynomial

V, W = np.array([0.3, -1.2, 2.6, 0.8]), np.array([1.7, 0.4, -0.6, 2.2])
M = np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]])
X, Y = np.array([0.0, 0.7, 1.3, 2.2, 3.1]), np.array([1.0, 0.3, 2.0, -1.0, 0.4])
SQUARE, TURN = np.array([[2.0, 0.3, -1.1], [-0.4, 1.5, 0.2], [0.7, -0.9, 0.6]]), np.array([[0.0, -1.0], [1.0, 0.0]])
COLUMNS, WEIGHTS = np.stack([Y, Y[::-1]], axis=1), np.array([1.0, 0.5, 2.0, 1.0, 0.7])

EXAMPLES = {
    np.polyval: [call(V, W), call(V, 2.0), call([1, 2, 3], M), call(V, np.array(0.5))],
    np.polyadd: [call(V, W[:2]), call(W[:2], V), call(V, W), call(M, M[:, ::-1]), call(V, [1, 2])],
    np.polysub: [call(W[:2], V), call(V, W[:2]), call(V, W), call(V, 1.5)],
    np.polymul: [call(V, W[:3]), call(V, 2.0), call(V, [1.0, 2.0]), call(np.array(1.5), V)],
    np.polydiv: [call(V, W[:2]), call(Y, [1.5, -0.5]), call(Y, np.array([1.5, -0.5, 0.2])), call(W[:2], Y)],
    np.polyder: [call(V), call(V, 2), call(V, 5), call(V, 0), call(V, m=2.0)],
    np.polyint: [call(V), call(V, 2, k=[1.0, 2.0]), call(V, 2, 3.0), call(V, 0), call(V, 1, W[:1])],
    np.roots: [call(V), call(V[:1]), call(V[:2]), call(np.array([2.0, 1.0, 3.0, 0.5, 0.0]))],
    np.poly: [call(V), call(V[:1]), call(SQUARE), call(SQUARE[:1, :1]), call(TURN)],
    characteristic_polynomial: [call(SQUARE), call(TURN), call(np.zeros((3, 3)))],
    np.vander: [call(V), call(V, 3), call(V, 6, increasing=True), call(V, N=2)],
    np.polyfit: [
        call(X, Y, 2), call(X, COLUMNS, 2), call(X, Y, 2, w=WEIGHTS), call(X, COLUMNS, 1, w=WEIGHTS),
        call(X, Y, deg=1, w=[1, 2, 1, 0.5, 1]), call(X, Y, 2, full=True), call(X, COLUMNS, 1, cov=True),
        call(X, Y, 1, cov="unscaled"), call(X, Y, 1, 1e-9),
    ],
}  # fmt: skip
