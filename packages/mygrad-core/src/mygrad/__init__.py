__path__ = __import__("pkgutil").extend_path(__path__, __name__)
__doc__ = """Automatic differentiation for NumPy: tensors, and NumPy's functions for them.

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

from mygrad import _plugins

_plugins.refuse_mygrad_2(__path__)  # before anything of it is imported

# ruff: noqa: D104, E402
from mygrad import (
    _compositions,  # noqa: F401 - NumPy finds them
    _constants,
    contexts,
    errors,
    extend,
    indexing_routines,
    linalg,
    locks,
    math,
    operation_base,
    tensor_creation,
    tensor_manip,
    ufuncs,
)
from mygrad._constants import *
from mygrad._plugins import plugins
from mygrad._version import __version__
from mygrad.contexts import *
from mygrad.indexing_routines import *
from mygrad.linalg.products import *
from mygrad.linalg.ufuncs import *
from mygrad.locks import *
from mygrad.math import *
from mygrad.operation_base import Operation, execute_op
from mygrad.tensor import Tensor
from mygrad.tensor_creation import *
from mygrad.tensor_creation import tensor as tensor  # by name, or type checkers take the module for it
from mygrad.tensor_manip import *
from mygrad.ufuncs import ufunc

if _typing.TYPE_CHECKING:
    from mygrad import array_api, functional, random, typing

#: Submodules that are imported when somebody asks for them.
_LATER = ("array_api", "functional", "random", "typing")

__all__ = [
    "Operation",
    "Tensor",
    "__version__",
    "array_api",
    "errors",
    "execute_op",
    "extend",
    "functional",
    "indexing_routines",
    "linalg",
    "math",
    "operation_base",
    "plugins",
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
__all__ += linalg.products.__all__
__all__ += linalg.ufuncs.__all__
__all__ += locks.__all__
__all__ += math.__all__
__all__ += tensor_creation.__all__
__all__ += tensor_manip.__all__


def __getattr__(name: str) -> _typing.Any:
    return _import_module(f"mygrad.{name}") if name in _LATER else _plugins.get(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER, *_plugins.names()})
