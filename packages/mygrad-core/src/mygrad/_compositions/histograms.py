"""Histograms: counts go by steps, but weights add up, and the edges of the bins may depend on the data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.operands import has_variable, sized, unwrap
from mygrad._functions import public
from mygrad._rules.indexing import add_at
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["histogram", "histogram2d", "histogram_bin_edges", "histogramdd"]


def _edges(x: Any, bins: Any, limits: Any, numpys: Any) -> Any:
    """The edges of NumPy's bins, as they depend on entries `x`, on `bins` and on the limits that were given."""
    if not has_variable((x, bins, limits)):
        return numpys
    if np.ndim(unwrap(bins)) == 1:
        return sized(bins)
    if limits is not None:
        first, last = (sized(limit) for limit in limits)
    elif np.size(x):
        first, last = np.min(x), np.max(x)
    else:
        first, last = 0.0, 1.0
    if first == last:
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, len(numpys), dtype=numpys.dtype)


def _bins_of(x: Any, edges: Any) -> Any:
    """In which bin each entry is, the last edge included; and -1 for those in none."""
    n = len(edges) - 1
    place = np.searchsorted(edges, x, "right") - 1
    place[x == edges[-1]] = n - 1
    return np.where((place < n) & ~np.isnan(x), place, -1)


def _weighed(weights: Any, places: Sequence[Any], counts: Any) -> Any:
    """The weights of the entries in each bin, added up, for bins that are told by their place on each axis."""
    inside = reduce(np.logical_and, [place >= 0 for place in places])
    weights = astype(np.ravel(sized(weights)), counts.dtype)
    return add_at(weights[inside], tuple([place[inside] for place in places]), counts.shape)


def _empty_or(counts: Any, shares: Any) -> Any:
    """The density `shares`. In an empty bin it is 0, whatever its width: so nothing flows from there, not even nan."""
    return shares if has_variable(counts) else np.where(np.equal(unwrap(shares), 0), 0.0, shares)


@public(np.histogram, "histogram([0.1, 0.2, 0.7], 2, weights=x)[0]", "Tensor([3., 4.])")
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Tensor, Tensor]:
    x, *others = unwrap((a, bins, range, None, weights))
    counts, of_arrays = np.histogram(x, *others)
    edges = _edges(sized(a), bins, range, of_arrays)
    if has_variable(weights):
        counts = _weighed(weights, [_bins_of(np.ravel(x), of_arrays)], counts)
    if density:
        shares = counts / astype(np.diff(edges), np.dtype(np.float64)) / np.sum(counts)
        counts = _empty_or(counts, shares)
    return counts, edges


@public(np.histogram_bin_edges, "histogram_bin_edges(x, 2)", "Tensor([1. , 2.5, 4. ])")
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Tensor:
    return _edges(sized(a), bins, range, np.histogram_bin_edges(*unwrap((a, bins, range, weights))))


def _each(bins: Any, n: int) -> Any:
    try:
        len(bins)
    except TypeError:
        return [bins] * n
    return bins


def _of_columns(sample: Any, bins: Any, range: Any, density: bool | None, weights: Any) -> tuple[Any, list[Any]]:
    counts, of_arrays = np.histogramdd(*unwrap((sample, bins, range, None, weights)))
    columns = np.transpose(sample) if getattr(sample, "ndim", 0) == 2 else np.atleast_2d(sized(sample))
    n = len(columns)
    limits = [None] * n if range is None else range
    edges = [_edges(*given) for given in zip(columns, _each(bins, n), limits, of_arrays, strict=True)]
    if has_variable(weights):
        places = [_bins_of(unwrap(x), e) for x, e in zip(columns, of_arrays, strict=True)]
        counts = _weighed(weights, places, counts)
    if density:
        shares = counts
        for axis, e in enumerate(edges):
            shares = shares / np.reshape(np.diff(e), (-1, *(1,) * (n - axis - 1)))
        counts = _empty_or(counts, shares / np.sum(counts))
    return counts, edges


@public(np.histogramdd, "histogramdd(mg.stack([x, -x], 1), 2)[1][0]", "Tensor([1. , 2.5, 4. ])")
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Tensor, list[Tensor]]:
    return _of_columns(sample, bins, range, density, weights)


@public(np.histogram2d, "histogram2d(x, -x, 2)[1]", "Tensor([1. , 2.5, 4. ])")
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Tensor, Tensor, Tensor]:
    np.histogram2d(*unwrap((x, y, bins, range, density, weights)))  # for NumPy's errors
    if len(_each(bins, 1)) not in (1, 2):  # the edges on both axes
        bins = [sized(bins)] * 2
    counts, edges = _of_columns([sized(x), sized(y)], bins, range, density, weights)
    return counts, edges[0], edges[1]
