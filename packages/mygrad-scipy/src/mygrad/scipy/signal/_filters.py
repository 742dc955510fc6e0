"""Digital filters, along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal

from mygrad.extend import composed, defvjp, has_variable, lifts, primitive
from mygrad.scipy._called import known
from mygrad.scipy._operands import Array, array_operand, operand
from mygrad.scipy.signal._axes import along

__all__ = ["filtfilt", "lfilter", "sosfilt"]


@primitive
def _filtered(b: Any, a: Any, x: Any, zi: Any) -> Any:
    """The filter along the last axis, from the state `zi`."""
    return scipy.signal.lfilter(b, a, x, zi=np.broadcast_to(zi, (*x.shape[:-1], zi.shape[-1])))[0]


def _still(b: Any, a: Any) -> Any:
    """The state of a filter before anything comes."""
    return np.zeros(max(b.shape[0], a.shape[0]) - 1)


def _turned_filter(b: Any, a: Any, x: Any) -> Any:
    """The transposed filter: that which goes from the end to the beginning."""
    return np.flip(_filtered(b, a, np.flip(x, -1), _still(b, a)), -1)


def _back(g: Any, a: Any) -> Any:
    """The gradient of what the recursion with coefficients `a` is given."""
    return _turned_filter(np.ones(1, dtype=g.dtype), a, g)


def _lagged(v: Any, x: Any, count: int) -> Any:
    """The sums of v[n] * x[n - k], for each k."""
    n = x.shape[-1]
    return np.stack([np.sum(v[..., min(k, n) :] * x[..., : max(n - k, 0)]) for k in range(count)])


def _by_a(g: Any, y: Any, a: Any, zi: Any) -> Any:
    v = _back(g, a)
    m = min(zi.shape[-1], v.shape[-1])
    of_state = np.sum(v[..., :m] * zi[..., :m])  # which is in units of a[0]
    return np.concatenate([[1.0], np.zeros(a.shape[0] - 1)]) * of_state - _lagged(v, y, a.shape[0])


def _by_state(g: Any, a: Any, zi: Any) -> Any:
    v = _back(g, a) * a[0]
    missing = max(zi.shape[-1] - v.shape[-1], 0)
    return np.concatenate([v, np.zeros((*v.shape[:-1], missing))], -1)[..., : zi.shape[-1]]


defvjp(
    _filtered,
    lambda g, _y, _b, a, x, _zi: _lagged(_back(g, a), x, _b.shape[0]),
    lambda g, y, _b, a, _x, zi: _by_a(g, y, a, zi),
    lambda g, _y, b, a, _x, _zi: _turned_filter(b, a, g),
    lambda g, _y, _b, a, _x, _zi: _by_state(g, a, _zi),
)


def _lfilter_composition(b: Any, a: Any, x: Any, axis: int = -1) -> Any:
    return along(axis, x, lambda x: _filtered(b, a, x, _still(b, a)))


def _sosfilt_composition(sos: Any, x: Any, axis: int = -1) -> Any:
    def cascade(x: Any) -> Any:
        for i in range(sos.shape[0]):
            x = _filtered(sos[i, :3], sos[i, 3:], x, np.zeros(2))
        return x

    return along(axis, x, cascade)


def _left(b: Any, a: Any, x: Any, y: Any, zi: Any) -> Any:
    """The state in which the filter is after `x`, of which it has made `y`."""
    count, n = zi.shape[-1], x.shape[-1]
    b, a = (np.concatenate([c, np.zeros(count + 1 - c.shape[0])]) / a[0] for c in (b, a))
    states = []
    for i in range(count):
        state = zi[..., i + n] if i + n < count else 0.0 * zi[..., i]
        for k in range(i + 1, min(count, i + n) + 1):
            state = state + b[k] * x[..., n + i - k] - a[k] * y[..., n + i - k]
        states.append(state)
    return np.stack(states, -1) if states else zi


def _lfilter_from(b: Any, a: Any, x: Any, zi: Any, axis: int) -> tuple[Any, Any]:
    """The filter from a state along an axis, and the state that it leaves."""
    x = np.moveaxis(x, axis, -1)
    zi = np.moveaxis(zi, axis, -1)
    zi = np.broadcast_to(zi, (*x.shape[:-1], zi.shape[-1]))
    y = _filtered(b, a, x, zi)
    return np.moveaxis(y, -1, axis), np.moveaxis(_left(b, a, x, y, zi), -1, axis)


def _sosfilt_from(sos: Any, x: Any, zi: Any, axis: int) -> tuple[Any, Any]:
    states = []
    for i in range(sos.shape[0]):
        x, left = _lfilter_from(sos[i, :3], sos[i, 3:], x, zi[i], axis)
        states.append(left)
    return x, np.stack(states)


def _from_state(theirs: Any, composition: Any, *args: Any, axis: int) -> tuple[Any, Any]:
    """What a filter makes of its input, from a state, and the state that it leaves."""
    left: Any = None

    def value(*args: Any) -> Any:
        nonlocal left
        *given, zi = map(np.array, args)  # copies, for compiled code that takes no read-only memory
        y, left = theirs(*given, axis=axis, zi=zi)
        return y

    y = composed(value, lambda *args: composition(*args, axis)[0])(*args)
    return y, known(left, lambda *args: composition(*args, axis)[1], args)


def _steady(b: Any, a: Any) -> Any:
    """The state in which the filter answers to ones with a constant."""
    n = max(b.shape[0], a.shape[0])
    b, a = (np.concatenate([c, np.zeros(n - c.shape[0])]) / a[0] for c in (b, a))
    first = np.concatenate([-a[1:, None], np.eye(n - 1)[:, : n - 2]], axis=1)
    return np.linalg.solve(np.eye(n - 1) - first, b[1:] - a[1:] * b[0])


def _extended(x: Any, padtype: str | None, n: int) -> Any:
    if padtype is None or n == 0:
        return x
    first, last = x[..., :1], x[..., -1:]
    if padtype == "constant":
        before, after = np.repeat(first, n, -1), np.repeat(last, n, -1)
    else:
        before, after = np.flip(x[..., 1 : n + 1], -1), np.flip(x[..., -n - 1 : -1], -1)
    if padtype == "odd":
        before, after = 2 * first - before, 2 * last - after
    return np.concatenate([before, x, after], -1)


def _filtfilt_composition(
    b: Any, a: Any, x: Any, axis: int = -1, padtype: str | None = "odd", padlen: int | None = None
) -> Any:
    n = 3 * max(b.shape[0], a.shape[0]) if padlen is None else padlen
    n = 0 if padtype is None else n

    def both_ways(x: Any) -> Any:
        y = _extended(x, padtype, n)
        for _ in range(2):
            zi = _steady(b, a) if max(b.shape[0], a.shape[0]) > 1 else _still(b, a)
            y = np.flip(_filtered(b, a, y, zi * y[..., :1]), -1)
        return y[..., n : y.shape[-1] - n]

    return along(axis, x, both_ways)


_lfilter = composed(scipy.signal.lfilter, _lfilter_composition)
_sosfilt = composed(scipy.signal.sosfilt, _sosfilt_composition)
_filtfilt = composed(scipy.signal.filtfilt, _filtfilt_composition)


def _coefficients(x: Any) -> Any:
    return np.atleast_1d(array_operand(x, float))


@lifts("scipy.signal.lfilter")
def lfilter(b: Array, a: Array, x: Array, axis: int = -1, zi: Any = None) -> Any:
    """Filter along an axis.

    Parameters
    ----------
    b, a : array_like
        The coefficients of numerator and denominator.
    x : array_like
    axis : int
    zi : array_like, optional
        A state to begin with. That which the filter leaves is returned, too.

    See Also
    --------
    scipy.signal.lfilter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import lfilter
    >>> decay = mg.tensor(0.5)
    >>> y = lfilter([1.0], [1.0, -decay], [1.0, 0.0, 0.0])
    >>> y
    Tensor([1.  , 0.5 , 0.25])
    >>> y[2].backward()
    >>> float(decay.grad)
    1.0
    """
    b, a, x = operand(b), operand(a), operand(x)
    if not has_variable([b, a, x, zi]):
        return scipy.signal.lfilter(b, a, x, axis, zi)
    b, a, x = _coefficients(b), _coefficients(a), array_operand(x, float)
    if zi is None:
        return _lfilter(b, a, x, axis=axis)
    return _from_state(scipy.signal.lfilter, _lfilter_from, b, a, x, array_operand(zi, float), axis=axis)


@lifts("scipy.signal.sosfilt")
def sosfilt(sos: Array, x: Array, axis: int = -1, zi: Any = None) -> Any:
    """Filter along an axis, by a cascade of sections of the second order.

    Parameters
    ----------
    sos : array_like, shape (n, 6)
        The coefficients of numerators and denominators.
    x : array_like
    axis : int
    zi : array_like, optional
        A state to begin with. That which the filter leaves is returned, too.

    See Also
    --------
    scipy.signal.sosfilt

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import sosfilt
    >>> x = mg.tensor([1.0, 0.0, 0.0])
    >>> y = sosfilt([[1.0, 0.0, 0.0, 1.0, -0.5, 0.0]], x)
    >>> y[2].backward()
    >>> x.grad
    array([0.25, 0.5 , 1.  ])
    """
    sos, x = operand(sos), operand(x)
    if not has_variable([sos, x, zi]):
        return scipy.signal.sosfilt(sos, x, axis, zi)
    sos, x = array_operand(sos, float), array_operand(x, float)
    if zi is None:
        return _sosfilt(sos, x, axis=axis)
    return _from_state(scipy.signal.sosfilt, _sosfilt_from, sos, x, array_operand(zi, float), axis=axis)


@lifts("scipy.signal.filtfilt")
def filtfilt(
    b: Array,
    a: Array,
    x: Array,
    axis: int = -1,
    padtype: str | None = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Any:
    """Filter along an axis, forward and backward.

    Parameters
    ----------
    b, a : array_like
        The coefficients of numerator and denominator.
    x : array_like
    axis : int
    padtype : {'odd', 'even', 'constant', None}
    padlen : int, optional
    method : {'pad', 'gust'}
        Beside variables, 'pad'.
    irlen : int, optional

    See Also
    --------
    scipy.signal.filtfilt

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import filtfilt
    >>> x = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0])
    >>> y = filtfilt([0.5, 0.5], [1.0], x, padlen=1)
    >>> y
    Tensor([0.  , 0.25, 0.5 , 0.25, 0.  ])
    >>> y[2].backward()
    >>> x.grad
    array([0.  , 0.25, 0.5 , 0.25, 0.  ])
    """
    b, a, x = operand(b), operand(a), operand(x)
    if not has_variable([b, a, x]):
        return scipy.signal.filtfilt(b, a, x, axis, padtype, padlen, method, irlen)
    if method != "pad":
        raise TypeError(f"filtfilt: the method {method!r} has no derivative. Use 'pad'")
    return _filtfilt(
        _coefficients(b),
        _coefficients(a),
        array_operand(x, float),
        axis=axis,
        padtype=padtype,
        padlen=padlen,
    )
