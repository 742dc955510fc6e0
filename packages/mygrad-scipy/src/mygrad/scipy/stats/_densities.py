"""The distributions, as a table: by name the logarithm of the density, the distribution function, and the entropy.

They are of the standard form - location 0 and scale 1 - and in terms of NumPy and `scipy.special`. No value is computed
by them, but the derivatives are. Each holds inside of the support alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy.stats._tails import log_betainc, log_gammainc, log_gammaincc

__all__ = ["CONTINUOUS", "DISCRETE", "Formulas"]

Function = Callable[..., Any]

_LOG_2, _LOG_2PI, _EULER = math.log(2), math.log(2 * math.pi), float(np.euler_gamma)


@dataclass(frozen=True)
class Formulas:
    """What the derivatives of a distribution are computed by.

    Attributes
    ----------
    shapes : tuple[str, ...]
        The names of the parameters, as SciPy has them.
    log_density : Callable
        ``log_density(z, *shapes)``, of the density or of the probability at z.
    cdf, sf : Callable
        The probability up to z, and beyond.
    logcdf, logsf : Callable, optional
        Their logarithms, if there is a form that does not underflow.
    entropy : Callable, optional
        Of the shapes; else it is summed.
    integers : tuple[str, ...]
        The shapes that are whole numbers.
    """

    shapes: tuple[str, ...]
    log_density: Function
    cdf: Function
    sf: Function
    logcdf: Function | None = None
    logsf: Function | None = None
    entropy: Function | None = None
    integers: tuple[str, ...] = ()


CONTINUOUS: dict[str, Formulas] = {}
DISCRETE: dict[str, Formulas] = {}


def _row(name: str, shapes: str, density: Function, cdf: Function, sf: Function, *logs: Any, **more: Any) -> None:
    CONTINUOUS[name] = Formulas(tuple(shapes.split()), density, cdf, sf, *logs, **more)


def _row_of_counts(
    name: str, shapes: str, mass: Function, cdf: Function, sf: Function, *logs: Any, **more: Any
) -> None:
    DISCRETE[name] = Formulas(tuple(shapes.split()), mass, cdf, sf, *logs, **more)


# --- on the line ------------------------------------------------------------------------------------


def _normal(z: Any) -> Any:
    return -(np.square(z) + _LOG_2PI) / 2


_row(
    "norm",
    "",
    _normal,
    sp.ndtr,
    lambda z: sp.ndtr(-z),
    logcdf=sp.log_ndtr,
    logsf=lambda z: sp.log_ndtr(-z),
    entropy=lambda: (_LOG_2PI + 1) / 2,
)
_row(
    "cauchy",
    "",
    lambda z: -math.log(math.pi) - np.log1p(np.square(z)),
    lambda z: np.arctan2(1.0, -z) / math.pi,
    lambda z: np.arctan2(1.0, z) / math.pi,
    entropy=lambda: math.log(4 * math.pi),
)


def _log_laplace(z: Any) -> Any:
    """The logarithm of the distribution function."""
    shrunk = np.exp(-np.abs(z)) / 2
    return np.where(z > 0, np.log1p(-shrunk), z - _LOG_2)


_row(
    "laplace",
    "",
    lambda z: -np.abs(z) - _LOG_2,
    lambda z: np.exp(_log_laplace(z)),
    lambda z: np.exp(_log_laplace(-z)),
    logcdf=_log_laplace,
    logsf=lambda z: _log_laplace(-z),
    entropy=lambda: _LOG_2 + 1,
)
_row(
    "logistic",
    "",
    lambda z: sp.log_expit(z) + sp.log_expit(-z),
    sp.expit,
    lambda z: sp.expit(-z),
    logcdf=sp.log_expit,
    logsf=lambda z: sp.log_expit(-z),
    entropy=lambda: 2.0,
)


def _log_one_minus_exp(w: Any, log_w: Any) -> Any:
    """The logarithm of 1 - exp(-w), also where `w` underflows."""
    small = w < 1
    near = log_w + np.log(sp.exprel(-np.where(small, w, 0.0)))
    return np.where(small, near, np.log(-np.expm1(-np.where(small, 1.0, w))))


_row(
    "gumbel_r",
    "",
    lambda z: -z - np.exp(-z),
    lambda z: np.exp(-np.exp(-z)),
    lambda z: -np.expm1(-np.exp(-z)),
    logcdf=lambda z: -np.exp(-z),
    logsf=lambda z: _log_one_minus_exp(np.exp(-z), -z),
    entropy=lambda: _EULER + 1,
)


def _finite(df: Any) -> Any:
    """Degrees of freedom, as many as make no difference to infinitely many."""
    return np.minimum(df, 1e12)


def _student(z: Any, df: Any) -> Any:
    df = _finite(df)
    scale = np.log(sp.poch(df / 2, 0.5)) - np.log(df * math.pi) / 2
    return scale - (df + 1) / 2 * np.log1p(np.square(z) / df)


def _log_student(z: Any, df: Any) -> Any:
    """The logarithm of the distribution function."""
    left = z < 0
    square = np.square(np.where(left, z, -1.0))
    total = df + square
    return np.where(left, log_betainc(df / 2, 0.5, df / total, square / total) - _LOG_2, np.log(sp.stdtr(df, z)))


_row(
    "t",
    "df",
    _student,
    lambda z, df: sp.stdtr(_finite(df), z),
    lambda z, df: sp.stdtr(_finite(df), -z),
    logcdf=lambda z, df: _log_student(z, _finite(df)),
    logsf=lambda z, df: _log_student(-z, _finite(df)),
    entropy=lambda df: (df + 1) / 2 * (sp.psi((df + 1) / 2) - sp.psi(df / 2)) + np.log(df) / 2 + sp.betaln(df / 2, 0.5),
)


def _around(z: Any, kappa: Any) -> Any:
    """Von Mises's distribution function, by its Fourier series."""
    most = np.max(getattr(kappa, "data", kappa), initial=0.0)
    n = np.arange(1.0, 20 + 9 * math.sqrt(min(float(most), 1e6))).reshape(-1, *(1,) * max(np.ndim(z), np.ndim(kappa)))
    waves = sp.ive(n, kappa) / sp.i0e(kappa) * np.sin(n * z) / n
    return 0.5 + (z / 2 + np.sum(waves, axis=0)) / math.pi


