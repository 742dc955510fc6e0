"""Fourier transforms: what `numpy.fft` has, differentiable. The gradient of a transform takes another one.

It is imported when it is asked for, or when a function of `numpy.fft` is given a tensor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._compositions.fourier import fftshift, hfft, ifftshift, ihfft
from mygrad._functions import Function
from mygrad._results import fresh, settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]

_SQUARE = "[[1.0, 2.0], [3.0, 5.0]]"

fft: Final[Function[Tensor]] = Function(np.fft.fft, "fft(x)", "Tensor([ 4.+0.j, -2.+0.j])", "[1.0, 3.0]")
ifft: Final[Function[Tensor]] = Function(np.fft.ifft, "ifft(x)", "Tensor([ 2.+0.j, -1.+0.j])", "[1.0, 3.0]")
rfft: Final[Function[Tensor]] = Function(np.fft.rfft, "rfft(x)", "Tensor([ 7.+0.j        , -2.+1.73205081j])")
irfft: Final[Function[Tensor]] = Function(np.fft.irfft, "irfft(x)", "Tensor([ 2.25, -0.75,  0.25, -0.75])")

fft2: Final[Function[Tensor]] = Function(
    np.fft.fft2, "fft2(x)", "Tensor([[11.+0.j, -3.+0.j],\n        [-5.+0.j,  1.+0.j]])", _SQUARE
)
ifft2: Final[Function[Tensor]] = Function(
    np.fft.ifft2, "ifft2(x)", "Tensor([[ 2.75+0.j, -0.75+0.j],\n        [-1.25+0.j,  0.25+0.j]])", _SQUARE
)
rfft2: Final[Function[Tensor]] = Function(
    np.fft.rfft2, "rfft2(x)", "Tensor([[11.+0.j, -3.+0.j],\n        [-5.+0.j,  1.+0.j]])", _SQUARE
)
irfft2: Final[Function[Tensor]] = Function(
    np.fft.irfft2, "irfft2(x)", "Tensor([[ 2.75, -0.75],\n        [-1.25,  0.25]])", _SQUARE
)
fftn: Final[Function[Tensor]] = Function(np.fft.fftn, "fftn(x, axes=[0])[0]", "Tensor([4.+0.j, 7.+0.j])", _SQUARE)
ifftn: Final[Function[Tensor]] = Function(np.fft.ifftn, "ifftn(x, axes=[0])[0]", "Tensor([2. +0.j, 3.5+0.j])", _SQUARE)
rfftn: Final[Function[Tensor]] = Function(np.fft.rfftn, "rfftn(x, axes=[0])[0]", "Tensor([4.+0.j, 7.+0.j])", _SQUARE)
irfftn: Final[Function[Tensor]] = Function(np.fft.irfftn, "irfftn(x, axes=[0])[0]", "Tensor([2. , 3.5])", _SQUARE)


def fftfreq(n: int, d: Any = 1.0, *, device: Any = None, constant: bool | None = None) -> Tensor:
    """Frequencies to which the results of `fft` belong, in cycles per unit of `d`.

    Parameters
    ----------
    n : int
        Of how many numbers.
    d : float | Tensor, optional
        The distance between them.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do not, unless `d` is a constant tensor.

    Returns
    -------
    Tensor, shape (n,)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.fft.fftfreq(4, 0.5)
    Tensor([ 0. ,  0.5, -1. , -0.5])
    """
    return _made(np.fft.fftfreq(n, d, **_given(device)), constant)


def rfftfreq(n: int, d: Any = 1.0, *, device: Any = None, constant: bool | None = None) -> Tensor:
    """Frequencies to which the results of `rfft` belong, in cycles per unit of `d`.

    Parameters
    ----------
    n : int
        Of how many numbers the transform is taken.
    d : float | Tensor, optional
        The distance between them.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do not, unless `d` is a constant tensor.

    Returns
    -------
    Tensor, shape (n // 2 + 1,)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.fft.rfftfreq(4, 0.5)
    Tensor([0. , 0.5, 1. ])
    """
    return _made(np.fft.rfftfreq(n, d, **_given(device)), constant)


def _given(device: Any) -> dict[str, Any]:
    return {} if device is None else {"device": device}


def _made(frequencies: Any, constant: bool | None) -> Tensor:
    return fresh(frequencies, constant) if type(frequencies) is np.ndarray else settled(frequencies, constant)
