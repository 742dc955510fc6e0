"""Tensors out of nothing, and out of what other libraries hold.

What an array or a list of numbers is made into is a constant. What is filled with one number is a variable, like that
of `mygrad.zeros`: more often than not results are written into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import mygrad as mg
from mygrad import (
    empty,
    empty_like,
    eye,
    full,
    full_like,
    ones,
    ones_like,
    tril,
    triu,
    zeros,
    zeros_like,
)
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, has_tensors, has_variable, refuse_masked
from mygrad._results import as_tensor, copy_wanted
from mygrad.array_api._results import check_device

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
]


def asarray(obj: ArrayLike, /, *, dtype: DTypeLike = None, device: Any = None, copy: bool | None = None) -> Tensor:
    """Make a tensor, to which the gradients of tensors are not lost.

    Parameters
    ----------
    obj : array_like
        Numbers, arrays, tensors, or sequences of these nested to any depth.
    dtype : dtype_like, optional
        By default that of `obj`.
    device : "cpu", optional
        There is no other.
    copy : bool, optional
        Whether to copy always (True), never, or where that is needed (the default).

    Returns
    -------
    Tensor
        A tensor itself, its copy, or the tensor cast to `dtype`; lists with tensors in them stacked. All of these are
        differentiable. Anything else becomes a constant.

    Raises
    ------
    ValueError
        If a copy is needed, and ``copy=False``.
    TypeError
        If there are other things than numbers.

    See Also
    --------
    mygrad.tensor : makes leaves, which are variables if they are of a floating-point dtype.

    Examples
    --------
    >>> import mygrad as mg
    >>> import mygrad.array_api as xp
    >>> t = mg.tensor([1.0, 2.0])
    >>> xp.asarray(t) is t
    True
    >>> xp.asarray([t, 2 * t], dtype="float32").sum().backward()
    >>> t.grad
    array([3., 3.])
    """
    check_device(device)
    copy = copy_wanted(copy)
    if isinstance(obj, (list, tuple)) and has_tensors(obj):
        if copy is False:
            raise ValueError("asarray: tensors in a list cannot be stacked without a copy, but copy=False")
        obj, copy = as_operand(obj), None
    if not isinstance(obj, Handle):
        refuse_masked(obj)
        array = np.array(obj, dtype=dtype, copy=copy)
        made = as_tensor(array)
        if copy is False and not np.may_share_memory(made._memory, array):
            raise ValueError("asarray: memory that cannot be locked for a graph is copied, but copy=False")
        return made
    if dtype is None or obj._memory.dtype == np.dtype(dtype):
        return mg.copy(obj) if copy else obj
    if copy is False:
        raise ValueError(f"asarray: the tensor of {obj._memory.dtype} cannot be cast to {dtype} if copy=False")
    return mg.astype(obj, dtype)


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """Make a constant of another library's array. A tensor stays what it is, part of its graph."""
    if not isinstance(x, Handle):
        x = np.from_dlpack(x)
    return asarray(x, device=device, copy=copy)


def arange(
    start: float, /, stop: float | None = None, step: float = 1, *, dtype: DTypeLike = None, device: Any = None
) -> Tensor:
    """Numbers at equal distances: a constant.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.arange(2, step=0.5).constant
    True
    """
    check_device(device)
    if stop is None:
        start, stop = 0, start
    return mg.arange(start, stop, step, dtype=dtype, constant=True)


def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    /,
    num: int,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    endpoint: bool = True,
) -> Tensor:
    """`num` numbers from `start` to `stop`: a constant if these are.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.linspace(0.0, 1.0, 3)
    Tensor([0. , 0.5, 1. ])
    """
    constant = None if has_variable((start, stop)) else True
    made: Tensor = mg.linspace(start, stop, num, endpoint, dtype=dtype, device=device, constant=constant)
    return made
