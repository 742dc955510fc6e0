"""Automatic differentiation for NumPy: tensors, and NumPy's functions for them.

>>> import numpy as np
>>> import mygrad as mg
>>> x = mg.tensor([1.0, 2.0, 3.0])  # like np.array
>>> f = np.sum(x * x)  # NumPy's functions take tensors
>>> f.backward()
>>> x.grad
array([2., 4., 6.])

Other distributions add to this package; see `mygrad.plugins`.
"""

import typing as _typing
from importlib import import_module as _import_module

from mygrad import _folders

__path__ = _folders.all_folders(__path__)
_folders.refuse_mygrad_2(__path__)  # before anything of it is imported

# ruff: noqa: E402
from mygrad import _compositions  # noqa: F401 - NumPy finds them
from mygrad import errors as errors
from mygrad import indexing_routines as indexing_routines
from mygrad import math as math
from mygrad import tensor_creation as tensor_creation
from mygrad import tensor_manip as tensor_manip
from mygrad import ufuncs as ufuncs
from mygrad._constants import *
from mygrad._rules import waiting as _waiting
from mygrad._version import __version__ as __version__
from mygrad.contexts import *
from mygrad.indexing_routines import *
from mygrad.math import *
from mygrad.tensor import Tensor as Tensor
from mygrad.tensor_creation import *
from mygrad.tensor_creation import tensor as tensor  # by name, or type checkers take the module for it
from mygrad.tensor_manip import *
from mygrad.ufuncs import ufunc as ufunc

# Type checkers take what is imported by * or "as", and nothing else: this is what waits, for them.
if _typing.TYPE_CHECKING:
    from mygrad import array_api as array_api
    from mygrad import extend as extend
    from mygrad import fft as fft
    from mygrad import functional as functional
    from mygrad import linalg as linalg
    from mygrad import operation_base as operation_base
    from mygrad import random as random
    from mygrad import typing as typing
    from mygrad._compositions.histograms import *
    from mygrad._compositions.numeric import *
    from mygrad._compositions.polynomials import *
    from mygrad._compositions.sets import *
    from mygrad._lift.switch import lift as lift
    from mygrad._plugins import plugins as plugins
    from mygrad._record.compiled import compile as compile
    from mygrad.debugging import *
    from mygrad.functional._batches import *
    from mygrad.functional._checkpoint import *
    from mygrad.functional._custom import *
    from mygrad.functional._gradients import *
    from mygrad.functional._matrices import *
    from mygrad.functional._products import *
    from mygrad.functional._vectors import *
    from mygrad.math.einsums import *
    from mygrad.math.nan_reductions import *
    from mygrad.math.reciprocals import *
    from mygrad.math.statistics import *
    from mygrad.operation_base import Operation as Operation
    from mygrad.operation_base import execute_op as execute_op
    from mygrad.tensor_manip.windows import *

    # The names of our own plugins, if these are installed.
    # isort: split
    from mygrad import computational_graph as computational_graph  # type: ignore[attr-defined,unused-ignore]
    from mygrad import io as io  # type: ignore[attr-defined,unused-ignore]
    from mygrad import nnet as nnet  # type: ignore[attr-defined,unused-ignore]
    from mygrad import scipy as scipy  # type: ignore[attr-defined,unused-ignore]
    from mygrad.io import load as load  # type: ignore[import-not-found,unused-ignore]
    from mygrad.io import save as save  # type: ignore[import-not-found,unused-ignore]
    from mygrad.scipy import special as special  # type: ignore[import-not-found,unused-ignore]

#: Submodules that are imported when they are asked for.
_MODULES = ("array_api", "extend", "fft", "functional", "linalg", "operation_base", "random", "typing")

if not _typing.TYPE_CHECKING:  # or type checkers would believe in every name
    from mygrad import _constants, contexts

    _all = [
        "Tensor",
        "__version__",
        "errors",
        "indexing_routines",
        "math",
        "tensor_creation",
        "tensor_manip",
        "ufunc",
        "ufuncs",
        *_MODULES,
        *_waiting.NAMES,
        *_constants.__all__,
        *contexts.__all__,
        *indexing_routines.__all__,
        *math.__all__,
        *tensor_creation.__all__,
        *tensor_manip.__all__,
    ]

    def __getattr__(name):
        if name in _MODULES:
            return _import_module(f"mygrad.{name}")
        if name in _waiting.NAMES:
            where = _waiting.NAMES[name]
        elif name == "__all__":
            return [*_all, *_waiting.names_of("numpy")]
        elif name[0] == "_" or (where := _waiting.names_of("numpy").get(name)) is None:
            return _import_module("mygrad._plugins").get(name)
        value = globals()[name] = getattr(_import_module(where), name)
        return value

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__"), *_import_module("mygrad._plugins").names()})
