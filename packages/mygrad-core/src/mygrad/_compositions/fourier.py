"""What of `numpy.fft` only rolls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.operands import sized, unwrap
from mygrad._functions import public

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["fftshift", "ifftshift"]


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
