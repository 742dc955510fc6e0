"""Derivatives of your own functions: rules, like those of NumPy's functions.

A rule says how to pull a gradient back through a function, in terms of NumPy. The engine does the rest: it keeps what
the rule reads, sums over broadcast axes, casts, and differentiates the rule itself for higher derivatives.

`defvjp`, `defvjp_variadic`
    enter the rule of a function into the table of derivatives.
`defvjp_several`
    does so for a function with several results, or a ufunc with several outputs.
`primitive`
    lets a function of arrays have a rule, and be called with tensors.
`linear`, `composed`, `implicit_root`
    make functions whose derivative is another function: the transposed one, one that computes the same with functions
    that have derivatives, or what becomes zero at the result.
`call`
    calls a function that has a rule, with the keywords ``constant`` and ``out`` besides its own.
`lifts`
    names what is to be called in the place of another library's function, which has no rule, where `mygrad.lift` is on.
`recorded_whole`
    lets `mygrad.compile` record a function that decides by values as one call.
`refuse_recording`
    is for what changes the state of an object, which a program would not do: it says what to do instead.
`has_rule`
    tells whether a function has one.
`has_variable`
    tells whether there is a variable among arguments, in lists, tuples and dictionaries too.
`Rule`
    is what the table holds.

The gradients of complex numbers that rules are given, and return, are not conjugated: so the rule of a holomorphic
function is ``g * f'(z)``, as it is of real numbers (docs/conventions.md). A rule that is right for real numbers alone
is entered with ``real=True``, and refuses others.

For functions that cannot be written so - that keep state between the two passes, say - there is
`mygrad.operation_base.Operation`.

Examples
--------
>>> import numpy as np
>>> import mygrad as mg
>>> from mygrad.extend import defvjp, primitive
>>> @primitive
... def softplus(x):
...     return np.logaddexp(0, x)
>>> defvjp(softplus, lambda g, y, x: g * np.exp(x - y), elementwise=True)
>>> x = mg.tensor([0.0, 100.0])
>>> softplus(x).backward()
>>> x.grad
array([0.5, 1. ])
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from mygrad import _results
from mygrad._derived import composed, implicit_root
from mygrad._engine import several
from mygrad._engine.apply import apply
from mygrad._engine.handle import Handle
from mygrad._engine.operands import has_variable
from mygrad._engine.state import mode, unlifted
from mygrad._lift.switch import lifts
from mygrad._rules import rule
from mygrad._rules.recorded import RECORDED, active, recorded_call, refuse_recording
from mygrad._rules.rule import Rule
from mygrad._rules.waiting import import_for

__all__ = [
    "Rule",
    "call",
    "call_several",
    "composed",
    "defvjp",
    "defvjp_several",
    "defvjp_variadic",
    "has_rule",
    "has_variable",
    "implicit_root",
    "lifts",
    "linear",
    "primitive",
    "recorded_whole",
    "refuse_recording",
]

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])
Function = Callable[..., Any]


def _last(
    define: Callable[Concatenate[Function, P], None], check: Function | None = None, **defaults: Any
) -> Callable[Concatenate[Function, P], None]:
    """`define`, after the rules of NumPy's functions that are imported when needed: so none of them comes later."""

    @wraps(define)
    def defining(fn: Function, *args: P.args, **kwargs: P.kwargs) -> None:
        if check is not None:
            check(fn, *args)
        import_for(fn)
        define(fn, *args, **defaults | kwargs)

    return cast("Callable[Concatenate[Function, P], None]", defining)


if TYPE_CHECKING:
    from mygrad._engine.several import call_several as call_several
    from mygrad._results import call as call
    from mygrad._rules.rule import defvjp as defvjp
    from mygrad._rules.rule import defvjp_several as defvjp_several
    from mygrad._rules.rule import defvjp_variadic as defvjp_variadic
else:
    defvjp = _last(rule.defvjp, rule.check_vjps, linear=False)
    defvjp_several = _last(rule.defvjp_several)
    defvjp_variadic = _last(rule.defvjp_variadic, linear=False)

    # What computes with arrays gets arrays from NumPy, also where `mygrad.lift` is on.
    _call = unlifted(_results.call)

    @wraps(_results.call)
    def call(func, *args, constant=None, out=None, **params):
        """What this is without further arguments is half a microsecond quicker."""
        if params or out is not None or mode.get().lifted:
            return _call(func, *args, constant=constant, out=out, **params)
        return apply(func, *args, constant=constant)

    call_several = unlifted(several.call_several)


