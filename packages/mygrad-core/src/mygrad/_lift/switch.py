"""The switch `mygrad.lift`: it puts the stand-ins in their places while somebody computes in a lifted context."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from mygrad._engine.exits import unmask
from mygrad._engine.state import LIFTED, LOST, Switch

if TYPE_CHECKING:
    from mygrad._lift.places import Places

__all__ = ["Lift"]

P = ParamSpec("P")
R = TypeVar("R")


class Lift(Switch):
    """`lift`. The first to enter has the stand-ins put everywhere, and the last to leave has them taken away.

    What exits all the same raises. (Within, the policy on lost gradients may be switched to another.)
    """

    def __init__(self, doc: str) -> None:
        super().__init__(LIFTED, True, doc)
        self._raising = Switch(LOST, "raise", None)

    def __enter__(self) -> None:
        _places().__enter__()
        super().__enter__()
        self._raising.__enter__()

    def __exit__(self, *exc: Any) -> None:
        self._raising.__exit__(*exc)
        super().__exit__(*exc)
        _places().__exit__(*exc)
        unmask(exc[1])

    def __call__(self, func: Callable[P, R]) -> Callable[P, R]:
        switched = super().__call__(func)
        if iscoroutinefunction(switched):
            return switched  # type: ignore[return-value]

        @wraps(func)
        def looked_up(*args: P.args, **kwargs: P.kwargs) -> R:
            stand_in = _places().stand_in(func)  # which nobody can find who has the original already
            if stand_in is not None and stand_in.condition((*args, *kwargs.values())):
                return cast(R, stand_in.ours(*args, **kwargs))
            return func(*args, **kwargs)

        return super().__call__(looked_up)


@cache
def _places() -> Places:
    """Where the stand-ins go, which are made when they are needed first."""
    from mygrad._lift.stand_ins import PLACES

    return PLACES
