"""Linear equations, with matrices as they come, triangular ones, or ones that were factored.

If ``op(a) @ x == b``, the gradient of `b` solves the transposed equation; that of ``op(a)`` is minus its outer product
with `x`, of which the gradient of `a` has what SciPy reads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import defvjp, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, adjoint, conj, operand, refuse, transposed
from mygrad.scipy.linalg._triangles import permutation, to_triangle

__all__ = ["cho_solve", "lu_solve", "solve", "solve_triangular"]

_POSITIVE = ("pos", "positive definite")
_SYMMETRIC = ("sym", "symmetric", "her", "hermitian", *_POSITIVE)
#: What the transposed matrix is, where that is something else.
_TRANSPOSED = {"upper triangular": "lower triangular", "lower triangular": "upper triangular"}


def _outer(u: Any, v: Any, vectors: bool) -> Any:
    """Minus the product of `u` and `v` transposed: of columns, if these are vectors."""
    if vectors:
        u, v = u[..., None], v[..., None]
    return -np.matmul(u, transposed(v))


def _back(solve: Any, a: Any, g: Any, vectors: bool, *args: Any, **params: Any) -> Any:
    """``solve(a, g, *args)``, where `b` was one vector for all matrices, or one for each."""
    return solve(a, g[..., None], *args, **params)[..., 0] if vectors else solve(a, g, *args, **params)


# --- matrices as they come ----------------------------------------------------------------------------


@primitive
def _solve(
    a: Any,
    b: Any,
    lower: bool = False,
    assume_a: str | None = None,
    transposed: bool = False,
    check_finite: bool = True,
) -> Any:
    structure = {} if assume_a is None else {"assume_a": assume_a}
    return scipy.linalg.solve(a, b, lower=lower, transposed=transposed, check_finite=check_finite, **structure)


def _solve_b(
    g: Any,
    _x: Any,
    a: Any,
    _b: Any,
    lower: bool = False,
    assume_a: str | None = None,
    transposed: bool = False,
    **how: Any,
) -> Any:
    other = _TRANSPOSED.get(str(assume_a), assume_a)
    a = a.swapaxes(-1, -2)
    return _back(_solve, a, g, np.ndim(_b) == 1, lower=not lower, assume_a=other, transposed=transposed, **how)


def _solve_a(
    g: Any,
    x: Any,
    a: Any,
    _b: Any,
    lower: bool = False,
    assume_a: str | None = None,
    transposed: bool = False,
    **how: Any,
) -> Any:
    full = _outer(_solve_b(g, x, a, _b, lower, assume_a, transposed, **how), x, np.ndim(_b) == 1)
    return _to_structure(full.swapaxes(-1, -2) if transposed else full, assume_a, lower)


def _to_structure(g: Any, assume_a: str | None, lower: bool) -> Any:
    """Of the gradient of a matrix, what belongs to the entries that are read, if it is assumed to have a structure."""
    if assume_a in _SYMMETRIC:
        return to_triangle(g, lower, hermitian=assume_a not in _SYMMETRIC[:2])
    if assume_a == "upper triangular":
        return np.triu(g)
    if assume_a == "lower triangular":
        return np.tril(g)
    if assume_a in ("diagonal", "tridiagonal"):
        k = int(assume_a == "tridiagonal")
        return np.triu(np.tril(g, k), -k)
    return g


defvjp(_solve, _solve_a, _solve_b)


@lifts("scipy.linalg.solve")
def solve(
    a: Array,
    b: Array,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: str | None = None,
    transposed: bool = False,
) -> Any:
    """Solve ``a @ x == b`` for `x`.

    Parameters
    ----------
    a : array_like, shape (..., N, N)
    b : array_like, shape (N,) or (..., N, M)
    lower : bool
        Which triangle is read, of a matrix that is assumed to be symmetric.
    overwrite_a, overwrite_b : bool
        Have no effect.
    check_finite : bool
    assume_a : str, optional
        What is assumed is not looked at: the gradient is zero at entries that are not read.
    transposed : bool
        Whether to solve ``a.T @ x == b``.

    See Also
    --------
    scipy.linalg.solve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve
    >>> a, b = mg.tensor([[4.0, 1.0], [1.0, 4.0]]), mg.tensor([5.0, 5.0])
    >>> x = solve(a, b, assume_a="pos", lower=True)
    >>> x.sum().backward()
    >>> x.round(4), a.grad.round(4), b.grad.round(4)
    (Tensor([1., 1.]), array([[-0.2,  0. ],
           [-0.4, -0.2]]), array([0.2, 0.2]))
    """
    return _solve(
        operand(a),
        operand(b),
        lower=lower,
        assume_a=assume_a,
        transposed=transposed,
        check_finite=check_finite,
    )


# --- triangular matrices ------------------------------------------------------------------------------

_triangular = primitive(scipy.linalg.solve_triangular)


def _triangular_b(g: Any, _x: Any, a: Any, _b: Any, *, lower: bool = False, **how: Any) -> Any:
    return _back(_triangular, transposed(a), g, np.ndim(_b) == 1, lower=not lower, **how)


def _triangular_a(g: Any, x: Any, a: Any, _b: Any, *, lower: bool = False, **how: Any) -> Any:
    full = _outer(_triangular_b(g, x, a, _b, lower=lower, **how), x, np.ndim(_b) == 1)
    if how["trans"] not in (0, "N"):
        full = transposed(full)
    k = int(how["unit_diagonal"])
    return np.tril(full, -k) if lower else np.triu(full, k)


defvjp(_triangular, _triangular_a, _triangular_b)


@lifts("scipy.linalg.solve_triangular")
def solve_triangular(
    a: Array,
    b: Array,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Solve ``a @ x == b`` for `x`, where `a` is triangular.

    Parameters
    ----------
    a : array_like, shape (..., N, N)
    b : array_like, shape (N,) or (..., N, K)
    trans : {0, 1, 2, 'N', 'T', 'C'}
        Whether to solve ``a.T @ x == b``, or ``a.conj().T @ x == b``.
    lower, unit_diagonal : bool
        Which triangle is read, and whether the diagonal is. Entries that are not read have a gradient of zero.
    overwrite_b : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.solve_triangular

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_triangular
    >>> a = mg.tensor([[2.0, 0.0], [1.0, 1.0]])
    >>> x = solve_triangular(a, [4.0, 3.0], lower=True)
    >>> x
    Tensor([2., 1.])
    >>> x[1].backward()
    >>> a.grad + 0.0
    array([[ 1.,  0.],
           [-2., -1.]])
    """
    a = operand(a)
    if trans in (2, "C"):
        a, trans = np.conj(a), 1
    how = {"trans": trans, "lower": lower, "unit_diagonal": unit_diagonal, "check_finite": check_finite}
    return _triangular(a, operand(b), **how)


