"""Rules of arithmetic: sums, products, powers, roots and remainders.

A rule gives the true derivative, even an infinite one: that of sqrt at 0 is inf, times whatever `g` is.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import pow as power_operator
from typing import Any

import numpy as np

from mygrad._rules.broadcasting import times
from mygrad._rules.complexes import is_complex
from mygrad._rules.recorded import assumed
from mygrad._rules.reductions import magnitude
from mygrad._rules.rule import RULES, defvjp, defvjp_several

# --- sums and products ------------------------------------------------------------------------------

defvjp(np.add, lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: g)
defvjp(np.subtract, lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: -g)
defvjp(np.multiply, lambda g, _y, _a, b: g * b, lambda g, _y, a, _b: g * a, symmetric=True)
# y / b, not a / b**2: the square of a small denominator would underflow
defvjp(np.divide, lambda g, _y, _a, b: g / b, lambda g, y, _a, b: -g * (y / b))

defvjp(np.positive, lambda g, _y, _x: g)
defvjp(np.negative, lambda g, _y, _x: -g)
defvjp(np.reciprocal, lambda g, y, _x: -g * y * y)
defvjp(np.ldexp, lambda g, _y, _x, i: np.ldexp(g, i))  # x * 2**i, whose i is an integer

# --- powers and roots -------------------------------------------------------------------------------


Power = Callable[[Any, Any], Any]


def _power_vjps(power: Power) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The vjps of ``power(x, p)`` with respect to the base and to the exponent."""

    def wrt_base(g: Any, _y: Any, x: Any, p: Any) -> Any:
        if isinstance(p, (int, float)) and 2 * p % 1 == 0:
            if p == 0.5 and is_complex(g):  # of complex numbers, the other power takes longer, and is nan at infinity
                return times(g, p) / np.sqrt(x)
            return times(g, p) * (x if p == 2 else power(x, p - 1 if p else 0))
        if is_complex(g):
            flat = (p == 0) & (x == 0)  # where p is 0 so is the derivative, even if 1 / x is infinite
            return g * (p * power(x, np.where(flat, 0, np.subtract(p, 1, dtype=g.dtype))))
        if isinstance(x, np.ndarray):
            slope = power(x, p)
            if _is_tame(slope):
                slope /= x  # in which, unlike in x**(p - 1), no exponent is rounded
                if _is_tame(slope):
                    slope *= p
                    slope *= g
                    return slope
        p = g.dtype.type(p) if isinstance(p, (int, float)) else p
        exponent = lowered = np.subtract(p, 1, dtype=g.dtype)  # because 0 - 1 is 255 among unsigned integers
        # Where p is 0 so is the derivative, but as 0 * inf if 1 / x is infinite: there x**0 stands in.
        # Elsewhere p - 1 must stay: d/dp of p * x**(p - 1) is 1 / x at p = 0.
        flat = p == 0
        if not assumed(~np.any(flat)):
            exponent = np.where(flat & ~(np.abs(x) >= np.finfo(g.dtype).tiny), 0, lowered)
        slope = _times_power(power, p, x, exponent, power(x, exponent))
        return g * _unrounded(slope, x, p, lowered)

    def wrt_exponent(g: Any, y: Any, x: Any, p: Any) -> Any:
        if is_complex(g):
            return g * (y * np.log(np.where(x == 0, 1, x), dtype=g.dtype))
        if _is_tame(y) and np.size(x) and assumed(np.min(x) > 0):
            return g * (y * np.log(x, dtype=g.dtype))
        # 0**p is 0 for any p > 0, and inf**p for any p < 0, whatever log(x) is. At 0**0 the derivative is
        # taken as 0. (A negative base has no powers with exponents close to p: nan, by the log.)
        flat = ((y == 0) & ((x == 0) | np.isinf(x))) | ((x == 0) & (y == 1))
        log = np.log(np.where(flat, 1, x), dtype=g.dtype)
        return g * _times_power(power, log, x, p, y)

    return wrt_base, wrt_exponent


def _is_tame(a: Any) -> bool:
    """Whether all is positive and in the range of the numbers: two quick passes."""
    if not isinstance(a, (np.ndarray, np.generic)) or not a.size:
        return False
    smallest, largest = np.minimum.reduce(a, None), np.maximum.reduce(a, None)
    return assumed((smallest >= np.finfo(a.dtype).tiny) & (largest < np.inf))


def _times_power(power: Power, factor: Any, x: Any, p: Any, y: Any) -> Any:
    """``factor * y``, where `y` is ``power(x, p)``, even if that is out of range and the product is not."""
    size = np.abs(y)
    out = ((size < np.finfo(y.dtype).tiny) | (size == np.inf)) & (x != 0)
    if assumed(~np.any(out)):
        return factor * y
    half = power(np.abs(np.where(out, x, 1)), p / 2)
    return np.where(out, np.copysign(half, y) * factor * half, factor * y)


def _unrounded(slope: Any, x: Any, p: Any, lowered: Any) -> Any:
    """``slope * x**(p - 1) / x**lowered``: p - 1 may have been rounded to `lowered`."""
    if assumed(np.max(np.abs(p), initial=1) * magnitude(x) < 8):  # less than the power itself is rounded by
        return slope
    rounding = np.where(np.abs(p) < 1, p - (lowered + 1), p - lowered - 1)
    rounding = np.where((slope == 0) | np.isinf(slope), 0, rounding)
    # Of a negative base: a large odd exponent became even, and a fraction that nothing is left of has to give nan.
    sign = np.where((x < 0) & (p - lowered != 1), -np.power(-1.0, p, dtype=lowered.dtype), 1)
    return slope * sign * np.power(np.abs(x), rounding)


defvjp(np.power, *_power_vjps(power_operator))  # faster than np.power for exponents like 2 and 0.5
defvjp(np.float_power, *_power_vjps(np.float_power))
defvjp(np.square, lambda g, _y, x: times(g, 2) * x)
defvjp(np.sqrt, lambda g, y, _x: g / (y + y))  # of complex numbers, 2 * inf is nan
defvjp(np.cbrt, lambda g, y, _x: g / (3 * np.square(y)))

# --- remainders -------------------------------------------------------------------------------------
# The quotient is the integer that the remainder was computed with: 1 % 0.1 takes 9 times 0.1 away from 1,
# though floor(1 / 0.1) is 10. There is none if the divisor is 0 or what is divided is infinite.


def _unless_nan(g: Any, y: Any) -> Any:
    return np.where(np.isnan(y), np.nan, g)


defvjp(np.remainder, lambda g, y, _a, _b: _unless_nan(g, y), lambda g, _y, a, b: -g * np.floor_divide(a, b))
defvjp(np.fmod, lambda g, y, _a, _b: _unless_nan(g, y), lambda g, y, a, b: -g * np.rint((a - y) / b))
RULES[np.remainder].plain_of_constants = RULES[np.fmod].plain_of_constants = True
defvjp_several(
    np.divmod,
    lambda gs, ys, _a, _b: _unless_nan(gs[1], ys[1]),
    lambda gs, ys, _a, _b: -gs[1] * ys[0],
    steps=(0,),
)

# --- parts of numbers ---------------------------------------------------------------------------------

defvjp_several(np.modf, lambda gs, _ys, _x: gs[0], steps=(1,))
defvjp_several(np.frexp, lambda gs, ys, _x: np.ldexp(gs[0], -ys[1]))
