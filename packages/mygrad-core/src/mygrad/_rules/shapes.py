"""Rearranging the elements of an array: derivatives that rearrange them back.

Some of these depend on how the array lies in memory (``order="A"`` or ``"K"``). A vjp knows shapes only, so
what calls the rule of `reshape` or `ravel` settles the order first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import conj
from mygrad._rules.indexing import add_at
from mygrad._rules.recorded import RECORDED, as_any_array
from mygrad._rules.rule import defvjp, primitive
from mygrad._rules.sums import add_up, wide

__all__ = [
    "adjoint",
    "along",
    "astype",
    "diagonal_size",
    "embed_diagonal",
    "pad_widths",
    "sum_runs",
    "sum_to_shape",
    "transposed",
]

Array = np.ndarray[Any, Any]


def along(axis: int, index: Any) -> tuple[Any, ...]:
    """An index that selects `index` along one axis."""
    return (*(slice(None),) * axis, index)


def transposed(x: Any) -> Any:
    """The matrices along the last two axes, transposed."""
    return np.swapaxes(x, -1, -2)


def adjoint(x: Any) -> Any:
    """The matrices along the last two axes, transposed and conjugated."""
    return conj(transposed(x))


# ----------------------------------------------------------------------------------------------------
# The same elements under another shape or another order of axes: views
# ----------------------------------------------------------------------------------------------------


def _reshape_vjp(
    g: Any, _y: Any, _a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: Any = None
) -> Any:
    return _reshaped_back(g, _a.shape, order)


def _ravel_vjp(g: Any, _y: Any, _a: Any, order: str = "C") -> Any:
    return _reshaped_back(g, _a.shape, order)


def _reshaped_back(g: Any, shape: tuple[int, ...], order: str) -> Any:
    if order == "C":
        return np.reshape(g, shape)
    if order == "F":
        return np.reshape(g, shape, order="F")
    raise ValueError(f"order={order!r} depends on the layout in memory: make it 'C' or 'F' before the forward pass")


def _transpose_vjp(g: Any, _y: Any, _a: Any, axes: Any = None) -> Any:
    return np.transpose(g) if axes is None else np.transpose(g, np.argsort([axis % g.ndim for axis in axes]))


def _rollaxis_vjp(g: Any, _y: Any, _a: Any, axis: int, start: int = 0) -> Any:
    axis %= g.ndim
    start += g.ndim if start < 0 else 0
    return np.moveaxis(g, start - 1 if axis < start else start, axis)


def _to_old_shape(g: Any, _y: Any, _a: Any, axis: Any = None) -> Any:
    return np.reshape(g, _a.shape)


defvjp(np.reshape, _reshape_vjp, view=True)
defvjp(np.ravel, _ravel_vjp, view=True)
defvjp(np.squeeze, _to_old_shape, view=True)
defvjp(np.expand_dims, _to_old_shape, view=True)
defvjp(np.atleast_1d, _to_old_shape, view=True)  # of a single array; so are the next two
defvjp(np.atleast_2d, _to_old_shape, view=True)
defvjp(np.atleast_3d, _to_old_shape, view=True)

defvjp(np.transpose, _transpose_vjp, view=True)  # np.permute_dims is the same object
defvjp(np.matrix_transpose, lambda g, _y, _x: np.swapaxes(g, -1, -2), view=True)
defvjp(np.swapaxes, lambda g, _y, _a, axis1, axis2: np.swapaxes(g, axis1, axis2), view=True)
defvjp(np.moveaxis, lambda g, _y, _a, source, destination: np.moveaxis(g, destination, source), view=True)
defvjp(np.rollaxis, _rollaxis_vjp, view=True)

defvjp(np.flip, lambda g, _y, _m, axis=None: np.flip(g, axis), view=True)
defvjp(np.fliplr, lambda g, _y, _m: np.fliplr(g), view=True)
defvjp(np.flipud, lambda g, _y, _m: np.flipud(g), view=True)
defvjp(np.rot90, lambda g, _y, _m, k=1, axes=(0, 1): np.rot90(g, -k, axes), view=True)
defvjp(np.roll, lambda g, _y, _a, shift, axis=None: np.roll(g, np.negative(shift), axis), linear=True)


# ----------------------------------------------------------------------------------------------------
# The same elements in another array or dtype: the engine casts gradients
# ----------------------------------------------------------------------------------------------------


@primitive
def astype(x: Array, dtype: Any, order: str = "K", casting: str = "unsafe", copy: bool = True) -> Array:
    """``x.astype(...)`` as a function."""
    return x.astype(dtype, order=order, casting=casting, copy=copy)


def _astype_vjp(
    g: Any,
    _y: Any,
    _x: Any,
    dtype: Any,
    order: str = "K",
    casting: str = "unsafe",
    copy: Any = True,
    *,
    device: Any = None,
) -> Any:
    return g


defvjp(astype, _astype_vjp, view=True)
defvjp(np.astype, _astype_vjp, view=True)
defvjp(np.copy, lambda g, _y, _a, order="K", subok=False: g, linear=True)


# ----------------------------------------------------------------------------------------------------
# Broadcasting and repetition <-> sums
# ----------------------------------------------------------------------------------------------------


@primitive
def sum_to_shape(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum `g` over the axes along which an array of `shape` was broadcast to its shape."""
    extra = g.ndim - len(shape)
    stretched = tuple(i for i, n in enumerate(shape, extra) if n == 1 and g.shape[i] != 1)
    return add_up(g, (*range(extra), *stretched), keepdims=True).reshape(shape)


