"""The standard's extension for Fourier transforms, and after it what else `mygrad.fft` has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mygrad as mg
from mygrad import fft as _mygrads
from mygrad.fft import (
    fft,
    fftn,
    fftshift,
    hfft,
    ifft,
    ifftn,
    ifftshift,
    ihfft,
    irfft,
    irfftn,
    rfft,
    rfftn,
)

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import DTypeLike

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike = None, device: Any = None) -> Tensor:
    """Frequencies to which the results of `fft` belong: a constant.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.fft.fftfreq(4, dtype=xp.float32)
    Tensor([ 0.  ,  0.25, -0.5 , -0.25], dtype=float32)
    """
    return _cast(_mygrads.fftfreq(n, d, device=device, constant=True), dtype)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike = None, device: Any = None) -> Tensor:
    """Frequencies to which the results of `rfft` belong: a constant.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> xp.fft.rfftfreq(4)
    Tensor([0.  , 0.25, 0.5 ])
    """
    return _cast(_mygrads.rfftfreq(n, d, device=device, constant=True), dtype)


def _cast(frequencies: Tensor, dtype: DTypeLike) -> Tensor:
    return frequencies if dtype is None else mg.astype(frequencies, dtype)


def __getattr__(name: str) -> Any:
    if name in _mygrads.__all__:
        return getattr(_mygrads, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_mygrads.__all__})
