"""Convolution and correlation.

What is called full is bilinear: the gradient of one array is the convolution of that of the result with the other one,
turned round, where they overlap in full. All other modes are parts of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal

from mygrad.extend import composed, defvjp, lifts, primitive
from mygrad.scipy._operands import Array, array_operand, plain

__all__ = ["convolve", "correlate", "fftconvolve", "oaconvolve"]


def _convolved(a: Any, b: Any, axes: Any, by: str, mode: str) -> Any:
    if by == "auto":
        by = scipy.signal.choose_conv_method(a, b, mode)
    if by == "direct":
        return scipy.signal.convolve(a, b, mode, by)
    return (scipy.signal.oaconvolve if by == "oa" else scipy.signal.fftconvolve)(a, b, mode, axes)


@primitive
def full(a: Any, b: Any, axes: Any = None, by: str = "auto") -> Any:
    """The full convolution, along some axes or all."""
    return _convolved(a, b, axes, by, "full")


@primitive
def overlapping(a: Any, b: Any, axes: Any = None, by: str = "auto") -> Any:
    """The part of the convolution in which all of `b` lies within `a`."""
    return _convolved(a, b, axes, by, "valid")


def _every(x: Any, axes: Any) -> tuple[int, ...]:
    """The axes, counted from the first."""
    if axes is None:
        return tuple(range(x.ndim))
    return tuple(int(k) % x.ndim for k in np.atleast_1d(axes))


def turned(x: Any, axes: Any = None) -> Any:
    """`x` in the reverse order along axes."""
    return np.flip(x, _every(x, axes))


def middle(x: Any, start: Any, size: Any, axes: Any = None) -> Any:
    """Along axes, what begins at `start` and is of some size."""
    index = [slice(None)] * x.ndim
    for k in _every(x, axes):
        index[k] = slice(start[k], start[k] + size[k])
    return x[tuple(index)]


defvjp(
    full,
    lambda g, _y, _a, b, axes=None, by="auto": overlapping(g, turned(b, axes), axes=axes, by=by),
    lambda g, _y, a, _b, axes=None, by="auto": overlapping(g, turned(a, axes), axes=axes, by=by),
)
defvjp(
    overlapping,
    lambda g, _y, _a, b, axes=None, by="auto": full(g, turned(b, axes), axes=axes, by=by),
    lambda g, _y, a, _b, axes=None, by="auto": turned(overlapping(a, turned(g, axes), axes=axes, by=by), axes),
)


def _part(a: Any, b: Any, mode: str, axes: Any, by: str) -> Any:
    y = full(a, b, axes=axes, by=by)
    if mode == "full":
        return y
    if mode == "same":
        # Along all axes, as SciPy does: those too that `a` was broadcast along.
        return middle(y, [(n - m) // 2 for n, m in zip(y.shape, a.shape, strict=True)], a.shape)
    sizes = list(zip(a.shape, b.shape, strict=True))
    return middle(y, [min(pair) - 1 for pair in sizes], [max(pair) - min(pair) + 1 for pair in sizes], axes)


def _rule(name: str, by: str, flips: bool = False) -> Any:
    theirs = getattr(scipy.signal, name)

    def composition(a: Any, b: Any, mode: str = "full", method: str = by, axes: Any = None) -> Any:
        if a.size == 0 or b.size == 0:
            return np.zeros(theirs(plain(a), plain(b), mode).shape) + np.sum(a) + np.sum(b)
        return _part(a, turned(np.conj(b)) if flips else b, mode, axes, method)

    return composed(theirs, composition)


_convolve, _correlate = _rule("convolve", "auto"), _rule("correlate", "auto", flips=True)
_fftconvolve, _oaconvolve = _rule("fftconvolve", "fft"), _rule("oaconvolve", "oa")


@lifts("scipy.signal.convolve")
def convolve(in1: Array, in2: Array, mode: str = "full", method: str = "auto") -> Any:
    """Convolve two arrays.

    Parameters
    ----------
    in1, in2 : array_like
        Of as many dimensions.
    mode : {'full', 'valid', 'same'}
    method : {'auto', 'direct', 'fft'}

    See Also
    --------
    scipy.signal.convolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import convolve
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> y = convolve(x, [1.0, -1.0], mode="valid")
    >>> y
    Tensor([1., 1.])
    >>> y[0].backward()
    >>> x.grad
    array([-1.,  1.,  0.])
    """
    return _convolve(array_operand(in1), array_operand(in2), mode=mode, method=method)


@lifts("scipy.signal.correlate")
def correlate(in1: Array, in2: Array, mode: str = "full", method: str = "auto") -> Any:
    """Correlate two arrays.

    Parameters
    ----------
    in1, in2 : array_like
        Of as many dimensions.
    mode : {'full', 'valid', 'same'}
    method : {'auto', 'direct', 'fft'}

    See Also
    --------
    scipy.signal.correlate

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import correlate
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> y = correlate(x, [1.0, -1.0], mode="valid")
    >>> y
    Tensor([-1., -1.])
    >>> y[0].backward()
    >>> x.grad
    array([ 1., -1.,  0.])
    """
    return _correlate(array_operand(in1), array_operand(in2), mode=mode, method=method)


@lifts("scipy.signal.fftconvolve")
def fftconvolve(in1: Array, in2: Array, mode: str = "full", axes: Any = None) -> Any:
    """Convolve two arrays by Fourier transforms.

    Parameters
    ----------
    in1, in2 : array_like
        Of as many dimensions. They are broadcast along axes that are not given.
    mode : {'full', 'valid', 'same'}
    axes : int or tuple of ints, optional

    See Also
    --------
    scipy.signal.fftconvolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import fftconvolve
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> fftconvolve(x, [1.0, 1.0]).sum().backward()
    >>> x.grad.round(6)
    array([2., 2., 2.])
    """
    return _fftconvolve(array_operand(in1), array_operand(in2), mode=mode, axes=axes)


@lifts("scipy.signal.oaconvolve")
def oaconvolve(in1: Array, in2: Array, mode: str = "full", axes: Any = None) -> Any:
    """Convolve two arrays, of which one is much longer, by Fourier transforms of parts.

    Parameters
    ----------
    in1, in2 : array_like
        Of as many dimensions. They are broadcast along axes that are not given.
    mode : {'full', 'valid', 'same'}
    axes : int or tuple of ints, optional

    See Also
    --------
    scipy.signal.oaconvolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import oaconvolve
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> oaconvolve(x, [1.0, 1.0]).sum().backward()
    >>> x.grad.round(6)
    array([2., 2., 2.])
    """
    return _oaconvolve(array_operand(in1), array_operand(in2), mode=mode, axes=axes)
