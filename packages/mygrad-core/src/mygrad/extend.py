"""Derivatives of your own functions: rules, like those of NumPy's functions.

A rule says how to pull a gradient back through a function, in terms of NumPy. The engine does the rest: it keeps what
the rule reads, sums over broadcast axes, casts, and differentiates the rule itself for higher derivatives.

`defvjp`, `defvjp_variadic`
    enter the rule of a function into the table of derivatives.
`defvjp_several`
    does so for a function with several results, or a ufunc with several outputs.
`primitive`
    lets a function of arrays have a rule, and be called with tensors.
`call`
    calls a function that has a rule, with the keywords ``constant`` and ``out`` besides its own.
`Rule`
    is what the table holds.

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

from mygrad._engine.several import call_several
from mygrad._results import call
from mygrad._rules.rule import Rule, defvjp, defvjp_several, defvjp_variadic, primitive

__all__ = ["Rule", "call", "call_several", "defvjp", "defvjp_several", "defvjp_variadic", "primitive"]
