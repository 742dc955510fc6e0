"""How windows slide over the trailing axes of an array: what convolution and pooling have in common."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any

import numpy as np

__all__ = ["entries", "grid", "per_axis", "pooling"]


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
    rests = [n + 2 * p - ((k - 1) * d + 1) for n, k, p, d in zip(lengths, window, padding, dilation, strict=True)]
    if any(rest < 0 or rest % s for rest, s in zip(rests, stride, strict=True)):
        raise ValueError(
            f"{layer}: a window of shape {window} (dilation {dilation}, stride {stride}) does not tile data of shape "
            f"{lengths} (padding {padding}): along each axis, (length + 2 * padding - (window - 1) * dilation - 1) "
            f"must be a multiple of the stride, but is {tuple(rests)}. Crop or pad the data."
        )
    return tuple([rest // s + 1 for rest, s in zip(rests, stride, strict=True)])


def pooling(layer: str, shape: tuple[int, ...], pool: Any, stride: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The arguments `pool` and `stride` of a pooling layer, for data of this shape.

    Raises
    ------
    TypeError, ValueError
    """
    if not np.ndim(pool):
        raise TypeError(f"{layer}: `pool` must have a length for each axis to be pooled over, but it is {pool!r}")
    axes = len(pool)
    if axes > len(shape):
        raise ValueError(f"{layer}: `pool` has {axes} axes, more than the data, which has shape {shape}")
    pool = per_axis(layer, "pool", pool, axes, 1)
    stride = per_axis(layer, "stride", stride, axes, 1)
    grid(layer, shape[len(shape) - axes :], pool, stride, (0,) * axes, (1,) * axes)
    return pool, stride


def entries(shape: tuple[int, ...], pool: tuple[int, ...], stride: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
    """For each entry of a window over the last axes of an array of this shape, its index in all windows at once."""
    lengths = shape[len(shape) - len(pool) :]
    for offsets in np.ndindex(pool):
        reach = zip(offsets, lengths, pool, stride, strict=True)
        yield (..., *[slice(i, i + n - k + 1, s) for i, n, k, s in reach])
