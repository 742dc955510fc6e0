"""Rules of error functions, of the normal distribution, and of what is convolved with it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad import extend
from mygrad.scipy._special.numbers import defvjp, defvjp_complex, elementwise, is_complex, polynomial

_SQRT_PI, _SQRT_2, _SQRT_2PI = math.sqrt(math.pi), math.sqrt(2), math.sqrt(2 * math.pi)
#: Beyond, 1 - 2 x f(x) cancels, and asymptotic series are good to the last digit.
_FAR = 30.0


def _density(x: Any) -> Any:
    return np.exp(-np.square(x) / 2) / _SQRT_2PI


def _asymptotic(x: Any, sign: int) -> Any:
    """1/(2 x^2) (1 + s 3/(2x^2) (1 + s 5/(2x^2) (1 + ...)))."""
    i = 1 / (2 * np.square(x))
    total = 1 + 0 * i
    for k in (15, 13, 11, 9, 7, 5, 3):
        total = 1 + sign * k * i * total
    return i * total


defvjp_complex(sp.erf, lambda g, _y, x: g * (2 / _SQRT_PI) * np.exp(-np.square(x)))
defvjp_complex(sp.erfc, lambda g, _y, x: -g * (2 / _SQRT_PI) * np.exp(-np.square(x)))
defvjp_complex(sp.erfi, lambda g, _y, x: g * (2 / _SQRT_PI) * np.exp(np.square(x)))
defvjp(sp.erfinv, lambda g, x, _y: g * (_SQRT_PI / 2) * np.exp(np.square(x)))
defvjp(sp.erfcinv, lambda g, x, _y: -g * (_SQRT_PI / 2) * np.exp(np.square(x)))


def _erfcx(g: Any, y: Any, x: Any) -> Any:
    if is_complex(x):
        return 1j * g * faddeeva(1j * x, order=1)
    far = x > _FAR
    return g * np.where(far, -2 / _SQRT_PI * _asymptotic(np.where(far, x, 1.0), -1), 2 * x * y - 2 / _SQRT_PI)


def _dawsn(g: Any, y: Any, x: Any) -> Any:
    if is_complex(x):  # w(z) is exp(-z^2) + 2i/sqrt(pi) dawsn(z)
        z = np.where(np.imag(x) < 0, -x, x)
        return -0.5j * _SQRT_PI * g * (faddeeva(z, order=1) + 2 * z * np.exp(-np.square(z)))
    far = np.abs(x) > _FAR
    return g * np.where(far, -_asymptotic(np.where(far, x, 1.0), 1), 1 - 2 * x * y)


defvjp_complex(sp.erfcx, _erfcx)
defvjp_complex(sp.dawsn, _dawsn)

defvjp_complex(sp.ndtr, lambda g, _y, x: g * _density(x))
# The density over ndtr, without underflow; and its inverse.
defvjp_complex(sp.log_ndtr, lambda g, _y, x: g * math.sqrt(2 / math.pi) / sp.erfcx(-x / _SQRT_2))
defvjp(sp.ndtri, lambda g, x, _p: g * _SQRT_2PI * np.exp(np.square(x) / 2))
defvjp(sp.ndtri_exp, lambda g, x, _y: g * math.sqrt(math.pi / 2) * sp.erfcx(-x / _SQRT_2))
defvjp(
    sp.nrdtrimn,
    lambda g, _y, p, std, _x: -g * std * _SQRT_2PI * np.exp(np.square(sp.ndtri(p)) / 2),
    lambda g, _y, p, _std, _x: -g * sp.ndtri(p),
    lambda g, _y, _p, _std, _x: +g,
)
defvjp(
    sp.nrdtrisd,
    lambda g, _y, _mn, p, _x: -g / sp.ndtri(p),
    lambda g, y, _mn, p, _x: -g * y / sp.ndtri(p) * _SQRT_2PI * np.exp(np.square(sp.ndtri(p)) / 2),
    lambda g, _y, _mn, p, _x: g / sp.ndtri(p),
)
defvjp(
    sp.owens_t,
    lambda g, _y, h, a: -g * _density(h) * sp.erf(a * h / _SQRT_2) / 2,
    lambda g, _y, h, a: g * np.exp(-np.square(h) * (1 + np.square(a)) / 2) / (2 * math.pi * (1 + np.square(a))),
)

# --- the Faddeeva function w, and Voigt's profile ---------------------------------------------------

#: Of z w(z) sqrt(pi) / i, as a polynomial in 1/z^2: the numbers of pairings, over powers of 2.
_PAIRINGS = [math.prod(range(1, 2 * k, 2)) / 2**k for k in range(12)]


def _derivatives(z: Any, first: Any, second: Any, order: int) -> Any:
    """The last of f, f', ..., where f'' = -2 z f' - 2 f, as w and exp(-z^2) have it."""
    found = [first, second]
    for n in range(2, order + 1):
        found.append(-2 * z * found[-1] - 2 * (n - 1) * found[-2])
    return found[order]


def _faddeeva(z: Any, order: int) -> Any:
    """The derivative of the given order of w at z, which is in the upper half of the plane."""
    w = sp.wofz(z)
    near = _derivatives(z, w, -2 * z * w + 2j / _SQRT_PI, order)
    far = np.abs(z) > 10 + 5 * order
    inverse = 1 / np.where(far, z, 1.0)
    series = [c * math.perm(2 * k + order, order) * (-1) ** order for k, c in enumerate(_PAIRINGS)]
    return np.where(far, 1j / _SQRT_PI * inverse ** (order + 1) * polynomial(series, inverse**2), near)


@extend.primitive
def faddeeva(z: Any, *, order: int) -> Any:
    """The derivative of the given order of w. Below the real line, w(z) is 2 exp(-z^2) - w(-z)."""
    x = np.asarray(z, np.complex128)
    with np.errstate(all="ignore"):
        below = x.imag < 0
        w = _faddeeva(np.where(below, -x, x), order)
        wave = 2 * np.exp(-np.square(x))
        mirrored = _derivatives(x, wave, -2 * x * wave, order) - (-1) ** order * w
    return np.where(below, mirrored, w).astype(np.result_type(z, np.complex64))[()]


defvjp_complex(faddeeva, lambda g, _w, z, *, order: g * faddeeva(z, order=order + 1), elementwise=True)
defvjp_complex(sp.wofz, lambda g, _w, z: g * faddeeva(z, order=1))


@elementwise
def faddeeva_real(x: Any, y: Any, *, order: int) -> Any:
    """The real part of a derivative of w at x + iy."""
    return _faddeeva(x + 1j * y, order).real


@elementwise
def faddeeva_imag(x: Any, y: Any, *, order: int) -> Any:
    """The imaginary part of a derivative of w at x + iy."""
    return _faddeeva(x + 1j * y, order).imag


defvjp(
    faddeeva_real,
    lambda g, _o, x, y, *, order: g * faddeeva_real(x, y, order=order + 1),
    lambda g, _o, x, y, *, order: -g * faddeeva_imag(x, y, order=order + 1),
    elementwise=True,
)
defvjp(
    faddeeva_imag,
    lambda g, _o, x, y, *, order: g * faddeeva_imag(x, y, order=order + 1),
    lambda g, _o, x, y, *, order: g * faddeeva_real(x, y, order=order + 1),
    elementwise=True,
)


def _voigt_by(part: Any, x: Any, sigma: Any, gamma: Any) -> Any:
    """Of w'(z) / (2 sigma^2 sqrt(pi)), with z = (x + i gamma) / (sigma sqrt(2)), a part."""
    r = sigma * _SQRT_2
    return part(x / r, gamma / r, order=1) / (np.square(r) * _SQRT_PI)


def _voigt_by_sigma(x: Any, sigma: Any, gamma: Any) -> Any:
    """As the heat equation has it: sigma times the second derivative by x."""
    r = sigma * _SQRT_2
    return faddeeva_real(x / r, gamma / r, order=2) / (2 * r * sigma * _SQRT_PI)


defvjp(
    sp.voigt_profile,
    lambda g, _v, x, sigma, gamma: g * _voigt_by(faddeeva_real, x, sigma, gamma),
    lambda g, _v, x, sigma, gamma: g * _voigt_by_sigma(x, sigma, gamma),
    lambda g, _v, x, sigma, gamma: -g * _voigt_by(faddeeva_imag, x, sigma, gamma),
)
