"""Joining tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._compositions import joining as _joining
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.operands import unwrap
from mygrad._engine.outputs import write_out
from mygrad._keywords import also_named
from mygrad._results import as_array, call, settled
from mygrad._rules.joining import concatenate_arrays, stack_arrays

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, Out

__all__ = [
    "append",
    "block",
    "column_stack",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "stack",
    "vstack",
]


def _each(arrays: Any) -> list[Any]:
    if not np.iterable(arrays):
        raise TypeError(f"expected a sequence of arrays, got {type(arrays).__name__}")
    return list(arrays)


def _options(dtype: Any, casting: str, out: Any) -> dict[str, Any]:
    if dtype is not None and out is not None:
        raise TypeError("concatenate() takes either `out` or `dtype`, but not both")
    return ({} if dtype is None else {"dtype": dtype}) | ({} if casting == "same_kind" else {"casting": casting})


@also_named("tensors")
@implements(np.concatenate)
def concatenate(
    arrays: Sequence[ArrayLike] | ArrayLike,
    axis: int | None = 0,
    out: Out = None,
    dtype: DTypeLike = None,
    *,
    casting: Any = "same_kind",
    constant: bool | None = None,
) -> Tensor:
    """Join tensors along an existing axis.

    Parameters
    ----------
    arrays : Sequence[array_like]
        Of equal shapes, except along the axis.
    axis : int | None, optional
        None: each is flattened first.
    {out}
    dtype : dtype_like, optional
        Of the result. By default what holds all of them.
    casting : str, optional
        What casts are allowed; see `numpy.can_cast`.
    {constant if all tensors are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are no arrays, or if their shapes do not fit.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.concatenate([x, [10.0], x])
    >>> y
    Tensor([ 1.,  2., 10.,  1.,  2.])
    >>> y.backward()
    >>> x.grad
    array([2., 2.])
    """
    options = _options(dtype, casting, out)
    parts = _each(arrays)
    joined = call(concatenate_arrays, *parts, axis=axis, constant=constant, **options)
    if out is None:
        return joined
    return write_out(out, joined, lambda written: np.concatenate(unwrap(parts), axis, written, casting=casting))


concat = concatenate


@also_named("tensors")
@implements(np.stack)
def stack(
    arrays: Sequence[ArrayLike] | ArrayLike,
    axis: int = 0,
    out: Out = None,
    *,
    dtype: DTypeLike = None,
    casting: Any = "same_kind",
    constant: bool | None = None,
) -> Tensor:
    """Join tensors along a new axis.

    Parameters
    ----------
    arrays : Sequence[array_like]
        Of equal shapes.
    axis : int, optional
        Where the new axis is in the result.
    {out}
    dtype : dtype_like, optional
        Of the result. By default what holds all of them.
    casting : str, optional
        What casts are allowed; see `numpy.can_cast`.
    {constant if all tensors are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are no arrays, or if their shapes differ.

    Examples
    --------
    >>> import mygrad as mg
    >>> x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    >>> mg.stack([x, y], axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    options = _options(dtype, casting, out)
    parts = _each(arrays)
    stacked = call(stack_arrays, *parts, axis=axis, constant=constant, **options)
    if out is None:
        return stacked
    return write_out(out, stacked, lambda written: np.stack(unwrap(parts), axis, written, casting=casting))


@implements(np.vstack)
def vstack(
    tup: Sequence[ArrayLike],
    *,
    dtype: DTypeLike = None,
    casting: Any = "same_kind",
    constant: bool | None = None,
) -> Tensor:
    """Join tensors along the first axis. Those with a single axis are rows.

    Parameters
    ----------
    tup : Sequence[array_like]
    dtype, casting, constant
        As for `concatenate`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.vstack([mg.tensor([1.0, 2.0]), [3.0, 4.0]])
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return settled(_joining.vstack(tup, dtype=dtype, casting=casting), constant)


@implements(np.hstack)
def hstack(
    tup: Sequence[ArrayLike],
    *,
    dtype: DTypeLike = None,
    casting: Any = "same_kind",
    constant: bool | None = None,
) -> Tensor:
    """Join tensors along the second axis; along the first, if they have no other.

    Parameters
    ----------
    tup : Sequence[array_like]
    dtype, casting, constant
        As for `concatenate`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.hstack([mg.tensor([1.0, 2.0]), 3.0])
    Tensor([1., 2., 3.])
    """
    return settled(_joining.hstack(tup, dtype=dtype, casting=casting), constant)


@implements(np.dstack)
def dstack(tup: Sequence[ArrayLike], *, constant: bool | None = None) -> Tensor:
    """Join tensors along the third axis, which is added where it is missing.

    Parameters
    ----------
    tup : Sequence[array_like]
    {constant if all tensors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.dstack([mg.tensor([1.0, 2.0]), [3.0, 4.0]])
    Tensor([[[1., 3.],
             [2., 4.]]])
    """
    return settled(_joining.dstack(tup), constant)


@implements(np.column_stack)
def column_stack(tup: Sequence[ArrayLike], *, constant: bool | None = None) -> Tensor:
    """Join tensors along the second axis. Those with a single axis are columns.

    Parameters
    ----------
    tup : Sequence[array_like]
    {constant if all tensors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.column_stack([mg.tensor([1.0, 2.0]), [3.0, 4.0]])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return settled(_joining.column_stack(tup), constant)


@implements(np.block)
def block(arrays: Any, *, constant: bool | None = None) -> Tensor:
    """Join tensors as blocks of a matrix, or of an array of more axes.

    Parameters
    ----------
    arrays : array_like | nested list of array_like
        The innermost lists are joined along the last axis, those around them along the last but one, and so
        on.
    {constant if all tensors are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the lists are not nested equally deep, or shapes do not fit.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0]])
    >>> mg.block([[x, x], [x, mg.zeros((1, 2))]])
    Tensor([[1., 2., 1., 2.],
            [1., 2., 0., 0.]])
    """
    return settled(_joining.block(arrays), constant)


@implements(np.append)
def append(arr: ArrayLike, values: ArrayLike, axis: int | None = None, *, constant: bool | None = None) -> Tensor:
    """Join values to the end.

    Parameters
    ----------
    arr, values : array_like
    axis : int, optional
        By default both are flattened first.
    {constant if both are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.append(mg.tensor([1.0, 2.0]), 3.0)
    Tensor([1., 2., 3.])
    """
    arr, values = map(as_array, (arr, values))  # in which numbers of Python are no weak ones, as for NumPy
    return call(concatenate_arrays, arr, values, axis=axis, constant=constant)


fill_in(globals())
