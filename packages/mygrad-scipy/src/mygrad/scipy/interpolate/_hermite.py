"""Cubics between values, whose slopes at these follow from the values nearby: by the places of the values, too."""

from __future__ import annotations

from math import perm
from typing import Any

import numpy as np
import scipy.interpolate

from mygrad.extend import composed, lifts
from mygrad.scipy._operands import Array, array_operand, plain, refuse_complex

__all__ = ["Akima1DInterpolator", "PchipInterpolator"]


def _quotient(a: Any, b: Any, where: Any) -> Any:
    """``a / b`` where that is wanted, and zero elsewhere."""
    return np.where(where, a, 0.0) / np.where(where, b, 1.0)


def _monotone(h: Any, m: Any) -> Any:
    """Slopes that make no new minima and maxima: harmonic means of those on both sides (`m`), over the widths `h`."""
    if len(m) == 1:
        return np.concatenate([m, m])
    before, after = m[:-1], m[1:]
    w, v = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    known = plain(before) * plain(after) > 0
    inner = _quotient((w + v) * before * after, w * after + v * before, known)
    first, last = _at_end(h[0], h[1], m[0], m[1]), _at_end(h[-1], h[-2], m[-1], m[-2])
    return np.concatenate([first[None], inner, last[None]])


def _at_end(h: Any, next_h: Any, m: Any, next_m: Any) -> Any:
    d = ((2 * h + next_h) * m - h * next_m) / (h + next_h)
    sign, next_sign = np.sign(plain(m)), np.sign(plain(next_m))
    steep = (sign != next_sign) & (np.abs(plain(d)) > 3.0 * np.abs(plain(m)))
    return np.where(np.sign(plain(d)) != sign, 0.0, np.where(steep, 3.0 * m, d))


def _akima(h: Any, m: Any, modified: bool) -> Any:
    """Means of the slopes on both sides, in which that counts more beside which slopes change less."""
    if len(m) == 1:
        return np.concatenate([m, m])
    first, last = 2 * m[0] - m[1], 2 * m[-1] - m[-2]
    m = np.stack([2 * first - m[0], first, *m, last, 2 * last - m[-1]])
    change = np.abs(np.diff(m, axis=0))
    if modified:
        change = change + 0.5 * np.abs(m[1:] + m[:-1])
    after, before = change[2:], change[:-2]
    both = after + before
    known = plain(both) > 1e-9 * np.max(plain(both), initial=-np.inf)
    mean = m[1:-2] + _quotient(before, both, known) * (m[2:-1] - m[1:-2])
    return np.where(known, mean, 0.5 * (m[3:] + m[:-3]))


