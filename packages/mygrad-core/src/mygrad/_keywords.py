"""MyGrad's own names of arguments to which NumPy gives other names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

__all__ = ["also_named", "by_numpys_names"]

F = TypeVar("F", bound=Callable[..., Any])


def also_named(name: str) -> Callable[[F], F]:
    """Have the decorated function take its first argument under MyGrad's `name` for it, too.

    NumPy's name is the one that `inspect.signature` and type checkers see. This costs a tenth of a microsecond; what
    NumPy calls, and the methods of tensors, are the functions `by_numpys_names`, which costs nothing.
    """

    def decorate(function: F) -> F:
        first = function.__code__.co_varnames[0]

        @wraps(function)
        def taking_both(*args: Any, **kwargs: Any) -> Any:
            if not kwargs:  # which is a quarter faster
                return function(*args)
            if not args and name in kwargs and first not in kwargs:
                kwargs[first] = kwargs.pop(name)
            return function(*args, **kwargs)

        return cast("F", taking_both)

    return decorate


def by_numpys_names(function: F) -> F:
    """The function that was decorated with `also_named`."""
    return cast("F", function.__wrapped__)  # type: ignore[attr-defined]
