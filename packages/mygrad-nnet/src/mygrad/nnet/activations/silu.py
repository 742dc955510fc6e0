"""The sigmoid linear unit, also called swish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import LOWEST, bounded, floats
from mygrad.nnet.activations.sigmoid import logistic, logistic_slope

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["silu"]


def sigmoid_linear(x: Any) -> Any:
    """The quotient of x and 1 + exp(-x)."""
    x = bounded(floats(x), LOWEST)
    return x * logistic(x)


@primitive
def sigmoid_linear_slope(x: Any) -> Any:
    """Its derivative."""
    x = np.clip(x, LOWEST, -LOWEST)
    s = logistic(x)
    return s * (1 + x * (1 - s))


def _curvature(x: Any) -> Any:
    """Its second derivative, in which 1 - s would cancel."""
    x = np.clip(x, LOWEST, -LOWEST)
    return logistic_slope(x) * (2 - x * np.tanh(0.5 * x))


defvjp(sigmoid_linear, lambda g, _y, x: g * sigmoid_linear_slope(x), elementwise=True, name="silu")
defvjp(sigmoid_linear_slope, lambda g, _y, x: g * _curvature(x), elementwise=True)


def silu(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The sigmoid linear unit (or swish), ``x * sigmoid(x)``, element by element.

    Parameters
    ----------
    x : array_like
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    References
    ----------
    S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107 (2018).

    P. Ramachandran, B. Zoph and Q. V. Le, "Searching for activation functions", arXiv:1710.05941 (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import silu
    >>> x = mg.tensor([-1.0, 0.0, 2.0])
    >>> y = silu(x)
    >>> y
    Tensor([-0.26894142,  0.        ,  1.76159416])
    >>> y.backward()
    >>> x.grad
    array([0.07232949, 0.5       , 1.09078425])
    """
    return call(sigmoid_linear, x, constant=constant)
