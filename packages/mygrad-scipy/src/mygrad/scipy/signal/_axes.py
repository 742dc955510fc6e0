"""One axis of an array that may be a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["along"]


def along(axis: int, x: Any, f: Callable[[Any], Any]) -> Any:
    """What `f` makes of the last axis, of another one."""
    return np.moveaxis(f(np.moveaxis(x, axis, -1)), -1, axis)
