"""What is called in the place of NumPy's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mygrad._rules.rule import RULES

__all__ = ["IMPLEMENTATIONS", "implements"]

F = TypeVar("F", bound=Callable[..., Any])

#: What is called, by the function of NumPy that was given a tensor: it takes the same arguments. (A public function has
#: a keyword ``constant`` besides.) Functions that have a rule are not here: what is called for these, the rule knows.
IMPLEMENTATIONS: dict[Callable[..., Any], Callable[..., Any]] = {}


def implements(*functions: Callable[..., Any]) -> Callable[[F], F]:
    """Have the decorated function called for each of NumPy's `functions` that is given a tensor.

    Parameters
    ----------
    *functions : Callable
        Each has one implementation. Its rule, if it has one, is in the table already.
    """

    def register(ours: F) -> F:
        for function in functions:
            rule = RULES.get(function)
            if (IMPLEMENTATIONS.get(function) if rule is None else rule.implementation) is not None:
                raise ValueError(f"{function} has an implementation already")
            if rule is None:
                IMPLEMENTATIONS[function] = ours
            else:
                rule.implementation = ours
        return ours

    return register
