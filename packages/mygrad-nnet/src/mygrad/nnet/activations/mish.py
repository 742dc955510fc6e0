"""The mish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import LOWEST, SATURATION, floats
from mygrad.nnet.activations.sigmoid import logistic
from mygrad.nnet.activations.softplus import log_one_plus_exp

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["mish"]

# With e = exp(x) and n = e * (e + 2), tanh(log(1 + e)) is n / (n + 2), in which nothing cancels. It is 1 once
# e**2 is as large as the e beyond which the sigmoid is 1; there `x` is cut off in the exponential, so that
# nothing overflows.


def _cut(x: Any) -> Any:
    return np.clip(x, LOWEST, SATURATION[x.dtype.char] / 2 + 1)


def mish_linear(x: Any) -> Any:
    """The product of x and tanh(log(1 + exp(x)))."""
    x = floats(x)
    e = np.exp(_cut(x))
    n = e * (e + 2)
    return np.maximum(x, LOWEST) * (n / (n + 2))


@primitive
def mish_slope(x: Any) -> Any:
    """Its derivative."""
    x = _cut(x)
    e = np.exp(x)
    n = e * (e + 2)
    d = n + 2
    return n / d + x * (e / d) * (4 * ((e + 1) / d))


def _curvature(x: Any) -> Any:
    """Its second derivative, with t = tanh(softplus(x)): that of x * t, in which 1 - t * t would cancel."""
    x = np.clip(x, LOWEST, -LOWEST)
    s, softplus = logistic(x), log_one_plus_exp(x)
    slope = s / np.square(np.cosh(softplus))
    return slope * (2 + x * (logistic(-x) - 2 * s * np.tanh(softplus)))


defvjp(mish_linear, lambda g, _y, x: g * mish_slope(x), elementwise=True, name="mish")
defvjp(mish_slope, lambda g, _y, x: g * _curvature(x), elementwise=True)


def mish(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The mish, ``x * tanh(softplus(x))``, element by element.

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
    D. Misra, "Mish: a self regularized non-monotonic activation function", BMVC (2020).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import mish
    >>> x = mg.tensor([-1.0, 0.0, 2.0])
    >>> y = mish(x)
    >>> y
    Tensor([-0.30340146,  0.        ,  1.94395896])
    >>> y.backward()
    >>> x.grad
    array([0.05921676, 0.6       , 1.06931793])
    """
    return call(mish_linear, x, constant=constant)
