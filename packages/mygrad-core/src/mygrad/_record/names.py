"""What functions are called in the source of a program: NumPy's by NumPy's names, and helpers by their own."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy._core import umath as _umath

#: Where NumPy keeps all of its ufuncs.
umath: Any = _umath

__all__ = ["numpys_name"]

_MODULES = ("", "linalg", "fft", "lib.stride_tricks", "lib.array_utils")


@cache
def _by_identity() -> dict[int, str]:
    found: dict[int, str] = {}
    for path in _MODULES:
        module: Any = np
        for part in filter(None, path.split(".")):
            module = getattr(module, part)
        for name in sorted(dir(module), key=lambda name: (len(name), name)):
            if name.startswith("_"):
                continue
            value = getattr(module, name)
            if callable(value) and not isinstance(value, ModuleType):
                found.setdefault(id(value), ".".join(filter(None, ("np", path, name))))
    for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "absolute", "remainder"):
        found[id(getattr(np, name))] = f"np.{name}"
    found[id(umath.clip)] = "np.clip"
    return found


def numpys_name(fn: Any) -> str | None:
    """What is written for a function of NumPy's. None, if it is not NumPy's or has no name there."""
    name = _by_identity().get(id(fn))
    if name is not None:
        return name
    ufunc = getattr(fn, "__self__", None)
    if isinstance(ufunc, np.ufunc):
        of = numpys_name(ufunc)
        return None if of is None else f"{of}.{fn.__name__}"
    return None
