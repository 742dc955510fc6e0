"""Arrays of any form that have no values: all are over the same memory."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["blank"]

_memory = np.full(1 << 12, 0xFF, np.uint8)


def blank(kind: Any, array: Any) -> Any:
    """An array of a class, of the shape, dtype and strides of another, in which there is nan."""
    global _memory
    spans = [step * (n - 1) for step, n in zip(array.strides, array.shape, strict=True)] if array.size else []
    size = array.itemsize + sum(map(abs, spans))
    if size > _memory.size:
        _memory = np.full(2 * size, 0xFF, np.uint8)
    _memory.flags.writeable = False
    begin = -sum(span for span in spans if span < 0)
    return np.ndarray.__new__(kind, array.shape, array.dtype, _memory, begin, array.strides)
