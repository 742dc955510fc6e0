"""Reading and writing parts of an array, as linear functions that are closed under transposition.

=============================  ===========================================  ===========================
function                       of an array                                  its transpose
=============================  ===========================================  ===========================
``getitem(x, index)``          the part at an index                         ``add_at``
``add_at(v, index, shape)``    zeros, with `v` added at an index            ``getitem``
``set_at(x, v, index)``        a copy with the part replaced by `v`         ``zero_at``, ``getitem``
``zero_at(x, index)``          a copy with the part set to zero             ``zero_at``
``take_view(x, path)``         a view                                       ``embed_view``
``embed_view(v, path, shape)`` zeros, with the view set to `v`              ``take_view``
``set_view(x, v, path)``       a copy with the view replaced by `v`         ``zero_view``, ``take_view``
``zero_view(x, path)``         a copy with the view set to zero             ``zero_view``
=============================  ===========================================  ===========================

A *path* leads from a base to one of its views: a tuple of steps ``(fn, args, params)``, each of which
takes a view ``fn(x, *args, **params)``. It may lead to the real or imaginary parts of complex numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

from mygrad._rules.complexes import PARTS, as_complexes, as_reals, conj, is_complex
from mygrad._rules.recorded import RECORDED, as_any_array, copy_of, indexed_by, is_recorded_integer, taken
from mygrad._rules.rule import RULES, Rule, defvjp, primitive
from mygrad._rules.sums import wide

__all__ = [
    "add_at",
    "embed_view",
    "getitem",
    "is_basic",
    "set_at",
    "set_view",
    "take_view",
    "zero_at",
    "zero_view",
]

Array = np.ndarray[Any, Any]
Step = tuple[Any, tuple[Any, ...], dict[str, Any]]
Path = tuple[Step, ...]

_BASIC = frozenset({int, slice, type(None), type(Ellipsis), np.int64, np.intp})


def is_basic(index: Any) -> bool:
    """Whether `index` selects a regular part of an array, of which NumPy takes a view."""
    if type(index) is tuple:
        return all(type(part) in _BASIC or _is_integer(part) for part in index)
    return type(index) in _BASIC or _is_integer(index)


def _is_integer(part: Any) -> bool:
    if RECORDED and is_recorded_integer(part):
        return True
    if isinstance(part, (bool, np.bool_, np.ndarray, list)):
        return False
    return isinstance(part, (int, np.integer)) or hasattr(part, "__index__")


def _has_repeats(index: Any) -> bool:
    """Whether an element may be selected twice. Masks alone cannot do that."""
    if type(index) is slice:  # the commonest
        return False
    parts = index if type(index) is tuple else (index,)
    return any(
        not isinstance(part, (bool, np.bool_))
        and isinstance(part, (np.ndarray, list))
        and not (RECORDED and is_recorded_integer(part))
        and as_any_array(part).dtype != np.bool_
        for part in parts
    )


def _scatter(out: Array, index: Any, v: Array) -> None:
    """``np.add.at(out, index, v)``, which takes four times as long along one axis of several."""
    *before, last = index if type(index) is tuple else (index,)
    if (
        out.ndim < 2
        or not isinstance(last, np.ndarray)
        or last.dtype.kind not in "iu"
        or any(type(part) is not slice or part != slice(None) for part in before)
        or not out.flags.c_contiguous
    ):
        np.add.at(out, index, v)
        return
    k = len(before)
    n, width = out.shape[k], prod(out.shape[k + 1 :])
    rows = np.arange(prod(out.shape[:k]))[:, None] * n + last.reshape(-1).astype(np.intp) % n
    positions = rows[..., None] * width + np.arange(width)
    v = np.broadcast_to(v, (*out.shape[:k], *last.shape, *out.shape[k + 1 :]))
    np.add.at(out.reshape(-1), positions.reshape(-1), v.reshape(-1))


def _add_into(buffer: Array, g: Array, index: Any) -> None:
    if type(index) is slice:  # the commonest of views
        part = buffer[index]
        part += g
    elif not _has_repeats(index):
        buffer[index] += g
    elif buffer.dtype == wide(buffer.dtype):
        _scatter(buffer, index, g)
    else:
        buffer += add_at(g, index, buffer.shape)


@primitive
def getitem(x: Array, index: Any) -> Array:
    return x[index]


@primitive
def add_at(v: Array, index: Any, shape: tuple[int, ...]) -> Array:
    if RECORDED and (recorded := indexed_by(v, index)) is not v:
        return add_at(recorded, index, shape)
    if not _has_repeats(index):
        out = np.zeros(shape, v.dtype)
        out[index] = v
        return out
    out = np.zeros(shape, wide(v.dtype))
    _scatter(out, index, v)
    return out.astype(v.dtype, copy=False)


@primitive
def set_at(x: Array, v: Array, index: Any) -> Array:
    if RECORDED and (recorded := indexed_by(x, index)) is not x:
        return set_at(recorded, v, index)
    out = x.copy()
    out[index] = v
    return out


@primitive
def zero_at(x: Array, index: Any) -> Array:
    if RECORDED and (recorded := indexed_by(x, index)) is not x:
        return zero_at(recorded, index)
    out = x.copy()
    out[index] = 0
    return out


def _last_writes(g: Any, index: Any) -> Any:
    """The part of `g` at `index`, less what an element written twice had from all writes but the last."""
    part = indexed_by(g, index)[index]
    if not _has_repeats(index):
        return part
    order = np.arange(part.size).reshape(part.shape)
    last = np.zeros(g.shape, np.intp)
    if RECORDED and (recorded := indexed_by(last, index)) is not last:
        last = recorded.copy()
    last[index] = order
    return np.where(last[index] == order, part, 0)


def _set_at_vjp_all(node: Any, g: Array, may_write: bool) -> tuple[Any, Any]:
    old, value, index = node.parents
    part = None if getattr(value, "constant", True) else _last_writes(g, index)
    if old.constant:
        return None, part
    if may_write:
        if part is not None and part.base is not None:
            part = part.copy()
        g[index] = 0
        return g, part
    return zero_at(g, index), part


defvjp(getitem, lambda g, _y, _x, index: add_at(g, index, _x.shape), view=True, masks=True, add_into=_add_into)
defvjp(add_at, lambda g, _y, _v, index, shape: g[index], linear=True)
defvjp(
    set_at,
    lambda g, _y, _x, _v, index: zero_at(g, index),
    lambda g, _y, _x, _v, index: _last_writes(g, index),
    linear=True,
    masks=True,
    vjp_all=_set_at_vjp_all,
)
defvjp(zero_at, lambda g, _y, _x, index: zero_at(g, index), linear=True, masks=True)


def _has_parts(path: Path) -> bool:
    """Whether a view has the parts of complex numbers, or complex numbers made of parts."""
    return not PARTS.isdisjoint([step[0] for step in path])


def _follow(x: Any, path: Iterable[Step]) -> Any:
    for fn, args, params in path:
        x = taken(x, args[0]) if fn is getitem else fn(x, *args, **params)
    return x


def _write(out: Array, v: Any, path: Path) -> bool:
    """Write `v` into the view of `out` at the end of `path`, if that is a view in the memory order of `out`."""
    fn, args, params = path[-1]
    view = _follow(out, path[:-1])
    index: Any = ...
    if fn is getitem:  # which is no view, but a scalar, if the index selects a single element
        (index,) = args
    else:
        view = fn(view, *args, **params)
    if view is not out and view.base is not out and (out.base is None or view.base is not out.base):
        return False
    view[index] = v
    return True


def _written(x: Array, v: Any, path: Path) -> Array:
    """A copy of `x` with `v` in the view at the end of `path`."""
    out = x.copy("K")
    if not _write(out, v, path):
        # What can be viewed depends on the memory order (think of a reshape), and the base had another one.
        out = x.copy("C")
        if _has_parts(path):
            _write_parts(out, v, path)
        else:
            positions = _follow(np.arange(x.size).reshape(x.shape), path)
            out.reshape(-1)[positions] = v
    return out


def _write_parts(out: Array, v: Any, path: Path) -> None:
    """The same for real numbers that are parts of complex ones, told by their positions among all parts."""
    parts = as_reals(out) if is_complex(out) else out
    positions = np.arange(parts.size, dtype=np.float64).reshape(parts.shape)
    positions = _follow(as_complexes(positions) if is_complex(out) else positions, path)
    if is_complex(positions):
        positions, v = as_reals(np.ascontiguousarray(positions)), as_reals(copy_of(v, np.result_type(out, 1j)))
    parts.reshape(-1)[positions.astype(np.intp)] = v


@primitive
def take_view(x: Array, path: Path) -> Array:
    return _follow(x, path)


@primitive
def embed_view(v: Array, path: Path, shape: tuple[int, ...], dtype: Any = None) -> Array:
    return _written(np.zeros(shape, v.dtype if dtype is None else dtype), v, path)


@primitive
def set_view(x: Array, v: Array, path: Path) -> Array:
    return _written(x, v, path)


@primitive
def zero_view(x: Array, path: Path) -> Array:
    return _written(x, 0, path)


def _pulled_to_view(g: Any, path: Path) -> Any:
    """The gradient of a view by that of its base: where there are parts, as users see them (see `complexes`)."""
    return conj(take_view(conj(g), path)) if _has_parts(path) else take_view(g, path)


def _pulled_to_base(g: Any, path: Path, base: Any) -> Any:
    if _has_parts(path):
        return conj(embed_view(conj(g), path, base.shape, base.dtype))
    return embed_view(g, path, base.shape)


def _set_view_vjp_all(node: Any, g: Array, may_write: bool) -> tuple[Any, Any]:
    old, value, path = node.parents
    part: Any
    if (
        may_write
        and len(path) == 1
        and path[0][0] is getitem
        and not (old.constant or getattr(value, "constant", True))
    ):
        # The usual case, in a third of the time that the general one takes for a few elements.
        (index,) = path[0][1]
        part = copy_of(g[index])
        g[index] = 0
        return g, part
    part = None
    if not getattr(value, "constant", True):
        part = _pulled_to_view(g, path) if _has_parts(path) else _follow(g, path)
    if old.constant:
        return None, part
    if not may_write:
        return zero_view(g, path), part
    if part is not None:
        part = copy_of(part)
    return (g, part) if _write(g, 0, path) else (zero_view(g, path), part)


defvjp(take_view, lambda g, _y, _x, path: _pulled_to_base(g, path, _x), view=True, masks=True)
defvjp(embed_view, lambda g, _y, _v, path, shape, dtype=None: _pulled_to_view(g, path), linear=True)
defvjp(
    set_view,
    lambda g, _y, _x, _v, path: zero_view(g, path),
    lambda g, _y, _x, _v, path: _pulled_to_view(g, path),
    linear=True,
    masks=True,
    vjp_all=_set_view_vjp_all,
)
defvjp(zero_view, lambda g, _y, _x, path: zero_view(g, path), linear=True, masks=True)


#: Rules that the engine itself makes nodes of.
GETITEM: Rule = RULES[getitem]
SET_AT: Rule = RULES[set_at]
SET_VIEW: Rule = RULES[set_view]
