"""Rules of sinc and i0, whose derivatives of every order are primitives: each rule leads to the next order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp, primitive

__all__ = ["i0_derivative", "sinc_derivative"]

# --- sinc -------------------------------------------------------------------------------------------


@primitive
def sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of the given order, at least 1, of ``np.sinc``.

    With t = pi * x and S(t) = sin(t) / t, the derivatives follow ``t S[n] + n S[n-1] = sin[n](t)``, which
    cancels at t below n; there the power series of S[n] serves, whose alternating terms in turn cancel at
    large t. At t = n either is good.
    """
    t = math.pi * x
    near = np.abs(t) < order
    # sin[n](t) = sin(t + n pi/2), after taking whole periods from x, exactly
    phase = math.pi * (x - 2 * np.rint(x.real / 2))
    sin, cos = np.sin(phase), np.cos(phase)
    waves = (sin, cos, -sin, -cos)
    divisor = np.where(near, 1, x)  # which does not overflow where t does
    far = sin / divisor / math.pi
    for n in range(1, order + 1):
        far = (waves[n % 4] - n * far) / divisor / math.pi
    return math.pi**order * np.where(near, _sinc_series(np.where(near, t, 0), order), far)


def _sinc_series(t: Any, order: int) -> Any:
    """S[n](t), the sum of (-1)**k t**(2k - n) / ((2k + 1) (2k - n)!) over 2k >= n, for t <= n."""
    first = (order + 1) // 2
    total = 0 * t
    for k in range(2 * order + 9, first - 1, -1):
        total = total * (t * t) + (-1) ** k / ((2 * k + 1) * math.factorial(2 * k - order))
    return total if order % 2 == 0 else total * t


defvjp(np.sinc, lambda g, _y, x: g * sinc_derivative(x, 1), elementwise=True)
defvjp(sinc_derivative, lambda g, _y, x, order: g * sinc_derivative(x, order + 1), elementwise=True)

# --- i0, the modified Bessel function ---------------------------------------------------------------


@primitive
def i0_derivative(x: Any, order: int) -> Any:
    """The derivative of the given order of ``np.i0``: the mean of cos(u)**n * exp(x * cos(u)) over all u.

    The midpoint rule takes the mean of a periodic function to full precision at a few points. The two points
    at cos(u) = +-c are taken together. A factor of exp(abs(x)) is left out, which would make a large error of the
    rounding of x * c.
    """
    largest = np.max(np.abs(x), initial=0, where=~np.isnan(x))
    pairs = 10 + order + math.ceil(2.5 * math.sqrt(min(largest, 1e4)))  # the mean overflows long before 1e4
    a = np.minimum(np.abs(x), 1e3)
    total = np.zeros_like(x)
    for i in range(pairs):
        u = math.pi * (i + 0.5) / (2 * pairs)
        c = math.cos(u)
        other = np.exp(-2 * c * a) + 1 if order % 2 == 0 else -np.expm1(-2 * c * a)
        total = total + c**order * np.exp(-2 * math.sin(u / 2) ** 2 * a) * other
    total = total / (2 * pairs) * np.exp(a / 2) * np.exp(a / 2)  # in two parts: it would overflow before the mean
    return total if order % 2 == 0 else np.copysign(total, x)


defvjp(np.i0, lambda g, _y, x: g * i0_derivative(x, 1), elementwise=True)
defvjp(i0_derivative, lambda g, _y, x, order: g * i0_derivative(x, order + 1), elementwise=True, real=True)
