"""NumPy's functions that create arrays, asked by ``like=`` for an array of a tensor's kind.

(Those that fill an array have public functions, and are registered with these.)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine import handle as _handle
from mygrad._engine.apply import apply
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, unwrap
from mygrad._results import copy_wanted, fresh
from mygrad._rules.shapes import astype


def _create(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return fresh(func(*unwrap(args), **unwrap(kwargs)), None)


for _func in (np.frombuffer, np.fromfile, np.fromiter, np.fromstring, np.genfromtxt, np.loadtxt):
    implements(_func)(partial(_create, _func))


@implements(np.fromfunction)
def fromfunction(function: Callable[..., Any], shape: Any, **kwargs: Any) -> Any:
    created = np.fromfunction(function, shape, **kwargs)
    return created if isinstance(created, Handle) else fresh(np.asarray(created), None)


# --- conversions ------------------------------------------------------------------------------------


def _converted(x: Any, dtype: Any = None, order: Any = None, copy: Any = None, ndmin: int = 0) -> Any:
    """`x` as a tensor, differentiably if it is one or has some inside."""
    copy = copy_wanted(copy)
    given, x = x, as_operand(x)
    if not isinstance(x, Handle):
        array = np.array(given, dtype, copy=copy, order=order, ndmin=ndmin)
        is_shared = isinstance(given, np.ndarray) and np.may_share_memory(array, given)
        return _handle.tensor_class(array, copy=False) if is_shared else fresh(array, None)
    laid_out = {"C": "c_contiguous", "F": "f_contiguous"}.get(order)
    is_cast = dtype is not None and x._memory.dtype != dtype
    is_laid_out_anew = laid_out is not None and not getattr(x._memory.flags, laid_out)
    if copy is False and (is_cast or is_laid_out_anew or x is not given):
        raise ValueError("Unable to avoid copy while creating an array as requested.")
    if is_cast:
        x = apply(astype, x, np.dtype(dtype), order or "K")
    elif (copy and x is given) or is_laid_out_anew:
        x = apply(np.copy, x, order or "K")
    return x if x.ndim >= ndmin else np.reshape(x, (1,) * (ndmin - x.ndim) + x.shape)


@implements(np.array)
def array(
    object: Any,
    dtype: Any = None,
    *,
    copy: Any = True,
    order: Any = "K",
    subok: bool = False,
    ndmin: int = 0,
    **ndmax: int,
) -> Any:
    if ndmax:  # of NumPy 2.4. It has no other effect than to raise
        np.array(unwrap(object), dtype, order=order, ndmin=ndmin, **ndmax)  # type: ignore[call-overload]
    return _converted(object, dtype, order, copy, ndmin)


@implements(np.asarray, np.asanyarray)
def asarray(a: Any, dtype: Any = None, order: Any = None, *, device: Any = None, copy: Any = None) -> Any:
    return _converted(a, dtype, order, copy)


@implements(np.ascontiguousarray)
def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    return _converted(a, dtype, "C", ndmin=1)


@implements(np.asfortranarray)
def asfortranarray(a: Any, dtype: Any = None) -> Any:
    return _converted(a, dtype, "F", ndmin=1)


@implements(np.require)
def require(a: Any, dtype: Any = None, requirements: Any = None) -> Any:
    wanted = {str(r).upper()[0] for r in requirements or ()}
    return _converted(a, dtype, "F" if "F" in wanted else "C" if "C" in wanted else None)
