"""Splitting tensors. The parts are views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._compositions import joining as _joining
from mygrad._dispatch.registry import implements
from mygrad._results import as_array, settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["array_split", "dsplit", "hsplit", "meshgrid", "split", "unstack", "vsplit"]


def _each(parts: Iterable[Any], constant: bool | None) -> list[Tensor]:
    return [settled(part, constant) for part in parts]


@implements(np.split)
def split(
    ary: ArrayLike, indices_or_sections: int | Sequence[int], axis: int = 0, *, constant: bool | None = None
) -> list[Tensor]:
    """Split a tensor along an axis.

    Parameters
    ----------
    ary : array_like
    indices_or_sections : int | Sequence[int]
        Into how many parts of equal length, or where the parts begin (except for the first, which begins at 0).
    axis : int, optional
    constant : bool, optional
        Whether gradients stop at the results. By default they do if `ary` is a constant.

    Returns
    -------
    list[Tensor]

    Raises
    ------
    ValueError
        If there are no parts of equal length.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.split(mg.tensor([1.0, 2.0, 3.0, 4.0]), 2)
    [Tensor([1., 2.]), Tensor([3., 4.])]
    """
    return _each(_joining.split(as_array(ary), indices_or_sections, axis), constant)


@implements(np.array_split)
def array_split(
    ary: ArrayLike, indices_or_sections: int | Sequence[int], axis: int = 0, *, constant: bool | None = None
) -> list[Tensor]:
    """Split a tensor along an axis, into parts that may differ in length by one.

    Parameters
    ----------
    ary : array_like
    indices_or_sections : int | Sequence[int]
        Into how many parts, or where the parts begin (except for the first, which begins at 0).
    axis : int, optional
    constant : bool, optional
        Whether gradients stop at the results. By default they do if `ary` is a constant.

    Returns
    -------
    list[Tensor]

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.array_split(mg.tensor([1.0, 2.0, 3.0]), 2)
    [Tensor([1., 2.]), Tensor([3.])]
    """
    return _each(_joining.array_split(as_array(ary), indices_or_sections, axis), constant)


@implements(np.hsplit)
def hsplit(ary: ArrayLike, indices_or_sections: int | Sequence[int], *, constant: bool | None = None) -> list[Tensor]:
    """Split a tensor along the second axis; along the first, if it has no other.

    Parameters
    ----------
    ary, indices_or_sections, constant
        As for `split`.

    Returns
    -------
    list[Tensor]

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.hsplit(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 2)[1]
    Tensor([[2.],
            [4.]])
    """
    return _each(_joining.hsplit(as_array(ary), indices_or_sections), constant)


@implements(np.vsplit)
def vsplit(ary: ArrayLike, indices_or_sections: int | Sequence[int], *, constant: bool | None = None) -> list[Tensor]:
    """Split a tensor of two or more axes along the first.

    Parameters
    ----------
    ary, indices_or_sections, constant
        As for `split`.

    Returns
    -------
    list[Tensor]

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.vsplit(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 2)[1]
    Tensor([[3., 4.]])
    """
    return _each(_joining.vsplit(as_array(ary), indices_or_sections), constant)


@implements(np.dsplit)
def dsplit(ary: ArrayLike, indices_or_sections: int | Sequence[int], *, constant: bool | None = None) -> list[Tensor]:
    """Split a tensor of three or more axes along the third.

    Parameters
    ----------
    ary, indices_or_sections, constant
        As for `split`.

    Returns
    -------
    list[Tensor]

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.dsplit(mg.tensor([[[1.0, 2.0]]]), 2)
    [Tensor([[[1.]]]), Tensor([[[2.]]])]
    """
    return _each(_joining.dsplit(as_array(ary), indices_or_sections), constant)


def unstack(x: ArrayLike, /, *, axis: int = 0, constant: bool | None = None) -> tuple[Tensor, ...]:
    """Split a tensor into the entries of an axis, which is removed: undo `stack`.

    Parameters
    ----------
    x : array_like
    axis : int, optional
    constant : bool, optional
        Whether gradients stop at the results. By default they do if `x` is a constant.

    Returns
    -------
    tuple[Tensor, ...]

    Raises
    ------
    ValueError
        If there are no axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.unstack(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    (Tensor([1., 3.]), Tensor([2., 4.]))
    """
    return tuple(_each(_joining.unstack(as_array(x), axis=axis), constant))


if hasattr(np, "unstack"):  # NumPy 2.1
    implements(np.unstack)(unstack)


@implements(np.meshgrid)
def meshgrid(
    *xi: ArrayLike,
    copy: bool = True,
    sparse: bool = False,
    indexing: Any = "xy",
    constant: bool | None = None,
) -> tuple[Tensor, ...]:
    """Coordinates of the points of a grid, from the coordinates along each axis.

    Parameters
    ----------
    *xi : array_like, shape (N1,), ..., (Nk,)
    copy : bool, optional
        If False, the results are views.
    sparse : bool, optional
        Whether each is to have the length 1 along all axes but its own.
    indexing : {'xy', 'ij'}, optional
        With 'xy' the first two axes of the results are swapped: the first array varies along the second axis.
    constant : bool, optional
        Whether gradients stop at the results. By default they do at those of constants.

    Returns
    -------
    tuple[Tensor, ...]
        Of shape (N2, N1, N3, ..., Nk) or, with 'ij', (N1, ..., Nk).

    Examples
    --------
    >>> import mygrad as mg
    >>> x, y = mg.meshgrid(mg.tensor([1.0, 2.0]), [10.0, 20.0])
    >>> x
    Tensor([[1., 2.],
            [1., 2.]])
    >>> y
    Tensor([[10., 10.],
            [20., 20.]])
    """
    return tuple(_each(_joining.meshgrid(*map(as_array, xi), copy=copy, sparse=sparse, indexing=indexing), constant))
