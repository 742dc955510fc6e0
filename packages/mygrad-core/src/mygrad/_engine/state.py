"""What is switched on in the present context: tracking of the graph, and guarding of memory.

It is a context variable, so threads and asyncio tasks do not disturb each other. (One for both, for an operation asks
it each time: 20 ns.)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from inspect import isasyncgenfunction, isclass, iscoroutinefunction, isgeneratorfunction, isroutine
from typing import Any, ParamSpec, TypeVar

__all__ = [
    "GUARDED",
    "TRACKED",
    "Mode",
    "Switch",
    "is_guarding",
    "is_tracking",
    "mode",
    "mode_with",
    "set_guarding_default",
]

P = ParamSpec("P")
R = TypeVar("R")


class Mode:
    """What is switched on.

    Attributes
    ----------
    said : tuple[bool, bool | None]
        Whether to track; and whether to guard, or None where that is left to the process.
    tracked : bool
        Whether operations leave nodes behind.
    guarded : bool
        Whether the arrays that they rely on are to be locked.
    asked : bool | None
        What an operation asks for: None if it is to leave no node behind, and else `guarded`.
    """

    __slots__ = ("asked", "guarded", "said", "tracked")

    def __init__(self, tracked: bool, guarded: bool | None) -> None:
        self.said = tracked, guarded
        self.tracked = tracked
        self.guard(guarded is not False)

    def guard(self, on: bool) -> None:
        self.guarded = on
        self.asked = on if self.tracked else None


#: What can be switched: the places of the two in what is said.
TRACKED, GUARDED = 0, 1

_MODES: dict[tuple[Any, ...], Mode] = {
    (tracked, guarded): Mode(tracked, guarded) for tracked in (True, False) for guarded in (None, True, False)
}

mode: ContextVar[Mode] = ContextVar("mygrad_mode", default=_MODES[True, None])


def is_tracking() -> bool:
    """Whether operations leave nodes behind, here and now."""
    return mode.get().tracked


def _asked_for_guarding() -> bool:
    """What the environment variable MYGRAD_MEM_GUARD says: whether memory is guarded, if nothing else is said."""
    asked = os.environ.get("MYGRAD_MEM_GUARD", "1")
    if asked.lower() not in ("0", "1", "false", "true"):
        warnings.warn(
            f"MYGRAD_MEM_GUARD is {asked!r}: use 1 to guard the memory that graphs rely on, which is done now, or 0",
            stacklevel=2,
        )
    return asked.lower() not in ("0", "false")


def is_guarding() -> bool:
    """Whether arrays that enter a graph are to be locked, here and now."""
    return mode.get().guarded


def mode_with(what: int, to: bool | None) -> Mode:
    """The present mode, with one of the two switched."""
    tracked, guarded = mode.get().said
    return _MODES[(to, guarded) if what == TRACKED else (tracked, to)]


def set_guarding_default(on: bool) -> None:
    """Choose what holds wherever no context says otherwise, in every thread."""
    for tracked in (True, False):
        _MODES[tracked, None].guard(on)


set_guarding_default(_asked_for_guarding())


class Switch:
    """Switches tracking or guarding within a ``with`` block, or while a decorated function runs.

    One switch may be entered any number of times, nested or from several threads at once: what is to be
    restored is itself kept per context.
    """

    def __init__(self, what: int, to: bool, doc: str) -> None:
        self._what = what
        self._to = to
        self._outer: ContextVar[tuple[Any, ...]] = ContextVar("mygrad_outer", default=())
        self.__doc__ = doc

    def __enter__(self) -> None:
        self._outer.set((mode.get().said[self._what], self._outer.get()))
        mode.set(mode_with(self._what, self._to))

    def __exit__(self, *_exc: object) -> None:
        previous, outer = self._outer.get()
        self._outer.set(outer)
        mode.set(mode_with(self._what, previous))

    def __call__(self, func: Callable[P, R]) -> Callable[P, R]:
        called = _called(func)
        if isgeneratorfunction(called) or isasyncgenfunction(called):
            raise TypeError(
                f"{called.__qualname__} is a generator function: what is switched would stay so for the caller between "
                f"two of its values. Use a `with` block around the part that computes."
            )
        if iscoroutinefunction(called):

            @wraps(func)
            async def switched_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await func(*args, **kwargs)  # type: ignore[misc]

            return switched_coroutine  # type: ignore[return-value]

        @wraps(func)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return func(*args, **kwargs)

        return switched


def _called(func: Any) -> Any:
    """The function whose code runs when `func` is called: a partial, a method or an object of a class."""
    if isinstance(func, partial):
        return _called(func.func)
    if isinstance(func, staticmethod):
        return _called(func.__func__)
    if isroutine(func) or isclass(func):
        return func
    if not callable(func):
        raise TypeError(f"expected a function to decorate, but got {type(func).__name__}")
    return type(func).__call__
