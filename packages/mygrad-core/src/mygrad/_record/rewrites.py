"""Rewrites of single steps, in the order of the program: what stands for a result, or a better step.

Each is made anew for a program, and may remember the steps that it has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._record.program import ATTRIBUTE, CALL, GETITEM, METHOD, Const, Step, Var, evaluate, replaced

__all__ = ["REWRITES", "copies", "folding", "key", "repetitions", "short_calls", "signs", "small_operands"]

Rewrite = Callable[[Step], Any]

#: Functions that make something else at each call.
_ANEW = (np.empty,)


# -- what is a copy of something ------------------------------------------------------------------------------

_COPIES = frozenset(("copy", "astype", "reshape", "ravel", "squeeze", "transpose", "view"))
_COPIES_OF_REAL = frozenset(("conj", "conjugate"))
_COPYING = frozenset((np.copy, np.positive, np.reshape, np.broadcast_to, np.asarray, np.real))


def copies() -> Rewrite:
    """For a copy, or a view of all of an array: the array, if nobody writes to either."""

    def original(step: Step) -> Any:
        args = step.args
        x = args[0] if args else None
        if type(x) is not Var or not _is_identity(step):
            return None
        out = step.out
        same = x.shape == out.shape and x.dtype == out.dtype and x.strides == out.strides
        return x if same and not (x.memory.written or out.memory.written or x.is_pythons) else None

    return original


def _is_identity(step: Step) -> bool:
    form, fn = step.form, step.fn
    if form == CALL:
        return fn is np.positive or (not isinstance(fn, np.ufunc) and fn in _COPYING)
    if form == METHOD:
        return fn in _COPIES or (fn in _COPIES_OF_REAL and step.args[0].dtype.kind != "c")
    if form == GETITEM:
        return step.args[1] is Ellipsis or (type(step.args[1]) is tuple and not step.args[1])
    return form == ATTRIBUTE and fn in ("real", "T")


# -- calls that NumPy makes in its turn ---------------------------------------------------------------------------

_METHODS = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}
_FUNCTIONS: dict[Any, Any] = {
    np.sum: np.add,
    np.prod: np.multiply,
    np.max: np.maximum,
    np.min: np.minimum,
    np.amax: np.maximum,
    np.amin: np.minimum,
}
_DEFAULTS = {"dtype": None, "keepdims": False, "out": None, "where": True}


def short_calls() -> Rewrite:
    """For NumPy's functions that are written in Python: the calls that they make."""

    def shorter(step: Step) -> Any:
        form, fn = step.form, step.fn
        if form == METHOD:
            ufunc = _METHODS.get(fn)
        elif form == CALL and not isinstance(fn, np.ufunc):
            if fn is np.swapaxes and _swaps_both(step):
                return Step(ATTRIBUTE, "T", step.args[:1], {}, step.out, None, step.quiet, step.line)
            ufunc = _FUNCTIONS.get(fn)
            if ufunc is None and getattr(fn, "__name__", "") == "reduce":
                ufunc = fn.__self__
        else:
            return None
        return None if ufunc is None else _reduction(step, ufunc)

    return shorter


def _swaps_both(step: Step) -> bool:
    x, *axes = step.args
    return type(x) is Var and len(x.shape) == 2 and not step.kwargs and sorted(a % 2 for a in axes) == [0, 1]


def _reduction(step: Step, ufunc: Any) -> Step | None:
    """``np.sum(x, axis)`` as ``np.add.reduce(x, axis=axis)``, which it calls in its turn."""
    x, *rest = step.args
    kwargs = {k: v for k, v in step.kwargs.items() if v is not np._NoValue and _DEFAULTS.get(k, step) is not v}
    if type(x) is not Var or x.is_number or len(rest) > 1 or not set(kwargs) <= {"axis", "keepdims"}:
        return None
    is_reduce = step.form == CALL and step.fn == ufunc.reduce
    axis = rest[0] if rest else kwargs.get("axis", 0 if is_reduce else None)
    if type(axis) is tuple and len(axis) == 1:
        (axis,) = axis
    found = {} if axis == 0 or (axis is None and len(x.shape) == 1) else {"axis": axis}
    if "keepdims" in kwargs:
        found["keepdims"] = True
    if is_reduce and not rest and found == step.kwargs:
        return None
    return Step(CALL, ufunc.reduce, (x,), found, step.out, None, step.quiet, step.line)


# -- what depends on no argument ------------------------------------------------------------------------------


def folding() -> Rewrite:
    """For what depends on no argument: its value, computed now."""

    def folded(step: Step) -> Any:
        if step.uses or step.out.memory.written or step.fn in _ANEW:
            return None
        with np.errstate(all="ignore"):
            value = evaluate(step, replaced(step.args, _value), replaced(step.kwargs, _value))
        if isinstance(value, np.ndarray):
            return Const(value)
        return Const(value) if isinstance(value, np.generic) else None

    return folded


def _value(x: Any) -> Any:
    return x.value


def _lean(a: Any) -> Any:
    """An array of one number, broadcast, for one that has it everywhere; which has another layout."""
    if a.size > 1 and a.flags.c_contiguous:
        first = a.flat[0]
        signs = a.dtype.kind != "f" or first != 0 or np.all(np.signbit(a) == np.signbit(first))
        if a.dtype.kind in "fiub" and signs and np.all(a == first):
            return np.broadcast_to(first, a.shape)
    return a


# -- numbers in the place of arrays ----------------------------------------------------------------------------


