"""Stand-ins for what NumPy does without asking a tensor: conversions, and arrays to be written into."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._engine.handle import Handle, mark_escaped, new_argument
from mygrad._engine.operands import has_variable, unwrap
from mygrad._engine.state import is_guarding
from mygrad._lift.calls import is_to_be_written
from mygrad._lift.held import may_get_variable
from mygrad._lift.stand_in import always, given_tensors, stand_in
from mygrad._rules.rule import Rule

__all__ = ["FILLED", "STAND_INS", "VECTORIZED", "to_be_written"]

Function = Callable[..., Any]

# --- conversions ------------------------------------------------------------------------------------


def _opened(a: Any) -> Any:
    """`a`, or what another object hands out where an array is asked for, if that is a tensor."""
    if isinstance(a, deque):
        return list(a)
    if isinstance(a, _KNOWN):
        return a
    if hasattr(a, "__tensor__"):  # our iterators are
        return a.__tensor__()
    made = a.__array__() if hasattr(type(a), "__array__") else None
    return made if isinstance(made, Handle) else a


_NOTHING = np.empty(0)
_KNOWN = (Handle, np.ndarray, np.generic, list, tuple, int, float, str)


def _given_convertible(arguments: tuple[Any, ...]) -> bool:
    return bool(arguments) and given_tensors(_opened(arguments[0]))


def _converting(convert: Function) -> Function:
    """`convert` of tensors: they stay such. Of steps, as to integers, there are arrays."""
    ours = IMPLEMENTATIONS[convert]

    def converted(a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs:  # NumPy's errors, if it does not know these
            copy = kwargs.get("copy")
            convert(_NOTHING, dtype, *args, **{**kwargs, "copy": None} if isinstance(copy, bool) else kwargs)
            kwargs.pop("like", None)
        a = _opened(a)
        kind = "f" if dtype is None else np.dtype(dtype).kind
        if kind in "fc":
            converted = ours(a, dtype, *args, **kwargs)
            return np.copy(converted) if getattr(converted, "_number", False) else converted  # which is an array
        return convert(unwrap(a) if kind in "iub" else a, dtype, *args, **kwargs)

    return converted


_as_tensor = _converting(np.asarray)


def _converted_if_finite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    a = _opened(a)
    np.asarray_chkfinite(unwrap(a), dtype, order)
    return _as_tensor(a, dtype, order)


_CONVERSIONS = {
    f: _converting(f)
    for f in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require)
} | {np.asarray_chkfinite: _converted_if_finite}


# --- arrays to be written into ----------------------------------------------------------------------

#: The rule of a tensor that stands for an array which other people's code made. It has no operands.
FILLED = Rule(lambda: None, (), name="filled")


def _filling(fill: Function, depth: int = 3) -> Function:
    """`fill`, of floats or complex numbers as a tensor, where variables may be written into it."""

    def filled(*args: Any, **kwargs: Any) -> Any:
        array = unwrap(fill(*args, **kwargs))
        if type(array) is not np.ndarray or array.dtype.kind not in "fc":
            return array
        return to_be_written(array) if is_to_be_written(depth) and may_get_variable(depth) else array

    return filled


def to_be_written(array: Any) -> Any:
    """A tensor over `array`, which other people's code made: a variable, for such may be written into it."""
    t = new_argument(array, rule=FILLED)
    mark_escaped(t)
    t._own = True
    t._node.guarded = is_guarding()  # from its first use on
    return t


def _with_values(fill: Function) -> Function:
    """`fill`, which takes numbers that become elements of the result: tensors among them are differentiable."""
    ours, filling = IMPLEMENTATIONS[fill], _filling(fill, depth=4)

    def filled(*args: Any, **kwargs: Any) -> Any:
        return (ours if given_tensors((*args, *kwargs.values())) else filling)(*args, **kwargs)

    return filled


_FILLED = {
    f: _filling(f)
    for f in (np.empty, np.zeros, np.ones, np.eye, np.identity, np.empty_like, np.zeros_like, np.ones_like)
} | {np.full: _with_values(np.full)}


