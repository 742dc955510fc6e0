"""Derivatives of SciPy's functions.

What asks tensors by itself, as the ufuncs of `scipy.special` do, is differentiable once this distribution is installed.
For what does not, there are functions of the same names and signatures here: ``mygrad.scipy.special.softmax``. Under
`mygrad.lift` these are called in the place of SciPy's.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "fft",
    "integrate",
    "interpolate",
    "linalg",
    "ndimage",
    "optimize",
    "signal",
    "sparse",
    "spatial",
    "special",
    "stats",
]


def __getattr__(name: str) -> Any:  # as in SciPy, a module is imported when it is first used
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
