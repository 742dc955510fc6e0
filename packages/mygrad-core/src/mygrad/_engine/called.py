"""What a frame is calling, as far as the names in its code tell.

Compiled code has no frame. If it asks a tensor or one of our functions for something, the nearest frame is that of the
code in Python which called it: so what is called there says who asks.
"""

from __future__ import annotations

import dis
from functools import lru_cache
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType, ModuleType
from typing import Any

__all__ = ["UNKNOWN", "callee"]

#: What is called, if its name does not tell.
UNKNOWN: Any = object()


def callee(frame: FrameType) -> tuple[Any, str]:
    """What a frame is calling, and the last part of its name.

    It is UNKNOWN if it is an attribute of an object, rather than of a module. It has no name either if nothing but an
    expression leads to it, as in ``table["f"](x)``, or if Python's own iterators may be at work.
    """
    names = _names(frame.f_code, frame.f_lasti)
    if not names:
        return UNKNOWN, ""
    value = _value(frame, names[0]) if names[0] else UNKNOWN
    for name in names[1:]:
        if not isinstance(value, ModuleType):
            return UNKNOWN, names[-1]
        value = object.__getattribute__(value, "__dict__").get(name, UNKNOWN)  # and do not load what is lazy
    return value, names[-1]


def _value(frame: FrameType, name: str) -> Any:
    code = frame.f_code
    is_local = name in (*code.co_varnames, *code.co_cellvars, *code.co_freevars) or not code.co_flags & CO_OPTIMIZED
    for names in (frame.f_locals if is_local else {}, frame.f_globals):
        if name in names:
            return names[name]
    return frame.f_builtins.get(name, UNKNOWN)


#: Instructions that go through an iterator, such as ``map(np.asarray, ...)``; and those that ask for a class.
_OF_PYTHON = ("CONTAINS", "FOR_ITER", "LIST_EXTEND", "MATCH", "SEND", "SET_UPDATE", "UNPACK", "YIELD")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR")
_VARIABLES = ("LOAD_DEREF", "LOAD_FAST", "LOAD_FROM_DICT", "LOAD_GLOBAL", "LOAD_NAME")
_WITHOUT_VALUE = ("KW_NAMES", "PUSH_NULL")


@lru_cache(maxsize=4096)
def _names(code: CodeType, at: int) -> tuple[str, ...]:
    """What an instruction calls, as ("np", "zeros"); or ("", "zeros") for an attribute of what has no name."""
    instructions = list(dis.get_instructions(code))
    # Where Python code calls other, `at` may be within the cache that follows the instruction.
    call = max((i for i in instructions if i.offset <= at), key=lambda i: i.offset, default=None)
    if call is None or call.positions is None or None in call.positions or call.opname.startswith(_OF_PYTHON):
        return ()
    if "CALL" not in call.opname:
        return "", str(call.argval)
    # In the source, a callee begins where the call does, and ends before it. So do the parts of the callee; but an
    # attribute in a line of its own begins there.
    begin, end = _span(call)
    names: list[str] = []
    in_callee, last = False, None
    for i in instructions:
        if i.offset >= call.offset:
            break
        if i.opname in _WITHOUT_VALUE:
            continue
        span, is_attribute = _span(i), i.opname.startswith(_ATTRIBUTES)
        in_callee = (span[0] == begin and span[1] < end) or (in_callee and is_attribute)
        if not in_callee or span == last:  # the names of keywords seem to stand where the callee does
            continue
        last = span
        if is_attribute:
            names = [*(names or [""]), str(i.argval)]
        else:
            names = [i.argval if i.opname.startswith(_VARIABLES) and isinstance(i.argval, str) else ""]
    return tuple(names) if any(names[-1:]) else ()


def _span(instruction: dis.Instruction) -> tuple[tuple[int, int], tuple[int, int]]:
    line, end_line, column, end_column = [-1 if n is None else n for n in instruction.positions or (-1,) * 4]
    return (line, column), (end_line, end_column)
