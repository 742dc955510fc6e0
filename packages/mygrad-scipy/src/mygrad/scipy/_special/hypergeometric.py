"""Rules of hypergeometric functions, in their last argument."""

from __future__ import annotations

from scipy.special import _ufuncs as sp

from mygrad.extend import defvjp

defvjp(sp.hyp0f1, None, lambda g, _y, v, z: g * sp.hyp0f1(v + 1, z) / v)
defvjp(sp.hyp1f1, None, None, lambda g, _y, a, b, x: g * a / b * sp.hyp1f1(a + 1, b + 1, x))
defvjp(sp.hyperu, None, None, lambda g, _y, a, b, x: -g * a * sp.hyperu(a + 1, b + 1, x))
defvjp(
    sp.hyp2f1,
    None,
    None,
    None,
    lambda g, _y, a, b, c, z: g * (a * b / c) * sp.hyp2f1(a + 1, b + 1, c + 1, z),
)
