"""Linear maps along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal

from mygrad.extend import composed, lifts, linear
from mygrad.scipy._operands import Array, array_operand, operand, refuse, refuse_complex
from mygrad.scipy.signal._axes import along

__all__ = ["detrend", "hilbert", "savgol_filter"]


def _imaginary(x: Any) -> Any:
    return scipy.signal.hilbert(x).imag


#: The transform along the last axis; a circulant matrix, of which the transposed one is the negative.
_transform = linear(_imaginary, lambda g, _shape: -_imaginary(g))


def _hilbert_composition(x: Any, N: int | None = None, axis: int = -1) -> Any:
    def analytic(x: Any) -> Any:
        missing = 0 if N is None else N - x.shape[-1]
        if missing > 0:
            x = np.concatenate([x, np.zeros((*x.shape[:-1], missing), dtype=x.dtype)], -1)
        x = x[..., :N]
        return x + 1j * _transform(x)

    return along(axis, x, analytic)


_hilbert = composed(scipy.signal.hilbert, _hilbert_composition)


@lifts("scipy.signal.hilbert")
def hilbert(x: Array, N: int | None = None, axis: int = -1) -> Any:
    """The analytic signal, whose imaginary part is the Hilbert transform.

    Parameters
    ----------
    x : array_like
        Real numbers.
    N : int, optional
        The number of Fourier components.
    axis : int

    See Also
    --------
    scipy.signal.hilbert

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.signal import hilbert
    >>> x = mg.tensor([1.0, 0.0, -1.0, 0.0])
    >>> envelope = np.abs(hilbert(x))
    >>> envelope
    Tensor([1., 1., 1., 1.])
    >>> envelope[0].backward()
    >>> x.grad + 0.0
    array([1., 0., 0., 0.])
    """
    return _hilbert(array_operand(x, float), N=N, axis=axis)


def _detrended(x: Any, axis: int = -1, type: str = "linear", bp: Any = 0) -> Any:
    return scipy.signal.detrend(x, axis, type, bp)


#: It is an orthogonal projection.
_detrend = linear(_detrended, lambda g, _shape, **how: _detrended(g, **how))


@lifts("scipy.signal.detrend")
def detrend(data: Array, axis: int = -1, type: str = "linear", bp: Any = 0, overwrite_data: bool = False) -> Any:
    """Remove the line that fits best, or the mean, along an axis.

    Parameters
    ----------
    data : array_like
    axis : int
    type : {'linear', 'constant'}
    bp : array_like of ints
        Where one line ends and another one begins.
    overwrite_data : bool
        Has no effect.

    See Also
    --------
    scipy.signal.detrend

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import detrend
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = detrend(x, type="constant")
    >>> y
    Tensor([-2., -1.,  3.])
    >>> y[2].backward()
    >>> x.grad.round(4)
    array([-0.3333, -0.3333,  0.6667])
    """
    refuse("detrend", bp=bp)
    return _detrend(operand(data), axis=axis, type=type, bp=bp)


#: How NumPy calls what is beyond the ends.
_PADDING: dict[str, Any] = {"mirror": "reflect", "nearest": "edge", "wrap": "wrap", "constant": "constant"}


def _savgol_composition(x: Any, width: int, order: int, axis: int = -1, mode: str = "interp", **how: Any) -> Any:
    cval = how.pop("cval", 0.0)
    weights = scipy.signal.savgol_coeffs(width, order, use="dot", **how)

    def inner(x: Any) -> Any:
        return np.lib.stride_tricks.sliding_window_view(x, width, -1) @ weights

    def smoothed(x: Any) -> Any:
        half = (width - 1) // 2
        if mode == "interp":  # at the ends, by the polynomials through the first values and the last ones
            ends = scipy.signal.savgol_filter(np.eye(width), width, order, axis=0, mode="interp", **how)
            n = width // 2
            left, right = x[..., :width] @ ends[:n].T, x[..., x.shape[-1] - width :] @ ends[width - n :].T
            return np.concatenate([left, inner(x)[..., n - half :], right], -1)
        beyond: dict[str, Any] = {"constant_values": cval} if mode == "constant" else {}
        return inner(np.pad(x, [(0, 0)] * (x.ndim - 1) + [(half, width - 1 - half)], _PADDING[mode], **beyond))

    return along(axis, x, smoothed)


_savgol = composed(scipy.signal.savgol_filter, _savgol_composition)


@lifts("scipy.signal.savgol_filter")
def savgol_filter(
    x: Array,
    window_length: int,
    polyorder: int,
    deriv: int = 0,
    delta: float = 1.0,
    axis: int = -1,
    mode: str = "interp",
    cval: float = 0.0,
) -> Any:
    """Smooth along an axis, by polynomials that fit the values in a window.

    Parameters
    ----------
    x : array_like
    window_length, polyorder, deriv : int
    delta : float
        How far the values are from each other. No gradient flows to it.
    axis : int
    mode : {'interp', 'mirror', 'nearest', 'wrap', 'constant'}
    cval : float

    See Also
    --------
    scipy.signal.savgol_filter

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import savgol_filter
    >>> x = mg.tensor([0.0, 0.0, 1.0, 0.0, 0.0])
    >>> savgol_filter(x, 3, 1)[2].backward()
    >>> x.grad.round(4)
    array([0.    , 0.3333, 0.3333, 0.3333, 0.    ])
    """
    refuse("savgol_filter", delta=delta, cval=cval)
    how = {"deriv": deriv, "delta": delta, "axis": axis, "mode": mode, "cval": cval}
    return _savgol(refuse_complex(array_operand(x, float)), window_length, polyorder, **how)
