"""The same elements with axes in another order, or walked along in the other direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._results import as_array, call, frozen, view
from mygrad._rules.rule import RULES

if TYPE_CHECKING:
    from typing import SupportsIndex

    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "roll",
    "rollaxis",
    "rot90",
    "swapaxes",
    "transpose",
]

_TRANSPOSE = RULES[np.transpose]


@implements(np.transpose)
def transpose(a: ArrayLike, axes: Any = None, *more: SupportsIndex, constant: bool | None = None) -> Tensor:
    """Put the axes in another order: a view.

    Parameters
    ----------
    a : array_like
    axes : tuple[int, ...], optional
        For each axis of the result, which one of `a` it is. By default the order is reversed.
    *more : int
        The axes may also be given one by one, as in ``transpose(a, 1, 0)``.
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the axes are not a permutation.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.transpose(x)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    if axes is not None:
        axes = (axes, *more) if more or not np.iterable(axes) else tuple(axes)
    if constant is None and isinstance(a, Handle):
        return view(_TRANSPOSE, a, a._memory.transpose(axes), axes)
    return call(np.transpose, as_array(a), axes, constant=constant)


permute_dims = transpose


@implements(np.matrix_transpose)
def matrix_transpose(x: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Swap the last two axes: a view.

    Parameters
    ----------
    x : array_like, shape (..., M, N)
    {constant if `x` is a constant}

    Returns
    -------
    Tensor, shape (..., N, M)

    Raises
    ------
    ValueError
        If there are fewer than two axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.matrix_transpose(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return call(np.matrix_transpose, as_array(x), constant=constant)


@implements(np.swapaxes)
def swapaxes(a: ArrayLike, axis1: SupportsIndex, axis2: SupportsIndex, *, constant: bool | None = None) -> Tensor:
    """Swap two axes: a view.

    Parameters
    ----------
    a : array_like
    axis1, axis2 : int
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.swapaxes(mg.tensor([[1.0, 2.0, 3.0]]), 0, 1).shape
    (3, 1)
    """
    return call(np.swapaxes, as_array(a), axis1, axis2, constant=constant)


@implements(np.moveaxis)
def moveaxis(
    a: ArrayLike,
    source: SupportsIndex | Sequence[SupportsIndex],
    destination: SupportsIndex | Sequence[SupportsIndex],
    *,
    constant: bool | None = None,
) -> Tensor:
    """Move axes to other places; the others stay in their order. The result is a view.

    Parameters
    ----------
    a : array_like
    source : int | Sequence[int]
        Where they are.
    destination : int | Sequence[int]
        Where they go.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.moveaxis(mg.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    return call(np.moveaxis, as_array(a), frozen(source), frozen(destination), constant=constant)


@implements(np.rollaxis)
def rollaxis(a: ArrayLike, axis: int, start: int = 0, *, constant: bool | None = None) -> Tensor:
    """Move an axis to stand before another. (`moveaxis` is easier to understand.) The result is a view.

    Parameters
    ----------
    a : array_like
    axis : int
        The axis to move.
    start : int, optional
        The axis before which it goes.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.rollaxis(mg.zeros((2, 3, 4)), 2).shape
    (4, 2, 3)
    """
    return call(np.rollaxis, as_array(a), axis, start, constant=constant)


@implements(np.roll)
def roll(
    a: ArrayLike,
    shift: int | Sequence[int],
    axis: int | Sequence[int] | None = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Move elements along axes; what goes beyond the end comes in again at the beginning.

    Parameters
    ----------
    a : array_like
    shift : int | tuple[int, ...]
        By how many places, along each axis.
    axis : int | tuple[int, ...], optional
        By default the array is flattened, rolled, and given its shape again.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.roll(mg.tensor([1.0, 2.0, 3.0]), 1)
    Tensor([3., 1., 2.])
    """
    return call(np.roll, a, frozen(shift), axis=frozen(axis), constant=constant)


@implements(np.flip)
def flip(m: ArrayLike, axis: Axis = None, *, constant: bool | None = None) -> Tensor:
    """Reverse the order of the elements along axes: a view.

    Parameters
    ----------
    m : array_like
    axis : int | tuple[int, ...], optional
        Which axes; all by default.
    {constant if `m` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.flip(mg.tensor([1.0, 2.0, 3.0]))
    Tensor([3., 2., 1.])
    """
    return call(np.flip, as_array(m), axis=axis, constant=constant)


@implements(np.fliplr)
def fliplr(m: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Reverse the order of the elements along the second axis, left to right: a view.

    Parameters
    ----------
    m : array_like
    {constant if `m` is a constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are fewer than two axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.fliplr(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[2., 1.],
            [4., 3.]])
    """
    return call(np.fliplr, as_array(m), constant=constant)


@implements(np.flipud)
def flipud(m: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Reverse the order of the elements along the first axis, upside down: a view.

    Parameters
    ----------
    m : array_like
    {constant if `m` is a constant}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are no axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.flipud(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[3., 4.],
            [1., 2.]])
    """
    return call(np.flipud, as_array(m), constant=constant)


@implements(np.rot90)
def rot90(m: ArrayLike, k: int = 1, axes: tuple[int, int] = (0, 1), *, constant: bool | None = None) -> Tensor:
    """Turn by a right angle in the plane of two axes, `k` times: a view.

    Parameters
    ----------
    m : array_like
    k : int, optional
    axes : tuple[int, int], optional
        The direction is from the first axis towards the second.
    {constant if `m` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.rot90(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[2., 4.],
            [1., 3.]])
    """
    return call(np.rot90, as_array(m), k=k, axes=frozen(axes), constant=constant)


fill_in(globals())
