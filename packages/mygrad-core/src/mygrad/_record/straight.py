"""Which functions can be looked into: those that compute the same with recorded arrays as with plain ones.

Others are recorded as one call each: they write into arrays that they have made, which nobody would notice, or go on
where NumPy raises errors. (What asks for plain arrays by `isinstance` takes recorded ones for such. None of ours asks
for the type itself, which would send recorded arrays the way of tensors, where numbers may be rounded otherwise.)
"""

from __future__ import annotations

from collections.abc import Callable
from dis import get_instructions
from functools import cache
from types import FunctionType
from typing import Any

from mygrad._rules import broadcasting

__all__ = ["is_straight"]

#: What code calls that is not noted. (Of what NumPy's functions write into, recordings take care.)
_NOT_NOTED = frozenset(("array", "asarray", "ascontiguousarray", "fill"))
#: That have a quicker way for plain arrays, with the same bits.
_THE_SAME = frozenset((broadcasting.broadcast, broadcasting.is_number, broadcasting.times))
#: Instructions that write into what may be a plain array.
_STORES = ("STORE_ATTR", "STORE_SUBSCR")


@cache
def is_straight(fn: Callable[..., Any]) -> bool:
    """Whether a function, with those of this package and its plugins that it calls, can be looked into."""
    functions: list[Any] = [getattr(fn, "__wrapped__", fn)]
    for f in functions:  # which grows meanwhile
        if f in _THE_SAME:
            continue
        code = getattr(f, "__code__", None)
        if code is None or code.co_exceptiontable or not _NOT_NOTED.isdisjoint(code.co_names):
            return False
        if any(op.opname in _STORES for op in get_instructions(f)):
            return False
        for used in _used_by(f):
            if used not in functions and not hasattr(used, "__wrapped__"):  # primitives are asked for themselves
                functions.append(used)
    return True


def _used_by(f: Any) -> list[Any]:
    cells = [cell.cell_contents for cell in f.__closure__ or () if cell.cell_contents is not f]
    named = [f.__globals__.get(name) for name in f.__code__.co_names]
    return [x for x in (*cells, *named) if isinstance(x, FunctionType) and x.__module__.startswith("mygrad")]
