"""The modes of ``np.pad`` that compute new values: statistics of the entries near an edge, and ramps."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.shapes import along, astype, pad_widths

__all__ = ["COMPUTED_MODES", "pad_computed"]

_STATISTICS: dict[str, Any] = {"maximum": np.max, "mean": np.mean, "median": np.median, "minimum": np.min}
COMPUTED_MODES = frozenset((*_STATISTICS, "linear_ramp"))


def pad_computed(x: Any, pad_width: Any, mode: str, *, stat_length: Any = None, end_values: Any = 0) -> Any:
    """``np.pad`` in one of the modes above, whose arguments NumPy has found valid."""
    widths = pad_widths(pad_width, x.ndim)
    lengths = np.broadcast_to(np.asarray(stat_length, object), (x.ndim, 2))
    ends = np.broadcast_to(end_values, (x.ndim, 2))
    for axis, pair in enumerate(widths):  # what was added along one axis counts for the next
        added = []
        for side, width in enumerate(pair):
            if mode == "linear_ramp":
                edge = x[along(axis, -side)]
                ramp = np.linspace(astype(np.asarray(ends[axis, side]), x.dtype), edge, width, False, axis=axis)
                added.append(np.flip(ramp, axis) if side else ramp)
                continue
            length = x.shape[axis] if lengths[axis, side] is None else min(lengths[axis, side], x.shape[axis])
            chunk = x[along(axis, slice(x.shape[axis] - length, None) if side else slice(length))]
            value = astype(_STATISTICS[mode](chunk, axis=axis, keepdims=True), x.dtype)
            added.append(np.repeat(value, width, axis))
        x = np.concatenate((added[0], x, added[1]), axis=axis)
    return x
