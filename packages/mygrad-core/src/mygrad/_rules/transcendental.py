"""Rules of exponentials, logarithms, trigonometric and hyperbolic functions.

What looks roundabout avoids overflow and cancellation: factors (1 - x) * (1 + x) for 1 - x**2, `np.hypot` for
the root of a sum of squares, and no rule that takes from 1 an output close to 1. On a branch cut of complex numbers,
the derivative is that on the side which the sign of a zero tells, as for the function.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mygrad._rules.complexes import imaginary, is_complex
from mygrad._rules.piecewise import direction
from mygrad._rules.recorded import may_be
from mygrad._rules.rule import defvjp, primitive

__all__ = ["cosine_of_arcsine", "sech_squared", "tanh_slope", "weight", "weight2", "within"]

_LN2, _LN10 = math.log(2.0), math.log(10.0)
_DEGREE = math.pi / 180.0


# --- exponentials and logarithms --------------------------------------------------------------------


def within(x: Any, outside: Any) -> Any:
    """`x`, but nan `outside` of the domain, where the function is nan and the formula of its derivative is not.

    Of complex numbers, all are inside.
    """
    return np.where(outside, x * np.nan, x) if not is_complex(x) and may_be(outside) else x


defvjp(np.exp, lambda g, y, _x: g * y)
defvjp(np.exp2, lambda g, y, _x: g * (y * _LN2))
defvjp(np.expm1, lambda g, _y, x: g * np.exp(x))  # y + 1 would cancel at x << 0
defvjp(np.log, lambda g, _y, x: g / within(x, x < 0))
defvjp(np.log2, lambda g, _y, x: g / _LN2 / within(x, x < 0))  # not x * _LN2, which may overflow
defvjp(np.log10, lambda g, _y, x: g / _LN10 / within(x, x < 0))
defvjp(np.log1p, lambda g, _y, x: g / (1 + within(x, x < -1)))


@primitive
def weight(a: Any, b: Any) -> Any:
    """The weight ``exp(a) / (exp(a) + exp(b))`` that `a` has in the sum."""
    return _weight(np.exp, a, b)


@primitive
def weight2(a: Any, b: Any) -> Any:
    """The weight ``2**a / (2**a + 2**b)`` that `a` has in the sum."""
    return _weight(np.exp2, a, b)


def _weight(exp: Any, a: Any, b: Any) -> Any:
    d = np.subtract(a, b)
    d = np.where(np.isnan(d) & (a == b), 0, d)  # equal infinities have equal weights
    e = exp(-np.abs(d))
    result = np.where(d >= 0, 1, e) / (1 + e)
    if np.min(e, initial=1) > 1e-3:
        return result
    # The difference was rounded, and the larger it is the more that matters to its exponential.
    moved = d - a
    rounding = (a - (d - moved)) - (b + moved)
    return result * exp(np.where((d < 0) & (e > 0), rounding, 0))


defvjp(np.logaddexp, lambda g, _y, a, b: g * weight(a, b), lambda g, _y, a, b: g * weight(b, a))
defvjp(np.logaddexp2, lambda g, _y, a, b: g * weight2(a, b), lambda g, _y, a, b: g * weight2(b, a))
defvjp(
    weight,
    lambda g, y, a, b: g * (y * weight(b, a)),
    lambda g, y, a, b: -g * (y * weight(b, a)),
    elementwise=True,
    real=True,
)
defvjp(
    weight2,
    lambda g, y, a, b: g * (y * weight2(b, a) * _LN2),
    lambda g, y, a, b: -g * (y * weight2(b, a) * _LN2),
    elementwise=True,
    real=True,
)

# --- trigonometric ----------------------------------------------------------------------------------

defvjp(np.sin, lambda g, _y, x: g * np.cos(x))
defvjp(np.cos, lambda g, _y, x: -g * np.sin(x))


def _tan(g: Any, y: Any, x: Any) -> Any:
    if is_complex(x):  # of 1j * x, which would be nan where either part is infinite
        return g * sech_squared(imaginary(np.real(x)) - np.imag(x))
    return g * (1 + np.square(y))


def cosine_of_arcsine(x: Any) -> Any:
    """sqrt(1 - x**2)."""
    if is_complex(x):  # 0 - 0 is 0, and -0 - 0 is -0: so the sign of the imaginary part tells the side of the cut
        return np.sqrt(-(x - 1) * (x - -1))
    return np.sqrt((1 - x) * (1 + x))


def _one_plus_square(x: Any) -> Any:
    """1 + x**2, of complex numbers without cancellation."""
    return (x - 1j) * (x - _MINUS_1J) if is_complex(x) else 1 + np.square(x)


_MINUS_1J = complex(0, -1)  # -1j has a real part of -0

defvjp(np.tan, _tan)
defvjp(np.arcsin, lambda g, _y, x: g / cosine_of_arcsine(x))
defvjp(np.arccos, lambda g, _y, x: -g / cosine_of_arcsine(x))
defvjp(np.arctan, lambda g, _y, x: g / _one_plus_square(x))

for _to_radians in (np.deg2rad, np.radians):
    defvjp(_to_radians, lambda g, _y, _x: g * _DEGREE)
for _to_degrees in (np.rad2deg, np.degrees):
    defvjp(_to_degrees, lambda g, _y, _x: g / _DEGREE)


def _arctan2_wrt_y(g: Any, _out: Any, y: Any, x: Any) -> Any:
    r = np.hypot(y, x)
    return g * direction(direction(x, r), r)


def _arctan2_wrt_x(g: Any, _out: Any, y: Any, x: Any) -> Any:
    r = np.hypot(y, x)
    return -g * direction(direction(y, r), r)


defvjp(np.arctan2, _arctan2_wrt_y, _arctan2_wrt_x)
defvjp(np.hypot, lambda g, y, a, _b: g * direction(a, y), lambda g, y, _a, b: g * direction(b, y))

# --- hyperbolic -------------------------------------------------------------------------------------

defvjp(np.sinh, lambda g, _y, x: g * np.cosh(x))
defvjp(np.cosh, lambda g, _y, x: g * np.sinh(x))


@primitive
def sech_squared(x: Any) -> Any:
    """1 / cosh(x)**2, which neither overflows nor cancels."""
    size = np.where(x.real < 0, -x, x) if is_complex(x) else np.abs(x)
    e = np.exp(-(size + size))  # complex numbers times 2 would be nan where either part is infinite
    return 4 * e / np.square(1 + e)


#: From so many entries on, it is worth to look whether there are such at the ends of the hyperbolic tangent.
_MANY = 16384
#: How large the square of the tangent may be, for 1 minus it to have most of its digits.
_SQUARE = 0.94


@primitive
def tanh_slope(y: Any, x: Any, out: Any = None) -> Any:
    """The derivative at x of the tangent y: 1 - y**2; where that would cancel, `sech_squared`. Each entry by itself."""
    slope = np.multiply(y, y, out=out)
    if slope.max() <= _SQUARE:
        return np.subtract(1, slope, out=slope)
    is_far = ~(slope <= _SQUARE)  # or nan
    far = np.flatnonzero(is_far)
    np.subtract(1, slope, out=slope)
    if 16 * len(far) > y.size:  # to pick them out would take longer
        np.copyto(slope, sech_squared(x), where=is_far)
    else:
        np.put(slope, far, sech_squared(np.take(x, far)))
    return slope


defvjp(tanh_slope, None, lambda g, s, y, x: -2 * g * y * s, elementwise=True)


def _tanh(g: Any, y: Any, x: Any) -> Any:
    if not isinstance(y, np.ndarray) or y.size < _MANY or y.dtype.char not in "fd":
        return g * sech_squared(x)
    return g * tanh_slope(y, x)


defvjp(sech_squared, lambda g, y, x: -2 * g * y * np.tanh(x), elementwise=True)
defvjp(np.tanh, _tanh)
defvjp(np.arcsinh, lambda g, _y, x: g / (np.sqrt(_one_plus_square(x)) if is_complex(x) else np.hypot(1, x)))


def _arccosh(g: Any, _y: Any, x: Any) -> Any:
    one, other = np.sqrt(x - 1), np.sqrt(x - -1)
    return g / one / other if is_complex(x) else g / (one * other)  # complex infinities have no product


defvjp(np.arccosh, _arccosh)
defvjp(np.arctanh, lambda g, _y, x: g / within((1 - x) * (1 + x), np.abs(x) > 1))
