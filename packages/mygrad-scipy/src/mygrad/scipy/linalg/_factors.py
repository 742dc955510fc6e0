"""Triangular factors of matrices.

References
----------
M. Seeger et al., "Auto-differentiating linear algebra", arXiv:1710.08717 (2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import call_several, composed, defvjp, defvjp_several, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, adjoint, operand, plain, transposed
from mygrad.scipy.linalg._triangles import half_diagonal, permutation

__all__ = ["cho_factor", "cholesky", "lu", "lu_factor"]


@primitive
def _cholesky(a: Any, lower: bool = False, check_finite: bool = True) -> Any:
    return scipy.linalg.cholesky(a, lower=lower, check_finite=check_finite)


@primitive
def _cho_factor(a: Any, lower: bool = False, check_finite: bool = True) -> Any:
    return scipy.linalg.cho_factor(a, lower=lower, check_finite=check_finite)[0]


def _cholesky_vjp(g: Any, y: Any, _a: Any, lower: bool = False, check_finite: bool = True) -> Any:
    if not lower:
        g, y = adjoint(g), adjoint(y)
    half = half_diagonal(np.matmul(transposed(y), g))
    back = np.linalg.solve(transposed(y), adjoint(np.linalg.solve(transposed(y), half)))
    back = half_diagonal(back + adjoint(back))
    return back if lower else adjoint(back)


def _cho_factor_vjp(g: Any, y: Any, a: Any, lower: bool = False, check_finite: bool = True) -> Any:
    triangle, other = (np.tril, np.triu) if lower else (np.triu, np.tril)
    back = _cholesky_vjp(triangle(g), triangle(y), a, lower)
    return back + other(g, 1 if lower else -1) if _LEAVES_OTHER else back


#: Whether the other triangle of the result is what was there before, as until SciPy 1.18; else it is zero.
_LEAVES_OTHER = bool(scipy.linalg.cho_factor(np.array([[2.0, 1.0], [1.0, 2.0]]))[0][1, 0])

defvjp(_cholesky, _cholesky_vjp)
defvjp(_cho_factor, _cho_factor_vjp)


@lifts("scipy.linalg.cholesky")
def cholesky(a: Array, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The Cholesky factor of a symmetric positive definite matrix, or a Hermitian one.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    lower : bool
        Which triangle is read, and returned. The gradient is in that one.
    overwrite_a : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.cholesky

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import cholesky
    >>> a = mg.tensor([[4.0, 2.0], [2.0, 5.0]])
    >>> y = cholesky(a, lower=True)
    >>> y
    Tensor([[2., 0.],
            [1., 2.]])
    >>> y[1, 1].backward()
    >>> a.grad
    array([[ 0.0625,  0.    ],
           [-0.25  ,  0.25  ]])
    """
    return _cholesky(operand(a), lower=lower, check_finite=check_finite)


