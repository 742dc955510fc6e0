"""Rules of incomplete gamma and beta functions, in all their arguments, and of their inverses.

By a shape, the derivative is the integral of the density's, which the substitution t = x exp(-u), or x exp(u) for the
upper tail of gamma, turns into one over the positive numbers. As in the papers of Moore (1982) and of Boik and
Robinson-Cox (1998), everything is taken on the side of the mean where nothing cancels; that side is small, too, so that
the derivative is precise relative to itself in both tails. (Their continued fractions are replaced by quadrature: it
needs a hundred nodes at any shape, and its rounding errors do not grow.)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.gammas import psi_rise, stirling_error
from mygrad.scipy._special.numbers import defvjp, elementwise
from mygrad.scipy._special.quadrature import half_line

__all__ = ["beta_density", "betainc_by_a", "gamma_density", "gammainc_by_a"]


def _log(difference: Any, x: Any, y: Any) -> Any:
    """log(x / y), given also x - y."""
    r = difference / y
    return np.where(np.abs(r) < 0.5, np.log1p(r), np.log(x / y))


# --- gamma ------------------------------------------------------------------------------------------


def _power(a: Any, x: Any) -> Any:
    """x^a e^-x / gamma(a + 1), in Loader's form, whose exponent has no large terms."""
    deviance = a * _log(x - a, x, a) - (x - a)
    return np.exp(deviance - stirling_error(a)) / np.sqrt(2 * math.pi * a)


@elementwise
def gamma_density(a: Any, x: Any) -> Any:
    """The derivative of ``gammainc(a, x)`` by x."""
    at_zero = np.where(a > 1, 0.0, np.where(a == 1, 1.0, np.inf))
    return np.where(x == 0, at_zero, _power(a, x) * (a / x))


defvjp(
    gamma_density,
    lambda g, y, a, x: g * y * (np.log(x) - sp.psi(a)),
    lambda g, y, a, x: g * y * (np.where(a == 1, 0.0, (a - 1) / x) - 1),
    elementwise=True,
)


@elementwise
def gammainc_by_a(a: Any, x: Any) -> Any:
    """The derivative of ``gammainc(a, x)`` by a."""
    a, x = np.broadcast_arrays(a, x)
    logarithm = np.log(x)
    lower = x <= a + 1
    # One integral for both, in u = -log(t/x) and u = log(t/x). By parts, the first has no terms that cancel at small a.
    sign = np.where(lower, -1.0, 1.0)
    constant = logarithm - np.where(lower, sp.psi(a + 1), sp.psi(a))
    weight = np.where(lower, -x / a, 1.0)

    def integrand(u: Any) -> Any:
        factor = constant + weight * u * np.where(lower, np.exp(-u), 1.0)
        return np.exp(sign * a * u - x * np.expm1(sign * u)) * factor

    smallest = 1 / (1 + np.abs(a - x) + np.sqrt(x))
    largest = np.where(lower, 40 / a + 9 / np.sqrt(a), np.minimum(40 / (x - a), 9 / np.sqrt(x)))
    integral = half_line(integrand, smallest, np.maximum(largest, smallest))
    found = _power(a, x) * a * -sign * integral
    return np.where(a > 0, np.where((x == 0) | np.isinf(x), 0.0, found), np.nan)


defvjp(
    gammainc_by_a,
    None,
    lambda g, _y, a, x: g * gamma_density(a, x) * (np.log(x) - sp.psi(a)),
    elementwise=True,
)

defvjp(
    sp.gammainc,
    lambda g, _y, a, x: g * gammainc_by_a(a, x),
    lambda g, _y, a, x: g * gamma_density(a, x),
)
defvjp(
    sp.gammaincc,
    lambda g, _y, a, x: -g * gammainc_by_a(a, x),
    lambda g, _y, a, x: -g * gamma_density(a, x),
)
defvjp(
    sp.gammaincinv,
    lambda g, x, a, _y: -g * gammainc_by_a(a, x) / gamma_density(a, x),
    lambda g, x, a, _y: g / gamma_density(a, x),
)
defvjp(
    sp.gammainccinv,
    lambda g, x, a, _y: -g * gammainc_by_a(a, x) / gamma_density(a, x),
    lambda g, x, a, _y: -g / gamma_density(a, x),
)

# --- beta -------------------------------------------------------------------------------------------


def _powers(a: Any, b: Any, x: Any, y: Any) -> Any:
    """x^a y^b / beta(a, b), in Loader's form."""
    n = a + b
    # x - a/n, and its negative y - b/n, from whichever of x and y is smaller, and so is exact
    excess = np.where(x <= y, n * x - a, b - n * y)
    deviance = a * _log(excess, n * x, a) + b * _log(-excess, n * y, b)
    errors = stirling_error(n) - stirling_error(a) - stirling_error(b)
    return np.exp(deviance + errors) * np.sqrt(a / n * b / (2 * math.pi))


