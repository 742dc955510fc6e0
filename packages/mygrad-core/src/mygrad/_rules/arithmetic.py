"""Rows of arithmetic: sums, products, powers, roots and remainders.

A row gives the true derivative, even an infinite one: that of sqrt at 0 is inf, times whatever `g` is.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import pow as power_operator
from typing import Any

import numpy as np

from mygrad._rules.broadcasting import times
from mygrad._rules.rule import defvjp

# --- sums and products ------------------------------------------------------------------------------

defvjp(np.add, lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: g)
defvjp(np.subtract, lambda g, _y, _a, _b: g, lambda g, _y, _a, _b: -g)
defvjp(np.multiply, lambda g, _y, _a, b: g * b, lambda g, _y, a, _b: g * a, symmetric=True)
# y / b, not a / b**2: the square of a small denominator would underflow
defvjp(np.divide, lambda g, _y, _a, b: g / b, lambda g, y, _a, b: -g * (y / b))

defvjp(np.positive, lambda g, _y, _x: g)
defvjp(np.negative, lambda g, _y, _x: -g)
defvjp(np.conjugate, lambda g, _y, _x: g)  # of real numbers
defvjp(np.reciprocal, lambda g, y, _x: -g * y * y)
defvjp(np.ldexp, lambda g, _y, _x, i: np.ldexp(g, i))  # x * 2**i, whose i is an integer

# --- powers and roots -------------------------------------------------------------------------------


def _power_vjps(power: Callable[[Any, Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The vjps of ``power(x, p)`` with respect to the base and to the exponent."""

    def wrt_base(g: Any, _y: Any, x: Any, p: Any) -> Any:
        if isinstance(p, (int, float)):
            return times(g, p) * (x if p == 2 else power(x, p - 1 if p else 0))
        # Where p is 0 so is the derivative, but as 0 * inf if 1 / x is infinite: there x**0 stands in.
        # Elsewhere p - 1 must stay: d/dp of p * x**(p - 1) is 1 / x at p = 0. (In the dtype of g, because
        # 0 - 1 is 255 among unsigned integers.)
        tiny = np.finfo(g.dtype).tiny
        flat = (p == 0) & ~((x >= tiny) | (x <= -tiny))
        lowered = np.where(flat, 0, np.subtract(p, 1, dtype=g.dtype))
        return g * (p * power(x, lowered))

    def wrt_exponent(g: Any, y: Any, x: Any, _p: Any) -> Any:
        # 0**p is 0 for any p > 0, and inf**p for any p < 0, whatever log(x) is. At 0**0 the derivative is
        # taken as 0. (A negative base has no powers with exponents close to p: nan, by the log.)
        flat = (y == 0) | ((x == 0) & (y == 1))
        return g * (y * np.log(np.where(flat, 1, x), dtype=g.dtype))

    return wrt_base, wrt_exponent


defvjp(np.power, *_power_vjps(power_operator))  # faster than np.power for exponents like 2 and 0.5
defvjp(np.float_power, *_power_vjps(np.float_power))
defvjp(np.square, lambda g, _y, x: times(g, 2) * x)
defvjp(np.sqrt, lambda g, y, _x: g / (2 * y))
defvjp(np.cbrt, lambda g, y, _x: g / (3 * np.square(y)))

# --- remainders -------------------------------------------------------------------------------------
# The quotient is the integer that the remainder was computed with: 1 % 0.1 takes 9 times 0.1 away from 1,
# though floor(1 / 0.1) is 10. There is none if the divisor is 0 or what is divided is infinite.


def _unless_nan(g: Any, y: Any) -> Any:
    return np.where(np.isnan(y), np.nan, g)


defvjp(np.remainder, lambda g, y, _a, _b: _unless_nan(g, y), lambda g, _y, a, b: -g * np.floor_divide(a, b))
defvjp(np.fmod, lambda g, y, _a, _b: _unless_nan(g, y), lambda g, y, a, b: -g * np.rint((a - y) / b))
