"""Arithmetic: sums, products, powers, roots and remainders.

Remainders are taken, and numbers taken apart, by NumPy's own functions. Of constants, which are integers mostly, they
return plain arrays; they are differentiable if there is a variable among the operands.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy import divmod, fmod, frexp, mod, modf, remainder

from mygrad.ufuncs import binary, ufunc, unary

__all__ = [
    "add",
    "cbrt",
    "conj",
    "conjugate",
    "divide",
    "divmod",
    "float_power",
    "fmod",
    "frexp",
    "ldexp",
    "mod",
    "modf",
    "multiply",
    "negative",
    "positive",
    "pow",
    "power",
    "reciprocal",
    "remainder",
    "sqrt",
    "square",
    "subtract",
    "true_divide",
]

add: Final = binary(
    np.add,
    "Sum ``x1 + x2``, element by element.",
    ("1", "1"),
    x1="[1.0, 2.0]",
    x2="[3.0, 4.0]",
    y="[4., 6.]",
    grads=("[1., 1.]", "[1., 1.]"),
)

subtract: Final = binary(
    np.subtract,
    "Difference ``x1 - x2``, element by element.",
    ("1", "-1"),
    x1="[1.0, 2.0]",
    x2="[3.0, 4.0]",
    y="[-2., -2.]",
    grads=("[1., 1.]", "[-1., -1.]"),
)

multiply: Final = binary(
    np.multiply,
    "Product ``x1 * x2``, element by element.",
    ("`x2`", "`x1`"),
    x1="[1.0, 2.0]",
    x2="[3.0, 4.0]",
    y="[3., 8.]",
    grads=("[3., 4.]", "[1., 2.]"),
)

divide: Final = binary(
    np.divide,
    "Quotient ``x1 / x2``, element by element.",
    ("``1 / x2``", "``-x1 / x2**2``"),
    x1="[1.0, 4.0]",
    x2="[2.0, 4.0]",
    y="[0.5, 1. ]",
    grads=("[0.5 , 0.25]", "[-0.25, -0.25]"),
)

power: Final = binary(
    np.power,
    "Power ``x1 ** x2``, element by element.",
    ("``x2 * x1**(x2 - 1)``", "``x1**x2 * log(x1)``"),
    x1="[2.0, 0.0]",
    x2="[3.0, 0.0]",
    y="[8., 1.]",
    grads=("[12.,  0.]", "[5.54517744, 0.        ]"),
    notes="The latter is nan for a negative base and 0 for a base of 0.",
)

float_power: Final = binary(
    np.float_power,
    "Power ``x1 ** x2``, element by element, in float64 at least.",
    ("``x2 * x1**(x2 - 1)``", "``x1**x2 * log(x1)``"),
    x1="[2.0, 0.0]",
    x2="[3.0, 0.0]",
    y="[8., 1.]",
    grads=("[12.,  0.]", "[5.54517744, 0.        ]"),
    notes="See `power`.",
)

negative: Final = unary(
    np.negative,
    "Negative ``-x``, element by element.",
    "-1",
    x="[1.0, -2.0]",
    y="[-1.,  2.]",
    grad="[-1., -1.]",
)

positive: Final = unary(
    np.positive,
    "Copy ``+x``, element by element.",
    "1",
    x="[1.0, -2.0]",
    y="[ 1., -2.]",
    grad="[1., 1.]",
)

conjugate: Final = unary(
    np.conjugate,
    "Complex conjugate, element by element: a copy, of real numbers.",
    "1",
    x="[1.0, -2.0]",
    y="[ 1., -2.]",
    grad="[1., 1.]",
)

reciprocal: Final = unary(
    np.reciprocal,
    "Reciprocal ``1 / x``, element by element.",
    "``-1 / x**2``",
    x="[1.0, 4.0]",
    y="[1.  , 0.25]",
    grad="[-1.    , -0.0625]",
)

square: Final = unary(
    np.square,
    "Square ``x**2``, element by element.",
    "``2 * x``",
    x="[1.0, 4.0]",
    y="[ 1., 16.]",
    grad="[2., 8.]",
)

sqrt: Final = unary(
    np.sqrt,
    "Square root, element by element.",
    "``1 / (2 * sqrt(x))``",
    x="[1.0, 4.0]",
    y="[1., 2.]",
    grad="[0.5 , 0.25]",
    notes="It is infinite at 0.",
)

cbrt: Final = unary(
    np.cbrt,
    "Cube root, element by element, of negative numbers too.",
    "``1 / (3 * cbrt(x)**2)``",
    x="[1.0, -8.0]",
    y="[ 1., -2.]",
    grad="[0.33333333, 0.08333333]",
    notes="It is infinite at 0.",
)

ldexp: Final = ufunc(
    np.ldexp,
    """\
``x1 * 2**x2``, element by element, for integers `x2`.

Parameters
----------
x1 : array_like
x2 : array_like of int
out, where, dtype, casting, order, subok, signature, constant
    As for `multiply`.

Returns
-------
Tensor

Raises
------
TypeError
    If `x2` does not consist of integers.

Notes
-----
The derivative with respect to `x1` is ``2**x2``.

Examples
--------
>>> import mygrad as mg
>>> x = mg.tensor([1.0, 3.0])
>>> y = mg.ldexp(x, [0, 4])
>>> y
Tensor([ 1., 48.])
>>> y.backward()
>>> x.grad
array([ 1., 16.])
""",
)

# NumPy's other names
true_divide = divide
pow = power
conj = conjugate
