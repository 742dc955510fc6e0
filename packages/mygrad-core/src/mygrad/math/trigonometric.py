"""Trigonometric functions and their inverses."""

from __future__ import annotations

from typing import Final

import numpy as np

from mygrad.ufuncs import binary, unary

__all__ = [
    "acos",
    "arccos",
    "arcsin",
    "arctan",
    "arctan2",
    "asin",
    "atan",
    "atan2",
    "cos",
    "deg2rad",
    "degrees",
    "hypot",
    "rad2deg",
    "radians",
    "sin",
    "tan",
]

sin: Final = unary(
    np.sin,
    "Sine, element by element, of angles in radians.",
    "``cos(x)``",
    x="[0.0, 1.0]",
    y="[0.        , 0.84147098]",
    grad="[1.        , 0.54030231]",
)

cos: Final = unary(
    np.cos,
    "Cosine, element by element, of angles in radians.",
    "``-sin(x)``",
    x="[0.0, 1.0]",
    y="[1.        , 0.54030231]",
    grad="[-0.        , -0.84147098]",
)

tan: Final = unary(
    np.tan,
    "Tangent, element by element, of angles in radians.",
    "``1 + tan(x)**2``",
    x="[0.0, 1.0]",
    y="[0.        , 1.55740772]",
    grad="[1.        , 3.42551882]",
)

arcsin: Final = unary(
    np.arcsin,
    "Inverse sine, element by element, in [-pi/2, pi/2].",
    "``1 / sqrt(1 - x**2)``",
    x="[0.0, 0.5]",
    y="[0.        , 0.52359878]",
    grad="[1.        , 1.15470054]",
    notes="It is infinite at -1 and 1.",
)

arccos: Final = unary(
    np.arccos,
    "Inverse cosine, element by element, in [0, pi].",
    "``-1 / sqrt(1 - x**2)``",
    x="[0.0, 0.5]",
    y="[1.57079633, 1.04719755]",
    grad="[-1.        , -1.15470054]",
    notes="It is infinite at -1 and 1.",
)

arctan: Final = unary(
    np.arctan,
    "Inverse tangent, element by element, in [-pi/2, pi/2].",
    "``1 / (1 + x**2)``",
    x="[0.0, 1.0]",
    y="[0.        , 0.78539816]",
    grad="[1. , 0.5]",
)

arctan2: Final = binary(
    np.arctan2,
    "Angle of the point (x2, x1), element by element, in [-pi, pi].",
    ("``x2 / (x1**2 + x2**2)``", "``-x1 / (x1**2 + x2**2)``"),
    x1="[0.0, 1.0]",
    x2="[1.0, 1.0]",
    y="[0.        , 0.78539816]",
    grads=("[1. , 0.5]", "[-0. , -0.5]"),
    notes="At the origin, where there are none, they are 0.",
)

hypot: Final = binary(
    np.hypot,
    "Length of the hypotenuse, ``sqrt(x1**2 + x2**2)``, element by element.",
    ("``x1 / y``", "``x2 / y``"),
    x1="[3.0, 0.0]",
    x2="[4.0, 0.0]",
    y="[5., 0.]",
    grads=("[0.6, 0. ]", "[0.8, 0. ]"),
    notes="At the origin they are 0, which is a subgradient.",
)

deg2rad: Final = unary(
    np.deg2rad,
    "Degrees to radians, element by element.",
    "``pi / 180``",
    x="[0.0, 180.0]",
    y="[0.        , 3.14159265]",
    grad="[0.01745329, 0.01745329]",
)

radians: Final = unary(
    np.radians,
    "Degrees to radians, element by element.",
    "``pi / 180``",
    x="[0.0, 180.0]",
    y="[0.        , 3.14159265]",
    grad="[0.01745329, 0.01745329]",
)

rad2deg: Final = unary(
    np.rad2deg,
    "Radians to degrees, element by element.",
    "``180 / pi``",
    x="[0.0, 1.0]",
    y="[ 0.        , 57.29577951]",
    grad="[57.29577951, 57.29577951]",
)

degrees: Final = unary(
    np.degrees,
    "Radians to degrees, element by element.",
    "``180 / pi``",
    x="[0.0, 1.0]",
    y="[ 0.        , 57.29577951]",
    grad="[57.29577951, 57.29577951]",
)

# NumPy's other names
asin = arcsin
acos = arccos
atan = arctan
atan2 = arctan2
