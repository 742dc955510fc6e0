"""Repeating, inserting and deleting elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._compositions import padding as _padding
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.operands import as_operand, loses_gradient, unwrap
from mygrad._results import call, frozen, settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, ShapeLike

__all__ = ["delete", "insert", "pad", "repeat", "resize", "tile"]


@implements(np.repeat)
def repeat(
    a: ArrayLike, repeats: int | Sequence[int], axis: int | None = None, *, constant: bool | None = None
) -> Tensor:
    """Repeat each element, side by side.

    Parameters
    ----------
    a : array_like
    repeats : int | Sequence[int]
        How often: all of them, or each along the axis.
    axis : int, optional
        By default the array is flattened first.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.repeat(x, [1, 3])
    >>> y
    Tensor([1., 2., 2., 2.])
    >>> y.backward()
    >>> x.grad
    array([1., 3.])
    """
    return call(np.repeat, a, frozen(repeats), axis=axis, constant=constant)


@implements(np.tile)
def tile(A: ArrayLike, reps: ShapeLike, *, constant: bool | None = None) -> Tensor:
    """Repeat a tensor as a whole along its axes.

    Parameters
    ----------
    A : array_like
    reps : int | tuple[int, ...]
        How often, along each of the last axes. Axes that are missing are added in front.
    {constant if `A` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.tile(x, (2, 2))
    >>> y
    Tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    >>> y.backward()
    >>> x.grad
    array([4., 4.])
    """
    return call(np.tile, A, frozen(reps), constant=constant)


@implements(np.resize)
def resize(a: ArrayLike, new_shape: ShapeLike, *, constant: bool | None = None) -> Tensor:
    """Repeat the elements, one after the other, until a shape is filled.

    Parameters
    ----------
    a : array_like
    new_shape : int | tuple[int, ...]
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.resize(mg.tensor([1.0, 2.0]), 5)
    Tensor([1., 2., 1., 2., 1.])
    """
    return call(np.resize, a, frozen(new_shape), constant=constant)


@implements(np.delete)
def delete(arr: ArrayLike, obj: Any, axis: int | None = None, *, constant: bool | None = None) -> Tensor:
    """Leave out entries along an axis.

    Parameters
    ----------
    arr : array_like
    obj : int | slice | array_like of int or bool
        Which ones.
    axis : int, optional
        By default the array is flattened first.
    {constant if `arr` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.delete(mg.tensor([1.0, 2.0, 3.0]), 1)
    Tensor([1., 3.])
    """
    return call(np.delete, arr, frozen(obj), axis=axis, constant=constant)


@implements(np.insert)
def insert(
    arr: ArrayLike, obj: Any, values: ArrayLike, axis: int | None = None, *, constant: bool | None = None
) -> Tensor:
    """Insert values before entries along an axis.

    Parameters
    ----------
    arr : array_like
    obj : int | slice | array_like of int or bool
        Before which entries.
    values : array_like
        They broadcast against the entries.
    axis : int, optional
        By default the array is flattened first.
    {constant if `arr` and `values` are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor(10.0)
    >>> y = mg.insert(mg.tensor([1.0, 2.0, 3.0]), [0, 2], x)
    >>> y
    Tensor([10.,  1.,  2., 10.,  3.])
    >>> y.backward()
    >>> x.grad
    array(2.)
    """
    return call(np.insert, arr, frozen(obj), values, axis=axis, constant=constant)


@implements(np.pad)
def pad(
    array: ArrayLike, pad_width: Any, mode: Any = "constant", *, constant: bool | None = None, **kwargs: Any
) -> Tensor:
    """Add elements before the first and after the last along each axis.

    Parameters
    ----------
    array : array_like
    pad_width : int | Sequence[int | tuple[int, int]] | dict
        How many: for all axes, or in front and behind for each.
    mode : str | Callable, optional
        What to add; see `numpy.pad`.
    {constant if all arguments are constants}
    **kwargs
        The options of the mode. Gradients flow to `constant_values` and `end_values`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.pad(x, (1, 2), mode="edge")
    >>> y
    Tensor([1., 1., 2., 2., 2.])
    >>> y.backward()
    >>> x.grad
    array([2., 3.])
    """
    array = as_operand(array)
    if constant is not True and loses_gradient(array, kwargs) and _padding.is_computed(mode, kwargs):
        if not callable(mode):
            np.pad(unwrap(array), pad_width, mode, **unwrap(kwargs))  # for NumPy's errors
        return settled(_padding.pad(array, frozen(pad_width), mode, **kwargs), constant)
    if "out" in kwargs:
        np.pad(unwrap(array), pad_width, mode, **kwargs)  # which knows no such keyword
    return call(np.pad, array, frozen(pad_width), mode=mode, constant=constant, **unwrap(kwargs))


fill_in(globals())
