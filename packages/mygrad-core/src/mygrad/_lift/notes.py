"""What is added to the errors of code that got a tensor where it takes nothing but arrays.

Compiled code, and code that compares types, does not ask a tensor, and its errors do not tell why.
"""

from __future__ import annotations

import os
import sys
from traceback import walk_tb
from types import FrameType

from mygrad._lift.callers import is_foreign_module
from mygrad._lift.stand_in import given_tensors

__all__ = ["explain"]

#: What NumPy says to an object that keeps, and hands out, what it took for an array.
_NO_ARRAY = "object __array__ method not producing an array"


#: Frames to pass over: those that Cython makes up for its code have no module, and stand-ins are as if compiled.
_NO_CODE = ("", "mygrad._lift.pythons", "mygrad._lift.stand_in")


def explain(error: BaseException | None) -> None:
    """Note to an error that leaves a lifted block that tensors may be the cause, if they may."""
    if not isinstance(error, (TypeError, ValueError)):
        return
    if any("mygrad.lift" in note for note in getattr(error, "__notes__", ())):  # it has left an inner block
        return
    frames = [one for one in walk_tb(error.__traceback__) if _module(one[0]) not in _NO_CODE and one[0].f_locals]
    foreign = [one for one in frames if is_foreign_module(_module(one[0]))]
    if not foreign:
        return
    frame, line = foreign[-1]
    where = f"line {line} of {os.path.basename(frame.f_code.co_filename)}"
    if str(error) == _NO_ARRAY:
        cause = f"in {where}, an object that was converted to an array keeps a tensor in its place."
    elif _fails_in(frame, frames) and given_tensors(list(frame.f_locals.values())):
        cause = f"there are tensors in {where}. What fails may take nothing but arrays, as compiled code does."
    else:
        return
    error.add_note(
        f"Under mygrad.lift: {cause} Compute that with arrays (`t.data`), outside of the block, or put a "
        "differentiable function in its place by `mygrad.extend.lifts`."
    )


def _fails_in(frame: FrameType, frames: list[tuple[FrameType, int]]) -> bool:
    """Whether the innermost of the frames is this one, leaving out the standard library's."""
    within = next(one for one, _line in reversed(frames) if not _is_pythons(one))
    return within is frame


def _is_pythons(frame: FrameType) -> bool:
    name = _module(frame)
    return name.partition(".")[0] in sys.stdlib_module_names and not is_foreign_module(name)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
