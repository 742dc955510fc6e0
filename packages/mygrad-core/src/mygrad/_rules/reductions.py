"""Rules of the functions that reduce axes: sums, products, moments, extremes.

Throughout, `g` and `y` have lost the axes that were reduced (unless ``keepdims``); `lined_up` puts them back
with length one, so that they broadcast against `a`. What ``where=`` masked out gets exactly zero.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from mygrad._rules.broadcasting import broadcast
from mygrad._rules.complexes import conj, is_complex
from mygrad._rules.piecewise import direction
from mygrad._rules.recorded import assumed, may_be, surely
from mygrad._rules.rule import defvjp, primitive

__all__ = [
    "as_divisor",
    "by_division",
    "count",
    "equals",
    "exponent_limit",
    "flattened",
    "is_invertible",
    "lined_up",
    "logsumexp",
    "logsumexp2",
    "made_nan",
    "magnitude",
    "nanstd_about",
    "nanvar_about",
    "not_nan",
    "placed",
    "products_of_others",
    "share",
    "std_about",
    "var_about",
]

_NO_VALUE = np._NoValue
_add_up = np.add.reduce

# --- Helpers ----------------------------------------------------------------------------------------


def lined_up(g: Any, a: Any, axis: Any) -> Any:
    """`g` with the axes that were reduced put back with length one, so that it broadcasts against `a`."""
    if g.ndim == a.ndim or g.ndim == 0:
        return g
    axes = [i % a.ndim for i in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    return np.reshape(g, [1 if i in axes else n for i, n in enumerate(a.shape)])


def _spread(g, a, axis, where=True):
    """The transpose of summation."""
    return _masked(broadcast(lined_up(g, a, axis), a.shape), where)


def _masked(x, where):
    return x if where is True else np.where(where, x, 0)


def as_divisor(n: Any, dtype: Any) -> Any:
    """The count `n`, as a float to divide gradients of a dtype by, that neither rounds much nor widens float32."""
    return n.astype(np.promote_types(dtype, np.float32))


def count(g: Any, a: Any, axis: Any, where: Any = True) -> Any:
    """How many entries of `a` each result has, as a divisor.

    At least one: a result that has none passes nothing on, and its gradient need not be divided by zero.
    """
    if where is True:
        n: Any = np.intp(max(a.size // max(g.size, 1), 1))
    else:
        n = np.maximum(np.sum(np.broadcast_to(where, a.shape), axis=axis, keepdims=True, dtype=np.intp), 1)
    return as_divisor(n, g.dtype)


def not_nan(a: Any, where: Any = True) -> Any:
    """Where the functions that ignore nan look."""
    valid = ~np.isnan(a)
    return valid if where is True else valid & where


def flattened(a: Any, axis: Any) -> tuple[Any, Any]:
    """`a` with the axes to be reduced merged into a last one, and the function that undoes it."""
    axes = range(a.ndim) if axis is None or a.ndim == 0 else normalize_axis_tuple(axis, a.ndim)
    order = [i for i in range(a.ndim) if i not in axes] + list(axes)
    shape = [a.shape[i] for i in order]
    kept = a.ndim - len(axes)
    merged = np.reshape(np.transpose(a, order), [*shape[:kept], math.prod(shape[kept:])])
    return merged, lambda b: np.transpose(np.reshape(b, shape), np.argsort(order).tolist())


# --- Sums -------------------------------------------------------------------------------------------


def _fast_sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NO_VALUE, where=True):
    if initial is _NO_VALUE and where is True:  # a tenth of the time of a few elements
        return _add_up(a, axis, dtype, out, keepdims)
    return _add_up(a, axis, dtype, out, keepdims, initial, where)


def _sum(g, _y, _a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True):
    return broadcast(g, _a.shape) if not g.shape and where is True else _spread(g, _a, axis, where)


def _nansum(g, _y, a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True):
    return _spread(g, a, axis, not_nan(a, where))


def _fast_mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    """What NumPy does, less the care that it takes of other types, masks and empty slices: two thirds of the time."""
    if dtype is not None or out is not None or where is not True or a.dtype.char not in "fd" or not (a.size and a.ndim):
        return np.mean(a, axis, dtype, out, keepdims, where=where)
    total = _add_up(a, axis, None, None, keepdims)
    n = np.intp(a.size // total.size)
    if total.ndim:
        return np.true_divide(total, n, out=total, casting="unsafe")
    mean = total / n
    return mean if mean.dtype is total.dtype else mean.astype(total.dtype)


def _mean(g, _y, _a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    return _spread(lined_up(g, _a, axis) / count(g, _a, axis, where), _a, axis, where)


def _nanmean(g, _y, a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    return _mean(g, _y, a, axis, where=not_nan(a, where))


def weights_along(weights, a, axis):
    """The weights of `np.average`, made to broadcast against `a`."""
    if weights.shape == a.shape:
        return weights
    axes = normalize_axis_tuple(axis, a.ndim)
    ordered = np.transpose(weights, np.argsort(axes).tolist())
    return np.reshape(ordered, [n if i in axes else 1 for i, n in enumerate(a.shape)])


def _average(g, _y, _a, axis=None, weights=None, returned=False, *, keepdims=False):
    if weights is None:
        return _mean(g, _y, _a, axis)
    weights = weights_along(weights, _a, axis)
    return lined_up(g, _a, axis) * (weights / np.sum(weights, axis=axis, keepdims=True))


def _average_weights(g, y, a, axis=None, weights=None, returned=False, *, keepdims=False):
    w = weights_along(weights, a, axis)
    g = lined_up(g, a, axis) / np.sum(w, axis=axis, keepdims=True) * (a - lined_up(y, a, axis))
    if weights.shape == a.shape:
        return g
    axes = normalize_axis_tuple(axis, a.ndim)
    g = np.sum(g, axis=tuple(i for i in range(a.ndim) if i not in axes))
    return np.transpose(g, np.argsort(np.argsort(axes)).tolist())


defvjp(np.sum, _sum, forward=_fast_sum, linear=True)
defvjp(np.nansum, _nansum, masks=True)
defvjp(np.mean, _mean, forward=_fast_mean, linear=True)
defvjp(np.nanmean, _nanmean, masks=True)
defvjp(np.average, _average, None, _average_weights, singular=True)


# --- Variance and standard deviation ----------------------------------------------------------------


def _mean_of(a, axis, dtype, where):
    """The mean as `np.var` computes it: float16 in float32."""
    return np.mean(a, axis, dtype or np.promote_types(a.dtype, np.float32), keepdims=True, where=where)


def _freedom(g, a, axis, ddof, where):
    return np.maximum(count(g, a, axis, where) - ddof, 0)


def _deviation(a, mean):
    """The conjugate deviation from the mean; of real numbers `a`, NumPy takes the square even of a complex one."""
    return conj(a - mean) if is_complex(a) else a - mean


def _var_about(g, _y, a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    scale = 2 * lined_up(g, a, axis) / _freedom(g, a, axis, ddof, where)
    return _masked(scale, where) * _masked(_deviation(a, mean), where)


def _std_about(g, y, a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    g, y = lined_up(g, a, axis), lined_up(y, a, axis)
    return _masked(g / _freedom(g, a, axis, ddof, where) * direction(_deviation(a, mean), y), where)


def _var_about_mean(g, _y, a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    return -_var_about(g, _y, a, mean, axis, ddof=ddof, where=where)


def _std_about_mean(g, y, a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    return -_std_about(g, y, a, mean, axis, ddof=ddof, where=where)


@primitive
def var_about(a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    """``np.var(a, mean=mean, ...)``, differentiable in the mean as well."""
    return np.var(a, axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean)


@primitive
def std_about(a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    """``np.std(a, mean=mean, ...)``, differentiable in the mean as well."""
    return np.std(a, axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean)


def _var(g, _y, a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    mean = _mean_of(a, axis, dtype, where) if mean is None else mean
    return _var_about(g, _y, a, mean, axis, ddof=ddof if correction is None else correction, where=where)


def _std(g, y, a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    if mean is None:
        mean = _mean_of(a, axis, dtype, where)
        # The rounded mean of equal entries may differ from them: then `y` is not quite zero, but noise. And of one
        # entry it is zero for good.
        largest = np.max(a, axis, keepdims=True, initial=-math.inf, where=where)
        flat = largest == np.min(a, axis, keepdims=True, initial=math.inf, where=where)
        zero = np.where(count(g, a, axis, where) == 1, math.inf, 0)
        y = lined_up(y, a, axis)
        y = np.where(flat & ~np.isnan(y), zero.astype(y.dtype), y)
    ddof = ddof if correction is None else correction
    return _std_about(g, y, a, mean, axis, ddof=ddof, where=where)


def _nanvar(g, _y, a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    return _var(g, _y, a, axis, dtype, ddof=ddof, where=not_nan(a, where), mean=mean, correction=correction)


def _nanstd(g, y, a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    return _std(g, y, a, axis, dtype, ddof=ddof, where=not_nan(a, where), mean=mean, correction=correction)


defvjp(np.var, _var, singular=True)
defvjp(np.std, _std, singular=True)
defvjp(np.nanvar, _nanvar, masks=True, singular=True)
defvjp(np.nanstd, _nanstd, masks=True, singular=True)
defvjp(var_about, _var_about, _var_about_mean, singular=True)
defvjp(std_about, _std_about, _std_about_mean, singular=True)


@primitive
def nanvar_about(a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    """``np.nanvar(a, mean=mean, ...)``, of the dtype of `a` whatever that of the mean."""
    return np.nanvar(a, axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean)


@primitive
def nanstd_about(a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
    """``np.nanstd(a, mean=mean, ...)``, of the dtype of `a` whatever that of the mean."""
    return np.nanstd(a, axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=where, mean=mean)


def _without_nan(vjp):
    def of_the_others(g, y, a, mean, axis=None, dtype=None, ddof=0, keepdims=False, where=True):
        return vjp(g, y, a, mean, axis, ddof=ddof, where=not_nan(a, where))

    return of_the_others


defvjp(nanvar_about, _without_nan(_var_about), _without_nan(_var_about_mean), masks=True, singular=True)
defvjp(nanstd_about, _without_nan(_std_about), _without_nan(_std_about_mean), masks=True, singular=True)


# --- Extremes ---------------------------------------------------------------------------------------


def _fast(reduce):
    """`np.max` and the like, by the method of their ufunc."""

    def extreme(a, axis=None, out=None, keepdims=False, initial=_NO_VALUE, where=True):
        return reduce(a, axis, None, out, keepdims, initial, where)

    return extreme


def equals(a: Any, y: Any) -> Any:
    """Where `a` equals `y`, nan being equal to nan."""
    nan = np.isnan(y)
    return (a == y) | (np.isnan(a) & nan) if may_be(nan) else a == y


@primitive
def placed(g: Any, mask: Any) -> Any:
    """``np.where(mask, g, 0)`` for a mask that is true in few places: in half of the time."""
    out = np.zeros(mask.shape, g.dtype)
    np.copyto(out, g, where=mask)
    return out


defvjp(placed, lambda g, _y, _g, mask: np.where(mask, g, 0), masks=True)


def share(g: Any, y: Any, a: Any, axis: Any, where: Any = True, initial: Any = None) -> Any:
    """`g` in equal parts for the entries of `a` that equal `y` (and for `initial`, whose part is dropped)."""
    y = lined_up(y, a, axis)
    tied = equals(a, y)
    if where is not True:
        tied = tied & where
    elif initial is None and surely(
        np.count_nonzero(tied) == y.size
    ):  # no ties, as a rule: this takes the least time to see
        return placed(lined_up(g, a, axis), tied)
    n = np.sum(tied, axis=axis, keepdims=True, dtype=np.intp)
    if initial is not None:
        n = n + (initial == y)
    return np.where(tied, lined_up(g, a, axis) / as_divisor(n, g.dtype), 0)


def _extreme(g, y, a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return share(g, y, a, axis, where, initial)


def _nanextreme(g, y, a, axis=None, out=None, keepdims=False, initial=None, where=True):
    return share(g, y, a, axis, not_nan(a, where), initial)


def made_nan(y: Any, a: Any, axis: Any, where: Any = True) -> Any:
    """Where `y`, which is lined up, is nan though no entry of `a` is: as a mean of infinities is."""
    return np.isnan(y) & ~np.any(np.isnan(a) & where, axis=axis, keepdims=True)


def _ptp(g, y, a, axis=None, out=None, keepdims=False):
    largest, smallest = (share(g, extreme(a, axis), a, axis) for extreme in (np.max, np.min))
    nan = np.isnan(lined_up(y, a, axis))
    return np.where(nan & (largest + smallest != 0), np.nan, largest - smallest)


# (`np.amax` and `np.amin` are functions of their own, not other names of these.)
for _ufunc, _functions in (np.maximum, (np.max, np.amax)), (np.minimum, (np.min, np.amin)):
    for _function in _functions:
        defvjp(_function, _extreme, forward=_fast(_ufunc.reduce), masks=True)
defvjp(np.nanmax, _nanextreme, masks=True)
defvjp(np.nanmin, _nanextreme, masks=True)
defvjp(np.ptp, _ptp, masks=True)


# --- Products ---------------------------------------------------------------------------------------


def _fast_prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NO_VALUE, where=True):
    return np.multiply.reduce(a, axis, dtype, out, keepdims, initial, where)


def products_of_others(a: Any, axis: Any = None) -> Any:
    """For each entry, the product of all the others along `axis`.

    Nothing is divided by, so zeros do no harm. Where partial products could leave the range of the dtype, the
    factors are first scaled by powers of two such that all partial products are of the order of one.
    """
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    factors, restore = flattened(a, axis)
    limit = exponent_limit(a.dtype)
    if factors.shape[-1] * magnitude(factors) <= limit:
        return restore(_exclusive_products(factors))
    logs = np.log2(np.abs(factors))
    logs = np.where(np.isfinite(logs), np.clip(logs, -limit, limit), 0)
    partial = np.floor(np.cumsum(logs, axis=-1, dtype=np.float64))
    exponents = np.diff(partial, axis=-1, prepend=0)
    products = _exclusive_products(factors * _power_of_two(-exponents, a.dtype))
    exponents = partial[..., -1:] - exponents
    half = np.floor(exponents / 2)  # for the full power may overflow where the product does not
    return restore(products * _power_of_two(half, a.dtype) * _power_of_two(exponents - half, a.dtype))


def _exclusive_products(a):
    one = np.ones((*a.shape[:-1], 1), a.dtype)
    before = np.concatenate((one, np.cumprod(a[..., :-1], axis=-1)), axis=-1)
    after = np.concatenate((np.cumprod(a[..., :0:-1], axis=-1)[..., ::-1], one), axis=-1)
    return before * after


def magnitude(a: Any) -> Any:
    """A bound for the absolute binary logarithm of all entries that are not zero."""
    size = np.abs(a)
    return np.log2(np.maximum(np.max(size, initial=1), 1 / np.min(size, initial=1, where=a != 0)))


def exponent_limit(dtype: Any) -> int:
    """A power of two up to which both it and its reciprocal are normal numbers."""
    return np.finfo(dtype).maxexp - 2


def _power_of_two(n, dtype):
    limit = exponent_limit(dtype)
    return np.ldexp(np.ones((), dtype).real, np.clip(n, -limit, limit).astype(np.intc))


def is_invertible(y: Any) -> Any:
    """Whether all products are in the range of normal numbers, so that one can divide by their factors."""
    size = np.abs(y)
    smallest, largest = np.min(size, initial=np.inf), np.max(size, initial=0)
    return (smallest >= np.finfo(y.dtype).tiny) & (largest < np.inf)


def by_division(g: Any, y: Any, a: Any, spread: Any, count: Any, product: Any) -> Any:
    """The gradient of the factors `a` by that of their products `y`, or None if it takes products of the others.

    Parameters
    ----------
    spread : Callable
        Gives each factor what an array has for its product.
    count, product : Callable
        The number of the factors for which a mask is true; the products.
    """
    if assumed(is_invertible(y)):
        return spread(g * y) / a
    if isinstance(a, np.ndarray):  # zeros must not be masked if this is to be differentiated
        zero = a == 0
        factors = np.where(zero, 1, a)
        y, zeros = product(factors), count(zero)
        if is_invertible(y):
            return np.where(zero, spread(g * y * (zeros == 1)), spread(g * y * (zeros == 0)) / factors)
    return None


def _prod(g, y, a, axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True):
    if where is True:
        gradient = by_division(
            *(lined_up(g, a, axis), lined_up(y, a, axis), a, lambda v: v),
            lambda mask: np.sum(mask, axis=axis, keepdims=True),
            lambda a: np.prod(a, axis=axis, dtype=g.dtype, keepdims=True) * initial,
        )
        if gradient is not None:
            return gradient
    factors = a if where is True else np.where(where, a, 1)
    if dtype is not None:
        factors = factors * np.ones((), g.dtype)  # it may hold products that the dtype of `a` does not
    return _masked(lined_up(g, a, axis) * initial * products_of_others(factors, axis), where)


def _nanprod(g, _y, a, axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True):
    return _prod(g, _y, a, axis, dtype, initial=initial, where=not_nan(a, where))


defvjp(np.prod, _prod, forward=_fast_prod, singular=True)
defvjp(np.nanprod, _nanprod, masks=True, singular=True)


# --- Logarithms of sums of exponentials -------------------------------------------------------------


@primitive
def logsumexp(a, axis=None, dtype=None, out=None, keepdims=False, initial=-math.inf, where=True):
    """``np.logaddexp.reduce``, by default over all axes."""
    return np.logaddexp.reduce(a, axis, dtype, out, keepdims, initial, where)


@primitive
def logsumexp2(a, axis=None, dtype=None, out=None, keepdims=False, initial=-math.inf, where=True):
    """``np.logaddexp2.reduce``, by default over all axes."""
    return np.logaddexp2.reduce(a, axis, dtype, out, keepdims, initial, where)


def _softmax(exp, y, a, axis, initial, where):
    """``exp(a - y)``; where the sum is infinite, the entries that make it so share one. Masked entries may have any."""
    y = lined_up(y, a, axis)
    if where is True and not np.isinf(y).any():
        return exp(a - y)
    infinite = (a == y) & np.isinf(y) & where
    n = np.sum(infinite, axis=axis, keepdims=True, dtype=np.intp) + ((y == initial) & (y == math.inf))
    return exp(np.where(where & ~infinite, a - y, 0)) / as_divisor(np.maximum(n, 1), y.dtype)


def _logsumexp(g, y, a, axis=None, dtype=None, out=None, keepdims=False, initial=-math.inf, where=True):
    return _masked(lined_up(g, a, axis) * _softmax(np.exp, y, a, axis, initial, where), where)


def _logsumexp2(g, y, a, axis=None, dtype=None, out=None, keepdims=False, initial=-math.inf, where=True):
    return _masked(lined_up(g, a, axis) * _softmax(np.exp2, y, a, axis, initial, where), where)


defvjp(logsumexp, _logsumexp, singular=True)
defvjp(logsumexp2, _logsumexp2, singular=True)
