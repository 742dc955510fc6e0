"""The door for derivatives of your own: rows for the table that NumPy's functions stand in.

A row says how to pull a gradient back through a function, in NumPy's terms, and the engine does the rest: it keeps
what the row reads, sums over broadcast axes, casts, and differentiates the row itself if higher derivatives are asked
for.

`defvjp`, `defvjp_variadic`
    enter a row.
`defvjp_several`
    enters the row of a function with several results, or of a ufunc with several outputs.
`primitive`
    makes a function of arrays one that can have a row, and can be called with tensors.
`call`
    calls a function that has a row, with the keywords ``constant`` and ``out`` besides its own.
`lifts`
    names a function of another library that has no row, and is to be replaced where `mygrad.lift` is on.
`Rule`
    is what a row becomes.

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
from typing import Any

from mygrad import _results
from mygrad._engine import several
from mygrad._engine.state import unlifted
from mygrad._lift.foreign import lifts
from mygrad._rules import rule
from mygrad._rules.rule import Rule, defvjp, defvjp_several, defvjp_variadic

__all__ = ["Rule", "call", "call_several", "defvjp", "defvjp_several", "defvjp_variadic", "lifts", "primitive"]

# What computes with arrays gets arrays from NumPy, also where `mygrad.lift` is on.
call = unlifted(_results.call)
call_several = unlifted(several.call_several)


def primitive(fn: Callable[..., Any]) -> Callable[..., Any]:
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
    return rule.primitive(unlifted(fn))
