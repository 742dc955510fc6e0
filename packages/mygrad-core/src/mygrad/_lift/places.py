"""Where other people's modules keep what lift replaces, and how it gets there and back.

A module says ``np.asarray``, or has said ``from numpy import asarray``: either way the function is found in the globals
of some module at the time of the call. So while a context is lifted, somewhere in the process, these globals hold
stand-ins. A stand-in asks whether it is called in a lifted context, and else does what it stands for: other threads and
tasks compute as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from threading import RLock
from types import ModuleType
from typing import Any, NamedTuple

__all__ = ["Places", "is_foreign_module"]

Globals = dict[str, Any]
Place = tuple[str, Any, Any]

#: Modules of NumPy that are written as other people's code is: it shows no tensor to anybody.
_FOREIGN_AFTER_ALL = ("numpy.polynomial.", "numpy.lib._index_tricks_impl.")

#: Packages whose modules stay as they are. Those of the standard library compute with numbers of Python, and these
#: others take arrays into a world of their own, in which a tensor has no place.
_LEFT_ALONE = (sys.stdlib_module_names - {"__main__"}) | {
    "IPython",
    "_pytest",
    "cupy",
    "hypothesis",
    "jax",
    "llvmlite",
    "matplotlib",
    "mygrad",
    "numba",
    "numpy",
    "pandas",
    "pytest",
    "torch",
}


def is_foreign_module(name: str) -> bool:
    """Whether lift is for code in the module of this name."""
    return name.partition(".")[0] not in _LEFT_ALONE or f"{name}.".startswith(_FOREIGN_AFTER_ALL)


class Places:
    """All places of some objects in the globals of modules, and what is to stand there instead meanwhile.

    Parameters
    ----------
    stand_ins : Callable
        Returns objects, and what is to stand in for each: more as time goes by.
    added : dict[str, Any]
        Names that foreign modules are to have besides: they cover builtins.
    always : tuple[ModuleType, ...]
        Modules that are not foreign, and hold what foreign ones ask for: NumPy's own namespaces.
    """

    def __init__(
        self,
        stand_ins: Callable[[], Iterable[tuple[Any, Any]]],
        added: dict[str, Any],
        always: tuple[ModuleType, ...],
    ) -> None:
        self._stand_ins = stand_ins
        #: By the id of an object: itself, the original, what stands in for it.
        self._swaps: dict[int, tuple[Any, Any, Any]] = {}
        self._added = added
        self._always = always
        self._found: dict[str, _Found] = {}
        self._replaced: list[_Found] = []
        self._users = 0
        self._lock = RLock()

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                try:
                    self.replace()
                except BaseException:
                    self.restore()
                    raise
            self._users += 1

    def __exit__(self, *_exc: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                self.restore()

    def replace(self) -> None:
        """Put the stand-ins into all modules that are there."""
        known = len(self._swaps)
        for pair in self._stand_ins():
            if id(pair[0]) not in self._swaps:
                self._swaps |= {id(one): (one, *pair) for one in pair}
        if len(self._swaps) > known:
            self._found = {}
        self._replaced = self._look()
        for found in self._replaced:
            found.swap(to_originals=False)

    def restore(self) -> None:
        """Put the originals back, into modules that came or changed meanwhile, too."""
        for found in (*self._replaced, *self._look()):
            found.swap(to_originals=True)
        self._replaced = []

    def _look(self) -> list[_Found]:
        """The places in each module. A module is searched once, and again when the number of its globals changes."""
        found = []
        for name, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType):
                continue
            variables: Globals = object.__getattribute__(module, "__dict__")  # and do not load what is lazy
            known = self._found.get(name)
            if known is None or known.variables is not variables or known.size != self._size(variables):
                places = self._search(variables, is_foreign_module(name), module in self._always)
                known = self._found[name] = _Found(variables, self._size(variables), places)
            if known.places:
                found.append(known)
        return found

    def _size(self, variables: Globals) -> int:
        """How many globals there are, those not counted that are added here."""
        return len(variables) - sum([variables.get(name) is added for name, added in self._added.items()])

    def _search(self, variables: Globals, is_foreign: bool, always: bool) -> list[Place]:
        if not is_foreign and not always:
            return []
        places: list[Place] = []
        for name, value in list(variables.items()):
            one, original, stand_in = self._swaps.get(id(value), _NOTHING)
            if one is value:
                places.append((name, original, stand_in))
        if is_foreign:
            places += [(n, _ABSENT, one) for n, one in self._added.items() if variables.get(n, one) is one]
        return places


class _Found(NamedTuple):
    """The globals of a module, their number, and the places among them."""

    variables: Globals
    size: int
    places: list[Place]

    def swap(self, to_originals: bool) -> None:
        variables = self.variables
        for name, original, stand_in in self.places:
            here, there = (stand_in, original) if to_originals else (original, stand_in)
            if variables.get(name, _ABSENT) is not here:  # somebody gave it another meaning
                continue
            if there is _ABSENT:
                del variables[name]
            else:
                variables[name] = there


#: What stands in a place that has no name yet, and what is found for anything else.
_ABSENT = object()
_NOTHING = (object(), None, None)
