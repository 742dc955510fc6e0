"""How windows slide over the trailing axes of an array: what convolution and pooling have in common."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

__all__ = ["grid", "per_axis"]


def per_axis(layer: str, name: str, value: Any, axes: int, least: int) -> tuple[int, ...]:
    """The argument `value`, called `name`: an integer for all axes, or one for each.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If there are too many or too few, or one is lower than `least`.
    """
    try:
        lengths = tuple(map(index, value)) if np.ndim(value) else (index(value),) * axes
    except TypeError:
        raise TypeError(f"{layer}: `{name}` must be an integer, or one for each axis, not {value!r}") from None
    if len(lengths) != axes:
        raise ValueError(f"{layer}: `{name}` must have one number for each of {axes} axes, but it is {value!r}")
    if min(lengths, default=least) < least:
        raise ValueError(f"{layer}: `{name}` must be at least {least}, but it is {value!r}")
    return lengths


def grid(
    layer: str,
    lengths: tuple[int, ...],
    window: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[int, ...]:
    """The number of positions that a window has along each axis.

    Raises
    ------
    ValueError
        If the window does not fit into the data, or leaves a rest that it never reaches.
    """
    rests = [
        n + 2 * p - ((k - 1) * d + 1) for n, k, p, d in zip(lengths, window, padding, dilation, strict=True)
    ]
    if any(rest < 0 or rest % s for rest, s in zip(rests, stride, strict=True)):
        raise ValueError(
            f"{layer}: a window of shape {window} (dilation {dilation}, stride {stride}) does not tile data of shape "
            f"{lengths} (padding {padding}): along each axis, (length + 2 * padding - (window - 1) * dilation - 1) "
            f"must be a multiple of the stride, but is {tuple(rests)}. Crop or pad the data."
        )
    return tuple([rest // s + 1 for rest, s in zip(rests, stride, strict=True)])
