"""Joining arrays and splitting them, as NumPy's functions do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mygrad._engine.operands import sized
from mygrad._rules.joining import concatenate_arrays
from mygrad._rules.shapes import along

__all__ = [
    "array_split",
    "block",
    "broadcast_arrays",
    "column_stack",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "meshgrid",
    "split",
    "unstack",
    "vsplit",
    "vstack",
]


# --- joining ----------------------------------------------------------------------------------------


def vstack(tup: Iterable[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return concatenate_arrays(*[np.atleast_2d(a) for a in map(sized, tup)], dtype=dtype, casting=casting)


def hstack(tup: Iterable[Any], *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    arrays = [np.atleast_1d(a) for a in map(sized, tup)]
    axis = 0 if arrays and arrays[0].ndim == 1 else 1
    return concatenate_arrays(*arrays, axis=axis, dtype=dtype, casting=casting)


def dstack(tup: Iterable[Any]) -> Any:
    return concatenate_arrays(*[np.atleast_3d(a) for a in map(sized, tup)], axis=2)


def column_stack(tup: Iterable[Any]) -> Any:
    return concatenate_arrays(*[a if a.ndim >= 2 else np.transpose(np.atleast_2d(a)) for a in map(sized, tup)], axis=1)


def block(arrays: Any) -> Any:
    depth = _block_depth(arrays)
    ndim = max(depth, _block_ndim(arrays))
    result = _joined(arrays, -depth, ndim)
    return result if depth else np.copy(result)


def _joined(part: Any, axis: int, ndim: int) -> Any:
    if isinstance(part, list):
        return concatenate_arrays(*[_joined(p, axis + 1, ndim) for p in part], axis=axis)
    a = sized(part)
    return np.reshape(a, (1,) * (ndim - a.ndim) + a.shape)


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


# --- splitting: the parts are views ------------------------------------------------------------------


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
    arrays = list(map(sized, args))
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
        for x, axis in zip(map(sized, xi), axes, strict=True)
    ]
    if not sparse:
        grids = broadcast_arrays(*grids)
    return tuple([np.copy(x) for x in grids]) if copy else tuple(grids)