def small_operands() -> Rewrite:
    """Elementwise operations take one number instead of an array of it, if the other operand has the shape."""
    makers: dict[Var, Step] = {}

    def smaller(step: Step) -> Any:
        fn = step.fn
        if step.form != CALL:
            return None
        if fn is np.broadcast_to:
            makers[step.out] = step
        if not isinstance(fn, np.ufunc) or fn.signature or step.kwargs or len(step.args) != 2:
            return None
        a, b = step.args
        if type(a) is Var and type(b) is Var and a not in makers and b not in makers:
            return None
        if step.out.shape:
            a = _unspread(a, b, step.out.shape, makers)
            b = _unspread(b, a, step.out.shape, makers)
        a, b = _plain_number(a, b), _plain_number(b, a)
        x = _one_times(step, a, b) if fn is np.multiply else None
        if x is None and (a is not step.args[0] or b is not step.args[1]):
            return step.changed((a, b), {})
        return x

    return smaller


def _unspread(x: Any, other: Any, shape: tuple[int, ...], makers: dict[Var, Step]) -> Any:
    """One number in the place of an array of it, where the other operand alone has the shape and the layout."""
    kind = type(x)
    if kind is not Const and (kind is not Var or x not in makers):
        return x
    if type(other) is not Var or other.shape != shape or other.is_number or not other.is_dense:
        return x
    if kind is Const:
        value = x.value
        if np.ndim(value) and np.size(value):
            value = _lean(value)
            return Const(value.flat[0]) if value.size == 1 or not any(value.strides) else x
        return x
    if not x.memory.written:
        source = makers[x].args[0]
        if type(source) is Var and not source.memory.written and source.shape == ():
            return source
    return x


def _plain_number(x: Any, other: Any) -> Any:
    """A number of Python's for one of the dtype of the other operand: in a fifth of the time of one of NumPy's."""
    if type(x) is not Const or type(other) is not Var or other.is_pythons or np.ndim(x.value):
        return x
    value = x.value[()] if isinstance(x.value, np.ndarray) else x.value
    return value.item() if value.dtype.char in "fdFD" and value.dtype == other.dtype else x


def _one_times(step: Step, a: Any, b: Any) -> Any:
    """What stands for ``1 * x``."""
    for one, x in ((a, b), (b, a)):
        if type(one) in (float, int) and one == 1 and type(x) is Var:
            same = x.dtype == step.out.dtype and x.shape == step.out.shape and x.strides == step.out.strides
            return x if same and not (x.memory.written or step.out.memory.written or x.is_pythons) else None
    return None


# -- signs ------------------------------------------------------------------------------------------------------


_SIGNED = (np.add, np.multiply, np.divide)


def signs() -> Rewrite:
    """``a - b`` for ``a + (-b)``, and the sign of a product behind it: rounding does not know of signs."""
    negated: dict[Var, Var] = {}

    def moved(step: Step) -> Any:
        fn, out = step.fn, step.out
        if fn is not np.negative and (not negated or fn not in _SIGNED):
            return None
        if step.form != CALL or step.kwargs or out.memory.written or out.dtype.kind != "f":
            return None
        if fn is np.negative:
            (a,) = step.args
            if type(a) is Var and not a.memory.written and not a.is_pythons:
                negated[out] = a
            return None
        if fn is np.add:
            a, b = step.args
            for x, y in ((a, b), (b, a)):
                if type(y) is Var and y in negated:
                    return Step(CALL, np.subtract, (x, negated[y]), {}, out, None, step.quiet, step.line)
        if fn is np.multiply or fn is np.divide:
            a, b = step.args
            if type(a) is Var and a in negated:
                product = out.like()
                negated[out] = product
                return [
                    Step(CALL, fn, (negated[a], b), {}, product, None, step.quiet, step.line),
                    Step(CALL, np.negative, (product,), {}, out, None, step.quiet, step.line),
                ]
        return None

    return moved


# -- what has been computed before -----------------------------------------------------------------------------


def repetitions() -> Rewrite:
    """For what has been computed before: what was computed then, if nobody writes to it or to its arguments."""
    known: dict[Any, Var] = {}

    def first(step: Step) -> Any:
        fn = step.fn
        if step.out.memory.written or fn in _ANEW:
            return None
        for var in step.uses:
            if var.memory.written:
                return None
        args = tuple([a if type(a) is Var else key(a, _itself) for a in step.args])
        call = step.form, fn, args, key(step.kwargs, _itself) if step.kwargs else None, step.quiet
        try:
            before = known.setdefault(call, step.out)
        except TypeError:
            return None
        return None if before is step.out else before

    return first


def key(x: Any, of: Callable[[Var], Any]) -> Any:
    """What is equal for arguments that are written in the same way, where `of` tells which values are."""
    kind = type(x)
    if kind is Var:
        return of(x)
    if kind is tuple or kind is list:
        return kind, tuple([key(part, of) for part in x])
    if kind is dict:
        return tuple([(name, key(value, of)) for name, value in x.items()])
    if kind is Const:
        value = np.asarray(x.value)
        if value.size > 1 and not any(value.strides):
            return Const, value.shape, value.dtype, value.flat[0].tobytes()
        return (Const, value.shape, value.dtype, value.strides, value.tobytes()) if value.size <= 1000 else id(x.value)
    if kind is slice:
        return slice, key((x.start, x.stop, x.step), of)
    if kind is float:
        return kind, x or str(x)  # of two signs
    if kind is complex:
        return kind, repr(x)
    return kind, x.tobytes() if isinstance(x, np.generic) else x


def _itself(var: Var) -> Var:
    return var


#: In this order: each sees what those before it have made of a step.
REWRITES: list[Callable[[], Rewrite]] = [copies, short_calls, folding, small_operands, signs, repetitions]
