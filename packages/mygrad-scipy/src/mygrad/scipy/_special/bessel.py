"""Rules of Bessel functions, whose derivatives are those of the neighbouring orders."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_complex, elementwise

__all__ = ["kv_by_order"]


def _half_difference(f: Any, v: Any, x: Any) -> Any:
    return (f(v - 1.0, x) - f(v + 1.0, x)) / 2


def _half_sum(f: Any, v: Any, x: Any) -> Any:
    return (f(v - 1.0, x) + f(v + 1.0, x)) / 2


defvjp(sp.j0, lambda g, _y, x: -g * sp.j1(x))
defvjp(sp.y0, lambda g, _y, x: -g * sp.y1(x))
defvjp(sp.i0, lambda g, _y, x: g * sp.i1(x))
defvjp(sp.k0, lambda g, _y, x: -g * sp.k1(x))
defvjp(sp.j1, lambda g, _y, x: g * _half_difference(sp.jv, 1.0, x))
defvjp(sp.y1, lambda g, _y, x: g * _half_difference(sp.yv, 1.0, x))
defvjp(sp.i1, lambda g, _y, x: g * _half_sum(sp.iv, 1.0, x))
defvjp(sp.k1, lambda g, _y, x: -g * _half_sum(sp.kv, 1.0, x))

defvjp_complex(sp.jv, None, lambda g, _y, v, z: g * _half_difference(sp.jv, v, z))
defvjp_complex(sp.yv, None, lambda g, _y, v, z: g * _half_difference(sp.yv, v, z))
defvjp_complex(sp.hankel1, None, lambda g, _y, v, z: g * _half_difference(sp.hankel1, v, z))
defvjp_complex(sp.hankel2, None, lambda g, _y, v, z: g * _half_difference(sp.hankel2, v, z))
defvjp_complex(sp.iv, None, lambda g, _y, v, z: g * _half_sum(sp.iv, v, z))
defvjp(sp.yn, None, lambda g, _y, n, x: g * _half_difference(sp.yv, n, x))
defvjp(sp.kn, None, lambda g, _y, n, x: -g * _half_sum(sp.kv, n, x))


@elementwise
def kv_by_order(v: Any, z: Any, *, order: int, scaled: bool = False) -> Any:
    """The derivative of K_v(z), or of that times exp(z), of the given order by v.

    It is the integral over t > 0 of t^order exp(-z cosh t) times cosh or sinh of v t, for which the trapezoidal rule is
    good to the last digit.
    """
    # From the largest value on, which is at arcsinh(v / z), it falls at least as fast as exp(-z cosh(t)) does.
    last = np.arcsinh(np.abs(v) / z) + np.arccosh(1 + 45 / np.hypot(v, z))
    nodes = 64 + int(np.ceil(np.max(last, initial=1.0, where=np.isfinite(last)) / 0.1))
    h = last / (nodes - 1)
    total = 0.0
    for i in range(nodes):
        t = i * h
        damping = z * 2 * np.square(np.sinh(t / 2)) if scaled else z * np.cosh(t)
        grown, shrunk = np.exp(v * t - damping), np.exp(-v * t - damping)
        waves = grown + shrunk if order % 2 == 0 else grown - shrunk
        total = total + waves * (t**order * (0.25 if i == 0 else 0.5))
    return np.where(z > 0, total * h, np.nan)


defvjp(
    kv_by_order,
    lambda g, _y, v, z, *, order, scaled=False: g * kv_by_order(v, z, order=order + 1, scaled=scaled),
    lambda g, y, v, z, *, order, scaled=False: (
        g * ((y if scaled else 0.0) - _half_sum(lambda v, z: kv_by_order(v, z, order=order, scaled=scaled), v, z))
    ),
    elementwise=True,
)

defvjp_complex(
    sp.kv,
    lambda g, _y, v, z: g * kv_by_order(v, z, order=1),
    lambda g, _y, v, z: -g * _half_sum(sp.kv, v, z),
)
