"""Rules of powers, roots, means, and of trigonometric functions of degrees."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp

_DEGREE = math.pi / 180

defvjp(sp.cbrt, lambda g, y, _x: g / (3 * np.square(y)))
defvjp(
    sp.powm1,
    lambda g, _y, x, y: g * y * np.power(x, y - 1),
    lambda g, power, x, _y: g * (power + 1) * np.log(x),
)
defvjp(sp.cosm1, lambda g, _y, x: -g * np.sin(x))
defvjp(sp.sindg, lambda g, _y, x: g * _DEGREE * sp.cosdg(x))
defvjp(sp.cosdg, lambda g, _y, x: -g * _DEGREE * sp.sindg(x))
defvjp(sp.tandg, lambda g, y, _x: g * _DEGREE * (1 + np.square(y)))
defvjp(sp.cotdg, lambda g, y, _x: -g * _DEGREE * (1 + np.square(y)))
defvjp(
    sp.radian,
    lambda g, _y, _d, _m, _s: g * _DEGREE,
    lambda g, _y, _d, _m, _s: g * (_DEGREE / 60),
    lambda g, _y, _d, _m, _s: g * (_DEGREE / 3600),
)


def _sinpi(x: Any) -> Any:
    return np.sin(math.pi * (x - 2 * np.rint(x / 2)))


def _cospi(x: Any) -> Any:
    return np.cos(math.pi * (x - 2 * np.rint(x / 2)))


defvjp(sp._sinpi, lambda g, _y, x: math.pi * g * _cospi(x))
defvjp(sp._cospi, lambda g, _y, x: -math.pi * g * _sinpi(x))
