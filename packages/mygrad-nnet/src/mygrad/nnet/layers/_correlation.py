"""What convolutional layers compute, as matrix products.

Three functions of two arrays each, linear in either of them. Each pulls back the gradients of the other two, so that
their rows close, and derivatives of all orders exist.

==============  =========================================================================
``correlate``   of data and filters: the responses
``spread``      of responses and filters: what the filters add up to, laid over the data
``match``       of data and responses: the filters
==============  =========================================================================

They are done with the channels last (`_channels_last`), if these are many, and else *by sample*: every window is copied
to its place in a matrix, which is multiplied by that of the filters; but only so many windows at a time as stay in a
processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mygrad.extend import defvjp, primitive
from mygrad.nnet._numbers import reals
from mygrad.nnet.layers import _channels_last
from mygrad.nnet.layers._channels_last import Options
from mygrad.nnet.layers._windows import Lengths, Sides, positions

__all__ = ["correlate", "match", "spread"]

Array = np.ndarray[Any, Any]

#: How many bytes of windows are made at a time.
CACHED = 2**20
#: From so many channels on, it pays to put them last.
MANY = 8


class _BySample:
    """Filters that slide over data, and the windows that they see.

    Windows are matrices, (samples, groups, entries of a window, positions): what is copied in one piece are the
    positions along the last axis, and nothing is transposed. Filters of a single entry see the data as they are.

    Attributes
    ----------
    kernel, stride, dilation : tuple[int, ...]
        Along the axes along which they slide.
    grid : tuple[int, ...]
        The number of positions along each.
    before : list[int]
        How many zeros come before the data.
    padded : tuple[int, ...]
        The lengths of the data, with the zeros around it, in which it lies at `inner`.
    plain : bool
        Whether the windows are the data.
    dtype : dtype
        That to compute in.
    """

    def __init__(
        self,
        shape: Lengths,
        kernel: Lengths,
        stride: Lengths,
        padding: Sides,
        dilation: Lengths,
        dtype: Any,
        groups: int = 1,
    ) -> None:
        self.samples, self.channels, *data = shape
        self.kernel, self.stride, self.dilation, self.groups = kernel, stride, dilation, groups
        self.dtype = np.promote_types(dtype, np.float32) if dtype.kind == "f" else dtype
        self.padded = tuple([n + sum(p) for n, p in zip(data, padding, strict=True)])
        self.before = [before for before, _after in padding]
        self.inner: tuple[Any, ...] = (..., *[slice(p, p + n) for n, (p, _) in zip(data, padding, strict=True)])
        self.is_padded = any(map(any, padding))
        self.grid = positions(tuple(data), kernel, stride, padding, dilation)
        self.plain = set(kernel) | set(stride) == {1} and not self.is_padded

    def parts(self) -> Iterator[tuple[slice, slice]]:
        """What is done at a time: a few samples, or of one sample a few positions along the first axis."""
        row = self.channels * prod(self.kernel) * prod(self.grid[1:]) * self.dtype.itemsize
        if self.plain:
            row = 0
        count = max(1, CACHED // max(row * self.grid[0], 1))
        count = -(-self.samples // max(-(-self.samples // count), 1))  # parts of about one size
        length = max(1, CACHED // max(row, 1)) if count == 1 else max(self.grid[0], 1)
        for start in range(0, self.samples, max(count, 1)):
            for first in range(0, self.grid[0], length):
                yield slice(start, start + count), slice(first, first + length)

    def laid_out(self, x: Array) -> Array:
        """Data of a few samples with zeros around it."""
        if not self.is_padded:
            return x
        padded = np.zeros((len(x), self.channels, *self.padded), self.dtype)
        padded[self.inner] = x
        return padded

    def windows(self, x: Array) -> Iterator[tuple[slice, slice, Array]]:
        """For each of the parts, the matrices of its windows.

        Yields
        ------
        slice, slice, ndarray
            The samples, the positions along the first axis, and the matrices, whose memory is used again for the next.
        """
        done: Any = None
        few, copies = x, np.empty(0)
        for part, rows in self.parts():
            if part != done:
                done, few = part, self.laid_out(x[part])
            from_here = few[:, :, rows.start * self.stride[0] :]
            sample, channel, *along = from_here.strides
            within = [b * d for b, d in zip(along, self.dilation, strict=True)]
            between = [b * s for b, s in zip(along, self.stride, strict=True)]
            grid = (len(range(*rows.indices(self.grid[0]))), *self.grid[1:])
            shape = (len(few), self.channels, *self.kernel, *grid)
            strides = (sample, channel, *within, *between)
            there = as_strided(from_here, shape, strides)
            if self.plain:
                yield part, rows, self.matrices(there)
                continue
            if copies.shape != shape:
                copies = np.empty(shape, self.dtype)
            copies[...] = there
            yield part, rows, self.matrices(copies)

    def matrices(self, windows: Array) -> Array:
        """An array of windows as matrices."""
        axes = len(self.kernel) + 1
        entries = self.channels // self.groups * prod(self.kernel)
        return windows.reshape(len(windows), self.groups, entries, prod(windows.shape[1 + axes :]))

    def responses(self, g: Array) -> Array:
        """Those of a few samples, as matrices that go with those of the windows."""
        return self.by_group(np.ascontiguousarray(g, self.dtype))

    def by_group(self, y: Array) -> Array:
        """Responses by sample, as matrices."""
        return y.reshape(len(y), self.groups, y.shape[1] // self.groups, prod(y.shape[2:]))

    def filters(self, w: Array) -> Array:
        """The matrices of the filters: (groups, filters, entries)."""
        w = w.astype(self.dtype, copy=False)
        return w.reshape(self.groups, len(w) // self.groups, prod(w.shape[1:]))

    def fold(self, windows: Array, rows: slice, x: Array) -> None:
        """Add windows, (samples, channels, *kernel, *positions), to the data that they are those of.

        They are folded along one axis after the other: what is added up then comes in long pieces.
        """
        starts = [rows.start * self.stride[0], *[0] * (len(self.kernel) - 1)]
        here: list[Any] = [...]
        there: list[Any] = [...]
        for axis, (k, d, s) in enumerate(zip(self.kernel, self.dilation, self.stride, strict=True)):
            behind = len(self.kernel) - axis
            count = windows.shape[-behind]
            length = (count - 1) * s + (k - 1) * d + 1
            shift = starts[axis] - self.before[axis]
            here.append(slice(max(shift, 0), min(shift + length, x.shape[-behind])))
            there.append(slice(max(-shift, 0), max(here[-1].stop - shift, 0)))
            if length == count:
                windows = windows[:, :, 0]
                continue
            shape = [*windows.shape[:2], *windows.shape[3:]]
            shape[-behind] = length
            folded = np.zeros(shape, windows.dtype)
            for i in range(k):
                below: Any = (..., slice(i * d, i * d + (count - 1) * s + 1, s), *[slice(None)] * (behind - 1))
                folded[below] += windows[:, :, i]
            windows = folded
        x[tuple(here)] += windows[tuple(there)]


def _are_many(channels: int, kernel: Lengths) -> bool:
    return channels >= MANY and prod(kernel) > 1


def _in_groups(groups: int, *arrays: Array) -> Iterator[list[Array]]:
    """The arrays, of each group by itself; channels are on the second axis, filters on the first of the last array."""
    if groups == 1:
        yield list(arrays)
        return
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
    kernel = w.shape[2:]
    grid = positions(x.shape[2:], kernel, stride, padding, dilation)
    y = np.empty((len(x), len(w), *grid), np.result_type(x, w))
    if _are_many(w.shape[1], kernel):
        for data, out, filters in _in_groups(groups, x, y, w):
            _channels_last.correlate(data, filters, Options(kernel, stride, padding, dilation), out)
        return y
    sliding = _BySample(x.shape, kernel, stride, padding, dilation, y.dtype, groups)
    matrices = sliding.filters(w)
    for part, rows, windows in sliding.windows(x):
        np.matmul(matrices, windows, out=sliding.by_group(y[part, :, rows]), casting="same_kind")
    return y


@primitive
def match(x: Any, g: Any, kernel: Lengths, *, stride: Lengths, padding: Sides, dilation: Lengths, groups: int) -> Any:
    """The sum of the windows of `x`, of the shape `kernel`, each times the responses `g` to it."""
    channels, filters = x.shape[1] // groups, g.shape[1]
    w = np.empty((filters, channels, *kernel), np.result_type(x, g))
    if _are_many(channels, kernel):
        for data, responses, out in _in_groups(groups, x, g, w):
            _channels_last.match(data, responses, Options(kernel, stride, padding, dilation), out)
        return w
    sliding = _BySample(x.shape, kernel, stride, padding, dilation, w.dtype, groups)
    total = np.zeros((groups, filters // groups, channels * prod(kernel)), sliding.dtype)
    for part, rows, windows in sliding.windows(x):
        total += (sliding.responses(g[part, :, rows]) @ windows.swapaxes(2, 3)).sum(axis=0)
    w[...] = total.reshape(w.shape)
    return w


@primitive
def spread(g: Any, w: Any, lengths: Lengths, *, stride: Lengths, padding: Sides, dilation: Lengths, groups: int) -> Any:
    """The sum of the filters `w`, each times the responses `g` to it, over data of these `lengths`."""
    g, w = reals(g), reals(w)
    kernel = w.shape[2:]
    x = np.empty((len(g), w.shape[1] * groups, *lengths), np.result_type(g, w))
    if _are_many(w.shape[1], kernel):
        for responses, out, filters in _in_groups(groups, g, x, w):
            _channels_last.spread(responses, filters, Options(kernel, stride, padding, dilation), out)
        return x
    sliding = _BySample(x.shape, kernel, stride, padding, dilation, x.dtype, groups)
    matrices = sliding.filters(w).swapaxes(1, 2)
    if not sliding.plain:
        x[...] = 0
    for part, rows in sliding.parts():
        few = g[part, :, rows]
        windows = matrices @ sliding.responses(few)
        if sliding.plain:
            x[part, :, rows] = windows.reshape(x[part, :, rows].shape)
        else:
            sliding.fold(windows.reshape(len(few), x.shape[1], *kernel, *few.shape[2:]), rows, x[part])
    return x


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
