"""Functions of other libraries for which there is one that can be differentiated."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from mygrad._engine.operands import has_variable, unwrap
from mygrad._lift.stand_in import given_tensors, stand_in

__all__ = ["lifts", "stand_ins"]

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

#: Ours, by the names of theirs: the module that defines a function, and its name there.
_REPLACED: dict[tuple[str, str], Function] = {}

#: Those that look at the types of their arguments alone: a tensor is to count as an array.
_TYPES_ONLY = ("array_namespace", "get_namespace", "is_array_api_obj", "is_numpy_array")


def lifts(name: str) -> Callable[[F], F]:
    """Have the decorated function called in the place of another library's, where `mygrad.lift` is on.

    Parameters
    ----------
    name : str
        The full name of the function as its library has it, ``"scipy.linalg.expm"``. The library need not be installed,
        and is not imported.

    Returns
    -------
    Callable
        The decorator. What it decorates takes the arguments of the function in whose place it stands, and is called if
        there is a variable among them.

    Raises
    ------
    ValueError
        If `name` has no dot.

    Examples
    --------
    >>> import statistics
    >>> import mygrad as mg
    >>> from mygrad.extend import lifts
    >>> @lifts("statistics.fmean")
    ... def fmean(data):
    ...     return sum(data) / len(data)
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> mg.lift(statistics.fmean)(x).backward()
    >>> x.grad
    array([0.33333333, 0.33333333, 0.33333333])
    """
    module, _, function = name.rpartition(".")
    if not module:
        raise ValueError(f"`lifts` takes the full name of a function, such as 'scipy.linalg.expm', not {name!r}")

    def register(ours: F) -> F:
        _REPLACED[module, function] = ours
        return ours

    return register


def stand_ins(modules: Iterable[str]) -> Iterator[tuple[Function, Function]]:
    """Stand-ins for functions of libraries. New are the `modules`, and what was registered meanwhile."""
    for (module, name), ours in list(_REPLACED.items()):
        theirs = getattr(sys.modules.get(module), name, None)
        if theirs is not None:
            yield stand_in(theirs, ours, has_variable)
    for module in modules:
        if module.endswith("array_api_compat.common._helpers"):
            for name in _TYPES_ONLY:
                theirs = getattr(sys.modules[module], name, None)
                if theirs is not None:
                    yield stand_in(theirs, _of_arrays(theirs), given_tensors)


def _of_arrays(function: Function) -> Function:
    return lambda *args, **kwargs: function(*unwrap(args), **unwrap(kwargs))
