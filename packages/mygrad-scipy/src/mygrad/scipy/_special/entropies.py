"""Rules of entropies and of losses that are robust."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp

defvjp(sp.entr, lambda g, _y, x: -g * (np.log(x) + 1))
defvjp(sp.rel_entr, lambda g, _o, x, y: g * (np.log(x / y) + 1), lambda g, _o, x, y: -g * x / y)
defvjp(sp.kl_div, lambda g, _o, x, y: g * np.log(x / y), lambda g, _o, x, y: g * ((y - x) / y))
defvjp(
    sp.huber,
    lambda g, _o, delta, r: g * np.maximum(np.abs(r) - delta, 0),
    lambda g, _o, delta, r: g * np.clip(r, -delta, delta),
)


def _pseudo_huber_by_delta(g: Any, _o: Any, delta: Any, r: Any) -> Any:
    s = r / delta
    h = np.hypot(1, s)
    return g * delta * np.square(np.square(s)) / (h * np.square(h + 1))


defvjp(sp.pseudo_huber, _pseudo_huber_by_delta, lambda g, _o, delta, r: g * r / np.hypot(1, r / delta))
