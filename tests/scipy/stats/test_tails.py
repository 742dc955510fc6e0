"""Logarithms of probabilities that underflow: their derivatives do not, and are those of mpmath."""

import mpmath as mp
import numpy as np
import pytest

import mygrad as mg
from mygrad.scipy import stats


def gamma(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper_gamma(a, x):
    return mp.gammainc(a, x, regularized=True)


def beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def student(x, df):
    return beta(df / 2, mp.mpf(0.5), df / (df + x * x)) / 2


def weak(w):
    return -mp.expm1(-w)


#: The distribution, the method, its arguments, by how many of the last there are derivatives, and the probability.
CASES = [
    ("norm", "logcdf", (-40.0,), 1, normal),
    ("norm", "logsf", (40.0,), 1, lambda x: normal(-x)),
    ("gamma", "logcdf", (1e-200, 5.0), 2, lambda x, a: gamma(a, x)),
    ("gamma", "logcdf", (200.0, 2000.0), 2, lambda x, a: gamma(a, x)),
    ("gamma", "logsf", (900.0, 2.5), 2, lambda x, a: upper_gamma(a, x)),
    ("gamma", "logsf", (3000.0, 1000.0), 2, lambda x, a: upper_gamma(a, x)),
    ("chi2", "logsf", (1800.0, 3.0), 2, lambda x, df: upper_gamma(df / 2, x / 2)),
    ("invgamma", "logcdf", (1e-3, 2.0), 2, lambda x, a: upper_gamma(a, 1 / x)),
    ("invgamma", "logsf", (1e100, 5.0), 2, lambda x, a: gamma(a, 1 / x)),
    ("t", "logcdf", (-1e70, 5.0), 2, student),
    ("t", "logcdf", (-50.0, 700.0), 2, student),
    ("t", "logsf", (1e12, 40.0), 2, student),
    ("f", "logcdf", (1e-120, 6.0, 3.0), 3, lambda x, n, m: beta(n / 2, m / 2, n * x / (m + n * x))),
    ("f", "logsf", (1e100, 3.0, 8.0), 3, lambda x, n, m: beta(m / 2, n / 2, m / (m + n * x))),
    ("beta", "logcdf", (0.01, 300.0, 20.0), 3, lambda x, a, b: beta(a, b, x)),
    ("beta", "logsf", (0.999, 3.0, 200.0), 3, lambda x, a, b: beta(b, a, 1 - x)),
    ("weibull_min", "logcdf", (1e-100, 4.0), 2, lambda x, c: weak(x**c)),
    ("weibull_min", "logcdf", (3.0, 3.0), 2, lambda x, c: weak(x**c)),
    ("rayleigh", "logcdf", (1e-200,), 1, lambda x: weak(x * x / 2)),
    ("gumbel_r", "logsf", (800.0,), 1, lambda x: weak(mp.exp(-x))),
    ("gumbel_r", "logsf", (-2.0,), 1, lambda x: weak(mp.exp(-x))),
    ("lognorm", "logcdf", (1e-100, 2.0), 2, lambda x, s: normal(mp.log(x) / s)),
    ("poisson", "logcdf", (3.0, 900.0), 1, lambda k, mu: upper_gamma(k + 1, mu)),
    ("poisson", "logsf", (300.0, 2.0), 1, lambda k, mu: gamma(k + 1, mu)),
    ("binom", "logcdf", (3.0, 2000.0, 0.5), 1, lambda k, n, p: beta(n - k, k + 1, 1 - p)),
    ("binom", "logcdf", (3.0, 100.0, 0.6), 1, lambda k, n, p: beta(n - k, k + 1, 1 - p)),
    ("binom", "logsf", (1990.0, 2000.0, 0.3), 1, lambda k, n, p: beta(k + 1, n - k, p)),
    ("nbinom", "logcdf", (3.0, 500.0, 0.1), 2, lambda k, n, p: beta(n, k + 1, p)),
    ("nbinom", "logsf", (2000.0, 5.0, 0.5), 2, lambda k, n, p: beta(k + 1, n, 1 - p)),
]


@pytest.mark.parametrize(("name", "method", "args", "count", "probability"), CASES)
def test_slopes_in_far_tails(name, method, args, count, probability):
    """Each with an entry beside it that does not underflow, of the same arguments else."""
    function = getattr(getattr(stats, name), method)
    for i in range(len(args) - count, len(args)):
        t = mg.tensor(args[i])
        function(*args[:i], t, *args[i + 1 :]).backward()
        with mp.workdps(50):
            exact = [mp.mpf(a) for a in args]
            size = abs(exact[i])

            def along(h, i=i, exact=exact, size=size):
                return mp.log(probability(*exact[:i], exact[i] + h * size, *exact[i + 1 :]))

            np.testing.assert_allclose(t.grad, float(mp.diff(along, 0) / size), 1e-9)


def test_tails_beside_what_is_none():
    x, a = mg.tensor([[0.5], [900.0], [np.inf], [-1.0]]), mg.tensor([2.0, 3.0])
    stats.gamma.logsf(x, a).sum(where=np.array([[True], [True], [False], [False]])).backward()
    singly = mg.tensor([2.0, 3.0])
    (stats.gamma.logsf(0.5, singly) + stats.gamma.logsf(900.0, singly)).sum().backward()
    np.testing.assert_allclose(a.grad, singly.grad, 1e-14)
    assert x.grad[2] == x.grad[3] == 0


def test_second_derivatives_in_tails():
    slopes = mg.hessian(lambda v: stats.gamma.logsf(v[0], v[1]))(np.array([900.0, 2.5]))
    h = 1e-3
    for i, step in enumerate(np.eye(2) * h):
        beside = [mg.grad(lambda v: stats.gamma.logsf(v[0], v[1]))(np.array([900.0, 2.5]) + k * step) for k in (-1, 1)]
        np.testing.assert_allclose(slopes[i], (beside[1] - beside[0]) / (2 * h), 1e-6)
