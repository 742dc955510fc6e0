"""Distribution functions and their inverses."""

import mpmath as mp

from special_functions.case import add, inverse
from special_functions.gammas import betainc, gammainc


def chdtr(v, x):
    return gammainc(v / 2, x / 2)


def gdtr(a, b, x):
    return gammainc(b, a * x)


def pdtr(k, m):
    return -gammainc(k + 1, m)


def bdtr(k, n, p):
    return -betainc(k + 1, n - k, p)


def nbdtr(k, n, p):
    return betainc(n, k + 1, p)


def fdtr(dfn, dfd, x):
    return betainc(dfn / 2, dfd / 2, dfn * x / (dfd + dfn * x))


def stdtr(df, t):
    """From 0 on."""
    factor = 1 / (mp.sqrt(df) * mp.beta(df / 2, mp.mpf(1) / 2))
    return factor * t * mp.hyp2f1(mp.mpf(1) / 2, (df + 1) / 2, mp.mpf(3) / 2, -t * t / df)


def negative(f):
    return lambda *args: -f(*args)


SHAPES = [(0.3, 0.2), (3.0, 2.7), (30.0, 36.0), (5.0, 40.0)]
add("chdtr", chdtr, *SHAPES)
add("chdtrc", negative(chdtr), *SHAPES)
inverse("chdtri", negative(chdtr), 1, (3.0, 0.05), (30.0, 0.6), second=0)
inverse("chdtriv", chdtr, 0, (0.05, 3.0), (0.6, 30.0), second=0)
TRIPLES = [(1.3, 2.0, 0.3), (0.5, 30.0, 55.0), (2.0, 0.4, 1.1)]
add("gdtr", gdtr, *TRIPLES)
add("gdtrc", negative(gdtr), *TRIPLES)
inverse("gdtria", gdtr, 0, (0.3, 2.0, 1.3), (0.9, 30.0, 2.0), second=0)
inverse("gdtrib", gdtr, 1, (1.3, 0.3, 2.0), (0.5, 0.9, 20.0), second=0)
inverse("gdtrix", gdtr, 2, (1.3, 2.0, 0.3), (0.5, 30.0, 0.9), second=0)
add("pdtr", pdtr, (2.0, 0.3), (2.0, 6.2), (50.0, 60.0), wrt=[1])
add("pdtrc", negative(pdtr), (2.0, 0.3), (2.0, 6.2), (50.0, 60.0), wrt=[1])
inverse("pdtri", pdtr, 1, (2, 0.3), (50, 0.9), wrt=[1])
inverse("pdtrik", pdtr, 0, (0.3, 4.0), (0.9, 40.0), second=0)
COUNTS = [(2.0, 5, 0.05), (2.0, 5, 0.6), (40.0, 100, 0.3)]
add("bdtr", bdtr, *COUNTS, wrt=[2])
add("bdtrc", negative(bdtr), *COUNTS, wrt=[2])
inverse("bdtri", bdtr, 2, (2.0, 5.0, 0.05), (40.0, 100.0, 0.9), wrt=[2])
inverse("bdtrik", bdtr, 0, (0.3, 10.0, 0.4), (0.9, 100.0, 0.2), second=0)
inverse("bdtrin", bdtr, 1, (3.0, 0.3, 0.4), (20.0, 0.9, 0.2), second=0)
FAILURES = [(2, 5, 0.05), (2, 5, 0.6), (40, 10, 0.3)]
add("nbdtr", nbdtr, *FAILURES, wrt=[2])
add("nbdtrc", negative(nbdtr), *FAILURES, wrt=[2])
inverse("nbdtri", nbdtr, 2, (2, 5, 0.05), (40, 10, 0.9), wrt=[2])
inverse("nbdtrik", nbdtr, 0, (0.3, 10.0, 0.4), (0.9, 5.0, 0.2), second=0)
inverse("nbdtrin", nbdtr, 1, (3.0, 0.3, 0.4), (20.0, 0.9, 0.2), second=0)
RATIOS = [(3.0, 4.0, 0.3), (3.0, 4.0, 6.2), (1.0, 30.0, 1.1), (100.0, 50.0, 0.9)]
add("fdtr", fdtr, *RATIOS)
add("fdtrc", negative(fdtr), *RATIOS)
inverse("fdtri", fdtr, 2, (3.0, 4.0, 0.3), (30.0, 10.0, 0.9), second=0)
inverse("fdtridfd", fdtr, 1, (3.0, 0.6, 1.3), (10.0, 0.9, 2.5), second=0)
STUDENTS = [(3.0, -2.3), (3.0, 0.4), (0.7, 3.1), (100.0, 2.0), (1e4, -1.0), (5.0, 100.0)]
add("stdtr", stdtr, *STUDENTS)
inverse("stdtrit", stdtr, 1, (3.0, 0.05), (3.0, 0.6), (50.0, 0.93), second=0)
inverse("stdtridf", stdtr, 0, (0.05, -2.3), (0.93, 1.8), second=0)


def kolmogorov(y):
    return 2 * mp.nsum(lambda k: (-1) ** (int(k) - 1) * mp.exp(-2 * k * k * y * y), [1, mp.inf])


def smirnov(n, d):
    terms = range(int(mp.floor(n * (1 - d))) + 1)
    return d * sum(
        mp.binomial(n, v) * (d + mp.mpf(v) / n) ** (v - 1) * (1 - d - mp.mpf(v) / n) ** (n - v) for v in terms
    )


add("kolmogorov", kolmogorov, 0.4, 0.8, 1.5, 3.0, refused=[(0, 0)])
inverse("kolmogi", kolmogorov, 0, 0.9, 0.3, 1e-6, refused=[(0, 0)], second=0)
add("smirnov", smirnov, (3, 0.25), (10, 0.31), (10, 0.77), wrt=[1], refused=[(1, 1)])
inverse("smirnovi", smirnov, 1, (3, 0.4), (10, 0.05), wrt=[1], refused=[(1, 1)], second=0)
