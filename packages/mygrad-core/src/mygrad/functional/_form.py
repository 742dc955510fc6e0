"""The form of arguments or results: containers, from which what is in them has been taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad._engine.handle import new_leaf
from mygrad._pytrees import flatten, flatten_like, map_leaves

__all__ = ["Form"]


class Form:
    """What was given, without some of what is in it, for other values to be filled in.

    Parameters
    ----------
    given : Any
        To this, all lists and tuples are containers.
    is_part : Callable[[Any], bool]
        Whether something is to be taken out.
    other : Callable[[Any], Any]
        What stays in the place of something else.

    Attributes
    ----------
    parts : list[Any]
        What was taken out, each object once.
    """

    __slots__ = ("_places", "_template", "parts")

    def __init__(self, given: Any, is_part: Callable[[Any], bool], other: Callable[[Any], Any] = lambda x: x) -> None:
        self.parts: list[Any] = []
        found: dict[int, Any] = {}

        def replaced(x: Any) -> Any:
            if not is_part(x):
                return other(x)
            if id(x) not in found:
                found[id(x)] = _stand_in(x)
                self.parts.append(x)
            return found[id(x)]

        #: What was given, with tensors without values in the place of parts.
        self._template = map_leaves(replaced, given)
        self._places = {id(t): i for i, t in enumerate(found.values())}

    def filled(self, values: Sequence[Any]) -> Any:
        """What was given, with `values` in the places of the parts."""
        return map_leaves(lambda x: values[self._places[id(x)]] if id(x) in self._places else x, self._template)

    def parts_of(self, other: Any, what: str) -> list[list[Any]]:
        """Of something of the same form, all that stands at the places of each part; see `flatten_like`."""
        found: list[list[Any]] = [[] for _ in self._places]
        for x, leaf in zip(flatten(self._template), flatten_like(self._template, other, what), strict=True):
            if id(x) in self._places:
                found[self._places[id(x)]].append(leaf)
        return found


def _stand_in(x: Any) -> Any:
    dtype, shape = (x.dtype, x.shape) if hasattr(x, "dtype") else (np.dtype(float), ())
    return new_leaf(np.broadcast_to(np.zeros((), dtype), shape), getattr(x, "constant", True))
