"""NumPy functions composed of others: interpolation and statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine.handle import Handle
from mygrad._engine.operands import has_variable, sized, unwrap
from mygrad._functions import public
from mygrad._rules.complexes import conj, imaginary, is_complex
from mygrad._rules.indexing import add_at
from mygrad._rules.recorded import assumed, taken
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["corrcoef", "cov", "interp"]

# --- interpolation ----------------------------------------------------------------------------------


@public(np.interp, "interp(3.0, [0.0, 2.0, 4.0], x)", "Tensor(3.)")
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Tensor:
    # Complex numbers beyond the ends may be no arrays, even without axes.
    ends = tuple([end._memory[()] if isinstance(end, Handle) else end for end in (left, right)])
    np.interp(*unwrap((x, xp, fp, *ends, period)))  # for NumPy's errors
    x, xp = (astype(sized(v), np.dtype(np.float64)) for v in (x, xp))
    fp = sized(fp)
    fp = astype(fp, np.dtype(np.complex128 if is_complex(fp) else np.float64))
    if period is not None:
        period = abs(period)
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate((xp[-1:] - period, xp, xp[:1] + period))
        fp = np.concatenate((fp[-1:], fp, fp[:1]))
        left = right = None
    below, above = x < xp[0], x > xp[-1]
    if len(xp) > 1:
        y = _between(np.where(below | above, xp[0], x), xp, fp)
    else:
        y = fp[0] + 0 * np.where(np.isfinite(x), x, 0)
    y = np.where(above, fp[-1] if right is None else right, y)
    y = np.where(below, fp[0] if left is None else left, y)
    return y if y.ndim else y[()]  # a number


def _between(x: Any, xp: Any, fp: Any) -> Any:
    """Interpolate at points that lie in the range of `xp`, which has more than one."""
    j = np.clip(np.searchsorted(xp, x, "right") - 1, 0, len(xp) - 2)
    x0, x1, y0, y1 = taken(xp, j), taken(xp, j + 1), taken(fp, j), taken(fp, j + 1)
    with np.errstate(all="ignore"):  # as NumPy does
        slope = (y1 - y0) / np.where(x1 == x0, 1, x1 - x0)
        y = slope * (x - x0) + y0
        # Where `fp` is infinite, from the other side, too
        y = np.where(np.isnan(y), slope * (x - x1) + y1, y)
        if not assumed(~np.isnan(x).any()):  # of which nobody knows the interval
            y = y + np.where(np.isnan(x), x * np.nan, 0)
    y = np.where(np.isnan(y) & (y0 == y1) & (x == x), y0, y)
    exact = [np.isinf(end) & (x == point) for end, point in ((y1, x0), (y0, x1))]
    return np.where(exact[0], y0, np.where(exact[1], y1, y))


# --- statistics -------------------------------------------------------------------------------------


@implements(np.bincount)
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    of_arrays = np.bincount(unwrap(x), unwrap(weights), minlength)
    if not has_variable(weights):
        return of_arrays
    return add_at(astype(sized(weights), of_arrays.dtype), np.array(unwrap(x)), of_arrays.shape)


@public(np.cov, "cov(x)", "Tensor(2.33333333)")
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Tensor:
    of_arrays = np.cov(*unwrap((m, y, rowvar, bias, ddof, fweights, aweights)), dtype=dtype)  # for NumPy's errors
    samples = [_variables_in_rows(sized(m), rowvar or np.ndim(m) == 1)]
    if y is not None:
        samples.append(_variables_in_rows(sized(y), rowvar or np.ndim(y) < 2 or np.shape(y)[0] == 1))
    x = samples[0] if y is None else np.concatenate(samples)
    if not x.shape[0]:  # NumPy's is of no other dtype
        return astype(np.real(np.matmul(x, np.transpose(x))), of_arrays.dtype)
    dtype = np.dtype(dtype or np.result_type(*(s.dtype for s in samples), np.float64))
    x = astype(x, dtype)
    weights: Any = None
    for w in (fweights, aweights):
        if w is not None:
            w = astype(sized(w), np.dtype(np.float64))
            weights = w if weights is None else weights * w
    ddof = (0 if bias else 1) if ddof is None else ddof
    if weights is None:
        total, lost = x.shape[1], ddof
        x = x - np.mean(x, axis=1, keepdims=True)
        weighted = x
    else:
        total = np.sum(weights)
        lost = ddof if ddof == 0 or aweights is None else ddof * np.sum(weights * w) / total
        x = x - np.average(x, axis=1, weights=weights)[:, None]
        weighted = x * weights
    freedom = total - lost
    if not assumed(freedom > 0):
        freedom = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.squeeze(np.matmul(x, conj(np.transpose(weighted))) / freedom)


def _variables_in_rows(x: Any, rowvar: bool) -> Any:
    return np.atleast_2d(x) if rowvar else np.transpose(np.atleast_2d(x))


@public(np.corrcoef, "corrcoef(x, -x)[0]", "Tensor([ 1., -1.])")
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Tensor:
    c = cov(x, y, rowvar, dtype=dtype)  # not NumPy's, which sees no tensors in a list
    if c.ndim == 0:
        return c / c
    deviations = np.sqrt(np.real(np.diagonal(c)))
    c = c / deviations[:, None] / deviations[None, :]
    return _of_parts(lambda part: np.clip(part, -1, 1), c)


def _of_parts(f: Callable[[Any], Any], z: Any) -> Any:
    """``f(z)``, or of complex numbers that of either part."""
    return f(np.real(z)) + imaginary(f(np.imag(z))) if is_complex(z) else f(z)
