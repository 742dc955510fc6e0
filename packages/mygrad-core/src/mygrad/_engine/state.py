"""What is switched on in the present context: tracking of the graph, guarding of memory, what lost gradients are, ...

It is a context variable, so threads and asyncio tasks do not disturb each other. (One for all, for an operation asks
it each time: 20 ns.)
"""

from __future__ import annotations

import os
import warnings
from _thread import RLock  # `threading` would take a fortieth of the time of importing mygrad
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from inspect import isasyncgenfunction, isclass, iscoroutinefunction, isgeneratorfunction, isroutine
from typing import Any, Literal, ParamSpec, TypeVar, get_args

__all__ = [
    "ANOMALIES",
    "GUARDED",
    "LIFTED",
    "LOST",
    "POLICIES",
    "TRACKED",
    "Anomaly",
    "LostGradients",
    "Mode",
    "Switch",
    "as_policy",
    "functional_mode",
    "is_guarding",
    "is_lifted",
    "is_tracking",
    "mode",
    "mode_with",
    "set_guarding_default",
    "set_lost_default",
    "unlifted",
]

P = ParamSpec("P")
R = TypeVar("R")


#: What is done where the gradient of a variable gets lost.
LostGradients = Literal["warn", "raise", "ignore"]
POLICIES: tuple[LostGradients, ...] = get_args(LostGradients)

#: What is looked for in results: nan, or infinities as well.
Anomaly = Literal["nan", "inf"]


class Mode:
    """What is switched on.

    Attributes
    ----------
    said : tuple[bool, bool | None, LostGradients | None, bool, bool, Anomaly | None]
        Whether to track; whether to guard, and what lost gradients are, or None where that is left to the process;
        whether a function is to be differentiated; whether to lift; what anomalies to look for.
    tracked : bool
        Whether operations leave nodes behind.
    guarded : bool
        Whether the arrays that they rely on are to be locked.
    asked : bool | None
        What an operation asks for: None if it is to leave no node behind, or is watched, and else `guarded`.
    lost : LostGradients
        What is done where a variable leaves the graph.
    functional : bool
        Whether what runs is a function that is to be differentiated, written by somebody who may know nothing of
        tensors: copies are parts of the graph, and arrays from outside stay writeable.
    lifted : bool
        Whether what other people's code converts to arrays and numbers is to stay a tensor.
    copied : bool
        Whether arrays from outside are copied, and not locked: so they are guarded in functions.
    watched : Anomaly | None
        What is looked for in the results of operations, and in gradients; see `mygrad._engine.anomalies`.
    """

    __slots__ = ("asked", "copied", "functional", "guarded", "lifted", "lost", "said", "tracked", "watched")

    def __init__(
        self,
        tracked: bool,
        guarded: bool | None,
        lost: LostGradients | None = None,
        functional: bool = False,
        lifted: bool = False,
        watched: Anomaly | None = None,
    ) -> None:
        self.said = tracked, guarded, lost, functional, lifted, watched
        self.tracked = tracked
        self.functional = functional or lifted
        self.lifted = lifted and tracked
        self.lost: LostGradients = _defaults[LOST] if lost is None else lost
        self.watched = watched
        self.guard(_defaults[GUARDED] if guarded is None else guarded)

    def guard(self, on: bool) -> None:
        self.guarded = on
        self.asked = on if self.tracked and self.watched is None else None
        self.copied = on and self.functional


#: What can be switched: the places of these in what is said.
TRACKED, GUARDED, LOST, LIFTED, ANOMALIES = 0, 1, 2, 4, 5

#: What holds for the process, where nothing else is said.
_defaults: dict[int, Any] = {GUARDED: True, LOST: "warn"}

#: The modes that somebody has asked for, one each, so that all of them change with the defaults.
_modes: dict[tuple[Any, ...], Mode] = {}
_changing = RLock()


def _mode_of(*said: Any) -> Mode:
    found = _modes.get(said)
    if found is None:
        with _changing:
            found = _modes.setdefault(said, Mode(*said))
    return found


_AT_FIRST = _mode_of(True, None, None, False, False, None)

mode: ContextVar[Mode] = ContextVar("mygrad_mode", default=_AT_FIRST)


def is_tracking() -> bool:
    """Whether operations leave nodes behind, here and now."""
    return mode.get().tracked


