"""Rules of ufuncs that return functions with their derivatives: their second ones, the equations tell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp_several, defvjp_several_complex


def _flow(gs: Any, *slopes: Any) -> Any:
    """The gradients that there are, times the slopes of their functions, which are computed only then."""
    return sum([g * slope() for g, slope in zip(gs, slopes, strict=True) if g is not None])


defvjp_several_complex(
    sp.airy,
    lambda gs, ys, z: _flow(gs, lambda: ys[1], lambda: z * ys[0], lambda: ys[3], lambda: z * ys[2]),
)

# Parabolic cylinder functions: D, V and W.
defvjp_several(
    sp.pbdv, None, lambda gs, ys, v, x: _flow(gs, lambda: ys[1], lambda: (np.square(x) / 4 - v - 0.5) * ys[0])
)
defvjp_several(
    sp.pbvv, None, lambda gs, ys, v, x: _flow(gs, lambda: ys[1], lambda: (np.square(x) / 4 - v - 0.5) * ys[0])
)
defvjp_several(sp.pbwa, None, lambda gs, ys, a, x: _flow(gs, lambda: ys[1], lambda: (a - np.square(x) / 4) * ys[0]))

# Mathieu functions: of an angle in degrees, and modified ones.
_DEGREE = math.pi / 180


def _angular(value: Any, gs: Any, ys: Any, m: Any, q: Any, x: Any) -> Any:
    return _flow(
        gs, lambda: _DEGREE * ys[1], lambda: -_DEGREE * (value(m, q) - 2 * q * np.cos(2 * _DEGREE * x)) * ys[0]
    )


def _radial(value: Any, gs: Any, ys: Any, m: Any, q: Any, x: Any) -> Any:
    return _flow(gs, lambda: ys[1], lambda: (value(m, q) - 2 * q * np.cosh(2 * x)) * ys[0])


defvjp_several(sp.mathieu_cem, None, None, lambda gs, ys, m, q, x: _angular(sp.mathieu_a, gs, ys, m, q, x))
defvjp_several(sp.mathieu_sem, None, None, lambda gs, ys, m, q, x: _angular(sp.mathieu_b, gs, ys, m, q, x))
for _f in (sp.mathieu_modcem1, sp.mathieu_modcem2):
    defvjp_several(_f, None, None, lambda gs, ys, m, q, x: _radial(sp.mathieu_a, gs, ys, m, q, x))
for _f in (sp.mathieu_modsem1, sp.mathieu_modsem2):
    defvjp_several(_f, None, None, lambda gs, ys, m, q, x: _radial(sp.mathieu_b, gs, ys, m, q, x))
