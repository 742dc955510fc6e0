"""Repeating, inserting, deleting and padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.operands import as_operand, loses_gradient, sized, unwrap
from mygrad._results import call, frozen, settled
from mygrad._rules.shapes import along, astype, pad_widths

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, ShapeLike

__all__ = ["delete", "insert", "pad", "repeat", "resize", "tile"]


@implements(np.repeat)
def repeat(
    a: ArrayLike, repeats: int | Sequence[int], axis: int | None = None, *, constant: bool | None = None
) -> Tensor:
    """Repeat each element, side by side.

    Parameters
    ----------
    a : array_like
    repeats : int | Sequence[int]
        How often: all of them, or each along the axis.
    axis : int, optional
        By default the array is flattened first.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.repeat(x, [1, 3])
    >>> y
    Tensor([1., 2., 2., 2.])
    >>> y.backward()
    >>> x.grad
    array([1., 3.])
    """
    return call(np.repeat, a, frozen(repeats), axis=axis, constant=constant)


@implements(np.tile)
def tile(A: ArrayLike, reps: ShapeLike, *, constant: bool | None = None) -> Tensor:
    """Repeat a tensor as a whole along its axes.

    Parameters
    ----------
    A : array_like
    reps : int | tuple[int, ...]
        How often, along each of the last axes. Axes that are missing are added in front.
    {constant if `A` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.tile(x, (2, 2))
    >>> y
    Tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    >>> y.backward()
    >>> x.grad
    array([4., 4.])
    """
    return call(np.tile, A, frozen(reps), constant=constant)


@implements(np.resize)
def resize(a: ArrayLike, new_shape: ShapeLike, *, constant: bool | None = None) -> Tensor:
    """Repeat the elements, one after the other, until a shape is filled.

    Parameters
    ----------
    a : array_like
    new_shape : int | tuple[int, ...]
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.resize(mg.tensor([1.0, 2.0]), 5)
    Tensor([1., 2., 1., 2., 1.])
    """
    return call(np.resize, a, frozen(new_shape), constant=constant)


@implements(np.delete)
def delete(arr: ArrayLike, obj: Any, axis: int | None = None, *, constant: bool | None = None) -> Tensor:
    """Leave out entries along an axis.

    Parameters
    ----------
    arr : array_like
    obj : int | slice | array_like of int or bool
        Which ones.
    axis : int, optional
        By default the array is flattened first.
    {constant if `arr` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.delete(mg.tensor([1.0, 2.0, 3.0]), 1)
    Tensor([1., 3.])
    """
    return call(np.delete, arr, frozen(obj), axis=axis, constant=constant)


@implements(np.insert)
def insert(
    arr: ArrayLike, obj: Any, values: ArrayLike, axis: int | None = None, *, constant: bool | None = None
) -> Tensor:
    """Insert values before entries along an axis.

    Parameters
    ----------
    arr : array_like
    obj : int | slice | array_like of int or bool
        Before which entries.
    values : array_like
        They broadcast against the entries.
    axis : int, optional
        By default the array is flattened first.
    {constant if `arr` and `values` are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor(10.0)
    >>> y = mg.insert(mg.tensor([1.0, 2.0, 3.0]), [0, 2], x)
    >>> y
    Tensor([10.,  1.,  2., 10.,  3.])
    >>> y.backward()
    >>> x.grad
    array(2.)
    """
    return call(np.insert, arr, frozen(obj), values, axis=axis, constant=constant)


@implements(np.pad)
def pad(
    array: ArrayLike, pad_width: Any, mode: Any = "constant", *, constant: bool | None = None, **kwargs: Any
) -> Tensor:
    """Add elements before the first and after the last along each axis.

    Parameters
    ----------
    array : array_like
    pad_width : int | Sequence[int | tuple[int, int]] | dict
        How many: for all axes, or in front and behind for each.
    mode : str | Callable, optional
        What to add; see `numpy.pad`.
    {constant if all arguments are constants}
    **kwargs
        The options of the mode. Gradients flow to `constant_values` and `end_values`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.pad(x, (1, 2), mode="edge")
    >>> y
    Tensor([1., 1., 2., 2., 2.])
    >>> y.backward()
    >>> x.grad
    array([2., 3.])
    """
    array = as_operand(array)
    if constant is not True and loses_gradient(array, kwargs) and _is_computed(mode, kwargs):
        if not callable(mode):
            np.pad(unwrap(array), pad_width, mode, **unwrap(kwargs))  # for NumPy's errors
        return settled(_computed(array, frozen(pad_width), mode, **kwargs), constant)
    if "out" in kwargs:
        np.pad(unwrap(array), pad_width, mode, **kwargs)  # which knows no such keyword
    return call(np.pad, array, frozen(pad_width), mode=mode, constant=constant, **unwrap(kwargs))


# Padding with what is computed: variables, statistics, ramps, and what a function of the user makes.

_STATISTICS: dict[str, Any] = {"maximum": np.max, "mean": np.mean, "median": np.median, "minimum": np.min}


def _is_computed(mode: Any, options: dict[str, Any]) -> bool:
    """Whether the rule of ``np.pad`` is not enough, for what is added has a graph of its own."""
    return callable(mode) or mode in (*_STATISTICS, "linear_ramp") or loses_gradient(options)


def _computed(x: Any, pad_width: Any, mode: Any, **options: Any) -> Any:
    """``np.pad`` of a tensor or an array, whose arguments NumPy has found valid."""
    x = sized(x)
    widths = pad_widths(pad_width, x.ndim)
    if callable(mode):
        return _pad_by(mode, x, widths, options)
    values, lengths = (
        np.broadcast_to(given, (x.ndim, 2))
        for given in (
            astype(sized(options.get("constant_values", options.get("end_values", 0))), x.dtype),
            np.asarray(unwrap(options.get("stat_length")), object),
        )
    )
    for axis, pair in enumerate(widths):  # what was added along one axis counts for the next
        added = []
        for side, width in enumerate(pair):
            if mode == "constant":
                shape = (*x.shape[:axis], width, *x.shape[axis + 1 :])
                added.append(np.broadcast_to(values[axis, side], shape))
            elif mode == "linear_ramp":
                ramp = np.linspace(values[axis, side], x[along(axis, -side)], width, False, axis=axis)
                added.append(np.flip(ramp, axis) if side else ramp)
            else:
                length = x.shape[axis] if lengths[axis, side] is None else min(lengths[axis, side], x.shape[axis])
                chunk = x[along(axis, slice(x.shape[axis] - length, None) if side else slice(length))]
                value = astype(_STATISTICS[mode](chunk, axis=axis, keepdims=True), x.dtype)
                added.append(np.repeat(value, width, axis))
        x = np.concatenate((added[0], x, added[1]), axis=axis)
    return x


def _pad_by(function: Any, x: Any, widths: list[tuple[int, int]], options: dict[str, Any]) -> Any:
    """Have the function of the user write into each vector of the result."""
    constant = None if x.dtype.kind not in "fc" else False  # it may write variables
    padded: Any = call(np.pad, x, widths, constant=constant)
    for axis, width in enumerate(widths):
        lines = np.moveaxis(padded, axis, -1)
        for i in np.ndindex(lines.shape[:-1]):
            function(lines[(*i, ...)], width, axis, options)
    return padded


fill_in(globals())
