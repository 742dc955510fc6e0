"""What stands for an array while a function is recorded: all that the engine and the rules know of `mygrad.compile`."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import numpy as np

__all__ = [
    "RECORDED",
    "active",
    "as_any_array",
    "as_value",
    "assumed",
    "copy_of",
    "indexed_by",
    "is_recorded_integer",
    "leave",
    "may_be",
    "recorded_array",
    "recorded_call",
    "refuse_recording",
    "surely",
    "taken",
]

#: The type of what stands for an array, and notes what NumPy does with it, once `mygrad._record` has been imported.
RECORDED: set[type] = set()

#: The recording that is under way, or None.
active: ContextVar[Any] = ContextVar("mygrad_recording", default=None)


def recorded_array(source: Any, dtype: Any, copy: bool | None, ndmin: int) -> Any:
    """``np.array(source, dtype, copy=copy, ndmin=ndmin)`` for a tensor, recorded if a function is being recorded."""
    trace = active.get()
    if trace is None:
        return np.array(source, dtype=dtype, copy=copy, ndmin=ndmin)
    if type(source) in (list, tuple):
        source = _stacked(source)
    if type(source) not in RECORDED:
        return trace.array(np.array(source, dtype=dtype, ndmin=ndmin))
    if dtype is not None and source.dtype != dtype:
        source = source.astype(dtype)
    elif copy:
        source = source.copy("K")
    return source.reshape((1,) * (ndmin - source.ndim) + source.shape) if ndmin > source.ndim else source


def _stacked(parts: Any) -> Any:
    """A list, as an array if there are recorded ones in it."""
    if type(parts) not in (list, tuple):
        return parts
    arrays = [_stacked(part) for part in parts]
    return np.stack(arrays) if any(type(a) in RECORDED for a in arrays) else parts


def recorded_call(name: str, run: Any, args: Any, constant: Any, rule: Any = NotImplemented) -> Any:
    """``run(*args)`` as a step of the recording that is under way; or the `rule`, if that is to be applied."""
    trace = active.get() if RECORDED else None
    return rule if trace is None else trace.call(name, run, args, constant, rule)


def refuse_recording(what: str, instead: str) -> None:
    """Refuse to be recorded by `mygrad.compile`: for what changes an object, which a program would not do.

    Parameters
    ----------
    what : str
        What the line of the user's does that calls this.
    instead : str
        What to do instead.

    Raises
    ------
    RecordingError
        If a function is being recorded.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.extend import refuse_recording
    >>> class Counter:
    ...     count = 0
    ...
    ...     def add(self, x):
    ...         refuse_recording("has a counter count", "Count outside.")
    ...         self.count += 1
    ...         return x
    >>> mg.compile(Counter().add)(1.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    mygrad.errors.RecordingError: mygrad.compile: ... has a counter count. Count outside.
    """
    trace = active.get()
    if trace is not None:
        raise trace.refusal(what, instead)


def leave(array: Any) -> None:
    """Refuse to make a plain array of a recorded one."""
    array.leave()


def assumed(condition: Any) -> bool:
    """Whether a condition holds. What is recorded is a program for where it does, which says so where it does not."""
    if type(condition) in RECORDED:
        condition.recording.assume(condition)
        return True
    return bool(condition)


def surely(condition: Any) -> bool:
    """Whether a condition is known to hold: of one that is recorded nobody knows."""
    return type(condition) not in RECORDED and bool(condition)


def taken(table: Any, index: Any) -> Any:
    """``table[index]``, recorded where the index is."""
    return (indexed_by(table, index) if RECORDED else table)[index]


def indexed_by(array: Any, index: Any) -> Any:
    """An array, as one that is recorded if its index is."""
    if type(array) is np.ndarray:
        for part in index if type(index) is tuple else (index,):
            if type(part) in RECORDED:
                return np.asarray(array, like=part)
    return array


def is_recorded_integer(x: Any) -> bool:
    """Whether something recorded stands for an integer, which as an index takes a view, as an array does not."""
    return type(x) in RECORDED and x.is_number and x.dtype.kind in "iu"


def may_be(mask: Any) -> bool:
    """Whether any element of a mask is true, or may be: see `surely`."""
    return type(mask) in RECORDED or bool(mask.any())


def as_value(value: Any) -> tuple[Any, bool]:
    """What a function of NumPy's returned, as an array, and whether it stands for a number."""
    kind = type(value)
    if kind is np.ndarray:
        return value, False
    if kind in RECORDED:
        return value, value.is_number
    return np.asarray(value), True


def copy_of(array: Any, dtype: Any = None) -> Any:
    """``np.array(array, dtype)``, recorded where `array` is."""
    if type(array) in RECORDED:
        if dtype is None and array.is_number:  # to which nobody can write, and which may take the dtype of others
            return array
        return array.astype(array.dtype if dtype is None else dtype)
    return np.array(array, dtype)


def as_any_array(x: Any, dtype: Any = None) -> Any:
    """``np.asanyarray(x, dtype)``, where `x` may be recorded."""
    if type(x) not in RECORDED:
        return np.asanyarray(x, dtype)
    return x if dtype is None or x.dtype == dtype else x.astype(dtype)