_row(
    "vonmises",
    "kappa",
    lambda z, kappa: kappa * sp.cosm1(z) - _LOG_2PI - np.log(sp.i0e(kappa)),
    _around,
    lambda z, kappa: 1 - _around(z, kappa),
    entropy=lambda kappa: kappa * (1 - sp.i1e(kappa) / sp.i0e(kappa)) + _LOG_2PI + np.log(sp.i0e(kappa)),
)

# --- on the half line -------------------------------------------------------------------------------

_row(
    "expon",
    "",
    lambda z: -z,
    lambda z: -np.expm1(-z),
    lambda z: np.exp(-z),
    logsf=lambda z: -z,
    entropy=lambda: 1.0,
)
_row(
    "lognorm",
    "s",
    lambda z, s: _normal(np.log(z) / s) - np.log(s * z),
    lambda z, s: sp.ndtr(np.log(z) / s),
    lambda z, s: sp.ndtr(-np.log(z) / s),
    logcdf=lambda z, s: sp.log_ndtr(np.log(z) / s),
    logsf=lambda z, s: sp.log_ndtr(-np.log(z) / s),
    entropy=lambda s: (_LOG_2PI + 1) / 2 + np.log(s),
)
_row(
    "gamma",
    "a",
    lambda z, a: sp.xlogy(a - 1, z) - z - sp.gammaln(a),
    lambda z, a: sp.gammainc(a, z),
    lambda z, a: sp.gammaincc(a, z),
    logcdf=lambda z, a: log_gammainc(a, z),
    logsf=lambda z, a: log_gammaincc(a, z),
    entropy=lambda a: a + sp.gammaln(a) + (1 - a) * sp.psi(a),
)
_row(
    "chi2",
    "df",
    lambda z, df: sp.xlogy(df / 2 - 1, z) - (z + df * _LOG_2) / 2 - sp.gammaln(df / 2),
    lambda z, df: sp.chdtr(df, z),
    lambda z, df: sp.chdtrc(df, z),
    logcdf=lambda z, df: log_gammainc(df / 2, z / 2),
    logsf=lambda z, df: log_gammaincc(df / 2, z / 2),
    entropy=lambda df: df / 2 + _LOG_2 + sp.gammaln(df / 2) + (1 - df / 2) * sp.psi(df / 2),
)
_row(
    "invgamma",
    "a",
    lambda z, a: -(a + 1) * np.log(z) - sp.gammaln(a) - 1 / z,
    lambda z, a: sp.gammaincc(a, 1 / z),
    lambda z, a: sp.gammainc(a, 1 / z),
    logcdf=lambda z, a: log_gammaincc(a, 1 / z),
    logsf=lambda z, a: log_gammainc(a, 1 / z),
    entropy=lambda a: a + sp.gammaln(a) - (1 + a) * sp.psi(a),
)


