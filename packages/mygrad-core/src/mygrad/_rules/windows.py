"""Sliding windows over an array, and their transpose: overlapping windows that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from mygrad._rules.rule import defvjp, primitive

__all__ = ["overlap_add", "windows"]

Array = np.ndarray[Any, Any]


@primitive
def windows(
    x: Array,
    window_shape: Sequence[int],
    step: int | Sequence[int] = 1,
    dilation: int | Sequence[int] | None = None,
) -> Array:
    """A read-only view of `x` through a window that slides along its last axes.

    Parameters
    ----------
    x : ndarray, shape (..., N1, ..., Nk)
    window_shape : Sequence[int]
        W1, ..., Wk
    step : int | Sequence[int]
        S1, ..., Sk: by how much the window moves.
    dilation : int | Sequence[int], optional
        D1, ..., Dk: the distance in `x` of elements that are neighbours in the window; 1 by default.

    Returns
    -------
    ndarray, shape (G1, ..., Gk, ..., W1, ..., Wk)
        The windows on a grid of ``Gi = (Ni - (Wi - 1) * Di - 1) // Si + 1`` positions, such that
        ``out[i, ..., j] == x[..., i*S1 : i*S1 + W1*D1 : D1, ..., j*Sk : j*Sk + Wk*Dk : Dk]``.
    """
    shape, steps, dilations = _checked(x.shape, window_shape, step, dilation)
    k = len(shape)
    lead, sliding = x.ndim - k, x.strides[x.ndim - k :]
    grid = tuple(
        (n - (w - 1) * d - 1) // s + 1 for n, w, s, d in zip(x.shape[lead:], shape, steps, dilations, strict=True)
    )
    return as_strided(
        x,
        grid + x.shape[:lead] + shape,
        tuple(b * s for b, s in zip(sliding, steps, strict=True))
        + x.strides[:lead]
        + tuple(b * d for b, d in zip(sliding, dilations, strict=True)),
        writeable=False,
    )


@primitive
def overlap_add(g: Array, size: int, axis: int = 0, step: int = 1, dilation: int = 1) -> Array:
    """Add windows up where they lie: the transpose of sliding a window along one axis.

    Parameters
    ----------
    g : ndarray, shape (..., G, ..., W)
        Windows along the last axis, on a grid of positions along `axis`.
    size : int
        The size of the axis of the result along which the windows lie.
    axis, step, dilation : int

    Returns
    -------
    ndarray, shape (..., size, ...)
    """
    axis %= g.ndim
    positions, width = g.shape[axis], g.shape[-1]
    out = np.zeros((*g.shape[:axis], size, *g.shape[axis + 1 : -1]), g.dtype)
    into, of = np.moveaxis(out, axis, -1), np.moveaxis(g, axis, -2)
    if width <= positions:  # add the same element of all windows, or all elements of the same window
        for i in range(width):
            start = i * dilation
            into[..., start : start + (positions - 1) * step + 1 : step] += of[..., :, i]
    else:
        for i in range(positions):
            start = i * step
            into[..., start : start + (width - 1) * dilation + 1 : dilation] += of[..., i, :]
    return out


def _windows_vjp(g: Any, _y: Any, _x: Any, window_shape: Any, step: Any = 1, dilation: Any = None) -> Any:
    shape, steps, dilations = _checked(_x.shape, window_shape, step, dilation)
    k, lead = len(shape), _x.ndim - len(shape)
    g = np.moveaxis(g, range(k), range(lead, lead + k))  # (..., G1, ..., Gk, W1, ..., Wk)
    for axis in reversed(range(k)):
        g = overlap_add(g, _x.shape[lead + axis], lead + axis, steps[axis], dilations[axis])
    return g


def _overlap_add_vjp(g: Any, _y: Any, _g: Any, size: int, axis: int = 0, step: int = 1, dilation: int = 1) -> Any:
    sliding = windows(np.moveaxis(g, axis % _g.ndim, -1), _g.shape[-1:], step, dilation)
    return np.moveaxis(sliding, 0, axis % _g.ndim)


def _sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    view = sliding_window_view(x, window_shape, axis)
    if writeable:
        raise ValueError("sliding_window_view: the windows of a tensor overlap in memory, and are therefore read-only")
    return view


def _sliding_window_view_vjp(
    g: Any,
    _y: Any,
    _x: Any,
    window_shape: Any,
    axis: Any = None,
    *,
    subok: bool = False,
    writeable: bool = False,
) -> Any:
    count = g.ndim - _x.ndim
    axes = range(count) if axis is None else axis if np.iterable(axis) else (axis,)
    for a in reversed(list(axes)):  # an axis may occur twice: windows of windows
        g = overlap_add(g, g.shape[a % _x.ndim] + g.shape[-1] - 1, a % _x.ndim)
    return g


defvjp(windows, _windows_vjp, view=True, masks=True)
defvjp(overlap_add, _overlap_add_vjp)
defvjp(sliding_window_view, _sliding_window_view_vjp, forward=_sliding_window_view, view=True)


def _checked(
    shape: tuple[int, ...], window_shape: Any, step: Any, dilation: Any
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The arguments of `windows` as tuples of integers."""
    if not np.iterable(window_shape):
        raise TypeError(f"`window_shape` must be a sequence of positive integers, got {window_shape!r}")
    window = tuple(window_shape)
    if not all(isinstance(w, (int, np.integer)) and w > 0 for w in window):
        raise TypeError(f"`window_shape` must be a sequence of positive integers, got {window_shape!r}")
    if len(window) > len(shape):
        raise ValueError(f"`window_shape` {window} has more axes than the array, which has shape {shape}")
    steps = _one_per_axis("step", step, window)
    dilations = _one_per_axis("dilation", 1 if dilation is None else dilation, window)
    trailing = shape[len(shape) - len(window) :]
    extent = tuple((w - 1) * d + 1 for w, d in zip(window, dilations, strict=True))
    if any(e > n for e, n in zip(extent, trailing, strict=True)):
        raise ValueError(
            f"a window of shape {window} with dilation {dilations} extends over {extent} elements, which "
            f"does not fit into the last axes of the array, of shape {trailing}"
        )
    return tuple(map(int, window)), steps, dilations


def _one_per_axis(name: str, value: Any, window: tuple[int, ...]) -> tuple[int, ...]:
    if isinstance(value, (int, np.integer)):
        values: tuple[Any, ...] = (value,) * len(window)
    elif np.iterable(value):
        values = tuple(value)
    else:
        raise TypeError(f"`{name}` must be a positive integer or a sequence of them, got {value!r}")
    if not all(isinstance(v, (int, np.integer)) and v > 0 for v in values):
        raise ValueError(f"`{name}` must be a positive integer or a sequence of them, got {value!r}")
    if len(values) != len(window):
        raise ValueError(f"`{name}` must have one integer for each axis of the window {window}, got {value!r}")
    return tuple(map(int, values))
