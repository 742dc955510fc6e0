"""NumPy's functions of polynomials, given by their coefficients from the highest power down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from mygrad._engine.operands import sized, unwrap
from mygrad._functions import Function, public
from mygrad._rules.complexes import is_complex
from mygrad._rules.determinants import characteristic_polynomial
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad._compositions.signatures import Polyfit
    from mygrad.tensor import Tensor

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "roots",
    "vander",
]


@public(np.polyval, "polyval(x, 2.0)", "Tensor(12.)")
def polyval(p: Any, x: Any) -> Tensor:
    p, x = sized(p), sized(x)
    y: Any = np.zeros(x.shape, x.dtype)
    for i in range(len(p)):
        y = y * x + p[i]
    return y


@public(np.polyadd, "polyadd(x, [1.0, 1.0])", "Tensor([1., 3., 5.])")
def polyadd(a1: Any, a2: Any) -> Tensor:
    a1, a2 = _of_one_degree(a1, a2)
    return a1 + a2


@public(np.polysub, "polysub(x, [1.0, 1.0])", "Tensor([1., 1., 3.])")
def polysub(a1: Any, a2: Any) -> Tensor:
    a1, a2 = _of_one_degree(a1, a2)
    return a1 - a2


def _of_one_degree(a1: Any, a2: Any) -> list[Any]:
    polys = [np.atleast_1d(sized(a)) for a in (a1, a2)]
    n = max(map(len, polys))
    return [a if len(a) == n else np.concatenate((np.zeros(n - len(a), a.dtype), a)) for a in polys]


@public(np.polymul, "polymul(x, [1.0, 1.0])", "Tensor([1., 3., 6., 4.])")
def polymul(a1: Any, a2: Any) -> Tensor:
    return np.convolve(*map(_trimmed, (a1, a2)))


def _trimmed(p: Any) -> Any:
    """A polynomial without coefficients of zero in front, but with one coefficient at least."""
    p = np.atleast_1d(sized(p))
    if p.ndim > 1:
        raise ValueError("Polynomial must be 1d only.")
    p = np.trim_zeros(p, "f")
    if not p.size:
        return np.zeros(1, p.dtype)
    return p.copy() if isinstance(p, np.ndarray) else p  # locking a view of it would not lock the user's array


@public(np.polydiv, "polydiv(x, [1.0, 1.0])", "(Tensor([1., 1.]), Tensor([3.]))")
def polydiv(u: Any, v: Any) -> tuple[Tensor, Tensor]:
    _, numpys_rest = np.polydiv(*unwrap((u, v)))
    u, v = (np.atleast_1d(sized(a)) + 0.0 for a in (u, v))
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


@public(np.polyfit, "polyfit([0.0, 1.0, 2.0], x, 1).round(2)", "Tensor([1.5 , 0.83])")
def _polyfit(
    x: Any, y: Any, deg: Any, rcond: float | None = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    np.polyfit(*unwrap((x, y, deg, rcond, full, w, cov)))  # for NumPy's errors and warnings
    x, y = sized(x) + 0.0, sized(y) + 0.0
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    powers, values = np.vander(x, int(deg) + 1), y
    if w is not None:
        w = sized(w) + 0.0
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


polyfit: Final = cast("Polyfit", _polyfit)


@public(np.polyder, "polyder(x)", "Tensor([2., 2.])")
def polyder(p: Any, m: int = 1) -> Tensor:
    m = int(m)
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = sized(p)
    for _ in range(m):
        p = p[:-1] * np.arange(p.size - 1, 0, -1)
    return p


@public(np.polyint, "polyint(x, 1).round(2)", "Tensor([0.33, 1.  , 4.  , 0.  ])")
def polyint(p: Any, m: int = 1, k: Any = None) -> Tensor:
    m = int(m)
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = np.zeros(m) if k is None else np.atleast_1d(sized(k))
    if k.size == 1 and m > 1:
        k = np.broadcast_to(k, (m,))
    if k.size < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    p = sized(p)
    for i in range(m):
        p = np.concatenate((p / np.arange(p.size, 0, -1), k[i : i + 1]))
    return p


@public(np.poly, "poly(x)", "Tensor([ 1., -7., 14., -8.])")
def poly(seq_of_zeros: Any) -> Tensor:
    zeros = np.atleast_1d(sized(seq_of_zeros))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] != 0:
        return characteristic_polynomial(zeros)
    if zeros.ndim != 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    zeros = astype(zeros, np.dtype(np.mintypecode(zeros.dtype.char)))
    p: Any = np.ones(1, zeros.dtype)
    for i in range(zeros.size):
        p = np.convolve(p, np.stack([np.ones((), zeros.dtype), -zeros[i]]))
    if not zeros.size:
        return 1.0
    if is_complex(zeros) and np.all(np.sort(unwrap(zeros)) == np.sort(unwrap(zeros).conjugate())):
        return np.copy(np.real(p))  # of conjugate pairs
    return p


@public(np.vander, "vander(x)[1]", "Tensor([4., 2., 1.])")
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    x = sized(x)
    if x.ndim != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    n = len(x) if N is None else N
    columns: list[Any] = [np.ones(x.shape, np.promote_types(x.dtype, int))]
    for _ in range(n - 1):
        columns.append(columns[-1] * x)
    return np.stack(columns if increasing else columns[::-1], axis=1)[:, :n]


roots: Final[Function[Tensor]] = Function(np.roots, "roots(x)", "Tensor([2., 1.])", "[1.0, -3.0, 2.0]")
