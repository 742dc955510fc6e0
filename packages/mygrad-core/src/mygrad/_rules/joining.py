"""Joining arrays: two functions of any number of arrays, of which all others are made.

(NumPy's own take a *sequence* of arrays, which may hold nested lists.)
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from mygrad._rules.rule import RULES, defvjp_variadic, primitive
from mygrad._rules.shapes import along

__all__ = ["concatenate_arrays", "stack_arrays"]

Array = np.ndarray[Any, Any]


@primitive
def concatenate_arrays(*arrays: Array, axis: int | None = 0, dtype: Any = None, casting: Any = "same_kind") -> Array:
    return np.concatenate(arrays, axis, dtype=dtype, casting=casting)


@primitive
def stack_arrays(*arrays: Array, axis: int = 0, dtype: Any = None, casting: Any = "same_kind") -> Array:
    return np.stack(arrays, axis, dtype=dtype, casting=casting)


def _concatenate_vjp(
    position: int, g: Any, _y: Any, *arrays: Any, axis: int | None = 0, dtype: Any = None, casting: Any = None
) -> Any:
    if axis is None:
        start = sum(map(np.size, arrays[:position]))
        return np.reshape(g[start : start + np.size(arrays[position])], np.shape(arrays[position]))
    axis %= g.ndim
    start = sum([a.shape[axis] for a in arrays[:position]])
    return g[along(axis, slice(start, start + arrays[position].shape[axis]))]


def _stack_vjp(
    position: int, g: Any, _y: Any, *arrays: Any, axis: int = 0, dtype: Any = None, casting: Any = None
) -> Any:
    return g[(*along(axis % g.ndim, position), ...)]


def _concatenate_vjp_all(node: Any, g: Array, _may_write: bool) -> list[Any]:
    parents, axis = node.parents, node.params.get("axis", 0)
    if axis is None:
        sizes = [np.size(p) for p in parents]
    else:
        axis %= g.ndim
        sizes = [p.shape[axis] for p in parents]
    bounds = pairwise(accumulate(sizes, initial=0))
    parts = [g[along(axis or 0, slice(start, stop))] for start, stop in bounds]
    if axis is None:
        parts = [np.reshape(part, np.shape(p)) for part, p in zip(parts, parents, strict=True)]
    return parts


def _stack_vjp_all(node: Any, g: Array, _may_write: bool) -> list[Any]:
    g = np.moveaxis(g, node.params.get("axis", 0), 0)
    return [g[i, ...] for i in range(len(g))]


defvjp_variadic(concatenate_arrays, _concatenate_vjp, linear=True)
defvjp_variadic(stack_arrays, _stack_vjp, linear=True)
# The same for all arrays at once, so that joining n arrays does not take n^2 steps.
RULES[concatenate_arrays].vjp_all = _concatenate_vjp_all
RULES[stack_arrays].vjp_all = _stack_vjp_all
# Users see the name, in messages and pictures.
RULES[concatenate_arrays].name = "concatenate"
RULES[stack_arrays].name = "stack"
