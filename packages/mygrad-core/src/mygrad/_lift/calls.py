"""What a frame calls: a stand-in, or compiled code that calls it and has to get what it expects.

Compiled code looks up ``numpy.empty`` where all do, and takes what it gets for an array, without asking if it comes to
the worst. It has no frame: the nearest one is that of the code in Python which called it. So what is called in that
frame has to be the stand-in itself, or something of Python's that calls it in turn, such as `map`.
"""

from __future__ import annotations

import dis
import sys
from functools import lru_cache, partial
from inspect import CO_OPTIMIZED
from types import BuiltinFunctionType, CodeType, FrameType, MethodType, ModuleType
from typing import Any

__all__ = ["is_calling", "is_to_be_written"]


def is_calling(frame: FrameType, called: Any) -> bool:
    """Whether the code of a frame calls `called`, and not compiled code that does."""
    path = _callee(frame.f_code, frame.f_lasti)
    if not path or called.__name__ == "__call__":  # an object may have any name
        return True
    first, *attributes = path
    value = _value(frame, first) if first else None
    for name in attributes:
        if not isinstance(value, ModuleType):
            return path[-1] in (called.__name__, "__class__")
        value = object.__getattribute__(value, "__dict__").get(name)  # and do not load what is lazy
    return value is called or _calls_what_it_is_given(value)


def _value(frame: FrameType, name: str) -> Any:
    code = frame.f_code
    is_local = name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars) or not code.co_flags & CO_OPTIMIZED
    for names in (frame.f_locals if is_local else {}, frame.f_globals):
        if name in names:
            return names[name]
    return frame.f_builtins.get(name)


def _calls_what_it_is_given(function: Any) -> bool:
    while isinstance(function, (partial, MethodType)):
        function = function.func if isinstance(function, partial) else function.__func__
    owner = function if isinstance(function, (type, BuiltinFunctionType)) else type(function)
    return str(owner.__module__).partition(".")[0] in sys.stdlib_module_names


def is_to_be_written(depth: int) -> bool:
    """Whether the code `depth` calls above this one may write into an array that it has just made.

    It may if it writes into anything, or keeps the array in an object. What returns it at once leaves that to others.
    """
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None:
        then, later = _what_follows(frame.f_code, frame.f_lasti)
        if later == "STORE_ATTR" or _writes(frame.f_code):
            return True
        if not then.startswith("RETURN"):
            return False
        frame = frame.f_back
    return False


@lru_cache(maxsize=4096)
def _what_follows(code: CodeType, at: int) -> list[str]:
    """The two instructions after a call."""
    names = [i.opname for i in dis.get_instructions(code) if i.offset > at and i.opname not in ("CACHE", "CALL")]
    return [*names, "", ""][:2]


#: Functions and methods that write into arrays.
_WRITING = frozenset(("at", "copyto", "fill", "fill_diagonal", "place", "put", "put_along_axis", "putmask"))


@lru_cache(maxsize=4096)
def _writes(code: CodeType) -> bool:
    """Whether there is ``a[i] = ...``, ``a += ...``, ``f(..., out=a)`` or the like in code, or in functions in it."""
    return (
        not _WRITING.isdisjoint(code.co_names)
        or any("out" in names for names in code.co_consts if isinstance(names, tuple))
        or any(_writes(inner) for inner in code.co_consts if isinstance(inner, CodeType))
        or any(
            i.opname in ("STORE_SUBSCR", "STORE_SLICE") or (i.opname == "BINARY_OP" and i.argrepr.endswith("="))
            for i in dis.get_instructions(code)
        )
    )


#: Instructions that go through an iterator, such as ``map(np.asarray, ...)``; and those that ask for a class.
_OF_PYTHON = ("CONTAINS", "FOR_ITER", "LIST_EXTEND", "MATCH", "SEND", "SET_UPDATE", "UNPACK", "YIELD")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR")
_VARIABLES = ("LOAD_DEREF", "LOAD_FAST", "LOAD_GLOBAL", "LOAD_NAME")
_WITHOUT_VALUE = ("KW_NAMES", "PUSH_NULL")


@lru_cache(maxsize=4096)
def _callee(code: CodeType, at: int) -> tuple[str, ...]:
    """What an instruction calls, as ("np", "zeros"); or ("", "zeros") for an attribute of what has no name.

    Empty if that has no name at all, or where nothing but Python's own iterators can be at work.
    """
    instructions = list(dis.get_instructions(code))
    call = next((i for i in instructions if i.offset == at), None)
    if call is None or call.positions is None or None in call.positions or call.opname.startswith(_OF_PYTHON):
        return ()
    if "CALL" not in call.opname:
        return "", str(call.argval)
    # In the source, a callee begins where the call does, and ends before it. So do the parts of the callee.
    begin, end = _span(call)
    parts: dict[Any, dis.Instruction] = {}
    for i in instructions:
        if i.opname not in _WITHOUT_VALUE and _span(i)[0] == begin and _span(i)[1] < end:
            parts.setdefault(_span(i)[1], i)
    names: list[str] = []
    for _, part in sorted(parts.items()):
        if part.opname.startswith(_ATTRIBUTES):
            names = [*(names or [""]), str(part.argval)]
        else:
            names = [part.argval if part.opname.startswith(_VARIABLES) and isinstance(part.argval, str) else ""]
    return tuple(names) if any(names[-1:]) else ()


def _span(instruction: dis.Instruction) -> tuple[tuple[int, int], tuple[int, int]]:
    line, end_line, column, end_column = [-1 if n is None else n for n in instruction.positions or (-1,) * 4]
    return (line, column), (end_line, end_column)
