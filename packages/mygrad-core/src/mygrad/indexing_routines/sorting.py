"""Sorting. For `argsort` and the like, which return plain arrays, see `mygrad.math.nondifferentiable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine.operands import unwrap
from mygrad._results import NO_VALUE, as_array, call, frozen

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["partition", "sort"]


@implements(np.sort)
def sort(
    a: ArrayLike,
    axis: int | None = -1,
    kind: Any = None,
    order: Any = None,
    *,
    stable: bool | None = None,
    descending: bool | None = NO_VALUE,
    constant: bool | None = None,
) -> Tensor:
    """Elements in order along an axis.

    Parameters
    ----------
    a : array_like
    axis : int | None, optional
        None: the array is flattened first.
    kind : {'quicksort', 'mergesort', 'heapsort', 'stable'}, optional
        How to sort.
    order : str | list[str], optional
        Accepted for NumPy's sake: tensors have no fields.
    stable : bool, optional
        Whether elements that tie stay in their order.
    descending : bool, optional
        Whether to begin with the largest. (NumPy 2.5)
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `a` is a constant.

    Returns
    -------
    Tensor

    Notes
    -----
    The gradient goes back to where an element came from. Of elements that tie, the first is taken to stay the
    first.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([3.0, 1.0, 2.0])
    >>> y = mg.sort(x)
    >>> y
    Tensor([1., 2., 3.])
    >>> (y * [1, 10, 100]).backward()
    >>> x.grad
    array([100.,   1.,  10.])
    """
    options = {name: v for name, v in (("kind", kind), ("order", order), ("stable", stable)) if v is not None}
    if descending not in (NO_VALUE, None, False):
        a = as_array(a)
        argsort: Any = np.argsort  # whose types do not know the keyword in older versions
        places = argsort(unwrap(a), axis, descending=descending, **options)
        return call(np.take_along_axis, a, places, axis, constant=constant)
    return call(np.sort, a, axis=axis, constant=constant, **options)


@implements(np.partition)
def partition(
    a: ArrayLike,
    kth: int | Sequence[int],
    axis: int | None = -1,
    kind: Any = "introselect",
    order: Any = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Elements partially sorted: those at some positions are where sorting puts them, with smaller ones before.

    Parameters
    ----------
    a : array_like
    kth : int | Sequence[int]
        The positions.
    axis : int | None, optional
        None: the array is flattened first.
    kind : {'introselect'}, optional
    order : str | list[str], optional
        Accepted for NumPy's sake: tensors have no fields.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `a` is a constant.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.partition(mg.tensor([3.0, 1.0, 2.0]), 0)[0]
    Tensor(1.)
    """
    options = {} if order is None else {"order": order}
    return call(np.partition, a, frozen(kth), axis=axis, kind=kind, constant=constant, **options)
