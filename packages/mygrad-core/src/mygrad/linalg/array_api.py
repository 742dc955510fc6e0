"""Functions that `numpy.linalg` shares with the array API: stricter forms of those in the main namespace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._compositions import products as _products
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.operands import unwrap
from mygrad._engine.outputs import write_out
from mygrad._results import as_array, call, settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, Out

__all__ = [
    "cross",
    "diagonal",
    "matmul",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "tensordot",
    "trace",
    "vecdot",
]


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Iterable[ArrayLike], *, out: Out = None, constant: bool | None = None) -> Tensor:
    """Product of two or more matrices, in the order that takes the fewest multiplications.

    Parameters
    ----------
    arrays : Iterable[array_like]
        Matrices; the first and the last may be vectors.
    {out}
    {chained}

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.multi_dot([mg.tensor([1.0, 2.0]), [[1.0, 0.0], [1.0, 1.0]], [3.0, 4.0]])
    Tensor(17.)
    """
    product = settled(_products.multi_dot([as_array(a) for a in arrays]), constant)
    if out is None:
        return product
    return write_out(out, product, lambda written: np.linalg.multi_dot(unwrap(arrays), out=written))


@implements(np.linalg.matmul)
def matmul(x1: ArrayLike, x2: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Matrix product ``x1 @ x2``; see `mygrad.matmul`.

    Parameters
    ----------
    x1, x2 : array_like
    {constant if both factors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.matmul(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0])
    Tensor([21., 43.])
    """
    return call(np.matmul, x1, x2, constant=constant)


@implements(np.linalg.vecdot)
def vecdot(x1: ArrayLike, x2: ArrayLike, /, *, axis: int = -1, constant: bool | None = None) -> Tensor:
    """Scalar products of the vectors along an axis; see `mygrad.vecdot`.

    Parameters
    ----------
    x1, x2 : array_like
    axis : int, optional
    {constant if both factors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.vecdot(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), [[1.0], [10.0]], axis=0)
    Tensor([31., 42.])
    """
    x1, x2 = (call(np.moveaxis, as_array(x), axis, -1) for x in (x1, x2))
    return call(np.vecdot, x1, x2, constant=constant)


@implements(np.linalg.outer)
def outer(x1: ArrayLike, x2: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Products of every element of one vector with every element of another; see `mygrad.outer`.

    Parameters
    ----------
    x1, x2 : array_like, shapes (M,) and (N,)
    {constant if both factors are constants}

    Returns
    -------
    Tensor, shape (M, N)

    Raises
    ------
    ValueError
        If they are not vectors.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.outer(mg.tensor([1.0, 2.0]), [3.0, 4.0])
    Tensor([[3., 4.],
            [6., 8.]])
    """
    factors: list[Any] = [x1, x2]
    ndims = [np.ndim(x) for x in factors]
    if ndims != [1, 1]:
        raise ValueError(f"outer takes vectors, but the operands have {ndims[0]} and {ndims[1]} axes")
    return call(np.outer, x1, x2, constant=constant)


@implements(np.linalg.cross)
def cross(x1: ArrayLike, x2: ArrayLike, /, *, axis: int = -1, constant: bool | None = None) -> Tensor:
    """Cross product of vectors in space; see `mygrad.cross`.

    Parameters
    ----------
    x1, x2 : array_like
        Of length 3 along `axis`.
    axis : int, optional
    {constant if both factors are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the vectors are of another length.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.cross(mg.tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    Tensor([0., 0., 1.])
    """
    arrays: list[Any] = [unwrap(x1), unwrap(x2)]
    if 0 in map(np.ndim, arrays):
        np.linalg.cross(*arrays, axis=axis)  # for NumPy's errors
    factors: list[Any] = [x1, x2]
    lengths = [np.shape(x)[axis] for x in factors]
    if lengths != [3, 3]:
        raise ValueError(f"cross takes vectors of length 3 along `axis`, but they have {lengths[0]} and {lengths[1]}")
    return call(np.cross, x1, x2, axis=axis, constant=constant)


@implements(np.linalg.tensordot)
def tensordot(x1: ArrayLike, x2: ArrayLike, /, *, axes: Any = 2, constant: bool | None = None) -> Tensor:
    """Sum of products over any axes; see `mygrad.tensordot`.

    Parameters
    ----------
    x1, x2 : array_like
    axes : int | tuple[Sequence[int], Sequence[int]], optional
    {constant if both factors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.tensordot(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0], axes=1)
    Tensor([21., 43.])
    """
    return call(np.tensordot, x1, x2, axes=axes, constant=constant)


@implements(np.linalg.trace)
def trace(x: ArrayLike, /, *, offset: int = 0, dtype: DTypeLike = None, constant: bool | None = None) -> Tensor:
    """Sum of the diagonal of the matrices in the last two axes.

    Parameters
    ----------
    x : array_like, shape (..., M, N)
    offset : int, optional
        Which diagonal: above the main one if positive, below if negative.
    dtype : dtype_like, optional
        Of the sum.
    {constant if `x` is a constant}

    Returns
    -------
    Tensor, shape (...)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.trace(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor(5.)
    """
    params = {} if dtype is None else {"dtype": dtype}
    return call(np.trace, x, offset=offset, axis1=-2, axis2=-1, constant=constant, **params)


@implements(np.linalg.diagonal)
def diagonal(x: ArrayLike, /, *, offset: int = 0, constant: bool | None = None) -> Tensor:
    """Diagonals of the matrices in the last two axes, as a read-only view.

    Parameters
    ----------
    x : array_like, shape (..., M, N)
    offset : int, optional
        Which diagonal: above the main one if positive, below if negative.
    {constant if `x` is a constant}

    Returns
    -------
    Tensor, shape (..., K)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.diagonal(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 4.])
    """
    return call(np.diagonal, as_array(x), offset, -2, -1, constant=constant)


@implements(np.linalg.matrix_transpose)
def matrix_transpose(x: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Transpose the matrices in the last two axes: a view.

    Parameters
    ----------
    x : array_like, shape (..., M, N)
    {constant if `x` is a constant}

    Returns
    -------
    Tensor, shape (..., N, M)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.matrix_transpose(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return call(np.matrix_transpose, as_array(x), constant=constant)


fill_in(globals())
