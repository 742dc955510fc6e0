"""Elliptic integrals and functions."""

import mpmath as mp

from special_functions.case import add


def jacobi(kind):
    return lambda u, m: mp.ellipfun(kind, u, m=m)


def amplitude(u, m):
    return mp.atan2(mp.ellipfun("sn", u, m=m), mp.ellipfun("cn", u, m=m))


MODULI = (-1e3, -2.0, -1e-3, 0.0, 1e-9, 1e-3, 0.2, 0.6, 0.95, 1 - 1e-9)
ANGLES = [(0.15, -2.0), (0.55, 0.2), (1.35, 0.6), (1.35, 1e-3), (3.1, 0.5), (-7.0, 0.3), (1.5, 0.99)]
add("ellipk", mp.ellipk, *MODULI)
add("ellipe", mp.ellipe, *MODULI)
add("ellipkm1", lambda p: mp.elliprf(0, p, 1), 1e-200, 0.05, 0.4, 0.6, 1.0, 3.0)
add("ellipkinc", mp.ellipf, *ANGLES, (1.0, 1e-9), second=1e-6)
add("ellipeinc", mp.ellipe, *ANGLES, (1.0, 1e-9), second=1e-6)
add(
    "ellipj",
    (jacobi("sn"), jacobi("cn"), jacobi("dn"), amplitude),
    (0.15, 0.05),
    (0.55, 0.3),
    (1.35, 0.6),
    (3.1, 0.93),
    (2.0, 1e-4),
    second=1e-6,
)
TRIPLES = [(0.3, 6.2, 0.4), (1.1, 2.7, 0.9), (2.7, 1.1, 2.7), (1e-3, 1e3, 1.0), (2.0, 2.0, 2.0)]
add("elliprf", mp.elliprf, *TRIPLES)
add("elliprg", mp.elliprg, *TRIPLES)
add("elliprd", mp.elliprd, *TRIPLES)
add("elliprj", mp.elliprj, *[(*t, p) for t, p in zip(TRIPLES, (0.7, 3.0, 1.0, 2.0, 2.0), strict=True)])
add("elliprc", mp.elliprc, (0.3, 6.3), (6.2, 0.4), (2.0, 2.0), (2.0, 2.0 + 1e-9), (1e-3, 1e3), (0.7, -1.3))
add("agm", mp.agm, (0.3, 6.3), (2.0, 1.0), (1.0, 1.0), (1e-3, 1e3))
