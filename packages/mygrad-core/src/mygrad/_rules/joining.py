"""Joining arrays and splitting them.

NumPy's functions take a *sequence* of arrays, which may hold nested lists; the rows are those of two
functions of any number of arrays. All else is composed of these, and of indexing for the parts: `COMPOSED`
has the plain functions that stand for NumPy's when tensors are among the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from mygrad._rules.rule import RULES, defvjp_variadic, primitive
from mygrad._rules.shapes import along

__all__ = ["COMPOSED", "as_operand", "concatenate_arrays", "into", "stack_arrays"]

Array = np.ndarray[Any, Any]


# ----------------------------------------------------------------------------------------------------
# The two rows
# ----------------------------------------------------------------------------------------------------


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


defvjp_variadic(concatenate_arrays, _concatenate_vjp)
defvjp_variadic(stack_arrays, _stack_vjp)
# The same for all arrays at once, lest joining n arrays take n^2 steps.
RULES[concatenate_arrays].vjp_all = _concatenate_vjp_all
RULES[stack_arrays].vjp_all = _stack_vjp_all


# ----------------------------------------------------------------------------------------------------
# Joining
# ----------------------------------------------------------------------------------------------------


def as_operand(a: Any) -> Any:
    """`a`, if it is an array of any kind; the stack of its elements, if it is a list with arrays in it."""
    if isinstance(a, np.ndarray) and type(a) is not np.ndarray and not isinstance(a, (np.memmap, np.ma.MaskedArray)):
        return np.array(a)  # a subclass may have operators of its own
    if hasattr(a, "__array_function__"):
        return a
    if isinstance(a, (list, tuple)) and _holds_arrays(a):
        return stack_arrays(*map(as_operand, a))
    return np.asarray(a)


def _holds_arrays(sequence: Sequence[Any]) -> bool:
    return any(
        hasattr(a, "__array_function__") or (isinstance(a, (list, tuple)) and _holds_arrays(a)) for a in sequence
    )


def into(out: Any, fn: Callable[..., Any], *arrays: Any, **params: Any) -> Any:
    """``fn(*arrays, **params)`` by a primitive `fn`, written to `out` if that is given."""
    if out is None:
        return fn(*arrays, **params)
    if any(hasattr(a, "__array_function__") and not isinstance(a, np.ndarray) for a in arrays):
        return fn(*arrays, out=out, **params)  # the engine's, to which the tensors take it
    value = fn(*arrays, **params)
    if out.shape != value.shape:
        raise ValueError(f"`out` has the shape {out.shape}, but the result has the shape {value.shape}")
    out[...] = value
    return out


def _operands(arrays: Any) -> list[Any]:
    return [as_operand(a) for a in arrays]


def concatenate(
    arrays: Iterable[Any],
    /,
    axis: int | None = 0,
    out: Any = None,
    *,
    dtype: Any = None,
    casting: Any = "same_kind",
) -> Any:
    # With axis=None numbers are welcome, and being weakly typed do not take part in finding the dtype.
    operands = [a if isinstance(a, (int, float, complex)) else as_operand(a) for a in arrays]
    return into(out, concatenate_arrays, *operands, axis=axis, dtype=dtype, casting=casting)


def stack(
    arrays: Iterable[Any], axis: int = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind"
) -> Any:
    return into(out, stack_arrays, *_operands(arrays), axis=axis, dtype=dtype, casting=casting)


def vstack(tup: Iterable[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return concatenate([np.atleast_2d(a) for a in _operands(tup)], 0, dtype=dtype, casting=casting)


def hstack(tup: Iterable[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    arrays = [np.atleast_1d(a) for a in _operands(tup)]
    axis = 0 if arrays and arrays[0].ndim == 1 else 1
    return concatenate(arrays, axis, dtype=dtype, casting=casting)


def dstack(tup: Iterable[Any]) -> Any:
    return concatenate([np.atleast_3d(a) for a in _operands(tup)], 2)


def column_stack(tup: Iterable[Any]) -> Any:
    return concatenate([a if a.ndim >= 2 else np.transpose(np.atleast_2d(a)) for a in _operands(tup)], 1)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return concatenate((as_operand(arr), as_operand(values)), axis)


def block(arrays: Any) -> Any:
    depth = _block_depth(arrays)
    ndim = max(depth, _block_ndim(arrays))

    def joined(part: Any, axis: int) -> Any:
        if isinstance(part, list):
            return concatenate([joined(p, axis + 1) for p in part], axis)
        a = as_operand(part)
        return np.reshape(a, (1,) * (ndim - a.ndim) + a.shape)

    result = joined(arrays, -depth)
    return result if depth else np.copy(result)


def _block_depth(part: Any, where: str = "arrays") -> int:
    """How deep the lists are nested."""
    if isinstance(part, tuple):
        raise TypeError(f"{where} is a tuple. Only lists can be used to arrange blocks.")
    if not isinstance(part, list):
        return 0
    if not part:
        raise ValueError(f"{where} is an empty list, which cannot be part of a block array.")
    depths = [_block_depth(p, f"{where}[{i}]") for i, p in enumerate(part)]
    for i, depth in enumerate(depths):
        if depth != depths[0]:
            raise ValueError(
                f"List depths are mismatched: {where}[0] is nested to depth {depths[0]}, {where}[{i}] to depth {depth}."
            )
    return depths[0] + 1


def _block_ndim(part: Any) -> int:
    return max(map(_block_ndim, part)) if isinstance(part, list) else int(np.ndim(part))


# ----------------------------------------------------------------------------------------------------
# Splitting: the parts are views
# ----------------------------------------------------------------------------------------------------


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    size = ary.shape[axis]
    if np.iterable(indices_or_sections):
        bounds = [0, *indices_or_sections, size]
    else:
        sections = int(indices_or_sections)
        if sections <= 0:
            raise ValueError("number sections must be larger than 0.")
        each, extra = divmod(size, sections)
        bounds = [i * each + min(i, extra) for i in range(sections + 1)]
    axis %= ary.ndim
    return [ary[along(axis, slice(start, stop))] for start, stop in pairwise(bounds)]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    if not np.iterable(indices_or_sections) and ary.shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    if ary.ndim < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    if x.ndim == 0:
        raise ValueError("Input array must be at least 1-d.")
    x = np.moveaxis(x, axis, 0)
    return tuple([x[i, ...] for i in range(x.shape[0])])


def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Any, ...]:
    arrays = _operands(args)
    shape = np.broadcast_shapes(*[a.shape for a in arrays])
    return tuple([np.broadcast_to(a, shape) for a in arrays])


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    axes = list(range(ndim))
    if indexing == "xy" and ndim > 1:
        axes[:2] = 1, 0
    grids: Sequence[Any] = [
        np.reshape(x, (1,) * axis + (-1,) + (1,) * (ndim - axis - 1))
        for x, axis in zip(_operands(xi), axes, strict=True)
    ]
    if not sparse:
        grids = broadcast_arrays(*grids)
    return tuple([np.copy(x) for x in grids]) if copy else tuple(grids)


#: What stands for NumPy's function when a tensor is among its arguments.
COMPOSED: dict[Callable[..., Any], Callable[..., Any]] = {
    np.append: append,
    np.array_split: array_split,
    np.block: block,
    np.broadcast_arrays: broadcast_arrays,
    np.column_stack: column_stack,
    np.concatenate: concatenate,
    np.dsplit: dsplit,
    np.dstack: dstack,
    np.hsplit: hsplit,
    np.hstack: hstack,
    np.meshgrid: meshgrid,
    np.split: split,
    np.stack: stack,
    np.vsplit: vsplit,
    np.vstack: vstack,
}
if hasattr(np, "unstack"):  # NumPy >= 2.1
    COMPOSED[np.unstack] = unstack