class _Hermite:
    """What these interpolators have in common.

    Parameters
    ----------
    x, y : array_like
    axis : int
    theirs : type
        SciPy's interpolator.
    how : dict
        What else it takes.
    slopes : Callable
        ``slopes(h, m)``, those at the values; of the widths between these, and the slopes of straight lines.
    """

    def __init__(self, x: Any, y: Any, axis: int, theirs: Any, how: dict[str, Any], slopes: Any) -> None:
        self.x: Any = refuse_complex(array_operand(x, float))
        y = refuse_complex(array_operand(y, float))
        self.axis: int = axis % y.ndim
        self._y = np.moveaxis(y, axis, 0)
        self._theirs, self._how, self._slopes = theirs, how, slopes
        self.extrapolate: Any = theirs(plain(self.x), plain(self._y), 0, **how).extrapolate  # and its errors

    def __call__(self, x: Array, nu: int = 0, extrapolate: Any = None) -> Any:
        """The values at `x`.

        Parameters
        ----------
        x : array_like
        nu : int
            The order of the derivative.
        extrapolate : bool or 'periodic', optional
        """
        at = refuse_complex(array_operand(x, float))
        extrapolate = self.extrapolate if extrapolate is None else extrapolate

        def value(x: Any, y: Any, at: Any) -> Any:
            return self._theirs(x, y, 0, **self._how)(at, nu, extrapolate)

        def composition(x: Any, y: Any, at: Any) -> Any:
            return self._cubics(x, y, at, nu, extrapolate)

        z = composed(value, composition)(self.x, self._y, at)
        return np.moveaxis(z, range(at.ndim), range(self.axis, self.axis + at.ndim))

    def _cubics(self, x: Any, y: Any, at: Any, nu: int, extrapolate: Any) -> Any:
        trailing = (1,) * (y.ndim - 1)
        if isinstance(extrapolate, str):  # it is periodic
            at = at - np.floor((plain(at) - plain(x)[0]) / (plain(x)[-1] - plain(x)[0])) * (x[-1] - x[0])
        h = np.reshape(np.diff(x), (-1, *trailing))
        m = np.diff(y, axis=0) / h
        d = self._slopes(h, m)
        curved, bent = (3 * m - 2 * d[:-1] - d[1:]) / h, (d[:-1] + d[1:] - 2 * m) / h**2
        cell = np.clip(np.searchsorted(plain(x), plain(at), side="right") - 1, 0, len(h) - 1)
        s = np.reshape(at - x[cell], np.shape(plain(at)) + trailing)
        total: Any = 0.0 * y[cell]
        for power, c in enumerate((y[:-1], d[:-1], curved, bent)):
            if power >= nu:
                total = total + perm(power, nu) * c[cell] * s ** (power - nu)
        outside = (plain(at) < plain(x)[0]) | (plain(at) > plain(x)[-1])
        beyond = np.reshape(outside & (extrapolate is False), s.shape) | np.isnan(plain(s))
        return np.where(beyond, np.nan, total)


@lifts("scipy.interpolate.PchipInterpolator")
class PchipInterpolator(_Hermite):
    """Cubics through values, which are monotonic where these are.

    Parameters
    ----------
    x : array_like, shape (n,)
        The places of the values.
    y : array_like
        The values.
    axis : int
        That along which they vary with `x`.
    extrapolate : bool, optional

    See Also
    --------
    scipy.interpolate.PchipInterpolator

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import PchipInterpolator
    >>> y = mg.tensor([0.0, 1.0, 8.0])
    >>> z = PchipInterpolator([0.0, 1.0, 2.0], y)(0.5)
    >>> z.backward()
    >>> z, y.grad
    (Tensor(0.28125), array([ 0.69140625,  0.3125    , -0.00390625]))
    """

    def __init__(self, x: Array, y: Array, axis: int = 0, extrapolate: Any = None) -> None:
        super().__init__(x, y, axis, scipy.interpolate.PchipInterpolator, {"extrapolate": extrapolate}, _monotone)


@lifts("scipy.interpolate.Akima1DInterpolator")
class Akima1DInterpolator(_Hermite):
    """Cubics through values, with slopes after Akima.

    Parameters
    ----------
    x : array_like, shape (n,)
        The places of the values.
    y : array_like
        The values.
    axis : int
        That along which they vary with `x`.
    method : {'akima', 'makima'}
        As in SciPy.
    **more
        What else SciPy takes.

    See Also
    --------
    scipy.interpolate.Akima1DInterpolator

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import Akima1DInterpolator
    >>> y = mg.tensor([0.0, 1.0, 4.0, 9.0])
    >>> z = Akima1DInterpolator([0.0, 1.0, 2.0, 3.0], y)(1.5)
    >>> z.backward()
    >>> z, y.grad
    (Tensor(2.25), array([-0.0625,  0.5625,  0.5625, -0.0625]))
    """

    def __init__(self, x: Array, y: Array, axis: int = 0, *, method: str = "akima", **more: Any) -> None:
        how = {**more} if method == "akima" else {"method": method, **more}

        def slopes(h: Any, m: Any) -> Any:
            return _akima(h, m, modified=method == "makima")

        super().__init__(x, y, axis, scipy.interpolate.Akima1DInterpolator, how, slopes)
