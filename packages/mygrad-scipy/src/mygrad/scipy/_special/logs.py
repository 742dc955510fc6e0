"""Rules of logarithms, of exponentials, and of the transforms that lie between the two."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_complex, polynomial

__all__ = ["exprel_slope"]

_LN2, _LN10 = math.log(2.0), math.log(10.0)


def _xlogy_by_x(g: Any, _y: Any, x: Any, y: Any) -> Any:
    nothing = (x == 0) & (y == 0)
    return g * np.where(nothing, 0.0, np.log(np.where(nothing, 1.0, y)))


def _xlog1py_by_x(g: Any, _y: Any, x: Any, y: Any) -> Any:
    nothing = (x == 0) & (y == -1)
    return g * np.where(nothing, 0.0, np.log1p(np.where(nothing, 0.0, y)))


defvjp_complex(sp.xlogy, _xlogy_by_x, lambda g, _y, x, y: g * np.where(x == 0, 0.0, x / np.where(x == 0, 1.0, y)))
defvjp_complex(
    sp.xlog1py, _xlog1py_by_x, lambda g, _y, x, y: g * np.where(x == 0, 0.0, x / (1 + np.where(x == 0, 0.0, y)))
)
defvjp_complex(sp.log1p, lambda g, _y, x: g / (1 + x))
defvjp_complex(sp.expm1, lambda g, _y, x: g * np.exp(x))
defvjp(sp.exp2, lambda g, y, _x: g * y * _LN2)
defvjp(sp.exp10, lambda g, y, _x: g * y * _LN10)
defvjp(sp.expit, lambda g, y, x: g * y * sp.expit(-x))  # 1 - y would cancel
defvjp(sp.log_expit, lambda g, _y, x: g * sp.expit(-x))
defvjp(sp.logit, lambda g, _y, x: g / (x * (1 - x)))
defvjp_complex(sp.wrightomega, lambda g, y, _x: g * y / (1 + y))
defvjp_complex(sp._lambertw, lambda g, w, z, _k, _tol: g / (np.exp(w) + z))
defvjp(sp._log1pmx, lambda g, _y, x: -g * x / (1 + x))
if hasattr(sp, "_log1mexp"):  # SciPy 1.14
    defvjp(sp._log1mexp, lambda g, _y, x: -g / np.expm1(-x))

# --- exprel and Box and Cox's transforms ------------------------------------------------------------

#: Of exprel, and of u / (1 + u) - log(1 + u) over u^2, the series that are good near 0.
_EXPREL = [(k + 1) / math.factorial(k + 2) for k in range(14)]
_INVERSE = [(-1) ** (k + 1) * (k + 1) / (k + 2) for k in range(18)]


def exprel_slope(x: Any, y: Any) -> Any:
    """The derivative of y = exprel(x), which is (exp(x) - 1) / x."""
    near = np.abs(x) < 0.25
    far = (np.exp(x) - y) / np.where(near, 1.0, x)
    return np.where(near, polynomial(_EXPREL, np.where(near, x, 0.0)), far)


defvjp(sp.exprel, lambda g, y, x: g * exprel_slope(x, y))


def _boxcox_by_lambda(logarithm: Any, y: Any, lmbda: Any) -> Any:
    """Of log(x) * exprel(lmbda * log(x)); where x is 0, of -1 / lmbda."""
    infinite = np.isinf(logarithm)
    logarithm = np.where(infinite, 0.0, logarithm)
    u = lmbda * logarithm
    return np.where(infinite, np.square(y), np.square(logarithm) * exprel_slope(u, sp.exprel(u)))


def _inv_boxcox_by_lambda(w: Any, y: Any, lmbda: Any) -> Any:
    u = lmbda * y
    near = np.abs(u) < 0.1
    v = np.where(near, 1.0, u)
    far = (v / (1 + v) - np.log1p(v)) / np.square(v)
    return w * np.square(y) * np.where(near, polynomial(_INVERSE, np.where(near, u, 0.0)), far)


defvjp(
    sp.boxcox,
    lambda g, _y, x, lmbda: g * np.power(x, lmbda - 1),
    lambda g, y, x, lmbda: g * _boxcox_by_lambda(np.log(x), y, lmbda),
)
defvjp(
    sp.boxcox1p,
    lambda g, _y, x, lmbda: g * np.power(1 + x, lmbda - 1),
    lambda g, y, x, lmbda: g * _boxcox_by_lambda(np.log1p(x), y, lmbda),
)
defvjp(
    sp.inv_boxcox,
    lambda g, x, y, lmbda: g * x / (1 + lmbda * y),
    lambda g, x, y, lmbda: g * _inv_boxcox_by_lambda(x, y, lmbda),
)
defvjp(
    sp.inv_boxcox1p,
    lambda g, x, y, lmbda: g * (x + 1) / (1 + lmbda * y),
    lambda g, x, y, lmbda: g * _inv_boxcox_by_lambda(x + 1, y, lmbda),
)


def _tukey_density(y: Any, lmbda: Any) -> Any:
    return 1 / (np.power(y, lmbda - 1) + np.power(1 - y, lmbda - 1))


def _tukey_by_lambda(g: Any, y: Any, _x: Any, lmbda: Any) -> Any:
    """Tukey's quantile function is boxcox(p, lmbda) - boxcox(1 - p, lmbda)."""
    p, q = [_boxcox_by_lambda(log, sp.boxcox(at, lmbda), lmbda) for log, at in ((np.log(y), y), (np.log1p(-y), 1 - y))]
    return -g * (p - q) * _tukey_density(y, lmbda)


defvjp(sp.tklmbda, lambda g, y, _x, lmbda: g * _tukey_density(y, lmbda), _tukey_by_lambda)
