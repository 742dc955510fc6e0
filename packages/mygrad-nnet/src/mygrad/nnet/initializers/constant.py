"""One value everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad import full
from mygrad.nnet.initializers._random import shape_of

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["constant"]


def constant(*shape: Any, value: Real = 0.0, dtype: DTypeLikeReals = None, constant: bool | None = None) -> Tensor:
    """A tensor that is filled with one value.

    Parameters
    ----------
    *shape : int
        The lengths of the axes; a sequence of them will do.
    value : float
    dtype : dtype_like, optional
        By default that of `value`.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do if the dtype is not floating-point.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> from mygrad.nnet.initializers import constant
    >>> constant(3, value=0.1)
    Tensor([0.1, 0.1, 0.1])
    """
    return full(shape_of(shape), value, dtype=dtype, constant=constant)
