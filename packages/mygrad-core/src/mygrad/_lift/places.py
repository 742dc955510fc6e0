"""Where other people's modules keep what lift replaces, and how it gets there and back.

A module says ``np.asarray``, or has said ``from numpy import asarray``: either way the function is found in the globals
of some module at the time of the call. So while a context is lifted, somewhere in the process, these globals hold
stand-ins. A stand-in asks whether it is called in a lifted context, and else does what it stands for: other threads and
tasks compute as ever.
"""

from __future__ import annotations

import sys
from _thread import RLock  # as `threading` has it, which few programs import for us
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NamedTuple

from mygrad._lift.callers import is_foreign_module

__all__ = ["Method", "Places"]

Globals = dict[str, Any]
Place = tuple[str, Any, Any]


class Method(NamedTuple):
    """A method of a class that exists already, and has made objects; ``__new__`` is how it makes others."""

    kind: type
    name: str

    @property
    def original(self) -> Any:
        """What the class is to have again afterwards."""
        found = vars(self.kind).get(self.name)
        if found is None:
            found = staticmethod(_new_of(self.kind)) if self.name == "__new__" else getattr(self.kind, self.name)
        return found


def _new_of(kind: type) -> Any:
    """What makes objects as before. Python does not let a class be without a ``__new__`` again when it has had one."""

    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        inherited: Any = super(kind, cls).__new__  # type: ignore[arg-type]
        return inherited(cls) if inherited is object.__new__ else inherited(cls, *args, **kwargs)

    return new


class Places:
    """All places of some objects in the globals of modules, and what is to stand there instead meanwhile.

    Parameters
    ----------
    stand_ins : Callable
        Called with the names of modules that are new, it gives objects or methods, and what is to stand in for each.
    added : dict[str, Any]
        Names that foreign modules are to have besides: they cover builtins.
    always : tuple[str, ...]
        Modules that are not foreign, and hold what foreign ones ask for: NumPy's own namespaces.
    """

    def __init__(
        self,
        stand_ins: Callable[[Iterable[str]], Iterable[tuple[Any, Any]]],
        added: dict[str, Any],
        always: tuple[str, ...],
    ) -> None:
        self._stand_ins = stand_ins
        #: By the id of an object: itself, the original, what stands in for it.
        self._swaps: dict[int, tuple[Any, Any, Any]] = {}
        self._added = added
        self._always = always
        #: What the methods are, and what stands in for them.
        self._methods: dict[Method, tuple[Any, Any]] = {}
        self._seen: set[str] = set()
        self._found: dict[str, _Found] = {}
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

    def stand_in(self, original: Any) -> Any:
        """What stands in for an object, at present; or None."""
        if isinstance(original, type) and (made := self._methods.get(Method(original, "__new__"))):
            return made[1].__func__
        return self._swaps.get(id(original), _NOTHING)[2]

    def replace(self) -> None:
        """Put the stand-ins into all modules that are there."""
        self._look(added=False)
        _swap(self._found.values(), to_originals=False)
        for (kind, name), (_original, stand_in) in self._methods.items():
            setattr(kind, name, stand_in)

    def restore(self) -> None:
        """Put the originals back, into modules that came or changed meanwhile, too."""
        before = self._look(added=True)
        _swap([*before, *self._found.values()], to_originals=True)
        for (kind, name), (original, _stand_in) in self._methods.items():
            setattr(kind, name, original)

    def _look(self, added: bool) -> list[_Found]:
        """Find the places in modules that are new, or of whose globals there are more or less than there were.

        Returns what was known of these modules before.
        """
        modules = sys.modules
        new = modules.keys() - self._seen
        self._seen |= new
        if not added:
            self._know(new)
        for name in new:
            if is_foreign_module(name) or name in self._always:
                self._found[name] = _UNSEEN
        changed = [
            name
            for name, (module, variables, size, _places, more) in self._found.items()
            if modules.get(name) is not module or len(variables) != size + added * more
        ]
        before = [self._found[name] for name in changed]
        for name in changed:
            module = modules.get(name)
            if isinstance(module, ModuleType):
                self._found[name] = self._search(name, module)
        return before

    def _know(self, modules: Iterable[str]) -> None:
        """Make the stand-ins for what can be had from modules. If there are new ones, all is to be searched."""
        for one, stand_in in self._stand_ins(modules):
            original = one
            if isinstance(one, Method):
                if one in self._methods:
                    continue
                original = one.original
                self._methods[one] = original, stand_in
            if id(original) not in self._swaps:
                self._swaps |= {id(each): (each, original, stand_in) for each in (original, stand_in)}
                self._found = dict.fromkeys(self._found, _UNSEEN)

    def _search(self, name_of_module: str, module: ModuleType) -> _Found:
        variables: Globals = object.__getattribute__(module, "__dict__")  # and do not load what is lazy
        places: list[Place] = []
        for name, value in list(variables.items()):
            one, original, stand_in = self._swaps.get(id(value), _NOTHING)
            if one is value:
                places.append((name, original, stand_in))
        covered: list[Place] = []
        if is_foreign_module(name_of_module):
            covered = [(n, _ABSENT, one) for n, one in self._added.items() if variables.get(n, one) is one]
        present = sum([name in variables for name, *_ in covered])
        return _Found(module, variables, len(variables) - present, places + covered, len(covered))


class _Found(NamedTuple):
    """A module, its globals, their number, the places among them, and how many more names they are to have."""

    module: ModuleType | None
    variables: Globals
    size: int
    places: list[Place]
    added: int


#: What is known of a module that is to be searched.
_UNSEEN = _Found(None, {}, -1, [], 0)


def _swap(modules: Iterable[_Found], to_originals: bool) -> None:
    for found in modules:
        variables = found.variables
        for name, original, stand_in in found.places:
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
