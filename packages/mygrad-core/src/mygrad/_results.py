"""What the public functions share: how arguments become tensors, and results too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

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

__all__ = ["NO_VALUE", "as_tensor", "call", "fresh", "given", "settled", "view"]

#: What NumPy takes for "not given", where None means something.
NO_VALUE: Any = np._NoValue  # type: ignore[attr-defined]

#: `mygrad._engine.apply.call`. All that it returns are tensors.
call: Callable[..., Tensor] = _call


def given(**params: Any) -> dict[str, Any]:
    """The keywords that were given a value: rows of the derivative table are passed no others."""
    return {name: value for name, value in params.items() if value is not NO_VALUE}


def fresh(data: Any, constant: bool | None) -> Tensor:
    """A leaf over an array that nobody else has."""
    t: Tensor = _handle.tensor_class(data, constant=constant, copy=False)
    t._exposed = None
    return t


def as_tensor(a: Any) -> Tensor:
    """`a`, if it is a tensor; else a constant over its memory."""
    if not isinstance(a, Handle):
        a = as_operand(a)
        if not isinstance(a, Handle):
            a = _handle.tensor_class(a, constant=True, copy=False)
    return a  # type: ignore[no-any-return]


def view(rule: Rule, a: Handle, data: Any, *args: Any) -> Tensor:
    """The tensor for `data`, a view of the memory of `a` that ``rule.fn(a, *args)`` takes."""
    return new_view(data, a, rule, args, NO_PARAMS, a._constant, tracking.get())  # type: ignore[no-any-return]


def settled(result: Any, constant: bool | None, out: Any = None) -> Tensor:
    """The result of a function that is composed of others: as a tensor, a constant if asked for, in `out`.

    Without tensors among its arguments, the function has computed a plain array. That is a constant.
    """
    if not isinstance(result, Handle):
        result = fresh(np.asarray(result), True if constant is None else constant)
    elif constant is not None and constant is not result._constant:
        if constant is False:
            require_float(result._data.dtype)
        if result._view is not None:
            result = call(GETITEM, result, Ellipsis, constant=constant)
        else:
            result = new_leaf(result._data, constant)
    return result if out is None else assign_out(out, result)  # type: ignore[no-any-return]
