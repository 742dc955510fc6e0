"""Results: as tensors, and written into a tensor or an array that is there already, the argument `out`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine import handle as _handle
from mygrad._engine.apply import apply, as_constant, require_float
from mygrad._engine.guard import refuse_locked
from mygrad._engine.handle import Handle, mark_escaped, new_leaf
from mygrad._engine.inplace import setitem
from mygrad._engine.operands import loses_gradient, refusal, refuse_masked, unwrap
from mygrad._engine.state import is_lifted
from mygrad._rules.indexing import GETITEM
from mygrad._rules.recorded import as_any_array, as_value
from mygrad._rules.rule import Rule
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["call", "fresh", "frozen", "refuse_loss", "settled", "write_into", "write_out"]

Array = np.ndarray[Any, Any]


def call(
    func: Callable[..., Any] | Rule, *args: Any, constant: bool | None = None, out: Any = None, **params: Any
) -> Tensor:
    """Call a function that has a rule, as `apply` does; the result may go to `out`.

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
        return apply(func, *args, constant=constant, **params)
    if isinstance(out, np.ndarray):  # what it overwrites may be needed for a derivative
        args = tuple([a.copy("K") if _overlap(a, out) else a for a in args])
    result = apply(func, *args, constant=constant, **params)
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


def frozen(index: Any) -> Any:
    """An index, a mask or counts, as a rule may keep them, even if the list or tensor that was given is changed."""
    if isinstance(index, Handle):
        return index._memory.copy()
    return tuple(index) if type(index) is list else index


# --- `out` --------------------------------------------------------------------------------------------


def write_out(out: Any, result: Any, numpys: Callable[[Any], Any] | None = None, *, same_shape: bool = False) -> Any:
    """Write `result`, a tensor that was just computed, into the argument `out` of a function.

    Parameters
    ----------
    out : Tensor | ndarray
    result : Tensor
    numpys : Callable, optional
        Has NumPy's function write the same result into an array. It is asked where shapes or dtypes differ, for its
        functions do not agree on what they cast, on what they broadcast, and on what they raise. Without it, `out` must
        have the shape of the result and a dtype of the same kind.
    same_shape : bool
        Whether to have it asked for dtypes alone. (In accumulations, NumPy does not look at all shapes, and crashes.)

    Returns
    -------
    Tensor | ndarray
        `out` itself or, if that is an array of numbers, a constant tensor over it.

    Raises
    ------
    TypeError
        If `out` is neither, if its dtype cannot hold the result, or if it is an array and that a variable.
    ValueError
        If the result does not fit its shape.
    """
    only = out[0] if isinstance(out, tuple) and len(out) == 1 and numpys is not None else out
    target, value = unwrap(only), as_any_array(unwrap(result))
    refuse_masked(target)
    if not isinstance(target, np.ndarray):
        raise TypeError(f"out: expected a tensor or an array, got {type(target).__name__}")
    if target.dtype.kind not in "fiubc":
        return _write_no_numbers(target, result, numpys)
    if only is not out or target.shape != value.shape or target.dtype != value.dtype:
        if target.shape != value.shape and (numpys is None or same_shape):
            raise ValueError(f"out: expected shape {value.shape}, which is that of the result, got {target.shape}")
        if numpys is not None:
            result = _as_numpy_writes(result, target, numpys, in_tuple=only is not out)
        elif not np.can_cast(value.dtype, target.dtype, "same_kind") or not isinstance(result, Handle):
            raise TypeError(f"out: cannot cast the result from {value.dtype} to {target.dtype} (casting 'same_kind')")
    if isinstance(only, Handle):
        setitem(only, ..., result)
        return only
    refuse_loss(target, (result,))
    refuse_locked(target)
    target[...] = result._memory
    if is_lifted():  # and nothing flows back: whose array it is goes on with an array
        return target
    t = new_leaf(target, result._constant, result._node)
    mark_escaped(t)
    return t


def refuse_loss(out: Array, values: tuple[Any, ...]) -> None:
    """Raise TypeError if the gradients of `values` would be lost to `out`: to write integers is but a step."""
    if out.dtype.kind not in "iub" and loses_gradient(values):
        raise TypeError(
            f"out: an array (here of shape {out.shape} and dtype {out.dtype}) takes no gradient, and what is to be "
            f"written to it is a variable. Leave `out` away, pass a tensor, such as `mg.zeros({out.shape})`, or "
            f"compute with the `data` of the operands."
        )


def _write_no_numbers(target: Array, result: Any, numpys: Callable[[Any], Any] | None) -> Array:
    """Write to an array that no tensor can share, as one of dates. It is what is returned."""
    refuse_loss(target, (result,))
    if numpys is not None:
        numpys(target)
    else:
        target[...] = unwrap(result)
    return target


def _as_numpy_writes(result: Any, target: Array, numpys: Callable[[Any], Any], in_tuple: bool) -> Any:
    """`result` cast and broadcast to what `target` would hold if NumPy's function wrote to it. That may raise."""
    written = target.copy()
    numpys((written,) if in_tuple else written)
    if result.dtype != target.dtype:
        result = apply(astype, result, target.dtype)
    result = apply(np.copy, np.broadcast_to(result, target.shape))
    result._memory[...] = written  # which may be more precise: sums are computed in the dtype of `out`
    return result


def write_into(out: Any, value: np.ndarray[Any, Any], where: Any = True) -> None:
    """Write plain numbers into a tensor, as a part of the graph: what was there loses its gradient."""
    if where is True:
        setitem(out, ..., value)
    else:
        mask = np.broadcast_to(where, value.shape)
        setitem(out, mask, value[mask])


# --- results that no rule has made ----------------------------------------------------------------------


def fresh(data: Any, constant: bool | None) -> Tensor:
    """A leaf over an array that was just computed, without a copy."""
    t: Tensor = _handle.tensor_class(data, constant=constant, copy=False)
    if t._memory.base is None:  # it is nobody's view, and so nobody else has it
        t._escaped = None
    return t


def settled(result: Any, constant: bool | None) -> Tensor:
    """The result of a function that is composed of others, as a tensor, and a constant if asked for.

    Without tensors among its arguments, the function has computed a plain array. That is a constant, or stays as it is
    if no tensor can hold it.
    """
    if constant is None and isinstance(result, Handle):
        return result  # type: ignore[return-value]
    constant = as_constant(constant)
    if not isinstance(result, Handle):
        array, number = as_value(result)
        if array.dtype.kind not in "fiubc" and constant is not False:
            return array if array.ndim else array[()]
        result = fresh(array, True if constant is None else constant)
        result._number = number
    elif constant is not None and constant is not result._constant:
        if constant is False:
            require_float(result._memory.dtype)
        if result._view is not None:
            result = apply(GETITEM, result, Ellipsis, constant=constant)
        else:
            result = new_leaf(result._memory, constant, None, result._number)
    return result
