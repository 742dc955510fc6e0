"""Products of vectors, matrices and arrays of more axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._compositions import products as _products
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._results import as_array, call, settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Out

__all__ = [
    "cross",
    "dot",
    "inner",
    "kron",
    "multi_matmul",
    "outer",
    "tensordot",
    "vdot",
]


@implements(np.dot)
def dot(a: ArrayLike, b: ArrayLike, out: Out = None, *, constant: bool | None = None) -> Tensor:
    """Sum of products over the last axis of `a` and the second to last of `b` (the last, if it is a vector).

    Parameters
    ----------
    a, b : array_like
        Of two vectors it is the scalar product, of two matrices the matrix product. If one is a scalar, it
        multiplies the other.
    {out}
    {constant if both factors are constants}

    Returns
    -------
    Tensor
        Its axes are those of `a` and then those of `b`, less the two summed over.

    Raises
    ------
    ValueError
        If the lengths of the two axes differ.

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    >>> y = mg.dot(a, b)
    >>> y
    Tensor(11.)
    >>> y.backward()
    >>> a.grad, b.grad
    (array([3., 4.]), array([1., 2.]))
    """
    return call(np.dot, a, b, out=out, constant=constant)


@implements(np.vdot)
def vdot(a: ArrayLike, b: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Scalar product of two arrays taken as vectors, whatever their shapes.

    Parameters
    ----------
    a, b : array_like
        Of equal size.
    {constant if both factors are constants}

    Returns
    -------
    Tensor, shape ()

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]])
    >>> y = mg.vdot(a, b)
    >>> y
    Tensor(11.)
    >>> y.backward()
    >>> a.grad
    array([[3., 4.]])
    """
    return call(np.vdot, a, b, constant=constant)


@implements(np.inner)
def inner(a: ArrayLike, b: ArrayLike, /, *, constant: bool | None = None) -> Tensor:
    """Sum of products over the last axes of both.

    Parameters
    ----------
    a, b : array_like
        Of equal length along their last axes. If one is a scalar, it multiplies the other.
    {constant if both factors are constants}

    Returns
    -------
    Tensor
        Its axes are those of `a` and then those of `b`, less the last ones.

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0])
    >>> y = mg.inner(a, b)
    >>> y
    Tensor([21., 43.])
    >>> y.backward()
    >>> b.grad
    array([4., 6.])
    """
    return call(np.inner, a, b, constant=constant)


@implements(np.outer)
def outer(a: ArrayLike, b: ArrayLike, out: Out = None, *, constant: bool | None = None) -> Tensor:
    """Products of every element of `a` with every element of `b`.

    Parameters
    ----------
    a, b : array_like
        Taken as vectors, whatever their shapes.
    {out}
    {constant if both factors are constants}

    Returns
    -------
    Tensor, shape (M, N)

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0, 5.0])
    >>> y = mg.outer(a, b)
    >>> y
    Tensor([[ 3.,  4.,  5.],
            [ 6.,  8., 10.]])
    >>> y.backward()
    >>> a.grad, b.grad
    (array([12., 12.]), array([3., 3., 3.]))
    """
    return call(np.outer, a, b, out=out, constant=constant)


@implements(np.tensordot)
def tensordot(a: ArrayLike, b: ArrayLike, axes: Any = 2, *, constant: bool | None = None) -> Tensor:
    """Sum of products over any axes.

    Parameters
    ----------
    a, b : array_like
    axes : int | tuple[int | Sequence[int], int | Sequence[int]], optional
        The axes of `a` and those of `b` to sum over; or their number N, for the last N of `a` and the first N
        of `b`.
    {constant if both factors are constants}

    Returns
    -------
    Tensor
        Its axes are those of `a` and then those of `b`, less the ones summed over.

    Raises
    ------
    ValueError
        If the lengths of the axes differ.

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0])
    >>> y = mg.tensordot(a, b, axes=(0, 0))
    >>> y
    Tensor([31., 42.])
    >>> y.backward()
    >>> b.grad
    array([3., 7.])
    """
    return call(np.tensordot, a, b, axes=axes, constant=constant)


@implements(np.kron)
def kron(a: ArrayLike, b: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Kronecker product: blocks of `b`, each times an element of `a`.

    Parameters
    ----------
    a, b : array_like
    {constant if both factors are constants}

    Returns
    -------
    Tensor
        Each axis as long as those of `a` and `b` multiplied.

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    >>> y = mg.kron(a, b)
    >>> y
    Tensor([3., 4., 6., 8.])
    >>> y.backward()
    >>> a.grad, b.grad
    (array([7., 7.]), array([3., 3.]))
    """
    return call(np.kron, a, b, constant=constant)


@implements(np.cross)
def cross(
    a: ArrayLike,
    b: ArrayLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Cross product of vectors in space.

    Parameters
    ----------
    a, b : array_like
        Vectors of length 3; their other axes are broadcast.
    axisa, axisb, axisc : int, optional
        The axes of `a`, `b` and the result along which the vectors lie.
    axis : int, optional
        All three at once.
    {constant if both factors are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> a, b = mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0])
    >>> y = mg.cross(a, b)
    >>> y
    Tensor([0., 0., 1.])
    >>> y.backward()
    >>> a.grad
    array([ 1.,  0., -1.])
    """
    return call(np.cross, a, b, axisa=axisa, axisb=axisb, axisc=axisc, axis=axis, constant=constant)


def multi_matmul(tensors: Sequence[ArrayLike], *, constant: bool | None = None) -> Tensor:
    """Product of two or more matrices, in the order that takes the fewest multiplications.

    Parameters
    ----------
    tensors : Sequence[array_like]
        Matrices; the first and the last may be vectors.
    {chained}

    See Also
    --------
    mygrad.linalg.multi_dot : the same, with NumPy's name.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.multi_matmul([x, [[1.0, 0.0], [1.0, 1.0]], [3.0, 4.0]])
    >>> y
    Tensor(17.)
    >>> y.backward()
    >>> x.grad
    array([3., 7.])
    """
    return settled(_products.multi_dot([as_array(t) for t in tensors]), constant)


fill_in(globals())
