"""Functions of other libraries for which there is one that can be differentiated."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from mygrad._engine.operands import has_variable, unwrap
from mygrad._lift.stand_in import given_tensors, stand_in
from mygrad._lift.switch import REPLACED

__all__ = ["stand_ins"]

Function = Callable[..., Any]

#: Those that look at the types of their arguments alone: a tensor is to count as an array.
_TYPES_ONLY = ("array_namespace", "get_namespace", "is_array_api_obj", "is_numpy_array")


def stand_ins(modules: Iterable[str]) -> Iterator[tuple[Function, Function]]:
    """Stand-ins for functions of libraries. New are the `modules`, and what was registered meanwhile."""
    for module, name in list(REPLACED):
        theirs = getattr(sys.modules.get(module), name, None)
        if theirs is not None:
            yield stand_in(theirs, _replacement(module, name), has_variable)
    for module in modules:
        if module.endswith("array_api_compat.numpy.linalg") and hasattr(sys.modules[module], "solve"):
            yield stand_in(
                sys.modules[module].solve, np.linalg.solve, given_tensors
            )  # which is made of NumPy's innards
        if module.endswith("array_api_compat.common._helpers"):
            for name in _TYPES_ONLY:
                theirs = getattr(sys.modules[module], name, None)
                if theirs is not None:
                    yield stand_in(theirs, _of_arrays(theirs), given_tensors)


def _replacement(module: str, name: str) -> Function:
    """What is registered at the time of the call: others may have been registered since."""
    return lambda *args, **kwargs: REPLACED[module, name](*args, **kwargs)


def _of_arrays(function: Function) -> Function:
    return lambda *args, **kwargs: function(*unwrap(args), **unwrap(kwargs))
