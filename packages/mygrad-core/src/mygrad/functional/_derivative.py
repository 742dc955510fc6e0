"""What derivatives as functions remember: of what they are the derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from mygrad._evaluation import Argnums

__all__ = ["Derivative", "mark", "of"]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Derivative:
    """What a function computes: the `kind` of derivative of `f`, by the arguments `argnums`."""

    kind: Literal["grad", "hessian", "jacobian", "value_and_grad"]
    f: Callable[..., Any]
    argnums: Argnums
    has_aux: bool
    holomorphic: bool = False


def mark(function: F, derivative: Derivative) -> F:
    """`function`, from now on known as that derivative."""
    function.__derivative__ = derivative  # type: ignore[attr-defined]
    return function


def of(function: Any) -> Derivative | None:
    """What a function was marked as."""
    return getattr(function, "__derivative__", None)
