"""Reductions, sorting, searching and sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

import mygrad as mg
from mygrad import max, mean, min, prod, std, sum, var
from mygrad._engine.operands import unwrap
from mygrad._results import as_tensor
from mygrad.array_api._results import returning_tensors, tensors

if TYPE_CHECKING:
    from collections.abc import Callable

    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis, DTypeLike

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "max",
    "mean",
    "min",
    "nonzero",
    "prod",
    "searchsorted",
    "sort",
    "std",
    "sum",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "var",
]

all: Final[Callable[..., Tensor]] = returning_tensors(np.all)
any: Final[Callable[..., Tensor]] = returning_tensors(np.any)
argmax: Final[Callable[..., Tensor]] = returning_tensors(np.argmax)
argmin: Final[Callable[..., Tensor]] = returning_tensors(np.argmin)
nonzero: Final[Callable[..., tuple[Tensor, ...]]] = returning_tensors(np.nonzero)


def count_nonzero(x: ArrayLike, /, *, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """How many elements are not zero, along an axis or in all: a constant."""
    return as_tensor(np.count_nonzero(unwrap(x), axis=axis, keepdims=keepdims))


def searchsorted(
    x1: ArrayLike,
    x2: ArrayLike,
    /,
    *,
    side: Literal["left", "right"] = "left",
    sorter: ArrayLike | None = None,
) -> Tensor:
    """Where the elements of `x2` would be inserted into `x1`, which is sorted: a constant."""
    return as_tensor(np.searchsorted(unwrap(x1), unwrap(x2), side, unwrap(sorter)))


def argsort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """Where the elements are, in sorted order: a constant.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.argsort([1.0, 3.0, 2.0, 3.0], descending=True)
    Tensor([1, 3, 2, 0])
    """
    x = np.asarray(unwrap(x))
    if not descending:
        return as_tensor(np.argsort(x, axis=axis, stable=stable))
    # Those that are equal stay in their order, if they are sorted from behind.
    order = np.flip(np.argsort(np.flip(x, axis), axis=axis, stable=stable), axis)
    return as_tensor(x.shape[axis] - 1 - order)


def sort(x: ArrayLike, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The elements in ascending or descending order.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.sort([1.0, 3.0, 2.0], descending=True)
    Tensor([3., 2., 1.])
    """
    ascending = mg.sort(x, axis, stable=stable)
    return mg.flip(ascending, axis) if descending else ascending


def diff(
    x: ArrayLike, /, *, axis: int = -1, n: int = 1, prepend: ArrayLike | None = None, append: ArrayLike | None = None
) -> Tensor:
    """Differences of neighbours, `n` times over."""
    more: dict[str, Any] = {"prepend": prepend, "append": append}
    return mg.diff(x, n, axis, **{name: value for name, value in more.items() if value is not None})


def cumulative_sum(
    x: ArrayLike, /, *, axis: int | None = None, dtype: DTypeLike = None, include_initial: bool = False
) -> Tensor:
    """Sums of the elements so far, after a zero if `include_initial`.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.cumulative_sum([1.0, 2.0, 3.0], include_initial=True)
    Tensor([0., 1., 3., 6.])
    """
    return _cumulative(mg.cumsum, x, axis, dtype, mg.zeros if include_initial else None)


def cumulative_prod(
    x: ArrayLike, /, *, axis: int | None = None, dtype: DTypeLike = None, include_initial: bool = False
) -> Tensor:
    """Products of the elements so far, after a one if `include_initial`.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.cumulative_prod([1.0, 2.0, 3.0])
    Tensor([1., 2., 6.])
    """
    return _cumulative(mg.cumprod, x, axis, dtype, mg.ones if include_initial else None)


def _cumulative(accumulate: Any, x: Any, axis: int | None, dtype: Any, initial: Any) -> Tensor:
    x = as_tensor(x)
    if axis is None:
        if x.ndim != 1:
            raise ValueError(f"the axis has to be given, since the array has {x.ndim} and not one")
        axis = 0
    result: Tensor = accumulate(x, axis, dtype)
    if initial is None:
        return result
    shape = list(result.shape)
    shape[axis] = 1
    return mg.concatenate((initial(shape, result.dtype, constant=True), result), axis)


class UniqueAll(NamedTuple):
    """What `unique_all` returns."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCounts(NamedTuple):
    """What `unique_counts` returns."""

    values: Tensor
    counts: Tensor


class UniqueInverse(NamedTuple):
    """What `unique_inverse` returns."""

    values: Tensor
    inverse_indices: Tensor


def unique_all(x: ArrayLike, /) -> UniqueAll:
    """The different elements, where each is first, which of them every element is, and how often each is there.

    Gradients flow through the elements. Each nan is one of its own.

    Examples
    --------
    >>> import mygrad as mg
    >>> import mygrad.array_api as xp
    >>> t = mg.tensor([3.0, 1.0, 3.0])
    >>> xp.unique_all(t).values.backward()
    >>> t.grad
    array([1., 1., 0.])
    """
    t = as_tensor(x)
    _, indices, inverse, counts = np.unique(
        unwrap(t), return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    return UniqueAll(mg.ravel(t)[indices], *tensors((indices, inverse.reshape(t.shape), counts)))


def unique_counts(x: ArrayLike, /) -> UniqueCounts:
    """The different elements, and how often each is there."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: ArrayLike, /) -> UniqueInverse:
    """The different elements, and which of them every element is."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: ArrayLike, /) -> Tensor:
    """The different elements."""
    return unique_all(x).values
