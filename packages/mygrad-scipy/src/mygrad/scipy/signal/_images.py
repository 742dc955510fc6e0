"""Convolution and correlation of images, which are continued beyond their edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal

from mygrad.extend import composed, lifts
from mygrad.scipy._operands import Array, array_operand, operand, refuse
from mygrad.scipy.signal._convolution import middle, overlapping, turned

__all__ = ["convolve2d", "correlate2d"]

#: How NumPy calls what is beyond the edges.
_PADDING: dict[str, Any] = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


def _convolved(a: Any, b: Any, mode: str, boundary: str, fillvalue: Any, flips: bool = False) -> Any:
    swapped = mode == "valid" and b.shape[0] > a.shape[0]
    if swapped:
        a, b = b, a
    b = turned(np.conj(b)) if flips else b
    reach = [n - 1 for n in b.shape]
    how = {"constant_values": fillvalue} if boundary == "fill" else {}
    y = overlapping(np.pad(a, [(n, n) for n in reach], _PADDING[boundary], **how), b, by="direct")
    if mode == "same":
        y = middle(y, [(n + flips) // 2 for n in reach], a.shape)
    elif mode == "valid":
        y = middle(y, reach, [n - r for n, r in zip(a.shape, reach, strict=True)])
    return turned(y) if swapped and flips else y


_convolve2d = composed(scipy.signal.convolve2d, _convolved)
_correlate2d = composed(
    scipy.signal.correlate2d, lambda a, b, mode, boundary, value: _convolved(a, b, mode, boundary, value, True)
)


@lifts("scipy.signal.convolve2d")
def convolve2d(in1: Array, in2: Array, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """Convolve two images.

    Parameters
    ----------
    in1, in2 : array_like
        Of two dimensions.
    mode : {'full', 'valid', 'same'}
    boundary : {'fill', 'wrap', 'symm'}
        How the first image is continued.
    fillvalue : float

    See Also
    --------
    scipy.signal.convolve2d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import convolve2d
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> y = convolve2d(x, [[1.0, -1.0]], mode="valid")
    >>> y[0, 0].backward()
    >>> y, x.grad
    (Tensor([[1.],
            [1.]]), array([[-1.,  1.],
           [ 0.,  0.]]))
    """
    refuse("convolve2d", fillvalue=fillvalue)
    return _convolve2d(array_operand(operand(in1)), array_operand(operand(in2)), mode, boundary, fillvalue)


@lifts("scipy.signal.correlate2d")
def correlate2d(in1: Array, in2: Array, mode: str = "full", boundary: str = "fill", fillvalue: Any = 0) -> Any:
    """Correlate two images.

    Parameters
    ----------
    in1, in2 : array_like
        Of two dimensions.
    mode : {'full', 'valid', 'same'}
    boundary : {'fill', 'wrap', 'symm'}
        How the first image is continued.
    fillvalue : float

    See Also
    --------
    scipy.signal.correlate2d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import correlate2d
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> y = correlate2d(x, [[1.0, -1.0]], mode="valid")
    >>> y[0, 0].backward()
    >>> y, x.grad
    (Tensor([[-1.],
            [-1.]]), array([[ 1., -1.],
           [ 0.,  0.]]))
    """
    refuse("correlate2d", fillvalue=fillvalue)
    return _correlate2d(array_operand(operand(in1)), array_operand(operand(in2)), mode, boundary, fillvalue)
