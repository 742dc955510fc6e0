"""Filters of images: correlations with weights, of what is continued beyond the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.ndimage

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, plain, refuse, refuse_complex
from mygrad.scipy.signal._convolution import full, middle, turned

__all__ = ["convolve", "correlate", "gaussian_filter"]

#: How NumPy calls what is beyond the edges.
PADDING: dict[str, Any] = {
    "constant": "constant",
    "grid-constant": "constant",
    "grid-mirror": "symmetric",
    "grid-wrap": "wrap",
    "mirror": "reflect",
    "nearest": "edge",
    "reflect": "symmetric",
    "wrap": "wrap",
}


def correlated(x: Any, weights: Any, before: Any, mode: str, cval: float) -> Any:
    """The correlation of `x`, continued by `before` on the one side of each axis and by what is left on the other."""
    if x.size == 0:
        return x
    widths = [(n, size - 1 - n) for n, size in zip(before, weights.shape, strict=True)]
    how: dict[str, Any] = {"constant_values": cval} if PADDING[mode] == "constant" else {}
    padded = np.pad(x, widths, PADDING[mode], **how)
    return middle(full(padded, turned(weights), by="direct"), [n - 1 for n in weights.shape], x.shape)


def every(value: Any, n: int) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple, np.ndarray)) else (value,) * n


def _along(x: Any, weights: Any, origin: Any, axes: Any = None) -> tuple[Any, list[int]]:
    """Weights along all axes, and by how much they are shifted along each."""
    if axes is None:
        return weights, list(every(origin, x.ndim))
    axes = [int(k) % x.ndim for k in np.atleast_1d(axes)]
    shifts = dict(zip(axes, every(origin, len(axes)), strict=True))
    others = tuple([k for k in range(x.ndim) if k not in shifts])
    return np.expand_dims(weights, others), [shifts.get(k, 0) for k in range(x.ndim)]


def _correlate_composition(x: Any, weights: Any, mode: str, cval: float, origin: Any, how: dict[str, Any]) -> Any:
    weights, shifts = _along(x, weights, origin, **how)
    before = [n // 2 + shift for n, shift in zip(weights.shape, shifts, strict=True)]
    return correlated(x, np.conj(weights), before, mode, cval)


def _convolve_composition(x: Any, weights: Any, mode: str, cval: float, origin: Any, how: dict[str, Any]) -> Any:
    weights, shifts = _along(x, weights, origin, **how)
    before = [n // 2 - shift - (n % 2 == 0) for n, shift in zip(weights.shape, shifts, strict=True)]
    return correlated(x, turned(weights), before, mode, cval)


_correlate = composed(
    lambda x, w, mode, cval, origin, how: scipy.ndimage.correlate(x, w, mode=mode, cval=cval, origin=origin, **how),
    _correlate_composition,
)
_convolve = composed(
    lambda x, w, mode, cval, origin, how: scipy.ndimage.convolve(x, w, mode=mode, cval=cval, origin=origin, **how),
    _convolve_composition,
)


def check(function: str, output: Any, **fixed: Any) -> None:
    refuse(function, **fixed)
    if output is not None:
        raise TypeError(f"{function}: beside variables, there can be no `output`")


@lifts("scipy.ndimage.correlate")
def correlate(
    input: Array,
    weights: Array,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Correlate an image with weights.

    Parameters
    ----------
    input : array_like
    weights : array_like
        Of as many dimensions, or as there are `axes`.
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional
        From SciPy 1.16 on: those that the weights are along.

    See Also
    --------
    scipy.ndimage.correlate

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import correlate
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = correlate(x, [-1.0, 0.0, 1.0], mode="nearest")
    >>> y
    Tensor([1., 3., 2.])
    >>> y[0].backward()
    >>> x.grad
    array([-1.,  1.,  0.])
    """
    input, weights = operand(input), operand(weights)
    how = {} if axes is None else {"axes": axes}
    if not has_variable([input, weights, cval]):
        return scipy.ndimage.correlate(input, weights, output, mode, cval, origin, **how)
    check("correlate", output, cval=cval)
    return _correlate(array_operand(input), array_operand(weights), mode, float(cval), origin, how)