# --- matrices that were factored ------------------------------------------------------------------------


@primitive
def _cho_solve(c: Any, b: Any, lower: bool = False, check_finite: bool = True) -> Any:
    return scipy.linalg.cho_solve((c, lower), b, check_finite=check_finite)


def _cho_solve_b(g: Any, _x: Any, c: Any, _b: Any, lower: bool = False, **how: Any) -> Any:
    return _back(_cho_solve, conj(c), g, np.ndim(_b) == 1, lower=lower, **how)


def _cho_solve_c(g: Any, x: Any, c: Any, _b: Any, lower: bool = False, **how: Any) -> Any:
    full = _outer(_cho_solve_b(g, x, c, _b, lower, **how), x, np.ndim(_b) == 1)
    full, c = full + adjoint(full), conj(c)
    return np.tril(np.matmul(full, np.tril(c))) if lower else np.triu(np.matmul(np.triu(c), full))


defvjp(_cho_solve, _cho_solve_c, _cho_solve_b)


@lifts("scipy.linalg.cho_solve")
def cho_solve(c_and_lower: Any, b: Array, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """Solve ``a @ x == b`` for `x`, given the Cholesky factor of `a`.

    Parameters
    ----------
    c_and_lower : tuple
        What `cho_factor` returns.
    b : array_like, shape (N,) or (..., N, K)
    overwrite_b : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.cho_solve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import cho_factor, cho_solve
    >>> a = mg.tensor([[4.0, 0.0], [0.0, 1.0]])
    >>> x = cho_solve(cho_factor(a), [8.0, 1.0])
    >>> x
    Tensor([2., 1.])
    >>> x[0].backward()
    >>> a.grad + 0.0
    array([[-0.5 , -0.25],
           [ 0.  ,  0.  ]])
    """
    c, lower = c_and_lower
    return _cho_solve(operand(c), operand(b), lower=bool(lower), check_finite=check_finite)


@primitive
def _lu_solve(lu: Any, b: Any, piv: Any, trans: int = 0, check_finite: bool = True) -> Any:
    return scipy.linalg.lu_solve((lu, piv), b, trans=trans, check_finite=check_finite)


def _lu_solve_b(g: Any, _x: Any, lu: Any, _b: Any, piv: Any, trans: int = 0, **how: Any) -> Any:
    return _back(_lu_solve, lu, g, np.ndim(_b) == 1, piv, trans=int(trans == 0), **how)


def _lu_solve_lu(g: Any, x: Any, lu: Any, _b: Any, piv: Any, trans: int = 0, **how: Any) -> Any:
    full = _outer(_lu_solve_b(g, x, lu, _b, piv, trans, **how), x, np.ndim(_b) == 1)
    full = transposed(full) if trans else full
    order = np.broadcast_to(permutation(piv), full.shape[:-1])
    full = np.take_along_axis(full, order[..., None], axis=-2)
    left = np.tril(lu, -1) + np.eye(lu.shape[-1], dtype=lu.dtype)
    of_left, of_right = np.matmul(full, transposed(np.triu(lu))), np.matmul(transposed(left), full)
    return np.tril(of_left, -1) + np.triu(of_right)


defvjp(_lu_solve, _lu_solve_lu, _lu_solve_b)


def _look_at_shapes(lu: tuple[int, ...], piv: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise ValueError for shapes of which SciPy says nothing, or what LAPACK says."""
    if len(lu) < 2 or lu[-1] != lu[-2]:
        raise ValueError(f"lu_solve: lu has to be a square matrix, as `lu_factor` returns it, but its shape is {lu}")
    if piv[-1:] != lu[-1:]:
        raise ValueError(f"lu_solve: shapes of lu {lu} and piv {piv} are incompatible: there is one pivot for each row")
    if not b:
        raise ValueError("lu_solve: b has to be a vector or a matrix, but it is a number")


@lifts("scipy.linalg.lu_solve")
def lu_solve(lu_and_piv: Any, b: Array, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """Solve ``a @ x == b`` for `x`, given the LU decomposition of `a`.

    Parameters
    ----------
    lu_and_piv : tuple
        What `lu_factor` returns.
    b : array_like, shape (N,) or (..., N, K)
    trans : {0, 1, 2}
        Whether to solve ``a.T @ x == b``.
    overwrite_b : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.lu_solve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import lu_factor, lu_solve
    >>> a = mg.tensor([[0.0, 1.0], [2.0, 0.0]])
    >>> x = lu_solve(lu_factor(a), [3.0, 8.0])
    >>> x
    Tensor([4., 3.])
    >>> x[0].backward()
    >>> a.grad + 0.0
    array([[ 0. ,  0. ],
           [-2. , -1.5]])
    """
    lu, piv = lu_and_piv
    refuse("lu_solve", piv=piv)
    lu, b = operand(lu), operand(b)
    if has_variable([lu, b]):
        _look_at_shapes(np.shape(lu), np.shape(piv), np.shape(b))
    if trans == 2:
        lu, trans = np.conj(lu), 1
    return _lu_solve(lu, b, piv, trans=trans, check_finite=check_finite)
