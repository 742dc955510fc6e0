"""Convolution and correlation of two sequences of numbers: each is linear in either, and its transpose is the other.

(A correlation takes the conjugate of the second sequence.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import conj
from mygrad._rules.rule import defvjp

__all__: list[str] = []


def _full(g: Any, start: int, full: int) -> Any:
    """The gradient of a full result, of which `mode` cut out the part from `start` on."""
    return np.concatenate((np.zeros(start, g.dtype), g, np.zeros(full - start - g.size, g.dtype)))


def _convolve_full(g: Any, a: Any, v: Any) -> Any:
    full = np.size(a) + np.size(v) - 1
    return _full(g, (full - g.size) // 2, full)


def _convolve_a(g: Any, _y: Any, _a: Any, v: Any, mode: Any = "full") -> Any:
    return np.reshape(np.correlate(_convolve_full(g, _a, v), conj(np.atleast_1d(v)), "valid"), _a.shape)


def _convolve_v(g: Any, _y: Any, a: Any, _v: Any, mode: Any = "full") -> Any:
    return np.reshape(np.correlate(_convolve_full(g, a, _v), conj(np.atleast_1d(a)), "valid"), _v.shape)


def _correlate_full(g: Any, a: Any, v: Any) -> Any:
    full = np.size(a) + np.size(v) - 1
    start = (full - g.size) // 2
    # NumPy exchanges the two if the second is longer, and turns the result round
    return _full(g, start if np.size(a) >= np.size(v) else full - g.size - start, full)


def _correlate_a(g: Any, _y: Any, _a: Any, v: Any, mode: Any = "valid") -> Any:
    return np.reshape(np.convolve(_correlate_full(g, _a, v), conj(v), "valid"), _a.shape)


def _correlate_v(g: Any, _y: Any, a: Any, _v: Any, mode: Any = "valid") -> Any:
    return conj(np.reshape(np.correlate(_correlate_full(g, a, _v), conj(a), "valid")[::-1], _v.shape))


defvjp(np.convolve, _convolve_a, _convolve_v, linear=True)
defvjp(np.correlate, _correlate_a, _correlate_v, linear=True)
