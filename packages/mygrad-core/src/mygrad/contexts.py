"""Switching off what costs time, the tracking of graphs and the guarding of memory; and what lost gradients are.

All of these can be used as ``with no_autodiff:`` and as a decorator, ``@no_autodiff``. What they switch holds in the
present thread (or asyncio task) only.

A generator runs in the context of its caller, as all functions do: between two of its values, a block that it has
entered and not left holds for the caller, too. So leave the block before each ``yield``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, overload

from mygrad._engine.anomalies import Block, block
from mygrad._engine.exits import unmask
from mygrad._engine.operands import unwrap
from mygrad._engine.state import (
    ANOMALIES,
    GUARDED,
    LOST,
    TRACKED,
    LostGradients,
    Switch,
    as_policy,
    is_guarding,
    set_guarding_default,
    set_lost_default,
)

if TYPE_CHECKING:
    import numpy as np

    from mygrad.tensor import Tensor

__all__ = [
    "detect_anomaly",
    "lost_gradients",
    "mem_guard_active",
    "mem_guard_off",
    "mem_guard_on",
    "no_autodiff",
    "set_lost_gradients",
    "turn_memory_guarding_off",
    "turn_memory_guarding_on",
]


P = ParamSpec("P")
R = TypeVar("R")


class NoAutodiff(Switch):
    """`no_autodiff`, which as a decorator can turn the tensors that a function returns into arrays."""

    @overload
    def __call__(self, func: Callable[P, R], to_numpy: Literal[False] = ...) -> Callable[P, R]: ...
    @overload
    def __call__(self, func: Callable[P, Tensor], to_numpy: Literal[True]) -> Callable[P, np.ndarray[Any, Any]]: ...
    @overload
    def __call__(self, func: Callable[P, Any], to_numpy: bool) -> Callable[P, Any]: ...
    def __call__(self, func: Callable[..., Any], to_numpy: bool = False) -> Callable[..., Any]:
        if isinstance(func, (classmethod, staticmethod)):
            return type(func)(self(func.__func__, to_numpy))
        switched = super().__call__(func)
        if not to_numpy:
            return switched
        if iscoroutinefunction(switched):

            @wraps(func)
            async def awaited_array(*args: Any, **kwargs: Any) -> Any:
                return unwrap(await switched(*args, **kwargs))

            return awaited_array

        @wraps(func)
        def returning_arrays(*args: Any, **kwargs: Any) -> Any:
            return unwrap(switched(*args, **kwargs))

        return returning_arrays


no_autodiff: Final = NoAutodiff(
    TRACKED,
    False,
    """Compute with tensors without noting how, so that nothing can be differentiated and nothing is locked.

Use it where no derivative is wanted: to evaluate a model, or to update its parameters in place. As a decorator it takes
``to_numpy=True`` to have the function return an array where it would return a tensor.

A generator must not yield inside the block, for that would hold for its caller, too, until it is resumed. A generator
function cannot be decorated for the same reason: that is a TypeError.

Examples
--------
>>> import mygrad as mg
>>> x = mg.tensor([1.0, 2.0])
>>> with mg.no_autodiff:
...     y = x * 2
>>> y.creator is None
True
>>> double = mg.no_autodiff(lambda x: x * 2, to_numpy=True)
>>> double(x)
array([2., 4.])
""",
)

mem_guard_off: Final = Switch(
    GUARDED,
    False,
    """Leave arrays writeable that take part in a graph. It is then up to you not to change them.

Examples
--------
>>> import mygrad as mg, numpy as np
>>> x = np.array([1.0, 2.0])
>>> with mg.mem_guard_off:
...     y = mg.tensor([3.0, 4.0]) * x
>>> x[0] = 10.0
""",
)

mem_guard_on: Final = Switch(
    GUARDED,
    True,
    """Guard memory, also where it was switched off from outside.

Examples
--------
>>> import mygrad as mg, numpy as np
>>> x = np.array([1.0, 2.0])
>>> with mg.mem_guard_off, mg.mem_guard_on:
...     y = mg.tensor([3.0, 4.0]) * x
>>> x[0] = 10.0
Traceback (most recent call last):
    ...
