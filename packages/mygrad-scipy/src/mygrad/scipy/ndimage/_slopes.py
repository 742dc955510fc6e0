"""Slopes and curvatures of images, by differences or by Gaussian filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad.extend import lifts
from mygrad.scipy._operands import Array, operand, plain, refuse_complex
from mygrad.scipy.ndimage._filters import every, gaussian_filter
from mygrad.scipy.ndimage._lines import along_line, axes_of, filtered

__all__ = ["gaussian_gradient_magnitude", "gaussian_laplace", "laplace", "prewitt", "sobel"]


def _slope(smooth: Any) -> Callable[..., Any]:
    """The composition of differences along one axis, and of sums along the others."""

    def composition(x: Any, axis: int, mode: Any, cval: float) -> Any:
        modes, along = every(mode, x.ndim), axis % x.ndim
        y = along_line(x, np.array([-1.0, 0.0, 1.0]), along, modes[along], cval)
        for k in range(x.ndim):
            y = along_line(y, np.array(smooth), k, modes[k], cval) if k != along else y
        return y

    return composition


_SLOPES = {"sobel": _slope([1.0, 2.0, 1.0]), "prewitt": _slope([1.0, 1.0, 1.0])}


def _curvature(x: Any, mode: Any, cval: float, axes: Any = None) -> Any:
    axes = axes_of(x, axes)
    parts = [
        along_line(x, np.array([1.0, -2.0, 1.0]), k, how, cval)
        for k, how in zip(axes, every(mode, len(axes)), strict=True)
    ]
    return sum(parts[1:], parts[0]) if parts else x


def _each_derivative(x: Any, sigmas: Any, order: int, axes: Any, mode: Any, cval: float, how: Any) -> list[Any]:
    """The derivatives of an order of the smoothed image, along some axes each."""
    return [
        gaussian_filter(x, sigmas, order * np.eye(x.ndim, dtype=int)[k], mode=each, cval=cval, **how)
        for k, each in zip(axes, every(mode, len(axes)), strict=True)
    ]


def _gaussian_curvature(x: Any, sigma: Any, mode: Any, cval: float, axes: Any = None, **how: Any) -> Any:
    axes = axes_of(x, axes)
    given = dict(zip(axes, sigma if np.ndim(plain(sigma)) else [sigma] * len(axes), strict=True))
    sigmas = np.stack([given.get(k, 0.0) for k in range(x.ndim)])
    parts = _each_derivative(x, sigmas, 2, axes, mode, cval, how)
    return sum(parts[1:], parts[0]) if parts else x


def _gaussian_slope(x: Any, sigma: Any, mode: Any, cval: float, axes: Any = None, **how: Any) -> Any:
    parts = _each_derivative(x, sigma, 1, axes_of(x, axes), mode, cval, how)
    return np.linalg.norm(np.stack(parts), axis=0) if parts else x


@lifts("scipy.ndimage.sobel")
def sobel(input: Array, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: float = 0.0) -> Any:
    """Take slopes along an axis, by the filter of Sobel.

    Parameters
    ----------
    input : array_like
    axis : int
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float

    See Also
    --------
    scipy.ndimage.sobel

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import sobel
    >>> x = mg.tensor([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]])
    >>> y = sobel(x)
    >>> y[0, 1].backward()
    >>> y[0, 1], x.grad
    (Tensor(12.), array([[-3.,  0.,  3.],
           [-1.,  0.,  1.]]))
    """
    return filtered("sobel", _SLOPES["sobel"], input, axis=axis, output=output, mode=mode, cval=cval)


@lifts("scipy.ndimage.prewitt")
def prewitt(input: Array, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: float = 0.0) -> Any:
    """Take slopes along an axis, by the filter of Prewitt.

    Parameters
    ----------
    input : array_like
    axis : int
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float

    See Also
    --------
    scipy.ndimage.prewitt

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import prewitt
    >>> x = mg.tensor([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]])
    >>> y = prewitt(x)
    >>> y[0, 1].backward()
    >>> y[0, 1], x.grad
    (Tensor(9.), array([[-2.,  0.,  2.],
           [-1.,  0.,  1.]]))
    """
    return filtered("prewitt", _SLOPES["prewitt"], input, axis=axis, output=output, mode=mode, cval=cval)


@lifts("scipy.ndimage.laplace")
def laplace(input: Array, output: Any = None, mode: Any = "reflect", cval: float = 0.0, *, axes: Any = None) -> Any:
    """Take second differences, summed over axes.

    Parameters
    ----------
    input : array_like
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.laplace

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import laplace
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = laplace(x)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([ 1.,  1., -2.]), array([ 1., -2.,  1.]))
    """
    return filtered("laplace", _curvature, input, output=output, mode=mode, cval=cval, axes=axes)


@lifts("scipy.ndimage.gaussian_laplace")
def gaussian_laplace(
    input: Array,
    sigma: Any,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    *,
    axes: Any = None,
    **kwargs: Any,
) -> Any:
    """Take second derivatives of the smoothed image, summed over axes.

    Parameters
    ----------
    input : array_like
    sigma : float or sequence of floats
        The standard deviation, which may be a variable.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    axes : tuple of ints, optional
    **kwargs
        What else `gaussian_filter` takes.

    See Also
    --------
    scipy.ndimage.gaussian_laplace

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import gaussian_laplace
    >>> x = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0])
    >>> y = gaussian_laplace(x, 1.0)
    >>> y[1].backward()
    >>> x.grad.round(3)
    array([ 0.162, -0.363,  0.002,  0.162,  0.037])
    """
    return filtered(
        "gaussian_laplace",
        _gaussian_curvature,
        input,
        refuse_complex(operand(sigma)),
        output=output,
        mode=mode,
        cval=cval,
        axes=axes,
        **kwargs,
    )


@lifts("scipy.ndimage.gaussian_gradient_magnitude")
def gaussian_gradient_magnitude(
    input: Array,
    sigma: Any,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    *,
    axes: Any = None,
    **kwargs: Any,
) -> Any:
    """Take the norms of the slopes of the smoothed image.

    Parameters
    ----------
    input : array_like
    sigma : float or sequence of floats
        The standard deviation, which may be a variable.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval : float
    axes : tuple of ints, optional
    **kwargs
        What else `gaussian_filter` takes.

    See Also
    --------
    scipy.ndimage.gaussian_gradient_magnitude

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import gaussian_gradient_magnitude
    >>> x = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0])
    >>> y = gaussian_gradient_magnitude(x, 1.0)
    >>> y[1].backward()
    >>> x.grad.round(3)
    array([-0.35 , -0.013,  0.241,  0.108,  0.014])
    """
    return filtered(
        "gaussian_gradient_magnitude",
        _gaussian_slope,
        input,
        refuse_complex(operand(sigma)),
        output=output,
        mode=mode,
        cval=cval,
        axes=axes,
        **kwargs,
    )
