"""Filters that pick one of the values around each pixel. The gradient flows to that which was picked."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad.extend import lifts
from mygrad.scipy._operands import Array, plain, refuse_complex
from mygrad.scipy.ndimage._filters import PADDING, every
from mygrad.scipy.ndimage._lines import axes_of, filtered

__all__ = [
    "maximum_filter",
    "maximum_filter1d",
    "median_filter",
    "minimum_filter",
    "minimum_filter1d",
    "percentile_filter",
    "rank_filter",
]

_CVAL = -1


def _picked(x: Any, footprint: Any, rank: int, modes: Any, cval: float, origins: Any) -> Any:
    """Of the values within a footprint around each pixel, that of a rank."""
    numbers = np.arange(x.size).reshape(x.shape)
    for axis, (size, mode, origin) in enumerate(zip(footprint.shape, modes, origins, strict=True)):
        widths = [(0, 0)] * x.ndim
        widths[axis] = (size // 2 + origin, size - 1 - size // 2 - origin)
        how: dict[str, Any] = {"constant_values": _CVAL} if PADDING[mode] == "constant" else {}
        numbers = np.pad(numbers, widths, PADDING[mode], **how)
    around = np.lib.stride_tricks.sliding_window_view(numbers, footprint.shape)[..., footprint]
    values = np.where(around == _CVAL, np.asarray(cval, x.dtype), np.ravel(plain(x))[around])
    which = np.argsort(values, axis=-1, kind="stable")[..., rank, None]
    at = np.take_along_axis(around, which, -1)[..., 0]
    return np.where(at == _CVAL, cval, np.ravel(x)[at])


def _extreme(rank: int) -> Any:
    return lambda x, **how: _ranked(x, lambda count: rank, **how)


def _ranked(
    x: Any,
    rank: Any,
    size: Any = None,
    footprint: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    axes: Any = None,
) -> Any:
    """The value whose rank is that of the number of values."""
    axes = axes_of(x, axes)
    n = len(axes)
    footprint = np.ones(every(size, n), bool) if footprint is None else np.asarray(footprint, bool)
    footprint = np.expand_dims(footprint, tuple([k for k in range(x.ndim) if k not in axes]))
    modes, origins = ["reflect"] * x.ndim, [0] * x.ndim
    for k, how, shift in zip(axes, every(mode, n), every(origin, n), strict=True):
        modes[k], origins[k] = how, shift
    return _picked(x, footprint, rank(int(footprint.sum())), modes, cval, origins) if x.size else x


def _of_percentile(percentile: float, count: int) -> int:
    percentile = percentile + 100.0 if percentile < 0 else percentile
    return count - 1 if percentile == 100.0 else int(float(count) * percentile / 100.0)


_COMPOSITIONS = {
    "maximum_filter": _extreme(-1),
    "minimum_filter": _extreme(0),
    "maximum_filter1d": lambda x, size, axis, **how: _ranked(x, lambda count: -1, size, axes=axis, **how),
    "minimum_filter1d": lambda x, size, axis, **how: _ranked(x, lambda count: 0, size, axes=axis, **how),
    "median_filter": lambda x, **how: _ranked(x, lambda count: count // 2, **how),
    "rank_filter": lambda x, rank, **how: _ranked(x, lambda count: rank, **how),
    "percentile_filter": lambda x, p, **how: _ranked(x, lambda count: _of_percentile(p, count), **how),
}


def _pick(name: str, input: Any, *args: Any, **how: Any) -> Any:
    return filtered(name, _COMPOSITIONS[name], refuse_complex(input), *args, **how)


@lifts("scipy.ndimage.maximum_filter")
def maximum_filter(
    input: Array,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take the largest value around each pixel.

    Parameters
    ----------
    input : array_like
    size : int or sequence of ints, optional
    footprint : array_like, optional
        Which of the values count.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.maximum_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import maximum_filter
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = maximum_filter(x, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([2., 6., 6.]), array([0., 0., 1.]))
    """
    return _pick(
        "maximum_filter",
        input,
        size=size,
        footprint=footprint,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
        axes=axes,
    )


@lifts("scipy.ndimage.minimum_filter")
def minimum_filter(
    input: Array,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take the smallest value around each pixel.

    Parameters
    ----------
    input : array_like
    size : int or sequence of ints, optional
    footprint : array_like, optional
        Which of the values count.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.minimum_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import minimum_filter
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = minimum_filter(x, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 1., 2.]), array([1., 0., 0.]))
    """
    return _pick(
        "minimum_filter",
        input,
        size=size,
        footprint=footprint,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
        axes=axes,
    )


@lifts("scipy.ndimage.median_filter")
def median_filter(
    input: Array,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take the value in the middle of those around each pixel.

    Parameters
    ----------
    input : array_like
    size : int or sequence of ints, optional
    footprint : array_like, optional
        Which of the values count.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.median_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import median_filter
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = median_filter(x, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 2., 6.]), array([0., 1., 0.]))
    """
    return _pick(
        "median_filter",
        input,
        size=size,
        footprint=footprint,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
        axes=axes,
    )


@lifts("scipy.ndimage.rank_filter")
def rank_filter(
    input: Array,
    rank: int,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take the value of a rank among those around each pixel.

    Parameters
    ----------
    input : array_like
    rank : int
        From 0 for the smallest, or from -1 for the largest.
    size : int or sequence of ints, optional
    footprint : array_like, optional
        Which of the values count.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.rank_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import rank_filter
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = rank_filter(x, 1, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 2., 6.]), array([0., 1., 0.]))
    """
    return _pick(
        "rank_filter",
        input,
        rank,
        size=size,
        footprint=footprint,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
        axes=axes,
    )


@lifts("scipy.ndimage.percentile_filter")
def percentile_filter(
    input: Array,
    percentile: float,
    size: Any = None,
    footprint: Any = None,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take a percentile of the values around each pixel.

    Parameters
    ----------
    input : array_like
    percentile : float
    size : int or sequence of ints, optional
    footprint : array_like, optional
        Which of the values count.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.percentile_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import percentile_filter
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = percentile_filter(x, 50.0, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 2., 6.]), array([0., 1., 0.]))
    """
    return _pick(
        "percentile_filter",
        input,
        percentile,
        size=size,
        footprint=footprint,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
        axes=axes,
    )


@lifts("scipy.ndimage.maximum_filter1d")
def maximum_filter1d(
    input: Array,
    size: int,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int = 0,
) -> Any:
    """Take the largest value around each pixel, along an axis.

    Parameters
    ----------
    input : array_like
    size : int
    axis : int
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int

    See Also
    --------
    scipy.ndimage.maximum_filter1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import maximum_filter1d
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = maximum_filter1d(x, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([2., 6., 6.]), array([0., 0., 1.]))
    """
    return _pick("maximum_filter1d", input, size, axis=axis, output=output, mode=mode, cval=cval, origin=origin)


@lifts("scipy.ndimage.minimum_filter1d")
def minimum_filter1d(
    input: Array,
    size: int,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int = 0,
) -> Any:
    """Take the smallest value around each pixel, along an axis.

    Parameters
    ----------
    input : array_like
    size : int
    axis : int
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int

    See Also
    --------
    scipy.ndimage.minimum_filter1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import minimum_filter1d
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = minimum_filter1d(x, 3)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 1., 2.]), array([1., 0., 0.]))
    """
    return _pick("minimum_filter1d", input, size, axis=axis, output=output, mode=mode, cval=cval, origin=origin)
