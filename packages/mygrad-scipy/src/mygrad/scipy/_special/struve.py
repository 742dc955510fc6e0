"""Rules of Struve and Kelvin functions, of Wright's, and of integrals of Bessel functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_several, over, polynomial

defvjp(sp.struve, None, lambda g, y, v, x: g * (sp.struve(v - 1.0, x) - v / x * y))
defvjp(sp.modstruve, None, lambda g, y, v, x: g * (sp.modstruve(v - 1.0, x) - v / x * y))
defvjp(sp.itstruve0, lambda g, _y, x: g * sp.struve(0.0, x))
defvjp(sp.itmodstruve0, lambda g, _y, x: g * sp.modstruve(0.0, x))
defvjp(sp.it2struve0, lambda g, _y, x: -g * sp.struve(0.0, x) / x)

defvjp(sp.ber, lambda g, _y, x: g * sp.berp(x))
defvjp(sp.bei, lambda g, _y, x: g * sp.beip(x))
defvjp(sp.ker, lambda g, _y, x: g * sp.kerp(x))
defvjp(sp.kei, lambda g, _y, x: g * sp.keip(x))
defvjp(sp.berp, lambda g, y, x: -g * (sp.bei(x) + over(y, x, 0.0)))
defvjp(sp.beip, lambda g, y, x: g * (sp.ber(x) - over(y, x, 0.5)))
defvjp(sp.kerp, lambda g, y, x: -g * (sp.kei(x) + y / x))
defvjp(sp.keip, lambda g, y, x: g * (sp.ker(x) - y / x))

defvjp(sp.wright_bessel, None, None, lambda g, _y, a, b, x: g * sp.wright_bessel(a, a + b, x))
if hasattr(sp, "log_wright_bessel"):  # SciPy 1.14
    defvjp(
        sp.log_wright_bessel,
        None,
        None,
        lambda g, y, a, b, x: g * np.exp(sp.log_wright_bessel(a, a + b, x) - y),
    )


def _sum(gs: Any, *factors: Any) -> Any:
    """The gradients that there are, times their factors, which are computed only then."""
    return sum([g * factor() for g, factor in zip(gs, factors, strict=True) if g is not None])


defvjp_several(sp.itj0y0, lambda gs, _ys, x: _sum(gs, lambda: sp.j0(x), lambda: sp.y0(x)))
defvjp_several(sp.iti0k0, lambda gs, _ys, x: _sum(gs, lambda: sp.i0(x), lambda: sp.k0(x)))
defvjp_several(
    sp.itairy,
    lambda gs, _ys, x: _sum(
        gs,
        lambda: sp.airy(x)[0],
        lambda: sp.airy(x)[2],
        lambda: sp.airy(-x)[0],
        lambda: sp.airy(-x)[2],
    ),
)

#: Of (i0(x) - 1) / x, divided by x, in powers of x^2: with alternating signs that of j0.
_I0_SERIES = [1 / (4.0**k * np.prod(np.arange(1.0, k + 1)) ** 2) for k in range(1, 10)]


def _less_one(f: Any, x: Any, sign: int) -> Any:
    """(1 - j0(x)) / x if `sign` is -1, and (i0(x) - 1) / x if it is 1."""
    near = np.abs(x) < 1
    small = np.where(near, x, 0.0)
    series = [c * float(sign) ** k for k, c in enumerate(_I0_SERIES)]
    return np.where(near, small * polynomial(series, np.square(small)), sign * (f(x) - 1) / np.where(near, 1.0, x))


defvjp_several(sp.it2j0y0, lambda gs, _ys, x: _sum(gs, lambda: _less_one(sp.j0, x, -1), lambda: -sp.y0(x) / x))
defvjp_several(sp.it2i0k0, lambda gs, _ys, x: _sum(gs, lambda: _less_one(sp.i0, x, 1), lambda: -sp.k0(x) / x))
