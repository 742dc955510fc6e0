"""What a recorded function returns: its arrays and numbers, and the form that they are in."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._pytrees import is_container, map_leaves
from mygrad._record.program import Const
from mygrad._rules.recorded import RECORDED
from mygrad.errors import RecordingError

__all__ = ["Results"]


class Results:
    """What was returned, taken apart.

    Parameters
    ----------
    returned : Any
    name : str
        What to call the function.

    Attributes
    ----------
    values : list[Any]
        For the program: what is recorded, constants, and what is neither.
    """

    def __init__(self, returned: Any, name: str) -> None:
        self._name = name
        self.values: list[Any] = []
        self.form = self._take(returned)

    def _take(self, x: Any) -> Any:
        if isinstance(x, Handle):
            if not x._constant:
                raise RecordingError(
                    f"mygrad.compile: {self._name} returned a variable: a tensor to which gradients flow, for it was "
                    "made as one inside, or depends on one from outside. Return its `data`, or make it with "
                    "`constant=True`; make what is from outside an argument."
                )
            x = x._memory if type(x._memory) in RECORDED or not x._number else x._memory[()]
        if type(x) in (tuple, list):
            return type(x)([self._take(part) for part in x])
        if type(x) is dict:
            return {key: self._take(part) for key, part in x.items()}
        if is_container(x):
            return _Other(map_leaves(self._take, x))
        self.values.append(Const(np.array(x)) if type(x) is np.ndarray else x)
        return _LEAF

    @property
    def is_plain(self) -> bool:
        """Whether the source itself returns it: lists, tuples and dictionaries."""
        return _is_plain(self.form)

    def text(self, expressions: list[str]) -> str:
        """What is written behind ``return``."""
        return _text(self.form, iter(expressions)) if self.is_plain else f"[{', '.join(expressions)}]"

    def filled(self, values: list[Any]) -> Any:
        """Of what the program returned, what the function returns."""
        return _filled(self.form, iter(values))


class _Other:
    __slots__ = ("container",)

    def __init__(self, container: Any) -> None:
        self.container = container


class _Leaf:
    def __reduce__(self) -> str:
        return "_LEAF"


_LEAF = _Leaf()


def _is_plain(form: Any) -> bool:
    if type(form) in (tuple, list):
        return all(map(_is_plain, form))
    if type(form) is dict:
        return all(map(_is_plain, form.values())) and all(isinstance(k, (str, int)) for k in form)
    return form is _LEAF


def _text(form: Any, rest: Any) -> str:
    if type(form) is tuple:
        parts = [_text(part, rest) for part in form]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    if type(form) is list:
        return f"[{', '.join([_text(part, rest) for part in form])}]"
    if type(form) is dict:
        return "{" + ", ".join([f"{key!r}: {_text(part, rest)}" for key, part in form.items()]) + "}"
    return next(rest)


def _filled(form: Any, rest: Any) -> Any:
    if type(form) in (tuple, list):
        return type(form)([_filled(part, rest) for part in form])
    if type(form) is dict:
        return {key: _filled(part, rest) for key, part in form.items()}
    if type(form) is _Other:
        return map_leaves(lambda x: next(rest) if x is _LEAF else x, form.container)
    return next(rest)


def flat(x: Any, found: list[Any] | None = None) -> list[Any]:
    """All arrays and numbers in what a function returned."""
    found = [] if found is None else found
    if isinstance(x, Handle):
        x = x._memory
    if type(x) in (tuple, list):
        for part in x:
            flat(part, found)
    elif type(x) is dict:
        for part in x.values():
            flat(part, found)
    elif is_container(x):
        map_leaves(lambda part: flat(part, found), x)
    else:
        found.append(x)
    return found
