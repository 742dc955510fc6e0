"""Functions of matrices: diagonals and triangles, inverses, determinants and factors."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from operator import index
from typing import Any, NamedTuple

import numpy as np

from mygrad._rules.joining import as_operand
from mygrad._rules.rule import defvjp, primitive
from mygrad._rules.shapes import diagonal_size, embed_diagonal, transposed

__all__ = ["COMPOSED"]

Array = np.ndarray[Any, Any]


# ----------------------------------------------------------------------------------------------------
# Diagonals and triangles
# ----------------------------------------------------------------------------------------------------


def _trace_vjp(g: Any, _y: Any, _a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    n = diagonal_size(_a.shape, offset, axis1, axis2)
    diagonal = np.broadcast_to(np.expand_dims(g, -1), (*g.shape, n))
    return embed_diagonal(diagonal, _a.shape, offset, axis1, axis2)


def _diag_vjp(g: Any, _y: Any, _v: Any, k: int = 0) -> Any:
    return np.diagonal(g, k) if _v.ndim == 1 else embed_diagonal(g, _v.shape, k)


defvjp(np.trace, _trace_vjp, masks=True)
defvjp(np.diag, _diag_vjp, view=True, masks=True)
defvjp(np.diagflat, lambda g, _y, _v, k=0: np.reshape(np.diagonal(g, k), _v.shape))
defvjp(np.tril, lambda g, _y, _m, k=0: np.tril(g, k), masks=True)
defvjp(np.triu, lambda g, _y, _m, k=0: np.triu(g, k), masks=True)


# ----------------------------------------------------------------------------------------------------
# Inverses and determinants
# ----------------------------------------------------------------------------------------------------


def _inv_vjp(g: Any, y: Any, _a: Any) -> Any:
    y = transposed(y)
    return -np.matmul(np.matmul(y, g), y)


def _solve_a(g: Any, y: Any, a: Any, _b: Any) -> Any:
    back = _solve_b(g, y, a, _b)
    if np.ndim(_b) == 1:  # a vector, whatever the number of matrices
        return -(np.expand_dims(back, -1) * np.expand_dims(y, -2))
    return -np.matmul(back, transposed(y))


def _solve_b(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    if np.ndim(_b) == 1:
        return np.linalg.solve(transposed(a), np.expand_dims(g, -1))[..., 0]
    return np.linalg.solve(transposed(a), g)


def _det_vjp(g: Any, y: Any, a: Any) -> Any:
    if np.any(y == 0):  # the limit of det(a) inv(a)^T
        return g[..., None, None] * cofactors(a)
    return (g * y)[..., None, None] * transposed(np.linalg.inv(a))


@primitive
def cofactors(a: Array) -> Array:
    """The matrices of cofactors, of singular matrices too.

    It has no row: that would take the derivatives of singular values.
    """
    u, s, vt = np.linalg.svd(a)
    others = np.prod(np.where(np.eye(s.shape[-1], dtype=bool), 1, s[..., None, :]), axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    return np.matmul(u * (sign[..., None] * others)[..., None, :], vt)


@primitive
def log_abs_det(a: Array, known: Any = None) -> Array:
    """The logarithm of the absolute value of the determinant; `known`, if it is."""
    return np.linalg.slogdet(a)[1] if known is None else known


@primitive
def sign_of_det(a: Array, known: Any = None) -> Array:
    return np.linalg.slogdet(a)[0] if known is None else known


def _cholesky_vjp(g: Any, y: Any, _a: Any, *, upper: bool = False) -> Any:
    # NumPy reads one triangle of the matrix, and so the gradient is in that one.
    if upper:
        g, y = transposed(g), transposed(y)
    half = _half_diagonal(np.matmul(transposed(y), g))
    back = np.linalg.solve(transposed(y), transposed(np.linalg.solve(transposed(y), half)))
    back = _half_diagonal(back + transposed(back))
    return transposed(back) if upper else back


def _half_diagonal(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return np.tril(x) / (1 + np.eye(x.shape[-1], dtype=x.dtype))


defvjp(np.linalg.inv, _inv_vjp)
defvjp(np.linalg.solve, _solve_a, _solve_b)
defvjp(np.linalg.det, _det_vjp)
defvjp(log_abs_det, lambda g, _y, a, known=None: g[..., None, None] * transposed(np.linalg.inv(a)))
defvjp(sign_of_det, lambda g, _y, _a, known=None: np.zeros(_a.shape, g.dtype), masks=True)
defvjp(np.linalg.cholesky, _cholesky_vjp, masks=True)


# ----------------------------------------------------------------------------------------------------
# Composed functions
# ----------------------------------------------------------------------------------------------------


class SlogdetResult(NamedTuple):
    sign: Any
    logabsdet: Any


def slogdet(a: Any, sign: Any = None, logabsdet: Any = None) -> SlogdetResult:
    """Both results, which may be known: to compute them takes the same work."""
    return SlogdetResult(sign_of_det(a, sign), log_abs_det(a, logabsdet))


def matrix_power(a: Any, n: int) -> Any:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, but the array has the shape {a.shape}")
    n = index(n)
    if n == 0:
        return np.where(False, a, np.eye(a.shape[-1], dtype=a.dtype))
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result: Any = None
    while True:  # over the binary digits of n
        n, bit = divmod(n, 2)
        if bit:
            result = a if result is None else np.matmul(result, a)
        if n == 0:
            return np.copy(result)
        a = np.matmul(a, a)


def tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    shape = a.shape[ind:] + a.shape[:ind]
    inverse = np.linalg.inv(np.reshape(a, (prod(a.shape[:ind]), prod(a.shape[ind:]))))
    return np.reshape(inverse, shape)


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = as_operand(a), as_operand(b)
    if axes is not None:
        last = [axis % a.ndim for axis in axes]
        a = np.transpose(a, [axis for axis in range(a.ndim) if axis not in last] + last)
    shape = a.shape[b.ndim :]
    if prod(shape) != b.size:
        raise np.linalg.LinAlgError(
            f"Input arrays must satisfy prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim]), but a has the shape {a.shape}"
        )
    x = np.linalg.solve(np.reshape(a, (b.size, b.size)), np.ravel(b))
    return np.reshape(x, shape)


def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return np.trace(x, offset, -2, -1) if dtype is None else np.trace(x, offset, -2, -1, dtype)


#: What stands for NumPy's function when a tensor is among its arguments.
COMPOSED: dict[Callable[..., Any], Callable[..., Any]] = {
    np.linalg.matrix_power: matrix_power,
    np.linalg.slogdet: slogdet,
    np.linalg.tensorinv: tensorinv,
    np.linalg.tensorsolve: tensorsolve,
    np.linalg.trace: _linalg_trace,
}