@lifts("scipy.linalg.cho_factor")
def cho_factor(a: Array, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The Cholesky factor of a symmetric positive definite matrix, or a Hermitian one, for `cho_solve`.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    lower : bool
        Which triangle is read, and overwritten with the factor. The other is SciPy's: what was there, or zeros.
    overwrite_a : bool
        Has no effect.
    check_finite : bool

    Returns
    -------
    tuple
        The matrix with the factor in one triangle, and `lower`.

    See Also
    --------
    scipy.linalg.cho_factor

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import cho_factor
    >>> a = mg.tensor([[4.0, 2.0], [2.0, 5.0]])
    >>> c, lower = cho_factor(a)
    >>> mg.sum(c.diagonal()).backward()
    >>> a.grad
    array([[ 0.3125, -0.25  ],
           [ 0.    ,  0.25  ]])
    """
    if not has_variable(a):
        return scipy.linalg.cho_factor(plain(a), lower, check_finite=check_finite)
    return _cho_factor(operand(a), lower=lower, check_finite=check_finite), lower


@primitive
def _lu_factor(a: Any, check_finite: bool = True) -> Any:
    return scipy.linalg.lu_factor(a, check_finite=check_finite)


def _lu_factor_vjp(gs: Any, outs: Any, _a: Any, check_finite: bool = True) -> Any:
    (g, _), (lu, piv) = gs, outs
    m, n = _a.shape[-2:]
    k = min(m, n)
    one = np.eye(k, dtype=lu.dtype)
    left, right = np.tril(lu[..., :k, :k], -1) + one, np.triu(lu[..., :k, :k])
    of_left, of_right = np.tril(g[..., :k, :k], -1), np.triu(g[..., :k, :k])
    pieces = []
    if m > n:  # the lower rows are l = a @ inv(u)
        below = transposed(np.linalg.solve(right, transposed(g[..., k:, :])))
        of_right = of_right - np.triu(np.matmul(transposed(lu[..., k:, :]), below))
        pieces = [below]
    if n > m:  # the columns on the right are u = inv(l) @ a
        beside = np.linalg.solve(transposed(left), g[..., k:])
        of_left = of_left - np.tril(np.matmul(beside, transposed(lu[..., k:])), -1)
        pieces = [beside]
    inner = np.tril(np.matmul(transposed(left), of_left), -1) + np.triu(np.matmul(of_right, transposed(right)))
    back = np.linalg.solve(transposed(left), inner)
    back = transposed(np.linalg.solve(right, transposed(back)))
    back = np.concatenate([back, *pieces], axis=-2 if m > n else -1)
    return np.take_along_axis(back, np.argsort(permutation(piv, m), axis=-1)[..., None], axis=-2)


defvjp_several(_lu_factor, _lu_factor_vjp, steps=(1,))


@lifts("scipy.linalg.lu_factor")
def lu_factor(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The LU decomposition of a matrix, with rows swapped, for `lu_solve`.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    overwrite_a : bool
        Has no effect.
    check_finite : bool

    Returns
    -------
    tuple
        The matrix with both factors, and an array with the rows that were swapped.

    See Also
    --------
    scipy.linalg.lu_factor

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import lu_factor
    >>> a = mg.tensor([[2.0, 1.0], [1.0, 3.0]])
    >>> lu, piv = lu_factor(a)
    >>> lu, piv
    (Tensor([[2. , 1. ],
            [0.5, 2.5]]), array([0, 1], dtype=int32))
    >>> lu[1, 1].backward()
    >>> a.grad
    array([[ 0.25, -0.5 ],
           [-0.5 ,  1.  ]])
    """
    a = operand(a)
    if has_variable(a):
        if np.ndim(a) < 2:
            raise ValueError(f"lu_factor: a has to be a matrix, but its shape is {np.shape(a)}")
        return call_several(_lu_factor, a, check_finite=check_finite)
    return _lu_factor(a, check_finite=check_finite)


def _lu_formula(a: Any, check_finite: bool, **how: Any) -> Any:
    lu, piv = call_several(_lu_factor, a, check_finite=check_finite)
    m, n = a.shape[-2:]
    k = min(m, n)
    left = np.tril(lu[..., :k], -1) + np.eye(m, k, dtype=np.finfo(a.dtype).dtype)
    right = np.triu(lu[..., :k, :])
    if how["permute_l"]:
        rows = np.argsort(permutation(piv, m), axis=-1)
        return np.take_along_axis(left, rows[..., None], axis=-2), right
    return left, right


def _lu_value(a: Any, **how: Any) -> Any:
    return scipy.linalg.lu(a, **how)[-2:]


_whole_lu = primitive(scipy.linalg.lu)
_lu = composed(_lu_value, _lu_formula)


@lifts("scipy.linalg.lu")
def lu(
    a: Array,
    permute_l: bool = False,
    overwrite_a: bool = False,
    check_finite: bool = True,
    p_indices: bool = False,
) -> Any:
    """The LU decomposition of a matrix, with rows swapped: ``a == P @ L @ U``.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    permute_l : bool
        Whether to return ``P @ L`` and U.
    overwrite_a : bool
        Has no effect.
    check_finite : bool
    p_indices : bool
        Whether to return the order of rows in the place of P. Both are plain arrays.

    See Also
    --------
    scipy.linalg.lu

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import lu
    >>> a = mg.tensor([[2.0, 1.0], [1.0, 3.0]])
    >>> p, l, u = lu(a)
    >>> l, u
    (Tensor([[1. , 0. ],
            [0.5, 1. ]]), Tensor([[2. , 1. ],
            [0. , 2.5]]))
    >>> u[1, 1].backward()
    >>> a.grad
    array([[ 0.25, -0.5 ],
           [-0.5 ,  1.  ]])
    """
    a = operand(a)
    how: dict[str, Any] = {"permute_l": permute_l, "check_finite": check_finite, "p_indices": p_indices}
    first = () if permute_l and has_variable(a) else _whole_lu(plain(a), **how)
    return (*first[:1], *_lu(a, **how)) if has_variable(a) else first
