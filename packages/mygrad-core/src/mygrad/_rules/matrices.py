"""Functions of matrices: diagonals and triangles, Cholesky factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp
from mygrad._rules.shapes import diagonal_size, embed_diagonal, transposed

__all__: list[str] = []

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
