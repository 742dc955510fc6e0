"""Example calls of the functions that make arrays: filled ones, copies, and arrays of what is no array."""

import numpy as np

from catalogue import call
from catalogue.reductions import CUBE, FORTRAN, SCALAR, STRIDED, M

VECTOR = np.array([0.3, -1.2, 2.6, 0.8])
INTS = np.array([2, 0, 1, 2])
LIKE = [call(M), call(FORTRAN), call(STRIDED, order="C"), call(INTS), call(M, np.float32), call(INTS, shape=5)]
LIKE += [call(M, shape=(2, 2)), call(M[:0])]
CONVERTED = [
    call(M), call(M, np.float64), call(STRIDED), call(M.T), call(SCALAR), call([1.0, 2.0]), call([[1, 2], [3, 4]]),
    call([VECTOR, VECTOR[::-1]]), call(INTS), call([[SCALAR, 2.0]]),
]  # fmt: skip

EXAMPLES = {
    np.empty: [call(0), call((0, 3), np.float32)],
    np.zeros: [call(3), call((2, 3), int), call((2, 3), order="F"), call((2, 3), dtype=np.float32)],
    np.ones: [call(3), call(2, np.float32), call((2, 3), dtype=bool)],
    np.full: [
        call((2, 3), 1.5), call(2, 7), call((2, 4), VECTOR), call(3, SCALAR, np.float64),
        call((2, 3), 2.0, order="F"), call((2, 3), 1.5, dtype=np.float32), call((2, 2), [1.0, 2.0]),
    ],
    np.eye: [call(3), call(2, 3, 1, np.float32), call(2, order="F"), call(3, k=-1)],
    np.identity: [call(3), call(2, int), call(3, dtype=np.float32)],
    np.tri: [call(3), call(2, 3, -1, int)],
    np.empty_like: [call(M[:0]), call(INTS, np.float32, shape=0)],
    np.zeros_like: LIKE,
    np.ones_like: LIKE,
    np.full_like: [
        call(M, 2.0), call(INTS, 2.7), call(M, SCALAR), call(VECTOR, VECTOR[::-1], np.float64),
        call(M, 1.5, dtype=np.float32, shape=(2,)),
    ],
    np.arange: [
        call(3), call(1.0, 4.0, 0.5), call(2, 5), call(3, dtype=np.float32), call(1.0, 2.0, step=0.25),
        call(start=1, stop=3),
    ],
    np.copy: [call(M), call(FORTRAN), call(M, "F")],
    # what makes tensors where `like` is one
    np.array: [
        call([1.0, 2.0]), call([[1, 2]], ndmin=3), call(M), call([M, M[::-1]]), call(M, np.float64, ndmin=4),
        call(STRIDED, copy=None, order="F"), call(FORTRAN, copy=None), call(FORTRAN, order="C"),
    ],
    np.asarray: [*CONVERTED, call(M, order="F"), call(VECTOR, np.float32)],
    np.asanyarray: [*CONVERTED, call(M, order="F")],
    np.ascontiguousarray: CONVERTED,
    np.asfortranarray: CONVERTED,
    np.require: [call(M, requirements="F"), call(M.T, np.float64, "C"), call(CUBE, requirements=["F"]), call(M)],
    np.fromfunction: [call(lambda i, j: i + j, (2, 3)), call(lambda i: 2.0 * i, (3,), dtype=int)],
    np.fromiter: [call([1.0, 2.0], float), call(range(3), int)],
    np.frombuffer: [call(np.arange(2.0).tobytes()), call(bytes(range(6)), np.uint8, 3, offset=1)],
    np.fromstring: [call("1 2", sep=" ")],
}  # fmt: skip
if hasattr(np, "astype"):  # NumPy 2.1
    EXAMPLES[np.astype] = [call(M, np.float32), call(M, int), call(INTS, np.float64)]
