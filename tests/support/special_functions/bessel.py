"""Bessel functions and what goes with them."""

import mpmath as mp

from special_functions.case import add

REAL = (-2.3, -0.4, 0.0, 1e-6, 0.8, 3.1, 30.0)
POSITIVE = (1e-3, 0.3, 1.1, 6.2, 30.0)
ORDERS = [(v, x) for v in (0.0, 1.5, 4.0) for x in (0.3, 6.2, 40.0)]


def scaled_i(v, x):
    return mp.exp(-abs(x)) * mp.besseli(v, x)


def scaled_k(v, x):
    return mp.exp(x) * mp.besselk(v, x)


for n in (0, 1):
    add(f"j{n}", lambda x, n=n: mp.besselj(n, x), *REAL)
    add(f"y{n}", lambda x, n=n: mp.bessely(n, x), *POSITIVE)
    add(f"i{n}", lambda x, n=n: mp.besseli(n, x), *REAL)
    add(f"k{n}", lambda x, n=n: mp.besselk(n, x), *POSITIVE)
    add(f"i{n}e", lambda x, n=n: scaled_i(n, x), -300.0, -2.3, -0.4, 0.8, 99.0, 101.0, 1e4, 1e10)
    add(f"k{n}e", lambda x, n=n: scaled_k(n, x), *POSITIVE, 99.0, 101.0, 1e4, 1e10)
for name in ("jv", "jve"):
    add(name, mp.besselj, *ORDERS, (3.0, -2.0), wrt=[1])
for name in ("yv", "yve"):
    add(name, mp.bessely, *ORDERS, wrt=[1])
add("iv", mp.besseli, *ORDERS, (3.0, -2.0), wrt=[1])
add("ive", scaled_i, *ORDERS, (3.0, -2.0), (1.5, 1e4), (2.0, -1e3), wrt=[1])
SHAPES = [(1.5, 0.3), (0.3, 1.1), (2.0, 2.7), (1.0, 6.2), (2.5, 1e-3), (-0.7, 1.0), (20.0, 5.0), (0.5, 100.0)]
add("kv", mp.besselk, *SHAPES)
add("kve", scaled_k, *SHAPES, (1.5, 1e4), (0.4, 300.0))
add("kn", mp.besselk, (0, 1.1), (2, 0.3), (3, 6.2), wrt=[1])
add("yn", mp.bessely, (0, 1.1), (2, 0.3), (3, 6.2), wrt=[1])
add("struve", mp.struveh, (1.5, 0.3), (1.5, 6.2), (0.0, 2.7), (2.0, 30.0), wrt=[1])
add("modstruve", mp.struvel, (1.5, 0.3), (1.5, 6.2), (0.0, 2.7), (2.0, 20.0), wrt=[1])
add("itstruve0", lambda x: mp.struveh(0, x), 0.3, 2.7, 6.2, integrals=True)
add("itmodstruve0", lambda x: mp.struvel(0, x), 0.3, 2.7, 6.2, integrals=True)
add("it2struve0", lambda x: -mp.struveh(0, x) / x, 0.3, 2.7, 6.2, integrals=True)
ROOT = mp.sqrt(2)
KELVIN = (0.3, 1.1, 2.7, 6.2)
for name, f in (("ber", mp.ber), ("bei", mp.bei), ("ker", mp.ker), ("kei", mp.kei)):
    add(name, lambda x, f=f: f(0, x), *KELVIN)
add("berp", lambda x: (mp.ber(1, x) + mp.bei(1, x)) / ROOT, *KELVIN)
add("beip", lambda x: (mp.bei(1, x) - mp.ber(1, x)) / ROOT, *KELVIN)
add("kerp", lambda x: (mp.ker(1, x) + mp.kei(1, x)) / ROOT, *KELVIN)
add("keip", lambda x: (mp.kei(1, x) - mp.ker(1, x)) / ROOT, *KELVIN)


def wright(a, b, x):
    return mp.nsum(lambda k: x**k / mp.factorial(k) * mp.rgamma(a * k + b), [0, mp.inf])


WRIGHT = [(0.7, 1.2, 0.3), (0.7, 1.2, 2.7), (0.7, 0.0, 6.2)]
add("wright_bessel", wright, *WRIGHT, wrt=[2])
add("log_wright_bessel", lambda a, b, x: mp.log(wright(a, b, x)), *WRIGHT[:2], wrt=[2])
