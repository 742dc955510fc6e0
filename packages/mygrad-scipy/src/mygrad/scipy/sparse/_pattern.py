"""Where the values of a sparse array stand, and what is linear in these."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse

from mygrad.extend import defvjp, linear, primitive

__all__ = [
    "Pattern",
    "by_entries",
    "compressed",
    "dense",
    "diagonal",
    "keys",
    "pattern_of",
    "product",
    "reordered",
    "total",
]


_TRANSPOSED = {"coo": "coo", "csr": "csc", "csc": "csr"}


class Pattern:
    """The places of values.

    Parameters
    ----------
    kind : {'coo', 'csr', 'csc'}
    parts : tuple of arrays
        Rows and columns; or, of compressed formats, indices and pointers.
    shape : tuple[int, int]
    """

    def __init__(self, kind: str, parts: Any, shape: tuple[int, int]) -> None:
        self.kind: str = kind
        self.parts: Any = parts
        self.shape: tuple[int, int] = shape

    def matrix(self, data: Any) -> Any:
        """SciPy's array with these values."""
        places = (tuple(self.parts),) if self.kind == "coo" else self.parts
        return getattr(scipy.sparse, f"{self.kind}_array")((data, *places), self.shape)

    @cached_property
    def coordinates(self) -> tuple[Any, Any]:
        """The row and the column of each value."""
        if self.kind == "coo":
            return self.parts
        indices, pointers = self.parts
        lines = np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))
        return (lines, indices) if self.kind == "csr" else (indices, lines)

    @cached_property
    def T(self) -> Pattern:
        parts = self.parts[::-1] if self.kind == "coo" else self.parts
        return Pattern(_TRANSPOSED[self.kind], parts, self.shape[::-1])


def pattern_of(matrix: Any) -> Pattern:
    """That of an array of SciPy's, in one of the three formats."""
    if matrix.format == "coo":
        return Pattern("coo", (matrix.row, matrix.col), matrix.shape)
    return Pattern(matrix.format, (matrix.indices, matrix.indptr), matrix.shape)


def keys(coordinates: Any, shape: tuple[int, int], by_rows: bool = True) -> Any:
    """A number for each place, which rises along rows, or along columns."""
    rows, columns = (np.asarray(places, np.int64) for places in coordinates)
    return rows * shape[1] + columns if by_rows else columns * shape[0] + rows


def by_entries(g: Any, x: Any, pattern: Pattern) -> Any:
    """Of the product of `g` and `x` transposed, the entries in a pattern."""
    rows, columns = pattern.coordinates
    found = g[rows] * x[columns]
    return np.sum(found, axis=-1) if found.ndim > 1 else found


@primitive
def product(data: Any, x: Any, *, pattern: Pattern) -> Any:
    """A sparse array times vectors in columns, or one."""
    return pattern.matrix(data) @ x


defvjp(
    product,
    lambda g, _y, _data, x, *, pattern: by_entries(g, x, pattern),
    lambda g, _y, data, _x, *, pattern: product(data, g, pattern=pattern.T),
)

#: The values in the order of another format, and where they went. Those at the same place are kept apart.
reordered = linear(
    lambda data, *, pattern, kind, order: pattern.matrix(data).asformat(kind).data,
    lambda g, _shape, *, pattern, kind, order: g[np.argsort(order)],
)
#: The values of rows or columns; those at the same place are added up.
compressed = linear(
    lambda data, *, pattern, kind, places: pattern.matrix(data).asformat(kind).data,
    lambda g, _shape, *, pattern, kind, places: g[places],
)
dense = linear(
    lambda data, *, pattern: pattern.matrix(data).toarray(),
    lambda g, _shape, *, pattern: g[pattern.coordinates],
)


def _total(data: Any, *, pattern: Pattern, axis: Any) -> Any:
    return pattern.matrix(data).sum(axis=axis)


def _spread(g: Any, shape: Any, *, pattern: Pattern, axis: Any) -> Any:
    if axis is None:
        return np.broadcast_to(g, shape)
    rows, columns = pattern.coordinates
    return g[columns if axis % 2 == 0 else rows]


def _diagonal(data: Any, *, pattern: Pattern, k: int) -> Any:
    return pattern.matrix(data).diagonal(k)


def _on_diagonal(g: Any, shape: Any, *, pattern: Pattern, k: int) -> Any:
    rows, columns = pattern.coordinates
    on = columns - rows == k
    back = np.zeros(shape, g.dtype)
    back[on] = g[np.minimum(rows, columns)[on]]
    return back


total, diagonal = linear(_total, _spread), linear(_diagonal, _on_diagonal)