def _fisher(z: Any, n: Any, m: Any) -> Any:
    ratio = n / m
    powers = sp.xlogy(n / 2, ratio) + sp.xlogy(n / 2 - 1, z) - (n + m) / 2 * np.log1p(ratio * z)
    return powers - sp.betaln(n / 2, m / 2)


def _fisher_entropy(n: Any, m: Any) -> Any:
    p, q = n / 2, m / 2
    return np.log(m / n) + sp.betaln(p, q) + (1 - p) * sp.psi(p) - (1 + q) * sp.psi(q) + (p + q) * sp.psi(p + q)


_row(
    "f",
    "dfn dfd",
    _fisher,
    lambda z, n, m: sp.fdtr(n, m, z),
    lambda z, n, m: sp.fdtrc(n, m, z),
    logcdf=lambda z, n, m: log_betainc(n / 2, m / 2, n * z / (m + n * z), m / (m + n * z)),
    logsf=lambda z, n, m: log_betainc(m / 2, n / 2, m / (m + n * z), n * z / (m + n * z)),
    entropy=_fisher_entropy,
)
_row(
    "weibull_min",
    "c",
    lambda z, c: np.log(c) + sp.xlogy(c - 1, z) - np.power(z, c),
    lambda z, c: -np.expm1(-np.power(z, c)),
    lambda z, c: np.exp(-np.power(z, c)),
    logcdf=lambda z, c: _log_one_minus_exp(np.power(z, c), c * np.log(z)),
    logsf=lambda z, c: -np.power(z, c),
    entropy=lambda c: _EULER - _EULER / c - np.log(c) + 1,
)
_row(
    "rayleigh",
    "",
    lambda z: np.log(z) - np.square(z) / 2,
    lambda z: -np.expm1(-np.square(z) / 2),
    lambda z: np.exp(-np.square(z) / 2),
    logcdf=lambda z: _log_one_minus_exp(np.square(z) / 2, 2 * np.log(z) - _LOG_2),
    logsf=lambda z: -np.square(z) / 2,
    entropy=lambda: _EULER / 2 + 1 - _LOG_2 / 2,
)
_row(
    "pareto",
    "b",
    lambda z, b: np.log(b) - (b + 1) * np.log(z),
    lambda z, b: -np.expm1(-b * np.log(z)),
    lambda z, b: np.power(z, -b),
    logsf=lambda z, b: -b * np.log(z),
    entropy=lambda b: 1 + 1 / b - np.log(b),
)

# --- in an interval ---------------------------------------------------------------------------------

_row("uniform", "", lambda z: 0 * z, lambda z: +z, lambda z: 1 - z, entropy=lambda: 0.0)


def _beta_entropy(a: Any, b: Any) -> Any:
    return sp.betaln(a, b) - (a - 1) * sp.psi(a) - (b - 1) * sp.psi(b) + (a + b - 2) * sp.psi(a + b)


_row(
    "beta",
    "a b",
    lambda z, a, b: sp.xlogy(a - 1, z) + sp.xlog1py(b - 1, -z) - sp.betaln(a, b),
    lambda z, a, b: sp.betainc(a, b, z),
    lambda z, a, b: sp.betaincc(a, b, z),
    logcdf=lambda z, a, b: log_betainc(a, b, z, 1 - z),
    logsf=lambda z, a, b: log_betainc(b, a, 1 - z, z),
    entropy=_beta_entropy,
)


def _log_mass(a: Any, b: Any) -> Any:
    """The logarithm of what the normal distribution has between two places, to full precision in both tails."""
    right = a > 0
    a, b = np.where(right, -b, a), np.where(right, -a, b)
    tail = b <= 0
    end = np.where(tail, b, 0.0)
    in_tail = sp.log_ndtr(end) + np.log1p(-np.exp(sp.log_ndtr(np.where(tail, a, -1.0)) - sp.log_ndtr(end)))
    around = np.log1p(-sp.ndtr(np.where(tail, -1.0, a)) - sp.ndtr(np.where(tail, -1.0, -b)))
    return np.where(tail, in_tail, around)


