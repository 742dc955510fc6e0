"""Inverses, determinants, factors and powers of matrices, which lie in the last two axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.linalg import LinAlgError

from mygrad._compositions import matrices as _matrices
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.several import call_several
from mygrad._functions import Function
from mygrad._results import as_array, call, settled
from mygrad._rules import determinants as _determinants

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = [
    "LinAlgError",
    "cholesky",
    "det",
    "inv",
    "matrix_power",
    "pinv",
    "slogdet",
    "solve",
    "tensorinv",
    "tensorsolve",
]


@implements(np.linalg.inv)
def inv(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    {constant}

    Returns
    -------
    Tensor, shape (..., M, M)

    Raises
    ------
    LinAlgError
        If a matrix is singular or not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> y = mg.linalg.inv(a)
    >>> y
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    >>> mg.trace(y).backward()
    >>> a.grad + 0.0
    array([[-0.25  ,  0.    ],
           [ 0.    , -0.0625]])
    """
    return call(np.linalg.inv, a, constant=constant)


@implements(np.linalg.solve)
def solve(a: ArrayLike, b: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Solve ``a @ x == b`` for `x`.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, shape (M,) or (..., M, K)
    {constant if both arguments are constants}

    Returns
    -------
    Tensor
        Of the shape of `b`, broadcast against the matrices.

    Raises
    ------
    LinAlgError
        If a matrix is singular or not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> b = mg.tensor([1.0, 2.0])
    >>> x = mg.linalg.solve([[2.0, 0.0], [0.0, 4.0]], b)
    >>> x
    Tensor([0.5, 0.5])
    >>> x.backward()
    >>> b.grad
    array([0.5 , 0.25])
    """
    return call(np.linalg.solve, a, b, constant=constant)


@implements(np.linalg.det)
def det(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Determinant of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    {constant}

    Returns
    -------
    Tensor, shape (...)

    Raises
    ------
    LinAlgError
        If a matrix is not square.

    Notes
    -----
    The derivative is the matrix of cofactors, of singular matrices too.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> y = mg.linalg.det(a)
    >>> y
    Tensor(8.)
    >>> y.backward()
    >>> a.grad + 0.0
    array([[4., 0.],
           [0., 2.]])
    """
    return call(np.linalg.det, a, constant=constant)


class SlogdetResult(NamedTuple):
    """What `slogdet` returns."""

    sign: Tensor
    logabsdet: Tensor


@implements(np.linalg.slogdet)
def slogdet(a: ArrayLike, *, constant: bool | None = None) -> SlogdetResult:
    """Sign of the determinant, and the logarithm of its absolute value.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    constant : bool, optional
        Whether gradients stop at the results. By default they do if `a` is a constant.

    Returns
    -------
    SlogdetResult
        A named tuple of two tensors of shape (...): `sign`, and `logabsdet`. The sign of a real determinant has a
        derivative of zero; that of a complex one is its direction ``det / abs(det)``, which varies.

    Raises
    ------
    LinAlgError
        If a matrix is not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[2.0, 0.0], [0.0, -4.0]])
    >>> sign, logabsdet = mg.linalg.slogdet(a)
    >>> sign, logabsdet
    (Tensor(-1.), Tensor(2.07944154))
    >>> logabsdet.backward()
    >>> a.grad + 0.0
    array([[ 0.5 ,  0.  ],
           [ 0.  , -0.25]])
    """
    return SlogdetResult(*call_several(_determinants.slogdet, as_array(a), constant=constant))


@implements(np.linalg.cholesky)
def cholesky(a: ArrayLike, /, *, upper: bool = False, constant: bool | None = None) -> Tensor:
    """Triangular factor of a symmetric, or Hermitian, matrix with positive eigenvalues: ``a == L @ L.conj().T``.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
        Only its lower triangle is read, and gets the gradient (with `upper`, the upper one).
    upper : bool, optional
        Whether to return the upper triangular factor ``L.conj().T``.
    {constant}

    Returns
    -------
    Tensor, shape (..., M, M)

    Raises
    ------
    LinAlgError
        If an eigenvalue is not positive, or a matrix is not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[4.0, 0.0], [0.0, 9.0]])
    >>> mg.linalg.cholesky(a)
    Tensor([[2., 0.],
            [0., 3.]])
    """
    return call(np.linalg.cholesky, a, upper=upper, constant=constant)


@implements(np.linalg.matrix_power)
def matrix_power(a: ArrayLike, n: int, *, constant: bool | None = None) -> Tensor:
    """Matrix raised to an integer power.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    n : int
        If negative, the inverse is multiplied; 0 gives the identity.
    {constant}

    Returns
    -------
    Tensor, shape (..., M, M)

    Raises
    ------
    LinAlgError
        If a matrix is not square or, for negative `n`, singular.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[1.0, 1.0], [0.0, 1.0]])
    >>> mg.linalg.matrix_power(a, 3)
    Tensor([[1., 3.],
            [0., 1.]])
    """
    return settled(_matrices.matrix_power(as_array(a), n), constant)


@implements(np.linalg.tensorinv)
def tensorinv(a: ArrayLike, ind: int = 2, *, constant: bool | None = None) -> Tensor:
    """Inverse of an array taken as a matrix, for `tensordot`.

    Parameters
    ----------
    a : array_like
        Its first `ind` axes are the rows of the matrix, the others its columns.
    ind : int, optional
    {constant}

    Returns
    -------
    Tensor
        Of shape ``a.shape[ind:] + a.shape[:ind]``.

    Raises
    ------
    LinAlgError
        If the matrix is singular or not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> a = mg.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> mg.linalg.tensorinv(a, ind=1)
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    return settled(_matrices.tensorinv(as_array(a), ind), constant)


@implements(np.linalg.tensorsolve)
def tensorsolve(
    a: ArrayLike, b: ArrayLike, axes: Sequence[int] | None = None, *, constant: bool | None = None
) -> Tensor:
    """Solve ``tensordot(a, x, x.ndim) == b`` for `x`.

    Parameters
    ----------
    a : array_like
        Of shape ``b.shape + x.shape``.
    b : array_like
    axes : Sequence[int], optional
        Axes of `a` to move to the end first.
    {constant if both arguments are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    LinAlgError
        If the matrix that `a` amounts to is singular or not square.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linalg.tensorsolve([[2.0, 0.0], [0.0, 4.0]], mg.tensor([1.0, 2.0]))
    Tensor([0.5, 0.5])
    """
    return settled(_matrices.tensorsolve(as_array(a), as_array(b), axes), constant)


pinv: Final[Function[Tensor]] = Function(
    np.linalg.pinv, "pinv(x)[0]", "Tensor([0.25, 0.  ])", "[[4.0, 0.0], [0.0, 2.0]]"
)


fill_in(globals())
