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
from mygrad import (
    _compositions,  # noqa: F401 - NumPy finds them
    _constants,
    contexts,
    errors,
    indexing_routines,
    math,
    tensor_creation,
    tensor_manip,
    ufuncs,
)
from mygrad._constants import *
from mygrad._rules.waiting import PUBLIC as _WAITING
from mygrad._version import __version__
from mygrad.contexts import *
from mygrad.indexing_routines import *
from mygrad.math import *
from mygrad.tensor import Tensor
from mygrad.tensor_creation import *
from mygrad.tensor_creation import tensor as tensor  # by name, or type checkers take the module for it
from mygrad.tensor_manip import *
from mygrad.ufuncs import ufunc

if _typing.TYPE_CHECKING:
    import mygrad.math.nan_reductions as nan_reductions
    import mygrad.math.statistics as statistics
    import mygrad.tensor_manip.windows as windows
    from mygrad import array_api, extend, functional, linalg, operation_base, random, typing
    from mygrad._compositions import histograms, polynomials, sets
    from mygrad._compositions.histograms import *
    from mygrad._compositions.polynomials import *
    from mygrad._compositions.sets import *
    from mygrad._lift.switch import lift
    from mygrad._plugins import plugins
    from mygrad.functional import (
        batch_jacobian,
        checkpoint,
        custom_vjp,
        elementwise_grad,
        gauss_newton_vp,
        grad,
        hessian,
        hvp,
        jacfwd,
        jacobian,
        jacrev,
        jvp,
        linearize,
        per_example_grad,
        value_and_grad,
        vjp,
        vmap,
    )
    from mygrad.locks import why_locked
    from mygrad.math.nan_reductions import *
    from mygrad.math.statistics import *
    from mygrad.operation_base import Operation, execute_op
    from mygrad.tensor_manip.windows import *

#: What is imported when somebody asks for it: submodules, and names by where they are.
_MODULES = ("array_api", "extend", "functional", "linalg", "operation_base", "random", "typing")
_NAMES = {
    "_lift.switch": ["lift"],
    "_plugins": ["plugins"],
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
    "locks": ["why_locked"],
    "operation_base": ["Operation", "execute_op"],
}
_LATER = {name: f"mygrad.{module}" for module, names in _NAMES.items() for name in names} | _WAITING

__all__ = [
    "Tensor",
    "__version__",
    "array_api",
    "errors",
    "extend",
    "functional",
    "indexing_routines",
    "linalg",
    "math",
    "operation_base",
    "random",
    "tensor_creation",
    "tensor_manip",
    "typing",
    "ufunc",
    "ufuncs",
]
__all__ += _constants.__all__
__all__ += contexts.__all__
__all__ += indexing_routines.__all__
__all__ += math.__all__
__all__ += tensor_creation.__all__
__all__ += tensor_manip.__all__
if _typing.TYPE_CHECKING:  # these read it
    __all__ += ["Operation", "execute_op", "lift", "plugins", "why_locked"]
    __all__ += [
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
    ]
    __all__ += histograms.__all__
    __all__ += polynomials.__all__
    __all__ += sets.__all__
    __all__ += nan_reductions.__all__
    __all__ += statistics.__all__
    __all__ += windows.__all__
else:
    __all__ += _LATER


def __getattr__(name: str) -> _typing.Any:
    if name in _MODULES:
        return _import_module(f"mygrad.{name}")
    if name in _LATER:
        value = globals()[name] = getattr(_import_module(_LATER[name]), name)
        return value
    return _import_module("mygrad._plugins").get(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_LATER, *_import_module("mygrad._plugins").names()})
