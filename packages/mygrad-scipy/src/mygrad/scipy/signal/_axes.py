"""One axis of an array that may be a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad.scipy._operands import operand

__all__ = ["along", "floating"]


def along(axis: int, x: Any, f: Callable[[Any], Any]) -> Any:
    """What `f` makes of the last axis, of another one."""
    return np.moveaxis(f(np.moveaxis(x, axis, -1)), -1, axis)


def floating(x: Any) -> Any:
    """`x` as a tensor or an array."""
    x = operand(x)
    return x if hasattr(x, "shape") else np.asarray(x, dtype=float)
