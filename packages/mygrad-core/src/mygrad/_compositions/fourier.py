"""What of `numpy.fft` is made of other transforms, or only rolls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.operands import sized, unwrap
from mygrad._functions import public
from mygrad._rules.fourier import SWAPPED

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["fftshift", "hfft", "ifftshift", "ihfft"]


@public(np.fft.hfft, "hfft(x)", "Tensor([ 9., -3.,  1., -3.])")
def hfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Tensor:
    a = sized(a)
    n = 2 * (a.shape[axis] - 1) if n is None else n
    return np.fft.irfft(np.conjugate(a), n, axis, _swapped(norm), out)


@public(np.fft.ihfft, "ihfft(x)", "Tensor([ 2.-0.j, -1.-0.j])", "[1.0, 3.0]")
def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> Tensor:
    return np.conjugate(np.fft.rfft(sized(a), n, axis, _swapped(norm)), out=out)


def _swapped(norm: Any) -> Any:
    if norm not in SWAPPED:
        np.fft.hfft([1.0], norm=norm)  # for NumPy's error
    return SWAPPED[norm]


def _rolled(x: Any, axes: Any, sign: int) -> Any:
    """`x` rolled by half of the length of each of the axes."""
    x = sized(x)
    axes = range(x.ndim) if axes is None else (axes,) if isinstance(axes, (int, np.integer)) else unwrap(axes)
    return np.roll(x, tuple([sign * (x.shape[axis] // 2) for axis in axes]), tuple(axes))


@public(np.fft.fftshift, "fftshift(x)", "Tensor([4., 1., 2.])")
def fftshift(x: Any, axes: Any = None) -> Tensor:
    return _rolled(x, axes, 1)


@public(np.fft.ifftshift, "ifftshift(x)", "Tensor([2., 4., 1.])")
def ifftshift(x: Any, axes: Any = None) -> Tensor:
    return _rolled(x, axes, -1)
