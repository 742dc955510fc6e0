"""Products of two sparse arrays, by the values of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad.extend import composed, linear
from mygrad.scipy.sparse._pattern import Pattern, keys, pattern_of

__all__ = ["product_of_both"]

#: Sums of terms, each for a place among `count`.
_summed = linear(
    lambda terms, *, places, count: (
        np.bincount(places, terms, count).astype(terms.dtype)
        if terms.dtype.kind == "f"
        else _summed_complex(terms, places, count)
    ),
    lambda g, _shape, *, places, count: g[places],
)


def _summed_complex(terms: Any, places: Any, count: int) -> Any:
    return np.bincount(places, terms.real, count) + 1j * np.bincount(places, terms.imag, count)


def product_of_both(a: Any, first: Pattern, b: Any, second: Pattern) -> tuple[Any, Pattern]:
    """The values of a product, and where they stand: also those that SciPy drops, since they come to zero."""
    whole = first.matrix(np.ones(a.size)) @ second.matrix(np.ones(b.size))
    whole = whole if whole.format in ("csr", "csc") else whole.tocsr()
    pattern = pattern_of(whole)

    def value(a: Any, b: Any) -> Any:
        found = first.matrix(a) @ second.matrix(b)
        if found.format == whole.format and found.nnz == whole.nnz:
            return found.data
        return np.asarray(found.tocsr()[pattern.coordinates])

    def composition(a: Any, b: Any) -> Any:
        left, right, places = _terms(first, second, pattern)
        return _summed(a[left] * b[right], places=places, count=whole.nnz)

    return composed(value, composition)(a, b), pattern


def _terms(first: Pattern, second: Pattern, pattern: Pattern) -> tuple[Any, Any, Any]:
    """Which values are multiplied with which, and where the products go."""
    rows, inner = first.coordinates
    starts, columns = second.coordinates
    by_row = np.argsort(starts, kind="stable")
    ends = np.searchsorted(starts[by_row], np.arange(second.shape[0] + 1))
    counts = np.diff(ends)[inner]
    left = np.repeat(np.arange(len(inner)), counts)
    within = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
    right = by_row[ends[inner[left]] + within]
    known = keys(pattern.coordinates, pattern.shape)
    order = np.argsort(known)
    return left, right, order[np.searchsorted(known[order], keys((rows[left], columns[right]), pattern.shape))]
