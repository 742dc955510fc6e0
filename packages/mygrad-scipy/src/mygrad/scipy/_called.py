"""Functions of the user that SciPy calls, and what is said if there is no derivative."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import accumulate, pairwise
from typing import Any

import mygrad as mg
from mygrad.errors import InvalidBackprop
from mygrad.extend import composed, has_variable
from mygrad.scipy._operands import plain, refuse_complex

__all__ = ["as_tensor", "as_tuple", "flattened", "known", "no_derivative", "of_arrays", "optional"]


def of_arrays(
    function: Callable[..., Any], where: str, through: str = "`args`", elsewhere: list[Any] | None = None
) -> Callable[..., Any]:
    """`function` as SciPy is to call it: whatever it returns is made of arrays.

    Parameters
    ----------
    function : Callable
    where, through : str
        What is to be said if it takes a variable from elsewhere, in the place of one that it is given.
    elsewhere : list, optional
        If that is no error: what it returned is added to this list.

    Raises
    ------
    TypeError
        If a variable is in it: one that `function` took from elsewhere.
    """

    @wraps(function)  # SciPy counts the arguments of some
    def called(*args: Any, **kwargs: Any) -> Any:
        value = function(*args, **kwargs)
        if has_variable(value) and elsewhere is not None:
            elsewhere.append(value)
        elif has_variable(value):
            name = getattr(function, "__name__", "the function")
            raise TypeError(
                f"{where}: {name} takes a variable from elsewhere, by which it would not be differentiated. Pass it "
                f"through {through}."
            )
        return plain(value)

    return called


def optional(function: Any, where: str, elsewhere: list[Any] | None = None) -> Any:
    """`function` likewise, if it is one."""
    return of_arrays(function, where, elsewhere=elsewhere) if callable(function) else function


def as_tensor(value: Any) -> Any:
    """What a function of the user's returned: a constant tensor if variables have no part in it."""
    return value if isinstance(value, mg.Tensor) else mg.tensor(value, constant=True)


def as_tuple(args: Any) -> tuple[Any, ...]:
    """What SciPy takes for several arguments, or for one."""
    args = args if isinstance(args, tuple) else (args,)
    refuse_complex(args)
    return args


def flattened(x: Any) -> tuple[list[Any], Callable[[Any], Any]]:
    """What is in lists, tuples and dictionaries, at any depth, and what puts as much into such."""
    if not isinstance(x, (list, tuple, dict)):
        return [x], lambda leaves: leaves[0]
    inner = [flattened(part) for part in (x.values() if isinstance(x, dict) else x)]
    ends = [0, *accumulate(len(leaves) for leaves, _ in inner)]

    def filled(leaves: Any) -> Any:
        pieces = [leaves[start:end] for start, end in pairwise(ends)]
        parts = [fill(piece) for (_, fill), piece in zip(inner, pieces, strict=True)]
        if isinstance(x, dict):
            return dict(zip(x, parts, strict=True))
        return x._make(parts) if hasattr(x, "_make") else type(x)(parts)

    return [leaf for leaves, _ in inner for leaf in leaves], filled


def known(value: Any, f: Callable[..., Any], args: Any, elsewhere: Any = ()) -> Any:
    """`value`, which ``f(*args)`` was found to be, with the derivatives of that; also by what it took `elsewhere`."""
    if not elsewhere:
        return composed(lambda *_: value, f)(*args)
    again = f(*args)
    return value + (again - plain(again))


def no_derivative(where: str, why: str) -> InvalidBackprop:
    """What is raised in a backward pass that has no derivative to go on with."""
    return InvalidBackprop(f"{where}: the solution has no derivative here: {why}")