@elementwise
def beta_density(a: Any, b: Any, x: Any, y: Any) -> Any:
    """x^(a-1) y^(b-1) / beta(a, b); with y = 1 - x, the derivative of ``betainc(a, b, x)`` by x."""
    ends = np.where(x == 0, a, b)
    at_ends = np.where(ends > 1, 0.0, np.where(ends == 1, np.where(x == 0, b, a), np.inf))
    return np.where((x == 0) | (y == 0), at_ends, _powers(a, b, x, y) / x / y)


defvjp(
    beta_density,
    lambda g, f, a, b, x, _y: g * f * (np.log(x) + psi_rise(a, b)),
    lambda g, f, a, b, _x, y: g * f * (np.log(y) + psi_rise(b, a)),
    lambda g, f, a, _b, x, _y: g * f * np.where(a == 1, 0.0, (a - 1) / x),
    lambda g, f, _a, b, _x, y: g * f * np.where(b == 1, 0.0, (b - 1) / y),
    elementwise=True,
)


def _lower(a: Any, b: Any, x: Any, y: Any, by_b: bool) -> Any:
    """The derivative of ``betainc(a, b, x)`` by one shape, where x is at most a / (a + b)."""
    ratio = x / y
    constant = np.log(y) + psi_rise(b, a) if by_b else np.log(x) + psi_rise(a + 1, b - 1)

    def integrand(u: Any) -> Any:
        grown = 1 - ratio * np.expm1(-u)
        powers = np.exp(-a * u + (b - 1) * np.log(grown))
        return powers * (constant + (np.log(grown) if by_b else -u / a * (b - 1) * ratio * np.exp(-u) / grown))

    rate = np.maximum(a - (b - 1) * ratio, 0) + np.sqrt(a * (1 + ratio))
    smallest = 1 / (1 + ratio + rate)
    largest = 40 / a + 9 / np.sqrt(a)
    return _powers(a, b, x, y) / y * half_line(integrand, smallest, np.maximum(largest, smallest))


@elementwise
def betainc_by_a(a: Any, b: Any, x: Any, y: Any) -> Any:
    """The derivative of ``betainc(a, b, x)`` by a, where y = 1 - x. By b, it is ``-betainc_by_a(b, a, y, x)``."""
    a, b, x, y = np.broadcast_arrays(a, b, x, y)
    lower = (a + b) * x <= a
    found = np.empty(a.shape)
    found[lower] = _lower(a[lower], b[lower], x[lower], y[lower], by_b=False)
    upper = ~lower
    found[upper] = -_lower(b[upper], a[upper], y[upper], x[upper], by_b=True)
    return np.where((a > 0) & (b > 0), np.where((x == 0) | (y == 0), 0.0, found), np.nan)


defvjp(
    betainc_by_a,
    None,
    None,
    lambda g, _o, a, b, x, y: g * beta_density(a, b, x, y) * (np.log(x) + psi_rise(a, b)),
    lambda g, _o, _a, _b, _x, _y: 0 * g,  # it is 1 - x
    elementwise=True,
)

defvjp(
    sp.betainc,
    lambda g, _o, a, b, x: g * betainc_by_a(a, b, x, 1 - x),
    lambda g, _o, a, b, x: -g * betainc_by_a(b, a, 1 - x, x),
    lambda g, _o, a, b, x: g * beta_density(a, b, x, 1 - x),
)
defvjp(
    sp.betaincc,
    lambda g, _o, a, b, x: -g * betainc_by_a(a, b, x, 1 - x),
    lambda g, _o, a, b, x: g * betainc_by_a(b, a, 1 - x, x),
    lambda g, _o, a, b, x: -g * beta_density(a, b, x, 1 - x),
)
defvjp(
    sp.betaincinv,
    lambda g, x, a, b, _y: -g * betainc_by_a(a, b, x, 1 - x) / beta_density(a, b, x, 1 - x),
    lambda g, x, a, b, _y: g * betainc_by_a(b, a, 1 - x, x) / beta_density(a, b, x, 1 - x),
    lambda g, x, a, b, _y: g / beta_density(a, b, x, 1 - x),
)
defvjp(
    sp.betainccinv,
    lambda g, x, a, b, _y: -g * betainc_by_a(a, b, x, 1 - x) / beta_density(a, b, x, 1 - x),
    lambda g, x, a, b, _y: g * betainc_by_a(b, a, 1 - x, x) / beta_density(a, b, x, 1 - x),
    lambda g, x, a, b, _y: -g / beta_density(a, b, x, 1 - x),
)
