"""The softplus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._numbers import bounded, floats, log_of_one_plus
from mygrad.nnet.activations.sigmoid import logistic

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["log_one_plus_exp", "softplus"]


@primitive
def log_one_plus_exp(x: Any) -> Any:
    """log(1 + exp(x)), to full relative precision at either end."""
    x = floats(x)
    return bounded(x, 0) + log_of_one_plus(np.exp(-np.abs(x)))


defvjp(log_one_plus_exp, lambda g, _y, x: g * logistic(x), elementwise=True, name="softplus")


def softplus(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The softplus, ``log(1 + exp(x))``, element by element: a smooth `relu`.

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
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, "Incorporating second-order functional knowledge
    for better option pricing", NIPS (2000).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import softplus
    >>> x = mg.tensor([-1000.0, 0.0, 1000.0])
    >>> y = softplus(x)
    >>> y
    Tensor([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    >>> y.backward()
    >>> x.grad
    array([0. , 0.5, 1. ])
    """
    return call(log_one_plus_exp, x, constant=constant)
