"""Exponentials and logarithms."""

from __future__ import annotations

from typing import Final

import numpy as np

from mygrad.ufuncs import binary, unary

__all__ = [
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
]

exp: Final = unary(
    np.exp,
    "Exponential ``e**x``, element by element.",
    "``exp(x)``",
    x="[0.0, 1.0]",
    y="[1.        , 2.71828183]",
    grad="[1.        , 2.71828183]",
)

exp2: Final = unary(
    np.exp2,
    "Power of two ``2**x``, element by element.",
    "``exp2(x) * log(2)``",
    x="[0.0, 3.0]",
    y="[1., 8.]",
    grad="[0.69314718, 5.54517744]",
)

expm1: Final = unary(
    np.expm1,
    "``exp(x) - 1``, element by element, exact for small `x`.",
    "``exp(x)``",
    x="[0.0, 1.0]",
    y="[0.        , 1.71828183]",
    grad="[1.        , 2.71828183]",
)

log: Final = unary(
    np.log,
    "Natural logarithm, element by element.",
    "``1 / x``",
    x="[1.0, 2.0]",
    y="[0.        , 0.69314718]",
    grad="[1. , 0.5]",
)

log2: Final = unary(
    np.log2,
    "Logarithm to base 2, element by element.",
    "``1 / (x * log(2))``",
    x="[1.0, 8.0]",
    y="[0., 3.]",
    grad="[1.44269504, 0.18033688]",
)

log10: Final = unary(
    np.log10,
    "Logarithm to base 10, element by element.",
    "``1 / (x * log(10))``",
    x="[1.0, 100.0]",
    y="[0., 2.]",
    grad="[0.43429448, 0.00434294]",
)

log1p: Final = unary(
    np.log1p,
    "``log(1 + x)``, element by element, exact for small `x`.",
    "``1 / (1 + x)``",
    x="[0.0, 1.0]",
    y="[0.        , 0.69314718]",
    grad="[1. , 0.5]",
)

logaddexp: Final = binary(
    np.logaddexp,
    "``log(exp(x1) + exp(x2))``, element by element, without overflow.",
    ("``exp(x1 - y)``", "``exp(x2 - y)``"),
    x1="[0.0, 1000.0]",
    x2="[0.0, 1000.0]",
    y="[6.93147181e-01, 1.00069315e+03]",
    grads=("[0.5, 0.5]", "[0.5, 0.5]"),
    notes="They sum to 1, even if both operands are -inf.",
)

logaddexp2: Final = binary(
    np.logaddexp2,
    "``log2(2**x1 + 2**x2)``, element by element, without overflow.",
    ("``2**(x1 - y)``", "``2**(x2 - y)``"),
    x1="[0.0, 3.0]",
    x2="[0.0, 3.0]",
    y="[1., 4.]",
    grads=("[0.5, 0.5]", "[0.5, 0.5]"),
    notes="They sum to 1, even if both operands are -inf.",
)
