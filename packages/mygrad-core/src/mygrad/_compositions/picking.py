"""NumPy functions composed of others: picking, and calling functions on parts.

All of them are written in plain NumPy calls, which dispatch to tensors in their turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from mygrad._engine.operands import as_keyword, sized, unwrap
from mygrad._functions import public
from mygrad._results import settled
from mygrad._rules.complexes import is_complex
from mygrad._rules.indexing import set_at
from mygrad._rules.recorded import RECORDED, copy_of
from mygrad._rules.shapes import astype
from mygrad._rules.sorting import select as select_among

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["apply_along_axis", "apply_over_axes", "ix_", "piecewise", "sort_complex", "trim_zeros"]

# --- picking ----------------------------------------------------------------------------------------


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """``np.select``, for which the public function is registered."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    conditions = [copy_of(as_keyword(c)) for c in condlist]  # copies, which nobody changes later
    choices = [c if type(c) in (int, float) else sized(c) for c in (*choicelist, default)]
    return select_among(*choices, conditions=conditions)


@public(np.sort_complex, "sort_complex(x)", "Tensor([1.+0.j, 2.+0.j])", "[2.0, 1.0]")
def sort_complex(a: Any) -> Tensor:
    a = sized(a)
    dtype = np.sort_complex(np.empty(0, a.dtype)).dtype
    return np.sort(a if a.dtype == dtype else astype(a, dtype))


@public(np.trim_zeros, "trim_zeros(x)", "Tensor([1., 2.])", "[0.0, 1.0, 2.0, 0.0]")
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Tensor:
    trim = trim.lower()
    if trim not in ("fb", "bf", "f", "b"):
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")
    filt = sized(filt)
    filled = np.argwhere(filt)
    start, stop = np.zeros(filt.ndim, np.intp), np.array(filt.shape)
    if "f" in trim or not filled.size:
        start = filled.min(0) if filled.size else stop
    if "b" in trim and filled.size:
        stop = filled.max(0) + 1
    axes = range(filt.ndim) if axis is None else normalize_axis_tuple(axis, filt.ndim)
    return filt[tuple(slice(start[i], stop[i]) if i in axes else slice(None) for i in range(filt.ndim))]


@public(np.ix_, "ix_(x, [0, 1])[1]", "Tensor([[0, 1]])")
def ix_(*args: Any) -> tuple[Tensor, ...]:
    grids: list[Any] = []
    for i, arg in enumerate(args):
        x = sized(arg)
        if x.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if x.dtype == np.bool_:
            x = np.flatnonzero(x)
        elif x.size == 0 and x is not arg:  # a list, which holds no floats
            x = x.astype(np.intp)
        grids.append(np.reshape(x, (1,) * i + (x.size,) + (1,) * (len(args) - i - 1)))
    return tuple(grids)


# --- functions of parts -----------------------------------------------------------------------------


@public(np.piecewise, "piecewise(x, [x < 2.0], [mg.square, 5.0])", "Tensor([1., 5., 5.])")
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Tensor:
    x = sized(x)
    condlist = unwrap(condlist)
    given = condlist if isinstance(condlist, (list, tuple)) else (condlist,)
    if any(type(part) in RECORDED for part in (unwrap(x), *given)):
        np.piecewise(unwrap(x), condlist, funclist)  # which is refused, for the numbers of elements depend on values
    if np.isscalar(condlist) or (not isinstance(condlist[0], (list, np.ndarray)) and x.ndim != 0):
        condlist = [condlist]
    conditions = np.asarray(condlist, np.bool_)
    if len(conditions) == len(funclist) - 1:  # the last function is for the rest
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)], axis=0)
    elif len(conditions) != len(funclist):
        n = len(conditions)
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    y: Any = np.zeros(x.shape, x.dtype)
    for condition, func in zip(conditions, funclist, strict=True):
        if callable(func):
            part = x[condition]
            if part.size == 0:
                continue
            func = func(part, *args, **kw)
        if np.iscomplexobj(func) and not is_complex(x):
            np.empty(np.shape(func), x.dtype)[...] = unwrap(func)  # for NumPy's errors
        y = set_at(y, astype(sized(func), x.dtype), condition)
    return settled(y, None)


@public(np.apply_along_axis, "apply_along_axis(mg.prod, 1, x)", "Tensor([ 2., 12.])", "[[1.0, 2.0], [3.0, 4.0]]")
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Tensor:
    arr = sized(arr)
    axis = normalize_axis_index(axis, arr.ndim)
    lines = np.moveaxis(arr, axis, -1)
    outer = lines.shape[:-1]
    if 0 in outer:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    results = np.stack([sized(func1d(lines[i], *args, **kwargs)) for i in np.ndindex(outer)])
    ndim = results.ndim - 1
    results = np.reshape(results, outer + results.shape[1:])
    return np.moveaxis(results, range(len(outer), len(outer) + ndim), range(axis, axis + ndim))


@public(np.apply_over_axes, "apply_over_axes(mg.sum, x, [0])", "Tensor([[4., 6.]])", "[[1.0, 2.0], [3.0, 4.0]]")
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Tensor:
    result = sized(a)
    ndim = result.ndim
    for axis in np.ravel(unwrap(axes)).tolist():
        reduced = func(result, axis)
        if reduced.ndim != ndim:
            reduced = np.expand_dims(reduced, axis)
            if reduced.ndim != ndim:
                raise ValueError("function is not returning an array of the correct shape")
        result = reduced
    return result
