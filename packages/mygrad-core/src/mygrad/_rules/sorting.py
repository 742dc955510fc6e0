"""Rules of sorting, of order statistics, and of picking entries by position or condition.

A permutation is found anew from the plain values (`np.argsort` of a Tensor is an array). The transpose reads
through the inverse permutation, which costs less than to scatter.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.indexing import add_at
from mygrad._rules.recorded import as_any_array, surely
from mygrad._rules.reductions import flattened, lined_up, made_nan, share
from mygrad._rules.rule import defvjp, defvjp_variadic, primitive

__all__ = ["choose", "select"]


# --- Sorting ----------------------------------------------------------------------------------------


def _stable_order(a, axis):
    """``np.argsort(a, axis, kind="stable")``, by the much faster default kind if no entries tie."""
    order = np.argsort(a, axis=axis)
    ordered = np.swapaxes(np.take_along_axis(a, order, axis), axis, -1)
    distinct = ordered[..., 1:] > ordered[..., :-1]
    return order if surely(distinct.all()) else np.argsort(a, axis=axis, kind="stable")


def _ranks(a, axis):
    """The place of each entry among the sorted ones: the inverse of the permutation that sorts."""
    order = _stable_order(a, axis)
    ranks = np.empty_like(order)
    places = np.arange(a.shape[axis]).reshape([-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    np.put_along_axis(ranks, order, places, axis)
    return ranks


def _sort(g, _y, a, axis=-1, kind=None, order=None, *, stable=None):
    if axis is None:
        return np.reshape(g[_ranks(np.reshape(a, -1), 0)], a.shape)
    return np.take_along_axis(g, _ranks(a, axis), axis)


def _partition(g, y, a, kth, axis=-1, kind="introselect", order=None):
    """Sorting both sides tells which entry went where, whatever the selection did."""
    if axis is None:
        return np.reshape(_partition(g, y, np.reshape(a, -1), kth, 0), a.shape)
    origins = np.take_along_axis(_stable_order(y, axis), _ranks(a, axis), axis)
    return np.take_along_axis(g, origins, axis)


defvjp(np.sort, _sort)
defvjp(np.partition, _partition, masks=True)


# --- Medians ----------------------------------------------------------------------------------------


def _middle(g, y, a, axis, ordered, n, where=True):
    """`g`, half of it to the entries that equal each of the two middle ones of the first `n` in `ordered`."""
    axis = tuple(axis) if isinstance(axis, list) else axis
    y = lined_up(y, a, axis)
    g = lined_up(g, a, axis)
    made = made_nan(y, a, axis, where)
    g = np.where(made & (g != 0), np.nan, g)
    parts = []
    for k in (n - 1) // 2, n // 2:
        middle = np.reshape(np.take_along_axis(ordered, k, axis=-1), y.shape)
        parts.append(share(g, np.where(np.isnan(y) & ~made, y, middle), a, axis, where))
    return (parts[0] + parts[1]) / 2


def _median(g, y, a, axis=None, out=None, overwrite_input=False, keepdims=False):
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    flat, _ = flattened(a, axis)
    n = flat.shape[-1]
    ordered = np.partition(flat, ((n - 1) // 2, n // 2), axis=-1)
    return _middle(g, y, a, axis, ordered, np.full([1] * flat.ndim, n))


def _nanmedian(g, y, a, axis=None, out=None, overwrite_input=False, keepdims=False):
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    flat, _ = flattened(a, axis)
    n = np.sum(~np.isnan(flat), axis=-1, keepdims=True)  # nan is sorted to the end
    return _middle(g, y, a, axis, np.sort(flat, axis=-1), n, where=~np.isnan(a))


def _intact_median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return np.median(a, axis, out, False, keepdims)  # the backward pass needs the input


def _intact_nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return np.nanmedian(a, axis, out, False, keepdims)


defvjp(np.median, _median, forward=_intact_median, masks=True)
defvjp(np.nanmedian, _nanmedian, forward=_intact_nanmedian, masks=True)


# --- Picking by position ----------------------------------------------------------------------------


def _positions(indices, n, mode):
    """`indices` as an index, which is an array of integers that takes no gradient."""
    indices = as_any_array(indices).astype(np.intp, copy=False)  # booleans count as 0 and 1 here
    if mode == "wrap":
        return indices % n
    return np.clip(indices, 0, n - 1) if mode == "clip" else indices


def _take(g, _y, _a, indices, axis=None, out=None, mode="raise"):
    if axis is None or _a.ndim == 0:  # where an axis is taken for that of the one element
        return np.reshape(add_at(g, _positions(indices, _a.size, mode), (_a.size,)), _a.shape)
    axis %= _a.ndim
    return add_at(g, (*[slice(None)] * axis, _positions(indices, _a.shape[axis], mode)), _a.shape)


def _take_along_axis(g, _y, _arr, indices, axis=-1):
    if axis is None:
        return np.reshape(add_at(g, indices, (_arr.size,)), _arr.shape)
    index = list(np.ogrid[tuple(map(slice, _arr.shape))])
    index[axis] = indices
    return add_at(g, tuple(index), _arr.shape)


defvjp(np.take, _take, linear=True, masks=True)
defvjp(np.take_along_axis, _take_along_axis, linear=True, masks=True)


# --- Picking by condition ---------------------------------------------------------------------------


def _compress(g, _y, condition, _a, axis=None, out=None):
    along_axis = axis is not None and _a.ndim > 0  # a number counts as an axis of one
    shape = _a.shape if along_axis else (_a.size,)
    axis = axis % _a.ndim if along_axis else 0
    mask = np.zeros(shape[axis], np.bool_)
    mask[np.flatnonzero(condition)] = True  # `condition` may be shorter than the axis
    return np.reshape(add_at(g, (*[slice(None)] * axis, mask), shape), _a.shape)


def _extract(g, _y, condition, _arr):
    return _compress(g, _y, np.reshape(condition, -1), _arr)


defvjp(np.compress, None, _compress, linear=True, masks=True)
defvjp(np.extract, None, _extract, linear=True, masks=True)


@primitive
def select(*choices: Any, conditions: Any) -> Any:
    """``np.select(conditions, choices[:-1], default=choices[-1])``."""
    return np.select(conditions, choices[:-1], choices[-1])


def _select(position, g, _y, *_choices, conditions):
    picked = conditions[position] if position < len(conditions) else True
    for earlier in conditions[:position]:
        picked = np.logical_and(picked, np.logical_not(earlier))
    return np.where(picked, g, 0)


@primitive
def choose(*choices: Any, index: Any, mode: str = "raise") -> Any:
    """``np.choose(index, choices, mode=mode)``."""
    return np.choose(index, choices, mode=mode)


def _choose(position, g, _y, *_choices, index, mode="raise"):
    return np.where(_positions(index, len(_choices), mode) == position, g, 0)


defvjp_variadic(select, _select, masks=True)
defvjp_variadic(choose, _choose, masks=True)
