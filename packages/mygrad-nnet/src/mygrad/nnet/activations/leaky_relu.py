"""The leaky rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import bounded, reals, scalar

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["leaky_relu"]


def leaky_rectified(x: Any, slope: float) -> Any:
    """The sum of max(x, 0) and slope * min(x, 0)."""
    x = reals(x)
    above = bounded(x, 0)
    return above + slope * bounded(x, upper=0) if slope else above


def _slopes(x: Any, slope: float, dtype: Any) -> Any:
    """1 where `x` is positive, and `slope` elsewhere."""
    positive = x > 0
    return np.multiply(~positive, slope, dtype=dtype) + positive


defvjp(leaky_rectified, lambda g, _y, x, slope: g * _slopes(x, slope, g.dtype), elementwise=True, name="leaky_relu")


def leaky_relu(x: ArrayLike, slope: Real, *, constant: bool | None = None) -> Tensor:
    """The leaky rectified linear unit: `x` where it is positive, and ``slope * x`` elsewhere.

    Parameters
    ----------
    x : array_like
    slope : float
        No gradient flows to it.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative at 0 is taken as `slope`.

    References
    ----------
    A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic models",
    ICML (2013).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import leaky_relu
    >>> x = mg.tensor([-2.0, 3.0])
    >>> y = leaky_relu(x, 0.1)
    >>> y
    Tensor([-0.2,  3. ])
    >>> y.backward()
    >>> x.grad
    array([0.1, 1. ])
    """
    return call(leaky_rectified, x, slope=scalar("slope", slope), constant=constant)
