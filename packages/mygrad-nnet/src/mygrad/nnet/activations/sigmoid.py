"""The sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import SATURATION, bounded, floats

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["logistic", "logistic_slope", "sigmoid"]


@primitive
def logistic(x: Any) -> Any:
    """1 / (1 + exp(-x)), to full relative precision at either end."""
    x = floats(x)
    e = np.exp(bounded(x, upper=SATURATION[x.dtype.char]))
    return e / (1 + e)


@primitive
def logistic_slope(x: Any) -> Any:
    """Its derivative, which is even: y * (1 - y), but in that the 1 - y would cancel where y is close to 1."""
    e = np.exp(-np.abs(x))
    return e / np.square(1 + e)


defvjp(logistic, lambda g, _y, x: g * logistic_slope(x), elementwise=True, name="sigmoid")
defvjp(logistic_slope, lambda g, y, x: -g * (y * np.tanh(0.5 * x)), elementwise=True)


def sigmoid(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The sigmoid, ``1 / (1 + exp(-x))``, element by element.

    Parameters
    ----------
    x : array_like
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import sigmoid
    >>> x = mg.tensor([-1000.0, 0.0, 1.0])
    >>> y = sigmoid(x)
    >>> y
    Tensor([0.        , 0.5       , 0.73105858])
    >>> y.backward()
    >>> x.grad
    array([0.        , 0.25      , 0.19661193])
    """
    return call(logistic, x, constant=constant)
