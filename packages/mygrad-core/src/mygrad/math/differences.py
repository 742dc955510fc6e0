"""Differences of neighbouring elements, and what is made of them: slopes and areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_keyword, as_operand, unwrap
from mygrad._results import NO_VALUE, as_array, call, itself, settled, sized
from mygrad._rules.complexes import is_complex
from mygrad._rules.joining import concatenate_arrays
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from typing import SupportsIndex

    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["diff", "ediff1d", "gradient", "trapezoid"]


@implements(np.diff)
def diff(
    a: ArrayLike,
    n: int = 1,
    axis: int = -1,
    prepend: ArrayLike = NO_VALUE,
    append: ArrayLike = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Differences of neighbours along an axis, ``a[1:] - a[:-1]``, taken `n` times.

    Parameters
    ----------
    a : array_like
    n : int, optional
        How many times to take differences.
    axis : int, optional
    prepend, append : array_like, optional
        What to join to `a` in front and at the end first; a scalar stands for one entry along the axis.
    {constant if all arguments are constants}

    Returns
    -------
    Tensor
        Shorter by `n` along the axis than what was joined.

    Raises
    ------
    ValueError
        If `n` is negative, or `a` has no axes.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 4.0, 9.0])
    >>> y = mg.diff(x)
    >>> y
    Tensor([3., 5.])
    >>> y.backward([1.0, 10.0])
    >>> x.grad
    array([-1., -9., 10.])
    """
    if n == 0:
        return itself(a, constant)
    if n > 0 and not (prepend is NO_VALUE and append is NO_VALUE):
        a = as_array(a)
        if a.ndim == 0:
            raise ValueError("diff requires input that is at least one dimensional")
        axis = normalize_axis_index(axis, a.ndim)
        ends = [part if part is NO_VALUE else _one_entry(part, a, axis) for part in (prepend, append)]
        parts = [part for part in (ends[0], a, ends[1]) if part is not NO_VALUE]
        a = call(concatenate_arrays, *parts, axis=axis)
    return call(np.diff, sized(a), n, axis, constant=constant)


def _one_entry(part: Any, a: Tensor, axis: int) -> Tensor:
    """`part`, a scalar being broadcast to one entry of `a` along the axis."""
    part = as_array(part)
    if part.ndim:
        return part
    shape = list(a.shape)
    shape[axis] = 1
    return call(np.broadcast_to, part, tuple(shape))


@implements(np.ediff1d)
def ediff1d(
    ary: ArrayLike,
    to_end: ArrayLike | None = None,
    to_begin: ArrayLike | None = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Differences of neighbours in an array that is first flattened.

    Parameters
    ----------
    ary : array_like
    to_end, to_begin : array_like, optional
        What to join to the differences at the end and in front.
    {constant if all arguments are constants}

    Returns
    -------
    Tensor, shape (N,)

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 4.0, 9.0])
    >>> y = mg.ediff1d(x, to_begin=x[0])
    >>> y
    Tensor([1., 3., 5.])
    >>> y.backward([1.0, 10.0, 100.0])
    >>> x.grad
    array([ -9., -90., 100.])
    """
    return call(np.ediff1d, ary, to_end, to_begin, constant=constant)


@implements(np.trapezoid)
def trapezoid(
    y: ArrayLike,
    x: ArrayLike | None = None,
    dx: ArrayLike = 1.0,
    axis: SupportsIndex = -1,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Area under a curve, by the trapezoidal rule.

    Parameters
    ----------
    y : array_like
        Its values along `axis`.
    x : array_like, optional
        Where it has them: of the shape of `y`, or with one axis. It is differentiated too.
    dx : array_like, optional
        How far apart the values are, if there is no `x`. It is differentiated too.
    axis : int, optional
    {constant if all arguments are constants}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> y = mg.tensor([1.0, 2.0, 4.0])
    >>> area = mg.trapezoid(y, dx=0.5)
    >>> area
    Tensor(2.25)
    >>> area.backward()
    >>> y.grad
    array([0.25, 0.5 , 0.25])
    """
    return call(np.trapezoid, y, x, dx, axis=axis, constant=constant)


