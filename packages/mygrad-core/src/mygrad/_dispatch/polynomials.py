"""NumPy's functions of polynomials, given by their coefficients from the highest power down."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._dispatch.registry import composes
from mygrad._rules.joining import as_operand


@composes(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p, x = as_operand(p), as_operand(x)
    y: Any = np.zeros(x.shape, x.dtype)
    for i in range(len(p)):
        y = y * x + p[i]
    return y


@composes(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    a1, a2 = (np.atleast_1d(as_operand(a)) for a in (a1, a2))
    n = max(a1.size, a2.size)
    a1, a2 = (np.concatenate((np.zeros(n - a.size, a.dtype), a)) for a in (a1, a2))
    return a1 + a2


@composes(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    return polyadd(a1, np.negative(as_operand(a2)))


@composes(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    a1, a2 = (np.trim_zeros(np.atleast_1d(as_operand(a)), "f") for a in (a1, a2))
    if a1.size == 0 or a2.size == 0:
        return np.zeros(1, np.result_type(a1, a2))
    return np.convolve(a1, a2)


@composes(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = as_operand(p)
    for _ in range(int(m)):
        p = p[:-1] * np.arange(p.size - 1, 0, -1)
    return p


@composes(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = np.zeros(m) if k is None else np.atleast_1d(as_operand(k))
    if k.size == 1 and m > 1:
        k = np.broadcast_to(k, (m,))
    if k.size < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    p = as_operand(p)
    for i in range(m):
        p = np.concatenate((p / np.arange(p.size, 0, -1), k[i : i + 1]))
    return p


@composes(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    zeros = np.atleast_1d(as_operand(seq_of_zeros))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        zeros = np.linalg.eigvals(zeros)
    elif zeros.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    p: Any = np.ones(1, zeros.dtype)
    for i in range(zeros.size):
        p = np.convolve(p, np.stack([np.ones((), zeros.dtype), -zeros[i]]))
    return p if zeros.size else 1.0


@composes(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    x = as_operand(x)
    if x.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = len(x) if N is None else N
    columns: list[Any] = [np.ones(x.shape, np.promote_types(x.dtype, int))]
    for _ in range(n - 1):
        columns.append(columns[-1] * x)
    return np.stack(columns if increasing else columns[::-1], axis=1)[:, :n]
