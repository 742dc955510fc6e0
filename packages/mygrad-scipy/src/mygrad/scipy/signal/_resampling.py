"""Signals at other rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.signal

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, refuse
from mygrad.scipy.signal._axes import along
from mygrad.scipy.signal._convolution import full

__all__ = ["upfirdn"]


def _between_zeros(x: Any, up: int) -> Any:
    """`x` with zeros between its values, along the last axis."""
    zeros = np.zeros((*x.shape, up - 1), x.dtype)
    spread = np.reshape(np.concatenate([x[..., None], zeros], -1), (*x.shape[:-1], x.shape[-1] * up))
    return spread[..., : spread.shape[-1] - up + 1]


def _upfirdn_composition(h: Any, x: Any, up: int, down: int, axis: int) -> Any:
    def filtered(x: Any) -> Any:
        return full(_between_zeros(x, up), np.reshape(h, (1,) * (x.ndim - 1) + h.shape))[..., ::down]

    return along(axis, x, filtered)


_upfirdn = composed(
    lambda h, x, up, down, axis: scipy.signal.upfirdn(h, x, up, down, axis),
    _upfirdn_composition,
)


@lifts("scipy.signal.upfirdn")
def upfirdn(
    h: Array, x: Array, up: int = 1, down: int = 1, axis: int = -1, mode: str = "constant", cval: float = 0
) -> Any:
    """Put zeros between the values of a signal, filter it, and take some of the values.

    Parameters
    ----------
    h : array_like, shape (n,)
        The coefficients of the filter.
    x : array_like
    up : int
        How many values there are for each one.
    down : int
        Every how many-th is taken.
    axis : int
    mode, cval : optional
        How the signal is continued: beside variables, by zeros.

    See Also
    --------
    scipy.signal.upfirdn

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.signal import upfirdn
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = upfirdn([1.0, 0.5], x, up=2)
    >>> y[1].backward()
    >>> y, x.grad
    (Tensor([1. , 0.5, 2. , 1. ]), array([0.5, 0. ]))
    """
    h, x = operand(h), operand(x)
    if not has_variable([h, x, cval]):
        return scipy.signal.upfirdn(h, x, up, down, axis, mode, cval)
    refuse("upfirdn", cval=cval)
    if mode != "constant" or cval != 0:
        raise TypeError("upfirdn: beside variables, signals are continued by zeros (mode='constant', cval=0) alone")
    return _upfirdn(array_operand(h), array_operand(x), int(up), int(down), axis)
