"""Functions of other libraries for which there is one that can be differentiated."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from mygrad._engine.operands import has_variable, unwrap
from mygrad._lift.held import gives_variable
from mygrad._lift.places import Method
from mygrad._lift.stand_in import given_tensors, making, stand_in
from mygrad._lift.switch import REPLACED
from mygrad._rules.brought import bring_rules

__all__ = ["stand_ins"]

Function = Callable[..., Any]

#: Those that look at the types of their arguments alone: a tensor is to count as an array.
_TYPES_ONLY = ("array_namespace", "get_namespace", "is_array_api_obj", "is_numpy_array")


def stand_ins(modules: Iterable[str]) -> Iterator[tuple[Any, Any]]:
    """Stand-ins for what libraries have. New are the `modules`, and what was registered meanwhile."""
    bring_rules()
    bring_rules("mygrad.lifts")
    for module, name in list(REPLACED):
        ours = _replacement(module, name)
        for theirs in _existing(module, name):
            if isinstance(theirs, type):  # it has to stay one, for code that asks for objects of it, or derives from it
                yield Method(theirs, "__new__"), making(theirs, ours, has_variable)
            else:
                yield stand_in(theirs, ours, gives_variable)
        kind = _class(module)
        if hasattr(kind, name):
            yield Method(kind, name), stand_in(getattr(kind, name), ours, has_variable)[1]
    for module in modules:
        if module.endswith("array_api_compat.numpy.linalg"):  # whose solver is made of NumPy's innards
            for theirs in _existing(module, "solve"):
                yield stand_in(theirs, np.linalg.solve, given_tensors)
        if module.endswith("array_api_compat.common._helpers"):
            for theirs in _existing(module, *_TYPES_ONLY):
                yield stand_in(theirs, _of_arrays(theirs), given_tensors)


def _existing(module: str, *names: str) -> list[Function]:
    """The functions of these names in a module, as far as there are any."""
    found = [getattr(sys.modules.get(module), name, None) for name in names]
    return [function for function in found if function is not None]


def _class(name: str) -> Any:
    """The class of a full name, if there is one."""
    module, _, kind = name.rpartition(".")
    found = getattr(sys.modules.get(module), "__dict__", {}).get(kind)  # and do not load what is lazy
    return found if isinstance(found, type) else None


def _replacement(module: str, name: str) -> Function:
    """What is registered at the time of the call: others may have been registered since."""
    return lambda *args, **kwargs: REPLACED[module, name](*args, **kwargs)


def _of_arrays(function: Function) -> Function:
    return lambda *args, **kwargs: function(*unwrap(args), **unwrap(kwargs))
