"""Triangles and permutations, of matrices in the last two axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad.scipy._operands import adjoint, transposed

__all__ = ["half_diagonal", "permutation", "to_triangle"]


def to_triangle(g: Any, lower: bool, hermitian: bool = False) -> Any:
    """The gradient of a symmetric matrix, or a Hermitian one, as that of the triangle that is read."""
    twice = g + (adjoint(g) if hermitian else transposed(g))
    one = np.tril(twice) if lower else np.triu(twice)
    return one * (1 - np.eye(g.shape[-1], dtype=np.finfo(g.dtype).dtype) / 2)


def half_diagonal(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return np.tril(x) * (1 - np.eye(x.shape[-1], dtype=np.finfo(x.dtype).dtype) / 2)


def permutation(pivots: Any, rows: int | None = None) -> Any:
    """The order of rows, for rows that were swapped one by one with those that `pivots` tell."""
    pivots = np.asarray(pivots)
    order = np.empty((*pivots.shape[:-1], rows or pivots.shape[-1]), dtype=np.intp)
    order[...] = np.arange(order.shape[-1])
    for batch in np.ndindex(pivots.shape[:-1]):
        for i, j in enumerate(pivots[batch]):
            order[batch][[i, j]] = order[batch][[j, i]]
    return order
