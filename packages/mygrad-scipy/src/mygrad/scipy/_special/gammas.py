"""Rules of the gamma function and its kin: psi and polygamma lead from each order to the next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special
from scipy.special import _ufuncs as sp

from mygrad.extend import primitive
from mygrad.scipy._special.numbers import defvjp, defvjp_complex, elementwise, is_complex

__all__ = ["polygamma", "psi_rise", "stirling_error"]


#: Of even order, from the second on.
_BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]


@primitive
def polygamma(n: Any, x: Any) -> Any:
    """The derivative of order `n` of psi."""
    return _of_complex(int(n), x) if np.iscomplexobj(x) else special.polygamma(n, x)


def _of_complex(n: int, z: Any) -> Any:
    """A sum of powers, up to where Stirling's series is good."""
    shifts = int(15 + max(0.0, -np.min(np.real(z), initial=0.0)))
    total = sum([1 / (z + k) ** (n + 1) for k in range(shifts)]) * math.factorial(n)
    i = 1 / (z + shifts)
    total = total + math.factorial(n - 1) * i**n + math.factorial(n) / 2 * i ** (n + 1)
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        total = total + bernoulli * math.perm(2 * k + n - 1, n - 1) * i ** (2 * k + n)
    return (-1) ** (n + 1) * total


@elementwise
def psi_rise(a: Any, b: Any) -> Any:
    """psi(a + b) - psi(a), which does not cancel if `b` is small or `a` is large."""
    shifts = 12
    p, q = 1 / (a + shifts), 1 / (a + b + shifts)
    p2, q2 = p * p, q * q
    difference = b * p * q
    squares = difference * (p + q)
    # psi(z) = log(z) - 1/(2z) - 1/(12 z^2) + 1/(120 z^4) - 1/(252 z^6) + 1/(240 z^8) - 1/(132 z^10)
    powers = 1 / 12 - (p2 + q2) / 120 + (p2 * p2 + p2 * q2 + q2 * q2) / 252
    powers = powers - (p2 + q2) * (p2 * p2 + q2 * q2) / 240
    powers = powers + (p2**4 + p2**3 * q2 + p2**2 * q2**2 + p2 * q2**3 + q2**4) / 132
    rise = np.log1p(b * p) + difference / 2 + squares * powers
    for k in range(shifts):
        rise = rise + b / ((a + k) * (a + b + k))
    return np.where((a > 0) & (a + b > 0), rise, sp.psi(a + b) - sp.psi(a))


@elementwise
def stirling_error(a: Any) -> Any:
    """log(gamma(a + 1)) - log(sqrt(2 pi a) (a / e)^a)."""
    i = 1 / np.square(np.maximum(a, 10))
    far = (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i * (1 / 1680 - i * (1 / 1188 - i * 691 / 360360))))) / a
    near = np.minimum(a, 10)
    return np.where(a >= 10, far, sp.gammaln(near + 1) - (near + 0.5) * np.log(near) + near - math.log(2 * math.pi) / 2)


defvjp_complex(polygamma, None, lambda g, _y, n, x: g * polygamma(n + 1, x), elementwise=True)
defvjp(
    psi_rise,
    lambda g, _y, a, b: g * (polygamma(1, a + b) - polygamma(1, a)),
    lambda g, _y, a, b: g * polygamma(1, a + b),
    elementwise=True,
)

defvjp_complex(sp.psi, lambda g, _y, x: g * polygamma(1, x))
defvjp_complex(sp.gamma, lambda g, y, x: g * (y * sp.psi(x)))
defvjp(sp.gammaln, lambda g, _y, x: g * sp.psi(x))
defvjp_complex(sp.loggamma, lambda g, _y, x: g * sp.psi(x))


def _rgamma(g: Any, y: Any, x: Any) -> Any:
    """Below 1/2 by reflection, 1/gamma(x) = gamma(1 - x) sin(pi x) / pi, which is smooth at the poles of gamma."""
    if is_complex(x) and not np.any(y == 0):
        return -g * y * sp.psi(x)
    left = np.real(x) < 0.5
    t = math.pi * (x - 2 * np.rint(x / 2))
    mirrored = np.where(left, 1 - x, 1.0)
    reflected = sp.gamma(mirrored) * (np.cos(t) - sp.psi(mirrored) * np.sin(t) / math.pi)
    return g * np.where(left, reflected, -y * sp.psi(np.where(left, 1.0, x)))


