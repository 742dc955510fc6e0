"""The larger and the smaller of two, and others that are defined piece by piece."""

from __future__ import annotations

from typing import Final

import numpy as np

from mygrad.ufuncs import binary, unary

__all__ = [
    "copysign",
    "fabs",
    "fmax",
    "fmin",
    "heaviside",
    "maximum",
    "minimum",
    "nextafter",
]

maximum: Final = binary(
    np.maximum,
    "The larger of two, element by element; nan if either is.",
    ("1 where `x1` is larger, 0 where `x2` is", "1 where `x2` is larger, 0 where `x1` is"),
    x1="[1.0, 2.0, 3.0]",
    x2="[3.0, 2.0, 1.0]",
    y="[3., 2., 3.]",
    grads=("[0. , 0.5, 1. ]", "[1. , 0.5, 0. ]"),
    notes="Operands that tie share the gradient: 1/2 each.",
)

minimum: Final = binary(
    np.minimum,
    "The smaller of two, element by element; nan if either is.",
    ("1 where `x1` is smaller, 0 where `x2` is", "1 where `x2` is smaller, 0 where `x1` is"),
    x1="[1.0, 2.0, 3.0]",
    x2="[3.0, 2.0, 1.0]",
    y="[1., 2., 1.]",
    grads=("[1. , 0.5, 0. ]", "[0. , 0.5, 1. ]"),
    notes="Operands that tie share the gradient: 1/2 each.",
)

fmax: Final = binary(
    np.fmax,
    "The larger of two, element by element; a number rather than nan.",
    ("1 where `x1` is larger, 0 where `x2` is", "1 where `x2` is larger, 0 where `x1` is"),
    x1="[1.0, 2.0, 3.0]",
    x2="[3.0, 2.0, float('nan')]",
    y="[3., 2., 3.]",
    grads=("[0. , 0.5, 1. ]", "[1. , 0.5, 0. ]"),
    notes="Operands that tie share the gradient: 1/2 each.",
)

fmin: Final = binary(
    np.fmin,
    "The smaller of two, element by element; a number rather than nan.",
    ("1 where `x1` is smaller, 0 where `x2` is", "1 where `x2` is smaller, 0 where `x1` is"),
    x1="[1.0, 2.0, 3.0]",
    x2="[3.0, 2.0, float('nan')]",
    y="[1., 2., 3.]",
    grads=("[1. , 0.5, 1. ]", "[0. , 0.5, 0. ]"),
    notes="Operands that tie share the gradient: 1/2 each.",
)

copysign: Final = binary(
    np.copysign,
    "The magnitude of `x1` with the sign of `x2`, element by element.",
    ("1 where the signs agree and -1 elsewhere (0 at ``x1 == 0``)", "0"),
    x1="[1.0, 2.0]",
    x2="[3.0, -4.0]",
    y="[ 1., -2.]",
    grads=("[ 1., -1.]", "[0., 0.]"),
)

heaviside: Final = binary(
    np.heaviside,
    "The step from 0 to 1 at ``x1 == 0``, where it is `x2`, element by element.",
    ("0", "1 at ``x1 == 0`` and 0 elsewhere"),
    x1="[-1.0, 0.0, 1.0]",
    x2="[0.5, 0.5, 0.5]",
    y="[0. , 0.5, 1. ]",
    grads=("[0., 0., 0.]", "[0., 1., 0.]"),
)

fabs: Final = unary(
    np.fabs,
    "Absolute value, element by element, as a floating-point number.",
    "the sign of `x`: 0 at 0",
    x="[1.0, -2.0, 0.0]",
    y="[1., 2., 0.]",
    grad="[ 1., -1.,  0.]",
)

nextafter: Final = binary(
    np.nextafter,
    "The next number after `x1` that the dtype has, towards `x2`, element by element.",
    ("1, as of anything that is rounded", "0"),
    x1="[1.0, 2.0]",
    x2="[3.0, -4.0]",
    y="[1., 2.]",
    grads=("[1., 1.]", "[0., 0.]"),
)
