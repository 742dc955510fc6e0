"""Inverses and solutions of linear equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp, primitive
from mygrad._rules.shapes import transposed

__all__ = ["inverses", "solutions"]

Array = np.ndarray[Any, Any]


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


defvjp(np.linalg.inv, _inv_vjp)
defvjp(np.linalg.solve, _solve_a, _solve_b)


# --- the same of matrices of which some may be singular, for vjps of functions that take these -----------


def _where_regular(solve: Callable[..., Array], *arrays: Array) -> Array:
    """``solve(*arrays)``, and nan for the singular matrices, on account of which NumPy refuses all of a batch."""
    try:
        return solve(*arrays)
    except np.linalg.LinAlgError:
        if arrays[0].ndim == 2:
            return np.full_like(arrays[-1], np.nan)
    half = len(arrays[0]) // 2
    if half == 0:
        return _where_regular(solve, *(a[0] for a in arrays))[None]
    return np.concatenate([_where_regular(solve, *(a[part] for a in arrays)) for part in np.s_[:half, half:]])


@primitive
def inverses(a: Array) -> Array:
    return _where_regular(np.linalg.inv, a)


@primitive
def solutions(a: Array, b: Array) -> Array:
    """The matrices ``solve(a, b)``; as many of `b` as of `a`."""
    return _where_regular(np.linalg.solve, a, b)


def _solutions_b(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    return solutions(transposed(a), g)


def _solutions_a(g: Any, y: Any, a: Any, _b: Any) -> Any:
    return -np.matmul(_solutions_b(g, y, a, _b), transposed(y))


defvjp(inverses, _inv_vjp)
defvjp(solutions, _solutions_a, _solutions_b)
