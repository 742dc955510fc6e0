"""What convolutional layers compute, as matrix products.

Three functions of two arrays each, linear in either of them. Each pulls back the gradients of the other two, so that
their rows close, and derivatives of all orders exist.

==============  =========================================================================
``correlate``   of data and filters: the responses
``spread``      of responses and filters: what the filters add up to, laid over the data
``match``       of data and responses: the filters
==============  =========================================================================

To copy every window to its place in one large matrix would take as long as the product itself, and many times the
memory of the data. Instead

- a few samples are done at a time, so that their windows stay in a processor's cache;
- windows are copied along all axes but the first, along which neighbours are shifted blocks of the same memory. There
  is one product for every offset along that axis, and the products add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mygrad.extend import defvjp, primitive
from mygrad.nnet._numbers import reals
from mygrad.nnet.layers._windows import Lengths, Sides, positions

__all__ = ["correlate", "match", "spread"]

Array = np.ndarray[Any, Any]

#: How many bytes of windows are made at a time.
CACHED = 2**21
#: The least number of rows with which a product runs at full speed.
ROWS = 64


def _first_to_third(x: Array) -> Array:
    return x.transpose(1, 2, 0, *range(3, x.ndim))  # np.moveaxis takes ten times as long


def _third_to_first(x: Array) -> Array:
    return x.transpose(2, 0, 1, *range(3, x.ndim))


class _Sliding:
    """Filters that slide over data.

    Attributes
    ----------
    kernel, stride, dilation : tuple[int, ...]
        Along the axes along which they slide.
    grid : tuple[int, ...]
        The number of positions along each.
    padded : tuple[int, ...]
        The lengths of the data, with the zeros around it.
    inner : tuple[slice, ...]
        Where the data lies in these, the samples being an axis after the first. So a shift along the first axis is one
        of the whole block.
    rows : int
        The number of entries that a filter has at each offset along the first axis.
    """

    def __init__(
        self, shape: Lengths, kernel: Lengths, stride: Lengths, padding: Sides, dilation: Lengths, dtype: Any
    ) -> None:
        self.samples, self.channels, *data = shape
        self.kernel, self.stride, self.dilation, self.dtype = kernel, stride, dilation, dtype
        self.padded = tuple([n + sum(p) for n, p in zip(data, padding, strict=True)])
        first, *others = (slice(p, p + n) for n, (p, _) in zip(data, padding, strict=True))
        self.inner = (slice(None), first, slice(None), *others)
        self.is_padded = any(map(any, padding))
        self.grid = positions(tuple(data), kernel, stride, padding, dilation)
        self.rows = self.channels * prod(kernel[1:])

    def batches(self) -> Iterator[slice]:
        """The samples, a few at a time."""
        size = self.rows * self.padded[0] * prod(self.grid[1:]) * self.dtype.itemsize
        count = max(1, CACHED // max(size, 1))
        for start in range(0, self.samples, count):
            yield slice(start, min(start + count, self.samples))

    def windows(self, x: Array) -> Iterator[tuple[slice, Array]]:
        """For a few samples at a time, the windows along all axes but the first.

        Yields
        ------
        slice, ndarray, shape (rows, padded[0], number of samples times prod(grid[1:]))
            The memory of the array is used again for the next one.
        """
        kernel, grid = self.kernel[1:], self.grid[1:]
        padded: Array = np.empty(0)
        windows: Array = np.empty(0)
        for part in self.batches():
            few = _first_to_third(x[part])
            count = few.shape[2]
            if self.is_padded:
                if padded.shape[2:3] != (count,):
                    padded = np.zeros((self.channels, self.padded[0], count, *self.padded[1:]), self.dtype)
                padded[self.inner] = few
                few = padded
            shape = (self.channels, *kernel, self.padded[0], count, *grid)
            if windows.shape != shape:
                windows = np.empty(shape, self.dtype)
            channel, first, sample, *others = few.strides
            within = [b * d for b, d in zip(others, self.dilation[1:], strict=True)]
            between = [b * s for b, s in zip(others, self.stride[1:], strict=True)]
            windows[...] = as_strided(few, shape, (channel, *within, first, sample, *between))
            yield part, windows.reshape(self.rows, self.padded[0], count * prod(grid))

    def shifted(self, windows: Array, offset: int) -> Array:
        """The part of `windows` below what the filters have at this offset along the first axis."""
        start, step = offset * self.dilation[0], self.stride[0]
        return windows[:, start : start + (self.grid[0] - 1) * step + 1 : step]

    def columns(self, windows: Array, offset: int) -> Array:
        """The same, as a matrix with a column for each position."""
        shifted = self.shifted(windows, offset)
        return shifted.reshape(self.rows, prod(shifted.shape[1:]))

    def fold(self, windows: Array, x: Array) -> None:
        """Add up windows where they overlap, for the samples of `x`."""
        few = np.zeros((self.channels, self.padded[0], len(x), *self.padded[1:]), self.dtype)
        windows = windows.reshape(self.channels, *self.kernel[1:], self.padded[0], len(x), *self.grid[1:])
        for offsets in np.ndindex(self.kernel[1:]):
            along = zip(offsets, self.dilation[1:], self.grid[1:], self.stride[1:], strict=True)
            below: Any = (..., *[slice(i * d, i * d + (n - 1) * s + 1, s) for i, d, n, s in along])
            few[below] += windows[(slice(None), *offsets)]
        x[...] = _third_to_first(few[self.inner])

    def matrices(self, filters: Array) -> Array:
        """One for each offset along the first axis, with a row for each filter."""
        by_offset = np.ascontiguousarray(_third_to_first(filters), self.dtype)
        return by_offset.reshape(self.kernel[0], len(filters), self.rows)

    def responses(self, g: Array, part: slice) -> Array:
        """Those of a few samples, as a matrix with a row for each filter."""
        few = np.ascontiguousarray(_first_to_third(g[part]), self.dtype)
        return few.reshape(len(few), prod(few.shape[1:]))


def _needs_copies(channels: int, kernel: Lengths) -> bool:
    """Whether the matrices of single offsets along the first axis would be too small."""
    return len(kernel) == 1 or channels * prod(kernel[1:]) < ROWS


def _unmoved(stride: Lengths, padding: Sides, dilation: Lengths) -> tuple[Lengths, Sides, Lengths]:
    """With one more axis in front, along which nothing slides: then windows are copied along all the others."""
    return (1, *stride), ((0, 0), *padding), (1, *dilation)


def _in_groups(groups: int, *arrays: Array) -> Iterator[list[Array]]:
    """The arrays, of each group by itself; channels are on the second axis, filters on the first of the last array."""
    *by_channel, w = arrays
    for group in range(groups):
        parts = [a[:, _part(a.shape[1], group, groups)] for a in by_channel]
        yield [*parts, w[_part(len(w), group, groups)]]


def _part(length: int, group: int, groups: int) -> slice:
    return slice(length // groups * group, length // groups * (group + 1))


@primitive
def correlate(x: Any, w: Any, *, stride: Lengths, padding: Sides, dilation: Lengths, groups: int) -> Any:
    """The responses of filters `w`, of shape (F, C, ...), to data `x`, of shape (N, C, ...)."""
    x, w = reals(x), reals(w)
    grid = positions(x.shape[2:], w.shape[2:], stride, padding, dilation)
    y = np.empty((len(x), len(w), *grid), np.result_type(x, w))
    for part, out, filters in _in_groups(groups, x, y, w):
        _correlate(part, filters, stride, padding, dilation, out)
    return y


def _correlate(x: Array, w: Array, stride: Lengths, padding: Sides, dilation: Lengths, y: Array) -> None:
    if _needs_copies(x.shape[1], w.shape[2:]):
        x, w, y = x[:, :, None], w[:, :, None], y[:, :, None]
        stride, padding, dilation = _unmoved(stride, padding, dilation)
    sliding = _Sliding(x.shape, w.shape[2:], stride, padding, dilation, y.dtype)
    first, *rest = sliding.matrices(w)
    for part, windows in sliding.windows(x):
        total = first @ sliding.columns(windows, 0)
        for offset, matrix in enumerate(rest, 1):
            total += matrix @ sliding.columns(windows, offset)
        few = y[part]
        few[...] = _third_to_first(total.reshape(len(w), sliding.grid[0], len(few), *sliding.grid[1:]))


@primitive
def match(x: Any, g: Any, kernel: Lengths, *, stride: Lengths, padding: Sides, dilation: Lengths, groups: int) -> Any:
    """The sum of the windows of `x`, of the shape `kernel`, each times the responses `g` to it."""
    w = np.empty((g.shape[1], x.shape[1] // groups, *kernel), np.result_type(x, g))
    for part, responses, out in _in_groups(groups, x, g, w):
        _match(part, responses, stride, padding, dilation, out)
    return w


def _match(x: Array, g: Array, stride: Lengths, padding: Sides, dilation: Lengths, w: Array) -> None:
    if _needs_copies(x.shape[1], w.shape[2:]):
        x, g, w = x[:, :, None], g[:, :, None], w[:, :, None]
        stride, padding, dilation = _unmoved(stride, padding, dilation)
    sliding = _Sliding(x.shape, w.shape[2:], stride, padding, dilation, w.dtype)
    matrices = np.zeros((sliding.kernel[0], len(w), sliding.rows), w.dtype)
    for part, windows in sliding.windows(x):
        responses = sliding.responses(g, part)
        for offset, matrix in enumerate(matrices):
            matrix += responses @ sliding.columns(windows, offset).T
    by_offset = _third_to_first(w)
    by_offset[...] = matrices.reshape(by_offset.shape)


@primitive
def spread(g: Any, w: Any, lengths: Lengths, *, stride: Lengths, padding: Sides, dilation: Lengths, groups: int) -> Any:
    """The sum of the filters `w`, each times the responses `g` to it, over data of these `lengths`."""
    g, w = reals(g), reals(w)
    x = np.empty((len(g), w.shape[1] * groups, *lengths), np.result_type(g, w))
    for responses, out, filters in _in_groups(groups, g, x, w):
        _spread(responses, filters, stride, padding, dilation, out)
    return x


def _spread(g: Array, w: Array, stride: Lengths, padding: Sides, dilation: Lengths, x: Array) -> None:
    filters, channels, *kernel = w.shape
    reach = [(k - 1) * d for k, d in zip(kernel, dilation, strict=True)]
    around = tuple([(r - p, r - q) for r, (p, q) in zip(reach, padding, strict=True)])
    # To read windows takes less than to add them up, unless there are many more of them. (The numbers were measured.)
    more = prod(x.shape[2:]) * filters > prod(g.shape[2:]) * (filters + 24)
    if set(stride) == {1} and min(map(min, around)) >= 0 and channels >= 16 and not more:
        mirrored = np.flip(w, tuple(range(2, w.ndim))).swapaxes(0, 1)
        _correlate(g, mirrored, stride, around, dilation, x)
        return
    if len(kernel) == 1:
        g, w, x = g[:, :, None], w[:, :, None], x[:, :, None]
        stride, padding, dilation = _unmoved(stride, padding, dilation)
    sliding = _Sliding(x.shape, w.shape[2:], stride, padding, dilation, x.dtype)
    matrices = sliding.matrices(w).swapaxes(1, 2)
    for part in sliding.batches():
        few = x[part]
        responses = sliding.responses(g, part)
        windows = np.zeros((sliding.rows, sliding.padded[0], len(few) * prod(sliding.grid[1:])), x.dtype)
        for offset, matrix in enumerate(matrices):
            shifted = sliding.shifted(windows, offset)
            shifted += (matrix @ responses).reshape(shifted.shape)
        sliding.fold(windows, few)


def _lengths(x: Any) -> Lengths:
    """Those of the axes along which filters slide."""
    lengths: Lengths = x.shape[2:]
    return lengths


defvjp(
    correlate,
    lambda g, _y, _x, w, **sliding: spread(g, w, _lengths(_x), **sliding),
    lambda g, _y, x, _w, **sliding: match(x, g, _lengths(_w), **sliding),
    masks=True,  # strides may leave entries out
    name="conv_nd",
)
defvjp(
    match,
    lambda v, _w, _x, g, kernel, **sliding: spread(g, v, _lengths(_x), **sliding),
    lambda v, _w, x, _g, kernel, **sliding: correlate(x, v, **sliding),
)
defvjp(
    spread,
    lambda u, _x, _g, w, lengths, **sliding: correlate(u, w, **sliding),
    lambda u, _x, g, _w, lengths, **sliding: match(u, g, _lengths(_w), **sliding),
    name="conv_transpose_nd",
)