ValueError: assignment destination is read-only
""",
)


def mem_guard_active() -> bool:
    """Whether arrays that enter a graph here and now become read-only.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.mem_guard_active()
    True
    >>> with mg.mem_guard_off:
    ...     mg.mem_guard_active()
    False
    """
    return is_guarding()


def turn_memory_guarding_off() -> None:
    """Stop guarding memory in the whole process, except where `mem_guard_on` says otherwise."""
    set_guarding_default(False)


def turn_memory_guarding_on() -> None:
    """Guard memory in the whole process, except where `mem_guard_off` says otherwise. This is how it starts."""
    set_guarding_default(True)


class _Detection(Switch):
    """What `detect_anomaly` returns. The block is looked at when it ends, unless it ends by an exception."""

    def __enter__(self) -> None:
        super().__enter__()
        block.set(Block())

    def __exit__(self, *exc: Any) -> None:
        super().__exit__(*exc)
        ended = block.get()
        assert ended is not None
        block.set(ended.outer)
        if exc[1] is None:
            ended.check(self._to)


def detect_anomaly(*, inf: bool = False) -> Switch:
    """Find out where nan comes from: in results, and in gradients, where infinities are looked for as well.

    What comes up does not raise at once, for a nan that is masked out later does no harm: ``np.where(x > 0, np.log(x),
    0)`` is right, and so is its gradient. It raises when it gets into something final:

    - a tensor of which ``backward`` is called, or that a function returns which `mygrad.functional` differentiates;
    - at the end of the block, a tensor that was computed in it, is still there, and of which nothing was computed;
    - the gradient of a variable, before it is set.

    The error names the first operation that had nan in its result (or, of a gradient, the first in the backward pass
    that made what is not finite of what was), its place in your code, and the ranges of its arguments and its result.
    No gradient is set then, and the graph is left as it is.

    Parameters
    ----------
    inf : bool
        Whether to look for infinities in results, too.

    Returns
    -------
    Switch
        To be used as ``with detect_anomaly():`` or as a decorator, in the present thread (or asyncio task).

    Raises
    ------
    AnomalyError
        If something final has nan, or what else is looked for. (It is a FloatingPointError.)

    Notes
    -----
    Each operation looks at all of its operands, and ``backward`` computes the gradients twice and keeps all of them. It
    is for debugging: off, it costs nothing.

    See Also
    --------
    why_no_gradient : says why a tensor has no gradient at all.
    numpy.errstate : has NumPy raise at once, even if the nan does no harm.

    Examples
    --------
    >>> import mygrad as mg, numpy as np
    >>> x = mg.tensor([0.0, 1.0])
    >>> with mg.detect_anomaly():
    ...     np.sqrt(x).sum().backward()
    Traceback (most recent call last):
        ...
    mygrad.errors.AnomalyError: the gradient of a variable of shape (2,) is float64 of shape (2,), from 0.5 to 0.5, 1
    inf. What is not finite came up in the backward pass of sqrt, computed by ...
      argument 1: float64 of shape (2,), from 0.0 to 1.0
      result: float64 of shape (2,), from 0.0 to 1.0
    """
    return _Detection(ANOMALIES, "inf" if inf else "nan", detect_anomaly.__doc__)


class _LostGradients(Switch):
    def __exit__(self, *exc: Any) -> None:
        super().__exit__(*exc)
        unmask(exc[1])


def lost_gradients(policy: LostGradients) -> Switch:
    """Choose what happens where a variable leaves the graph, so that its gradient gets lost.

    That is where something asks a tensor for its values, and goes on with these: ``np.asarray(t)``,
    ``np.array([t, u])``, ``a[i] = t`` for an array ``a``, ``float(t)``, ``math.sin(t)``, ``t.copy()``,
    ``mg.tensor(t)``, compiled code. Nothing is lost of constants, or of a result whose graph was cleared by
    ``backward()``. And to ask for values by name is always allowed: ``t.data``, ``t.item()``, ``t.tolist()``,
    ``mg.asarray(t)``, ``mg.stop_gradient(t)``; so are printing, saving and comparing.

    Parameters
    ----------
    policy : {"warn", "raise", "ignore"}
        Warn by a `mygrad.errors.GradientLostWarning`, which is the default; raise a `mygrad.errors.GradientLostError`;
        or do nothing.

    Returns
    -------
    Switch
        To be used as ``with lost_gradients("raise"):`` or as a decorator, in the present thread (or asyncio task).

    Raises
    ------
    ValueError
        If there is no such policy.

    See Also
    --------
    set_lost_gradients : for the whole process.
    stop_gradient : takes a tensor out of the graph by name.

    Examples
    --------
    >>> import mygrad as mg, numpy as np
    >>> x = mg.tensor([1.0, 2.0])
    >>> with mg.lost_gradients("raise"):
    ...     np.asarray(x)
    Traceback (most recent call last):
        ...
    mygrad.errors.GradientLostError: ...made plain numbers of a variable of shape (2,), to which no gradient flows...
    >>> with mg.lost_gradients("ignore"):
    ...     np.asarray(x)
    array([1., 2.])
    """
    return _LostGradients(LOST, as_policy(policy), lost_gradients.__doc__)


def set_lost_gradients(policy: LostGradients) -> None:
    """Choose what happens in the whole process where a gradient gets lost, unless `lost_gradients` says otherwise.

    Functions that `mygrad.functional` or `mygrad.testing.check_grads` differentiate always raise.

    Parameters
    ----------
    policy : {"warn", "raise", "ignore"}
        It starts as the environment variable MYGRAD_LOST_GRADIENTS says, or else as "warn".

    Raises
    ------
    ValueError
        If there is no such policy.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.set_lost_gradients("warn")
    """
    set_lost_default(as_policy(policy))
