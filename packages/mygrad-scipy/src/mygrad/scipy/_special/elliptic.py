"""Rules of elliptic integrals and functions.

Legendre's forms are differentiated by way of Carlson's: there nothing cancels, whatever the modulus. Carlson's lead to
`carlson`, an integral which leads to others of its kind.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_several, elementwise, polynomial
from mygrad.scipy._special.quadrature import half_line

# --- Carlson's integrals ----------------------------------------------------------------------------


@elementwise
def carlson(x: Any, y: Any, z: Any, p: Any, *, powers: tuple[float, float, float, float]) -> Any:
    """The integral over t > 0 of the product of (t + x)^-a, (t + y)^-b, (t + z)^-c and (t + p)^-d."""
    found = [(v, n) for v, n in zip((x, y, z, p), powers, strict=True) if n]
    values = np.broadcast_arrays(*[v for v, _n in found])
    smallest, largest = np.min(values, axis=0), np.max(values, axis=0)
    smallest = np.where(smallest > 0, smallest, largest * 1e-30)
    # (t + v)^-n = v^-n (1 + t/v)^-n; the tail falls by the sum of the powers, less one
    tail = 10.0 ** (17 / (sum(powers) - 1))

    def integrand(t: Any) -> Any:
        return math.prod([np.power(t + v, -n) for v, n in found])

    return half_line(integrand, smallest, largest * tail)


def _more(powers: tuple[float, ...], position: int) -> Any:
    return tuple([n + (i == position) for i, n in enumerate(powers)])


defvjp(
    carlson,
    lambda g, _y, x, y, z, p, *, powers: -g * powers[0] * carlson(x, y, z, p, powers=_more(powers, 0)),
    lambda g, _y, x, y, z, p, *, powers: -g * powers[1] * carlson(x, y, z, p, powers=_more(powers, 1)),
    lambda g, _y, x, y, z, p, *, powers: -g * powers[2] * carlson(x, y, z, p, powers=_more(powers, 2)),
    lambda g, _y, x, y, z, p, *, powers: -g * powers[3] * carlson(x, y, z, p, powers=_more(powers, 3)),
    elementwise=True,
)

defvjp(
    sp.elliprf,
    lambda g, _o, x, y, z: -g * sp.elliprd(y, z, x) / 6,
    lambda g, _o, x, y, z: -g * sp.elliprd(x, z, y) / 6,
    lambda g, _o, x, y, z: -g * sp.elliprd(x, y, z) / 6,
)
defvjp(
    sp.elliprg,
    lambda g, _o, x, y, z: g * (y * sp.elliprd(x, z, y) + z * sp.elliprd(x, y, z)) / 12,
    lambda g, _o, x, y, z: g * (x * sp.elliprd(y, z, x) + z * sp.elliprd(x, y, z)) / 12,
    lambda g, _o, x, y, z: g * (x * sp.elliprd(y, z, x) + y * sp.elliprd(x, z, y)) / 12,
)
defvjp(
    sp.elliprd,
    lambda g, _o, x, y, z: -0.75 * g * carlson(x, y, z, 1.0, powers=(1.5, 0.5, 1.5, 0.0)),
    lambda g, _o, x, y, z: -0.75 * g * carlson(x, y, z, 1.0, powers=(0.5, 1.5, 1.5, 0.0)),
    lambda g, _o, x, y, z: -2.25 * g * carlson(x, y, z, 1.0, powers=(0.5, 0.5, 2.5, 0.0)),
)
defvjp(
    sp.elliprj,
    lambda g, _o, x, y, z, p: -0.75 * g * carlson(x, y, z, p, powers=(1.5, 0.5, 0.5, 1.0)),
    lambda g, _o, x, y, z, p: -0.75 * g * carlson(x, y, z, p, powers=(0.5, 1.5, 0.5, 1.0)),
    lambda g, _o, x, y, z, p: -0.75 * g * carlson(x, y, z, p, powers=(0.5, 0.5, 1.5, 1.0)),
    lambda g, _o, x, y, z, p: -1.5 * g * carlson(x, y, z, p, powers=(0.5, 0.5, 0.5, 2.0)),
)


def _elliprc_by_x(g: Any, c: Any, x: Any, y: Any) -> Any:
    """Of elliprf(x, y, y); for y < 0, where the integral has a principal value, from the closed form."""
    left = y < 0
    return g * np.where(
        left,
        (c - 1 / np.sqrt(x)) / (2 * np.where(left, y - x, 1.0)),
        -sp.elliprd(np.where(left, 1.0, y), np.where(left, 1.0, y), x) / 6,
    )


def _elliprc_by_y(g: Any, c: Any, x: Any, y: Any) -> Any:
    left = y < 0
    right = np.where(left, 1.0, y)
    return g * np.where(
        left,
        (np.sqrt(x) / y - c) / (2 * np.where(left, y - x, 1.0)),
        -sp.elliprd(x, right, right) / 3,
    )


defvjp(sp.elliprc, _elliprc_by_x, _elliprc_by_y)

# --- Legendre's, complete ---------------------------------------------------------------------------

#: Of K and E over pi/2, the power series in m.
_SQUARES = np.cumprod([1.0, *[((2 * k - 1) / (2 * k)) ** 2 for k in range(1, 90)]])
_K_SERIES = _SQUARES
_E_SERIES = _SQUARES / (1 - 2 * np.arange(90.0))


def _derivative(p: Any, values: list[Any], first: float, fall: float, series: Any, order: int) -> Any:
    """The derivative of the given order by m = 1 - p of a solution of m p y'' + (first - fall m) y' + c y = 0.

    Those of order 0 and 1 are `values`. Near m = 0 the equation cancels, and the series serves.
    """
    m = 1 - p
    near = np.abs(m) < 0.5
    derivatives = list(values)
    constant = -0.25 if fall == 2 else 0.25
    for n in range(order - 1):
        slope = n * (1 - 2 * m) + first - fall * m
        less = constant - n * (n - 1) - n * fall
        derivatives.append(-(slope * derivatives[n + 1] + less * derivatives[n]) / (m * p))
    falling = [math.perm(k, order) * c for k, c in enumerate(series)][order:]
    return np.where(near, math.pi / 2 * polynomial(falling, np.where(near, m, 0.0)), derivatives[order])


@elementwise
def ellipkm1_by_m(p: Any, *, order: int) -> Any:
    """The derivative of K(m) of an order from 1 on, at m = 1 - p."""
    values = [sp.ellipkm1(p), sp.elliprd(0.0, 1.0, p) / 6]
    return values[1] if order == 1 else _derivative(p, values, 1, 2, _K_SERIES, order)


@elementwise
def ellipem1_by_m(p: Any, *, order: int) -> Any:
    """The derivative of E(m) of an order from 1 on, at m = 1 - p."""
    values = [sp.ellipe(1 - p), -sp.elliprd(0.0, p, 1.0) / 6]
    return values[1] if order == 1 else _derivative(p, values, 1, 1, _E_SERIES, order)


for _f in (ellipkm1_by_m, ellipem1_by_m):
    defvjp(_f, lambda g, _y, p, *, order, f=_f: -g * f(p, order=order + 1), elementwise=True)

defvjp(sp.ellipk, lambda g, _y, m: g * ellipkm1_by_m(1 - m, order=1))
defvjp(sp.ellipkm1, lambda g, _y, p: -g * ellipkm1_by_m(p, order=1))
defvjp(sp.ellipe, lambda g, _y, m: g * ellipem1_by_m(1 - m, order=1))


def _agm_by(a: Any, b: Any, mean: Any) -> Any:
    """Of agm(a, b) = pi a / (2 K(1 - b^2/a^2)), the derivative by b."""
    return 4 * np.square(mean) * b / (math.pi * a**3) * ellipkm1_by_m(np.square(b / a), order=1)


defvjp(sp.agm, lambda g, y, a, b: g * _agm_by(b, a, y), lambda g, y, a, b: g * _agm_by(a, b, y))

# --- Legendre's, incomplete -------------------------------------------------------------------------


def _delta_squared(phi: Any, m: Any) -> Any:
    return 1 - m * np.square(np.sin(phi))


@elementwise
def ellipkinc_by_m(phi: Any, m: Any) -> Any:
    """The derivative of F(phi, m) by m."""
    turns = np.rint(phi / math.pi)
    s = np.sin(phi - turns * math.pi)
    within = s**3 * sp.elliprd(1 - s * s, 1.0, 1 - m * s * s)
    return (within + np.where(turns == 0, 0.0, 2 * turns * sp.elliprd(0.0, 1.0, 1 - m))) / 6


@elementwise
def ellipeinc_by_m(phi: Any, m: Any) -> Any:
    """The derivative of E(phi, m) by m."""
    turns = np.rint(phi / math.pi)
    s = np.sin(phi - turns * math.pi)
    within = s**3 * sp.elliprd(1 - s * s, 1 - m * s * s, 1.0)
    return -(within + np.where(turns == 0, 0.0, 2 * turns * sp.elliprd(0.0, 1 - m, 1.0))) / 6


def _second_of_first_kind(g: Any, y: Any, phi: Any, m: Any) -> Any:
    """By m once more, from 2 m (1 - m) y = E - (1 - m) F - m sin(phi) cos(phi) / delta."""
    s, c, d = np.sin(phi), np.cos(phi), np.sqrt(_delta_squared(phi, m))
    rest = ellipeinc_by_m(phi, m) + sp.ellipkinc(phi, m) - s * c / d - m * s**3 * c / (2 * d**3)
    return g * (rest - (3 - 5 * m) * y) / (2 * m * (1 - m))


defvjp(
    ellipkinc_by_m,
    lambda g, _y, phi, m: g * np.square(np.sin(phi)) / 2 * np.power(_delta_squared(phi, m), -1.5),
    _second_of_first_kind,
    elementwise=True,
)
defvjp(
    ellipeinc_by_m,
    lambda g, _y, phi, m: -g * np.square(np.sin(phi)) / 2 / np.sqrt(_delta_squared(phi, m)),
    lambda g, y, phi, m: -g * (y + ellipkinc_by_m(phi, m)) / (2 * m),
    elementwise=True,
)
defvjp(
    sp.ellipkinc,
    lambda g, _y, phi, m: g / np.sqrt(_delta_squared(phi, m)),
    lambda g, _y, phi, m: g * ellipkinc_by_m(phi, m),
)
defvjp(
    sp.ellipeinc,
    lambda g, _y, phi, m: g * np.sqrt(_delta_squared(phi, m)),
    lambda g, _y, phi, m: g * ellipeinc_by_m(phi, m),
)

# --- Jacobi's functions -----------------------------------------------------------------------------


def _of_amplitude(gs: Any, ys: Any, m: Any) -> Any:
    """The gradient of the amplitude, as far as it stands in sn, cn, and itself; and dn moves with sn, too."""
    sn, cn, dn, _ph = ys
    slopes = (cn, -sn, -m * sn * cn / dn, 1.0)
    return sum([g * slope for g, slope in zip(gs, slopes, strict=True) if g is not None])


def _ellipj_by_m(gs: Any, ys: Any, _u: Any, m: Any) -> Any:
    sn, _cn, dn, ph = ys
    through = -_of_amplitude(gs, ys, m) * dn * ellipkinc_by_m(ph, m)
    return through if gs[2] is None else through - gs[2] * np.square(sn) / (2 * dn)


defvjp_several(sp.ellipj, lambda gs, ys, _u, m: _of_amplitude(gs, ys, m) * ys[2], _ellipj_by_m)
