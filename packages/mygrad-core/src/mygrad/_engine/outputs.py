"""The argument `out` of functions: writing a result into a tensor or an array that is there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine.apply import call, has_gradient
from mygrad._engine.guard import refuse_locked
from mygrad._engine.handle import Handle, mark_escaped, new_leaf
from mygrad._engine.inplace import setitem
from mygrad._engine.operands import refuse_masked, unwrap
from mygrad._rules.shapes import astype

__all__ = ["write_out"]

Array = np.ndarray[Any, Any]


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
        `out` itself or, if that is an array of real numbers, a tensor over it.

    Raises
    ------
    TypeError
        If `out` is neither, or if its dtype cannot hold the result.
    ValueError
        If the result does not fit its shape.
    """
    only = out[0] if isinstance(out, tuple) and len(out) == 1 and numpys is not None else out
    target, value = unwrap(only), np.asarray(unwrap(result))
    refuse_masked(target)
    if not isinstance(target, np.ndarray):
        raise TypeError(f"out: expected a tensor or an array, got {type(target).__name__}")
    if target.dtype.kind not in "fiub":
        return _write_not_real(target, result, numpys)
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
    refuse_locked(target)
    target[...] = result._memory
    t = new_leaf(target, result._constant, result._node)
    mark_escaped(t)
    return t


def _write_not_real(target: Array, result: Any, numpys: Callable[[Any], Any] | None) -> Array:
    """Write to an array that no tensor can share, as one of complex numbers. It is what is returned."""
    if has_gradient((result,)):
        raise TypeError(
            f"out: an array of dtype {target.dtype} takes no gradient, for tensors hold real numbers only. Pass a "
            f"tensor, or the `data` of the operands"
        )
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
        result = call(astype, result, target.dtype)
    result = call(np.copy, np.broadcast_to(result, target.shape))
    result._memory[...] = written  # which may be more precise: sums are computed in the dtype of `out`
    return result
