"""Variables that are given by way of functions, which take them from where they were defined."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from mygrad._engine.operands import has_variable

__all__ = ["gives_variable"]


def gives_variable(arguments: Any) -> bool:
    """Whether a variable is among arguments, or a function that takes one from elsewhere."""
    return has_variable(arguments) or any(_holds(x, set()) for x in arguments if callable(x))


def _holds(x: Any, seen: set[int]) -> bool:
    """Whether a function has a variable in its closure or among the globals that it names, or one of theirs has."""
    if has_variable(x):
        return True
    if not isinstance(x, (FunctionType, MethodType, partial)) or id(x) in seen:
        return False
    seen.add(id(x))
    return any(_holds(part, seen) for part in _parts(x))


def _parts(x: Any) -> Iterator[Any]:
    if isinstance(x, partial):
        yield from (x.func, *x.args, *x.keywords.values())
    elif isinstance(x, MethodType):
        yield x.__func__
        yield from getattr(x.__self__, "__dict__", {}).values()
    else:
        for cell in x.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # nothing was assigned yet
                continue
        yield from x.__defaults__ or ()
        yield from (x.__kwdefaults__ or {}).values()
        yield from (x.__globals__[name] for name in x.__code__.co_names if name in x.__globals__)
