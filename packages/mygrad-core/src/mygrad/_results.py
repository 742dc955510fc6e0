"""What the public functions share: how arguments become tensors, and results too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.operands import loses_gradient, refusal
from mygrad._engine import handle as _handle
from mygrad._engine.apply import as_constant, as_operand, require_float
from mygrad._engine.apply import call as _call
from mygrad._engine.handle import Handle, new_leaf, new_view
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.operands import unwrap
from mygrad._engine.outputs import write_out
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


def call(
    func: Callable[..., Any] | Rule, *args: Any, constant: bool | None = None, out: Any = None, **params: Any
) -> Tensor:
    """The engine's `call`, with a keyword `out`; and what has no gradient is refused if it is a variable.

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
    if out is None:
        return _call(func, *args, constant=constant, **params)
    if isinstance(out, np.ndarray):  # what it overwrites may be needed for a derivative
        args = tuple([a.copy() if _overlap(a, out) else a for a in args])
    result = _call(func, *args, constant=constant, **params)
    if (getattr(func, "__module__", None) or "").partition(".")[0] != "numpy":
        return write_out(out, result)
    numpys: Any = func
    return write_out(
        out,
        result,
        lambda written: numpys(*unwrap(args), out=written, **unwrap(params)),
        same_shape=func in _ACCUMULATIONS,
    )


_ACCUMULATIONS = frozenset((np.cumsum, np.cumprod, np.nancumsum, np.nancumprod))


_MAY_HOLD_TENSORS = (Handle, list, tuple, dict)


def _overlap(a: Any, out: Any) -> bool:
    return isinstance(a, np.ndarray) and np.may_share_memory(a, out)


def no_tensor_returned(who: str, output: Any) -> TypeError:
    """What is raised if a function of the user returned `output`, where a tensor was to be differentiated."""
    message = f"{who}: the function returned {type(output).__name__}, and not a tensor"
    if isinstance(output, (list, tuple)):
        message += ". Put the results into one tensor: stack them by `np.stack` or `mygrad.tensor`"
    elif isinstance(output, (np.ndarray, np.generic, float, int)):
        message += (
            ". What asks for an array or a number gets one, and it has no graph: `np.array([a, b])`, `np.asarray(a)`, "
            "`float(a)`, writing into an array. Stack tensors by `np.stack([a, b])` or `mygrad.tensor([a, b])`, write "
            "into a tensor (`mygrad.zeros`), and leave out conversions. If the function is constant indeed, return "
            "`mygrad.astensor(...)`"
        )
    return TypeError(f"{message}.")


def copy_wanted(copy: Any) -> Any:
    """What is to be copied, as True, False or None, if it was told by one of NumPy's `_CopyMode`."""
    return _COPY_MODES[copy] if isinstance(copy, np._CopyMode) else copy


_COPY_MODES = {np._CopyMode.ALWAYS: True, np._CopyMode.NEVER: False, np._CopyMode.IF_NEEDED: None}


def frozen(index: Any) -> Any:
    """An index, a mask or counts, as a row may keep them: whatever becomes of the list or tensor that was given."""
    if isinstance(index, Handle):
        return index._memory.copy()
    return tuple(index) if type(index) is list else index


def fresh(data: Any, constant: bool | None) -> Tensor:
    """A leaf over an array that was just computed, without a copy."""
    t: Tensor = _handle.tensor_class(data, constant=constant, copy=False)
    if t._memory.base is None:  # it is nobody's view, and so nobody else has it
        t._escaped = None
    return t


def sized(a: Any) -> Any:
    """`a`, or the array that a number of Python stands for wherever it is no operand of a ufunc."""
    return np.asarray(a) if type(a) in _NUMBERS else a


_NUMBERS = frozenset((int, float, bool, complex))


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
    """`a` as a tensor; but what no tensor can hold, such as complex numbers, as an array, which is as good here."""
    if isinstance(a, Handle):
        return a  # type: ignore[return-value]
    a = as_operand(a)
    if isinstance(a, Handle) or np.asarray(a).dtype.kind in "fiub":
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


def settled(result: Any, constant: bool | None) -> Tensor:
    """The result of a function that is composed of others, as a tensor, and a constant if asked for.

    Without tensors among its arguments, the function has computed a plain array. That is a constant, or stays as it is
    if no tensor can hold it.
    """
    constant = as_constant(constant)
    if not isinstance(result, Handle):
        number = type(result) is not np.ndarray
        array = np.asarray(result)
        if array.dtype.kind not in "fiub" and constant is not False:
            return array if array.ndim else array[()]  # type: ignore[return-value]
        result = fresh(array, True if constant is None else constant)
        result._number = number
    elif constant is not None and constant is not result._constant:
        if constant is False:
            require_float(result._memory.dtype)
        if result._view is not None:
            result = call(GETITEM, result, Ellipsis, constant=constant)
        else:
            result = new_leaf(result._memory, constant, None, result._number)
    return result
