"""Example calls of Fourier transforms: of lengths even and odd, cut and padded, along any axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example, call, off_axis
from catalogue.elementwise import spread
from mygrad._rules.fourier import conjugate_inside

__all__ = ["EXAMPLES"]

VECTOR, M, CUBE = spread(-2.0, 2.0, 5), spread(-1.0, 3.0, 3, 4), spread(-2.0, 1.0, 2, 3, 4)
STRIDED = spread(-3.0, 2.0, 6, 8)[::-2, ::2]

ALONG_ONE = [
    call(VECTOR), call(M), call(M, 3), call(M, 6), call(M, n=1), call(M, axis=0), call(CUBE, 5, 1, "ortho"),
    call(STRIDED, norm="forward", axis=-2), call(VECTOR[:4], None, 0, "backward"), call(CUBE[:0]),
]  # fmt: skip
ALONG_TWO = [call(M), call(CUBE), call(CUBE, (3, 5)), call(CUBE, axes=(0, 2), norm="ortho"), call(STRIDED, axes=(1, 0))]
ALONG_SEVERAL = [
    call(CUBE), call(CUBE, axes=(1,)), call(CUBE, (3, -1), (2, 0)), call(CUBE, axes=(-1, 0, 1), norm="forward"),
    call(CUBE, axes=(1, 2, 1)), call(CUBE, (5, 3, 4), (1, 2, 1)), call(VECTOR), call(CUBE, s=(1, 2), axes=[0, 1]),
]  # fmt: skip
HALVES = off_axis(M)

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    conjugate_inside: [
        call(HALVES, 1, 6, 2.0),
        call(HALVES, 1, 7, 0.5),
        call(HALVES, 0, 4, 0.5),
        call(HALVES[:1], 0, 1, 2.0),
    ],
    **dict.fromkeys((np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft), ALONG_ONE),
    **dict.fromkeys((np.fft.fft2, np.fft.ifft2, np.fft.rfft2, np.fft.irfft2), ALONG_TWO),
    **dict.fromkeys((np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn), ALONG_SEVERAL),
    np.fft.fftshift: [call(CUBE), call(M, 1), call(VECTOR, axes=[0])],
    np.fft.ifftshift: [call(VECTOR[:3]), call(CUBE, (0, -1))],
}
