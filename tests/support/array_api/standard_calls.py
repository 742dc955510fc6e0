"""Calls of the standard's functions, by name: positional arguments, then keywords.

Arrays in them are cast to one dtype after the other. What a function takes besides stands as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["CALLS", "FFT", "LINALG"]

Call = tuple[tuple[Any, ...], dict[str, Any]]

V = np.array([2.0, 1.0, 0.0, 2.0])
W = np.array([1.0, 1.0, 2.0, 3.0])
M = np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 1.0]])
N = np.array([[2.0, 1.0, 1.0], [1.0, 3.0, 0.0], [1.0, 0.0, 2.0]])
NUMBER = np.array(1.0)
EMPTY = np.zeros((0, 3))
INDEX = [1, 0]

UNARY = """
    abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite isinf isnan
    log log10 log1p log2 logical_not negative positive real reciprocal round sign signbit sin sinh sqrt square tan
    tanh trunc
"""
BINARY = """
    add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal
    floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor maximum
    minimum multiply nextafter not_equal pow remainder subtract
"""


def call(*args: Any, **kwargs: Any) -> Call:
    return args, kwargs


def reductions(*more: Call) -> list[Call]:
    return [call(V), call(M, axis=1), call(M, axis=-2, keepdims=True), call(NUMBER), *more]


CALLS: dict[str, list[Call]] = {
    **{name: [call(V), call(M), call(NUMBER), call(EMPTY)] for name in UNARY.split()},
    **{
        name: [call(V, W), call(M, V[:3]), call(NUMBER, V), call(EMPTY, V[:3]), call(V, 1), call(V, True)]
        for name in BINARY.split()
    },
    "all": reductions(call(M, axis=(0, 1)), call(EMPTY)),
    "any": reductions(call(M, axis=(0, 1)), call(EMPTY)),
    "argmax": reductions(),
    "argmin": reductions(),
    "argsort": [call(V), call(M, axis=0), call(V, descending=True), call(M, descending=True), call(V, stable=False)],
    "astype": [call(V, "float32"), call(V, "int8"), call(V, "bool"), call(V, "float64", copy=False)],
    "broadcast_arrays": [call(M, V[:3]), call(NUMBER, V)],
    "broadcast_to": [call(V, (2, 4)), call(NUMBER, (3,))],
    "can_cast": [call(V, "float64"), call(V, "int16"), call(V, "uint8")],
    "clip": [call(V, 1, 2), call(V, min=1), call(V, max=1), call(V), call(V, W, None), call(M, V[:3], W[:3])],
    "concat": [call([V, W]), call([M, M], axis=1), call((M, M), axis=None), call([V, EMPTY[:, 0]])],
    "count_nonzero": reductions(),
    "cumulative_prod": [call(V), call(M, axis=1), call(V, include_initial=True), call(M, axis=0, include_initial=True)],
    "cumulative_sum": [call(V), call(M, axis=1), call(V, include_initial=True), call(M, axis=0, include_initial=True)],
    "diff": [call(V), call(M, axis=0), call(V, n=2), call(V, prepend=W, append=W[:1]), call(M, n=0)],
    "empty_like": [],
    "expand_dims": [call(V, 0), call(M, axis=-1)],
    "finfo": [],
    "flip": [call(V), call(M, axis=1), call(M, axis=(0, 1))],
    "full_like": [call(V, 1), call(M, True)],
    "isdtype": [],
    "matmul": [call(M, N), call(V, W), call(M, V[:3])],
    "matrix_transpose": [call(M), call(np.stack([M, M]))],
    "max": reductions(call(M, axis=(0, 1))),
    "mean": reductions(call(M, axis=(0, 1))),
    "meshgrid": [call(V, W[:2]), call(V, W[:2], indexing="ij"), call(V)],
    "min": reductions(call(M, axis=(0, 1))),
    "moveaxis": [call(M, 0, 1), call(np.stack([M, M]), (0, 1), (2, 0))],
    "nonzero": [call(V), call(M)],
    "ones_like": [call(V), call(M, dtype="int16")],
    "permute_dims": [call(M, (1, 0)), call(M, axes=(0, 1))],
    "prod": reductions(call(M, axis=(0, 1)), call(M, dtype="float64"), call(EMPTY)),
    "repeat": [call(V, 2), call(M, 3, axis=0)],
    "reshape": [call(M, (3, 2)), call(M, (-1,)), call(M, shape=(6, 1), copy=True)],
    "result_type": [call(V, W), call(V, "int8"), call(V, 1), call(V, 1.0)],
    "roll": [call(V, 1), call(M, (1, -1), axis=(0, 1)), call(M, 2)],
    "searchsorted": [call(W, V), call(W, V, side="right"), call(V, W, sorter=np.argsort(V))],
    "sort": [call(V), call(M, axis=0), call(V, descending=True), call(M, stable=False)],
    "squeeze": [call(M[None], 0), call(M[None, :, None], axis=(0, 2))],
    "stack": [call([V, W]), call((M, M), axis=-1)],
    "std": reductions(call(M, correction=1), call(M, axis=(0, 1))),
    "sum": reductions(call(M, axis=(0, 1)), call(M, dtype="float32"), call(EMPTY)),
    "take": [call(V, np.array(INDEX)), call(M, np.array(INDEX), axis=1)],
    "take_along_axis": [call(M, np.array([INDEX, INDEX])), call(M, np.array([[0, 1, 0]]), axis=0)],
    "tensordot": [call(M, N, axes=1), call(M, M), call(M, M, axes=((0, 1), (0, 1)))],
    "tile": [call(V, (2,)), call(M, (2, 1, 2))],
    "tril": [call(M), call(N, k=-1)],
    "triu": [call(M), call(N, k=1)],
    "unique_all": [call(V), call(M)],
    "unique_counts": [call(V), call(M)],
    "unique_inverse": [call(V), call(M)],
    "unique_values": [call(V), call(M)],
    "unstack": [call(M), call(M, axis=1)],
    "var": reductions(call(M, correction=1), call(M, axis=(0, 1))),
    "vecdot": [call(V, W), call(M, M), call(M, M, axis=-2)],
    "where": [call(V > 1, V, W), call(M > 1, M, 0), call(V > 1, 1, W)],
    "zeros_like": [call(V), call(M, dtype="bool")],
}
#: These take no arrays, or the answer is no array.
CALLS |= {
    "arange": [call(4), call(1, 7, 2), call(0.5, 3), call(4, dtype="float32"), call(3, step=0.5), call(1, device=None)],
    "asarray": [call(V), call([1, 2]), call(1.5), call([True]), call(V, dtype="float32"), call(V, copy=True)],
    "empty": [],
    "eye": [call(3), call(2, 3, k=1), call(2, dtype="int8")],
    "from_dlpack": [],
    "full": [call((2, 3), 1), call(2, 1.0), call((), True), call((2,), 1, dtype="float32")],
    "iinfo": [],
    "linspace": [call(0, 1, 5), call(0.0, 2.0, num=4, endpoint=False), call(0, 1, 3, dtype="float32")],
    "ones": [call((2, 3)), call(2, dtype="int32")],
    "zeros": [call((2, 3)), call(2, dtype="bool")],
}

LINALG: dict[str, list[Call]] = {
    "cholesky": [call(N), call(N, upper=True)],
    "cross": [call(M, M[::-1]), call(V[:3], W[:3])],
    "det": [call(N), call(np.stack([N, N]))],
    "diagonal": [call(M), call(M, offset=1)],
    "eigh": [call(N)],
    "eigvalsh": [call(N)],
    "inv": [call(N)],
    "matmul": [call(M, N)],
    "matrix_norm": [call(N), call(M, ord=1), call(M, keepdims=True, ord=2)],
    "matrix_power": [call(N, 2), call(N, 0)],
    "matrix_rank": [call(N), call(M, rtol=1e-3)],
    "matrix_transpose": [call(M)],
    "outer": [call(V, W)],
    "pinv": [call(M), call(M, rtol=1e-3)],
    "qr": [call(N), call(M.T, mode="reduced")],
    "slogdet": [call(N)],
    "solve": [call(N, V[:3]), call(N, M.T)],
    "svd": [call(N), call(M, full_matrices=False)],
    "svdvals": [call(M)],
    "tensordot": [call(M, N, axes=1)],
    "trace": [call(M), call(M, offset=1, dtype="float64")],
    "vecdot": [call(V, W)],
    "vector_norm": [call(V), call(M, axis=1, ord=1), call(M, axis=0, keepdims=True)],
}

FFT: dict[str, list[Call]] = {
    **{
        name: [call(V), call(M, n=5), call(M, n=2, axis=0, norm="ortho"), call(M, norm="forward")]
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
    },
    **{
        name: [call(M), call(N, s=(2, 4), axes=(0, 1)), call(M, axes=(0,), norm="ortho"), call(M, norm="forward")]
        for name in ("fftn", "ifftn", "rfftn", "irfftn")
    },
    "fftfreq": [call(5), call(4, d=0.5, dtype="float32")],
    "rfftfreq": [call(5), call(4, d=0.5, dtype="float32")],
    "fftshift": [call(V), call(M, axes=1), call(M, axes=(0, 1))],
    "ifftshift": [call(V), call(M, axes=1), call(M, axes=(0, 1))],
}
