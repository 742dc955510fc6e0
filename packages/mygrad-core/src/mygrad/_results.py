"""What the public functions share: how arguments become tensors, and results too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.operands import loses_gradient, refusal
from mygrad._engine import handle as _handle
from mygrad._engine.apply import as_operand, require_float
from mygrad._engine.apply import call as _call
from mygrad._engine.handle import Handle, new_leaf, new_view
from mygrad._engine.inplace import assign_out
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.state import tracking
from mygrad._rules.indexing import GETITEM

if TYPE_CHECKING:
    from mygrad._rules.rule import Rule
    from mygrad.tensor import Tensor

__all__ = ["NO_VALUE", "as_tensor", "call", "fresh", "frozen", "settled", "view"]

#: What NumPy takes for "not given", where None means something.
NO_VALUE: Any = np._NoValue


def call(
    func: Callable[..., Any] | Rule, *args: Any, constant: bool | None = None, out: Any = None, **params: Any
) -> Tensor:
    """The engine's `call`, which takes variables to which no gradient can flow for constants: refuse them.

    Raises
    ------
    TypeError
        If there is a variable among the arguments to which no gradient flows.
    """
    for name, value in params.items():
        if isinstance(value, _MAY_HOLD_TENSORS):
            if loses_gradient(value):
                raise refusal(func, f"no gradient flows to `{name}`")
            params[name] = frozen(value)
    if isinstance(out, np.ndarray):  # what it overwrites may be needed for a derivative
        args = tuple([a.copy() if _overlap(a, out) else a for a in args])
    return _call(func, *args, constant=constant, out=out, **params)


_MAY_HOLD_TENSORS = (Handle, list, tuple, dict)


def _overlap(a: Any, out: Any) -> bool:
    return isinstance(a, np.ndarray) and np.may_share_memory(a, out)


def frozen(index: Any) -> Any:
    """An index, a mask or counts, as a row may keep them: whatever becomes of the list or tensor that was given."""
    if isinstance(index, Handle):
        return index._memory.copy()
    return tuple(index) if type(index) is list else index


def fresh(data: Any, constant: bool | None) -> Tensor:
    """A leaf over an array that was just computed, without a copy."""
    t: Tensor = _handle.tensor_class(data, constant=constant, copy=False)
    if t._memory.base is None:  # it is nobody's view, and so nobody else has it
        t._exposed = None
    return t


def as_tensor(a: Any) -> Tensor:
    """`a`, if it is a tensor; else a constant over its memory."""
    if not isinstance(a, Handle):
        a = as_operand(a)
        if not isinstance(a, Handle):
            given, a = a, _handle.tensor_class(a, constant=True, copy=False)
            if a._memory is given:
                a._memory = given[...]  # the shape of which nobody else can set
    return a


def view(rule: Rule, a: Handle, data: Any, *args: Any) -> Tensor:
    """The tensor for `data`, a view of the memory of `a` that ``rule.fn(a, *args)`` takes."""
    return new_view(data, a, rule, args, NO_PARAMS, a._constant, tracking.get())


def settled(result: Any, constant: bool | None, out: Any = None) -> Tensor:
    """The result of a function that is composed of others: as a tensor, a constant if asked for, in `out`.

    Without tensors among its arguments, the function has computed a plain array. That is a constant.
    """
    if not isinstance(result, Handle):
        result = fresh(np.asarray(result), True if constant is None else constant)
    elif constant is not None and constant is not result._constant:
        if constant is False:
            require_float(result._memory.dtype)
        if result._view is not None:
            result = call(GETITEM, result, Ellipsis, constant=constant)
        else:
            result = new_leaf(result._memory, constant)
    return result if out is None else assign_out(out, result)
