"""Rules of hypergeometric functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_complex, elementwise

defvjp_complex(sp.hyp0f1, None, lambda g, _y, v, z: g * sp.hyp0f1(v + 1, z) / v)
defvjp(sp.hyperu, None, None, lambda g, _y, a, b, x: -g * a * sp.hyperu(a + 1, b + 1, x))

# --- Kummer's, also by its parameters -----------------------------------------------------------------


def _series(a: Any, b: Any, x: Any) -> tuple[Any, Any]:
    """The derivatives of the power series by a and by b, term by term, for x >= 0."""
    term, by_a, by_b = 1.0 + 0 * x, 0.0 * x, 0.0 * x
    total_a, total_b = 0.0, 0.0
    most = np.max(x, initial=0.0, where=np.isfinite(x))
    for n in range(80 + int(most + 12 * np.sqrt(most))):
        factor = x / ((b + n) * (n + 1))
        by_a = (by_a * (a + n) + term) * factor
        by_b = (by_b - term / (b + n)) * (a + n) * factor
        term = term * (a + n) * factor
        total_a, total_b = total_a + by_a, total_b + by_b
    return total_a, total_b


@elementwise
def hyp1f1_by(a: Any, b: Any, x: Any, *, parameter: str) -> Any:
    """The derivative of ``hyp1f1(a, b, x)`` by a parameter; on the left, of exp(x) hyp1f1(b - a, b, -x)."""
    left = x < 0
    by_a, by_b = _series(np.where(left, b - a, a), b, np.minimum(np.abs(x), 1e3))
    factor = np.where(left, np.exp(np.minimum(x, 0.0)), np.where(np.abs(x) > 1e3, np.nan, 1.0))
    if parameter == "a":
        return np.where(left, -by_a, by_a) * factor
    return np.where(left, by_a + by_b, by_b) * factor


def _slope_by(a: Any, b: Any, x: Any, parameter: str) -> Any:
    """The derivative of a / b hyp1f1(a + 1, b + 1, x) by a parameter."""
    own = 1 / b if parameter == "a" else -a / np.square(b)
    return own * sp.hyp1f1(a + 1, b + 1, x) + a / b * hyp1f1_by(a + 1, b + 1, x, parameter=parameter)


defvjp_complex(
    sp.hyp1f1,
    lambda g, _y, a, b, x: g * hyp1f1_by(a, b, x, parameter="a"),
    lambda g, _y, a, b, x: g * hyp1f1_by(a, b, x, parameter="b"),
    lambda g, _y, a, b, x: g * a / b * sp.hyp1f1(a + 1, b + 1, x),
)
defvjp(
    hyp1f1_by,
    None,
    None,
    lambda g, _y, a, b, x, *, parameter: g * _slope_by(a, b, x, parameter),
    elementwise=True,
)

# --- Gauss's, also by its parameters ------------------------------------------------------------------

#: Up to where the power series is summed: beyond, there is no derivative by a parameter, but nan.
_LAST = 0.999


def _gauss_series(a: Any, b: Any, c: Any, z: Any) -> tuple[Any, Any, Any, Any]:
    """The power series and its derivatives by a, b and c, term by term, for 0 <= z <= _LAST."""
    term, by_a, by_b, by_c = 1.0 + 0 * z, 0.0 * z, 0.0 * z, 0.0 * z
    sums = [term, by_a, by_b, by_c]
    n = 0
    while n < 100_000:
        factor = z / ((c + n) * (n + 1))
        by_a = (by_a * (a + n) + term) * (b + n) * factor
        by_b = (by_b * (b + n) + term) * (a + n) * factor
        by_c = (by_c - term / (c + n)) * (a + n) * (b + n) * factor
        term = term * (a + n) * (b + n) * factor
        parts = (term, by_a, by_b, by_c)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
        n += 1
        if n % 16 == 0 and all(np.all(~(np.abs(p) > 1e-18 * np.abs(s))) for p, s in zip(parts, sums, strict=True)):
            break
    return sums[0], sums[1], sums[2], sums[3]


@elementwise
def hyp2f1_by(a: Any, b: Any, c: Any, z: Any, *, parameter: str) -> Any:
    """The derivative of ``hyp2f1(a, b, c, z)`` by a parameter; on the left, of (1 - z)^-a hyp2f1(a, c - b, c, w)."""
    left = z < 0
    w = np.where(left, z / (z - 1), z)
    known = w <= _LAST
    f, by_a, by_b, by_c = _gauss_series(a, np.where(left, c - b, b), c, np.where(known, w, 0.0))
    factor = np.where(known, np.where(left, np.power(1 - np.minimum(z, 0.0), -a), 1.0), np.nan)
    found = {
        "a": np.where(left, by_a - np.log1p(-np.minimum(z, 0.0)) * f, by_a),
        "b": np.where(left, -by_b, by_b),
        "c": np.where(left, by_b + by_c, by_c),
    }
    return factor * found[parameter]


def _gauss_slope(a: Any, b: Any, c: Any, z: Any) -> Any:
    return (a * b / c) * sp.hyp2f1(a + 1, b + 1, c + 1, z)


def _gauss_slope_by(a: Any, b: Any, c: Any, z: Any, parameter: str) -> Any:
    """The derivative of _gauss_slope by a parameter."""
    own = {"a": b / c, "b": a / c, "c": -a * b / np.square(c)}[parameter]
    by = hyp2f1_by(a + 1, b + 1, c + 1, z, parameter=parameter)
    return own * sp.hyp2f1(a + 1, b + 1, c + 1, z) + a * b / c * by


defvjp_complex(
    sp.hyp2f1,
    lambda g, _y, a, b, c, z: g * hyp2f1_by(a, b, c, z, parameter="a"),
    lambda g, _y, a, b, c, z: g * hyp2f1_by(a, b, c, z, parameter="b"),
    lambda g, _y, a, b, c, z: g * hyp2f1_by(a, b, c, z, parameter="c"),
    lambda g, _y, a, b, c, z: g * _gauss_slope(a, b, c, z),
)
defvjp(
    hyp2f1_by,
    None,
    None,
    None,
    lambda g, _y, a, b, c, z, *, parameter: g * _gauss_slope_by(a, b, c, z, parameter),
    elementwise=True,
)
