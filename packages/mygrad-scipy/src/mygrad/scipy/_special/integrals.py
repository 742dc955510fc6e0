"""Rules of integrals of elementary functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import (
    defvjp,
    defvjp_complex,
    defvjp_several_complex,
    is_complex,
    over,
    polynomial,
)

defvjp_complex(sp.exp1, lambda g, _y, z: -g * np.exp(-z) / z)
defvjp_complex(sp.expi, lambda g, _y, x: g * np.exp(x) / x)
defvjp(
    sp.expn,
    None,
    lambda g, _y, n, x: -g * np.where(n >= 1, sp.expn(np.maximum(n - 1, 0), x), np.exp(-x) / x * (1 + 1 / x)),
)
# _scaled_exp1 is x exp(x) exp1(x)
_SPENCE = [(-1) ** (k + 1) / (k + 1) for k in range(16)]


def _spence(g: Any, _y: Any, z: Any) -> Any:
    """log(z) / (1 - z), with its series near 1."""
    near = np.abs(z - 1) < 0.1
    away = np.where(near, 0.0, z)
    return g * np.where(near, polynomial(_SPENCE, np.where(near, z - 1, 0.0)), np.log(away) / (1 - away))


defvjp_complex(sp.spence, _spence)


def _both(gs: Any, first: Any, second: Any) -> Any:
    """The gradients that there are, times the factors, which are computed only then."""
    return sum([g * factor() for g, factor in zip(gs, (first, second), strict=True) if g is not None])


def _quarter_turns(x: Any) -> Any:
    """pi/2 x^2 without whole periods, of which x^2 would be rounded to few digits."""
    if is_complex(x):
        return math.pi / 2 * np.square(x)
    n = np.rint(x)
    f = x - n
    turns = np.remainder(np.square(np.remainder(n, 4)), 4) + np.remainder(2 * n * f, 4) + np.square(f)
    return math.pi / 2 * turns


defvjp_several_complex(
    sp.fresnel,
    lambda gs, _ys, z: _both(gs, lambda: np.sin(_quarter_turns(z)), lambda: np.cos(_quarter_turns(z))),
)
defvjp_several_complex(sp.sici, lambda gs, _ys, x: _both(gs, lambda: np.sinc(x / math.pi), lambda: np.cos(x) / x))
defvjp_several_complex(
    sp.shichi, lambda gs, _ys, x: _both(gs, lambda: over(np.sinh(x), x, 1.0), lambda: np.cosh(x) / x)
)
