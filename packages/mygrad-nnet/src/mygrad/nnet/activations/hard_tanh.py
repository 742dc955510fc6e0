"""The hard hyperbolic tangent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import bounded, keep, reals, scalar

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["hard_tanh"]


def clamped(x: Any, lower: float, upper: float) -> Any:
    """`x`, but no less than `lower` and no more than `upper`."""
    return bounded(reals(x), lower, upper)


defvjp(
    clamped,
    lambda g, y, _x, lower, upper: keep(g, (y > lower) & (y < upper)),
    elementwise=True,
    masks=True,
    name="hard_tanh",
)


def hard_tanh(x: ArrayLike, *, lower_bound: Real = -1, upper_bound: Real = 1, constant: bool | None = None) -> Tensor:
    """The hard hyperbolic tangent: `x` between the bounds; at them and beyond, the nearer bound.

    Parameters
    ----------
    x : array_like
    lower_bound, upper_bound : float
        No gradient flows to them.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the lower bound is above the upper one.

    Notes
    -----
    The derivative at the bounds is taken as 0.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import hard_tanh
    >>> x = mg.tensor([-3.0, 0.5, 3.0])
    >>> y = hard_tanh(x)
    >>> y
    Tensor([-1. ,  0.5,  1. ])
    >>> y.backward()
    >>> x.grad
    array([0., 1., 0.])
    """
    lower, upper = scalar("lower_bound", lower_bound), scalar("upper_bound", upper_bound)
    if lower > upper:
        raise ValueError(f"hard_tanh: lower_bound ({lower}) must not be greater than upper_bound ({upper})")
    return call(clamped, x, lower=lower, upper=upper, constant=constant)
