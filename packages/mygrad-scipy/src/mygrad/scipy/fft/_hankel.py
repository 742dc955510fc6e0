"""The fast Hankel transform, which is symmetric: its matrix depends on the sum of the two indices alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import scipy.fft

from mygrad.scipy.fft._transform import public

__all__ = ["fht", "ifht"]


def _symmetric(name: str) -> Any:
    def transpose(g: Any, _shape: Any, **how: Any) -> Any:
        return getattr(scipy.fft, name)(g, **how)

    return transpose


fht: Final[Callable[..., Any]] = public(
    "fht",
    "The fast Hankel transform, of samples whose distances grow in proportion.",
    _symmetric("fht"),
    "[1.0, 3.0]",
    "fht(a, 0.1, mu=1.0)",
    "array([2.018, 5.982])",
)
ifht: Final[Callable[..., Any]] = public(
    "ifht",
    "The inverse of the fast Hankel transform.",
    _symmetric("ifht"),
    "[1.0, 3.0]",
    "ifht(A, 0.1, mu=1.0)",
    "array([1.9819, 6.0181])",
)
