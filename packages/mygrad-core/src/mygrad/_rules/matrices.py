"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp
from mygrad._rules.shapes import diagonal_size, embed_diagonal

__all__: list[str] = []

Array = np.ndarray[Any, Any]


def _trace_vjp(g: Any, _y: Any, _a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    n = diagonal_size(_a.shape, offset, axis1, axis2)
    diagonal = np.broadcast_to(np.expand_dims(g, -1), (*g.shape, n))
    return embed_diagonal(diagonal, _a.shape, offset, axis1, axis2)


def _diag_vjp(g: Any, _y: Any, _v: Any, k: int = 0) -> Any:
    return np.diagonal(g, k) if _v.ndim == 1 else embed_diagonal(g, _v.shape, k)


defvjp(np.trace, _trace_vjp, linear=True, masks=True)
defvjp(np.diag, _diag_vjp, view=True, masks=True)
defvjp(np.diagflat, lambda g, _y, _v, k=0: np.reshape(np.diagonal(g, k), _v.shape), linear=True)
defvjp(np.tril, lambda g, _y, _m, k=0: np.tril(g, k), linear=True, masks=True)
defvjp(np.triu, lambda g, _y, _m, k=0: np.triu(g, k), linear=True, masks=True)
