"""Rules of distribution functions and of their inverses, in all arguments that are real numbers.

Of an inverse, which solves F(x, shape) = p, the derivatives are those of F: dx/dp is 1 / F_x, and dx/dshape is
-F_shape / F_x. Counts that SciPy rounds down have none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.betas import beta_density, betainc_by_a, gamma_density, gammainc_by_a
from mygrad.scipy._special.gammas import polygamma, psi_rise
from mygrad.scipy._special.numbers import broadcast, defvjp, elementwise
from mygrad.scipy._special.quadrature import half_line

# --- gamma, chi-squared, Poisson --------------------------------------------------------------------

defvjp(
    sp.chdtr,
    lambda g, _y, v, x: g * gammainc_by_a(v / 2, x / 2) / 2,
    lambda g, _y, v, x: g * gamma_density(v / 2, x / 2) / 2,
)
defvjp(
    sp.chdtrc,
    lambda g, _y, v, x: -g * gammainc_by_a(v / 2, x / 2) / 2,
    lambda g, _y, v, x: -g * gamma_density(v / 2, x / 2) / 2,
)
defvjp(
    sp.chdtri,
    lambda g, x, v, _p: -g * gammainc_by_a(v / 2, x / 2) / gamma_density(v / 2, x / 2),
    lambda g, x, v, _p: -2 * g / gamma_density(v / 2, x / 2),
)
defvjp(
    sp.chdtriv,
    lambda g, v, _p, x: 2 * g / gammainc_by_a(v / 2, x / 2),
    lambda g, v, _p, x: -g * gamma_density(v / 2, x / 2) / gammainc_by_a(v / 2, x / 2),
)
for _f, _sign in ((sp.gdtr, 1), (sp.gdtrc, -1)):
    defvjp(
        _f,
        lambda g, _y, a, b, x, sign=_sign: sign * g * gamma_density(b, a * x) * x,
        lambda g, _y, a, b, x, sign=_sign: sign * g * gammainc_by_a(b, a * x),
        lambda g, _y, a, b, x, sign=_sign: sign * g * gamma_density(b, a * x) * a,
    )
defvjp(
    sp.gdtria,
    lambda g, a, _p, b, x: g / (gamma_density(b, a * x) * x),
    lambda g, a, _p, b, x: -g * gammainc_by_a(b, a * x) / (gamma_density(b, a * x) * x),
    lambda g, a, _p, _b, x: -g * a / x,
)
defvjp(
    sp.gdtrib,
    lambda g, b, a, _p, x: -g * gamma_density(b, a * x) * x / gammainc_by_a(b, a * x),
    lambda g, b, a, _p, x: g / gammainc_by_a(b, a * x),
    lambda g, b, a, _p, x: -g * gamma_density(b, a * x) * a / gammainc_by_a(b, a * x),
)
defvjp(
    sp.gdtrix,
    lambda g, x, a, _b, _p: -g * x / a,
    lambda g, x, a, b, _p: -g * gammainc_by_a(b, a * x) / (gamma_density(b, a * x) * a),
    lambda g, x, a, b, _p: g / (gamma_density(b, a * x) * a),
)
defvjp(sp.pdtr, None, lambda g, _y, k, m: -g * gamma_density(np.floor(k) + 1, m))
defvjp(sp.pdtrc, None, lambda g, _y, k, m: g * gamma_density(np.floor(k) + 1, m))
defvjp(sp.pdtri, None, lambda g, m, k, _y: -g / gamma_density(np.floor(k) + 1, m))
defvjp(
    sp.pdtrik,
    lambda g, k, _p, m: -g / gammainc_by_a(k + 1, m),
    lambda g, k, _p, m: -g * gamma_density(k + 1, m) / gammainc_by_a(k + 1, m),
)

# --- beta, binomial ---------------------------------------------------------------------------------


def _by_b(a: Any, b: Any, x: Any, y: Any) -> Any:
    return -betainc_by_a(b, a, y, x)


defvjp(
    sp.btdtria,
    lambda g, a, _p, b, x: g / betainc_by_a(a, b, x, 1 - x),
    lambda g, a, _p, b, x: -g * _by_b(a, b, x, 1 - x) / betainc_by_a(a, b, x, 1 - x),
    lambda g, a, _p, b, x: -g * beta_density(a, b, x, 1 - x) / betainc_by_a(a, b, x, 1 - x),
)
defvjp(
    sp.btdtrib,
    lambda g, b, a, _p, x: -g * betainc_by_a(a, b, x, 1 - x) / _by_b(a, b, x, 1 - x),
    lambda g, b, a, _p, x: g / _by_b(a, b, x, 1 - x),
    lambda g, b, a, _p, x: -g * beta_density(a, b, x, 1 - x) / _by_b(a, b, x, 1 - x),
)


def _binomial(k: Any, n: Any, p: Any) -> Any:
    """bdtr(k, n, p) = betainc(n - k, k + 1, 1 - p): the shapes and the density."""
    return n - k, k + 1, 1 - p, p


defvjp(sp.bdtr, None, None, lambda g, _y, k, n, p: -g * beta_density(*_binomial(np.floor(k), n, p)))
defvjp(sp.bdtrc, None, None, lambda g, _y, k, n, p: g * beta_density(*_binomial(np.floor(k), n, p)))
defvjp(sp.bdtri, None, None, lambda g, p, k, n, _y: -g / beta_density(*_binomial(np.floor(k), n, p)))


def _bdtr_by_k(k: Any, n: Any, p: Any) -> Any:
    return _by_b(*_binomial(k, n, p)) - betainc_by_a(*_binomial(k, n, p))


defvjp(
    sp.bdtrik,
    lambda g, k, _y, n, p: g / _bdtr_by_k(k, n, p),
    lambda g, k, _y, n, p: -g * betainc_by_a(*_binomial(k, n, p)) / _bdtr_by_k(k, n, p),
    lambda g, k, _y, n, p: g * beta_density(*_binomial(k, n, p)) / _bdtr_by_k(k, n, p),
)
defvjp(
    sp.bdtrin,
    lambda g, n, k, _y, p: -g * _bdtr_by_k(k, n, p) / betainc_by_a(*_binomial(k, n, p)),
    lambda g, n, k, _y, p: g / betainc_by_a(*_binomial(k, n, p)),
    lambda g, n, k, _y, p: g * beta_density(*_binomial(k, n, p)) / betainc_by_a(*_binomial(k, n, p)),
)

# nbdtr(k, n, p) = betainc(n, k + 1, p)
defvjp(sp.nbdtr, None, None, lambda g, _y, k, n, p: g * beta_density(n, np.floor(k) + 1, p, 1 - p))
defvjp(sp.nbdtrc, None, None, lambda g, _y, k, n, p: -g * beta_density(n, np.floor(k) + 1, p, 1 - p))
defvjp(sp.nbdtri, None, None, lambda g, p, k, n, _y: g / beta_density(n, np.floor(k) + 1, p, 1 - p))
defvjp(
    sp.nbdtrik,
    lambda g, k, _y, n, p: g / _by_b(n, k + 1, p, 1 - p),
    lambda g, k, _y, n, p: -g * betainc_by_a(n, k + 1, p, 1 - p) / _by_b(n, k + 1, p, 1 - p),
    lambda g, k, _y, n, p: -g * beta_density(n, k + 1, p, 1 - p) / _by_b(n, k + 1, p, 1 - p),
)
defvjp(
    sp.nbdtrin,
    lambda g, n, k, _y, p: -g * _by_b(n, k + 1, p, 1 - p) / betainc_by_a(n, k + 1, p, 1 - p),
    lambda g, n, k, _y, p: g / betainc_by_a(n, k + 1, p, 1 - p),
    lambda g, n, k, _y, p: -g * beta_density(n, k + 1, p, 1 - p) / betainc_by_a(n, k + 1, p, 1 - p),
)

# --- F ----------------------------------------------------------------------------------------------


def _f_shapes(dfn: Any, dfd: Any, x: Any) -> Any:
    """fdtr(dfn, dfd, x) = betainc(dfn/2, dfd/2, z): the shapes, z and 1 - z."""
    total = dfd + dfn * x
    return dfn / 2, dfd / 2, dfn * x / total, dfd / total


def _f_density(dfn: Any, dfd: Any, x: Any) -> Any:
    return beta_density(*_f_shapes(dfn, dfd, x)) * dfn * dfd / np.square(dfd + dfn * x)


def _f_by_dfn(dfn: Any, dfd: Any, x: Any) -> Any:
    return betainc_by_a(*_f_shapes(dfn, dfd, x)) / 2 + _f_density(dfn, dfd, x) * x / dfn


def _f_by_dfd(dfn: Any, dfd: Any, x: Any) -> Any:
    return _by_b(*_f_shapes(dfn, dfd, x)) / 2 - _f_density(dfn, dfd, x) * x / dfd


for _cdf, _sign in ((sp.fdtr, 1), (sp.fdtrc, -1)):
    defvjp(
        _cdf,
        lambda g, _y, dfn, dfd, x, sign=_sign: sign * g * _f_by_dfn(dfn, dfd, x),
        lambda g, _y, dfn, dfd, x, sign=_sign: sign * g * _f_by_dfd(dfn, dfd, x),
        lambda g, _y, dfn, dfd, x, sign=_sign: sign * g * _f_density(dfn, dfd, x),
    )
defvjp(
    sp.fdtri,
    lambda g, x, dfn, dfd, _p: -g * _f_by_dfn(dfn, dfd, x) / _f_density(dfn, dfd, x),
    lambda g, x, dfn, dfd, _p: -g * _f_by_dfd(dfn, dfd, x) / _f_density(dfn, dfd, x),
    lambda g, x, dfn, dfd, _p: g / _f_density(dfn, dfd, x),
)
defvjp(
    sp.fdtridfd,
    lambda g, dfd, dfn, _p, x: -g * _f_by_dfn(dfn, dfd, x) / _f_by_dfd(dfn, dfd, x),
    lambda g, dfd, dfn, _p, x: g / _f_by_dfd(dfn, dfd, x),
    lambda g, dfd, dfn, _p, x: -g * _f_density(dfn, dfd, x) / _f_by_dfd(dfn, dfd, x),
)

# --- Student's t ------------------------------------------------------------------------------------


def _t_density(df: Any, t: Any) -> Any:
    return sp.poch(df / 2, 0.5) / np.sqrt(math.pi * df) * np.exp(-(df + 1) / 2 * np.log1p(np.square(t) / df))


def _t_score(df: Any, t: Any) -> Any:
    """The derivative of the density's logarithm by df."""
    u = np.square(t) / df
    return (psi_rise(df / 2, 0.5) - 1 / df - np.log1p(u) + (1 + 1 / df) * u / (1 + u)) / 2


