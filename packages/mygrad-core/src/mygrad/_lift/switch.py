"""The switch `mygrad.lift`: it puts the stand-ins in their places while a program computes in a lifted context.

And `lifts`, by which others have things replaced, too. This is all of lift that is imported before one is entered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import iscoroutinefunction
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

from mygrad._engine.exits import unmask
from mygrad._engine.state import LIFTED, LOST, Switch

if TYPE_CHECKING:
    from mygrad._lift.places import Places

__all__ = ["REPLACED", "lift", "lifts"]

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

#: Ours, by the names of theirs: the module that defines a function, and its name there.
REPLACED: dict[tuple[str, str], Callable[..., Any]] = {}


class Lift(Switch):
    """`lift`. The first to enter has the stand-ins put everywhere, and the last to leave has them taken away.

    What exits nevertheless raises. (Within, the policy on lost gradients may be switched to another.)
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
        if exc[1] is not None:
            from mygrad._lift.notes import explain

            explain(exc[1])

    def __reduce__(self) -> tuple[Any, ...]:
        return Lift, (self.__doc__,)

    def _decorated(self, func: Callable[P, R]) -> Callable[P, R]:
        switched = super()._decorated(func)
        if iscoroutinefunction(switched):
            return switched  # type: ignore[return-value]

        @wraps(func)
        def looked_up(*args: P.args, **kwargs: P.kwargs) -> R:
            stand_in = _places().stand_in(func)  # which nobody can find who has the original already
            given: tuple[Any, ...] = args
            if isinstance(func, MethodType):
                stand_in, given = _places().stand_in(func.__func__), (func.__self__, *args)
            elif stand_in is None:
                stand_in, given = type(func).__call__, (func, *args)  # which has one for an np.vectorize
            if hasattr(stand_in, "ours") and stand_in.condition((*args, *kwargs.values())):
                return cast(R, stand_in.ours(*given, **kwargs))
            return func(*args, **kwargs)

        return super()._decorated(looked_up)


@cache
def _places() -> Places:
    """Where the stand-ins go, which are made when they are needed first."""
    from mygrad._lift.stand_ins import PLACES

    return PLACES


lift: Final = Lift(
    """Let code that was written for arrays, by whomever, keep the tensors that it is given.

While it is on, NumPy's conversions (``np.asarray(t)``, ``np.array([t, u])``) let tensors through; arrays made by
``np.zeros`` and its like can have variables written into them; ``math.sin(t)``, ``float(t)``, ``np.vectorize``,
``np.r_`` and ``t.copy()`` are differentiable; and tensors count as arrays. Arrays among tensors are copied, so that
they can be used again. What makes plain numbers of a variable nevertheless is a `mygrad.errors.GradientLostError`. See
`docs/lift.md` for what it changes, and what it cannot do.

It holds for the code of libraries, notebooks and scripts; NumPy itself and the standard library stay as they are. Other
threads and tasks see nothing of it.

Raises
------
TypeError
    If it is to decorate a generator function.

See Also
--------
mygrad.lost_gradients : what happens elsewhere if a gradient gets lost.
mygrad.extend.lifts : what is to be called in the place of a function into which `lift` cannot look.

Examples
--------
>>> import math
>>> import numpy as np
>>> import mygrad as mg
>>> def energies(positions):  # as others wrote it
...     positions = np.asarray(positions, dtype=float)
...     result = np.empty(len(positions))
...     for i, x in enumerate(positions):
...         result[i] = math.exp(-x)
...     return result
>>> x = mg.tensor([0.0, 1.0])
>>> with mg.lift:
...     y = energies(x)
>>> y.sum().backward()
>>> x.grad
array([-1.        , -0.36787944])
>>> mg.lift(energies)(x)
Tensor([1.        , 0.36787944])
"""
)


def lifts(name: str) -> Callable[[F], F]:
    """Have the decorated function called in the place of another library's, where `mygrad.lift` is on.

    Parameters
    ----------
    name : str
        The full name of the function, in its module, as its library has it: ``"scipy.linalg.expm"``. A class is
        replaced where objects of it are made, and a method (``"library.Model.predict"``) for all objects of its class.
        The library need not be installed, and is not imported.

    Returns
    -------
    Callable
        The decorator. What it decorates takes the arguments of the function in whose place it stands, and is called if
        there is a variable among them, or a function that takes one from where it was defined. That holds in blocks
        that are entered from then on; of several, the latest counts.

    Raises
    ------
    TypeError
        If `name` is no string, or what is decorated cannot be called.
    ValueError
        If `name` is not that of a module, a dot, and that of a function.

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
    if not isinstance(name, str):
        raise TypeError(f"`lifts` takes the full name of a function, such as 'scipy.linalg.expm', not {name!r}")
    module, _, function = name.rpartition(".")
    if not module or not function.isidentifier():
        raise ValueError(f"`lifts` takes the full name of a function, such as 'scipy.linalg.expm', not {name!r}")

    def register(ours: F) -> F:
        if not callable(ours):
            raise TypeError(f"what is to be called in the place of {name} is a function, not {type(ours).__name__}")
        REPLACED[module, function] = ours
        return ours

    return register
