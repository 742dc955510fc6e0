"""Fourier transforms.

Those of complex numbers are symmetric. Of a real array, only half of the spectrum is kept, in which what stands for
a pair of frequencies is weighed twice: so `rfft` and `hfft` are the transposes of each other, and `irfft` and `ihfft`,
save for these weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import scipy.fft

from mygrad.extend import lifts
from mygrad.scipy._operands import Array, array_operand
from mygrad.scipy.fft._transform import fitted, public, sizes_along, weighted

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "hfft2",
    "hfftn",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "ihfft2",
    "ihfftn",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

_TRANSPOSES = {
    "fft": "fftn",
    "ifft": "ifftn",
    "rfft": "hfftn",
    "hfft": "rfftn",
    "irfft": "ihfftn",
    "ihfft": "irfftn",
}


def _double_pairs(g: Any, axis: int, n: int, factor: float) -> Any:
    """Of the half of `n` frequencies, those that stand for a pair, times a factor."""
    return weighted(g, axis, range(1, (n + 1) // 2), factor)


def _transpose(kind: str) -> Any:
    transform = getattr(scipy.fft, _TRANSPOSES[kind])

    def transpose(g: Any, shape: Any, *, norm: Any, **how: Any) -> Any:
        s, axes = (how["n"], how["axis"]) if "axis" in how else (how["s"], how["axes"])
        sizes, axes = sizes_along(shape, s, axes)
        if kind in ("rfft", "ihfft"):
            g = _double_pairs(g, axes[-1], sizes[-1], 0.5)
            return fitted(transform(g, sizes, axes, norm), shape)
        back = transform(g, None, axes, norm)
        if kind in ("hfft", "irfft"):
            back = _double_pairs(back, axes[-1], g.shape[axes[-1]], 2.0)
        return fitted(back, shape)

    return transpose


def _transform(name: str, summary: str, value: str, call: str, grad: str) -> Callable[..., Any]:
    return public(name, summary, _transpose(name.rstrip("2n")), value, call, grad)


_SQUARE = "[[1.0, 2.0], [3.0, 5.0]]"

fft: Final[Callable[..., Any]] = _transform(
    "fft", "The discrete Fourier transform.", "[1.0, 3.0]", "fft(x)", "array([ 4., 12.])"
)
ifft: Final[Callable[..., Any]] = _transform(
    "ifft", "The inverse of the discrete Fourier transform.", "[1.0, 3.0]", "ifft(x)", "array([1., 3.])"
)
rfft: Final[Callable[..., Any]] = _transform(
    "rfft", "The discrete Fourier transform of real numbers.", "[1.0, 3.0]", "rfft(x)", "array([ 4., 12.])"
)
irfft: Final[Callable[..., Any]] = _transform(
    "irfft",
    "The inverse of the discrete Fourier transform of real numbers.",
    "[4.0, -2.0]",
    "irfft(x)",
    "array([ 4., -2.])",
)
hfft: Final[Callable[..., Any]] = _transform(
    "hfft",
    "The discrete Fourier transform of a signal that is symmetric up to conjugates: real numbers.",
    "[4.0, -2.0]",
    "hfft(x)",
    "array([16., -8.])",
)
ihfft: Final[Callable[..., Any]] = _transform(
    "ihfft",
    "The inverse of the discrete Fourier transform of a signal that is symmetric up to conjugates.",
    "[2.0, 6.0]",
    "ihfft(x)",
    "array([2., 6.])",
)
fft2: Final[Callable[..., Any]] = _transform(
    "fft2",
    "The discrete Fourier transform along two axes.",
    _SQUARE,
    "fft2(x)",
    "array([[ 8., 16.],\n       [24., 40.]])",
)
ifft2: Final[Callable[..., Any]] = _transform(
    "ifft2",
    "The inverse of the discrete Fourier transform along two axes.",
    _SQUARE,
    "ifft2(x)",
    "array([[0.5, 1. ],\n       [1.5, 2.5]])",
)
rfft2: Final[Callable[..., Any]] = _transform(
    "rfft2",
    "The discrete Fourier transform of real numbers along two axes.",
    _SQUARE,
    "rfft2(x)",
    "array([[ 8., 16.],\n       [24., 40.]])",
)
irfft2: Final[Callable[..., Any]] = _transform(
    "irfft2",
    "The inverse of the discrete Fourier transform of real numbers along two axes.",
    _SQUARE,
    "irfft2(x)",
    "array([[0.5, 1. ],\n       [1.5, 2.5]])",
)
hfft2: Final[Callable[..., Any]] = _transform(
    "hfft2",
    "The discrete Fourier transform of a signal that is symmetric up to conjugates, along two axes.",
    _SQUARE,
    "hfft2(x)",
    "array([[ 8., 16.],\n       [24., 40.]])",
)
ihfft2: Final[Callable[..., Any]] = _transform(
    "ihfft2",
    "The inverse of the discrete Fourier transform of such a signal, along two axes.",
    _SQUARE,
    "ihfft2(x)",
    "array([[0.5, 1. ],\n       [1.5, 2.5]])",
)
fftn: Final[Callable[..., Any]] = _transform(
    "fftn",
    "The discrete Fourier transform along several axes.",
    _SQUARE,
    "fftn(x, axes=[0])[0]",
    "array([[ 8., 14.],\n       [ 8., 14.]])",
)
ifftn: Final[Callable[..., Any]] = _transform(
    "ifftn",
    "The inverse of the discrete Fourier transform along several axes.",
    _SQUARE,
    "ifftn(x, axes=[0])[0]",
    "array([[2. , 3.5],\n       [2. , 3.5]])",
)
rfftn: Final[Callable[..., Any]] = _transform(
    "rfftn",
    "The discrete Fourier transform of real numbers along several axes.",
    _SQUARE,
    "rfftn(x, axes=[0])[0]",
    "array([[ 8., 14.],\n       [ 8., 14.]])",
)
irfftn: Final[Callable[..., Any]] = _transform(
    "irfftn",
    "The inverse of the discrete Fourier transform of real numbers along several axes.",
    _SQUARE,
    "irfftn(x, axes=[0])[0]",
    "array([[2. , 3.5],\n       [2. , 3.5]])",
)
hfftn: Final[Callable[..., Any]] = _transform(
    "hfftn",
    "The discrete Fourier transform of a signal that is symmetric up to conjugates, along several axes.",
    _SQUARE,
    "hfftn(x, axes=[0])[0]",
    "array([[ 8., 14.],\n       [ 8., 14.]])",
)
ihfftn: Final[Callable[..., Any]] = _transform(
    "ihfftn",
    "The inverse of the discrete Fourier transform of such a signal, along several axes.",
    _SQUARE,
    "ihfftn(x, axes=[0])[0]",
    "array([[2. , 3.5],\n       [2. , 3.5]])",
)


@lifts("scipy.fft.fftshift")
def fftshift(x: Array, axes: Any = None) -> Any:
    """Turn axes so that the frequency 0 comes to the middle.

    Parameters
    ----------
    x : array_like
    axes : int or sequence of ints, optional
        By default, all.

    See Also
    --------
    scipy.fft.fftshift

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.fft import fftshift
    >>> fftshift(mg.tensor([0.0, 1.0, 2.0, -1.0]))
    Tensor([ 2., -1.,  0.,  1.])
    """
    return np.fft.fftshift(array_operand(x), axes)


@lifts("scipy.fft.ifftshift")
def ifftshift(x: Array, axes: Any = None) -> Any:
    """Turn axes back, so that the frequency 0 comes to the beginning.

    Parameters
    ----------
    x : array_like
    axes : int or sequence of ints, optional
        By default, all.

    See Also
    --------
    scipy.fft.ifftshift

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.fft import ifftshift
    >>> ifftshift(mg.tensor([2.0, -1.0, 0.0, 1.0]))
    Tensor([ 0.,  1.,  2., -1.])
    """
    return np.fft.ifftshift(array_operand(x), axes)
