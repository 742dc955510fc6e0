"""The softmax and its logarithm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import floats, widened

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["log_of_softmax", "logsoftmax", "normalized_exp", "shifted", "softmax"]

Axis = int | tuple[int, ...] | None


def shifted(x: Any, axis: Axis) -> Any:
    """A copy of `x`, less its largest entry along `axis`. What equals that becomes 0, infinities too."""
    top = np.maximum.reduce(x, axis=axis, keepdims=True, initial=-np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        z = x - top
        total = np.add.reduce(top, axis=None)
        return z if total - total == 0 else np.where(x == top, 0, z)  # unless all of `top` is finite


@primitive
def normalized_exp(x: Any, axis: Axis) -> Any:
    """exp(x), divided by its sum along `axis`."""
    x = floats(x)
    e = np.exp(shifted(widened(x), axis))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e.astype(x.dtype, copy=False)


def _inner(g: Any, weights: Any, axis: Axis) -> Any:
    """The sums of the products along `axis`, which stays as one of length 1."""
    if g.ndim and axis in (-1, g.ndim - 1):  # half of the time
        return np.vecdot(g, weights)[..., None]
    return np.sum(g * weights, axis=axis, keepdims=True)


def _softmax_vjp(g: Any, y: Any, _x: Any, axis: Axis) -> Any:
    # Where one probability is close to 1, its entry of `g` is close to the mean, and their difference would be made of
    # rounding errors. So that entry is subtracted from all of them first, which makes no difference otherwise.
    g, y = widened(g), widened(y)
    g = g - _inner(g, y > 0.5, axis)
    return y * (g - _inner(g, y, axis))


defvjp(normalized_exp, _softmax_vjp, singular=True, name="softmax")


@primitive
def log_of_softmax(x: Any, axis: Axis) -> Any:
    """The logarithm of the softmax."""
    x = floats(x)
    z = shifted(widened(x), axis)
    e = np.exp(z)
    total = np.maximum(np.add.reduce(e, axis=axis, keepdims=True), 1)  # it is 0 only of no entries
    logs = np.log(total)
    if (total < 1.5).any():  # then one is the largest, and 1 plus the sum of the others has lost digits of that sum
        others = np.add.reduce(e, axis=axis, keepdims=True, where=z < 0)
        logs = np.where(total < 1.5, np.log1p(others), logs)
    z -= logs
    with np.errstate(over="ignore"):  # in float16
        return z.astype(x.dtype, copy=False)


def _log_vjp(g: Any, y: Any, _x: Any, axis: Axis) -> Any:
    g, p = widened(g), np.exp(widened(y))
    for _ in range(2):  # they should add up to 0, and what they do add up to is the error of the largest
        g = g - p * np.sum(g, axis=axis, keepdims=True)
    return g


defvjp(log_of_softmax, _log_vjp, singular=True, name="logsoftmax")


def softmax(x: ArrayLike, axis: Axis = -1, *, constant: bool | None = None) -> Tensor:
    """The softmax, ``exp(x) / sum(exp(x))``.

    Parameters
    ----------
    x : array_like
    axis : int | tuple[int, ...] | None
        The axis or axes along which the result adds up to 1; None: all of them.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Notes
    -----
    Entries of -inf get no share. Infinite entries share evenly what there is, as equal finite ones would.

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", Neurocomputing (1990).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import softmax
    >>> x = mg.tensor([[1000.0, 1000.0], [0.0, 1.0]])
    >>> softmax(x)
    Tensor([[0.5       , 0.5       ],
            [0.26894142, 0.73105858]])
    """
    return call(normalized_exp, x, axis=axis, constant=constant)


def logsoftmax(x: ArrayLike, axis: Axis = -1, *, constant: bool | None = None) -> Tensor:
    """The logarithm of the softmax, ``x - log(sum(exp(x)))``.

    Parameters
    ----------
    x : array_like
    axis : int | tuple[int, ...] | None
        The axis or axes along which the exponential of the result adds up to 1; None: all of them.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import logsoftmax
    >>> x = mg.tensor([[1000.0, 1000.0], [0.0, 1000.0]])
    >>> logsoftmax(x)
    Tensor([[-6.93147181e-01, -6.93147181e-01],
            [-1.00000000e+03,  0.00000000e+00]])
    """
    return call(log_of_softmax, x, axis=axis, constant=constant)