@elementwise
def _t_by_df(df: Any, t: Any) -> Any:
    """The derivative of ``stdtr(df, t)`` by df.

    On the left, stdtr(df, t) = betainc(df/2, 1/2, df / (df + t^2)) / 2; the right is its mirror image. But with many
    degrees of freedom the two parts of that derivative cancel: then the density's is integrated.
    """
    df, t = broadcast(df, t)
    size = np.abs(t)
    total = df + np.square(t)
    shape = betainc_by_a(df / 2, 0.5, df / total, np.square(t) / total)
    found = np.array(shape / 4 + _t_density(df, t) * size / (2 * df))
    many = df > 50
    n, start = df[many], size[many]

    def integrand(s: Any) -> Any:
        return _t_density(n, start + s) * _t_score(n, start + s)

    reach = np.sqrt(n * np.expm1(80 / (n + 1) + np.log1p(np.square(start) / n)))  # e^-40 of the density at the start
    found[many] = half_line(integrand, 1 / (1 + start), np.maximum(reach - start, 40 / (1 + start)))
    return -np.sign(t) * found


def _t_second(df: Any, t: Any) -> Any:
    """The second derivative of the density by df, relative to it."""
    u = np.square(t) / df
    share = u / (1 + u)
    rise = (polygamma(1, (df + 1) / 2) - polygamma(1, df / 2)) / 2 + 1 / np.square(df)
    return np.square(_t_score(df, t)) + (rise + (share * (1 - 1 / df) - (1 + 1 / df) * share / (1 + u)) / df) / 2


