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
    extend,
    indexing_routines,
    locks,
    math,
    operation_base,
    tensor_creation,
    tensor_manip,
    ufuncs,
)
from mygrad._constants import *
from mygrad._version import __version__
from mygrad.contexts import *
from mygrad.indexing_routines import *
from mygrad.locks import *
from mygrad.math import *
from mygrad.operation_base import Operation, execute_op
from mygrad.tensor import Tensor
from mygrad.tensor_creation import *
from mygrad.tensor_creation import tensor as tensor  # by name, or type checkers take the module for it
from mygrad.tensor_manip import *
from mygrad.ufuncs import ufunc

if _typing.TYPE_CHECKING:
    from mygrad import array_api, functional, linalg, random, typing
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

#: Submodules that are imported when somebody asks for them, and names of one of them.
_LATER = ("array_api", "functional", "linalg", "random", "typing")
_FUNCTIONAL = (
    "batch_jacobian",
    "custom_vjp",
    "checkpoint",
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
)

__all__ = [
    "Operation",
    "Tensor",
    "__version__",
    "array_api",
    "batch_jacobian",
    "checkpoint",
    "custom_vjp",
    "elementwise_grad",
    "errors",
    "execute_op",
    "extend",
    "functional",
    "gauss_newton_vp",
    "grad",
    "hessian",
    "hvp",
    "indexing_routines",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linalg",
    "linearize",
    "math",
    "operation_base",
    "per_example_grad",
    "plugins",
    "random",
    "tensor_creation",
    "tensor_manip",
    "typing",
    "ufunc",
    "ufuncs",
    "value_and_grad",
    "vjp",
    "vmap",
]
__all__ += _constants.__all__
__all__ += contexts.__all__
__all__ += indexing_routines.__all__
__all__ += locks.__all__
__all__ += math.__all__
__all__ += tensor_creation.__all__
__all__ += tensor_manip.__all__


def __getattr__(name: str) -> _typing.Any:
    if name in _LATER:
        return _import_module(f"mygrad.{name}")
    if name in _FUNCTIONAL:
        value = globals()[name] = getattr(_import_module("mygrad.functional"), name)
        return value
    waiting = _import_module("mygrad._plugins")
    return waiting.plugins if name == "plugins" else waiting.get(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER, *_FUNCTIONAL, "plugins", *_import_module("mygrad._plugins").names()})
