"""Logarithms of incomplete gamma and beta functions, also where these underflow.

There, with t = x exp(-u), or x exp(u) for the upper tail of gamma, they are the density times an integral over the
positive numbers, whose logarithm is of the order of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._operands import plain
from mygrad.scipy._special.betas import beta_scales, gamma_scales
from mygrad.scipy._special.quadrature import half_line

__all__ = ["log_betainc", "log_gammainc", "log_gammaincc"]

#: Beside it, the smallest numbers have lost digits.
_SMALL = 1e-290


def _log(p: Any, tail: Callable[..., Any], args: tuple[Any, ...], elsewhere: tuple[float, ...]) -> Any:
    """The logarithm of `p`, as ``tail(*args)`` where that is too small a number."""
    small = plain(p) < _SMALL
    if not np.any(small):
        return np.log(p)
    inside = [np.where(small, a, other) for a, other in zip(args, elsewhere, strict=True)]
    return np.where(small, tail(*inside), np.log(np.where(small, 1.0, p)))


def _lower(a: Any, x: Any) -> Any:
    integral = half_line(lambda u: np.exp(-a * u - x * np.expm1(-u)), *gamma_scales(plain(a), plain(x), True))
    return a * np.log(x) - x - sp.gammaln(a) + np.log(integral)


def _upper(a: Any, x: Any) -> Any:
    integral = half_line(lambda u: np.exp(a * u - x * np.expm1(u)), *gamma_scales(plain(a), plain(x), False))
    return a * np.log(x) - x - sp.gammaln(a) + np.log(integral)


def _left(a: Any, b: Any, x: Any, y: Any) -> Any:
    ratio = x / y

    def integrand(u: Any) -> Any:
        return np.exp(-a * u + (b - 1) * np.log1p(-ratio * np.expm1(-u)))

    integral = half_line(integrand, *beta_scales(*plain([a, b, ratio])))
    return a * np.log(x) + (b - 1) * np.log(y) - sp.betaln(a, b) + np.log(integral)


def log_gammainc(a: Any, x: Any) -> Any:
    """The logarithm of ``gammainc(a, x)``."""
    return _log(sp.gammainc(a, x), _lower, (a, x), (1.0, 1.0))


def log_gammaincc(a: Any, x: Any) -> Any:
    """The logarithm of ``gammaincc(a, x)``."""
    return _log(sp.gammaincc(a, x), _upper, (a, x), (1.0, 1.0))


def log_betainc(a: Any, b: Any, x: Any, y: Any) -> Any:
    """The logarithm of ``betainc(a, b, x)``, where y = 1 - x is given: of ``betaincc``, it is that of (b, a, y, x)."""
    p = np.where(plain(x) < 0.5, sp.betainc(a, b, x), sp.betaincc(b, a, y))
    return _log(p, _left, (a, b, x, y), (1.0, 1.0, 0.5, 0.5))