def is_guarding() -> bool:
    """Whether arrays that enter a graph are to be locked, here and now."""
    return mode.get().guarded


def is_lifted() -> bool:
    """Whether what other people's code converts is to stay a tensor, here and now."""
    return mode.get().lifted


def mode_with(what: int, to: Any) -> Mode:
    """The present mode, with one thing switched."""
    said = mode.get().said
    return _mode_of(*said[:what], to, *said[what + 1 :])


def functional_mode() -> Mode:
    """The mode in which to run a function of which derivatives are wanted, and so all of them."""
    said = mode.get().said
    return _mode_of(True, said[GUARDED], "raise", True, said[LIFTED], said[ANOMALIES])


def unlifted(func: Callable[P, R]) -> Callable[P, R]:
    """`func`, which computes with arrays and has to get arrays from NumPy, whatever is asked for around it."""

    @wraps(func)
    def computing(*args: P.args, **kwargs: P.kwargs) -> R:
        if not mode.get().lifted:
            return func(*args, **kwargs)
        token = mode.set(mode_with(LIFTED, False))
        try:
            return func(*args, **kwargs)
        finally:
            mode.reset(token)

    return computing


# -- what holds wherever no context says otherwise, in every thread -------------------------------------


def set_guarding_default(on: bool) -> None:
    with _changing:
        _defaults[GUARDED] = on
        for said, changed in _modes.items():
            if said[GUARDED] is None:
                changed.guard(on)


def set_lost_default(policy: LostGradients) -> None:
    with _changing:
        _defaults[LOST] = policy
        for said, changed in _modes.items():
            if said[LOST] is None:
                changed.lost = policy


def as_policy(value: Any) -> LostGradients:
    """`value`, if it is a policy on lost gradients."""
    if not isinstance(value, str) or value not in POLICIES:
        raise ValueError(f"the policy on lost gradients is one of {', '.join(map(repr, POLICIES))}, not {value!r}")
    return value


def _asked_for_guarding() -> bool:
    """What the environment variable MYGRAD_MEM_GUARD says: whether memory is guarded, if nothing else is said."""
    asked = os.environ.get("MYGRAD_MEM_GUARD", "1")
    if asked.lower() not in ("0", "1", "false", "true"):
        warnings.warn(
            f"MYGRAD_MEM_GUARD is {asked!r}: use 1 to guard the memory that graphs rely on, which is done now, or 0",
            stacklevel=2,
        )
    return asked.lower() not in ("0", "false")


def _asked_for_policy() -> LostGradients:
    """What the environment variable MYGRAD_LOST_GRADIENTS says."""
    asked = os.environ.get("MYGRAD_LOST_GRADIENTS", "warn")
    try:
        return as_policy(asked.lower())
    except ValueError as error:
        warnings.warn(f"MYGRAD_LOST_GRADIENTS: {error}. They are warned of now.", stacklevel=2)
        return "warn"


set_guarding_default(_asked_for_guarding())
set_lost_default(_asked_for_policy())


class Switch:
    """Switches one of the things that a `Mode` has within a ``with`` block, or while a decorated function runs.

    One switch may be entered any number of times, nested or from several threads at once: what is to be
    restored is itself kept per context.
    """

    def __init__(self, what: int, to: Any, doc: str | None) -> None:
        self._what = what
        self._to = to
        self._outer: ContextVar[tuple[Any, ...]] = ContextVar("mygrad_outer", default=())
        self.__doc__ = doc

    def __enter__(self) -> None:
        self._outer.set((mode.get().said[self._what], self._outer.get()))
        mode.set(mode_with(self._what, self._to))

    def __exit__(self, *_exc: object) -> None:
        outer = self._outer.get()
        if outer:  # else another context has entered, as where a task closes an asynchronous generator of another's
            previous, outer = outer
            self._outer.set(outer)
            mode.set(mode_with(self._what, previous))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._what, self._to, self.__doc__)

    def __call__(self, func: Callable[P, R]) -> Callable[P, R]:
        if isinstance(func, (classmethod, staticmethod)):
            return type(func)(self(func.__func__))
        return self._decorated(func)

    def _decorated(self, func: Callable[P, R]) -> Callable[P, R]:
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
