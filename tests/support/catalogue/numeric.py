"""Example calls of interpolation, slopes, statistics, and of the functions that know complex numbers."""

import numpy as np

from catalogue import Example, call
from catalogue.reductions import CUBE, M

V, W = np.array([0.3, -1.2, 2.6, 0.8]), np.array([1.7, 0.4, -0.6, 2.2])
POSITIVE, UNIT, INTS = np.array([0.3, 1.2, 2.5]), np.array([0.3, -0.7]), np.array([2, 0, 1, 2])
KNOTS, UNEVEN = np.array([-1.0, 0.1, 1.5]), np.array([0.3, 1.5, 4.0, 5.0])

EXAMPLES = {
    np.interp: [
        call(V, np.array([-1.0, 0.0, 1.5]), POSITIVE), call(V, KNOTS, POSITIVE, left=-9.0, right=9.0),
        call(V, np.array([0.1, 0.7, 1.6]), POSITIVE, period=2.0), call(V, [1.0], [3.0]),
        call(np.array(0.4), KNOTS, POSITIVE), call(M, KNOTS, POSITIVE), call(0.4, [0, 1, 5], POSITIVE),
    ],
    np.gradient: [
        call(V), call(M), call(V, 0.5), call(V, 0.5, edge_order=2), call(V, UNEVEN), call(V, UNEVEN, edge_order=2),
        call(V, [0.0, 1.0, 3.0, 3.5], edge_order=2), call(M, axis=1), call(M, 2.0, axis=0), call(V, np.array(0.5)),
        call(V, np.array(0.5), edge_order=2),
        call(M, 0.5, [0.0, 1.0, 3.0, 3.5]), call(CUBE, axis=(0, 2)), call(V, edge_order=2), call(M, edge_order=2),
        call(M, 0.5, edge_order=2), call(M, [0.0, 2.0, 5.0], 2.0, edge_order=2),
        call(M, np.array([0.0, 2.0, 5.0]), np.array(2.0), edge_order=2),
    ],
    np.cov: [
        call(M), call(V, W), call(M, rowvar=False), call(M, bias=True), call(V, ddof=2),
        call(M, fweights=[1, 2, 1, 3]), call(M, aweights=W * W), call(M, M[:2]), call(V[None], W),
        call(M, fweights=[1, 2, 1, 1], aweights=W * W, ddof=0), call(V, M.T, rowvar=False),
    ],
    np.corrcoef: [call(M), call(V, W), call(M, rowvar=False)],
    np.bincount: [call(INTS, V), call(INTS, weights=V, minlength=5), call(INTS), call(INTS, minlength=7)],
    # functions with complex results outside of their real domains
    np.emath.sqrt: [call(POSITIVE)],
    np.emath.log: [call(POSITIVE)],
    np.emath.log2: [call(POSITIVE)],
    np.emath.log10: [call(POSITIVE)],
    np.emath.logn: [call(2.0, POSITIVE), call(POSITIVE + 1.0, POSITIVE[::-1]), call(POSITIVE[:1], 2.0)],
    np.emath.power: [call(POSITIVE, V[:3]), call(POSITIVE, 2), call(POSITIVE, -2), call(2.5, V)],
    np.emath.arccos: [call(UNIT)],
    np.emath.arcsin: [call(UNIT)],
    np.emath.arctanh: [call(UNIT)],
    # functions of parts
    np.apply_along_axis: [
        call(np.sum, 0, M), call(lambda x: x[:2] * x[-1], 1, CUBE), call(lambda x: np.outer(x, x), 1, M),
        call(np.sort, 0, M), call(lambda x, k: k * x, -1, M, 2.0),
    ],
    np.apply_over_axes: [call(np.sum, CUBE, [0, 2]), call(np.prod, M, 1), call(np.sum, M, [0, -1])],
    np.piecewise: [
        call(V, [V < 0, V > 2], [np.sin, lambda x: x * x, 3.0]), call(V, V > 0, [np.exp]),
        call(np.array(0.5), True, [np.exp]), call(V, [V < 0], [lambda x, k: k * x, 1.0], 2.0),
        call(M, [M > 0], [np.sin, np.cos]),
    ],
    np.trim_zeros: [call(V), call(V, "f"), call(V, trim="b")],
    np.ix_: [call(V, INTS), call(V, np.array([True, False])), Example((INTS,))],
}  # fmt: skip
