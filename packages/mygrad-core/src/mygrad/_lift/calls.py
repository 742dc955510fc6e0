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

    It may if it writes into anything, or keeps anything in an object. What returns the array leaves that to others.
    """
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None:
        code = frame.f_code
        if _writes(code):
            return True
        if code.co_name not in _COMPREHENSIONS and not _returns(code, frame.f_lasti):
            return False
        frame = frame.f_back
    return False


@lru_cache(maxsize=4096)
def _returns(code: CodeType, at: int) -> bool:
    """Whether what a call gives is returned: at once, or by a name that it is given."""
    instructions = [i for i in dis.get_instructions(code) if i.opname not in ("CACHE", "CALL")]
    then = next((i for i in instructions if i.offset > at), None)
    if then is None or then.opname.startswith("RETURN"):
        return then is not None
    return then.opname.startswith("STORE_FAST") and not _returned(code).isdisjoint(_names(then))


@lru_cache(maxsize=4096)
def _returned(code: CodeType) -> frozenset[str]:
    """The names in ``return a`` and ``return a, b``."""
    found, loaded = set[str](), set[str]()
    for i in dis.get_instructions(code):
        if i.opname.startswith(("LOAD_FAST", "STORE_FAST_LOAD_FAST")):
            loaded.update(_names(i))
        elif i.opname.startswith("RETURN"):
            found |= loaded
        elif i.opname not in ("BUILD_TUPLE", "BUILD_LIST"):
            loaded.clear()
    return frozenset(found)


def _names(instruction: dis.Instruction) -> tuple[str, ...]:
    names = instruction.argval
    return names if isinstance(names, tuple) else (names,)


#: Instructions, and functions and methods, that write into arrays or keep them.
_STORES = ("STORE_ATTR", "STORE_SLICE", "STORE_SUBSCR")
_WRITING = frozenset(("at", "copyto", "fill", "fill_diagonal", "place", "put", "put_along_axis", "putmask"))


@lru_cache(maxsize=4096)
def _writes(code: CodeType) -> bool:
    """Whether there is ``a[i] = ...``, ``a += ...``, ``f(..., out=a)``, ``b.a = a`` or the like, in functions too."""
    return (
        not _WRITING.isdisjoint(code.co_names)
        or any("out" in names for names in code.co_consts if isinstance(names, tuple))
        or any(_writes(inner) for inner in code.co_consts if isinstance(inner, CodeType))
        or any(
            i.opname.startswith(_STORES) or (i.opname == "BINARY_OP" and i.argrepr.endswith("="))
            for i in dis.get_instructions(code)
        )
    )
