"""What is switched on in the present context: tracking of the graph, and guarding of memory.

Each switch is a context variable, so threads and asyncio tasks do not disturb each other.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, ParamSpec, TypeVar

__all__ = ["Switch", "guarding", "is_guarding", "set_guarding_default", "tracking"]

P = ParamSpec("P")
R = TypeVar("R")

tracking: ContextVar[bool] = ContextVar("mygrad_tracking", default=True)
#: None: as the process default has it.
guarding: ContextVar[bool | None] = ContextVar("mygrad_guarding", default=None)


def _asked_for_guarding() -> bool:
    """What the environment variable MYGRAD_MEM_GUARD says: whether memory is guarded, if nothing else is said."""
    asked = os.environ.get("MYGRAD_MEM_GUARD", "1")
    if asked.lower() not in ("0", "1", "false", "true"):
        warnings.warn(
            f"MYGRAD_MEM_GUARD is {asked!r}: use 1 to guard the memory that graphs rely on, which is done now, or 0",
            stacklevel=2,
        )
    return asked.lower() not in ("0", "false")


_guarding_default = _asked_for_guarding()


def is_guarding() -> bool:
    """Whether arrays that enter a graph are to be locked, here and now."""
    here = guarding.get()
    return _guarding_default if here is None else here


def set_guarding_default(on: bool) -> None:
    """Choose what holds wherever no context says otherwise, in every thread."""
    global _guarding_default
    _guarding_default = on


class Switch:
    """Sets a context variable within a ``with`` block, or while a decorated function runs.

    One switch may be entered any number of times, nested or from several threads at once: what is to be
    restored is itself kept per context.
    """

    def __init__(self, variable: ContextVar[Any], value: bool, doc: str) -> None:
        self._variable = variable
        self._value = value
        self._outer: ContextVar[tuple[Any, ...]] = ContextVar(f"{variable.name}_outer", default=())
        self.__doc__ = doc

    def __enter__(self) -> None:
        self._outer.set((self._variable.get(), self._outer.get()))
        self._variable.set(self._value)

    def __exit__(self, *_exc: object) -> None:
        previous, outer = self._outer.get()
        self._outer.set(outer)
        self._variable.set(previous)

    def __call__(self, func: Callable[P, R]) -> Callable[P, R]:
        if isgeneratorfunction(func) or isasyncgenfunction(func):
            raise TypeError(
                f"{func.__qualname__} is a generator function: what is switched would stay so for the caller between "
                f"two of its values. Use a `with` block around the part that computes."
            )
        if iscoroutinefunction(func):

            @wraps(func)
            async def switched_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await func(*args, **kwargs)

            return switched_coroutine  # type: ignore[return-value]

        @wraps(func)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return func(*args, **kwargs)

        return switched


class NoAutodiff(Switch):
    """`no_autodiff`, which as a decorator can turn the tensors that a function returns into arrays."""

    def __call__(self, func: Callable[..., Any], to_numpy: bool = False) -> Callable[..., Any]:
        switched = super().__call__(func)
        if not to_numpy:
            return switched

        @wraps(func)
        def returning_arrays(*args: Any, **kwargs: Any) -> Any:
            from mygrad._engine.apply import plain

            return plain(switched(*args, **kwargs))

        return returning_arrays
