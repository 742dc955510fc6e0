"""What the signatures of vjps say: whether they fit the function, and which values they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["TAKES_ANY", "VJP", "check_vjps", "positional", "values_read"]

VJP = Callable[..., Any]

#: The flag of a function that takes ``*args``.
TAKES_ANY = 0x04


def check_vjps(fn: Callable[..., Any], *vjps: VJP | None) -> None:
    """Raise TypeError for a vjp that cannot be called with the arguments of the shortest call of `fn`."""
    if vjps.count(None) == len(vjps):
        raise TypeError(f"defvjp({fn.__name__}): give a vjp for at least one of its arguments")
    if isinstance(fn, np.ufunc):
        required = [f"x{i + 1}" for i in range(fn.nin)]
        most = fn.nin
    else:
        while hasattr(fn, "__wrapped__"):
            fn = fn.__wrapped__
        if not hasattr(fn, "__code__") or fn.__code__.co_flags & TAKES_ANY:  # of functions in C, nobody knows
            return
        required, most = positional(fn)
    if len(vjps) > most:
        raise TypeError(f"defvjp({fn.__name__}): {len(vjps)} vjps are given for its {most} positional arguments")
    for i, vjp in enumerate(vjps):
        if vjp is None or _code_of(vjp).co_flags & TAKES_ANY:
            continue
        least, takes = positional(vjp)
        if not len(least) <= 2 + len(required) <= takes:
            raise TypeError(
                f"defvjp({fn.__name__}): vjp number {i} is called as vjp({', '.join(['g', 'out', *required])}), with "
                f"the gradient of the result, the result, and what the function was given; but its parameters are "
                f"({', '.join(vjp.__code__.co_varnames[:takes])})"
            )


def positional(f: Callable[..., Any]) -> tuple[list[str], int]:
    """The names of the positional parameters without a default, and how many there are with those that have one.

    (`inspect.signature` takes 30 times as long.)
    """
    f = getattr(f, "__wrapped__", f)
    most: int = f.__code__.co_argcount
    return list(f.__code__.co_varnames[: most - len(f.__defaults__ or ())]), most


def _code_of(vjp: VJP) -> Any:
    code = getattr(getattr(vjp, "__wrapped__", vjp), "__code__", None)
    if code is None:
        raise TypeError(f"a vjp must be None or a Python function, whose parameters can be inspected; got {vjp!r}")
    return code


def values_read(vjp: VJP | None) -> tuple[bool, tuple[int, ...]]:
    """Whether `vjp` reads the output, and at which positions it reads arguments: by its parameters' names."""
    if vjp is None:
        return False, ()
    code = _code_of(vjp)
    if code.co_flags & TAKES_ANY:  # the names do not tell, so everything is read
        raise TypeError(f"{vjp} must name the parameters it reads; for *args use defvjp_variadic")
    _g, out, *args = code.co_varnames[: code.co_argcount]
    return out[0] != "_", tuple([i for i, name in enumerate(args) if name[0] != "_"])
