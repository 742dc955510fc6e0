"""Integrals to full precision, for derivatives that have no closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["half_line"]

#: Where exp(s - exp(-s)) is negligible.
_FIRST = -3.7


def half_line(f: Callable[[Any], Any], smallest: Any, largest: Any) -> Any:
    """The integral of `f` over the positive numbers, for each entry of arrays.

    The trapezoidal rule in s, where t = smallest * exp(s - exp(-s)): its error falls exponentially with the number of
    nodes, whatever the scales in between, since the ends have been moved to infinity.

    Parameters
    ----------
    f : Callable
        Analytic, of one sign or nearly so.
    smallest, largest : array_like
        `f` varies on scales no smaller than that; and has died away here.
    """
    last = np.log(np.divide(largest, smallest))
    nodes = 1 + int(np.ceil((np.max(last, initial=1.0, where=np.isfinite(last)) - _FIRST) / 0.1))
    h = (last - _FIRST) / (nodes - 1)
    total = 0.0
    for i in range(nodes):
        s = _FIRST + i * h
        e = np.exp(-s)
        t = smallest * np.exp(s - e)
        total = total + f(t) * (t * (1 + e))
    return total * h
