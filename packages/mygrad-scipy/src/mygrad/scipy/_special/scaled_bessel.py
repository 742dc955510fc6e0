"""Rules of the modified Bessel functions that are exponentially scaled.

The factor's derivative and the function's cancel at large arguments: there, asymptotic series serve.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.bessel import kv_by_order
from mygrad.scipy._special.numbers import defvjp, defvjp_complex, is_complex

_TERMS = 12


def _is_far(v: Any, x: Any) -> Any:
    return np.abs(x) > 100 + 2 * np.square(v)


def _series(v: Any, x: Any, sign: int) -> Any:
    """Of sum (sign)^k a_k(v) x^(-k - 1/2), the derivative, for x > 0."""
    i = 1 / x
    term = np.sqrt(i) * i + 0 * v
    total = -term / 2
    for k in range(1, _TERMS):
        term = term * (sign * (4 * np.square(v) - (2 * k - 1) ** 2) / (8 * k)) * i
        total = total - (k + 0.5) * term
    return total


def _by_imaginary_part(f: Any) -> Any:
    """Of a Bessel function times exp(-abs(imag(z))), which is no holomorphic factor."""

    def vjp(g: Any, y: Any, v: Any, z: Any) -> Any:
        slope = g * (f(v - 1.0, z) - f(v + 1.0, z)) / 2
        return slope + 1j * np.sign(np.imag(z)) * np.real(g * y) if is_complex(z) else slope

    return vjp


for _f in (sp.jve, sp.yve):
    defvjp_complex(_f, None, _by_imaginary_part(_f))
defvjp_complex(
    sp.hankel1e, None, lambda g, y, v, z: g * ((sp.hankel1e(v - 1.0, z) - sp.hankel1e(v + 1.0, z)) / 2 - 1j * y)
)
defvjp_complex(
    sp.hankel2e, None, lambda g, y, v, z: g * ((sp.hankel2e(v - 1.0, z) - sp.hankel2e(v + 1.0, z)) / 2 + 1j * y)
)


def _ive(g: Any, y: Any, v: Any, z: Any) -> Any:
    if is_complex(z):  # its factor is exp(-abs(real(z)))
        return g * (sp.ive(v - 1.0, z) + sp.ive(v + 1.0, z)) / 2 - np.sign(np.real(z)) * np.real(g * y)
    far, side = _is_far(v, z), np.sign(z)
    near = (sp.ive(v - 1.0, z) + sp.ive(v + 1.0, z)) / 2 - side * y
    # on the left, ive is that on the right up to its sign, which y has
    parity = np.where(z > 0, 1.0, -np.sign(y))
    return g * np.where(far, parity * _series(v, np.where(far, np.abs(z), 1.0), -1) / math.sqrt(2 * math.pi), near)


def _kve(g: Any, y: Any, v: Any, z: Any) -> Any:
    far = _is_far(v, z)
    near = y - (sp.kve(v - 1.0, z) + sp.kve(v + 1.0, z)) / 2
    return g * np.where(far, _series(v, np.where(far, z, 1.0), 1) * math.sqrt(math.pi / 2), near)


defvjp_complex(sp.ive, None, _ive)
defvjp(sp.i0e, lambda g, y, x: _ive(g, y, 0.0, x))
defvjp(sp.i1e, lambda g, y, x: _ive(g, y, 1.0, x))
defvjp_complex(sp.kve, lambda g, _y, v, z: g * kv_by_order(v, z, order=1, scaled=True), _kve)
defvjp(sp.k0e, lambda g, y, x: _kve(g, y, 0.0, x))
defvjp(sp.k1e, lambda g, y, x: _kve(g, y, 1.0, x))
