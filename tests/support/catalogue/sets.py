"""Example calls of functions of sets. A small change of the variables changes no set here, save by its entries."""

import numpy as np

from catalogue import Example, call

V, W, INTS = np.array([0.3, -1.2, 2.6, 0.8]), np.array([1.7, 0.4, -0.6]), np.array([2, 0, 1, 2])
M, ROWS = np.array([[0.3, -1.2, 2.6], [1.1, 0.7, -0.4]]), np.array([[1.3, 0.2], [-0.4, 2.5], [0.6, 0.1]])
TWICE = np.array([0.3, 1.2, 0.3, np.nan, np.nan])  # of which some are equal, and so none vary here
UNIQUE = [call(V), call(M), call(np.array(0.7)), call(V[:0]), call(INTS), Example((TWICE,), diff=())]

EXAMPLES = {
    np.unique: [
        *UNIQUE, call(V, return_index=True), call(M, return_inverse=True), call(INTS, return_counts=True),
        call(V, True, True, True), call(ROWS, axis=0), call(ROWS, axis=1, return_index=True),
        call(ROWS[..., None], axis=-2),
        call(np.array([[1, 2], [0, 1], [1, 2]]), axis=0), Example((TWICE,), {"equal_nan": False}, diff=()),
    ],
    np.unique_all: UNIQUE,
    np.unique_counts: UNIQUE,
    np.unique_inverse: UNIQUE,
    np.unique_values: UNIQUE,
    np.union1d: [call(V, W), call(M, W), call(V, [7.0, 9.0]), call(INTS, [1, 7]), Example((V, V[:2]), diff=())],
    np.intersect1d: [
        Example((V, V[::-2]), diff=()), Example((V, V[::-2]), {"return_indices": True}, diff=()), call(INTS, [1, 2]),
        call(V, W), Example((V, V[:3], True), diff=()),
    ],
    np.setdiff1d: [Example((V, W), diff=(0,)), Example((M, W, True), diff=(0,)), call(INTS, [1, 2])],
    np.setxor1d: [call(V, W), call(M, W), call(V, W, assume_unique=True), Example((V, V[1:3]), diff=())],
}  # fmt: skip
