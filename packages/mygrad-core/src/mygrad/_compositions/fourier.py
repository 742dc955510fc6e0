"""What of `numpy.fft` only rolls. It is imported when one of these functions is given a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine.operands import sized, unwrap

__all__: list[str] = []


def _rolled(x: Any, axes: Any, sign: int) -> Any:
    """`x` rolled by half of the length of each of the axes."""
    x = sized(x)
    axes = range(x.ndim) if axes is None else (axes,) if isinstance(axes, (int, np.integer)) else unwrap(axes)
    return np.roll(x, tuple([sign * (x.shape[axis] // 2) for axis in axes]), tuple(axes))


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    return _rolled(x, axes, 1)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    return _rolled(x, axes, -1)
