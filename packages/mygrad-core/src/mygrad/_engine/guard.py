"""The memory guard: arrays that a live graph relies on are read-only.

`lock` makes an array read-only, and what it is a view of, for as long as somebody holds the `Period` that it returns.
Nodes hold periods, so what keeps an array locked dies with the nodes that use it, whether a backward pass cleared them
or nobody wanted them. All arrays over the same memory share a period, for NumPy lets a view become writeable only
after what it is a view of.

An interrupt (KeyboardInterrupt) may come at any time, and must not leave an array locked for good. Python discards
what is raised while an object dies; so no code of Python runs then, but functions in C alone, between which no
interrupt comes. And in `lock`, each step is noted before it is taken.

Only arrays that somebody outside could write to are ever locked. An array that a tensor made and never
handed out needs no lock; see `mygrad._engine.handle`.
"""

from __future__ import annotations

import os
from _thread import RLock  # which `threading` has from there, and takes half a millisecond to import
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import repeat
from operator import call, countOf
from typing import Any
from weakref import ref

import numpy as np

from mygrad._rules.recorded import RECORDED

__all__ = [
    "Entry",
    "Period",
    "as_view",
    "entry_of",
    "forget",
    "is_lockable",
    "kept_view",
    "lock",
    "lock_all",
    "period_of",
    "refuse_locked",
    "take_view",
]

Array = np.ndarray[Any, Any]
_ndarray = np.ndarray


class Period:
    """While this object lives, the arrays that were locked for it are read-only."""

    __slots__ = ("__weakref__",)


class Watch(ref[Period]):
    """A weak reference to a period, which makes the arrays writeable again when that ends.

    Attributes
    ----------
    steps : list
        What is to be done then: a weak reference to an array, what its flag is set to, and so on in turn.
    """

    __slots__ = ("steps",)

    steps: list[Any]


class Entry(ref[Array]):
    """What the guard knows of an array, for as long as that exists.

    Attributes
    ----------
    base : Entry | None
        Of the array that this one is a view of.
    watch : Watch | None
        Of an array that is no view: of the last period of its memory.
    locked_by : Watch | None
        Of the last period for which it was locked.
    given_back_by : Watch | None
        Of the last period at whose end it becomes writeable again.
    """

    __slots__ = ("base", "given_back_by", "locked_by", "watch")

    base: Entry | None
    watch: Watch | None
    locked_by: Watch | None
    given_back_by: Watch | None

    # Weak references are equal if what they refer to is, and arrays would compare their values.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    @property
    def is_locked(self) -> bool:
        return self.locked_by is not None and self.locked_by() is not None

    @property
    def is_to_be_writeable(self) -> bool:
        """Whether the array is locked, and becomes writeable again when it is released."""
        return self.is_locked and self.given_back_by is self.locked_by


#: The entries of all arrays that were ever locked or handed out, and still exist, by the arrays' ids.
_table: dict[int, Entry] = {}
#: Held while something is locked. Reentrant, for the garbage collector may run in the middle, and run code of the user.
_mutex = RLock()
if hasattr(os, "register_at_fork"):  # else a child might wait for ever for a thread that it does not have
    os.register_at_fork(before=_mutex.acquire, after_in_parent=_mutex.release, after_in_child=_mutex.release)

_SETFLAGS, _NOTHING = repeat("setflags"), repeat(bool)
_setflags: Any = _ndarray.setflags


def entry_of(array: Array) -> Entry:
    """The entry of `array`, which is made if there is none."""
    key = id(array)
    entry = _table.get(key)
    if entry is None:
        entry = Entry(array, partial(_table.pop, key))  # pop(key, entry) when the array dies
        base = _base_of(array)
        entry.base = None if base is None else entry_of(base)
        entry.watch = entry.locked_by = entry.given_back_by = None
        entry = _table.setdefault(key, entry)  # another thread may have been quicker
    return entry


def lock(entry: Entry) -> Period:
    """Make an array read-only, and what it is a view of, until nobody holds what is returned."""
    watch = entry.locked_by
    if watch is not None:
        period = watch()
        if period is not None:
            return period
    with _mutex:  # an interrupt cannot come between the lock and the block: there could with acquire()
        return _lock_anew(entry)


def lock_all(entries: Iterable[Entry]) -> Period | None:
    """The same for arrays over one memory."""
    period = None
    for entry in tuple(entries):  # a set may get more from other threads meanwhile
        period = lock(entry)
    return period


