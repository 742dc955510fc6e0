"""The memory guard: arrays that a live graph relies on are read-only.

A `Lock` makes arrays read-only from its making to its death. Nodes hold the locks, so what keeps an
array locked dies with the nodes that use it, whether a backward pass cleared them or nobody wanted them.
An `Entry` counts the locks of its array and remembers whether that was writeable before the first.

Only arrays that somebody outside could write to are ever locked. An array that a tensor made and never
handed out needs no lock; see `mygrad._engine.handle`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import RLock
from typing import Any
from weakref import ref

import numpy as np

__all__ = ["Entry", "Lock", "entry_of", "forget", "is_lockable", "refuse_locked", "take_view"]

Array = np.ndarray[Any, Any]
_ndarray = np.ndarray


class Entry(ref[Array]):
    """What the guard knows of an array, for as long as that exists: a weak reference with the number of its locks.

    Attributes
    ----------
    key : int
        The id of the array.
    base : Entry | None
        Of the array that this one is a view of.
    count : int
        How many locks there are on the array.
    was_writeable : bool | None
        While it is locked: whether it is to become writeable again. None while it is not.
    waiting : set[Entry] | None
        Views that are to become writeable with it.
    """

    __slots__ = ("base", "count", "key", "waiting", "was_writeable")

    key: int
    base: Entry | None
    count: int
    was_writeable: bool | None
    waiting: set[Entry] | None

    # Weak references are equal if what they refer to is, and arrays would compare their values.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


#: The entries of all arrays that were ever locked or handed out, and still exist.
_table: dict[int, Entry] = {}
_mutex = RLock()
_enter, _leave = _mutex.acquire, _mutex.release  # half of the time of a `with`
if hasattr(os, "register_at_fork"):  # else a child might wait for ever for a thread that it does not have
    os.register_at_fork(before=_mutex.acquire, after_in_parent=_mutex.release, after_in_child=_mutex.release)
#: Whether the thread that holds the mutex is changing entries. (Code that runs in the middle of a change, when the
#: garbage collector does, must not wait for the mutex, which is why that is reentrant.)
_changing = False
#: What locks that died had locked. A lock can die at any time - in the middle of a change, even, when the garbage
#: collector runs there - so its death leaves a note, which is seen to at once; or, during a change, by the thread that
#: makes it, right afterwards.
_died: deque[list[Entry]] = deque()


def entry_of(array: Array) -> Entry:
    """The entry of `array`, which is made if there is none."""
    entry = _table.get(id(array))
    if entry is None:
        entry = Entry(array, _drop)
        entry.key = id(array)
        entry.count = 0
        entry.was_writeable = entry.waiting = None
        base: Any = array.base
        while base is not None and not isinstance(base, _ndarray):
            base = _base_of(base)
        entry.base = None if base is None else entry_of(base)
        entry = _table.setdefault(entry.key, entry)  # another thread may have been quicker
    return entry


def _drop(entry: Entry, pop: Callable[..., Any] = _table.pop) -> None:  # bound, as Python may be shutting down
    """Forget an array that has just died."""
    pop(entry.key, None)


class Lock:
    """Makes arrays read-only, and what they are views of, for as long as this object lives."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: list[Entry] = []
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Lock more arrays."""
        global _changing
        ours = self._entries
        entries = tuple(entries)  # a set may get more from other threads meanwhile
        _enter()
        _changing = True
        try:
            for entry in entries:
                each: Entry | None = entry
                while each is not None:
                    if each.was_writeable is None:
                        _lock(each)
                    each.count += 1
                    ours.append(each)
                    each = each.base
        finally:
            _changing = False
            _leave()
        if _died:
            _settle()

    def arrays(self) -> Iterator[Array]:
        """What is locked, as far as it still exists; each view before what it is a view of."""
        return (array for entry in self._entries if (array := entry()) is not None)

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
    if out.base is not None and out.flags.writeable and _has_locked_base(out):
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
            if entry is None or not entry.was_writeable:
                return take(array)
            _make_writeable(array)
            try:
                return take(array)
            finally:
                array.setflags(write=False)
        finally:
            _changing = False
            _settle()


def _lock(entry: Entry) -> None:
    array = entry()
    if array is not None:
        entry.was_writeable = array.flags.writeable and (array.base is None or is_lockable(array))
        if entry.was_writeable:
            array.setflags(write=False)  # in half of the time of ``flags.writeable = False``


def _settle() -> None:
    """Release what died - unless this thread is changing entries: then it will come here afterwards."""
    global _changing
    while _died:
        _enter()
        try:
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
        finally:
            _leave()


def _unlock(entry: Entry) -> None:
    """Give back writeability; to a view as soon as no graph relies on what it is a view of, either."""
    array = entry()
    if array is not None and entry.was_writeable:
        base = entry.base
        while base is not None and base.was_writeable is None:
            base = base.base
        if base is not None:
            if base.waiting is None:
                base.waiting = set()
            base.waiting.add(entry)
            return
        if entry.base is None:
            array.setflags(write=True)
        else:
            _make_writeable(array)
    entry.was_writeable = None
    views, entry.waiting = entry.waiting, None
    for view in views or ():
        if not view.count and view.was_writeable is not None:
            _unlock(view)


def _has_locked_base(array: Array) -> bool:
    base = _base_of(array)
    while base is not None:
        entry = _table.get(id(base))
        if entry is not None and entry.was_writeable is not None:
            return True
        base = _base_of(base)
    return False


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
        base.setflags(write=True)
    try:
        array.setflags(write=True)
    finally:
        for base in bases:
            base.setflags(write=False)


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