def _strided(x: Any, shape: Any = None, strides: Any = None, subok: bool = False, writeable: bool = True) -> Any:
    """What `as_strided` picks out of the memory of a tensor: a copy, which nobody can take for a view and write to.

    Of a view, that may lie beside it, in the memory of its base.
    """
    whole, a = x if x.base is None else x.base, x._memory
    memory, itemsize = whole._memory, a.itemsize
    shape = a.shape if shape is None else tuple(shape)
    if strides is None:
        strides = np.empty(shape, a.dtype).strides if a.flags.c_contiguous else a.strides
    if memory.dtype != a.dtype:
        raise TypeError("as_strided of a tensor does not take parts of complex numbers: `np.copy(t.real)` is none.")
    if not memory.flags.c_contiguous or any(step % itemsize for step in strides):
        raise TypeError(
            "as_strided of a tensor takes one that is C-contiguous, or a view of such, and strides from element to "
            "element: `np.ascontiguousarray(t)` is, and has others."
        )
    positions = np.asarray((a.ctypes.data - memory.ctypes.data) // itemsize)
    for n, step in zip(shape, strides, strict=True):
        positions = np.add.outer(positions, np.arange(n) * (step // itemsize))
    if positions.size and (positions.min() < 0 or positions.max() >= memory.size):
        raise ValueError(f"as_strided: shape {shape} and strides {tuple(strides)} lead out of the memory of the tensor")
    picked = np.take(whole, positions)
    picked.setflags(write=False)
    return picked


def _windows(x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False) -> Any:
    """Windows over a tensor, which are read-only: what asks for more than that, and writes, gets an error then."""
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)


# --- others -----------------------------------------------------------------------------------------


def _is_scalar(element: Any) -> bool:
    return (isinstance(element, Handle) and element._memory.ndim == 0) or np.isscalar(element)


def _vectorized(self: Any, *args: Any, **kwargs: Any) -> Any:
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
    from mygrad._lift.stand_ins import PLACES  # which has these here

    stand_in = PLACES.stand_in(self.pyfunc)
    compute = self.pyfunc if stand_in is None else stand_in.ours
    arrays = np.broadcast_arrays(*varied, *[kwargs[name] for name in names])
    shape = arrays[0].shape
    results = []
    for position in np.ndindex(shape):
        elements = iter([a[position] for a in arrays])
        given = [held[i] if i in held else next(elements) for i in range(len(args))]
        results.append(compute(*given, **held_by_name, **{name: next(elements) for name in names}))
    if not results and not self.otypes:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    if results and not isinstance(results[0], tuple):
        results = [(result,) for result in results]
    columns = zip(*results, strict=True) if results else [()] * len(self.otypes)
    outputs = [_column(i, results, self.otypes, shape) for i, results in enumerate(columns)]
    return outputs[0] if len(outputs) == 1 else tuple(outputs)


def _column(i: int, results: tuple[Any, ...], otypes: Any, shape: tuple[int, ...]) -> Any:
    """An output of a vectorized function, of the dtype that was asked for, or else that of the first result."""
    dtype = otypes[i] if otypes else np.asarray(unwrap(results[0])).dtype
    return np.reshape((_as_tensor if given_tensors(results) else np.asarray)(results, dtype), shape)


STAND_INS = [
    *[stand_in(f, ours, _given_convertible) for f, ours in _CONVERSIONS.items()],
    *[stand_in(f, ours, always, for_sure=True) for f, ours in _FILLED.items()],
    stand_in(np.arange, IMPLEMENTATIONS[np.arange], given_tensors),
    stand_in(np.isscalar, _is_scalar, given_tensors),
    stand_in(np.lib.stride_tricks.as_strided, _strided, has_variable),
    stand_in(np.lib.stride_tricks.sliding_window_view, _windows, has_variable),
]

#: The method by which an `np.vectorize` is called.
_, VECTORIZED = stand_in(np.vectorize.__call__, _vectorized, given_tensors)
