"""Windows of `scipy.signal.windows`, as functions of their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal.windows
import scipy.special

from mygrad.extend import composed, lifts
from mygrad.scipy._operands import operand, refuse_complex

__all__ = ["gaussian", "kaiser"]


def _places(M: int, sym: bool) -> Any:
    """How far the points are from the middle."""
    return np.arange(M) - (M - 1 if sym else M) / 2


def _gaussian_composition(M: int, std: Any, sym: bool) -> Any:
    return np.exp(-((_places(M, sym) / std) ** 2) / 2) if M > 1 else np.ones(M) * std**0  # whatever it is


def _kaiser_composition(M: int, beta: Any, sym: bool) -> Any:
    shares = _places(M, sym) / ((M - 1 if sym else M) / 2) if M > 1 else np.zeros(M)
    return scipy.special.i0(beta * np.sqrt(1 - shares**2)) / scipy.special.i0(beta)


_gaussian = composed(lambda M, std, sym: scipy.signal.windows.gaussian(M, std, sym), _gaussian_composition)
_kaiser = composed(lambda M, beta, sym: scipy.signal.windows.kaiser(M, beta, sym), _kaiser_composition)


@lifts("scipy.signal.windows.gaussian")
def gaussian(M: int, std: Any, sym: bool = True) -> Any:
    """The window that has the form of a bell.

    Parameters
    ----------
    M : int
        The number of points.
    std : float
        The standard deviation.
    sym : bool

    See Also
    --------
    scipy.signal.windows.gaussian

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal.windows import gaussian
    >>> std = mg.tensor(1.0)
    >>> gaussian(3, std).sum().backward()
    >>> std.grad.round(4)
    np.float64(1.2131)
    """
    return _gaussian(M, refuse_complex(operand(std)), sym)


@lifts("scipy.signal.windows.kaiser")
def kaiser(M: int, beta: Any, sym: bool = True) -> Any:
    """The window of Kaiser, by a Bessel function.

    Parameters
    ----------
    M : int
        The number of points.
    beta : float
        How narrow it is.
    sym : bool

    See Also
    --------
    scipy.signal.windows.kaiser

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal.windows import kaiser
    >>> beta = mg.tensor(1.0)
    >>> kaiser(3, beta)[0].backward()
    >>> beta.grad.round(4)
    np.float64(-0.3526)
    """
    return _kaiser(M, refuse_complex(operand(beta)), sym)