@primitive
def sum_runs(g: Array, repeats: int | Array, axis: int) -> Array:
    """Sum runs of adjacent elements: the transpose of ``repeat(x, repeats, axis)``.

    `repeats` is one count of at least 1 for all runs, or an array of counts, one for each.
    """
    before, after = g.shape[:axis], g.shape[axis + 1 :]
    if np.ndim(repeats) == 0:
        runs = g.reshape(*before, g.shape[axis] // repeats, repeats, *after)
        return add_up(runs, axis + 1)
    counts = as_any_array(repeats)
    filled = counts > 0  # np.add.reduceat takes an empty run for one of length 1
    sums = np.zeros((*before, counts.size, *after), g.dtype)
    if filled.any():
        starts = (np.cumsum(counts) - counts)[filled]
        sums[along(axis, filled)] = np.add.reduceat(g, starts, axis=axis, dtype=wide(g.dtype))
    return sums


def _repeat_vjp(g: Any, _y: Any, _a: Any, repeats: Any, axis: int | None = None) -> Any:
    if axis is None or _a.ndim == 0:
        n, axis = _a.size, 0
    else:
        axis %= _a.ndim
        n = _a.shape[axis]
    if np.size(repeats) == 1:
        count = int(np.reshape(repeats, ()))
        repeats = count if count > 0 else np.zeros(n, np.intp)
    return np.reshape(sum_runs(g, repeats, axis), _a.shape)


def _tile_vjp(g: Any, _y: Any, _A: Any, reps: Any) -> Any:
    reps = tuple(reps) if np.iterable(reps) else (reps,)
    ndim = max(len(reps), _A.ndim)
    reps = (1,) * (ndim - len(reps)) + reps
    shape = (1,) * (ndim - _A.ndim) + _A.shape
    tiles = np.reshape(g, [n for pair in zip(reps, shape, strict=True) for n in pair])
    return np.reshape(add_up(tiles, tuple(range(0, 2 * ndim, 2))), _A.shape)


def _resize_vjp(g: Any, _y: Any, _a: Any, new_shape: Any) -> Any:
    size = _a.size
    if size == 0:
        return np.zeros(_a.shape, g.dtype)
    return np.reshape(add_at(np.ravel(g), np.arange(g.size) % size, (size,)), _a.shape)


defvjp(np.broadcast_to, lambda g, _y, _array, shape, subok=False: g, view=True)
defvjp(sum_to_shape, lambda g, _y, _g, shape: np.broadcast_to(np.reshape(g, shape), _g.shape), linear=True)
defvjp(np.repeat, _repeat_vjp, linear=True, masks=True)
defvjp(sum_runs, lambda g, _y, _g, repeats, axis: np.repeat(g, repeats, axis), linear=True)
defvjp(np.tile, _tile_vjp, linear=True)
defvjp(np.resize, _resize_vjp, linear=True, masks=True)


# ----------------------------------------------------------------------------------------------------
# Diagonals
# ----------------------------------------------------------------------------------------------------


def diagonal_size(shape: tuple[int, ...], offset: int = 0, axis1: int = 0, axis2: int = 1) -> int:
    """The number of elements on a diagonal."""
    return max(0, min(shape[axis1] + min(offset, 0), shape[axis2] - max(offset, 0)))


def _writeable_diagonal(a: Array, offset: int, axis1: int, axis2: int) -> Array:
    diagonal = np.diagonal(a, offset, axis1, axis2)
    diagonal.flags.writeable = True
    return diagonal


@primitive
def embed_diagonal(g: Array, shape: tuple[int, ...], offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Zeros of `shape`, with `g` on the diagonal."""
    a = np.zeros(shape, g.dtype)
    _writeable_diagonal(a, offset, axis1, axis2)[...] = g
    return a


def _add_to_diagonal(buffer: Any, g: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> None:
    if type(buffer) in RECORDED:
        buffer.write_by(_add_to_diagonal, g, offset, axis1, axis2)
        return
    diagonal = _writeable_diagonal(buffer, offset, axis1, axis2)
    diagonal += g


defvjp(
    np.diagonal,
    lambda g, _y, _a, offset=0, axis1=0, axis2=1: embed_diagonal(g, _a.shape, offset, axis1, axis2),
    view=True,
    masks=True,
    add_into=_add_to_diagonal,
)
defvjp(
    embed_diagonal,
    lambda g, _y, _g, shape, offset=0, axis1=0, axis2=1: np.diagonal(g, offset, axis1, axis2),
    linear=True,
)


# ----------------------------------------------------------------------------------------------------
# Leaving out and putting in
# ----------------------------------------------------------------------------------------------------


def _delete_vjp(g: Any, _y: Any, _arr: Any, obj: Any, axis: int | None = None) -> Any:
    shape = (_arr.size,) if axis is None else _arr.shape
    axis = 0 if axis is None else axis % len(shape)
    kept = np.delete(np.arange(shape[axis]), obj)
    return np.reshape(add_at(g, along(axis, kept), shape), _arr.shape)


def _inserted(n: int, obj: Any, size: int) -> Array:
    """For each of the `size` positions that ``np.insert`` makes of `n`: which new value it holds, or -1."""
    return np.insert(np.full(n, -1), obj, np.arange(size - n))


def _insert_arr_vjp(g: Any, _y: Any, _arr: Any, obj: Any, _values: Any, axis: int | None = None) -> Any:
    shape = (np.size(_arr),) if axis is None else np.shape(_arr)
    axis = 0 if axis is None else axis % len(shape)
    kept = np.flatnonzero(_inserted(shape[axis], obj, g.shape[axis]) < 0)
    return np.reshape(g[along(axis, kept)], np.shape(_arr))


def _insert_values_vjp(g: Any, _y: Any, _arr: Any, obj: Any, _values: Any, axis: int | None = None) -> Any:
    shape = (np.size(_arr),) if axis is None else np.shape(_arr)
    axis = 0 if axis is None else axis % len(shape)
    inserted = _inserted(shape[axis], obj, g.shape[axis])
    # A stable sort brings the positions of the inserted values to the end, in the order of the values.
    positions = np.argsort(inserted, kind="stable")[shape[axis] :]
    part = g[along(axis, positions)]
    if not isinstance(obj, slice) and np.ndim(obj) == 0:
        part = np.moveaxis(part, axis, 0)  # for an integer, NumPy moves the first axis of the values to `axis`
    extra = max(0, np.ndim(_values) - part.ndim)
    return np.reshape(part, (1,) * extra + part.shape)


defvjp(np.delete, _delete_vjp, linear=True, masks=True)
defvjp(np.insert, _insert_arr_vjp, None, _insert_values_vjp, linear=True)


# ----------------------------------------------------------------------------------------------------
# Padding
# ----------------------------------------------------------------------------------------------------


def pad_widths(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):  # NumPy >= 2.2
        widths: list[Any] = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            widths[axis] = width
        return [(w, w) if isinstance(w, int) else tuple(w) for w in widths]
    return [(int(before), int(after)) for before, after in np.broadcast_to(pad_width, (ndim, 2))]


def _pad_vjp(g: Any, _y: Any, _array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    shape = _array.shape
    widths = pad_widths(pad_width, len(shape))
    if mode in ("constant", "empty"):
        return g[tuple(slice(before, before + n) for (before, _after), n in zip(widths, shape, strict=True))]
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise NotImplementedError(
            f"np.pad(..., mode={mode!r}) has no rule: the modes 'constant', 'empty', 'edge', 'wrap', 'reflect' and "
            f"'symmetric' have one, and `mygrad.pad` composes the others."
        )
    for axis, (n, width) in enumerate(zip(shape, widths, strict=True)):
        if not any(width):
            continue
        source = np.pad(np.arange(n), width, mode=mode)
        before, after = (*g.shape[:axis], n, *g.shape[axis + 1 :]), (1,) * (g.ndim - axis - 1)
        if options.get("reflect_type", "even") == "even" or mode not in ("reflect", "symmetric") or n == 1:
            g = add_at(g, along(axis, source), before)
            continue
        sign, of_first, of_last = (np.reshape(f, (-1, *after)) for f in _odd_factors(n, width, mode == "symmetric"))
        ends = [np.sum(g * f.astype(g.dtype), axis=axis, keepdims=True) for f in (of_first, of_last)]
        g = add_at(g * sign.astype(g.dtype), along(axis, source), before)
        g = g + add_at(np.concatenate(ends, axis=axis), along(axis, np.array([0, n - 1])), before)
    return g


def _odd_factors(n: int, width: tuple[int, int], repeats_edge: bool) -> tuple[Array, Array, Array]:
    """What an odd reflection of `n` entries is, place by place: a multiple of an entry, of the first and of the last.

    Reflected at the last entry, x becomes 2 last - x; reflected at both, it has gone up by 2 (last - first).
    """
    half = n if repeats_edge else n - 1
    times, place = np.divmod(np.arange(-width[0], n + width[1]), 2 * half)
    reflected = place >= n
    return np.where(reflected, -1, 1), -2 * times, 2 * (times + reflected)


defvjp(np.pad, _pad_vjp)
