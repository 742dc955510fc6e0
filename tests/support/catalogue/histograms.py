"""Example calls of histograms: with entries that are on the edge of no bin, save of those that move with them."""

import numpy as np

from catalogue import Example, call

X, Y = np.array([0.3, -1.2, 2.6, 0.83, 1.14, -0.37]), np.array([1.7, 0.41, -0.63, 2.2, -1.9, 0.17])
WEIGHTS, EDGES = np.array([0.7, 1.3, 2.1, 0.4, 1.6, 0.9]), np.array([-0.9, 0.2, 0.5, 2.0])
INTS, M, SAMPLE = np.array([2, 0, 1, 2]), X.reshape(2, 3), np.stack([X, Y, X * Y], axis=1)
ON_EDGES = np.array([0.0, 0.5, 1.0, 1.0, 2.0, np.nan])

EXAMPLES = {
    np.histogram: [
        call(X), call(X, 3), call(X, 4, weights=WEIGHTS), call(X, 4, density=True), call(X, 3, None, True, WEIGHTS),
        call(X, EDGES, density=True), call(X, EDGES, weights=WEIGHTS),
        call(M, 3, (-1.0, 2.0), weights=WEIGHTS.reshape(2, 3)), call(X, 3, np.array([-1.3, 2.7]), True),
        call(X, "auto"), call(X, "fd", density=True), call(INTS, 3), call(INTS, [0, 1, 3]), call(np.array(0.7), 2),
        Example((X, EDGES.tolist()), {"weights": WEIGHTS}, diff=("weights",)), call(INTS, 2, weights=WEIGHTS[:4]),
        Example((ON_EDGES, [0.0, 0.5, 1.0]), {"weights": WEIGHTS}, diff=("weights",)),
        call(X[:0], 2, weights=WEIGHTS[:0]), Example((np.full(6, 1.5), 2), {"weights": WEIGHTS}, diff=("weights",)),
    ],
    np.histogram_bin_edges: [
        call(X), call(X, 3), call(X, "sturges"), call(X, EDGES), call(INTS, 3), call(M, 2, np.array([0.0, 1.0])),
    ],
    np.histogram2d: [
        call(X, Y), call(X, Y, 3, weights=WEIGHTS), call(X, Y, (2, 3), density=True),
        call(X, Y, [2, EDGES], None, True),
        call(X, Y, EDGES, None, True, WEIGHTS), call(X, Y, 2, [[-2, 3], [-1, 2.5]], weights=WEIGHTS),
    ],
    np.histogramdd: [
        call(SAMPLE, 2), call(SAMPLE, (2, 3, 1), weights=WEIGHTS), call(SAMPLE, 2, density=True, weights=WEIGHTS),
        call([X, Y], 2, density=True), call([X, Y], (2, EDGES), weights=WEIGHTS), call(X, [EDGES], None, True),
        call([X, Y], 2, ((-2.0, 3.0), None), True), call(X, 3),
    ],
}  # fmt: skip
