"""Diagonals and triangles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._results import as_array, call

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, Out

__all__ = ["diag", "diagflat", "diagonal", "trace", "tril", "triu"]


@implements(np.diag)
def diag(v: ArrayLike, k: int = 0, *, constant: bool | None = None) -> Tensor:
    """Diagonal of a matrix, or the matrix that has a vector on its diagonal.

    Parameters
    ----------
    v : array_like, shape (M, N) or (N,)
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    {constant if `v` is a constant}

    Returns
    -------
    Tensor, shape (K,) or (N + abs(k), N + abs(k))
        The diagonal of a matrix is a read-only view.

    Raises
    ------
    ValueError
        If `v` has another number of axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.diag(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 4.])
    >>> mg.diag(mg.tensor([1.0, 4.0]))
    Tensor([[1., 0.],
            [0., 4.]])
    """
    return call(np.diag, as_array(v), k=k, constant=constant)


@implements(np.diagflat)
def diagflat(v: ArrayLike, k: int = 0, *, constant: bool | None = None) -> Tensor:
    """Matrix that has the elements of an array on its diagonal.

    Parameters
    ----------
    v : array_like
        It is flattened first.
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    {constant if `v` is a constant}

    Returns
    -------
    Tensor, shape (N + abs(k), N + abs(k))

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.diagflat(mg.tensor([[1.0, 4.0]]))
    Tensor([[1., 0.],
            [0., 4.]])
    """
    return call(np.diagflat, v, k=k, constant=constant)


@implements(np.diagonal)
def diagonal(a: ArrayLike, offset: int = 0, axis1: int = 0, axis2: int = 1, *, constant: bool | None = None) -> Tensor:
    """Diagonals of the matrices in two axes: a read-only view.

    Parameters
    ----------
    a : array_like
    offset : int, optional
        Which diagonal: above the main one if positive, below if negative.
    axis1, axis2 : int, optional
        The axes of rows and of columns.
    {constant}

    Returns
    -------
    Tensor
        The diagonals lie along the last axis.

    Raises
    ------
    ValueError
        If there are fewer than two axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.diagonal(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    Tensor([2.])
    """
    return call(np.diagonal, as_array(a), offset, axis1, axis2, constant=constant)


@implements(np.trace)
def trace(
    a: ArrayLike,
    offset: int = 0,
    axis1: int = 0,
    axis2: int = 1,
    dtype: DTypeLike = None,
    out: Out = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Sum of the diagonal of the matrices in two axes.

    Parameters
    ----------
    a : array_like
    offset : int, optional
        Which diagonal: above the main one if positive, below if negative.
    axis1, axis2 : int, optional
        The axes of rows and of columns.
    dtype : dtype_like, optional
        Of the sum.
    {out}
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> y = mg.trace(x)
    >>> y
    Tensor(5.)
    >>> y.backward()
    >>> x.grad
    array([[1., 0.],
           [0., 1.]])
    """
    params = {} if dtype is None else {"dtype": dtype}
    return call(np.trace, a, offset, axis1, axis2, out=out, constant=constant, **params)


@implements(np.tril)
def tril(m: ArrayLike, k: int = 0, *, constant: bool | None = None) -> Tensor:
    """Matrices with zeros above a diagonal.

    Parameters
    ----------
    m : array_like, shape (..., M, N)
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    {constant if `m` is a constant}

    Returns
    -------
    Tensor, shape (..., M, N)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.tril(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 0.],
            [3., 4.]])
    """
    return call(np.tril, m, k=k, constant=constant)


@implements(np.triu)
def triu(m: ArrayLike, k: int = 0, *, constant: bool | None = None) -> Tensor:
    """Matrices with zeros below a diagonal.

    Parameters
    ----------
    m : array_like, shape (..., M, N)
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    {constant if `m` is a constant}

    Returns
    -------
    Tensor, shape (..., M, N)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.triu(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 2.],
            [0., 4.]])
    """
    return call(np.triu, m, k=k, constant=constant)


fill_in(globals())
