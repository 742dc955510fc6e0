"""Rules of hypergeometric functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_complex, elementwise

defvjp_complex(sp.hyp0f1, None, lambda g, _y, v, z: g * sp.hyp0f1(v + 1, z) / v)
defvjp(sp.hyperu, None, None, lambda g, _y, a, b, x: -g * a * sp.hyperu(a + 1, b + 1, x))
defvjp_complex(
    sp.hyp2f1,
    None,
    None,
    None,
    lambda g, _y, a, b, c, z: g * (a * b / c) * sp.hyp2f1(a + 1, b + 1, c + 1, z),
)

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
