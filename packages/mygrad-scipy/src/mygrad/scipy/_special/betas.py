"""Rules of incomplete gamma and beta functions, in all their arguments, and of their inverses.

By a shape, the derivative is the integral of the density's, which the substitution t = x exp(-u), or x exp(u) for the
upper tail of gamma, turns into one over the positive numbers. As in the papers of Moore (1982) and of Boik and
Robinson-Cox (1998), everything is taken on the side of the mean where nothing cancels; that side is small, too, so that
the derivative is precise relative to itself in both tails. (Their continued fractions are replaced by quadrature: it
needs a hundred nodes at any shape, and its rounding errors do not grow.)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.gammas import polygamma, psi_rise, stirling_error
from mygrad.scipy._special.numbers import broadcast, defvjp, elementwise
from mygrad.scipy._special.quadrature import half_line

__all__ = ["beta_density", "beta_scales", "betainc_by_a", "gamma_density", "gamma_scales", "gammainc_by_a"]


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


def gamma_scales(a: Any, x: Any, lower: Any) -> tuple[Any, Any]:
    """The scales of exp(-a u - x expm1(-u)), and of exp(a u - x expm1(u)) for the upper tail."""
    smallest = 1 / (1 + np.abs(a - x) + np.sqrt(x))
    largest = np.where(lower, 40 / a + 9 / np.sqrt(a), np.minimum(40 / np.maximum(x - a, 0), 9 / np.sqrt(x)))
    return smallest, np.maximum(largest, smallest)


def _gamma_integral(a: Any, x: Any, factor: Any) -> Any:
    """The integral of the density times ``factor(u, lower)`` up to x, or minus that beyond x, where that is smaller."""
    lower = x <= a + 1
    sign = np.where(lower, -1.0, 1.0)  # one integral for both, in u = -log(t/x) and u = log(t/x)

    def integrand(u: Any) -> Any:
        return np.exp(sign * a * u - x * np.expm1(sign * u)) * factor(sign * u, lower)

    found = _power(a, x) * a * -sign * half_line(integrand, *gamma_scales(a, x, lower))
    return np.where(a > 0, np.where((x == 0) | np.isinf(x), 0.0, found), np.nan)


@elementwise
def gammainc_by_a(a: Any, x: Any) -> Any:
    """The derivative of ``gammainc(a, x)`` by a."""
    a, x = broadcast(a, x)
    logarithm = np.log(x)

    def factor(v: Any, lower: Any) -> Any:  # by parts, the lower one has no terms that cancel at small a
        by_parts = logarithm - sp.psi(a + 1) + x / a * v * np.exp(v)
        return np.where(lower, by_parts, logarithm - sp.psi(a) + v)

    return _gamma_integral(a, x, factor)


@elementwise
def gammainc_by_aa(a: Any, x: Any) -> Any:
    """The second derivative of ``gammainc(a, x)`` by a."""
    a, x = broadcast(a, x)
    mean, variance = sp.psi(a), sp._zeta(2.0, a)  # of the logarithm
    return _gamma_integral(a, x, lambda v, _lower: np.square(np.log(x) - mean + v) - variance)


def _gamma_score(a: Any, x: Any) -> Any:
    return np.log(x) - sp.psi(a)


defvjp(
    gammainc_by_a,
    lambda g, _y, a, x: g * gammainc_by_aa(a, x),
    lambda g, _y, a, x: g * gamma_density(a, x) * _gamma_score(a, x),
    elementwise=True,
)
defvjp(
    gammainc_by_aa,
    None,
    lambda g, _y, a, x: g * gamma_density(a, x) * (np.square(_gamma_score(a, x)) - polygamma(1, a)),
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


def beta_scales(a: Any, b: Any, ratio: Any) -> tuple[Any, Any]:
    """The scales of exp(-a u) (1 - ratio expm1(-u))^(b - 1)."""
    rate = np.maximum(a - (b - 1) * ratio, 0) + np.sqrt(a * (1 + ratio))
    smallest = 1 / (1 + ratio + rate)
    return smallest, np.maximum(40 / a + 9 / np.sqrt(a), smallest)


def _lower(a: Any, b: Any, x: Any, y: Any, by_b: bool) -> Any:
    """The derivative of ``betainc(a, b, x)`` by one shape, where x is at most a / (a + b)."""
    ratio = x / y
    constant = np.log(y) + psi_rise(b, a) if by_b else np.log(x) + psi_rise(a + 1, b - 1)

    def integrand(u: Any) -> Any:
        grown = 1 - ratio * np.expm1(-u)
        powers = np.exp(-a * u + (b - 1) * np.log(grown))
        return powers * (constant + (np.log(grown) if by_b else -u / a * (b - 1) * ratio * np.exp(-u) / grown))

    return _powers(a, b, x, y) / y * half_line(integrand, *beta_scales(a, b, ratio))


def _on_the_smaller_side(a: Any, b: Any, x: Any, y: Any, lower: Any, upper: Any) -> Any:
    """``lower(a, b, x, y)`` up to the mean, and beyond it ``-upper(b, a, y, x)``."""
    a, b, x, y = broadcast(a, b, x, y)
    left = (a + b) * x <= a
    right = ~left
    found = np.empty(a.shape)
    found[left] = lower(a[left], b[left], x[left], y[left])
    found[right] = -upper(b[right], a[right], y[right], x[right])
    return np.where((a > 0) & (b > 0), np.where((x == 0) | (y == 0), 0.0, found), np.nan)


@elementwise
def betainc_by_a(a: Any, b: Any, x: Any, y: Any) -> Any:
    """The derivative of ``betainc(a, b, x)`` by a, where y = 1 - x. By b, it is ``-betainc_by_a(b, a, y, x)``."""
    return _on_the_smaller_side(a, b, x, y, partial(_lower, by_b=False), partial(_lower, by_b=True))


#: Of the density's second derivatives, relative to it: by which shapes, given the scores and the sum of the shapes.
_SECOND: dict[str, Callable[..., Any]] = {
    "aa": lambda by_a, _by_b, a, _b, n: np.square(by_a) - (sp._zeta(2.0, a) - sp._zeta(2.0, n)),
    "bb": lambda _by_a, by_b, _a, b, n: np.square(by_b) - (sp._zeta(2.0, b) - sp._zeta(2.0, n)),
    "ab": lambda by_a, by_b, _a, _b, n: by_a * by_b + sp._zeta(2.0, n),
}


def _scores(a: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any]:
    return np.log(x) + psi_rise(a, b), np.log(y) + psi_rise(b, a)


def _second(a: Any, b: Any, x: Any, y: Any, by: str) -> Any:
    """A second derivative of ``betainc(a, b, x)``, where x is at most a / (a + b)."""
    ratio = x / y
    of_a, of_b = _scores(a, b, x, y)

    def integrand(u: Any) -> Any:
        log_grown = np.log1p(-ratio * np.expm1(-u))
        return np.exp(-a * u + (b - 1) * log_grown) * _SECOND[by](of_a - u, of_b + log_grown, a, b, a + b)

    return _powers(a, b, x, y) / y * half_line(integrand, *beta_scales(a, b, ratio))


@elementwise
def betainc_by_shapes(a: Any, b: Any, x: Any, y: Any, *, by: str) -> Any:
    """The second derivative of ``betainc(a, b, x)`` by "aa" or "ab", where y = 1 - x."""
    mirrored = {"aa": "bb", "ab": "ab"}[by]
    return _on_the_smaller_side(a, b, x, y, partial(_second, by=by), partial(_second, by=mirrored))


defvjp(
    betainc_by_a,
    lambda g, _o, a, b, x, y: g * betainc_by_shapes(a, b, x, y, by="aa"),
    lambda g, _o, a, b, x, y: g * betainc_by_shapes(a, b, x, y, by="ab"),
    lambda g, _o, a, b, x, y: g * beta_density(a, b, x, y) * (np.log(x) + psi_rise(a, b)),
    lambda g, _o, _a, _b, _x, _y: 0 * g,  # it is 1 - x
    elementwise=True,
)
defvjp(
    betainc_by_shapes,
    None,
    None,
    lambda g, _o, a, b, x, y, *, by: g * beta_density(a, b, x, y) * _SECOND[by](*_scores(a, b, x, y), a, b, a + b),
    lambda g, _o, _a, _b, _x, _y, *, by: 0 * g,
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
