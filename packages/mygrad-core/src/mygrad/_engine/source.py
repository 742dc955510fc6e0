"""Where something happened: the line of the user's code, and the expression in it."""

from __future__ import annotations

import linecache
import os
import sys
from dis import opmap
from functools import lru_cache
from itertools import islice
from types import CodeType

__all__ = ["PASSED", "Place", "place_of", "users_place"]

#: Packages that compute on behalf of their callers.
PASSED = frozenset(("copy", "mygrad", "numpy"))

#: The code, the instruction in it, and the line.
Place = tuple[CodeType, int, int]


def users_place() -> Place:
    """The nearest place outside of NumPy and this package."""
    frame = sys._getframe(2)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in PASSED:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti, frame.f_lineno


def place_of(code: CodeType, at: int, line: int) -> str:
    """A place in words."""
    expression, file = _expression(code, at), os.path.basename(code.co_filename)
    return f"`{expression}` in line {line} of {file}" if expression else f"line {line} of {file}"


#: Instructions of which the positions are those of their targets alone.
_STORES = (opmap["STORE_SUBSCR"], opmap["STORE_ATTR"])


@lru_cache(maxsize=256)
def _expression(code: CodeType, at: int) -> str:
    """The source of the expression that is evaluated at an instruction. Empty, if there is none."""
    if at < 0:
        return ""
    first, last, begin, end = next(islice(code.co_positions(), at // 2, None), (None,) * 4)
    if first is None or last is None or begin is None or end is None:
        return ""
    lines = [linecache.getline(code.co_filename, number).encode() for number in range(first, last + 1)]
    if code.co_code[at] not in _STORES:
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][begin:]
    source = " ".join(b" ".join(lines).decode(errors="replace").split())
    return source if len(source) <= 80 else f"{source[:77]}..."
