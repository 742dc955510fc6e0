"""What convolutional layers compute, as matrix products.

Three functions of two arrays each, linear in either of them. Each is how the gradients of the other two are pulled back:
so their rows close, and derivatives of all orders exist.

==================  =====================================================================
``correlate``       of data and filters: the responses
``spread``          of responses and filters: what the filters add up to, laid over the data
``match``           of data and responses: the filters
==================  =====================================================================

Copying every window to its place in one large matrix would take as much time as the product itself, and many times the
memory of the data. Instead

- a few samples are done at a time, so that their windows stay in the processor's cache;
- windows are copied along all axes but the first, where neighbours are but shifted blocks of the same memory. For every
  offset along the first axis there is one product, and the products add up. This takes ``kernel[0]`` times fewer copies.

"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mygrad.extend import defvjp, primitive

__all__ = ["correlate", "match", "spread"]

Array = np.ndarray[Any, Any]
Lengths = tuple[int, ...]

#: Of the windows that are held at a time: what fits into the cache next to a processor.
CACHE = 2**19
#: The least number of rows for which a product runs at full speed.
ROWS = 64


class _Sliding:
    """Filters sliding over data of one dtype.

    Attributes
    ----------
    data, kernel : tuple[int, ...]
        The lengths of the axes along which they slide, and of the filters along them.
    grid : tuple[int, ...]
        The number of positions along each axis.
    padded : tuple[int, ...]
        `data`, with the zeros around it.
    inner : tuple[slice, ...]
        The data within these.
    batch : int
        How many samples are done at a time.
    """

    def __init__(
        self,
        samples: int,
        channels: int,
        data: Lengths,
        kernel: Lengths,
        stride: Lengths,
        padding: Lengths,
        dilation: Lengths,
        dtype: Any,
    ) -> None:
        self.samples, self.channels, self.dtype = samples, channels, dtype
        self.data, self.kernel, self.stride, self.padding, self.dilation = data, kernel, stride, padding, dilation
        self.padded = tuple([n + 2 * p for n, p in zip(data, padding, strict=True)])
        self.inner = tuple([slice(p, p + n) for n, p in zip(data, padding, strict=True)])
        self.grid = tuple(
            [
                (n - (k - 1) * d - 1) // s + 1
                for n, k, s, d in zip(self.padded, kernel, stride, dilation, strict=True)
            ]
        )
        self.rows = channels * prod(kernel[1:])
        # The samples lie within the first axis, which is outermost: then a shift along it is one of the whole block.
        one = self.rows * self.padded[0] * prod(self.grid[1:]) * np.dtype(dtype).itemsize
        self.batch = max(1, min(samples, CACHE // max(one, 1)))

    def batches(self) -> Iterator[slice]:
        """The samples, a few at a time."""
        for start in range(0, self.samples, self.batch):
            yield slice(start, min(start + self.batch, self.samples))

    def windows(self, x: Array) -> Iterator[tuple[slice, Array]]:
        """For a few samples at a time, windows along all axes but the first: a row for each entry of the filters.

        Yields
        ------
        slice, ndarray, shape (rows, padded[0], samples * prod(grid[1:]))
            The array is used again for the next ones.
        """
        kernel, grid, stride, dilation = self.kernel[1:], self.grid[1:], self.stride[1:], self.dilation[1:]
        space = padded = None
        for part in self.batches():
            few = np.moveaxis(x[part], 0, 2)
            count = few.shape[2]
            if any(self.padding):
                if padded is None or padded.shape[2] != count:
                    padded = np.zeros((self.channels, self.padded[0], count, *self.padded[1:]), self.dtype)
                padded[(slice(None), self.inner[0], slice(None), *self.inner[1:])] = few
                few = padded
            channel, first, sample, *others = few.strides
            if space is None or space.shape[-len(grid) - 1] != count:
                space = np.empty((self.channels, *kernel, self.padded[0], count, *grid), self.dtype)
            space[...] = as_strided(
                few,
                space.shape,
                (
                    channel,
                    *[b * d for b, d in zip(others, dilation, strict=True)],
                    first,
                    sample,
                    *[b * s for b, s in zip(others, stride, strict=True)],
                ),
            )
            yield part, space.reshape(self.rows, self.padded[0], -1)

    def shifted(self, windows: Array, offset: int) -> Array:
        """The part of `windows` under the entries of the filters that have this offset along the first axis."""
        start, step = offset * self.dilation[0], self.stride[0]
        return windows[:, start : start + (self.grid[0] - 1) * step + 1 : step]

    def fold(self, windows: Array, out: Array) -> None:
        """Add up windows where they overlap: the transpose of `windows`, for the samples of `out`."""
        few = np.zeros((self.channels, self.padded[0], len(out), *self.padded[1:]), self.dtype)
        windows = windows.reshape(self.channels, *self.kernel[1:], self.padded[0], len(out), *self.grid[1:])
        for offsets in np.ndindex(self.kernel[1:]):
            covered = [
                slice(i * d, i * d + (n - 1) * s + 1, s)
                for i, d, n, s in zip(offsets, self.dilation[1:], self.grid[1:], self.stride[1:], strict=True)
            ]
            place: Any = (..., *covered)
            few[place] += windows[(slice(None), *offsets)]
        out[...] = np.moveaxis(few[(slice(None), self.inner[0], slice(None), *self.inner[1:])], 2, 0)

    def by_offset(self, filters: Array) -> Array:
        """The filters as one matrix for each offset along the first axis."""
        return np.ascontiguousarray(np.moveaxis(filters, 2, 0)).reshape(self.kernel[0], len(filters), self.rows)

    def responses(self, g: Array, part: slice) -> Array:
        """Those of a few samples, as a matrix with a row for each filter."""
        return np.ascontiguousarray(np.moveaxis(g[part], 0, 2), self.dtype).reshape(g.shape[1], -1)


def _sliding(
    shape: Lengths, kernel: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths, dtype: Any
) -> _Sliding:
    return _Sliding(shape[0], shape[1], shape[2:], kernel, stride, padding, dilation, dtype)


def _by_the_first_axis(x: Lengths, kernel: Lengths) -> bool:
    """Whether the matrices are large enough if the offsets along the first axis are done one by one."""
    return len(kernel) > 1 and x[1] * prod(kernel[1:]) >= ROWS


def _one_more_axis(*lengths: Lengths) -> tuple[Lengths, ...]:
    """With a first axis along which nothing slides, windows are copied along all the others."""
    stride, padding, dilation = lengths
    return (1, *stride), (0, *padding), (1, *dilation)


@primitive
def correlate(x: Any, w: Any, stride: Lengths, padding: Lengths, dilation: Lengths) -> Any:
    """The responses of filters `w`, of shape (F, C, ...), to data `x`, of shape (N, C, ...)."""
    if not _by_the_first_axis(x.shape, w.shape[2:]):
        x, w = x[:, :, None], w[:, :, None]
        stride, padding, dilation = _one_more_axis(stride, padding, dilation)
        return np.squeeze(_correlate(x, w, stride, padding, dilation), 2)
    return _correlate(x, w, stride, padding, dilation)


def _correlate(x: Array, w: Array, stride: Lengths, padding: Lengths, dilation: Lengths) -> Array:
    dtype = np.result_type(x, w)
    sliding = _sliding(x.shape, w.shape[2:], stride, padding, dilation, dtype)
    matrices = sliding.by_offset(w.astype(dtype, copy=False))
    y = np.empty((len(x), len(w), *sliding.grid), dtype)
    total = term = None
    for part, windows in sliding.windows(x):
        size = sliding.grid[0] * windows.shape[2]
        if total is None or total.shape[1] != size:
            total, term = np.empty((2, len(w), size), dtype)
        for offset, matrix in enumerate(matrices):
            into = term if offset else total
            np.matmul(matrix, sliding.shifted(windows, offset).reshape(sliding.rows, -1), out=into)
            if offset:
                total += term
        y[part] = np.moveaxis(total.reshape(len(w), sliding.grid[0], -1, *sliding.grid[1:]), 2, 0)
    return y


@primitive
def match(x: Any, g: Any, kernel: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths) -> Any:
    """The sum of the windows of `x`, of the shape `kernel`, each times the responses to it."""
    if not _by_the_first_axis(x.shape, kernel):
        stride, padding, dilation = _one_more_axis(stride, padding, dilation)
        return np.squeeze(_match(x[:, :, None], g[:, :, None], (1, *kernel), stride, padding, dilation), 2)
    return _match(x, g, kernel, stride, padding, dilation)


def _match(x: Array, g: Array, kernel: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths) -> Array:
    dtype = np.result_type(x, g)
    sliding = _sliding(x.shape, kernel, stride, padding, dilation, dtype)
    filters = np.zeros((kernel[0], g.shape[1], sliding.rows), dtype)
    for part, windows in sliding.windows(x):
        responses = sliding.responses(g, part)
        for offset, matrix in enumerate(filters):
            matrix += responses @ sliding.shifted(windows, offset).reshape(sliding.rows, -1).T
    return np.moveaxis(filters.reshape(kernel[0], g.shape[1], x.shape[1], *kernel[1:]), 0, 2)


@primitive
def spread(g: Any, w: Any, data: Lengths, stride: Lengths, padding: Lengths, dilation: Lengths) -> Any:
    """The sum of the filters, each times the responses to it, at its places in data of the shape `data`."""
    dtype = np.result_type(g, w)
    filters, channels = w.shape[:2]
    around = tuple([(k - 1) * d - p for k, p, d in zip(w.shape[2:], padding, dilation, strict=True)])
    if (
        all(s == 1 for s in stride)
        and min(around) >= 0
        and channels >= ROWS // 4
        and prod(data) * filters <= prod(g.shape[2:]) * (filters + 24)  # as measured
    ):  # to read windows is quicker than to add them up
        backwards = np.flip(w, tuple(range(2, w.ndim))).swapaxes(0, 1)
        return correlate(g, backwards, stride, around, dilation)
    sliding = _sliding((len(g), channels, *data), w.shape[2:], stride, padding, dilation, dtype)
    matrices = sliding.by_offset(w.astype(dtype, copy=False)).swapaxes(1, 2)
    x = np.empty((len(g), channels, *data), dtype)
    for part in sliding.batches():
        responses = sliding.responses(g, part)
        count = part.stop - part.start
        windows = np.zeros((sliding.rows, sliding.padded[0], count * prod(sliding.grid[1:])), dtype)
        for offset, matrix in enumerate(matrices):
            shifted = sliding.shifted(windows, offset)
            shifted += (matrix @ responses).reshape(shifted.shape)
        sliding.fold(windows, x[part])
    return x


defvjp(
    correlate,
    lambda g, _y, _x, w, stride, padding, dilation: spread(g, w, _x.shape[2:], stride, padding, dilation),
    lambda g, _y, x, _w, stride, padding, dilation: match(x, g, _w.shape[2:], stride, padding, dilation),
)
defvjp(
    match,
    lambda v, _w, _x, g, kernel, stride, padding, dilation: spread(g, v, _x.shape[2:], stride, padding, dilation),
    lambda v, _w, x, _g, kernel, stride, padding, dilation: correlate(x, v, stride, padding, dilation),
)
defvjp(
    spread,
    lambda u, _x, _g, w, data, stride, padding, dilation: correlate(u, w, stride, padding, dilation),
    lambda u, _x, g, _w, data, stride, padding, dilation: match(u, g, _w.shape[2:], stride, padding, dilation),
)
