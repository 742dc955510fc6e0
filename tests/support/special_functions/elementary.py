"""Error functions, logarithms, exponentials, entropies."""

import mpmath as mp

from special_functions.case import add, inverse

# --- errors -------------------------------------------------------------------------------------------


def log_ncdf(x):
    return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)


def ncdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def owens_t(h, a):
    return mp.quad(lambda t: mp.exp(-h * h * (1 + t * t) / 2) / (1 + t * t), [0, a]) / (2 * mp.pi)


def voigt(x, sigma, gamma):
    z = (x + 1j * gamma) / (sigma * mp.sqrt(2))
    return mp.re(mp.exp(-z * z) * mp.erfc(-1j * z)) / (sigma * mp.sqrt(2 * mp.pi))


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


REAL = (-2.3, -0.4, 0.0, 0.8, 3.1)
add("erf", mp.erf, *REAL, 6.0)
add("erfc", mp.erfc, *REAL, 20.0)
add("erfi", mp.erfi, *REAL, 20.0)
add("erfcx", erfcx, *REAL, 25.0, 29.9, 30.1, 100.0)
add("dawsn", lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x), *REAL, 25.0, -29.9, 30.1, 100.0)
inverse("erfinv", mp.erf, 0, -0.8, 0.0, 0.3, 0.999999)
inverse("erfcinv", mp.erfc, 0, 0.1, 1.0, 1.86, 1e-100)
add("ndtr", ncdf, *REAL, -30.0)
add("log_ndtr", log_ncdf, *REAL, -40.0, 6.0)
inverse("ndtri", ncdf, 0, 0.05, 0.6, 0.93, 1e-200)
inverse("ndtri_exp", log_ncdf, 0, -0.3, -6.2, -1e4)
add(
    "nrdtrimn",
    lambda p, std, x: x + std * mp.sqrt(2) * mp.erfinv(1 - 2 * p),
    (0.3, 2.0, 0.7),
    (0.9, 0.5, -3.0),
    second=0,
)
add(
    "nrdtrisd",
    lambda mn, p, x: (mn - x) / (mp.sqrt(2) * mp.erfinv(1 - 2 * p)),
    (1.0, 0.3, 0.7),
    (0.5, 0.9, 3.0),
    second=0,
)
add("owens_t", owens_t, (-2.3, 0.9), (0.8, -0.2), (3.1, 0.3), (0.0, 2.0))
add("voigt_profile", voigt, (-2.3, 0.3, 1.1), (0.8, 6.2, 0.3), (0.0, 1.0, 1.0), (300.0, 0.5, 0.2), (5.0, 2.0, 1e-4))

# --- logarithms and exponentials ----------------------------------------------------------------------


def boxcox(x, lmbda):
    return mp.log(x) if lmbda == 0 else mp.expm1(lmbda * mp.log(x)) / lmbda


def inv_boxcox(y, lmbda):
    return mp.exp(y) if lmbda == 0 else mp.exp(mp.log1p(lmbda * y) / lmbda)


def exprel(x):
    return mp.expm1(x) / x if x else mp.mpf(1)


def tukey_quantile(p, lmbda):
    return boxcox(p, lmbda) - boxcox(1 - p, lmbda)


