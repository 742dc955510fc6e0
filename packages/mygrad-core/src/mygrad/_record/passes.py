"""Passes: each makes a program shorter or quicker, and none changes a bit of its results.

A pass takes a program and returns another. Values are set once, so one may stand for another wherever both have the
same bits, as long as nobody writes into the memory of either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._record.program import (
    ASSUME,
    ATTRIBUTE,
    CALL,
    GETITEM,
    METHOD,
    Const,
    Memory,
    Program,
    Step,
    Var,
    evaluate,
    replaced,
    vars_in,
)

__all__ = [
    "optimized",
    "with_constants_folded",
    "with_short_calls",
    "with_small_operands",
    "without_copies",
    "without_dead_code",
    "without_repetitions",
]

#: Functions that make something else at each call, or that somebody is going to write into.
_ANEW = (np.empty,)


def optimized(program: Program) -> Program:
    """A program, after all passes."""
    for do in PASSES:
        program = do(program)
    return program


def without_dead_code(program: Program) -> Program:
    """Without the steps on which no result depends."""
    live: set[Var] = set()
    memories: set[Memory] = set()

    def need(x: object) -> None:
        for var in vars_in(x):
            live.add(var)
            memories.add(var.memory)

    need(program.outputs)
    kept = []
    for step in reversed(program.steps):
        written = step.writes is not None and step.writes in memories
        if written or step.form == ASSUME or any(var in live for var in vars_in(step.out)):
            kept.append(step)
            need(step.args)
            need(step.kwargs)
    return Program(program.inputs, kept[::-1], program.outputs)


def _rewritten(program: Program, of: Callable[[Step], Any]) -> Program:
    """A program in which values stand for others.

    Parameters
    ----------
    program : Program
    of : Callable
        Given a step whose arguments have been replaced, what stands for its result: a `Var`, a `Const` or a number; or
        None, to keep the step, which it may have changed.
    """
    instead: dict[Any, Any] = {}
    steps = []
    for step in program.steps:
        step = Step(
            step.form,
            step.fn,
            replaced(step.args, lambda x: instead.get(x, x)),
            replaced(step.kwargs, lambda x: instead.get(x, x)),
            step.out,
            step.writes,
            step.quiet,
            step.line,
        )
        found = of(step) if type(step.out) is Var and step.writes is None else None
        if found is None:
            steps.append(step)
        else:
            instead[step.out] = found
    outputs = [instead.get(x, x) if type(x) is Var else x for x in program.outputs]
    return _with_results_apart(program, Program(program.inputs, steps, outputs))


def _with_results_apart(before: Program, after: Program) -> Program:
    """Copies of those results that have come to share memory with others, with arguments or with constants."""
    taken: dict[Memory, Memory] = {}
    outputs: list[Any] = []
    for old, new in zip(before.outputs, after.outputs, strict=True):
        if type(new) is Var and not new.is_number and type(old) is Var and new is not old:
            shared = new.memory.outside or taken.setdefault(new.memory, old.memory) is not old.memory
            if shared:
                copy = Var(np.empty_like(_example(new)), Memory())
                after.steps.append(Step(METHOD, "copy", (new, "K"), {}, copy))
                new = copy
        elif type(new) is Var:
            taken.setdefault(new.memory, new.memory)
        outputs.append(new)
    return Program(after.inputs, after.steps, outputs)


def _example(var: Var) -> Any:
    return np.broadcast_to(np.empty((), var.dtype), var.shape)


def without_copies(program: Program) -> Program:
    """Without copies, and views of all of an array, that nobody writes to, nor to what they are of."""

    def original(step: Step) -> Any:
        x = step.args[0] if step.args else None
        if type(x) is not Var or x.memory.written or step.out.memory.written or x.is_pythons:
            return None
        same = x.shape == step.out.shape and x.dtype == step.out.dtype and x.strides == step.out.strides
        return x if same and _is_identity(step) else None

    return _rewritten(program, original)


def _is_identity(step: Step) -> bool:
    if step.form == METHOD:
        return step.fn in ("copy", "astype", "reshape", "ravel", "squeeze", "transpose", "view", "conj")
    if step.form == GETITEM:
        return step.args[1] is Ellipsis or step.args[1] == ()
    if step.form == ATTRIBUTE:
        return step.fn in ("real", "T")
    return step.form == CALL and step.fn in (np.copy, np.positive, np.reshape, np.broadcast_to, np.asarray, np.real)


def with_constants_folded(program: Program) -> Program:
    """What depends on no argument is computed now."""

    def folded(step: Step) -> Any:
        if any(True for _ in vars_in((step.args, step.kwargs))) or step.out.memory.written or step.fn in _ANEW:
            return None
        of = lambda x: x.value  # noqa: E731
        with np.errstate(all="ignore"):
            value = evaluate(step, replaced(step.args, of), replaced(step.kwargs, of))
        if isinstance(value, np.ndarray):
            return Const(_lean(value))
        return Const(value) if isinstance(value, np.generic) else None

    return _rewritten(program, folded)


def _lean(a: Any) -> Any:
    """An array of one number as such."""
    if a.size > 1 and a.flags.c_contiguous:
        first = a.flat[0]
        if (
            first == first
            and np.all(a == first)
            and np.all(np.signbit(a) == np.signbit(first) if a.dtype.kind == "f" else True)
        ):
            return np.broadcast_to(first, a.shape)
    return a


def with_small_operands(program: Program) -> Program:
    """Elementwise operations take one number instead of an array of it, if another operand has the shape."""
    makers: dict[Var, Step] = {}

    def smaller(step: Step) -> Any:
        makers[step.out] = step
        if not _is_binary(step):
            return None
        a, b = step.args
        if step.out.shape:
            a = _unspread(a, b, step.out.shape, makers)
            b = _unspread(b, a, step.out.shape, makers)
        step.args = a, b = _plain_number(a, b), _plain_number(b, a)
        return _one_times(step, a, b) if step.fn is np.multiply else None

    return _rewritten(program, smaller)


def _is_binary(step: Step) -> bool:
    """Whether a step is an elementwise operation on two operands."""
    fn = step.fn
    return (
        step.form == CALL and isinstance(fn, np.ufunc) and not fn.signature and not step.kwargs and len(step.args) == 2
    )


def _one_times(step: Step, a: Any, b: Any) -> Any:
    """What stands for ``1 * x``."""
    for one, x in ((a, b), (b, a)):
        if type(one) in (float, int) and one == 1 and type(x) is Var:
            same = x.dtype == step.out.dtype and x.shape == step.out.shape and x.strides == step.out.strides
            return x if same and not (x.memory.written or step.out.memory.written or x.is_pythons) else None
    return None


def _plain_number(x: Any, other: Any) -> Any:
    """A number of Python's for one of the dtype of the other operand: in a fifth of the time of one of NumPy's."""
    if type(x) is not Const or np.ndim(x.value) or type(other) is not Var or other.is_pythons:
        return x
    value = x.value[()] if isinstance(x.value, np.ndarray) else x.value
    return value.item() if value.dtype.char in "fdFD" and value.dtype == other.dtype else x


def _unspread(x: Any, other: Any, shape: tuple[int, ...], makers: dict[Var, Step]) -> Any:
    """One number in the place of an array of it, where the other operand alone has the shape and the layout."""
    if type(other) is not Var or other.shape != shape or other.is_number or not _is_dense(other):
        return x  # it has a part in the shape, or in the layout
    if type(x) is Const:
        value = x.value
        if np.ndim(value) and np.size(value):
            value = _lean(value)
            return x if any(value.strides) else Const(value.flat[0])
        return x
    step = makers.get(x)
    if step is not None and not x.memory.written and step.form == CALL and step.fn is np.broadcast_to:
        source = step.args[0]
        if type(source) is Var and not source.memory.written and source.shape == ():
            return source
    return x


def _is_dense(var: Var) -> bool:
    """Whether the elements lie in C order, without gaps."""
    expected = var.dtype.itemsize
    for n, step in zip(reversed(var.shape), reversed(var.strides or ()), strict=True):
        if n != 1 and step != expected:
            return False
        expected *= n
    return True


def without_repetitions(program: Program) -> Program:
    """Each computation once."""
    known: dict[Any, Var] = {}

    def first(step: Step) -> Any:
        memories = {var.memory for var in vars_in((step.args, step.kwargs, step.out))}
        if any(memory.written for memory in memories) or step.fn in _ANEW:
            return None
        try:
            key = step.form, step.fn, _key(step.args), _key(step.kwargs), step.quiet
            hash(key)
        except TypeError:
            return None
        before = known.setdefault(key, step.out)
        return None if before is step.out else before

    return _rewritten(program, first)


def _key(x: Any) -> Any:
    kind = type(x)
    if kind is tuple or kind is list:
        return kind.__name__, tuple(map(_key, x))
    if kind is dict:
        return tuple([(name, _key(value)) for name, value in x.items()])
    if kind is Const:
        value = np.asarray(x.value)
        if value.size > 1 and not any(value.strides):
            return Const, value.shape, value.dtype, value.flat[0].tobytes()
        return (Const, value.shape, value.dtype, value.tobytes()) if value.size <= 1000 else id(x.value)
    if kind is slice:
        return slice, _key((x.start, x.stop, x.step))
    if kind in (float, complex, int, bool):
        return kind, repr(x)
    return kind, x


def with_short_calls(program: Program) -> Program:
    """The calls that NumPy's functions in Python make, in their places."""

    def shorter(step: Step) -> Any:
        if step.form == METHOD and step.fn in _REDUCTIONS and type(step.args[0]) is Var and not step.args[0].is_number:
            _shorten(step, _REDUCTIONS[step.fn])
        elif step.form == CALL and step.fn in _FUNCTIONS and type(step.args[0]) is Var and not step.args[0].is_number:
            _shorten(step, _FUNCTIONS[step.fn])
        if step.form == CALL and getattr(step.fn, "__name__", "") == "reduce":
            step.kwargs = {k: v for k, v in step.kwargs.items() if _REDUCE_DEFAULTS.get(k, step) is not v}
        return None

    return _rewritten(program, shorter)


_REDUCTIONS = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}
_FUNCTIONS = {
    np.sum: np.add,
    np.prod: np.multiply,
    np.max: np.maximum,
    np.min: np.minimum,
    np.amax: np.maximum,
    np.amin: np.minimum,
}
_REDUCE_DEFAULTS = {"dtype": None, "keepdims": False, "out": None}


def _shorten(step: Step, ufunc: Any) -> None:
    """``np.sum(x, axis)`` as ``np.add.reduce(x, axis=axis)``: what it calls in its turn."""
    x, *rest = step.args
    if len(rest) > 1 or not set(step.kwargs) <= {"axis", "keepdims"} or step.kwargs.get("keepdims") is np._NoValue:
        return
    axis = rest[0] if rest else step.kwargs.get("axis")
    kwargs = {"axis": axis, "keepdims": True} if step.kwargs.get("keepdims") else {"axis": axis}
    step.form, step.fn, step.args, step.kwargs = CALL, ufunc.reduce, (x,), kwargs


#: In this order.
PASSES: list[Callable[[Program], Program]] = [
    without_dead_code,
    without_copies,
    with_short_calls,
    with_constants_folded,
    with_small_operands,
    without_repetitions,
    without_copies,
    without_dead_code,
]
