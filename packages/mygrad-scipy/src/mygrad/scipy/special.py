"""Functions of `scipy.special`, for tensors.

Those that are ufuncs are SciPy's own: they ask tensors, and have rules. A function that has no derivative is not here.
"""

from __future__ import annotations

from typing import Any

from scipy.special import _ufuncs

from mygrad.extend import has_rule
from mygrad.scipy import _special  # noqa: F401 - it fills the table
from mygrad.scipy._special import functions as _functions
from mygrad.scipy._special.functions import *  # noqa: F403 - where their names are written

__all__: list[str] = []
__all__ += _functions.__all__


def __getattr__(name: str) -> Any:
    ufunc = None if name.startswith("_") else getattr(_ufuncs, name, None)
    if ufunc is None or not has_rule(ufunc):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return ufunc


def __dir__() -> list[str]:
    ufuncs = [name for name in dir(_ufuncs) if name[0] != "_" and has_rule(getattr(_ufuncs, name))]
    return sorted({*globals(), *ufuncs})
