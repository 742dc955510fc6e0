"""How windows slide over the trailing axes of an array: what convolution and pooling have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import index
from typing import Any

import numpy as np

__all__ = [
    "Lengths",
    "Padding",
    "Sides",
    "entries",
    "grid",
    "grid_of",
    "number_of_groups",
    "per_axis",
    "pooling",
    "positions",
    "sides",
]

Lengths = tuple[int, ...]
#: How much is put before and after the data, along each axis.
Sides = tuple[tuple[int, int], ...]
#: How users say that.
Padding = int | Sequence[int | tuple[int, int]] | str


def _is_one(value: Any) -> bool:
    return not getattr(value, "ndim", isinstance(value, list | tuple))


def _entry(layer: str, name: str, value: Any, least: int, number: Any) -> int:
    try:
        length = index(number)
    except TypeError:
        raise TypeError(f"{layer}: `{name}` must be an integer, or one for each axis, not {value!r}") from None
    if length < least:
        raise ValueError(f"{layer}: `{name}` must be at least {least}, but it is {value!r}")
    return length


def _one_each(layer: str, name: str, value: Any, axes: int) -> list[Any]:
    each = [value] * axes if _is_one(value) else list(value)
    if len(each) != axes:
        raise ValueError(f"{layer}: `{name}` must have one number for each of {axes} axes, but it is {value!r}")
    return each


def per_axis(layer: str, name: str, value: Any, axes: int, least: int) -> Lengths:
    """The argument `value`, called `name`: an integer for all axes, or one for each.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If there are too many or too few, or one is lower than `least`.
    """
    if _is_one(value):
        return (_entry(layer, name, value, least, value),) * axes
    return tuple([_entry(layer, name, value, least, n) for n in _one_each(layer, name, value, axes)])


def sides(
    layer: str,
    padding: Any,
    lengths: Lengths,
    window: Lengths,
    stride: Lengths,
    dilation: Lengths,
    *,
    same: bool = True,
) -> Sides:
    """The argument `padding`, for data and a window of these lengths.

    An integer for all axes; or for each axis an integer, or what comes before the data and what comes after it; or
    ``"same"``: so much that there is a position for each step through the data (if that is allowed).

    Raises
    ------
    TypeError, ValueError
        As `per_axis` does.
    """
    if isinstance(padding, str):
        if not same or padding != "same":
            words = ", or 'same'," if same else ","
            raise ValueError(f"{layer}: `padding` must be of integers{words} not {padding!r}")
        along = zip(lengths, window, stride, dilation, strict=True)
        totals = [max(((n - 1) // s) * s + (k - 1) * d + 1 - n, 0) for n, k, s, d in along]
        return tuple([(total // 2, total - total // 2) for total in totals])
    pairs = []
    for p in _one_each(layer, "padding", padding, len(lengths)):
        pair = (p, p) if _is_one(p) else tuple(p)
        if len(pair) != 2:
            raise ValueError(
                f"{layer}: `padding` must have an integer for each axis, or two, of what comes before and after the "
                f"data, but it is {padding!r}"
            )
        before, after = (_entry(layer, "padding", padding, 0, side) for side in pair)
        pairs.append((before, after))
    return tuple(pairs)


def number_of_groups(layer: str, groups: Any) -> int:
    """The argument `groups`, if it is a positive integer."""
    try:
        count = index(groups)
    except TypeError:
        raise TypeError(f"{layer}: `groups` must be an integer, not {groups!r}") from None
    if count < 1:
        raise ValueError(f"{layer}: `groups` must be at least 1, but is {count}")
    return count


def positions(lengths: Lengths, window: Lengths, stride: Lengths, padding: Sides, dilation: Lengths) -> Lengths:
    """The number of positions that a window has along each axis, if what is left over is left out."""
    along = zip(lengths, window, stride, padding, dilation, strict=True)
    return tuple([(n + sum(p) - (k - 1) * d - 1) // s + 1 for n, k, s, p, d in along])


def grid(
    layer: str,
    lengths: Lengths,
    window: Lengths,
    stride: Lengths,
    padding: Sides,
    dilation: Lengths,
    floor: bool = False,
) -> None:
    """Make sure that a window fits into the data; and, unless `floor`, that it leaves no rest that it never reaches.

    Raises
    ------
    ValueError
    """
    rests = [n + sum(p) - ((k - 1) * d + 1) for n, k, p, d in zip(lengths, window, padding, dilation, strict=True)]
    if any(rest < 0 for rest in rests):
        wrong, must, advice = "fit into", "must not be negative", "Pad the data, or take a smaller window."
    elif not floor and any(rest % s for rest, s in zip(rests, stride, strict=True)):
        wrong, must = "tile", "must be a multiple of the stride"
        advice = "Crop or pad the data, or let what is left over be left out, by floor=True."
    else:
        return
    shown = tuple([p[0] if p[0] == p[1] else p for p in padding])
    raise ValueError(
        f"{layer}: a window of shape {window} (dilation {dilation}, stride {stride}) does not {wrong} data of shape "
        f"{lengths} (padding {shown}): along each axis, (length + padding on both sides - (window - 1) * dilation - 1) "
        f"{must}, but is {tuple(rests)}. {advice}"
    )


def pooling(
    layer: str, shape: Lengths, pool: Any, stride: Any, padding: Any, floor: bool
) -> tuple[Lengths, Lengths, Sides]:
    """The arguments `pool`, `stride` and `padding` of a pooling layer, for data of this shape.

    Raises
    ------
    TypeError, ValueError
    """
    if _is_one(pool):
        raise TypeError(f"{layer}: `pool` must have a length for each axis to be pooled over, but it is {pool!r}")
    axes = len(pool)
    if axes > len(shape):
        raise ValueError(f"{layer}: `pool` has {axes} axes, more than the data, which has shape {shape}")
    lengths, once = shape[len(shape) - axes :], (1,) * axes
    pool = per_axis(layer, "pool", pool, axes, 1)
    stride = per_axis(layer, "stride", stride, axes, 1)
    around = sides(layer, padding, lengths, pool, stride, once)
    if any(max(p) >= k for p, k in zip(around, pool, strict=True)):
        raise ValueError(
            f"{layer}: `padding` must be less than the window, of shape {pool}, on either side, but it is {padding!r}: "
            "there would be windows without data"
        )
    grid(layer, lengths, pool, stride, around, once, floor or padding == "same")
    return pool, stride, around


def grid_of(shape: Lengths, pool: Lengths, stride: Lengths, padding: Sides) -> Lengths:
    """The shape of what is pooled over the last axes of an array of this shape."""
    lead = len(shape) - len(pool)
    return shape[:lead] + positions(shape[lead:], pool, stride, padding, (1,) * len(pool))


def entries(
    shape: Lengths, pool: Lengths, stride: Lengths, padding: Sides
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """For each entry of a window over the last axes of an array, its place in all windows at once.

    Yields
    ------
    tuple, tuple
        Indices: of the windows in which the entry is one of the data, and of these entries in the data.
    """
    lead = len(shape) - len(pool)
    lengths, counts = shape[lead:], grid_of(shape, pool, stride, padding)[lead:]
    for offsets in np.ndindex(pool):
        windows: list[Any] = [...]
        data: list[Any] = [...]
        for i, n, s, (before, _after), count in zip(offsets, lengths, stride, padding, counts, strict=True):
            first = max(-((i - before) // s), 0)
            last = min((n - 1 - i + before) // s, count - 1)
            windows.append(slice(first, last + 1))
            data.append(slice(first * s + i - before, last * s + i - before + 1, s) if last >= first else slice(0, 0))
        yield tuple(windows), tuple(data)
