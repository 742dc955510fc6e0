"""Splines through the pixels of an image, at any places: sums of a few coefficients around each, times B-splines.

The coefficients are what a filter makes of the pixels. It inverts the matrix that has the values of B-splines at the
pixels, which is symmetric where the image is continued in cycles or with its edges twice; where it is mirrored, it is
so save for the first and the last pixel, which count half.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import Any

import numpy as np
import scipy.ndimage

from mygrad.extend import linear
from mygrad.scipy._operands import plain

__all__ = ["sampled"]

#: By how much SciPy continues an image before it filters, where the splines themselves know no such edges.
_BEYOND = 12
#: Of so few pixels, SciPy's filter is not precisely the inverse: it takes the other edge for farther than it is.
_FEW = 32
_MIRRORED = ("constant", "grid-constant", "mirror", "wrap")


def _filtered_along(x: Any, order: int, axis: int, mode: str) -> Any:
    return scipy.ndimage.spline_filter1d(x, order, axis, np.result_type(x, np.float64), mode)


def _coefficients(x: Any, *, axes: int, order: int, mode: str) -> Any:
    for axis in range(axes):
        x = _filtered_along(x, order, axis, mode)
    return x


def _transposed(g: Any, _shape: Any, *, axes: int, order: int, mode: str) -> Any:
    for axis, size in enumerate(g.shape[:axes]):
        if size < _FEW:
            matrix = scipy.ndimage.spline_filter1d(np.eye(size), order, 0, np.float64, mode)
            g = np.moveaxis(np.tensordot(matrix, g, (0, axis)), 0, axis)
            continue
        share = np.ones((size,) + (1,) * (g.ndim - axis - 1))
        if mode in _MIRRORED:
            share[[0, -1]] = 0.5
        g = _filtered_along(g / share, order, axis, mode) * share
    return g


_filtered = linear(_coefficients, _transposed)


def _splines(u: Any, order: int) -> list[Any]:
    """The B-splines of an order that are not zero, at `u` within the middle of these."""
    values: list[Any] = [np.ones_like(plain(u))]
    for k in range(1, order + 1):
        rising = [(u + k - j) * values[j - 1] if j else 0.0 for j in range(k + 1)]
        falling = [(j + 1 - u) * values[j] if j < k else 0.0 for j in range(k + 1)]
        values = [(a + b) / k for a, b in zip(rising, falling, strict=True)]
    return values


def _folded(taps: Any, size: int, mode: str) -> Any:
    """Which coefficients there are in the place of those beyond the edges."""
    if mode == "grid-wrap":
        return taps % size
    if mode in ("nearest", "grid-constant"):
        return np.clip(taps, 0, size - 1)
    if mode == "reflect":
        taps = taps % (2 * size)
        return np.minimum(taps, 2 * size - 1 - taps)
    period = max(2 * (size - 1), 1)
    taps = taps % period
    return np.minimum(taps, period - taps)


def _wrapped(place: Any, size: int) -> Any:
    """Places within an image whose first and last pixel are the same."""
    period = max(size - 1, 1)
    known = plain(place)
    return place - np.where((known < 0) | (known > size - 1), period * np.floor(known / period), 0)


class _Taps:
    """Along one axis: which coefficients there are around each place, and how they are weighed.

    Parameters
    ----------
    place : array_like
    size : int
        The number of coefficients.
    order : int
    mode : str
    """

    def __init__(self, place: Any, size: int, order: int, mode: str) -> None:
        place = _wrapped(place, size) if mode == "wrap" else place
        known, half = plain(place), 0.0 if order % 2 else 0.5
        first = np.floor(known + half).astype(int)
        #: Whether the place has no value but `cval`.
        self.outside: Any = np.zeros(known.shape, bool)
        if mode == "constant":
            self.outside = (known < 0) | (known > size - 1)
            if order % 2 and size > 1:
                first = np.minimum(first, size - 2)  # the slope at the last pixel is that before it
        taps = [first - order // 2 + k for k in range(order + 1)]
        #: Whether the coefficient has.
        self.beyond = [((k < 0) | (k >= size)) & (mode == "grid-constant") for k in taps]
        self.places = [_folded(k, size, mode) for k in taps]
        self.weights = _splines(place - first + half, order)


def sampled(x: Any, places: Any, order: int, mode: str, cval: float, prefilter: bool, on_grid: bool = False) -> Any:
    """`x` at some places, of which there is one array for each of its first axes; the others follow.

    On a grid, these arrays are its lines.
    """
    axes = len(places)
    if prefilter and order > 1:
        if mode in ("nearest", "grid-constant"):
            widths = [(_BEYOND, _BEYOND)] * axes + [(0, 0)] * (x.ndim - axes)
            x = np.pad(x, widths, "edge") if mode == "nearest" else np.pad(x, widths, constant_values=cval)
            places = [place + _BEYOND for place in places]
        x = _filtered(x, axes=axes, order=order, mode=mode)
    taps = [_Taps(place, size, order, mode) for place, size in zip(places, x.shape[:axes], strict=True)]
    return (_along_lines if on_grid else _at_points)(x, taps, cval)


def _aligned(a: Any, x: Any, axis: int = 0) -> Any:
    """`a`, for the axes of `x` from one on."""
    return np.reshape(a, np.shape(a) + (1,) * (x.ndim - axis - np.ndim(a)))


def _at_points(x: Any, taps: list[_Taps], cval: float) -> Any:
    total: Any = 0.0
    for which in product(range(len(taps[0].places)), repeat=len(taps)):
        each = list(zip(taps, which, strict=True))
        value = x[tuple([t.places[k] for t, k in each])]
        beyond = reduce(np.logical_or, [t.beyond[k] for t, k in each])
        if beyond.any():
            value = np.where(_aligned(beyond, value), cval, value)
        for t, k in each:
            value = value * _aligned(t.weights[k], value)
        total = total + value
    outside = reduce(np.logical_or, [t.outside for t in taps])
    return np.where(_aligned(outside, total), cval, total) if outside.any() else total


def _along_lines(x: Any, taps: list[_Taps], cval: float) -> Any:
    outside = []
    for axis, t in enumerate(taps):
        total: Any = 0.0
        for place, beyond, weight in zip(t.places, t.beyond, t.weights, strict=True):
            value = np.take(x, place, axis)
            if beyond.any():
                value = np.where(_aligned(beyond, value, axis), cval, value)
            total = total + value * _aligned(weight, value, axis)
        x = total
        outside.append(_aligned(t.outside, x, axis))
    for where in outside:
        if where.any():
            x = np.where(where, cval, x)
    return x
