"""Whether Python code calls a stand-in, and whether it may write into what it gets.

Compiled code looks up ``numpy.empty`` where all do, and takes what it gets for an array, without asking if it comes to
the worst. It has no frame: the nearest one is that of the code in Python which called it. So what is called in that
frame has to be the stand-in itself, or something of Python's that calls it in turn, such as `map`.
"""

from __future__ import annotations

import dis
import sys
from functools import lru_cache, partial
from types import BuiltinFunctionType, CodeType, FrameType, MethodType
from typing import Any

from mygrad._engine.called import UNKNOWN, callee

__all__ = ["is_calling", "is_to_be_written"]


def is_calling(frame: FrameType, called: Any, for_sure: bool) -> bool:
    """Whether the code of a frame calls `called`, and not compiled code that does. `for_sure` leaves out the doubt."""
    value, name = callee(frame)
    if value is UNKNOWN:  # a method, of which there is but the name, or an expression
        return name in (called.__name__, "__class__") if name else not for_sure
    while isinstance(value, (partial, MethodType)):
        value = value.func if isinstance(value, partial) else value.__func__
    return value is called or called.__name__ == "__call__" or (not for_sure and _is_of_python(value))


def _is_of_python(function: Any) -> bool:
    owner = function if isinstance(function, (type, BuiltinFunctionType)) else type(function)
    return str(owner.__module__).partition(".")[0] in sys.stdlib_module_names


#: What is code of its own, but to a reader part of the function in which it stands. (From Python 3.12 on it is.)
_COMPREHENSIONS = ("<dictcomp>", "<genexpr>", "<listcomp>", "<setcomp>")


def is_to_be_written(depth: int) -> bool:
    """Whether the code `depth` calls above this one may write into an array that it has just made.

    It may if it writes into anything, or keeps the array in an object. What returns it at once leaves that to others.
    """
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None:
        then, later = _what_follows(frame.f_code, frame.f_lasti)
        if later == "STORE_ATTR" or _writes(frame.f_code):
            return True
        if not then.startswith("RETURN") and frame.f_code.co_name not in _COMPREHENSIONS:
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
