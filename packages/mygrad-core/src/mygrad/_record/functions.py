"""How NumPy's functions are recorded: as they are called, save for those that are listed here."""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._record.program import ASSUME, CALL
from mygrad._record.straight import is_straight
from mygrad._rules.indexing import add_at, embed_view, getitem, set_at, set_view, take_view, zero_at, zero_view
from mygrad._rules.recorded import RECORDED, is_recorded_integer

if TYPE_CHECKING:
    from mygrad._record.trace import Trace

__all__ = ["call"]


def _named(names: str) -> frozenset[Any]:
    found = (getattr(np, name, None) for name in names.split())
    return frozenset(f for f in found if f is not None)


#: About shapes, dtypes and memory: the same at each call, and so no part of the program.
_STATIC = _named(
    """
    can_cast common_type iscomplexobj isrealobj min_scalar_type may_share_memory ndim result_type shape shares_memory
    size einsum_path
    """
)
#: Whose results have a shape that depends on values.
_SIZED = _named(
    """
    argwhere flatnonzero intersect1d nonzero setdiff1d setxor1d trim_zeros union1d unique
    unique_all unique_counts unique_inverse unique_values in1d roots poly histogram_bin_edges
    """
)
#: The same, if their first argument depends on values.
_SIZED_BY_FIRST = _named("bincount compress extract")
#: Whose results are of another shape or dtype for some values: a program is for those that it was recorded with.
_VARIED = _named("polydiv real_if_close arange linspace logspace geomspace") | {
    *(np.linalg.eig, np.linalg.eigvals, np.linalg.lstsq),
    *(getattr(np.emath, name) for name in np.emath.__all__),
}
#: What nobody can record, and what does the same.
_INSTEAD: dict[Any, str] = {
    np.piecewise: "`np.where(condition, a, b)`, or `np.select`",
    np.apply_along_axis: "the function with the arrays themselves, or a loop over `x`",
    np.apply_over_axes: "the function with the arrays themselves",
    np.save: "it outside, with what the function returns",
    np.savetxt: "it outside, with what the function returns",
    np.array2string: "it outside, with what the function returns",
    np.array_repr: "it outside, with what the function returns",
    np.array_str: "it outside, with what the function returns",
}
#: That write into their first argument.
_WRITING = _named("copyto fill_diagonal place put put_along_axis putmask")
#: That make an array of a given shape and dtype, whatever the values.
_FILLED = {np.zeros_like: np.zeros, np.ones_like: np.ones, np.empty_like: np.empty}


