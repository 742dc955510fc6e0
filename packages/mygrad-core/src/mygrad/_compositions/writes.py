"""NumPy's functions that write into their first argument."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine.handle import Handle
from mygrad._engine.inplace import setitem
from mygrad._engine.operands import as_operand, loses_gradient, refusal, unwrap
from mygrad._rules.complexes import is_complex
from mygrad._rules.shapes import astype

__all__: list[str] = []

Write = Callable[..., Any]
_signature = cache(signature)


def _writes(func: Callable[..., Any]) -> Callable[[Write], Write]:
    """Have what is decorated do to a tensor, its first argument, what `func` does to an array.

    NumPy's function writes to a copy first: so what it raises, it raises before anything has changed.
    """

    def decorate(write: Write) -> Write:
        @implements(func)
        @wraps(write)
        def writing(*args: Any, **kwargs: Any) -> None:
            bound = _signature(write).bind(*args, **kwargs)
            bound.apply_defaults()
            target, *others = bound.args
            arrays = unwrap(others)
            if isinstance(target, Handle):
                func(target._memory.copy(), *arrays)
                write(target, *others)
            elif loses_gradient(others):
                raise refusal(func, "it writes to a plain array, which takes no gradient. Make that a tensor, too")
            else:
                func(target, *arrays)

        return writing

    return decorate


def _write_at(t: Any, positions: Any, values: Any) -> None:
    """Write to positions in the flattened array, beginning again with the values when these are used up."""
    values = np.reshape(as_operand(values), -1)
    if positions.size == 0 or values.size == 0:
        return
    if values.size != positions.size:
        values = values[np.arange(positions.size) % values.size]
    if t.ndim:
        setitem(t, np.unravel_index(positions, t.shape), values)
    else:
        setitem(t, ..., values[-1])  # the last writer wins


def _write_where(t: Any, mask: Any, values: Any) -> None:
    """Write all of it, and what was there where a mask, as it is now, does not say: how many it selects is a value."""
    values = as_operand(values)
    if mask is not True:
        if is_complex(values) and not is_complex(t):
            values = np.real(values)  # of which NumPy has warned, if any of them are written
        if getattr(values, "dtype", t.dtype) != t.dtype:
            values = astype(values, t.dtype)
        values = np.where(np.copy(unwrap(mask)), values, t)
    setitem(t, ..., values)


@_writes(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    _write_where(dst, where, src)


@_writes(np.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    positions = np.ravel(unwrap(ind)).astype(np.intp)
    if mode == "clip":
        positions = np.clip(positions, 0, a.size - 1)
    _write_at(a, positions % max(a.size, 1), v)


@_writes(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    values = np.reshape(as_operand(vals), -1)
    if values.size:
        mask = np.ravel(unwrap(mask)) != 0
        values = values[(np.cumsum(mask) - 1) % values.size]
        _write_where(arr, np.reshape(mask, arr.shape), np.reshape(values, arr.shape))


@_writes(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    values = np.reshape(as_operand(values), -1)
    if values.size:
        values = values[np.arange(a.size) % values.size]
        _write_where(a, np.reshape(unwrap(mask), a.shape), np.reshape(values, a.shape))


@_writes(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    on_diagonal = np.zeros(a.shape, np.bool_)
    np.fill_diagonal(on_diagonal, True, wrap)
    _write_at(a, np.flatnonzero(on_diagonal), val)


@_writes(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    indices = unwrap(indices)
    if axis is None:
        _write_at(arr, np.ravel(indices) % max(arr.size, 1), np.broadcast_to(as_operand(values), np.shape(indices)))
        return
    index = list(np.ogrid[tuple(map(slice, arr.shape))])
    index[axis] = indices
    setitem(arr, tuple(index), values)