@overload
def gradient(
    f: ArrayLike, *varargs: ArrayLike, axis: SupportsIndex, edge_order: int = ..., constant: bool | None = ...
) -> Tensor: ...
@overload
def gradient(
    f: ArrayLike, *varargs: ArrayLike, axis: Any = ..., edge_order: int = ..., constant: bool | None = ...
) -> Tensor | Any: ...
@implements(np.gradient)
def gradient(
    f: ArrayLike, *varargs: ArrayLike, axis: Any = None, edge_order: int = 1, constant: bool | None = None
) -> Tensor | tuple[Tensor, ...]:
    """Slopes of a sampled function: central differences, and one-sided ones at the ends.

    This is a function of the samples, which can itself be differentiated - not the gradient that a backward
    pass brings.

    Parameters
    ----------
    f : array_like
        The samples.
    *varargs : array_like
        How far apart they are: one number for all axes, or for each axis a number or the positions of the
        samples (one axis). These are differentiated too. By default 1.
    axis : int | tuple[int, ...], optional
        Along which axes to take slopes; all by default.
    edge_order : {1, 2}, optional
        How accurate the slopes at the ends are.
    {constant if all arguments are constants}

    Returns
    -------
    Tensor | tuple[Tensor, ...]
        Of the shape of `f`; one for each axis, if there are several.

    Raises
    ------
    TypeError
        If the number of `varargs` is not that of the axes.
    ValueError
        If there are too few samples, or not as many positions.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = mg.gradient(x)
    >>> y
    Tensor([1. , 1.5, 2. ])
    >>> y.backward()
    >>> x.grad
    array([-1.5,  0. ,  1.5])
    """
    f = as_array(f)
    axes = range(f.ndim) if axis is None else normalize_axis_tuple(axis, f.ndim)
    if edge_order not in (1, 2):
        raise ValueError("'edge_order' greater than 2 not supported" if edge_order > 2 else "invalid edge_order")
    spacings = _spacings(varargs, f.shape, list(axes))
    if any(map(is_complex, spacings)) and not is_complex(f):
        numpys: Any = np.gradient
        numpys(unwrap(f), *unwrap(varargs), axis=axis, edge_order=edge_order)  # for NumPy's errors
    dtype = f.dtype if f.dtype.kind in "fc" else np.dtype(np.float64)
    is_boolean = f.dtype == np.bool_
    if f.dtype != dtype:
        f = call(astype, f, dtype)
    slopes = []
    for i, spacing in zip(axes, spacings, strict=True):
        if f.shape[i] < edge_order + 1:
            raise ValueError(
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
                "elements are required."
            )
        if is_boolean and (edge_order == 1 or np.ndim(spacing) == 0):
            np.subtract(np.True_, np.True_)  # for NumPy's error
        ends_last = _slopes(call(np.moveaxis, f, i, -1), spacing, edge_order)
        slope = np.moveaxis(ends_last, -1, i)
        slopes.append(settled(slope if slope.dtype == dtype else call(astype, slope, dtype), constant))
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _spacings(varargs: tuple[Any, ...], shape: tuple[int, ...], axes: list[int]) -> list[Any]:
    """For each axis the distance between samples, or an array of distances."""
    if not varargs:
        return [1.0] * len(axes)
    if len(varargs) == 1 and np.ndim(varargs[0]) == 0:
        return list(varargs) * len(axes)
    if len(varargs) != len(axes):
        raise TypeError("invalid number of arguments")
    return [_spacing(arg, shape[axis]) for arg, axis in zip(varargs, axes, strict=True)]


def _spacing(positions: Any, n: int) -> Any:
    positions = as_operand(positions)  # a list may have variables in it
    if not isinstance(positions, Handle):
        positions = np.asarray(as_keyword(positions))
    if positions.ndim == 0:
        return positions
    if positions.ndim != 1:
        raise ValueError("distances must be either scalars or 1d")
    if len(positions) != n:
        raise ValueError("when 1d, distances must match the length of the corresponding dimension")
    if positions.dtype.kind in "iu":
        positions = positions.astype(np.float64)
    distances = np.diff(positions)
    even = isinstance(distances, np.ndarray) and (distances == distances[0]).all()
    return distances[0] if even else distances


def _slopes(f: Any, h: Any, edge_order: int) -> Any:
    """The slopes along the last axis, for one distance `h` or for several."""
    before, here, after = f[..., :-2], f[..., 1:-1], f[..., 2:]
    if np.ndim(h) == 0:
        h = 1.0 * h  # booleans would not add up
        inner = (after - before) / (2.0 * h)
        first, last = [h, h], [h, h]
    else:
        h1, h2 = h[:-1], h[1:]
        inner = -h2 / (h1 * (h1 + h2)) * before + (h2 - h1) / (h1 * h2) * here + h1 / (h2 * (h1 + h2)) * after
        first, last = [h[0], h[min(1, len(h) - 1)]], [h[-1], h[max(-2, -len(h))]]
    ends = []
    for (h1, h2), (i, j, k), sign in ((first, (0, 1, 2), 1.0), (last, (-1, -2, -3), -1.0)):
        if edge_order == 1:
            slope = sign * (f[..., j] - f[..., i]) / h1
        else:
            slope = sign * (
                -(2.0 * h1 + h2) / (h1 * (h1 + h2)) * f[..., i]
                + (h1 + h2) / (h1 * h2) * f[..., j]
                - h1 / (h2 * (h1 + h2)) * f[..., k]
            )
        ends.append(slope[..., None])
    return np.concatenate([ends[0], inner, ends[1]], axis=-1)


fill_in(globals())