def call(trace: Trace, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``func(*args, **kwargs)``, recorded."""
    if func in _STATIC:
        return func(*map(_plain, args), **{name: _plain(x) for name, x in kwargs.items()})
    inline = _INLINE.get(func)
    if inline is not None:
        found = inline(trace, *args, **kwargs)
        if found is not NotImplemented:
            return found
    if func in _SIZED_BY_FIRST and args and type(args[0]) in RECORDED:
        sized = True
    else:
        sized = func in _SIZED or (func is np.where and len(args) == 1)
    if sized:
        raise trace.refusal(
            f"calls np.{func.__name__}, whose result has a shape that depends on values",
            "Write `np.where(mask, a, b)`, or give reductions the mask as `where=`.",
        )
    if func in (np.repeat, np.delete) and len(args) > 1 and type(args[1]) in RECORDED and args[1].ndim:
        raise trace.refusal(
            f"calls np.{func.__name__} with numbers that depend on an argument, as the result's shape does then",
            "Write `np.where(mask, a, b)`; or let that argument be static (`static_argnames`).",
        )
    if func in _INSTEAD:
        raise trace.refusal(f"calls np.{func.__name__}, which computes with plain numbers", f"Write {_INSTEAD[func]}.")
    if hasattr(func, "__wrapped__") and func.__module__.partition(".")[0] == "mygrad":
        return _of_ours(trace, func, args, kwargs)
    for x in (*args, *kwargs.values()):
        if isinstance(x, (FunctionType, MethodType)):
            raise trace.refusal(
                f"gives a function to {func.__name__}, which calls it with plain numbers",
                "Call the function with the arrays themselves.",
            )
    if func in _FILLED:
        return _filled(trace, func, *args, **kwargs)
    out = kwargs.get("out")
    if func in _WRITING:
        out = args[0]
    elif isinstance(out, tuple) and len(out) == 1:
        (out,) = out
    if out is None:
        return settled(trace, func, args, kwargs, trace.do(CALL, func, args, kwargs))
    if type(out) not in RECORDED:
        raise trace.refusal(
            "writes what depends on an argument into an array that does not",
            "Make the array by `np.zeros_like(x)`, or `np.zeros(shape, like=x)`, of an argument `x`.",
        )
    trace.do(CALL, func, args, kwargs, writes=out)
    return None if func in _WRITING else out


def _of_ours(trace: Trace, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A primitive: what NumPy does in it, or else one call, which has the arrays that it has from the engine."""
    found = trace.tentatively(unwrap(func), args, kwargs) if is_straight(func) else NotImplemented
    if found is not NotImplemented:
        return found
    args = tuple([x.as_array() if type(x) in RECORDED else x for x in args])
    return trace.do(CALL, func, args, kwargs)


def settled(trace: Trace, func: Any, args: Any, kwargs: Any, found: Any) -> Any:
    """What a function returned, of which the program is to make sure that it is of this form again, if it may not be.

    A number that depends on an argument may be a size, an axis or the like.
    """
    if func in _VARIED or any(map(_is_size, (*args, *kwargs.values()))):
        for part in found if isinstance(found, (tuple, list)) else (found,):
            if type(part) in RECORDED:
                trace.do(ASSUME, None, (part, part.shape, part.dtype), {})
    return found


def _is_size(x: Any) -> bool:
    """Whether there is an integer among arguments that depends on an argument."""
    if type(x) in (tuple, list):
        return any(map(_is_size, x))
    return type(x) in RECORDED and not x.ndim and x.dtype.kind in "iub"


def _plain(x: Any) -> Any:
    if type(x) in RECORDED:
        return x.value
    return type(x)(map(_plain, x)) if type(x) in (list, tuple) else x


def _filled(
    trace: Trace, func: Any, a: Any, dtype: Any = None, order: Any = "K", subok: bool = True, **kwargs: Any
) -> Any:
    kwargs.pop("device", None)
    shape = kwargs.pop("shape", None)
    like = func(np.asarray(_plain(a)), dtype, order, shape=shape)
    if like.flags.c_contiguous:
        return trace.do(CALL, _FILLED[func], (like.shape, like.dtype), {})
    return trace.do(CALL, func, (a, dtype, order, False, shape), {})


# -- parts of arrays: written as NumPy users write them ------------------------------------------------------


def _add_at(trace: Trace, v: Any, index: Any, shape: Any) -> Any:
    if not _is_regular(index):
        return NotImplemented
    out = trace.do(CALL, np.zeros, (shape, v.dtype), {})
    out[index] = v
    return out


def _embed_view(trace: Trace, v: Any, path: Any, shape: Any, dtype: Any = None) -> Any:
    if dtype is not None or len(path) != 1 or path[0][0] is not getitem:
        return NotImplemented
    return _add_at(trace, v, path[0][1][0], shape)


def _inside(primitive: Any) -> Callable[..., Any]:
    """What the primitive does, if that is done to an array that is recorded."""

    def recorded(_trace: Trace, x: Any, *args: Any, **params: Any) -> Any:
        if type(x) not in RECORDED or x.is_number:
            return NotImplemented
        return primitive.__wrapped__(x, *args, **params)

    return recorded


def _set_view(trace: Trace, x: Any, v: Any, path: Any) -> Any:
    if type(x) not in RECORDED or len(path) != 1 or path[0][0] is not getitem:
        return NotImplemented
    out = x.as_array().copy("K")
    out[path[0][1][0]] = v
    return out


def _zero_view(trace: Trace, x: Any, path: Any) -> Any:
    return _set_view(trace, x, 0, path)


def _is_regular(index: Any) -> bool:
    """Whether an index has no arrays in it."""
    parts = index if type(index) is tuple else (index,)
    return all(
        part is None or part is Ellipsis or isinstance(part, (int, slice, np.integer)) or is_recorded_integer(part)
        for part in parts
    )


_INLINE: dict[Any, Callable[..., Any]] = {
    getitem: _inside(getitem),
    take_view: _inside(take_view),
    set_at: _inside(set_at),
    zero_at: _inside(zero_at),
    add_at: _add_at,
    embed_view: _embed_view,
    set_view: _set_view,
    zero_view: _zero_view,
}
