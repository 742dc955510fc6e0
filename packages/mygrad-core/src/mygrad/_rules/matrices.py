"""Functions of matrices: diagonals and triangles, Cholesky factors, powers, tensor equations."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from operator import index
from typing import Any

import numpy as np

from mygrad._rules.determinants import slogdet
from mygrad._rules.joining import as_operand
from mygrad._rules.rule import defvjp
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
# Factors
# ----------------------------------------------------------------------------------------------------


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


defvjp(np.linalg.cholesky, _cholesky_vjp, masks=True)


# ----------------------------------------------------------------------------------------------------
# Composed functions
# ----------------------------------------------------------------------------------------------------


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
    inverse = np.linalg.inv(np.reshape(a, (prod(a.shape[ind:]), -1)))
    return np.reshape(inverse, a.shape[ind:] + a.shape[:ind])


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = as_operand(a), as_operand(b)
    if axes is not None:
        last = [axis % a.ndim for axis in axes]
        a = np.transpose(a, [axis for axis in range(a.ndim) if axis not in last] + last)
    shape = a.shape[-(a.ndim - b.ndim) :]
    n = prod(shape)
    if a.size != n**2:
        raise np.linalg.LinAlgError(
            f"Input arrays must satisfy prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim]), but a has the shape {a.shape}"
        )
    return np.reshape(np.linalg.solve(np.reshape(a, (n, n)), np.ravel(b)), shape)


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
