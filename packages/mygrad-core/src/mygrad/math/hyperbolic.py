"""Hyperbolic functions and their inverses."""

from __future__ import annotations

from typing import Final

import numpy as np

from mygrad.ufuncs import unary

__all__ = [
    "acosh",
    "arccosh",
    "arcsinh",
    "arctanh",
    "asinh",
    "atanh",
    "cosh",
    "sinh",
    "tanh",
]

sinh: Final = unary(
    np.sinh,
    "Hyperbolic sine, element by element.",
    "``cosh(x)``",
    x="[0.0, 1.0]",
    y="[0.        , 1.17520119]",
    grad="[1.        , 1.54308063]",
)

cosh: Final = unary(
    np.cosh,
    "Hyperbolic cosine, element by element.",
    "``sinh(x)``",
    x="[0.0, 1.0]",
    y="[1.        , 1.54308063]",
    grad="[0.        , 1.17520119]",
)

tanh: Final = unary(
    np.tanh,
    "Hyperbolic tangent, element by element.",
    "``1 / cosh(x)**2``",
    x="[0.0, 1.0]",
    y="[0.        , 0.76159416]",
    grad="[1.        , 0.41997434]",
)

arcsinh: Final = unary(
    np.arcsinh,
    "Inverse hyperbolic sine, element by element.",
    "``1 / sqrt(x**2 + 1)``",
    x="[0.0, 1.0]",
    y="[0.        , 0.88137359]",
    grad="[1.        , 0.70710678]",
)

arccosh: Final = unary(
    np.arccosh,
    "Inverse hyperbolic cosine, element by element, of x >= 1.",
    "``1 / sqrt(x**2 - 1)``",
    x="[2.0, 3.0]",
    y="[1.3169579 , 1.76274717]",
    grad="[0.57735027, 0.35355339]",
    notes="It is infinite at 1.",
)

arctanh: Final = unary(
    np.arctanh,
    "Inverse hyperbolic tangent, element by element, of -1 < x < 1.",
    "``1 / (1 - x**2)``",
    x="[0.0, 0.5]",
    y="[0.        , 0.54930614]",
    grad="[1.        , 1.33333333]",
)

# NumPy's other names
asinh = arcsinh
acosh = arccosh
atanh = arctanh
