"""The distribution function of the standard normal distribution, which NumPy lacks."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from mygrad.extend import defvjp, primitive
from mygrad.nnet._numbers import floats

__all__ = ["normal_cdf", "normal_density", "weighted_density"]

# For z >= 0, (1 + 2 * z) * exp(z**2) * erfc(z) is a smooth function of t = (z - 3) / (z + 3), which goes from
# -1 to 1. Its Chebyshev series is cut off where the terms fall below 1e-16, and written in powers of t
# (computed with 60 digits). See M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x)
# exp(x**2) erfc x in 0 <= x < inf", Mathematics of Computation 36 (1981).
_COEFFICIENTS = (
    1.2530080582697296,
    -0.13562110612457576,
    -0.04756229435342038,
    0.12964515870228346,
    -0.11927366341676002,
    0.06830802735638397,
    -0.023770514891530075,
    0.0025293916672051724,
    0.0018886900977441495,
    -0.0007798312797290158,
    -0.00010515831297813128,
    0.00012509531076254534,
    4.94412434222366e-06,
    -2.0089997833284275e-05,
    -7.187883834404266e-07,
    3.454294770277738e-06,
    3.3669790806407595e-07,
    -5.963983625522741e-07,
    -1.205414228648938e-07,
    8.765881411730558e-08,
    2.7843881265502222e-08,
    -7.641962892589975e-09,
    -3.1813541434969274e-09,
)
_HALF_ROOT = math.sqrt(0.5)
_PEAK = 1 / math.sqrt(2 * math.pi)
#: So many numbers fit into the cache, for all the passes that the series takes. (With fewer, the calls take longer.)
_BLOCK = 32768


@cache
def _coefficients(eps: float) -> tuple[float, ...]:
    """Those of a series that is as precise as the dtype can tell, from the highest power to the lowest."""
    chebyshev = np.polynomial.chebyshev.poly2cheb(_COEFFICIENTS)
    count = int(np.flatnonzero(np.abs(chebyshev) > eps / 8)[-1]) + 1
    if count == len(_COEFFICIENTS):
        return _COEFFICIENTS[::-1]
    return tuple(np.polynomial.chebyshev.cheb2poly(chebyshev[:count]).tolist()[::-1])


@primitive
def normal_cdf(x: Any) -> Any:
    """The probability that a standard normal variable is less than `x`: erfc(-x / sqrt(2)) / 2."""
    x = floats(x)
    flat = x.reshape(-1)
    result = np.empty_like(flat)
    work = np.empty((3, min(flat.size, _BLOCK)), x.dtype)
    coefficients = _coefficients(float(np.finfo(x.dtype).eps))
    for start in range(0, flat.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        _normal_cdf(flat[block], coefficients, work[:, : flat.size - start], result[block])
    return result.reshape(x.shape)


def _normal_cdf(x: Any, coefficients: tuple[float, ...], work: Any, out: Any) -> None:
    """The same of one block, in place: for arrays that are made anew, each pass would take longer."""
    z, t, series = work
    np.abs(x, out=z)
    z *= _HALF_ROOT
    np.minimum(z, 200, out=z)  # where erfc(z) is 0 in any dtype; inf / inf would be nan
    np.subtract(z, 3, out=series)
    np.add(z, 3, out=t)
    np.divide(series, t, out=t)
    highest, *others = coefficients
    series.fill(highest)
    for c in others:
        series *= t
        series += c
    np.multiply(z, 2, out=t)
    t += 1
    series /= t
    np.multiply(z, z, out=z)
    np.negative(z, out=z)
    tail = np.exp(z, out=z)
    tail *= series
    tail *= 0.5
    np.multiply(tail, -2, out=t)  # and 1 - 2 * tail to be added, where `x` is positive
    t += 1
    t *= x >= 0
    np.add(tail, t, out=out)


def normal_density(x: Any) -> Any:
    """The probability density of the standard normal distribution at `x`."""
    return _PEAK * np.exp(-0.5 * x * x)


@primitive
def weighted_density(x: Any) -> Any:
    """That density times `x`."""
    x = np.clip(x, -200, 200)  # where it is 0 in any dtype
    y = np.square(x, out=np.empty_like(x))
    y *= -0.5
    np.exp(y, out=y)
    y *= x
    y *= _PEAK
    return y


defvjp(normal_cdf, lambda g, _y, x: g * normal_density(x), elementwise=True)
defvjp(weighted_density, lambda g, _y, x: g * (normal_density(x) * (1 - x) * (1 + x)), elementwise=True)
