"""Rules of running sums, products and extremes, and of differences, which undo sums."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import is_complex
from mygrad._rules.recorded import assumed
from mygrad._rules.reductions import as_divisor, equals, exponent_limit, lined_up, magnitude
from mygrad._rules.rule import defvjp, primitive

__all__ = ["cumsum_from_end", "cumulative_max", "cumulative_min", "recurrence", "recurrence_from_end"]

Array = np.ndarray[Any, Any]


# --- Helpers ----------------------------------------------------------------------------------------


def _part(x, axis, start, stop):
    """``x[start:stop]`` along an axis."""
    return x[(*[slice(None)] * (axis % x.ndim), slice(start, stop))]


def _zeros(x, axis, n):
    """Zeros to be concatenated with `x`: like it, but of length `n` along an axis."""
    axis %= x.ndim
    return np.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)


@primitive
def cumsum_from_end(x: Array, axis: int) -> Array:
    """The running sum that starts at the end of an axis."""
    sums = np.empty(x.shape, x.dtype)  # so that they come in the order of memory: to copy them took a sixth of the time
    np.cumsum(np.flip(x, axis), axis, out=np.flip(sums, axis))
    return sums


# --- Linear recurrences -----------------------------------------------------------------------------


@primitive
def recurrence(b: Array, c: Array) -> Array:
    """Solve ``r[i] = b[i] + c[i] * r[i - 1]`` along the last axis; ``r[0]`` is ``b[0]``.

    What pulls back through a running product. Every second unknown is eliminated, and so on in turn (cyclic
    reduction): log(n) steps on whole arrays, and no division. Where a coefficient is not the number 0 but False,
    nothing flows, not even nan.
    """
    b, c = np.broadcast_arrays(b, c)
    b = b.astype(np.result_type(b, c))
    masks = c.dtype == np.bool_
    if b.size > 64 * b.shape[-1]:  # many at once, for which the plain steps take less time
        for i in range(1, b.shape[-1]):
            before = b[..., i - 1]
            b[..., i] += np.where(c[..., i], before, 0) if masks else c[..., i] * before
        return b
    return _solve(b, c, None, 0 if masks else magnitude(c)) if b.size else b


def _solve(b: Array, c: Array, exponents: Array | None, bits: float) -> Array:
    """The solution, if the coefficients are ``c * 2**exponents`` and `bits` bounds the logarithms of `c`.

    Products of coefficients that may be out of range get exponents of their own: infinity would turn to nan
    where it meets a zero.
    """
    if b.shape[-1] < 2:
        return b
    if exponents is None and bits and not 2 * bits <= exponent_limit(c.dtype):
        c, exponents = _frexp(c)
    even, odd, rest = np.s_[..., :-1:2], np.s_[..., 1::2], np.s_[..., 2::2]

    def times_c(part, r):
        if c.dtype == np.bool_:
            return np.where(c[part], r, 0)
        return c[part] * r if exponents is None else _ldexp(c[part] * r, exponents[part])

    merged, merged_exponents = c[odd] * c[even], None
    if exponents is not None:
        merged, merged_exponents = _frexp(merged)
        merged_exponents += exponents[odd] + exponents[even]
    r = np.empty_like(b)
    r[odd] = _solve(b[odd] + times_c(odd, b[even]), merged, merged_exponents, 2 * bits)
    r[..., 0] = b[..., 0]
    r[rest] = b[rest] + times_c(rest, r[..., 1:-1:2])
    return r


def _frexp(c: Array) -> Any:
    """``np.frexp``, of complex numbers, too: by the larger part."""
    if not is_complex(c):
        return np.frexp(c)
    exponents = np.frexp(np.maximum(np.abs(c.real), np.abs(c.imag)))[1]
    return _ldexp(c, -exponents), exponents


def _ldexp(c: Array, exponents: Array) -> Array:
    if not is_complex(c):
        return np.ldexp(c, exponents)
    scaled = np.empty_like(c)
    scaled.real, scaled.imag = np.ldexp(c.real, exponents), np.ldexp(c.imag, exponents)
    return scaled


def recurrence_from_end(b: Any, c: Any) -> Any:
    """Solve ``r[i] = b[i] + c[i + 1] * r[i + 1]``: the transpose of `recurrence` in `b`."""
    following = np.concatenate((c[..., :1], c[..., :0:-1]), axis=-1)  # the first coefficient is not used
    return recurrence(b[..., ::-1], following)[..., ::-1]


def _shifted(r, first):
    """`r`, each entry moved on to the next place of the last axis."""
    return np.concatenate((np.full((*r.shape[:-1], 1), first, r.dtype), r[..., :-1]), axis=-1)


defvjp(
    recurrence,
    lambda g, _r, _b, c: recurrence_from_end(g, c),
    lambda g, r, _b, c: recurrence_from_end(g, c) * _shifted(r, 0),
    singular=True,
)


# --- Running sums and products ----------------------------------------------------------------------


def _cumsum(g, _y, _a, axis=None, dtype=None, out=None):
    return np.reshape(cumsum_from_end(g, -1 if axis is None else axis), _a.shape)


defvjp(cumsum_from_end, lambda g, _y, _x, axis: np.cumsum(g, axis))


def _nancumsum(g, _y, a, axis=None, dtype=None, out=None):
    return np.where(np.isnan(a), 0, _cumsum(g, _y, a, axis))


def _cumprod(g, y, a, axis=None, dtype=None, out=None):
    """``y[i-1] * r[i]``, with ``r[i] = g[i] + a[i+1] * g[i+1] + a[i+1] * a[i+2] * g[i+2] + ...``."""
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    axis = -1 if axis is None else axis
    factors = np.reshape(a, y.shape)  # flat if axis is None
    if assumed(np.min(np.abs(y)) >= np.finfo(y.dtype).tiny):  # no zeros among them: one can divide, in half of the time
        sums = cumsum_from_end(g * y, axis)
        if assumed(np.isfinite(np.sum(_part(sums, axis, 0, 1)))):
            return np.reshape(sums / factors, a.shape)
    before = _shifted(np.swapaxes(y, axis, -1), 1)
    after = recurrence_from_end(np.swapaxes(g, axis, -1), np.swapaxes(factors, axis, -1))
    if np.isfinite(a).all():  # else infinity may be no overflow
        after = np.where((before == 0) & np.isinf(after), 0, after)
    return np.reshape(np.swapaxes(before * after, axis, -1), a.shape)


def _nancumprod(g, y, a, axis=None, dtype=None, out=None):
    nan = np.isnan(a)
    return np.where(nan, 0, _cumprod(g, y, np.where(nan, 1, a), axis))


defvjp(np.cumsum, _cumsum, linear=True)
defvjp(np.nancumsum, _nancumsum, masks=True)
defvjp(np.cumprod, _cumprod, singular=True)
defvjp(np.nancumprod, _nancumprod, masks=True, singular=True)


def _without_initial(x, axis, include_initial):
    return _part(x, -1 if axis is None else axis, 1, None) if include_initial else x


def _cumulative_sum(g, _y, _x, *, axis=None, dtype=None, out=None, include_initial=False):
    return _cumsum(_without_initial(g, axis, include_initial), _y, _x, axis)


def _cumulative_prod(g, y, x, *, axis=None, dtype=None, out=None, include_initial=False):
    g, y = _without_initial(g, axis, include_initial), _without_initial(y, axis, include_initial)
    return _cumprod(g, y, x, axis)


if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    defvjp(np.cumulative_sum, _cumulative_sum)
    defvjp(np.cumulative_prod, _cumulative_prod, singular=True)


# --- Running extremes -------------------------------------------------------------------------------


@primitive
def cumulative_max(a, axis=0, dtype=None, out=None):
    """``np.maximum.accumulate``."""
    return np.maximum.accumulate(a, axis, dtype, out)


@primitive
def cumulative_min(a, axis=0, dtype=None, out=None):
    """``np.minimum.accumulate``."""
    return np.minimum.accumulate(a, axis, dtype, out)


def _cumulative_extreme(g, y, a, axis=0, dtype=None, out=None):
    """Each ``g[i]`` is shared by the entries up to i that equal ``y[i]``: those since it last changed."""
    g, y, a = np.swapaxes(g, axis, -1), np.swapaxes(y, axis, -1), np.swapaxes(a, axis, -1)
    changes = np.zeros((*y.shape[:-1], min(1, y.shape[-1])), np.bool_)
    stays = np.concatenate((changes, equals(y[..., 1:], y[..., :-1])), axis=-1)
    tied = equals(a, y)
    ties_so_far = recurrence(tied.astype(np.intp), stays)
    shared = recurrence_from_end(g / as_divisor(ties_so_far, g.dtype), stays)
    return np.swapaxes(np.where(tied, shared, 0), axis, -1)


defvjp(cumulative_max, _cumulative_extreme, masks=True)
defvjp(cumulative_min, _cumulative_extreme, masks=True)


# --- Differences ------------------------------------------------------------------------------------


def _diff_transposed(g, n, axis):
    """The transpose of ``np.diff(x, n, axis)`` on an `x` that is longer than `n`."""
    padding = _zeros(g, axis, n)
    return (-1) ** n * np.diff(np.concatenate((padding, g, padding), axis=axis), n, axis)


def _length(x, axis):
    """How many entries `x` adds in front or at the end; a scalar adds one."""
    shape = () if x is None else np.shape(x)
    return 0 if x is None else shape[axis] if shape else 1


def _diff_all(g, a, n, axis, prepend, append):
    """The gradient of all that was differenced, and the places where `a` starts and stops in it."""
    start = _length(prepend, axis)
    stop = start + a.shape[axis]
    total = stop + _length(append, axis)
    if total <= n:
        return _zeros(g, axis, total), start, stop
    return _diff_transposed(g, n, axis) if n else g, start, stop


def _diff(g, _y, _a, n=1, axis=-1, prepend=None, append=None):
    if n == 0:  # `a` as it is: nothing is prepended or appended
        return g
    whole, start, stop = _diff_all(g, _a, n, axis, prepend, append)
    return _part(whole, axis, start, stop)


def _diff_prepend(g, _y, _a, n=1, axis=-1, prepend=None, append=None):
    whole, start, _stop = _diff_all(g, _a, n, axis, prepend, append)
    return _part(whole, axis, 0, start)


def _diff_append(g, _y, _a, n=1, axis=-1, prepend=None, append=None):
    whole, _start, stop = _diff_all(g, _a, n, axis, prepend, append)
    return _part(whole, axis, stop, None)


def _forward_diff(a, n=1, axis=-1, prepend=np._NoValue, append=np._NoValue):
    y = np.diff(a, n, axis, prepend, append)
    return y.copy() if y is a else y  # as it is if n == 0


def _ediff1d(g, _y, _ary, to_end=None, to_begin=None):
    n = max(_ary.size - 1, 0)
    start = 0 if to_begin is None else np.size(to_begin)
    if n == 0:
        return np.zeros(_ary.shape, g.dtype)
    return np.reshape(_diff_transposed(g[start : start + n], 1, 0), _ary.shape)


def _ediff1d_end(g, _y, _ary, to_end=None, to_begin=None):
    return np.reshape(g[g.size - np.size(to_end) :], np.shape(to_end))


def _ediff1d_begin(g, _y, _ary, to_end=None, to_begin=None):
    return np.reshape(g[: np.size(to_begin)], np.shape(to_begin))


defvjp(np.diff, _diff, None, None, _diff_prepend, _diff_append, forward=_forward_diff)
defvjp(np.ediff1d, _ediff1d, _ediff1d_end, _ediff1d_begin, masks=True)


# --- The trapezoidal rule ---------------------------------------------------------------------------


def _steps(x, dx, ndim, axis):
    """The widths of the intervals, made to broadcast against the values in them."""
    if x is None:
        return dx
    if np.ndim(x) != 1:
        return np.diff(x, axis=axis)
    shape = [1] * ndim
    shape[axis] = -1
    return np.reshape(np.diff(x), shape)


def _pair_sums(y, axis):
    return _part(y, axis, 1, None) + _part(y, axis, None, -1)


def _trapezoid(g, _out, _y, x=None, dx=1.0, axis=-1):
    n = _y.shape[axis]
    if n < 2:
        return np.zeros(_y.shape, _y.dtype)
    halves = lined_up(g, _y, axis) * _steps(x, dx, _y.ndim, axis) / 2
    if halves.ndim and halves.shape[axis] > n - 1:  # two values at more abscissas than two, which NumPy broadcasts
        halves = np.sum(halves, axis=axis, keepdims=True)
    shape = list(_y.shape)
    shape[axis] = n - 1
    halves = np.broadcast_to(halves, shape)
    zero = _zeros(halves, axis, 1)
    return np.concatenate((halves, zero), axis=axis) + np.concatenate((zero, halves), axis=axis)


def _trapezoid_x(g, _out, y, x=None, dx=1.0, axis=-1):
    steps = _steps(x, dx, y.ndim, axis)
    g = lined_up(g, y, axis) * _pair_sums(y, axis) / 2
    g = _sum_to(np.broadcast_to(g, np.broadcast_shapes(g.shape, steps.shape)), steps.shape)
    return _diff_transposed(np.reshape(g, -1), 1, 0) if x.ndim == 1 else _diff_transposed(g, 1, axis)


def _trapezoid_dx(g, _out, y, x=None, dx=1.0, axis=-1):
    g = lined_up(g, y, axis) * _pair_sums(y, axis) / 2
    return g if x is None else np.zeros_like(g)


def _sum_to(g, shape):
    g = np.sum(g, axis=tuple(range(g.ndim - len(shape))))
    return np.sum(g, axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


defvjp(np.trapezoid, _trapezoid, _trapezoid_x, _trapezoid_dx, masks=True)
if hasattr(np, "trapz"):  # its former name, deprecated; gone in NumPy 2.4
    defvjp(np.trapz, _trapezoid, _trapezoid_x, _trapezoid_dx, forward=np.trapezoid, masks=True)  # noqa: NPY201