def _truncated_entropy(a: Any, b: Any) -> Any:
    mass = _log_mass(a, b)
    ends = [np.where(np.isinf(x), 0.0, x * np.exp(_normal(np.where(np.isinf(x), 0.0, x)) - mass)) for x in (a, b)]
    return (_LOG_2PI + 1) / 2 + mass + (ends[0] - ends[1]) / 2


_row(
    "truncnorm",
    "a b",
    lambda z, a, b: _normal(z) - _log_mass(a, b),
    lambda z, a, b: np.exp(_log_mass(a, z) - _log_mass(a, b)),
    lambda z, a, b: np.exp(_log_mass(z, b) - _log_mass(a, b)),
    logcdf=lambda z, a, b: _log_mass(a, z) - _log_mass(a, b),
    logsf=lambda z, a, b: _log_mass(z, b) - _log_mass(a, b),
    entropy=_truncated_entropy,
)

# --- counts -----------------------------------------------------------------------------------------


def _more(k: Any, n: Any, p: Any) -> Any:
    """The probability of more than k successes."""
    all_of_them = k >= n
    return np.where(all_of_them, 0.0, sp.betainc(k + 1, np.where(all_of_them, 1.0, n - k), p))


def _log_more(k: Any, n: Any, p: Any) -> Any:
    all_of_them = k >= n
    return np.where(all_of_them, -np.inf, log_betainc(k + 1, np.where(all_of_them, 1.0, n - k), p, 1 - p))


def _log_no_more(k: Any, n: Any, p: Any) -> Any:
    all_of_them = k >= n
    return np.where(all_of_them, 0.0, log_betainc(np.where(all_of_them, 1.0, n - k), k + 1, 1 - p, p))


_row_of_counts(
    "bernoulli",
    "p",
    lambda k, p: sp.xlogy(k, p) + sp.xlog1py(1 - k, -p),
    lambda k, p: 1 - _more(k, 1.0, p),
    lambda k, p: _more(k, 1.0, p),
    logcdf=lambda k, p: _log_no_more(k, 1.0, p),
    logsf=lambda k, p: _log_more(k, 1.0, p),
    entropy=lambda p: sp.entr(p) + sp.entr(1 - p),
)
_row_of_counts(
    "binom",
    "n p",
    lambda k, n, p: sp.xlogy(k, p) + sp.xlog1py(n - k, -p) - sp.betaln(k + 1, n - k + 1) - np.log1p(n),
    lambda k, n, p: 1 - _more(k, n, p),
    _more,
    logcdf=_log_no_more,
    logsf=_log_more,
    integers=("n",),
)
_row_of_counts(
    "nbinom",
    "n p",
    lambda k, n, p: sp.xlogy(n, p) + sp.xlog1py(k, -p) - sp.betaln(n, k + 1) - np.log(n + k),
    lambda k, n, p: sp.betainc(n, k + 1, p),
    lambda k, n, p: sp.betaincc(n, k + 1, p),
    logcdf=lambda k, n, p: log_betainc(n, k + 1, p, 1 - p),
    logsf=lambda k, n, p: log_betainc(k + 1, n, 1 - p, p),
)
_row_of_counts(
    "poisson",
    "mu",
    lambda k, mu: sp.xlogy(k, mu) - sp.gammaln(k + 1) - mu,
    lambda k, mu: sp.pdtr(k, mu),
    lambda k, mu: sp.pdtrc(k, mu),
    logcdf=lambda k, mu: log_gammaincc(k + 1, mu),
    logsf=lambda k, mu: log_gammainc(k + 1, mu),
)
_row_of_counts(
    "geom",
    "p",
    lambda k, p: sp.xlog1py(k - 1, -p) + np.log(p),
    lambda k, p: -np.expm1(sp.xlog1py(k, -p)),
    lambda k, p: np.exp(sp.xlog1py(k, -p)),
    logsf=lambda k, p: sp.xlog1py(k, -p),
    entropy=lambda p: (sp.entr(p) + sp.entr(1 - p)) / p,
)