def primitive(fn: F) -> F:
    """Make `fn` honour NumPy's ``__array_function__`` protocol in its positional arguments (NEP 18).

    Parameters
    ----------
    fn : Callable
        A function of arrays. It is called with arrays alone.

    Returns
    -------
    Callable
        The same function, which can have a rule, and then be called with tensors.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.extend import primitive
    >>> @primitive
    ... def double(x):
    ...     return x + x
    >>> double(np.array([1.0]))
    array([2.])
    """
    return cast("F", rule.primitive(unlifted(fn)))


def recorded_whole(fn: F) -> F:
    """Let `mygrad.compile` record a function of tensors as one call, where it may decide by values.

    Such are those of labels, which are checked for their range. Where an argument that is no variable depends on one of
    the compiled function, the program makes the call itself, and goes back through the graph of it: so it takes mygrad
    to run, and there is no derivative of higher order. Elsewhere the function is looked into.

    Parameters
    ----------
    fn : Callable
        A function of tensors and arrays, with mygrad's keyword ``constant``. It returns a tensor.

    Returns
    -------
    Callable
        The same function.

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> from mygrad.extend import recorded_whole
    >>> @recorded_whole
    ... def entries(x, places, *, constant=None):
    ...     if np.any(places < 0):
    ...         raise IndexError("there are no such places")
    ...     return mg.multiply(x[places], 1, constant=constant)
    >>> step = mg.compile(mg.grad(lambda x, places: np.sum(entries(x, places) ** 2)))
    >>> step(np.array([1.0, 2.0]), np.array([1, 1]))
    array([0., 8.])
    """
    recording = active.get

    @wraps(fn)
    def called(*args: Any, **kwargs: Any) -> Any:
        if recording() is None or not _has_recorded_constant((*args, *kwargs.values())):
            return fn(*args, **kwargs)
        count = len(args)
        return recorded_call(
            fn.__name__,
            lambda *given: fn(*given[:count], **dict(zip(kwargs, given[count:], strict=True))),
            (*args, *kwargs.values()),
            kwargs.get("constant"),
        )

    return cast("F", called)


def _has_recorded_constant(args: tuple[Any, ...]) -> bool:
    """Whether an argument that is no variable is recorded."""
    arrays = [a._memory if isinstance(a, Handle) and a._constant else a for a in args]
    return any(type(a) in RECORDED for a in arrays)


def has_rule(fn: Callable[..., Any]) -> bool:
    """Whether a function has a rule: one of NumPy's functions, of one's own, or one for which a plugin brings it.

    Parameters
    ----------
    fn : Callable

    Returns
    -------
    bool

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.extend import has_rule
    >>> has_rule(np.sin), has_rule(np.floor)
    (True, False)
    """
    try:
        return rule.RULES[fn] is not None
    except KeyError:
        return False


def linear(f: Callable[..., Any], transpose: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is linear in its first argument, whose derivative is the transposed function.

    Parameters
    ----------
    f : Callable
        ``f(x, **params)``, a function of an array.
    transpose : Callable
        ``transpose(g, shape, **params)``, an array of the shape of `x`, for `g` of the shape of the result: so that the
        sums of ``g * f(x)`` and of ``transpose(g, x.shape) * x`` are equal, whatever `g` and `x`.

    Returns
    -------
    Callable
        The same function as `f`, which takes tensors. It is differentiable to any order.

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.extend import linear
    >>> def every(x, step):
    ...     return x[::step]
    >>> def spread(g, shape, step):
    ...     x = np.zeros(shape)
    ...     x[::step] = g
    ...     return x
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> linear(every, spread)(x, step=2).sum().backward()
    >>> x.grad
    array([1., 0., 1.])
    """
    function = primitive(f)

    @primitive
    def transposed(g: Any, shape: Any, params: Any) -> Any:
        return transpose(g, shape, **params)

    def pull_back(g: Any, _y: Any, _x: Any, **params: Any) -> Any:
        return transposed(g, _x.shape, params)

    def pull_back_of_transposed(g: Any, _y: Any, _g: Any, _shape: Any, params: Any) -> Any:
        return function(g, **params)

    rule.defvjp(function, pull_back, linear=True)
    rule.defvjp(transposed, pull_back_of_transposed, linear=True)
    return function
