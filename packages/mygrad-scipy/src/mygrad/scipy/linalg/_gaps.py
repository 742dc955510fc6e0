"""What the derivatives of vectors share: gaps between values, and phases that are left open."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad.errors import InvalidBackprop

__all__ = ["determined", "diagonal", "over_gaps", "phases", "refuse_phases"]


def over_gaps(x: Any, values: Any) -> Any:
    """x[i, j] / (values[j] - values[i]), but 0 on the diagonal; where values coincide, nan unless x is 0."""
    gaps = values[..., None, :] - values[..., :, None]
    coincide = gaps == 0
    none = coincide & ((x == 0) | np.eye(values.shape[-1], dtype=np.bool_))
    return np.where(none, 0, x / np.where(coincide, np.nan, gaps))


def diagonal(values: Any) -> Any:
    return values[..., None, :] * np.eye(values.shape[-1], dtype=values.dtype)


def phases(g: Any, vectors: Any) -> Any:
    """The rates at which what has the gradient `g` varies with the phases of the vectors."""
    return 0.0 if g is None else -np.imag(np.sum(g * vectors, axis=-2))


def refuse_phases(function: str, rates: Any, *pairs: tuple[Any, Any]) -> None:
    """Raise InvalidBackprop if the rates are more than rounding errors, for these gradients of these vectors."""
    for g, vectors in pairs:
        if g is not None:
            eps = np.finfo(g.dtype).eps
            limit = np.sqrt(eps) * np.linalg.norm(g, axis=-2) * np.linalg.norm(vectors, axis=-2) + 100 * eps
            rates = np.where(np.abs(rates) <= limit, 0, rates)
    if np.any(np.abs(rates) > 0):
        raise InvalidBackprop(
            f"{function}: the vectors of complex matrices are determined up to a phase, and what is to be "
            f"differentiated varies with that: so it has no derivative. Let it depend on absolute values of the "
            f"vectors, or on products of one with its own conjugate, in which the phases cancel."
        )


def determined(g: Any, k: int, what: str) -> Any:
    """The gradient of the first `k` columns of a factor. The others are arbitrary, and must not have one."""
    if np.any(g[..., k:] != 0):
        raise InvalidBackprop(
            f"{what} are not determined by the matrix, which is not square: what depends on them has no derivative. "
            f"Leave them out (`full_matrices=False`, `mode='economic'`)."
        )
    return g[..., :k]
