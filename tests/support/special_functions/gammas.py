"""The gamma function and its kin."""

import mpmath as mp

from special_functions.case import add, inverse


def log_abs_gamma(x):
    return mp.log(abs(mp.gamma(x)))


def gammainc(a, x):
    """Up to 1, the larger of the two tails being left out: its derivatives would have no digits."""
    return mp.gammainc(a, 0, x, regularized=True) if x <= a else -mp.gammainc(a, x, mp.inf, regularized=True)


def betainc(a, b, x):
    if x * (a + b) <= a:
        return mp.betainc(a, b, 0, x, regularized=True)
    return -mp.betainc(b, a, 0, 1 - x, regularized=True)


add("gamma", mp.gamma, -1.4, 0.3, 1e-8, 1.7, 4.0, 25.0, 170.0)
add("gammaln", log_abs_gamma, -1.4, 0.3, 1e-8, 1.7, 40.0, 1e6, 1e300)
add("loggamma", log_abs_gamma, 0.3, 1.7, 40.0, 1e6)
add("psi", mp.digamma, -11.3, -1.4, 0.3, 1e-6, 1.7, 6.0, 1e6)
add("rgamma", mp.rgamma, -3.0, 0.0, -1.4, -2.001, 0.3, 1.7, 30.0)
add("beta", mp.beta, (0.3, 6.2), (2.7, 0.001), (1e5, 0.1), (0.5, 1e4), (30.0, 40.0))
add("betaln", lambda a, b: mp.log(mp.beta(a, b)), (0.3, 6.2), (2.7, 0.001), (1e5, 0.1), (0.5, 1e4), (1e3, 2e3))
add("poch", mp.rf, (0.3, 6.2), (2.7, 1.1), (100.0, 0.001), (6.2, -1.5))
add("binom", mp.binomial, (3.3, 0.15), (9.2, 3.1), (100.5, 50.2), (9.2, 9.1))
add("_zeta", mp.zeta, (2.5, 0.3), (1.01, 3.0), (7.0, 40.0))
add("_riemann_zeta", mp.zeta, -7.5, -1.4, 0.3, 1.01, 2.5, 30.0, refused=[(0, 0)])

SHAPES = [(a, a * r) for a in (1e-3, 0.5, 3.0, 100.0, 1e4) for r in (0.9, 1.001, 1.1)]
SHAPES += [(1e-3, 1e-9), (0.5, 1e-5), (0.5, 30.0), (3.0, 0.1), (3.0, 30.0), (100.0, 20.0), (100.0, 300.0), (1e4, 8e3)]
add("gammainc", gammainc, *SHAPES)
add("gammaincc", lambda a, x: -gammainc(a, x), *SHAPES)
TAILS = [(a, p) for a in (0.3, 2.7, 60.0) for p in (0.05, 0.6, 0.93)]
inverse("gammaincinv", gammainc, 1, *TAILS, (1e3, 1e-9))
inverse("gammainccinv", lambda a, x: -gammainc(a, x), 1, *TAILS, (1e3, 1e-9))

BETAS = [(0.3, 6.2, 0.05), (1.1, 2.7, 0.3), (2.7, 1.1, 0.6), (6.2, 0.3, 0.93), (60.0, 200.0, 0.2), (1e3, 0.5, 0.999)]
BETAS += [(1.0, 1.0, 0.3), (1e-3, 2.0, 1e-6), (1e3, 1e3, 0.501), (0.5, 0.5, 1e-12)]
add("betainc", betainc, *BETAS)
add("betaincc", lambda a, b, x: -betainc(a, b, x), *BETAS)
QUANTILES = [(0.3, 6.2, 0.05), (1.1, 2.7, 0.3), (2.7, 1.1, 0.6), (60.0, 200.0, 0.2)]
inverse("betaincinv", betainc, 2, *QUANTILES)
inverse("betainccinv", lambda a, b, x: -betainc(a, b, x), 2, *QUANTILES)
inverse("btdtria", betainc, 0, (0.3, 2.7, 0.2), (0.6, 1.1, 0.5), second=0)
inverse("btdtrib", betainc, 1, (2.7, 0.3, 0.2), (1.1, 0.6, 0.5), second=0)