defvjp_complex(sp.rgamma, _rgamma)

# --- several arguments ------------------------------------------------------------------------------

defvjp(sp.beta, lambda g, y, a, b: -g * y * psi_rise(a, b), lambda g, y, a, b: -g * y * psi_rise(b, a))
defvjp(sp.betaln, lambda g, _y, a, b: -g * psi_rise(a, b), lambda g, _y, a, b: -g * psi_rise(b, a))
defvjp(sp.poch, lambda g, y, z, m: g * y * psi_rise(z, m), lambda g, y, z, m: g * y * sp.psi(z + m))
defvjp(
    sp.binom,
    lambda g, y, n, k: g * y * psi_rise(n - k + 1, k),
    lambda g, y, n, k: g * y * (sp.psi(n - k + 1) - sp.psi(k + 1)),
)


def _zeta_by_x(s: Any, q: Any) -> Any:
    """The derivative of Hurwitz's zeta function by s, a complex number: of a sum and what is left of the integral."""
    terms = 20 + int(min(80.0, np.max(np.real(s), initial=0.0, where=np.isfinite(np.real(s)))))
    total = sum([-np.log(q + k) * (q + k) ** -s for k in range(terms)])
    end = q + terms
    log = np.log(end)
    total = total - end ** (1 - s) / (s - 1) * (log + 1 / (s - 1)) - log * end**-s / 2
    factor, score = s * end ** (-s - 1), 1 / s - log  # and the derivative of its logarithm
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        total = total + bernoulli / math.factorial(2 * k) * factor * score
        factor = factor * (s + 2 * k - 1) * (s + 2 * k) / np.square(end)
        score = score + 1 / (s + 2 * k - 1) + 1 / (s + 2 * k)
    return total


@elementwise
def zeta_by_x(x: Any, q: Any) -> Any:
    """The derivative of ``zeta(x, q)`` by x."""
    return np.where((x > 1) & (q > 0), _zeta_by_x(x, q), np.nan)


@elementwise
def zeta_by_xx(x: Any, q: Any) -> Any:
    """The second derivative of ``zeta(x, q)`` by x: a complex step is exact, for nothing cancels in it."""
    step = 1e-30
    return np.where((x > 1) & (q > 0), np.imag(_zeta_by_x(x + 1j * step, q)) / step, np.nan)


@elementwise
def _riemann_zeta_by_x(x: Any) -> Any:
    """The derivative of ``zeta(x)``: left of -1 by reflection, where the sum would cancel."""
    right = np.where(x > -1, x, 1 - x)
    near = np.where(right == np.inf, 1100.0, right)  # where it is 0
    slope = _zeta_by_x(np.where(near == 0, 1e-300, near), 1.0)
    t = math.pi / 2 * (x - 4 * np.rint(x / 4))
    value = sp._riemann_zeta(near)
    inner = ((math.log(2 * math.pi) - sp.psi(near)) * np.sin(t) + math.pi / 2 * np.cos(t)) * value - np.sin(t) * slope
    reflected = 2 * np.exp(sp.gammaln(near) - near * math.log(2 * math.pi)) * inner
    return np.where(x == 1, np.nan, np.where(x > -1, slope, reflected))


defvjp(sp._riemann_zeta, lambda g, _y, x: g * _riemann_zeta_by_x(x))
defvjp(
    zeta_by_x,
    lambda g, _y, x, q: g * zeta_by_xx(x, q),
    lambda g, _y, x, q: -g * (sp._zeta(x + 1, q) + x * zeta_by_x(x + 1, q)),
    elementwise=True,
)
defvjp(
    zeta_by_xx,
    None,
    lambda g, _y, x, q: -g * (2 * zeta_by_x(x + 1, q) + x * zeta_by_xx(x + 1, q)),
    elementwise=True,
)
defvjp(sp._zeta, lambda g, _y, x, q: g * zeta_by_x(x, q), lambda g, _y, x, q: -g * x * sp._zeta(x + 1, q))
