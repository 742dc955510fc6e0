"""Filters along one axis of an image, or along one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.ndimage

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, plain, refuse_complex
from mygrad.scipy.ndimage._filters import check, correlated, every, gaussian_composition

__all__ = [
    "convolve1d",
    "correlate1d",
    "gaussian_filter1d",
    "uniform_filter",
    "uniform_filter1d",
]


def filtered(name: str, composition: Callable[..., Any], input: Any, *args: Any, output: Any, **how: Any) -> Any:
    """What SciPy's function of a name makes of an image and of `args`, with the derivatives of a composition."""
    x, args = operand(input), tuple(map(operand, args))
    how = {key: value for key, value in how.items() if value is not None}
    theirs = getattr(scipy.ndimage, name)
    if not has_variable([x, args, how]):
        return theirs(x, *args, output=output, **how)
    check(name, output, **how)

    def value(x: Any, *args: Any) -> Any:
        return theirs(x, *[a[()] if isinstance(a, np.ndarray) else a for a in args], **how)

    return composed(value, lambda x, *args: composition(x, *args, **how))(array_operand(x), *args)


def axes_of(x: Any, axes: Any) -> list[int]:
    return list(range(x.ndim)) if axes is None else [int(k) % x.ndim for k in np.atleast_1d(axes)]


def along_line(x: Any, weights: Any, axis: int, mode: str, cval: float, origin: int = 0) -> Any:
    """The correlation with weights along one axis."""
    shape = [1] * x.ndim
    shape[axis] = len(weights)
    before = [0] * x.ndim
    before[axis] = len(weights) // 2 + origin
    return correlated(x, np.conj(np.reshape(weights, shape)), before, mode, float(cval))


def _convolved(x: Any, weights: Any, axis: int, mode: str, cval: float, origin: int) -> Any:
    origin = -origin - (len(weights) % 2 == 0)
    return along_line(x, np.conj(weights[::-1]), axis, mode, cval, origin)


def _mean(x: Any, size: int, axis: int, mode: str, cval: float, origin: int) -> Any:
    return along_line(x, np.full(size, 1 / size), axis, mode, cval, origin)


def _means(x: Any, size: Any, mode: Any, cval: float, origin: Any, axes: Any = None) -> Any:
    axes = axes_of(x, axes)
    n = len(axes)
    for axis, width, how, shift in zip(axes, every(size, n), every(mode, n), every(origin, n), strict=True):
        x = _mean(x, int(width), axis, how, cval, shift) if width > 1 else x
    return x


def _smoothed(x: Any, sigma: Any, axis: int, order: int, mode: str, cval: float, truncate: float, radius: Any) -> Any:
    reach = int(truncate * float(plain(sigma)) + 0.5) if radius is None else radius
    return gaussian_composition(x, [sigma], [axis % x.ndim], [order], [reach], [mode], cval)


@lifts("scipy.ndimage.correlate1d")
def correlate1d(
    input: Array,
    weights: Array,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int = 0,
) -> Any:
    """Correlate an image with weights, along an axis.

    Parameters
    ----------
    input : array_like
    weights : array_like, shape (n,)
    axis : int
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int

    See Also
    --------
    scipy.ndimage.correlate1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import correlate1d
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = correlate1d(x, [-1.0, 0.0, 1.0], mode="nearest")
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1., 3., 2.]), array([-1.,  0.,  1.]))
    """
    return filtered(
        "correlate1d",
        along_line,
        input,
        array_operand(weights),
        axis=axis,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
    )


@lifts("scipy.ndimage.convolve1d")
def convolve1d(
    input: Array,
    weights: Array,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int = 0,
) -> Any:
    """Convolve an image with weights, along an axis.

    Parameters
    ----------
    input : array_like
    weights : array_like, shape (n,)
    axis : int
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int

    See Also
    --------
    scipy.ndimage.convolve1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import convolve1d
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = convolve1d(x, [-1.0, 0.0, 1.0], mode="nearest")
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([-1., -3., -2.]), array([ 1.,  0., -1.]))
    """
    return filtered(
        "convolve1d",
        _convolved,
        input,
        array_operand(weights),
        axis=axis,
        output=output,
        mode=mode,
        cval=cval,
        origin=origin,
    )


@lifts("scipy.ndimage.uniform_filter1d")
def uniform_filter1d(
    input: Array,
    size: int,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int = 0,
) -> Any:
    """Take means along an axis.

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
    scipy.ndimage.uniform_filter1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import uniform_filter1d
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = uniform_filter1d(x, 2)
    >>> y[2].backward()
    >>> y, x.grad
    (Tensor([1. , 1.5, 4. ]), array([0. , 0.5, 0.5]))
    """
    return filtered(
        "uniform_filter1d", _mean, input, size, axis=axis, output=output, mode=mode, cval=cval, origin=origin
    )


@lifts("scipy.ndimage.uniform_filter")
def uniform_filter(
    input: Array,
    size: Any = 3,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Take means around each pixel.

    Parameters
    ----------
    input : array_like
    size : int or sequence of ints
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.uniform_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import uniform_filter
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 6.0]])
    >>> y = uniform_filter(x, 2)
    >>> y[1, 1].backward()
    >>> y[1, 1], x.grad
    (Tensor(3.), array([[0.25, 0.25],
           [0.25, 0.25]]))
    """
    return filtered(
        "uniform_filter", _means, input, size, output=output, mode=mode, cval=cval, origin=origin, axes=axes
    )


@lifts("scipy.ndimage.gaussian_filter1d")
def gaussian_filter1d(
    input: Array,
    sigma: Any,
    axis: int = -1,
    order: int = 0,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    truncate: float = 4.0,
    *,
    radius: Any = None,
) -> Any:
    """Smooth an image along an axis by a Gaussian filter, or take a derivative of the smoothed image.

    Parameters
    ----------
    input : array_like
    sigma : float
        The standard deviation, which may be a variable. The number of weights follows it in steps.
    axis : int
    order : int
        The order of the derivative.
    output : optional
        Not beside variables.
    mode : str
    cval, truncate : float
    radius : int, optional

    See Also
    --------
    scipy.ndimage.gaussian_filter1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import gaussian_filter1d
    >>> x, sigma = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0]), mg.tensor(0.5)
    >>> gaussian_filter1d(x, sigma)[2].backward()
    >>> x.grad[2].round(4), sigma.grad.round(4)
    (np.float64(0.7866), np.float64(-1.353))
    """
    return filtered(
        "gaussian_filter1d",
        lambda x, sigma, radius=None, **how: _smoothed(x, sigma, radius=radius, **how),
        input,
        refuse_complex(sigma),
        axis=axis,
        order=order,
        output=output,
        mode=mode,
        cval=cval,
        truncate=truncate,
        radius=radius,
    )
