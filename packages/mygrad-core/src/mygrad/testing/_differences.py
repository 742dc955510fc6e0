"""Derivatives by central differences, extrapolated to a vanishing step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["numerical_jacobian"]

Array = np.ndarray[Any, Any]

_SHRINK = 1.6
_LEVELS = 12


def numerical_jacobian(f: Callable[[Array], Array], x: Array, eps: float | None = None) -> tuple[Array, Array]:
    """The Jacobian of a function at `x` by central differences.

    Parameters
    ----------
    f : Callable[[ndarray], ndarray]
    x : ndarray
        It is evaluated around this point, in double precision or better.
    eps : float, optional
        The largest step to take from `x`. By default it is a twentieth of each number, and at least of one; if that
        gives no good result smaller ones are tried.

    Returns
    -------
    tuple[ndarray, ndarray]
        The Jacobian, of the shape of ``f(x)`` followed by that of `x`, and an estimate of its errors.

    Notes
    -----
    The step is made smaller step by step, and what the differences tend to is extrapolated. The best result is the one
    where two ways to extrapolate differ least; by so much it is uncertain.

    References
    ----------
    C. J. F. Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (1982).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.testing import numerical_jacobian
    >>> derivative, error = numerical_jacobian(np.cumsum, np.array([1.0, 2.0]))
    >>> derivative.round(6)
    array([[1., 0.],
           [1., 1.]])
    """
    x = np.array(x, np.result_type(x, float))
    value = np.asarray(f(x))
    derivative = np.empty(value.shape + x.shape)
    error = np.empty(value.shape + x.shape)
    for index in np.ndindex(x.shape):
        size: Any = abs(x[index])
        steps: list[float] = [eps] if eps is not None else [k * s for k in (0.05, 5e-5) for s in (max(size, 1), size)]
        accuracy = 1e-10 * np.max(np.abs(value), initial=0) / max(size, 1)
        column = (..., *index)
        derivative[column], error[column] = _by_steps(f, x, index, steps, accuracy)
    return derivative, error


def _by_steps(
    f: Callable[[Array], Array], x: Array, index: tuple[int, ...], steps: list[float], accuracy: float
) -> tuple[Array, Array]:
    derivative, error = _partial(f, x, index, steps[0], accuracy)
    for step in steps[1:]:
        if step > 0 and not _is_good(derivative, error, 10 * accuracy):
            again, uncertain = _partial(f, x, index, step, accuracy)
            better = ~(error <= uncertain)
            derivative, error = np.where(better, again, derivative), np.where(better, uncertain, error)
    return derivative, error


def _is_good(derivative: Array, error: Array, accuracy: float) -> bool:
    return bool(np.all(error <= max(accuracy, 1e-10 * np.max(np.abs(derivative), initial=0))))


def _partial(
    f: Callable[[Array], Array], x: Array, index: tuple[int, ...], step: float, accuracy: float
) -> tuple[Array, Array]:
    """The derivative by one number in `x`, and its error, by Ridders' method."""

    def difference(h: float) -> Array:
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        with np.errstate(all="ignore"):
            return np.asarray((np.asarray(f(up)) - np.asarray(f(down))) / (up[index] - down[index]))

    last = [difference(step)]
    best = last[0]
    error = np.full(best.shape, np.inf)
    for level in range(1, _LEVELS):
        row = [difference(step / _SHRINK**level)]
        for order, before in enumerate(last, start=1):
            # Central differences have an error in even powers of the step; this cancels the lowest that is left.
            weight = _SHRINK ** (2 * order)
            with np.errstate(all="ignore"):
                row.append((weight * row[-1] - before) / (weight - 1))
                uncertain = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - before))
            better = uncertain < error
            best, error = np.where(better, row[-1], best), np.where(better, uncertain, error)
        if _is_good(best, error, accuracy):
            break
        last = row
    return best, error
