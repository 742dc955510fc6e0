"""Stand-ins for what NumPy does without asking a tensor: conversions, and arrays to be written into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine import handle as _handle
from mygrad._engine.handle import Handle
from mygrad._engine.node import NO_PARAMS, new_node
from mygrad._engine.operands import unwrap
from mygrad._engine.state import is_guarding
from mygrad._lift.stand_in import always, given_tensors, stand_in, tensors_in
from mygrad._rules.rule import Rule

__all__ = ["FILLED", "STAND_INS", "vectorized"]

Function = Callable[..., Any]

# --- conversions ------------------------------------------------------------------------------------


def _converting(convert: Function) -> Function:
    """`convert` of tensors: they stay such. Of steps, as to integers, there are arrays, and complex numbers an exit."""

    def converted(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        kind = "f" if dtype is None else np.dtype(dtype).kind
        if kind == "f":
            kwargs["like"] = next(tensors_in(a))
        return convert(unwrap(a) if kind in "iub" else a, dtype, *args, **kwargs)

    return converted


def _converted_if_finite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    np.asarray_chkfinite(unwrap(a), dtype, order)
    return _converting(np.asarray)(a, dtype, order)


_CONVERSIONS = {
    f: _converting(f)
    for f in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require)
} | {np.asarray_chkfinite: _converted_if_finite}


# --- arrays to be written into ----------------------------------------------------------------------

#: The rule of a tensor that stands for an array which other people's code made. It has no operands.
FILLED = Rule(lambda: None, (), name="filled")


def _filling(fill: Function) -> Function:
    """`fill`, of floats as a tensor: variables may be written into it."""

    def filled(*args: Any, **kwargs: Any) -> Any:
        array = unwrap(fill(*args, **kwargs))
        if type(array) is not np.ndarray or array.dtype.kind != "f":
            return array
        t: Any = _handle.tensor_class(array, constant=False, copy=False)
        t._node = new_node(FILLED, (), NO_PARAMS, array.shape, array.dtype, False, is_guarding())
        return t

    return filled


def _with_values(fill: Function) -> Function:
    """`fill`, which takes numbers that become elements of the result: tensors among them are differentiable."""
    filling = _filling(fill)

    def filled(*args: Any, **kwargs: Any) -> Any:
        found = next(tensors_in((*args, *kwargs.values())), None)
        return filling(*args, **kwargs) if found is None else fill(*args, **kwargs, like=found)

    return filled


_FILLED = {
    f: _filling(f) for f in (np.empty, np.zeros, np.ones, np.eye, np.identity, np.empty_like, np.zeros_like, np.ones_like)
} | {np.full: _with_values(np.full)}


def _arange(*args: Any, **kwargs: Any) -> Any:
    return np.arange(*args, **kwargs, like=next(tensors_in((*args, *kwargs.values()))))


# --- others -----------------------------------------------------------------------------------------


def _is_scalar(element: Any) -> bool:
    return (isinstance(element, Handle) and element._memory.ndim == 0) or np.isscalar(element)


def vectorized(self: Any, *args: Any, **kwargs: Any) -> Any:
    """What an `np.vectorize` returns of tensors: the function's results, element by element."""
    if self.signature is not None:
        raise TypeError(
            "np.vectorize with a signature cannot be differentiated: call the function in a loop, and put what it "
            "returns together by `np.stack`."
        )
    held = {i: arg for i, arg in enumerate(args) if i in self.excluded}
    held_by_name = {name: arg for name, arg in kwargs.items() if name in self.excluded}
    varied = [arg for i, arg in enumerate(args) if i not in held]
    names = [name for name in kwargs if name not in held_by_name]
    arrays = np.broadcast_arrays(*varied, *[kwargs[name] for name in names])
    shape = arrays[0].shape
    results = []
    for position in np.ndindex(shape):
        elements = iter([a[position] for a in arrays])
        given = [held[i] if i in held else next(elements) for i in range(len(args))]
        results.append(self.pyfunc(*given, **held_by_name, **{name: next(elements) for name in names}))
    if results and isinstance(results[0], tuple):
        return tuple([_shaped(part, shape) for part in zip(*results, strict=True)])
    return _shaped(results, shape)


def _shaped(results: Any, shape: tuple[int, ...]) -> Any:
    found = next(tensors_in(list(results)), None)
    together: Any = np.array(list(results)) if found is None else np.array(list(results), like=found)
    return np.reshape(together, shape)


STAND_INS = [
    *[stand_in(f, ours, given_tensors) for f, ours in _CONVERSIONS.items()],
    *[stand_in(f, ours, always) for f, ours in _FILLED.items()],
    stand_in(np.arange, _arange, given_tensors),
    stand_in(np.isscalar, _is_scalar, given_tensors),
]
