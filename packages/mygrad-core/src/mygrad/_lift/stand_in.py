"""What a stand-in is, and when it does something else than its original."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from mygrad._engine.handle import Handle
from mygrad._engine.state import is_lifted
from mygrad._lift.callers import called_by_others
from mygrad._lift.places import Method

__all__ = ["always", "given_tensors", "making", "stand_in"]

Function = Callable[..., Any]
Condition = Callable[[Any], bool]


def stand_in(
    original: Function, ours: Function, condition: Condition, for_sure: bool = False
) -> tuple[Function, Function]:
    """`original`, and a function that calls `ours` in its place for other people's code in a lifted context.

    Parameters
    ----------
    original, ours : Callable
    condition : Callable
        Tells of all arguments together whether they ask for it.
    for_sure : bool, optional
        Whether `original` is to be called if compiled code might be what calls this, and would not check what it gets.
    """

    @wraps(original)
    def standing_in(*args: Any, **kwargs: Any) -> Any:
        if is_lifted() and condition((*args, *kwargs.values())) and called_by_others(2, standing_in, for_sure):
            return ours(*args, **kwargs)
        return original(*args, **kwargs)

    standing_in.ours, standing_in.condition = ours, condition  # type: ignore[attr-defined]
    standing_in.stands_for = original  # type: ignore[attr-defined]
    return original, standing_in


def making(kind: type, ours: Function, condition: Condition) -> Any:
    """What makes the objects of a class likewise, as its ``__new__``: those of `ours` are of another."""

    def standing_in(cls: type, *args: Any, **kwargs: Any) -> Any:
        if cls is kind and is_lifted() and condition((*args, *kwargs.values())) and called_by_others(2, kind):
            return ours(*args, **kwargs)
        return original(cls, *args, **kwargs)

    original = Method(kind, "__new__").original.__func__
    standing_in.ours, standing_in.condition = ours, condition  # type: ignore[attr-defined]
    return staticmethod(standing_in)


def given_tensors(x: Any) -> bool:
    """Whether there are tensors in `x`, at any depth of lists and tuples."""
    if isinstance(x, Handle):
        return True
    return isinstance(x, (list, tuple)) and any(given_tensors(part) for part in x if type(part) is not float)


def always(_arguments: Any) -> bool:
    return True
