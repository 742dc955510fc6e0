"""The memory guard: arrays that a live graph relies on are read-only.

A `Lock` makes arrays read-only from its making to its death. Nodes hold the locks, so what keeps an
array locked dies with the nodes that use it, whether a backward pass cleared them or nobody wanted them.
The table counts the locks of each array and remembers whether it was writeable before the first.

Only arrays that somebody outside could write to are ever locked. An array that a tensor made and never
handed out needs no lock; see `mygrad._engine.handle`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import RLock
from typing import Any
from weakref import ref

import numpy as np

__all__ = ["Lock", "forget", "is_lockable", "refuse_locked", "take_view"]

Array = np.ndarray[Any, Any]
_ndarray = np.ndarray


class _Entry:
    """An array that is locked at present."""

    __slots__ = ("array", "count", "key", "waiting", "writeable")

    def __init__(self, array: Array, writeable: bool) -> None:
        self.key = id(array)
        self.array = ref(array)  # weak: an array that only the guard knows is free to go
        self.writeable = writeable
        self.count = 0
        #: Views that are to become writeable with it.
        self.waiting: list[_Entry] | None = None


_table: dict[int, _Entry] = {}
_mutex = RLock()
if hasattr(os, "register_at_fork"):  # else a child might wait for ever for a thread that it does not have
    os.register_at_fork(before=_mutex.acquire, after_in_parent=_mutex.release, after_in_child=_mutex.release)
#: Whether the thread that holds the mutex is changing the table. (Code that runs in the middle of a change, when the
#: garbage collector does, must not wait for the mutex, which is why that is reentrant.)
_changing = False
#: What locks that died had locked. A lock can die at any time - in the middle of a change to the table, even, when the
#: garbage collector runs there - so its death leaves a note, which is seen to at once; or, while the table is being
#: changed, by the thread that does so, right afterwards.
_died: deque[list[_Entry]] = deque()


class Lock:
    """Makes `arrays` read-only, and what they are views of, for as long as this object lives."""

    __slots__ = ("_entries",)

    def __init__(self, arrays: Iterable[Array]) -> None:
        global _changing
        self._entries: list[_Entry] = []
        entries = self._entries
        with _mutex:
            _changing = True
            try:
                for array in arrays:
                    if array.base is None:  # as a rule
                        entries.append(_acquire(array))
                        continue
                    target: Any = array
                    while target is not None:
                        if isinstance(target, _ndarray) and is_lockable(target):
                            entries.append(_acquire(target))
                        target = _base_of(target)
            finally:
                _changing = False
        if _died:
            _settle()

    def __del__(self) -> None:
        _died.append(self._entries)
        _settle()


def _base_of(array: Any) -> Any:
    """What `array` is a view of: as_strided puts an object of its own in between, and so does a memoryview."""
    base = getattr(array, "base", None)
    return getattr(array, "obj", None) if base is None and type(array) is memoryview else base


def is_lockable(array: Array) -> bool:
    """Whether NumPy could make `array` as writeable again as it is.

    It could not if the memory belongs to an object of another library that lends it out once and for all, as
    ``torch.Tensor.numpy`` does. Such arrays are copied when a graph is to rely on them.
    """
    owner: Any = array
    if owner.base is None or not array.flags.writeable:
        return True
    while isinstance(owner.base, _ndarray):
        owner = owner.base
    if owner.base is None:
        return True
    try:
        return not memoryview(owner.base).readonly
    except TypeError:
        return False


def refuse_locked(out: Array) -> None:
    """Raise ValueError if `out` is a view, taken before and still writeable, of an array that is locked now."""
    if _table and out.flags.writeable and _locked_base(out) is not None:
        raise ValueError(
            "output array is read-only: it is a view of an array that takes part in a computational graph, and will be "
            "writeable again when that is cleared"
        )


def take_view(array: Array, take: Callable[[Array], Array]) -> Array:
    """``take(array)``, a view that is as writeable as if `array` were not locked."""
    global _changing
    with _mutex:
        _changing = True
        try:
            entry = _table.get(id(array))
            if entry is None or entry.array() is not array or not entry.writeable:
                return take(array)
            _make_writeable(array)
            try:
                return take(array)
            finally:
                array.flags.writeable = False
        finally:
            _changing = False
            _settle()


def _acquire(array: Array) -> _Entry:
    entry = _table.get(id(array))
    if entry is None or entry.array() is not array:  # else: the id of an array that is gone, used again
        flags = array.flags
        entry = _table[id(array)] = _Entry(array, flags.writeable)
        if entry.writeable:
            flags.writeable = False
    entry.count += 1
    return entry


def _settle() -> None:
    """Release what died - unless this thread is changing the table: then it will come here afterwards."""
    global _changing
    while _died:
        with _mutex:
            if _changing:
                return
            _changing = True
            try:
                while _died:
                    # A base comes after its view in the list, and must be writeable before it.
                    for entry in reversed(_died.popleft()):
                        entry.count -= 1
                        if not entry.count:
                            _unlock(entry)
            finally:
                _changing = False


def _unlock(entry: _Entry) -> None:
    """Give back writeability; to a view as soon as no graph relies on what it is a view of, either."""
    if _table.get(entry.key) is not entry:
        return  # the array is gone
    array = entry.array()
    if array is not None and array.base is None:
        if entry.writeable:
            array.flags.writeable = True
    elif array is not None and entry.writeable:
        base = _locked_base(array)
        if base is not None:
            if base.waiting is None:
                base.waiting = []
            base.waiting.append(entry)
            return
        _make_writeable(array)
    del _table[entry.key]
    for view in entry.waiting or ():
        if not view.count:
            _unlock(view)


def _locked_base(array: Array) -> _Entry | None:
    base = _base_of(array)
    while base is not None:
        entry = _table.get(id(base))
        if entry is not None and entry.array() is base:
            return entry
        base = _base_of(base)
    return None


def _make_writeable(array: Array) -> None:
    """Make an array writeable, although what it is a view of may not be.

    NumPy lets a view become writeable only while its base is.
    """
    bases: list[Array] = []
    base: Any = array.base
    while isinstance(base, np.ndarray):
        if not base.flags.writeable:
            bases.append(base)
        base = base.base
    for base in reversed(bases):
        base.flags.writeable = True
    try:
        array.flags.writeable = True
    finally:
        for base in bases:
            base.flags.writeable = False


def forget(failure: BaseException) -> None:
    """Empty our frames in the traceback of an exception.

    A traceback may be kept for long (the last one is, in an interactive session), and with it would be the nodes that
    the frames refer to, and the locks of these.
    """
    traceback = failure.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals.get("__name__", "").startswith("mygrad."):
            with suppress(RuntimeError):  # it is still running
                frame.clear()
        traceback = traceback.tb_next
