"""The functions of ours that stand for NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["IMPLEMENTATIONS", "implements"]

F = TypeVar("F", bound=Callable[..., Any])

#: What is called, by the NumPy function that was given a tensor: it takes the same arguments. (A public function has a
#: keyword ``constant`` besides.)
IMPLEMENTATIONS: dict[Callable[..., Any], Callable[..., Any]] = {}


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Have the decorated function called for each of NumPy's `functions` that is given a tensor.

    Parameters
    ----------
    *functions : Callable
        Each has one implementation.
    """

    def register(ours: F) -> F:
        for function in functions:
            if function in IMPLEMENTATIONS:
                raise ValueError(f"{function} has an implementation already")
            IMPLEMENTATIONS[function] = ours
        return ours

    return register
