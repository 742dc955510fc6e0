"""Parameters in containers, nested to any depth: taken apart into their arrays, and put together again."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand
from mygrad._results import no_tensor_returned

__all__ = [
    "LEAF",
    "flatten",
    "flatten_like",
    "form_of",
    "has_tensor",
    "is_container",
    "map_leaves",
    "unflatten",
    "with_parts",
]

#: The class method of containers that say themselves what is in them: `mygrad.functional` tells users about it.
_PROTOCOL = "__tree_flatten__"

_NUMBERS = (int, float, complex, np.number, np.bool)


class _Parts(NamedTuple):
    """What a container consists of.

    Attributes
    ----------
    names : Sequence[Any]
        The keys of a dictionary, or what else tells the parts apart.
    parts : Sequence[Any]
    rebuild : Callable[[Sequence[Any]], Any]
        Makes such a container of other parts.
    """

    names: Sequence[Any]
    parts: Sequence[Any]
    rebuild: Callable[[Sequence[Any]], Any]


def is_container(x: Any) -> bool:
    """Whether `x` is to be taken apart. A list or tuple of numbers alone is an array."""
    kind = type(x)
    if kind is np.ndarray or isinstance(x, Handle):
        return False
    if isinstance(x, (list, tuple)):
        return hasattr(x, "_make") or not _is_array(x)
    return isinstance(x, dict) or hasattr(kind, _PROTOCOL) or (dataclasses.is_dataclass(x) and not isinstance(x, type))


def _is_array(x: Any) -> bool:
    """Whether there are numbers alone in a list or tuple, and in those in it."""
    return len(x) > 0 and all(map(_is_number, x))


def _is_number(x: Any) -> bool:
    if isinstance(x, Handle):
        return x._number is True  # what is a number to those who do not differentiate
    return isinstance(x, _NUMBERS) or (type(x) in (list, tuple) and _is_array(x))


def _split(x: Any) -> _Parts:
    """The parts of a container."""
    if hasattr(type(x), _PROTOCOL):
        inner, rebuild = x.__tree_flatten__()
        return _Parts((None,), (inner,), lambda parts: rebuild(parts[0]))
    if isinstance(x, dict):
        return _Parts(tuple(x), tuple(x.values()), lambda parts: _with_items(x, zip(x, parts, strict=True)))
    if isinstance(x, (list, tuple)):
        return _Parts(range(len(x)), x, getattr(type(x), "_make", type(x)))
    names = [field.name for field in dataclasses.fields(x)]
    return _Parts(names, [getattr(x, name) for name in names], lambda parts: _with_attributes(x, names, parts))


def _with_items(x: Any, items: Any) -> Any:
    made = copy.copy(x)  # of its own class, with what that needs to be made
    made.update(items)
    return made


def _with_attributes(x: Any, names: Sequence[str], values: Sequence[Any]) -> Any:
    made = copy.copy(x)
    for name, value in zip(names, values, strict=True):
        object.__setattr__(made, name, value)  # of frozen ones, too
    return made


def flatten(tree: Any) -> list[Any]:
    """What is in a container, in the containers in it, and so on, in order; `tree` itself if it is no container."""
    if not is_container(tree):
        return [tree]
    return [leaf for part in _split(tree).parts for leaf in flatten(part)]


def with_parts(tree: Any, func: Callable[[Any], Any]) -> Any:
    """A container with what `func` returns in the place of each of its parts, which may be containers too."""
    _names, parts, rebuild = _split(tree)
    return rebuild([func(part) for part in parts])


def map_leaves(func: Callable[[Any], Any], x: Any) -> Any:
    """`x` with what `func` returns in the place of what is in it. To this, all lists and tuples are containers."""
    if isinstance(x, (list, tuple)) or is_container(x):
        return with_parts(x, lambda part: map_leaves(func, part))
    return func(x)


def unflatten(tree: Any, leaves: Sequence[Any]) -> Any:
    """A container like `tree`, with other `leaves`."""
    return _filled(tree, iter(leaves))


def _filled(tree: Any, rest: Iterator[Any]) -> Any:
    # Not a function in a function: one that calls itself would keep the leaves until the garbage collector comes.
    if not is_container(tree):
        return next(rest)
    return with_parts(tree, lambda part: _filled(part, rest))


def flatten_like(tree: Any, other: Any, what: str) -> list[Any]:
    """What is in `other` at the places of what is in `tree`; None everywhere where `other` has None for a container.

    Raises
    ------
    ValueError
        If `other` has another structure; `what` says in the message what it is.
    """
    if not is_container(tree):
        return [other]
    names, parts, _rebuild = _split(tree)
    if other is None:
        return [None for part in parts for _leaf in flatten(part)]
    others: dict[Any, Any] = {}
    same = isinstance(other, (list, tuple) if isinstance(tree, (list, tuple)) else type(tree))
    if same:
        their_names, their_parts, _ = _split(other)
        others = dict(zip(their_names, their_parts, strict=True))
    if not same or others.keys() != set(names):
        raise ValueError(
            f"{what} must be a {type(tree).__name__} with the parts {list(names)}, as the argument, but is "
            f"{type(other).__name__}" + (f" with the parts {list(others)}." if same else ".")
        )
    return [leaf for name, part in zip(names, parts, strict=True) for leaf in flatten_like(part, others[name], what)]


# -- arguments and results -----------------------------------------------------------------------------

#: What stands in the form of a container in the place of a tensor.
LEAF = object()


def form_of(returned: Any, outputs: list[Any]) -> Any:
    """The container that a function returned, with `LEAF` for each tensor in it; these are added to `outputs`.

    A tuple stands for several results, whatever they are. A list of numbers alone is an array.
    """
    if isinstance(returned, list) and not is_container(returned):
        stacked = as_operand(returned)
        returned = stacked if isinstance(stacked, Handle) else returned
    if isinstance(returned, Handle):
        outputs.append(returned)
        return LEAF
    if isinstance(returned, tuple) or is_container(returned):
        return with_parts(returned, lambda part: None if part is None else form_of(part, outputs))
    raise no_tensor_returned("mygrad.functional", returned)


def has_tensor(x: Any) -> bool:
    """Whether an argument is a tensor, or has one in it."""
    if type(x) is np.ndarray:
        return False
    if isinstance(x, Handle):
        return True
    if isinstance(x, (list, tuple)) or is_container(x):
        return any(map(has_tensor, x if isinstance(x, (list, tuple)) else flatten(x)))
    return False
