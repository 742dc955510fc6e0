"""The same elements under another shape: views, wherever NumPy can take one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from mygrad._compositions import joining as _joining
from mygrad._compositions.layouts import memory_axes, settled_order
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import unwrap
from mygrad._keywords import also_named
from mygrad._results import as_array, call, copy_wanted, frozen, itself, settled, view
from mygrad._rules.rule import RULES

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis, ShapeLike

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_to",
    "expand_dims",
    "ravel",
    "reshape",
    "squeeze",
]

_RESHAPE, _RAVEL = RULES[np.reshape], RULES[np.ravel]


@implements(np.reshape)
def reshape(
    a: ArrayLike,
    shape: ShapeLike | None = None,
    order: Any = "C",
    *,
    newshape: ShapeLike | None = None,
    copy: bool | None = None,
    constant: bool | None = None,
) -> Tensor:
    """Arrange the elements in another shape.

    Parameters
    ----------
    a : array_like
    shape : int | tuple[int, ...]
        One length may be -1: it follows from the others.
    order : {'C', 'F', 'A'}, optional
        Whether the last axis (C) or the first (F) is walked along fastest; A means F for tensors that lie so
        in memory.
    newshape : int | tuple[int, ...], optional
        The former name of `shape`.
    copy : bool, optional
        Whether to copy. By default the result is a view, if that is possible.
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the shape has another number of elements; or if it takes a copy, and ``copy=False``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    >>> y = mg.reshape(x, (2, -1))
    >>> y
    Tensor([[1., 2.],
            [3., 4.]])
    >>> y.base is x
    True
    """
    if shape is None:
        if newshape is None:
            raise TypeError("reshape() is missing an argument: 'shape'")
        shape = newshape
    elif newshape is not None:
        raise TypeError("reshape() takes either `shape` or `newshape`, but not both")
    if isinstance(a, Handle) and order == "C" and copy is constant is None and a._memory.flags.c_contiguous:
        data = a._memory.reshape(shape)
        return view(_RESHAPE, a, data, data.shape)
    a, copy = as_array(a), copy_wanted(copy)
    data = unwrap(a)
    result = call(np.reshape, a, frozen(shape), settled_order(data, order), constant=constant)
    is_view = result.size == 0 or np.may_share_memory(unwrap(result), data)
    if copy is False and not is_view:
        raise ValueError("Unable to avoid creating a copy while reshaping.")
    return call(np.copy, result, constant=constant) if copy and is_view else result


@implements(np.ravel)
def ravel(a: ArrayLike, order: Any = "C", *, constant: bool | None = None) -> Tensor:
    """Flatten a tensor: its elements along one axis.

    Parameters
    ----------
    a : array_like
    order : {'C', 'F', 'A', 'K'}, optional
        Whether the last axis (C) or the first (F) is walked along fastest; A means F for tensors that lie so
        in memory, K the order in memory whatever it is.
    {constant}

    Returns
    -------
    Tensor, shape (N,)
        A view, if that is possible.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.ravel(x)
    Tensor([1., 2., 3., 4.])
    """
    if isinstance(a, Handle) and order == "C" and constant is None and a._memory.flags.c_contiguous:
        return view(_RAVEL, a, a._memory.reshape(-1))
    a = as_array(a)
    if order == "K":
        axes = memory_axes(unwrap(a))
        if axes != tuple(range(a.ndim)):
            a = call(np.transpose, a, axes)
        order = "C"
    return call(np.ravel, a, settled_order(unwrap(a), order), constant=constant)


@implements(np.squeeze)
def squeeze(a: ArrayLike, axis: Axis = None, *, constant: bool | None = None) -> Tensor:
    """Remove axes of length one: a view, or the tensor itself if there are none.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        Which ones; all by default.
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If an axis is not of length one.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.squeeze(mg.tensor([[1.0, 2.0]]))
    Tensor([1., 2.])
    """
    t: Any = as_array(a)
    if isinstance(t, Handle) and (axis == () or (axis is None and 1 not in t._memory.shape)) and not t._number:
        return itself(t, constant)
    return call(np.squeeze, t, axis=axis, constant=constant)


@implements(np.expand_dims)
def expand_dims(a: ArrayLike, axis: Axis, *, constant: bool | None = None) -> Tensor:
    """Insert axes of length one: a view.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...]
        Where they are in the result.
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    AxisError
        If the result has no such axis.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.expand_dims(mg.tensor([1.0, 2.0]), axis=0)
    Tensor([[1., 2.]])
    """
    return call(np.expand_dims, as_array(a), frozen(axis), constant=constant)


@also_named("a")
@implements(np.broadcast_to)
def broadcast_to(array: ArrayLike, shape: ShapeLike, subok: bool = False, *, constant: bool | None = None) -> Tensor:
    """Broadcast a tensor to a shape: a read-only view, in which elements occur repeatedly.

    Parameters
    ----------
    array : array_like
    shape : int | tuple[int, ...]
    subok : bool, optional
        Accepted for NumPy's sake. It says nothing about tensors.
    {constant if `array` is a constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If it does not broadcast to that shape.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.broadcast_to(x, (3, 2))
    >>> y
    Tensor([[1., 2.],
            [1., 2.],
            [1., 2.]])
    >>> y.backward()
    >>> x.grad
    array([3., 3.])
    """
    return call(np.broadcast_to, as_array(array), frozen(shape), constant=constant)


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: ArrayLike, subok: bool = False, constant: bool | None = None) -> tuple[Tensor, ...]:
    """Broadcast tensors against each other: views.

    Parameters
    ----------
    *args : array_like
    subok : bool, optional
        Accepted for NumPy's sake. It says nothing about tensors.
    constant : bool, optional
        Whether gradients stop at the results. By default they do at those of constants.

    Returns
    -------
    tuple[Tensor, ...]

    Raises
    ------
    ValueError
        If they do not broadcast.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.broadcast_arrays(mg.tensor([1.0, 2.0]), [[0], [0]])[0]
    Tensor([[1., 2.],
            [1., 2.]])
    """
    return tuple([settled(a, constant) for a in _joining.broadcast_arrays(*map(as_array, args))])


@overload
def atleast_1d(ary: ArrayLike, /, *, constant: bool | None = ...) -> Tensor: ...
@overload
def atleast_1d(*arys: ArrayLike, constant: bool | None = ...) -> tuple[Tensor, ...]: ...
@implements(np.atleast_1d)
def atleast_1d(*arys: ArrayLike, constant: bool | None = None) -> Any:
    """Give tensors at least one axis.

    Parameters
    ----------
    *arys : array_like
    constant : bool, optional
        Whether gradients stop at the results. By default they do at those of constants.

    Returns
    -------
    Tensor | tuple[Tensor, ...]
        The tensors themselves, if they have so many axes, or else views; a tuple, unless there is just one.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.atleast_1d(mg.tensor(1.0), [2.0, 3.0])
    (Tensor([1.]), Tensor([2., 3.]))
    """
    return _each(np.atleast_1d, 1, arys, constant)


@overload
def atleast_2d(ary: ArrayLike, /, *, constant: bool | None = ...) -> Tensor: ...
@overload
def atleast_2d(*arys: ArrayLike, constant: bool | None = ...) -> tuple[Tensor, ...]: ...
@implements(np.atleast_2d)
def atleast_2d(*arys: ArrayLike, constant: bool | None = None) -> Any:
    """Give tensors at least two axes. A single axis becomes the second.

    Parameters
    ----------
    *arys : array_like
    constant : bool, optional
        Whether gradients stop at the results. By default they do at those of constants.

    Returns
    -------
    Tensor | tuple[Tensor, ...]
        The tensors themselves, if they have so many axes, or else views; a tuple, unless there is just one.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.atleast_2d(mg.tensor([1.0, 2.0]))
    Tensor([[1., 2.]])
    """
    return _each(np.atleast_2d, 2, arys, constant)


@overload
def atleast_3d(ary: ArrayLike, /, *, constant: bool | None = ...) -> Tensor: ...
@overload
def atleast_3d(*arys: ArrayLike, constant: bool | None = ...) -> tuple[Tensor, ...]: ...
@implements(np.atleast_3d)
def atleast_3d(*arys: ArrayLike, constant: bool | None = None) -> Any:
    """Give tensors at least three axes. A single axis becomes the second, two become the first two.

    Parameters
    ----------
    *arys : array_like
    constant : bool, optional
        Whether gradients stop at the results. By default they do at those of constants.

    Returns
    -------
    Tensor | tuple[Tensor, ...]
        The tensors themselves, if they have so many axes, or else views; a tuple, unless there is just one.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.atleast_3d(mg.tensor([1.0, 2.0])).shape
    (1, 2, 1)
    """
    return _each(np.atleast_3d, 3, arys, constant)


def _each(func: Any, ndim: int, arrays: tuple[Any, ...], constant: bool | None) -> Any:
    tensors: list[Any] = [as_array(a) for a in arrays]
    results = [
        itself(t, constant) if isinstance(t, Handle) and t._memory.ndim >= ndim else call(func, t, constant=constant)
        for t in tensors
    ]
    return results[0] if len(results) == 1 else tuple(results)


fill_in(globals())
