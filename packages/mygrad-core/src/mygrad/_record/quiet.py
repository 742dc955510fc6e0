"""Where floating-point errors are ignored, as they are on the way back: to be told, and to be done in less time."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from mygrad._engine.floating_point import what_errstate_sets

__all__ = ["handling", "with_quick_errstate"]


def handling() -> tuple[bool, bool]:
    """Whether floating-point errors are ignored at present, and whether they are raised, or call something."""
    global _asked
    if _error_state is None:
        return _told(np.geterr())
    state = _error_state.get(None)
    if state is not _asked[0]:
        _asked = state, _told(np.geterr())
    return _asked[1]


def _told(errors: Any) -> tuple[bool, bool]:
    return errors == _IGNORED, not {"raise", "call"}.isdisjoint(errors.values())


_IGNORED = dict.fromkeys(("divide", "over", "under", "invalid"), "ignore")
#: What NumPy does about errors: to compare it with what it was when it was asked last takes a tenth of the time.
_sets = what_errstate_sets()
_error_state = _sets[0][0] if len(_sets) == 1 else None
_asked: tuple[Any, tuple[bool, bool]] = object(), (False, False)


def with_quick_errstate(source: str) -> tuple[str, dict[str, Any]]:
    """A program that sets what `np.errstate` sets, and what it finds by name for that.

    To make what is set anew, as `np.errstate` does, took a third of the time of a gradient of three numbers.
    """
    if len(_sets) != 1:
        return source, {}
    ((variable, value),) = _sets
    names = {"_mygrad_set": variable.set, "_mygrad_reset": variable.reset, "_mygrad_value": value}
    return _QUIET.sub(_QUIETLY, source), names


#: A part of a program where errors are ignored, as it is written and as it is run.
_QUIET = re.compile(r'^    with np\.errstate\(all="ignore"\):\n((?: {8}.*\n)+)', re.MULTILINE)
_QUIETLY = r"""    _mygrad_token = _mygrad_set(_mygrad_value)
    try:
\1    finally:
        _mygrad_reset(_mygrad_token)
"""