@lifts("scipy.ndimage.convolve")
def convolve(
    input: Array,
    weights: Array,
    output: Any = None,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Convolve an image with weights.

    Parameters
    ----------
    input : array_like
    weights : array_like
        Of as many dimensions, or as there are `axes`.
    output : optional
        Not beside variables.
    mode : str
    cval : float
    origin : int or sequence of ints
    axes : tuple of ints, optional
        From SciPy 1.16 on: those that the weights are along.

    See Also
    --------
    scipy.ndimage.convolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import convolve
    >>> x = mg.tensor([1.0, 2.0, 4.0])
    >>> y = convolve(x, [1.0, 0.0, -1.0], mode="nearest")
    >>> y
    Tensor([1., 3., 2.])
    >>> y[0].backward()
    >>> x.grad
    array([-1.,  1.,  0.])
    """
    input, weights = operand(input), operand(weights)
    how = {} if axes is None else {"axes": axes}
    if not has_variable([input, weights, cval]):
        return scipy.ndimage.convolve(input, weights, output, mode, cval, origin, **how)
    check("convolve", output, cval=cval)
    return _convolve(array_operand(input), array_operand(weights), mode, float(cval), origin, how)


def _bell(sigma: Any, order: int, radius: int) -> Any:
    """The weights of the Gaussian filter: those of the bell, times the polynomial of a derivative of it."""
    x = np.arange(-radius, radius + 1)
    phi = np.exp(-0.5 / sigma**2 * x**2)
    phi = phi / np.sum(phi)
    before, factor = np.zeros(x.shape), np.ones(x.shape)
    for n in range(order):  # of the polynomials of Hermite
        before, factor = factor, -(x * factor + n * before) / sigma**2
    return phi * factor


def gaussian_composition(x: Any, sigmas: Any, axes: Any, orders: Any, radii: Any, modes: Any, cval: float) -> Any:
    for axis, sigma, order, radius, mode in zip(axes, sigmas, orders, radii, modes, strict=True):
        if radius is None:
            continue
        shape = [1] * x.ndim
        shape[axis] = 2 * radius + 1
        weights = np.reshape(_bell(sigma, order, radius)[::-1], shape)
        x = correlated(x, weights, [n // 2 for n in shape], mode, cval)
    return x


@lifts("scipy.ndimage.gaussian_filter")
def gaussian_filter(
    input: Array,
    sigma: Any,
    order: Any = 0,
    output: Any = None,
    mode: Any = "reflect",
    cval: float = 0.0,
    truncate: float = 4.0,
    *,
    radius: Any = None,
    axes: Any = None,
) -> Any:
    """Smooth an image by a Gaussian filter, or take a derivative of the smoothed image.

    Parameters
    ----------
    input : array_like
    sigma : float or sequence of floats
        The standard deviation, which may be a variable. The number of weights follows it in steps.
    order : int or sequence of ints
        The order of the derivative.
    output : optional
        Not beside variables.
    mode : str or sequence of str
    cval, truncate : float
    radius : int or sequence of ints, optional
    axes : tuple of ints, optional

    See Also
    --------
    scipy.ndimage.gaussian_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import gaussian_filter
    >>> x, sigma = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0]), mg.tensor(0.5)
    >>> gaussian_filter(x, sigma)[2].backward()
    >>> x.grad[2].round(4), sigma.grad.round(4)
    (np.float64(0.7866), np.float64(-1.353))
    """
    x, sigma = operand(input), refuse_complex(operand(sigma))
    how = {"order": order, "mode": mode, "cval": cval, "truncate": truncate}
    how |= {name: value for name, value in (("radius", radius), ("axes", axes)) if value is not None}
    if not has_variable([x, sigma, cval, truncate]):
        return scipy.ndimage.gaussian_filter(x, sigma, output=output, **how)
    check("gaussian_filter", output, cval=cval, truncate=truncate)
    x, sigma = array_operand(x), array_operand(sigma)
    where = tuple(range(x.ndim)) if axes is None else tuple([k % x.ndim for k in np.atleast_1d(axes)])
    n = len(where)
    values = np.broadcast_to(plain(sigma), (n,)).astype(float)
    reach = [int(truncate * s + 0.5) if r is None else r for s, r in zip(values, every(radius, n), strict=True)]
    radii = [r if s > 1e-15 else None for s, r in zip(values, reach, strict=True)]  # as SciPy skips it

    def value(x: Any, sigma: Any) -> Any:
        return scipy.ndimage.gaussian_filter(x, sigma[()], **how)

    def composition(x: Any, sigma: Any) -> Any:
        sigmas = np.broadcast_to(sigma.astype(float), (n,))
        return gaussian_composition(x, sigmas, where, every(order, n), radii, every(mode, n), cval)

    return composed(value, composition)(x, sigma)
