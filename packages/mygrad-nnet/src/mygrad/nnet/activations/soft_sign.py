"""The soft sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import floats

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["soft_sign"]


def softened_sign(x: Any) -> Any:
    """The quotient of x and 1 + |x|."""
    x = floats(x)
    largest = np.finfo(x.dtype).max / 2
    x = np.clip(x, -largest, largest)  # inf / inf would be nan
    return x / (1 + np.abs(x))


def _vjp(g: Any, _y: Any, x: Any) -> Any:
    d = 1 + np.abs(x)
    return g / d / d  # the square would overflow


defvjp(softened_sign, _vjp, elementwise=True, name="soft_sign")


def soft_sign(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The soft sign, ``x / (1 + |x|)``, element by element.

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
    J. Bergstra, G. Desjardins, P. Lamblin and Y. Bengio, "Quadratic polynomials learn better image features",
    technical report 1337, Université de Montréal (2009).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import soft_sign
    >>> x = mg.tensor([-1.0, 0.0, 3.0])
    >>> y = soft_sign(x)
    >>> y
    Tensor([-0.5 ,  0.  ,  0.75])
    >>> y.backward()
    >>> x.grad
    array([0.25  , 1.    , 0.0625])
    """
    return call(softened_sign, x, constant=constant)
