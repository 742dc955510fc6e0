"""Integrals, and functions that come with their derivatives."""

import mpmath as mp

from special_functions.case import add

POSITIVE = (1e-3, 0.3, 1.1, 6.2, 30.0)
REAL = (-2.3, -0.4, 0.0, 0.8, 3.1)

add("exp1", mp.e1, *POSITIVE)
add("expi", mp.ei, -3.0, *POSITIVE)
add("expn", mp.expint, (0, 1.1), (1, 0.3), (2, 0.3), (3, 6.2), wrt=[1])
add("spence", lambda z: mp.polylog(2, 1 - z).real, 1e-3, 0.3, 0.95, 1.0, 1.0001, 1.05, 2.7, 1e6)
add("sici", (mp.si, mp.ci), *POSITIVE)
add("shichi", (mp.shi, mp.chi), *POSITIVE)
add("fresnel", (mp.fresnels, mp.fresnelc), *REAL, 30.1, 1000.3)
add(
    "airy",
    (
        mp.airyai,
        lambda x: mp.airyai(x, derivative=1),
        mp.airybi,
        lambda x: mp.airybi(x, derivative=1),
    ),
    *REAL,
    -20.0,
    20.0,
)
add(
    "itairy",
    (
        lambda x: mp.airyai(x, derivative=-1),
        lambda x: mp.airybi(x, derivative=-1),
        lambda x: -mp.airyai(-x, derivative=-1),
        lambda x: -mp.airybi(-x, derivative=-1),
    ),
    0.3,
    2.7,
)


WIDTHS = (1e-3, 0.3, 2.7, 9.0)


def i0(x):
    return mp.besseli(0, x)


def k0(x):
    return mp.besselk(0, x)


def y0(x):
    return mp.bessely(0, x)


add("itj0y0", (mp.j0, y0), *WIDTHS, integrals=True)
add("iti0k0", (i0, k0), *WIDTHS, integrals=True)
add("it2j0y0", (lambda x: (1 - mp.j0(x)) / x, lambda x: -y0(x) / x), *WIDTHS, integrals=True)
add("it2i0k0", (lambda x: (i0(x) - 1) / x, lambda x: -k0(x) / x), *WIDTHS, integrals=True)


def slope(f):
    return lambda v, x: mp.diff(lambda t: f(v, t), x)


def pcfv(v, x):
    return mp.pcfv(-v - mp.mpf(1) / 2, x)


add("pbdv", (mp.pcfd, slope(mp.pcfd)), (1.5, 0.3), (2.0, 2.7), (0.4, -1.1), wrt=[1])
add("pbvv", (pcfv, slope(pcfv)), (1.5, 0.3), (2.0, 2.7), (0.4, 1.1), wrt=[1])
add("pbwa", (mp.pcfw, slope(mp.pcfw)), (1.5, 0.3), (2.0, 2.7), (0.4, -1.1), wrt=[1])
