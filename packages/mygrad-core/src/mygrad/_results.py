"""What the public functions share: how arguments become tensors, and results too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine import handle as _handle
from mygrad._engine.apply import as_constant
from mygrad._engine.handle import Handle, new_view
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.operands import as_operand, sized
from mygrad._engine.outputs import call, fresh, frozen, settled
from mygrad._engine.state import is_tracking
from mygrad._rules.indexing import GETITEM

if TYPE_CHECKING:
    from mygrad._rules.rule import Rule
    from mygrad.tensor import Tensor

__all__ = [
    "NO_VALUE",
    "as_array",
    "as_tensor",
    "call",
    "copy_wanted",
    "fresh",
    "frozen",
    "itself",
    "no_tensor_returned",
    "settled",
    "sized",
    "view",
]

#: What NumPy takes for "not given", where None means something.
NO_VALUE: Any = np._NoValue


def no_tensor_returned(who: str, output: Any) -> TypeError:
    """What is raised if a function of the user returned `output`, where a tensor was to be differentiated."""
    message = f"{who}: the function returned {type(output).__name__}, and not a tensor"
    if isinstance(output, (list, tuple)):
        message += ". Put the results into one tensor: stack them by `np.stack` or `mygrad.tensor`"
    elif isinstance(output, (np.ndarray, np.generic, float, int)):
        message += (
            ". Conversions (`np.array([a, b])`, `np.asarray(a)`, `float(a)`) and writing into an array give arrays or "
            "numbers, which have no graph. Stack tensors by `np.stack([a, b])` or `mygrad.tensor([a, b])`, write "
            "into a tensor (`mygrad.zeros`), and avoid conversions. If the function really is constant, return "
            "`mygrad.astensor(...)`"
        )
    return TypeError(f"{message}.")


def copy_wanted(copy: Any) -> Any:
    """What is to be copied, as True, False or None, if it was told by one of NumPy's `_CopyMode`."""
    return _COPY_MODES[copy] if isinstance(copy, np._CopyMode) else copy


_COPY_MODES = {np._CopyMode.ALWAYS: True, np._CopyMode.NEVER: False, np._CopyMode.IF_NEEDED: None}


def as_tensor(a: Any) -> Tensor:
    """`a`, if it is a tensor; else a constant over its memory."""
    if not isinstance(a, Handle):
        a = as_operand(a)
        if not isinstance(a, Handle):
            given, a = a, _handle.tensor_class(a, constant=True, copy=False)
            if a._memory is given:
                a._memory = given[...]  # the shape of which nobody else can set
    return a


def as_array(a: Any) -> Tensor:
    """`a` as a tensor; but what no tensor can hold, such as dates, as an array, which is as good here."""
    if isinstance(a, Handle):
        return a  # type: ignore[return-value]
    a = as_operand(a)
    if isinstance(a, Handle) or np.asarray(a).dtype.kind in "fiubc":
        return as_tensor(a)
    array: Any = np.asarray(a)
    return array


def view(rule: Rule, a: Handle, data: Any, *args: Any) -> Tensor:
    """The tensor for `data`, a view of the memory of `a` that ``rule.fn(a, *args)`` takes."""
    if a._number:
        return call(rule, a, *args)
    return new_view(data, a, rule, args, NO_PARAMS, a._constant, is_tracking())


def itself(a: Any, constant: bool | None) -> Tensor:
    """`a`, where NumPy returns its very argument: a view of it only if it is to have another `constant`."""
    t = as_tensor(a)
    constant = as_constant(constant)
    return t if constant is None or constant is t._constant else call(GETITEM, t, Ellipsis, constant=constant)
