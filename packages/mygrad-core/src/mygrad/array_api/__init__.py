"""The Python array API standard, for tensors: what `Tensor.__array_namespace__` returns.

Libraries that are written for the standard, such as SciPy and scikit-learn, take from here whatever they compute with.
All functions return tensors and take arrays as constants, so that gradients flow through:

>>> import mygrad as mg
>>> import mygrad.array_api as xp
>>> xp.greater(mg.tensor([1.0, -1.0]), 0.0)  # of the standard
Tensor([ True, False])
>>> xp.median(mg.tensor([1.0, 2.0, 4.0]))  # of NumPy
Tensor(2.)

After the standard's names come those of `mygrad`, then NumPy's functions that take tensors. ``xp.special`` is the
plugin that provides `mygrad.special`.
"""

from __future__ import annotations

import typing as _typing
from typing import Any as _Any

import numpy as _np
from numpy import lib as lib  # xarray takes `lib.stride_tricks.sliding_window_view` from the namespace

import mygrad as _mygrad
from mygrad import __version__ as __version__
from mygrad.array_api import fft as fft
from mygrad.array_api import linalg as linalg
from mygrad.array_api._creation import *
from mygrad.array_api._dtypes import *
from mygrad.array_api._elementwise import *
from mygrad.array_api._manipulation import *
from mygrad.array_api._reductions import *
from mygrad.array_api._results import adapted as _adapted
from mygrad.array_api._results import is_numpys as _is_numpys

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad.array_api import _creation, _dtypes, _elementwise, _manipulation, _reductions

    __all__ = [
        "__array_api_version__",
        "__version__",
        "fft",
        "linalg",
        *_creation.__all__,
        *_dtypes.__all__,
        *_elementwise.__all__,
        *_manipulation.__all__,
        *_reductions.__all__,
    ]
#: The standard's version that these functions follow.
__array_api_version__ = "2024.12"


def __getattr__(name: str) -> _Any:
    if not name.startswith("_"):
        try:
            return _adapted(getattr(_mygrad, name))
        except AttributeError as error:
            numpys = getattr(_np, name, None)
            if _is_numpys(numpys):
                return _adapted(numpys)
            why = str(error).partition(": ")[2]
    else:
        why = ""
    raise AttributeError(": ".join(filter(None, (f"module {__name__!r} has no attribute {name!r}", why))))


def __dir__() -> list[str]:
    return sorted({*globals()["__all__"], *_mygrad.__all__})  # type: ignore[attr-defined]