def _lock_anew(entry: Entry) -> Period:
    base = entry.base
    if base is not None:
        period: Any = _lock_anew(base)
        watch: Any = base.locked_by
    else:
        watch = entry.watch
        period = None if watch is None else watch()
        if period is None:
            period = Period()
            steps: list[Any] = []
            each = iter(steps)  # yields references and flags in turn, those that come later, too
            # getattr(reference(), "setflags", bool)(flag), where bool stands in for the method if the array is gone
            results = map(call, map(getattr, map(call, each), _SETFLAGS, _NOTHING), each)
            # At the end, countOf(results, watch) goes through the results, which is all that we want of it.
            watch = Watch(period, partial(countOf, results))
            watch.steps = steps
            entry.watch = watch
    if entry.locked_by is not watch:
        array = entry()
        if array is not None and array.flags.writeable:
            # The note first, as an interrupt may come in between: to unlock what is not locked does no harm.
            entry.given_back_by = watch
            watch.steps.extend(
                (ref(array), True) if base is None or base.given_back_by is watch else _steps_back(array, watch)
            )
            array.setflags(write=False)  # in half of the time of ``flags.writeable = False``
        entry.locked_by = watch
    return period


def _steps_back(view: Array, watch: Watch) -> list[Any]:
    """What makes a view writeable again, although what it is a view of stays read-only.

    NumPy lets a view become writeable only while its base is.
    """
    shut = []
    base = entry_of(view).base
    while base is not None and base.given_back_by is not watch:
        shut.append(ref(base()))
        base = base.base
    steps: list[Any] = []
    for array in (*reversed(shut), ref(view)):
        steps += (array, True)
    for array in shut:
        steps += (array, False)
    return steps


#: The class of what `as_strided` puts between a view and its base.
_Between: Any = type(np.lib.stride_tricks.as_strided(np.zeros(1)).base)


def _base_of(array: Array) -> Array | None:
    """The array that `array` is a view of."""
    base: Any = array.base
    if type(base) is _Between:
        base = base.base
    return base if isinstance(base, _ndarray) else None


def is_lockable(array: Array) -> bool:
    """Whether the memory of `array` can be kept from being written.

    It can if arrays are the only way to it. Memory that belongs to anything else - a bytearray, an mmap, an array of
    another library - may be written there; and what is lent out once and for all, as by ``torch.Tensor.numpy``, NumPy
    could not make writeable again. Such arrays are copied when a graph is to rely on them.
    """
    if array.base is None:
        return True
    while not isinstance(array, np.memmap):
        base: Any = array.base
        if type(base) is _Between and not array.flags.writeable:
            base = base.base
        if base is None or type(base) is bytes:
            return True
        if not isinstance(base, _ndarray):
            return False
        array = base
    return True


def refuse_locked(out: Array) -> None:
    """Raise ValueError if `out` is a view, taken before and still writeable, of an array that is locked now."""
    if out.base is not None and out.flags.writeable and _has_locked_base(out):
        raise ValueError(
            "output array is read-only: it is a view of an array that takes part in a computational graph, and will be "
            "writeable again when that is cleared"
        )


def _has_locked_base(array: Any) -> bool:
    base = getattr(array, "obj" if type(array) is memoryview else "base", None)
    return base is not None and period_of(base) is not None


def period_of(array: Any) -> Period | None:
    """The period for which `array`, or what it is a view of, is locked now."""
    while array is not None:
        entry = _table.get(id(array))
        if entry is not None and entry.locked_by is not None and (period := entry.locked_by()) is not None:
            return period
        array = getattr(array, "obj" if type(array) is memoryview else "base", None)
    return None


def kept_view(array: Array) -> Array:
    """A view for a node to keep of an array that somebody outside has: nobody can set its shape, or write to it.

    To lock an array does not lock the views that were taken of it before.
    """
    view = array[...]
    view.setflags(write=False)
    return view


def take_view(array: Array, take: Callable[[Array], Array]) -> Array:
    """``take(array)``, a view that is as writeable as if `array` were not locked."""
    entry = _table.get(id(array))
    if entry is None or type(array) in RECORDED or not entry.is_to_be_writeable:
        return take(array)
    twin = array[...]
    shut = []
    base = _base_of(twin)
    while base is not None and not base.flags.writeable:
        shut.append(base)
        base = _base_of(base)
    # One call of a function in C: an interrupt, or another thread, cannot come in between.
    arrays = (*reversed(shut), twin, *shut)
    countOf(map(_setflags, arrays, (True,) * (len(shut) + 1) + (False,) * len(shut)), 0)
    return take(twin)


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


def as_view(value: Array, of: Array) -> tuple[Array, bool]:
    """Whether `value` is a view of `of`; if it is `of` itself, it is replaced by a view of it."""
    if value is of:
        return of[...], True
    owner = _owner(value)
    return value, owner is not value and owner is _owner(of)


def _owner(array: Array) -> Any:
    """The object that owns the memory of `array`."""
    owner: Any = array
    while (base := getattr(owner, "base", None)) is not None:  # as_strided puts an object of its own in between
        owner = base
    return owner
