"""The orders of elements that depend on how an array lies in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["memory_axes", "settled_order"]


def settled_order(a: Any, order: str | None) -> str:
    """What ``order="A"`` means for an array as it lies in memory, "F" or "C". Other orders stay."""
    if order == "A":
        return "F" if a.flags.fnc else "C"
    return "C" if order is None else order


def memory_axes(a: Any) -> tuple[int, ...]:
    """The axes of an array from the slowest to the fastest in memory, as ``order="K"`` walks them."""
    # NumPy's iterator settles the ambiguous cases (strides of zero): ask it for an array laid out alike.
    laid_out = np.nditer([a, None], flags=["zerosize_ok"], order="K").operands[1]
    return tuple(sorted(range(a.ndim), key=lambda axis: -abs(laid_out.strides[axis])))
