"""Padding with what is computed: variables, statistics, ramps, and what a function of the user makes."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._engine.operands import loses_gradient, sized, unwrap
from mygrad._engine.outputs import call
from mygrad._rules.shapes import along, astype, pad_widths

__all__ = ["is_computed", "pad"]

_STATISTICS: dict[str, Any] = {"maximum": np.max, "mean": np.mean, "median": np.median, "minimum": np.min}


def is_computed(mode: Any, options: dict[str, Any]) -> bool:
    """Whether the rule of ``np.pad`` is not enough, for what is added has a graph of its own."""
    return callable(mode) or mode in (*_STATISTICS, "linear_ramp") or loses_gradient(options)


def pad(x: Any, pad_width: Any, mode: Any, **options: Any) -> Any:
    """``np.pad`` of a tensor or an array, whose arguments NumPy has found valid."""
    x = sized(x)
    widths = pad_widths(pad_width, x.ndim)
    if callable(mode):
        return _pad_by(mode, x, widths, options)
    values, lengths = (
        np.broadcast_to(given, (x.ndim, 2))
        for given in (
            astype(sized(options.get("constant_values", options.get("end_values", 0))), x.dtype),
            np.asarray(unwrap(options.get("stat_length")), object),
        )
    )
    for axis, pair in enumerate(widths):  # what was added along one axis counts for the next
        added = []
        for side, width in enumerate(pair):
            if mode == "constant":
                shape = (*x.shape[:axis], width, *x.shape[axis + 1 :])
                added.append(np.broadcast_to(values[axis, side], shape))
            elif mode == "linear_ramp":
                ramp = np.linspace(values[axis, side], x[along(axis, -side)], width, False, axis=axis)
                added.append(np.flip(ramp, axis) if side else ramp)
            else:
                length = x.shape[axis] if lengths[axis, side] is None else min(lengths[axis, side], x.shape[axis])
                chunk = x[along(axis, slice(x.shape[axis] - length, None) if side else slice(length))]
                value = astype(_STATISTICS[mode](chunk, axis=axis, keepdims=True), x.dtype)
                added.append(np.repeat(value, width, axis))
        x = np.concatenate((added[0], x, added[1]), axis=axis)
    return x


def _pad_by(function: Any, x: Any, widths: list[tuple[int, int]], options: dict[str, Any]) -> Any:
    """Have the function of the user write into each vector of the result."""
    constant = None if x.dtype.kind not in "fc" else False  # it may write variables
    padded: Any = call(np.pad, x, widths, constant=constant)
    for axis, width in enumerate(widths):
        lines = np.moveaxis(padded, axis, -1)
        for i in np.ndindex(lines.shape[:-1]):
            function(lines[(*i, ...)], width, axis, options)
    return padded