@elementwise
def _t_by_df_twice(df: Any, t: Any) -> Any:
    """The second derivative of ``stdtr(df, t)`` by df."""
    df, t = broadcast(df, t)
    start = np.abs(t)
    scale = np.sqrt(df) + start
    integral = half_line(
        lambda s: _t_density(df, start + s) * _t_second(df, start + s), 1 / (1 + start), scale * np.exp(45 / df)
    )
    return -np.sign(t) * integral


defvjp(
    _t_by_df,
    lambda g, _y, df, t: g * _t_by_df_twice(df, t),
    lambda g, _y, df, t: g * _t_density(df, t) * _t_score(df, t),
    elementwise=True,
)
defvjp(_t_by_df_twice, None, lambda g, _y, df, t: g * _t_density(df, t) * _t_second(df, t), elementwise=True)
defvjp(sp.stdtr, lambda g, _y, df, t: g * _t_by_df(df, t), lambda g, _y, df, t: g * _t_density(df, t))
defvjp(
    sp.stdtrit,
    lambda g, t, df, _p: -g * _t_by_df(df, t) / _t_density(df, t),
    lambda g, t, df, _p: g / _t_density(df, t),
)
defvjp(
    sp.stdtridf,
    lambda g, df, _p, t: g / _t_by_df(df, t),
    lambda g, df, _p, t: -g * _t_density(df, t) / _t_by_df(df, t),
)

# --- Kolmogorov and Smirnov -------------------------------------------------------------------------

defvjp(sp.kolmogorov, lambda g, _p, y: g * sp._kolmogp(y))
defvjp(sp.kolmogi, lambda g, y, _p: g / sp._kolmogp(y))
defvjp(sp.smirnov, None, lambda g, _p, n, d: g * sp._smirnovp(n, d))
defvjp(sp.smirnovi, None, lambda g, d, n, _p: g / sp._smirnovp(n, d))
