"""Variables that are given by way of functions, which take them from where they were defined, and of other objects.

Nobody's code runs for that: what an object refers to is asked of Python's garbage collector.
"""

from __future__ import annotations

import dis
import gc
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import SIMPLE
from mygrad._lift.callers import is_foreign_module

__all__ = ["gives_variable", "may_get_variable"]

#: Libraries that compute with what they are given, and keep no variables in their modules and classes; nor do they
#: write any, unless they are given one, into the arrays that they make, which many of them hand to compiled code.
_WITHOUT_VARIABLES = ("scipy",)

#: What refers to no variable, and what refers to all that there is.
_DATA = SIMPLE | {np.ndarray, bytes, range, slice}
_OPAQUE = (CodeType, FrameType, ModuleType)


def gives_variable(arguments: Any) -> bool:
    """Whether a variable is among arguments, or can be reached from them."""
    return _reach([x for x in arguments if type(x) not in _DATA])


def may_get_variable(depth: int) -> bool:
    """Whether the code `depth` calls above this one may come by a variable.

    Such a library's does if one can be reached from it, or from what called it; of any other, nobody knows.
    """
    code: FrameType | None = sys._getframe(depth)
    frame = code
    while frame is not None and _is_without(_module_of(frame)):
        if _reach(list(frame.f_locals.values())):
            return True
        frame = frame.f_back
    return frame is code


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _is_without(module: str) -> bool:
    return module.partition(".")[0] in _WITHOUT_VARIABLES


def _reach(todo: list[Any]) -> bool:
    """Whether a variable is among these, or what they refer to, directly or not."""
    seen = set[int]()
    while todo:
        x = todo.pop()
        kind = type(x)
        if kind in _DATA or id(x) in seen or issubclass(kind, _OPAQUE):
            continue
        if issubclass(kind, Handle):
            if not x._constant:
                return True
            continue
        seen.add(id(x))
        if kind is FunctionType:
            todo += _of_function(x)
        elif not issubclass(kind, type) or _has_variables(_module_of_class(x)):
            todo += gc.get_referents(x)
    return False


def _has_variables(module: Any) -> bool:
    return type(module) is str and is_foreign_module(module) and not _is_without(module)


def _module_of_class(kind: type) -> Any:
    return type.__dict__["__dict__"].__get__(kind).get("__module__")


def _of_function(f: FunctionType) -> Iterator[Any]:
    """What a function refers to: of the globals of its module, what it names."""
    yield from (f.__closure__, f.__defaults__, f.__kwdefaults__, f.__dict__)
    if not _has_variables(str(f.__globals__.get("__name__"))):
        return
    free = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
    for name, *attributes in _named(f.__code__):
        if name in free:
            value = next(iter(gc.get_referents(free[name])), None)  # nothing, if nothing was assigned yet
        else:
            value = f.__globals__.get(name)
        for attribute in attributes:
            if not issubclass(type(value), ModuleType):
                break
            value = object.__getattribute__(value, "__dict__").get(attribute)
        yield value


_VARIABLES = ("LOAD_CLASSDEREF", "LOAD_DEREF", "LOAD_FROM_DICT", "LOAD_GLOBAL", "LOAD_NAME")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")


@lru_cache(maxsize=4096)
def _named(code: CodeType) -> frozenset[tuple[str, ...]]:
    """The names that code takes from elsewhere, and their attributes, as ("module", "f"); of functions in it, too."""
    found = set(_union(_named(inner) for inner in code.co_consts if isinstance(inner, CodeType)))
    path: list[str] = []
    for i in dis.get_instructions(code):
        if path and i.opname.startswith(_ATTRIBUTES):
            path.append(str(i.argval))
            continue
        if path:
            found.add(tuple(path))
        path = [str(i.argval)] if i.opname.startswith(_VARIABLES) else []
    return frozenset(found)


def _union(sets: Iterable[frozenset[Any]]) -> frozenset[Any]:
    return frozenset().union(*sets)
