"""The memory guard: arrays that a live graph relies on are read-only.

A `Lock` makes arrays read-only from its making to its death. Nodes hold the locks, so what keeps an
array locked dies with the nodes that use it, whether a backward pass cleared them or nobody wanted them.
The table counts the locks of each array and remembers whether it was writeable before the first.

Only arrays that somebody outside could write to are ever locked. An array that a tensor made and never
handed out needs no lock; see `mygrad._engine.handle`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import RLock
from typing import Any
from weakref import ref

import numpy as np

__all__ = ["Lock", "forget", "take_view"]

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
#: Whether the thread that holds the mutex is changing the table.
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
        self._entries = entries = []
        with _mutex:
            _changing = True
            try:
                for array in arrays:
                    target: Any = array
                    while isinstance(target, _ndarray):
                        entries.append(_acquire(target))
                        target = target.base
            finally:
                _changing = False
        if _died:
            _settle()

    def __del__(self) -> None:
        _died.append(self._entries)
        _settle()


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
    """Release what died, unless the table is being changed: who does that will come here afterwards."""
    global _changing
    while _died and not _changing and _mutex.acquire(blocking=False):
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
            _mutex.release()


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
    base: Any = array.base
    while isinstance(base, np.ndarray):
        entry = _table.get(id(base))
        if entry is not None and entry.array() is base:
            return entry
        base = base.base
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
