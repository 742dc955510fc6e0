"""The Gaussian error linear unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import LOWEST, bounded, floats
from mygrad.nnet.activations._normal_cdf import normal_cdf, weighted_density
from mygrad.nnet.activations.sigmoid import logistic, logistic_slope

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["gelu"]


def gaussian_linear(x: Any) -> Any:
    """`x` times the distribution function of the standard normal distribution."""
    x = bounded(floats(x), LOWEST)
    return x * normal_cdf(x)


def _probability(x: Any, y: Any) -> Any:
    """The distribution function at `x`, of which `y` is `x` times that."""
    if not isinstance(y, np.ndarray) or not y.ndim:
        return normal_cdf(np.clip(x, LOWEST, -LOWEST))
    size, least = np.abs(y), np.finfo(y.dtype).tiny
    lost = None
    if not (size.min(initial=1) >= least and size.max(initial=1) < np.inf):
        lost = ~((size >= least) & (size < np.inf))  # where y is 0, or has lost digits, or is not finite
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.divide(y, x, out=size)
    if lost is not None:
        p[lost] = normal_cdf(np.clip(x[lost], LOWEST, -LOWEST))
    return p


def _vjp(g: Any, y: Any, x: Any) -> Any:
    return g * (_probability(x, y) + weighted_density(x))


defvjp(gaussian_linear, _vjp, elementwise=True, name="gelu")

# The approximation: (1 + tanh(u)) / 2 is the sigmoid of 2u, in which nothing cancels. It is 0 or 1 in any
# dtype where `x` is cut off, so that its cube does not overflow.
_SLOPE, _CUBIC = 2 * math.sqrt(2 / math.pi), 0.044715
_FAR = 30.0


def tanh_gaussian_linear(x: Any) -> Any:
    """The same, approximately."""
    x = floats(x)
    z = np.clip(x, -_FAR, _FAR)
    return np.maximum(x, LOWEST) * logistic(_SLOPE * z * (1 + _CUBIC * z * z))


@primitive
def tanh_gaussian_slope(x: Any) -> Any:
    """Its derivative."""
    x = np.clip(x, -_FAR, _FAR)
    square = x * x
    s = logistic(_SLOPE * x * (1 + _CUBIC * square))
    return s * (1 + x * (1 - s) * (_SLOPE * (1 + 3 * _CUBIC * square)))


def _curvature(x: Any) -> Any:
    """Its second derivative, in which 1 - s would cancel."""
    x = np.clip(x, -_FAR, _FAR)
    square = x * x
    u = _SLOPE * x * (1 + _CUBIC * square)
    slope, bend = _SLOPE * (1 + 3 * _CUBIC * square), 6 * _SLOPE * _CUBIC * x  # the derivatives of u
    return logistic_slope(u) * (2 * slope + x * (bend - np.tanh(0.5 * u) * np.square(slope)))


defvjp(tanh_gaussian_linear, lambda g, _y, x: g * tanh_gaussian_slope(x), elementwise=True, name="gelu")
defvjp(tanh_gaussian_slope, lambda g, _y, x: g * _curvature(x), elementwise=True)


def gelu(x: ArrayLike, *, approximate: bool = False, constant: bool | None = None) -> Tensor:
    """The Gaussian error linear unit: `x` times the standard normal distribution function of `x`.

    Parameters
    ----------
    x : array_like
    approximate : bool
        Whether to take ``(1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2`` for the probability, which is
        quicker and has errors below 0.0003.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    References
    ----------
    D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415 (2016).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import gelu
    >>> x = mg.tensor([-1.0, 0.0, 2.0])
    >>> y = gelu(x)
    >>> y
    Tensor([-0.15865525,  0.        ,  1.95449974])
    >>> y.backward()
    >>> x.grad
    array([-0.08331547,  0.5       ,  1.0852318 ])
    """
    return call(tanh_gaussian_linear if approximate else gaussian_linear, x, constant=constant)
