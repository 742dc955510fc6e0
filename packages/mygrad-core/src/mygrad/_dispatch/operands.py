"""What both of NumPy's protocols need: to see the tensors among arguments, and to make arrays of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._dispatch.names import caller_of, name_of
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._engine.handle import Handle
from mygrad._engine.inplace import setitem
from mygrad._engine.state import is_tracking

__all__ = ["has_variable", "is_foreign", "loses_gradient", "name_of", "refusal", "write_into"]


def has_variable(x: Any) -> bool:
    """Whether a tensor that is not a constant is in `x`, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, Handle):
        return not x._constant
    if type(x) is tuple or type(x) is list:
        return any(map(has_variable, x))
    return type(x) is dict and any(map(has_variable, x.values()))


def loses_gradient(*args: Any) -> bool:
    """Whether a gradient is lost if `args` go into a function as plain arrays.

    Under `no_autodiff` there is none to lose.
    """
    return is_tracking() and has_variable(args)


def is_foreign(kind: type, protocol: str) -> bool:
    """Whether another library's type overrides NumPy's protocol: then it may take over.

    A subclass of ndarray that inherits the protocol is an array like any other.
    """
    override = getattr(kind, protocol, _ABSENT)
    return override is not _ABSENT and override is not getattr(np.ndarray, protocol) and not issubclass(kind, Handle)


_ABSENT = object()


def refusal(func: Any, reason: str) -> TypeError:
    """What is raised where a gradient would be lost."""
    name, caller = name_of(func), caller_of(func)
    ours = None
    if caller is not None:
        name = f"{name_of(caller)} (which calls {name})"
        ours = IMPLEMENTATIONS.get(caller)
    instead = "" if ours is None else f"call `mygrad.{ours.__name__}` instead, which takes it; or "
    return TypeError(
        f"{name} was given a tensor that is a variable, and cannot be differentiated: {reason}. "
        f"If no gradient has to flow through it, give it arrays (the `data` of the tensors) or call it under "
        f"`mygrad.no_autodiff`; else {instead}compose it of other functions, or teach MyGrad its derivative "
        f"(`mygrad.extend`, `mygrad.operation_base.Operation`)."
    )


def write_into(out: Any, value: np.ndarray[Any, Any], where: Any = True) -> None:
    """Write plain numbers into a tensor, as a part of the graph: what was there loses its gradient."""
    if where is True:
        setitem(out, ..., value)
    else:
        mask = np.broadcast_to(where, value.shape)
        setitem(out, mask, value[mask])