PAIRS = [(0.3, 6.2), (1.1, 2.7), (6.2, 0.3)]
add("xlogy", lambda x, y: x * mp.log(y), *PAIRS, (1.0, 1e-300))
add("xlog1py", lambda x, y: x * mp.log1p(y), *PAIRS, (2.0, -0.999), (1.0, 1e-20))
add("log1p", mp.log1p, -0.8, 0.0, 1e-20, 1e10)
add("expm1", mp.expm1, -40.0, -0.8, 1e-20, 30.0)
add("exp2", lambda x: mp.mpf(2) ** x, -0.8, 0.0, 30.0)
add("exp10", lambda x: mp.mpf(10) ** x, -0.8, 0.0, 30.0)
add("expit", lambda x: 1 / (1 + mp.exp(-x)), -40.0, -2.0, 0.0, 0.5, 30.0)
add("log_expit", lambda x: -mp.log1p(mp.exp(-x)), -40.0, -2.0, 0.0, 0.5, 30.0)
add("logit", lambda x: mp.log(x / (1 - x)), 1e-100, 0.05, 0.3, 0.93)
add("wrightomega", lambda x: mp.lambertw(mp.exp(x)).real, -50.0, -2.3, 0.0, 1.0, 40.0)
add("_log1pmx", lambda x: mp.log1p(x) - x, -0.9, -1e-5, 1e-5, 3.0)
add("_log1mexp", lambda x: mp.log(-mp.expm1(x)), -30.0, -2.0, -1e-5)
add("exprel", exprel, -700.0, -3.0, -0.24, -1e-9, 0.01, 0.24, 0.26, 2.0, 100.0)
POSITIVE = [(0.3, -0.8), (1.1, 0.3), (6.2, 0.9), (2.7, 1e-9), (2.7, -0.2), (1e8, 0.1)]
add("boxcox", boxcox, *POSITIVE)
add("boxcox1p", lambda x, lmbda: boxcox(1 + x, lmbda), *POSITIVE)
INVERTED = [(0.06, -0.8), (0.22, 0.3), (1.24, 0.9), (0.5, 1e-9), (-0.4, 0.2), (3.0, 0.02)]
add("inv_boxcox", inv_boxcox, *INVERTED)
add("inv_boxcox1p", lambda y, lmbda: inv_boxcox(y, lmbda) - 1, *INVERTED)
inverse("tklmbda", tukey_quantile, 0, (0.4, 0.3), (-1.5, 0.14), (0.7, -0.5), (2.0, 1e-3))

# --- powers -------------------------------------------------------------------------------------------

add("cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), -2.0, 0.3, 6.2, 1e200)
add("powm1", lambda x, y: x**y - 1, (0.3, -0.8), (2.7, 0.3), (6.2, 0.9), (1.0000001, 1e3))
add("cosm1", lambda x: mp.cos(x) - 1, -0.8, 1e-20, 3.0)
DEGREE = mp.mpf(1) / 180
add("sindg", lambda x: mp.sinpi(x * DEGREE), -46.0, 0.0, 16.0, 1e5)
add("cosdg", lambda x: mp.cospi(x * DEGREE), -46.0, 1.0, 16.0, 1e5)
add("tandg", lambda x: mp.tan(mp.pi * x * DEGREE), -46.0, 0.0, 16.0, 62.0)
add("cotdg", lambda x: mp.cot(mp.pi * x * DEGREE), 6.0, 22.0, 124.0)
add("radian", lambda d, m, s: mp.pi * DEGREE * (d + m / 60 + s / 3600), (10.0, 30.0, 20.0), second=0)
add("_sinpi", mp.sinpi, -0.3, 0.0, 1e8 + 0.25)
add("_cospi", mp.cospi, -0.3, 0.01, 1e8 + 0.25)

# --- entropies ----------------------------------------------------------------------------------------


def pseudo_huber(delta, r):
    return delta**2 * (mp.sqrt(1 + (r / delta) ** 2) - 1)


def huber(delta, r):
    return r * r / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2)


add("entr", lambda x: -x * mp.log(x), 1e-300, 0.3, 2.7)
add("rel_entr", lambda x, y: x * mp.log(x / y), *PAIRS, (1.0, 1.0))
add("kl_div", lambda x, y: x * mp.log(x / y) - x + y, *PAIRS, (1.0, 1.0000001))
add("huber", huber, (1.0, -2.3), (1.0, 0.4), (0.3, 3.1))
add("pseudo_huber", pseudo_huber, (1.0, -2.3), (1.0, 0.4), (0.3, 3.1), (10.0, 1e-3), (1e-3, 10.0))
