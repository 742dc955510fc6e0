"""Convolution of data that have many channels: these are put last.

Filters slide along the last axis, through data in the layout (X0, ..., N, Xlast, C). What they see there of each row is
one piece of memory, so that of all rows it is a matrix, which BLAS takes as it is (`Slid`). There is a product for each
position along the last axis and each entry of a filter along the others. What would meet padding alone is left out.

If there are few rows, or there is no other axis, windows are copied, and are the rows of one matrix (`Copied`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mygrad.nnet.layers._windows import Lengths, Sides, positions

__all__ = ["Options", "correlate", "match", "spread"]

Array = np.ndarray[Any, Any]

#: How many bytes of data and of responses are laid out at a time; with windows, it may be twice as many.
CACHED = 2**19


class Options(NamedTuple):
    """How filters slide, along each axis."""

    kernel: Lengths
    stride: Lengths
    padding: Sides
    dilation: Lengths

    def grid(self, lengths: Lengths) -> Lengths:
        return positions(lengths, *self)


class Tap(NamedTuple):
    """An entry of a filter; the positions at which it lies within the data, and what it meets there."""

    entry: Any
    here: Any
    there: Any


class Run(NamedTuple):
    """Positions at which as many entries of a filter lie within the data, the same distance apart.

    Attributes
    ----------
    width, positions : int
        The number of these entries, and of the positions.
    here, seen, first : int
        The first of the positions, of the entries seen there, and of what is seen of the data.
    steps : tuple[int, int, int]
        From each of these three to the next.
    """

    width: int
    positions: int
    here: int
    seen: int
    first: int
    steps: tuple[int, int, int]

    def is_like(self, other: Run) -> bool:
        """Whether the same entries are seen."""
        return (self.width, self.seen) == (other.width, other.seen)

    def with_one(self, other: Run) -> Run:
        """These positions with another."""
        steps = (other.here - self.here, other.seen - self.seen, other.first - self.first)
        return self._replace(positions=2, steps=steps)


def _taps(n: int, count: int, k: int, s: int, padding: tuple[int, int], d: int) -> list[Tap]:
    """Along one axis."""
    taps = []
    for i in range(k):
        shift = i * d - padding[0]
        first, last = max(-(shift // s), 0), min((n - 1 - shift) // s, count - 1)
        if last >= first:
            taps.append(Tap(i, slice(first, last + 1), slice(first * s + shift, last * s + shift + 1, s)))
    return taps


def _runs(n: int, count: int, k: int, s: int, padding: tuple[int, int], d: int) -> list[Run]:
    """Along one axis: of neighbours that see the same entries; and of two others, one at each end of the data."""
    runs: list[Run] = []
    for here in range(count):
        start = here * s - padding[0]
        seen = max(-(start // d), 0)
        width = min((n - 1 - start) // d, k - 1) - seen + 1
        run = Run(width, 1, here, seen, start + seen * d, (1, 0, s)) if width > 0 else Run(0, 1, here, 0, 0, (1, 0, 0))
        if runs and runs[-1].is_like(run):
            runs[-1] = runs[-1]._replace(positions=runs[-1].positions + 1)
        else:
            runs.append(run)
    ends: dict[int, Run] = {}
    paired = [run for run in runs if run.positions > 1]
    for run in [run for run in runs if run.positions == 1]:
        if run.width in ends:
            paired.append(ends.pop(run.width).with_one(run))
        else:
            ends[run.width] = run
    return [*paired, *ends.values()]


class Copied:
    """Windows of data that are copied.

    Parameters
    ----------
    shape : tuple[int, ...]
        Of the data.
    options : Options
    dtype : dtype
        That to compute in.
    """

    def __init__(self, shape: Lengths, _filters: int, options: Options, dtype: Any) -> None:
        lengths = shape[2:]
        self.options, self.grid, self.dtype = options, options.grid(lengths), dtype
        self.padded = [n + p + q for n, (p, q) in zip(lengths, options.padding, strict=True)]
        self.inner = [slice(p, p + n) for n, (p, _) in zip(lengths, options.padding, strict=True)]

    def matrix(self, x: Array) -> Array:
        """A row for each of the windows."""
        padded = np.zeros((len(x), *self.padded, x.shape[1]), self.dtype)
        padded[:, *self.inner] = _last(x)
        sample, *along, channel = padded.strides
        between = [step * s for step, s in zip(along, self.options.stride, strict=True)]
        within = [step * d for step, d in zip(along, self.options.dilation, strict=True)]
        shape = (len(x), *self.grid, *self.options.kernel, x.shape[1])
        windows = as_strided(padded, shape, (sample, *between, *within, channel))
        return np.ascontiguousarray(windows).reshape(len(x) * prod(self.grid), -1)

    def correlate(self, x: Array, w: Array) -> Array:
        """The responses of filters (*kernel, C, F)."""
        return _second((self.matrix(x) @ _matrix(w)).reshape(len(x), *self.grid, w.shape[-1]))

    def match(self, x: Array, g: Array, w: Array) -> None:
        """Add to filters (*kernel, C, F) the windows of `x` times the responses `g` to them."""
        total = _matrix(w)
        total += self.matrix(x).T @ _matrix(np.ascontiguousarray(_last(g), self.dtype))


class Pieces(NamedTuple):
    """Where matrices lie in an array that is in one piece, in bytes."""

    shape: Lengths
    first: int
    steps: Lengths

    def of(self, x: Array) -> Array:
        """A view of them: `as_strided` takes eight times as long."""
        return np.ndarray(self.shape, x.dtype, x, self.first, self.steps)


class Factors(NamedTuple):
    """Where the matrices of a product lie, those of data and responses in rows; and of filters, for each position."""

    data: Pieces
    filters: Pieces
    responses: Pieces
    each: Pieces


class Slid:
    """Filters that slide over data with at least two axes.

    Parameters
    ----------
    shape : tuple[int, ...]
        Of the data.
    filters : int
        How many.
    options : Options
    dtype : dtype
        That to compute in.

    Attributes
    ----------
    taps : list[tuple[Tap, tuple[int, ...], list[Factors]]]
        Along all axes but the last; the shapes of the responses to each, and what is multiplied. Those come first that
        lie within the data at the most positions.
    covered : bool
        Whether the first does at all.
    shape, each : tuple[int, ...]
        Of the responses; and of the filters, for each position along the last axis.
    """

    def __init__(self, shape: Lengths, filters: int, options: Options, dtype: Any) -> None:
        samples, channels, *lengths = shape
        self.dtype, grid = dtype, options.grid(tuple(lengths))
        *others, last = zip(lengths, grid, *options, strict=True)
        n, count, k, _stride, _padding, d = last
        runs, size = _runs(*last), channels * filters

        def pieces(number: int, shape: Lengths, first: int, *steps: int) -> Pieces:
            return Pieces((number, *shape), first * dtype.itemsize, tuple([step * dtype.itemsize for step in steps]))

        def factors(rows: int, run: Run) -> Factors:
            width, number, here, seen, first, (across, within, along) = run
            matrix = (width * channels, filters)
            row = (width * channels,) if d == 1 else (width, channels)
            inner = (1,) if d == 1 else (d * channels, 1)
            return Factors(
                pieces(number, (rows, *row), first * channels, along * channels, n * channels, *inner),
                pieces(number, matrix, seen * size, within * size, filters, 1),
                pieces(number, (rows, filters), here * filters, across * filters, count * filters, 1),
                pieces(number, matrix, (here * k + seen) * size, (across * k + within) * size, filters, 1),
            )

        taps = [Tap(*zip(*tap, strict=True)) for tap in product(*[_taps(*axis) for axis in others])]
        taps.sort(key=lambda tap: _number(tap.here), reverse=True)
        self.covered = bool(taps) and _number(taps[0].here) == prod(grid[:-1])
        self.shape, self.each = (*grid[:-1], samples, count, filters), (count, k * channels, filters)
        self.taps = []
        for tap in taps:
            part = (*[s.stop - s.start for s in tap.here], samples, count, filters)
            self.taps.append((tap, part, [factors(prod(part[:-2]), run) for run in runs]))

    def laid_out(self, x: Array) -> Array:
        """Data in the layout."""
        turned = x.transpose(*range(2, x.ndim - 1), 0, x.ndim - 1, 1)
        return np.ascontiguousarray(turned, self.dtype)

    def correlate(self, x: Array, w: Array) -> Array:
        """The responses of filters (*kernel, C, F)."""
        data = self.laid_out(x)
        y: Any = None if self.covered else np.zeros(self.shape, self.dtype)
        for (entry, here, there), shape, products in self.taps:
            met, filters, part = np.ascontiguousarray(data[there]), w[entry], np.empty(shape, self.dtype)
            for at in products:
                np.matmul(_rows(at.data.of(met)), at.filters.of(filters), out=at.responses.of(part))
            if y is None:
                y = part
            else:
                y[here] += part
        return _as_they_come(y)

    def match(self, x: Array, g: Array, w: Array) -> None:
        """Add to filters (*kernel, C, F) the windows of `x` times the responses `g` to them."""
        data, responses = self.laid_out(x), self.laid_out(g)
        each = np.zeros(self.each, self.dtype)
        for (entry, here, there), _shape, products in self.taps:
            met, few = np.ascontiguousarray(data[there]), np.ascontiguousarray(responses[here])
            for at in products:
                rows = _rows(at.data.of(met))
                np.matmul(rows.swapaxes(1, 2), at.responses.of(few), out=at.each.of(each))
            total = _matrix(w[entry])
            total += np.add.reduce(each)


def _last(x: Array) -> Array:
    """A view with the second axis behind the others: `np.moveaxis` takes ten times as long."""
    return x.transpose(0, *range(2, x.ndim), 1)


def _second(x: Array) -> Array:
    """A view with the last axis second."""
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))


def _as_they_come(x: Array) -> Array:
    """Data in the layout of `Slid`, with the axes (N, C, X0, ...).

    They are turned in two steps, the first of which moves larger pieces: this takes half the time.
    """
    axis = x.ndim - 3
    return _second(np.ascontiguousarray(x.transpose(axis, *range(axis), axis + 1, axis + 2)))


def _rows(seen: Array) -> Array:
    """What filters see of rows, as matrices."""
    return seen if seen.ndim == 3 else seen.reshape(*seen.shape[:2], -1)


def _number(slices: tuple[slice, ...]) -> int:
    return prod([s.stop - s.start for s in slices])


def _matrix(w: Array) -> Array:
    return w.reshape(-1, w.shape[-1])


def _turned(w: Array) -> Array:
    """A view of filters with the axes (*kernel, C, F)."""
    return w.transpose(*range(2, w.ndim), 1, 0)


@lru_cache(maxsize=256)
def _parts(shape: Lengths, filters: int, options: Options, dtype: Any) -> list[tuple[Any, Any, Any]]:
    """What is done at a time, some samples or a slab of one: indices of data and responses, and how filters see it."""
    samples, channels, *lengths = shape
    grid = options.grid(tuple(lengths))
    rows = samples * prod(grid[:-1])
    kind: Any = Copied if len(lengths) == 1 or rows < filters else Slid
    size = prod(grid) * prod(options.kernel) // 2 if kind is Copied else prod(lengths)
    bunches = -(-dtype.itemsize * (channels * size + filters * prod(grid)) * samples // CACHED)
    if kind is Slid:  # products of fewer rows would be too small
        bunches = min(bunches, max(2 * rows // filters, 1))
    count = -(-samples // min(bunches, samples))  # parts of about one size
    length = -(-grid[0] * samples // max(bunches, samples))
    kernels, strides, (around, *others), dilations = options
    k, s, before, d = kernels[0], strides[0], around[0], dilations[0]
    slabs = []
    for first in range(0, grid[0], length):
        last = min(first + length, grid[0])
        start, stop = first * s - before, (last - 1) * s - before + (k - 1) * d + 1
        a = min(max(start, 0), lengths[0])
        b = min(max(stop, a), lengths[0])
        slab = options._replace(padding=((a - start, stop - b), *others))
        each = {
            m: kind((m, channels, b - a, *lengths[1:]), filters, slab, dtype) for m in (count, samples % count) if m
        }
        slabs.append((slice(a, b), slice(first, last), each))
    return [
        ((slice(i, j), slice(None), there), (slice(i, j), slice(None), here), each[j - i])
        for i, j in [(i, min(i + count, samples)) for i in range(0, samples, count)]
        for there, here, each in slabs
    ]


def _computed(dtype: Any) -> Any:
    """The dtype to compute in."""
    return np.promote_types(dtype, np.float32) if dtype.kind == "f" else dtype


def correlate(x: Array, w: Array, options: Options, y: Array) -> None:
    """Write the responses of filters `w` to `x` into `y`."""
    _correlate(x, _turned(w), options, y)


def _correlate(x: Array, w: Array, options: Options, y: Array) -> None:
    """The same with filters (*kernel, C, F)."""
    if not (x.size and w.size and y.size):
        y[...] = 0
        return
    dtype = _computed(y.dtype)
    matrices = np.ascontiguousarray(w, dtype)
    for there, here, sliding in _parts(x.shape, w.shape[-1], options, dtype):
        y[here] = sliding.correlate(x[there], matrices)


def match(x: Array, g: Array, options: Options, w: Array) -> None:
    """Write the sum of the windows of `x`, each times the responses `g` to it, into `w`."""
    turned, dtype = _turned(w), _computed(w.dtype)
    total = np.zeros(turned.shape, dtype)
    if x.size and g.size:
        for there, here, sliding in _parts(x.shape, len(w), options, dtype):
            sliding.match(x[there], g[here], total)
    turned[...] = total


def _phases_along(n: int, count: int, k: int, s: int, padding: tuple[int, int], d: int) -> Iterator[tuple[Any, ...]]:
    """Along one axis, the data that lie at the same place between positions of the filters.

    Yields
    ------
    slice
        These data.
    slice, slice
        The entries of the filters that ever meet them, backwards, and the responses of which they have a part.
    int, tuple[int, int], int
        The number of these entries, and the padding and the dilation with which they slide over these responses.
    """
    common = gcd(s, d)
    for r in range(min(s, n)):
        entries = [i for i in range(k) if (r + padding[0] - i * d) % s == 0]
        if not entries:
            yield slice(r, None, s), slice(0), slice(0), 0, (0, 0), 1
            continue
        backwards = slice(entries[-1], entries[0] - 1 if entries[0] else None, -(s // common))
        first = (r + padding[0] - entries[-1] * d) // s
        stop = first + len(range(r, n, s)) + (len(entries) - 1) * (d // common)
        a, b = max(first, 0), min(stop, count)
        yield slice(r, None, s), backwards, slice(a, max(a, b)), len(entries), (a - first, stop - b), d // common


@lru_cache(maxsize=256)
def _phases(lengths: Lengths, grid: Lengths, options: Options) -> list[tuple[Any, Any, Any, Options]]:
    """Along all axes: the indices of these data, of filters (*kernel, ...) and of responses, and how they slide."""
    phases = []
    for phase in product(*[_phases_along(*axis) for axis in zip(lengths, grid, *options, strict=True)]):
        here, entries, there, kernel, padding, dilation = zip(*phase, strict=True)
        sliding = Options(kernel, (1,) * len(kernel), padding, dilation)
        phases.append(((..., *here), entries, (..., *there), sliding))
    return phases


def spread(g: Array, w: Array, options: Options, x: Array) -> None:
    """Write the filters `w`, each times the responses `g` to it, added up, into `x`.

    Of data that lie at the same place between the positions of the filters, this is a convolution of the responses.
    """
    turned = w.transpose(*range(2, w.ndim), 0, 1)
    for here, entries, there, sliding in _phases(x.shape[2:], g.shape[2:], options):
        _correlate(g[there], turned[entries], sliding, x[here])
