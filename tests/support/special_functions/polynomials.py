"""Orthogonal polynomials and hypergeometric functions."""

import mpmath as mp

from special_functions.case import add

INSIDE = (-0.8, -0.2, 0.3, 0.9)
HALF = (0.05, 0.3, 0.6, 0.93)
RIGHT = (0.3, 1.1, 6.2)
DEGREES = (0, 1, 2, 5, 3.0)


def of_degrees(f, points, degrees=DEGREES, shapes=()):
    return [(n, *shapes, x) for n in degrees for x in points]


def last(name, f, points, degrees=DEGREES, shapes=(), **options):
    add(name, f, *of_degrees(f, points, degrees, shapes), wrt=[1 + len(shapes)], **options)


def monic_jacobi(n, p, q, x):
    return mp.jacobi(n, p - q, q - 1, 2 * x - 1) / mp.binomial(2 * n + p - 1, n)


last("eval_chebyt", mp.chebyt, INSIDE)
last("eval_chebyu", mp.chebyu, INSIDE)
last("eval_chebyc", lambda n, x: 2 * mp.chebyt(n, x / 2), INSIDE)
last("eval_chebys", lambda n, x: mp.chebyu(n, x / 2), INSIDE)
last("eval_sh_chebyt", lambda n, x: mp.chebyt(n, 2 * x - 1), HALF)
last("eval_sh_chebyu", lambda n, x: mp.chebyu(n, 2 * x - 1), HALF)
last("eval_legendre", mp.legendre, INSIDE)
last("eval_sh_legendre", lambda n, x: mp.legendre(n, 2 * x - 1), HALF)
last("eval_gegenbauer", mp.gegenbauer, INSIDE, shapes=(0.7,))
last("eval_jacobi", mp.jacobi, INSIDE, shapes=(0.7, 0.3))
last("eval_sh_jacobi", monic_jacobi, HALF, shapes=(2.3, 1.4))
last("eval_laguerre", lambda n, x: mp.laguerre(n, 0, x), RIGHT)
last("eval_genlaguerre", mp.laguerre, RIGHT, shapes=(0.5,))
last("eval_hermite", mp.hermite, INSIDE, (0, 1, 2, 5), float32=False)
last(
    "eval_hermitenorm",
    lambda n, x: mp.hermite(n, x / mp.sqrt(2)) / mp.mpf(2) ** (mp.mpf(n) / 2),
    INSIDE,
    (0, 1, 2, 5),
    float32=False,
)

add("hyp0f1", mp.hyp0f1, (1.3, -20.0), (1.3, 0.0), (1.3, 0.3), (0.4, 6.2), wrt=[1])
KUMMER = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]
add(
    "hyp1f1",
    mp.hyp1f1,
    (0.7, 1.3, -20.0),
    (0.7, 1.3, 0.0),
    (0.7, 1.3, 6.2),
    (-2.0, 1.3, 2.0),
    (2.5, 0.4, 60.0),
    refused=KUMMER,
)
add("hyperu", mp.hyperu, (0.7, 1.3, 0.3), (0.7, 1.3, 6.2), (2.0, 0.5, 1.1), wrt=[2])
add(
    "hyp2f1",
    mp.hyp2f1,
    (0.7, 1.3, 2.1, -5.0),
    (0.7, 1.3, 2.1, 0.0),
    (0.7, -1.6, 2.1, 0.3),
    (0.7, 1.3, 2.1, 0.9),
    refused=[(i, j) for i in range(3) for j in range(i, 4)],
)
