"""Integrals of what is known at some points."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.integrate

from mygrad.extend import composed, lifts
from mygrad.scipy._operands import Array, array_operand, operand

__all__ = ["cumulative_trapezoid", "simpson", "trapezoid"]


def _last(y: Any, x: Any, dx: Any, axis: int) -> tuple[Any, Any]:
    """The values and the widths between them, along the last axis."""
    if x is None:
        return np.moveaxis(y, axis, -1), dx * np.ones(max(y.shape[axis] - 1, 0))
    return np.moveaxis(y, axis, -1), np.diff(x if np.ndim(x) == 1 else np.moveaxis(x, axis, -1))


def _by_trapezoids(y: Any, x: Any, dx: Any, axis: int = -1) -> Any:
    y, h = _last(y, x, dx, axis)
    return np.sum(h * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)


def _cumulatively(y: Any, x: Any, dx: Any, axis: int = -1, initial: Any = None) -> Any:
    y, h = _last(y, x, dx, axis)
    sums = np.cumsum(h * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)
    if initial is not None:
        sums = np.concatenate([np.full_like(sums[..., :1], initial), sums], axis=-1)
    return np.moveaxis(sums, -1, axis)


def _by_parabolas(y: Any, x: Any, dx: Any, axis: int = -1) -> Any:
    y, h = _last(y, x, dx, axis)
    n = y.shape[-1]
    stop = n - 2 if n % 2 else max(n - 3, 0)
    before, after = h[..., 0:stop:2], h[..., 1 : stop + 1 : 2]
    both = before + after
    left, middle, right = (y[..., k : k + stop : 2] for k in range(3))
    inner = left * (2 - after / before) + middle * both**2 / (before * after) + right * (2 - before / after)
    total = np.sum(both / 6 * inner, axis=-1)
    if n % 2:
        return total
    b = h[..., -1]
    if n == 2:
        return total + b * (y[..., -1] + y[..., -2]) / 2
    a = h[..., -2]  # the last interval, by the parabola through its ends and the point before
    by_last, by_next = (2 * b**2 + 3 * a * b) / (6 * (a + b)), (b**2 + 3 * a * b) / (6 * a)
    return total + by_last * y[..., -1] + by_next * y[..., -2] - b**3 / (6 * a * (a + b)) * y[..., -3]


_trapezoid = composed(
    lambda y, x, dx, axis=-1: scipy.integrate.trapezoid(y, x, dx, axis),
    _by_trapezoids,
)
_cumulative_trapezoid = composed(
    lambda y, x, dx, axis=-1, initial=None: scipy.integrate.cumulative_trapezoid(y, x, dx, axis, initial),
    _cumulatively,
)
_simpson = composed(
    lambda y, x, dx, axis=-1: scipy.integrate.simpson(y, x=x, dx=dx, axis=axis),
    _by_parabolas,
)


@lifts("scipy.integrate.trapezoid")
def trapezoid(y: Array, x: Array | None = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Integrate by the trapezoidal rule.

    Parameters
    ----------
    y : array_like
        The values.
    x : array_like, optional
        Where they are.
    dx : float
        How far they are from each other, if `x` is not given.
    axis : int

    See Also
    --------
    scipy.integrate.trapezoid

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import trapezoid
    >>> y = mg.tensor([1.0, 2.0, 4.0])
    >>> trapezoid(y)
    Tensor(4.5)
    >>> trapezoid(y).backward()
    >>> y.grad
    array([0.5, 1. , 0.5])
    """
    return _trapezoid(array_operand(y), operand(x), dx, axis=axis)


@lifts("scipy.integrate.cumulative_trapezoid")
def cumulative_trapezoid(y: Array, x: Array | None = None, dx: Any = 1.0, axis: int = -1, initial: Any = None) -> Any:
    """Integrate by the trapezoidal rule, up to each point.

    Parameters
    ----------
    y : array_like
        The values.
    x : array_like, optional
        Where they are.
    dx : float
        How far they are from each other, if `x` is not given.
    axis : int
    initial : {None, 0}
        What to begin the result with.

    See Also
    --------
    scipy.integrate.cumulative_trapezoid

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import cumulative_trapezoid
    >>> y = mg.tensor([1.0, 2.0, 4.0])
    >>> cumulative_trapezoid(y, initial=0)
    Tensor([0. , 1.5, 4.5])
    >>> cumulative_trapezoid(y).sum().backward()
    >>> y.grad
    array([1. , 1.5, 0.5])
    """
    return _cumulative_trapezoid(array_operand(y), operand(x), dx, axis=axis, initial=initial)


@lifts("scipy.integrate.simpson")
def simpson(y: Array, x: Array | None = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    """Integrate by Simpson's rule.

    Parameters
    ----------
    y : array_like
        The values.
    x : array_like, optional
        Where they are.
    dx : float
        How far they are from each other, if `x` is not given.
    axis : int

    See Also
    --------
    scipy.integrate.simpson

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import simpson
    >>> y = mg.tensor([1.0, 2.0, 4.0])
    >>> simpson(y).backward()
    >>> y.grad.round(4)
    array([0.3333, 1.3333, 0.3333])
    """
    return _simpson(array_operand(y), operand(x), dx, axis=axis)
