"""Whose code lift is for: that of other people who compute with arrays."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["called_by_others", "is_foreign_module"]

#: Modules of NumPy that are written as other people's code is: it shows no tensor to anybody.
_FOREIGN_AFTER_ALL = ("numpy.polynomial.", "numpy.lib._index_tricks_impl.")

#: Packages whose modules stay as they are. Those of the standard library compute with numbers of Python, and these
#: others take arrays into a world of their own, in which a tensor has no place.
_LEFT_ALONE = (sys.stdlib_module_names - {"__main__"}) | {
    "IPython",
    "_pytest",
    "cupy",
    "hypothesis",
    "jax",
    "llvmlite",
    "matplotlib",
    "mpmath",
    "mygrad",
    "numba",
    "numpy",
    "pandas",
    "pytest",
    "sympy",
    "torch",
}


def is_foreign_module(name: str) -> bool:
    """Whether lift is for code in the module of this name."""
    return name.partition(".")[0] not in _LEFT_ALONE or f"{name}.".startswith(_FOREIGN_AFTER_ALL)


def called_by_others(depth: int, called: Any, for_sure: bool = False) -> bool:
    """Whether Python code that lift is for calls `called`: the code that stands `depth` calls above this one.

    Where it cannot be told whether that does, or compiled code, it is said to, but not `for_sure`.
    """
    frame = sys._getframe(depth)
    if not is_foreign_module(str(frame.f_globals.get("__name__"))):
        return False
    from mygrad._lift.calls import is_calling  # which reads bytecode: many programs never need that

    return is_calling(frame, called, for_sure)
