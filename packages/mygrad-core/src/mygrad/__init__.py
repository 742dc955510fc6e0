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
from mygrad._rules.waiting import PUBLIC as _WAITING
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
    from mygrad import functional as functional
    from mygrad import linalg as linalg
    from mygrad import operation_base as operation_base
    from mygrad import random as random
    from mygrad import typing as typing
    from mygrad._compositions.histograms import *
    from mygrad._compositions.polynomials import *
    from mygrad._compositions.sets import *
    from mygrad._lift.switch import lift as lift
    from mygrad._plugins import plugins as plugins
    from mygrad.debugging import *
    from mygrad.functional import batch_jacobian as batch_jacobian
    from mygrad.functional import checkpoint as checkpoint
    from mygrad.functional import custom_vjp as custom_vjp
    from mygrad.functional import elementwise_grad as elementwise_grad
    from mygrad.functional import gauss_newton_vp as gauss_newton_vp
    from mygrad.functional import grad as grad
    from mygrad.functional import hessian as hessian
    from mygrad.functional import hvp as hvp
    from mygrad.functional import jacfwd as jacfwd
    from mygrad.functional import jacobian as jacobian
    from mygrad.functional import jacrev as jacrev
    from mygrad.functional import jvp as jvp
    from mygrad.functional import linearize as linearize
    from mygrad.functional import per_example_grad as per_example_grad
    from mygrad.functional import value_and_grad as value_and_grad
    from mygrad.functional import vjp as vjp
    from mygrad.functional import vmap as vmap
    from mygrad.math.nan_reductions import *
    from mygrad.math.statistics import *
    from mygrad.operation_base import Operation as Operation
    from mygrad.operation_base import execute_op as execute_op
    from mygrad.tensor_manip.windows import *

    # The names of our own plugins, if these are installed.
    # isort: split
    from mygrad import computational_graph as computational_graph  # type: ignore[attr-defined,unused-ignore]
    from mygrad import io as io  # type: ignore[attr-defined,unused-ignore]
    from mygrad import nnet as nnet  # type: ignore[attr-defined,unused-ignore]
    from mygrad.io import load as load  # type: ignore[import-not-found,unused-ignore]
    from mygrad.io import save as save  # type: ignore[import-not-found,unused-ignore]

#: What is imported when somebody asks for it: submodules, and names by where they are.
_MODULES = ("array_api", "extend", "functional", "linalg", "operation_base", "random", "typing")
_NAMES = {
    "_lift.switch": ["lift"],
    "_plugins": ["plugins"],
    "debugging": ["why_locked", "why_no_gradient"],
    "functional": [
        "batch_jacobian",
        "checkpoint",
        "custom_vjp",
        "elementwise_grad",
        "gauss_newton_vp",
        "grad",
        "hessian",
        "hvp",
        "jacfwd",
        "jacobian",
        "jacrev",
        "jvp",
        "linearize",
        "per_example_grad",
        "value_and_grad",
        "vjp",
        "vmap",
    ],
    "operation_base": ["Operation", "execute_op"],
}
_LATER = {name: f"mygrad.{module}" for module, names in _NAMES.items() for name in names} | _WAITING

if not _typing.TYPE_CHECKING:  # or type checkers would believe in every name
    from mygrad import _constants, contexts

    __all__ = [
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
        *_LATER,
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
        if name in _LATER:
            value = globals()[name] = getattr(_import_module(_LATER[name]), name)
            return value
        return _import_module("mygrad._plugins").get(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_LATER, *_import_module("mygrad._plugins").names()})
