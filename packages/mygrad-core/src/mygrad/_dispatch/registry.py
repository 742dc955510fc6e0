"""Which functions of ours stand in for which of NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["COMPOSITIONS", "IMPLEMENTATIONS", "OF_REAL_NUMBERS", "composes", "implements"]

F = TypeVar("F", bound=Callable[..., Any])

#: Our public function, by the NumPy function whose signature it has (and a keyword ``constant`` beside it).
IMPLEMENTATIONS: dict[Callable[..., Any], Callable[..., Any]] = {}

#: A function composed of others, by the NumPy function that it stands for. It is not public.
COMPOSITIONS: dict[Callable[..., Any], Callable[..., Any]] = {}

#: Those of the compositions that complex numbers are kept from, as they would take their real parts.
OF_REAL_NUMBERS: set[Callable[..., Any]] = set()


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Have the decorated public function called for each of NumPy's `functions` that is given a tensor."""
    return _register(IMPLEMENTATIONS, functions)


def composes(*functions: Callable[..., Any], of_real_numbers: bool = True) -> Callable[[F], F]:
    """Have the decorated composition called for each of NumPy's `functions` that is given a tensor."""
    if of_real_numbers:
        OF_REAL_NUMBERS.update(functions)
    return _register(COMPOSITIONS, functions)


def _register(
    table: dict[Callable[..., Any], Callable[..., Any]], functions: tuple[Callable[..., Any], ...]
) -> Callable[[F], F]:
    def register(ours: F) -> F:
        for function in functions:
            table[function] = ours
        return ours

    return register
