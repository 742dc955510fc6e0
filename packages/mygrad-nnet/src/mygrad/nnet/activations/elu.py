"""Exponential linear units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import bounded, floats, scalar

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["elu", "exponential_linear", "exponential_slopes"]


def exponential_linear(x: Any, alpha: float, scale: float = 1.0) -> Any:
    """Scale times x where that is positive, scale * alpha * (exp(x) - 1) elsewhere."""
    x = floats(x)
    t = np.tanh(0.5 * bounded(x, upper=0))
    expm1 = 2 * t / (1 - t)  # nothing cancels, and NumPy's expm1 takes numbers one by one, but tanh several at once
    return scale * bounded(x, 0) + (scale * alpha) * expm1


def exponential_slopes(x: Any, alpha: float, scale: float, dtype: Any) -> Any:
    """Scale where `x` is at least 0, and scale * alpha * exp(x) elsewhere."""
    negative = x < 0
    factors = np.multiply(negative, scale * alpha, dtype=dtype) + np.multiply(~negative, scale, dtype=dtype)
    return factors * np.exp(np.minimum(x, 0))


defvjp(
    exponential_linear,
    lambda g, _y, x, alpha, scale=1.0: g * exponential_slopes(x, alpha, scale, g.dtype),
    elementwise=True,
    name="elu",
)


def elu(x: ArrayLike, alpha: Real, *, constant: bool | None = None) -> Tensor:
    """The exponential linear unit: `x` where it is at least 0, and ``alpha * (exp(x) - 1)`` elsewhere.

    Parameters
    ----------
    x : array_like
    alpha : float
        No gradient flows to it.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative at 0 is taken as 1.

    References
    ----------
    D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by exponential
    linear units (ELUs)", ICLR (2016).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import elu
    >>> x = mg.tensor([-1.0, 0.0, 2.0])
    >>> y = elu(x, alpha=0.1)
    >>> y
    Tensor([-0.06321206,  0.        ,  2.        ])
    >>> y.backward()
    >>> x.grad
    array([0.03678794, 1.        , 1.        ])
    """
    return call(exponential_linear, x, alpha=scalar("alpha", alpha), constant=constant)
