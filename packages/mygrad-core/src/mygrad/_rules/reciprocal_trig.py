"""The reciprocals of trigonometric and hyperbolic functions, their inverses, and the rules of all of them.

Of complex numbers, the inverses are those of the others at 1 / x, and so have their branch cuts there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import is_complex
from mygrad._rules.rule import RULES, defvjp, primitive
from mygrad._rules.transcendental import within

__all__ = [
    "arccot",
    "arccoth",
    "arccsc",
    "arccsch",
    "arcsec",
    "arcsech",
    "cot",
    "coth",
    "csc",
    "csch",
    "sec",
    "sech",
]

# --- trigonometric ----------------------------------------------------------------------------------


@primitive
def sec(x: Any) -> Any:
    """Secant, 1 / cos(x)."""
    return 1 / np.cos(x)


@primitive
def csc(x: Any) -> Any:
    """Cosecant, 1 / sin(x)."""
    return 1 / np.sin(x)


@primitive
def cot(x: Any) -> Any:
    """Cotangent, 1 / tan(x)."""
    return 1 / np.tan(x)


defvjp(sec, lambda g, y, x: g * (y * np.tan(x)), elementwise=True)
defvjp(csc, lambda g, y, x: -g * (y * cot(x)), elementwise=True)
defvjp(cot, lambda g, y, x: -g * (np.square(csc(x)) if is_complex(x) else 1 + np.square(y)), elementwise=True)


def _inverse(f: Any, vjp: Any) -> Any:
    """The vjp of the inverse of a reciprocal: `vjp`, and of complex numbers that of ``f(1 / x)``."""
    of_f: Any = RULES[f].vjps[0]
    return lambda g, _y, x: -of_f(g, None, 1 / x) / x / x if is_complex(x) else vjp(g, x)


def _leg(x: Any) -> Any:
    """sqrt(x**2 - 1), which neither overflows nor cancels; nan for abs(x) < 1."""
    x = np.abs(x)
    return np.sqrt(x - 1) * np.sqrt(x + 1)


@primitive
def arcsec(x: Any) -> Any:
    """Inverse secant, arccos(1 / x), in [0, pi]."""
    return np.arccos(1 / x) if is_complex(x) else np.arctan2(_leg(x), np.sign(x))


@primitive
def arccsc(x: Any) -> Any:
    """Inverse cosecant, arcsin(1 / x), in [-pi/2, pi/2]."""
    return np.arcsin(1 / x) if is_complex(x) else np.arctan2(np.sign(x), _leg(x))


@primitive
def arccot(x: Any) -> Any:
    """Inverse cotangent, arctan(1 / x), in [-pi/2, pi/2]; pi/2 at 0."""
    return np.arctan(1 / x) if is_complex(x) else np.copysign(np.arctan2(1, np.abs(x)), x)


defvjp(arcsec, _inverse(np.arccos, lambda g, x: g / np.abs(x) / _leg(x)), elementwise=True)
defvjp(arccsc, _inverse(np.arcsin, lambda g, x: -g / np.abs(x) / _leg(x)), elementwise=True)
defvjp(arccot, _inverse(np.arctan, lambda g, x: -g / (1 + np.square(x))), elementwise=True)

# --- hyperbolic -------------------------------------------------------------------------------------


@primitive
def sech(x: Any) -> Any:
    """Hyperbolic secant, 1 / cosh(x), though cosh(x) overflow."""
    if is_complex(x):
        return 1 / np.cosh(x)
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + np.square(e))


@primitive
def csch(x: Any) -> Any:
    """Hyperbolic cosecant, 1 / sinh(x), though sinh(x) overflow."""
    x = np.asanyarray(x)
    if is_complex(x):
        return 1 / np.sinh(x)
    a = np.abs(x)
    # With e = exp(-a), sinh(a) is (1 - e**2) / (2 e), and -expm1(-2 a) is a 1 - e**2 without cancellation.
    return np.copysign(2 * np.exp(-a) / -np.expm1(-2 * a), x)


@primitive
def coth(x: Any) -> Any:
    """Hyperbolic cotangent, 1 / tanh(x)."""
    return 1 / np.tanh(x)


defvjp(sech, lambda g, y, x: -g * (y * np.tanh(x)), elementwise=True)
defvjp(csch, lambda g, y, x: -g * (y * coth(x)), elementwise=True)
defvjp(coth, lambda g, _y, x: -g * np.square(csch(x)), elementwise=True)


@primitive
def arcsech(x: Any) -> Any:
    """Inverse hyperbolic secant, arccosh(1 / x), of 0 <= x <= 1."""
    if is_complex(x):
        return np.arccosh(1 / x)
    # 1 / x would round away what distinguishes an x close to 1
    return np.log1p((np.sqrt((1 - x) * (1 + x)) + (1 - x)) / x)


@primitive
def arccsch(x: Any) -> Any:
    """Inverse hyperbolic cosecant, arcsinh(1 / x)."""
    return np.arcsinh(1 / x)


@primitive
def arccoth(x: Any) -> Any:
    """Inverse hyperbolic cotangent, arctanh(1 / x), of abs(x) >= 1."""
    if is_complex(x):
        return np.arctanh(1 / x)
    return np.copysign(np.log1p(2 / (np.abs(x) - 1)) / 2, x)  # which keeps an x close to 1 apart from it


_arcsech = _inverse(np.arccosh, lambda g, x: -g / within(x, x < 0) / np.sqrt((1 - x) * (1 + x)))
defvjp(arcsech, _arcsech, elementwise=True)
defvjp(arccsch, _inverse(np.arcsinh, lambda g, x: -g / np.abs(x) / np.hypot(1, x)), elementwise=True)
defvjp(arccoth, _inverse(np.arctanh, lambda g, x: g / within(1 - x, np.abs(x) < 1) / (1 + x)), elementwise=True)
