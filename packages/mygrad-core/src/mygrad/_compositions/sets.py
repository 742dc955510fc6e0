"""NumPy's functions of sets: which entries they return, and how many, goes by steps; those they return are entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from mygrad._engine.operands import sized, unwrap
from mygrad._functions import public

if TYPE_CHECKING:
    from mygrad._compositions.signatures import (
        Intersect1d,
        Unique,
        UniqueAllResult,
        UniqueCountsResult,
        UniqueInverseResult,
    )
    from mygrad.tensor import Tensor

__all__ = [
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


def _taken(values: Any, *arrays: Any) -> Any:
    """`values`, which NumPy has found among the entries of the arrays, as these entries: the first of those equal."""
    lines = [np.ravel(sized(a)) for a in arrays]
    entries = lines[0] if len(lines) == 1 else np.concatenate(lines)
    plain = unwrap(entries)
    order = np.argsort(plain, kind="stable")
    return entries[order[np.searchsorted(plain, values, sorter=order)]]


@public(np.unique, "unique(x)", "Tensor([1., 2.])", "[2.0, 1.0, 2.0]")
def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    **options: Any,
) -> Any:
    array = unwrap(ar)
    found: Any = np.unique(array, return_index, return_inverse, return_counts, axis, **options)  # type: ignore[call-overload]
    if axis is None:
        values = _taken(found[0] if isinstance(found, tuple) else found, ar)
    else:
        _, index = np.unique(array, return_index=True, axis=axis)
        values = np.take(sized(ar), index, axis)
    return (values, *found[1:]) if isinstance(found, tuple) else values


unique: Final = cast("Unique", _unique)


@public(np.unique_all, "unique_all(x).values", "Tensor([1., 2.])", "[2.0, 1.0, 2.0]")
def unique_all(x: Any) -> UniqueAllResult:
    found: Any = np.unique_all(unwrap(x))
    return found._replace(values=_taken(found.values, x))


@public(np.unique_counts, "unique_counts(x).values", "Tensor([1., 2.])", "[2.0, 1.0, 2.0]")
def unique_counts(x: Any) -> UniqueCountsResult:
    found: Any = np.unique_counts(unwrap(x))
    return found._replace(values=_taken(found.values, x))


@public(np.unique_inverse, "unique_inverse(x).values", "Tensor([1., 2.])", "[2.0, 1.0, 2.0]")
def unique_inverse(x: Any) -> UniqueInverseResult:
    found: Any = np.unique_inverse(unwrap(x))
    return found._replace(values=_taken(found.values, x))


@public(np.unique_values, "unique_values(x)", "Tensor([1., 2.])", "[2.0, 1.0, 2.0]")
def unique_values(x: Any) -> Tensor:
    return _taken(np.unique_values(unwrap(x)), x)


@public(np.union1d, "union1d(x, [3.0])", "Tensor([1., 2., 3., 4.])")
def union1d(ar1: Any, ar2: Any) -> Tensor:
    return _taken(np.union1d(unwrap(ar1), unwrap(ar2)), ar1, ar2)


@public(np.intersect1d, "intersect1d(x, [4.0, 1.0])", "Tensor([1., 4.])")
def _intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    options: Any = assume_unique, return_indices
    found: Any = np.intersect1d(unwrap(ar1), unwrap(ar2), *options)
    if return_indices:
        return _taken(found[0], ar1, ar2), *found[1:]
    return _taken(found, ar1, ar2)


intersect1d: Final = cast("Intersect1d", _intersect1d)


@public(np.setdiff1d, "setdiff1d(x, [2.0])", "Tensor([1., 4.])")
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    return _taken(np.setdiff1d(unwrap(ar1), unwrap(ar2), assume_unique), ar1)


@public(np.setxor1d, "setxor1d(x, [2.0, 3.0])", "Tensor([1., 3., 4.])")
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    return _taken(np.setxor1d(unwrap(ar1), unwrap(ar2), assume_unique), ar1, ar2)
