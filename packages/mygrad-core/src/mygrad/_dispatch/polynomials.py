"""NumPy's functions of polynomials, given by their coefficients from the highest power down."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._dispatch.registry import composes
from mygrad._engine.operands import unwrap
from mygrad._rules.joining import as_operand
from mygrad._rules.shapes import astype


@composes(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    p, x = as_operand(p), as_operand(x)
    y: Any = np.zeros(x.shape, x.dtype)
    for i in range(len(p)):
        y = y * x + p[i]
    return y


@composes(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    a1, a2 = _of_one_degree(a1, a2)
    return a1 + a2


@composes(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    a1, a2 = _of_one_degree(a1, a2)
    return a1 - a2


def _of_one_degree(a1: Any, a2: Any) -> list[Any]:
    polys = [np.atleast_1d(as_operand(a)) for a in (a1, a2)]
    n = max(map(len, polys))
    return [a if len(a) == n else np.concatenate((np.zeros(n - len(a), a.dtype), a)) for a in polys]


@composes(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    return np.convolve(*map(_trimmed, (a1, a2)))


def _trimmed(p: Any) -> Any:
    """A polynomial without coefficients of zero in front, but with one coefficient at least."""
    p = np.atleast_1d(as_operand(p))
    if p.ndim > 1:
        raise ValueError("Polynomial must be 1d only.")
    p = np.trim_zeros(p, "f")
    if not p.size:
        return np.zeros(1, p.dtype)
    return p.copy() if isinstance(p, np.ndarray) else p  # to lock a view of ours would not lock the user's array


@composes(np.polydiv)
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    _, numpys_rest = np.polydiv(*unwrap((u, v)))
    u, v = (np.atleast_1d(as_operand(a)) + 0.0 for a in (u, v))
    dtype = np.result_type(u, v)
    steps = len(u) - len(v) + 1
    with np.errstate(all="ignore"):  # the warnings have been given
        scale = 1 / v[0]
    quotient: list[Any] = []
    rest = astype(u, dtype)
    for k in range(steps):
        quotient.append(astype(scale * rest[k], dtype))
        zeros = np.zeros(k, dtype), np.zeros(steps - 1 - k, dtype)
        rest = rest - np.concatenate((zeros[0], quotient[-1] * v, zeros[1]))
    return np.stack(quotient) if quotient else np.zeros(1, dtype), rest[len(rest) - len(numpys_rest) :]


@composes(np.polyfit)
def polyfit(
    x: Any, y: Any, deg: Any, rcond: float | None = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    np.polyfit(*unwrap((x, y, deg, rcond, full, w, cov)))  # for NumPy's errors and warnings
    x, y = as_operand(x) + 0.0, as_operand(y) + 0.0
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    powers, values = np.vander(x, int(deg) + 1), y
    if w is not None:
        w = as_operand(w) + 0.0
        powers = powers * w[:, None]
        values = values * (w if y.ndim == 1 else w[:, None])
    scale = np.sqrt(np.sum(np.square(powers), axis=0))
    powers = powers / scale
    c, residuals, rank, s = np.linalg.lstsq(powers, values, rcond)
    c = np.transpose(np.transpose(c) / scale)
    if full:
        return c, residuals, rank, s, rcond
    if not cov:
        return c
    covariance = np.linalg.inv(np.matmul(np.transpose(powers), powers)) / np.outer(scale, scale)
    factor = 1 if cov == "unscaled" else residuals / (len(x) - len(c))
    return c, covariance * factor if y.ndim == 1 else covariance[:, :, None] * factor


@composes(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    m = int(m)
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = as_operand(p)
    for _ in range(m):
        p = p[:-1] * np.arange(p.size - 1, 0, -1)
    return p


@composes(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    m = int(m)
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
    zeros = astype(zeros, np.dtype(np.mintypecode(zeros.dtype.char)))
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
