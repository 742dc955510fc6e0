"""Linear interpolation, on a line or on a grid."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import scipy.interpolate

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex
from mygrad.scipy.interpolate._splines import through

__all__ = ["RegularGridInterpolator", "interp1d"]

#: The orders of splines.
_ORDERS = {"zero": 0, "slinear": 1, "quadratic": 2, "cubic": 3}
#: Likewise, where the values are on a grid.
_ORDERS_ON_GRIDS = {"slinear": 1, "cubic": 3, "quintic": 5}
#: What the kind of straight lines is called.
_LINEAR = ("linear", "slinear", 1)
#: Kinds of interpolation that take one of the values.
_STEPS = ("nearest", "nearest-up", "previous", "next")


def _multilinear(points: Any, values: Any, x: Any) -> Any:
    """Between the values at the corners of the cell in which a point is, for points in the last axis of `x`."""
    corners, shares = [], []
    trailing = (1,) * (values.ndim - len(points))
    for i, line in enumerate(points):
        cell = np.clip(np.searchsorted(plain(line), plain(x[..., i])) - 1, 0, len(line) - 2)
        share = (x[..., i] - line[cell]) / (line[cell + 1] - line[cell])
        share = np.reshape(share, share.shape + trailing)
        corners.append((cell, cell + 1))
        shares.append((1 - share, share))
    total: Any = 0.0
    for which in product((0, 1), repeat=len(points)):
        corner = values[tuple([pair[k] for pair, k in zip(corners, which, strict=True)])]
        for pair, k in zip(shares, which, strict=True):
            corner = corner * pair[k]
        total = total + corner
    return total


def _nearest(grid: Any, values: Any, x: Any) -> Any:
    """The values at places of the grid: which, SciPy tells by their numbers."""
    shape = [len(line) for line in grid]
    numbers = np.arange(float(np.prod(shape))).reshape(shape)
    at = scipy.interpolate.RegularGridInterpolator(grid, numbers, "nearest", False, None)(x).astype(int)
    return np.reshape(values, (numbers.size, *values.shape[len(shape) :]))[at]


def _by_splines(grid: Any, values: Any, x: Any, order: int) -> Any:
    """Of the values, those at a place: summed over one axis after another, times the splines of unit vectors there."""
    places = np.reshape(x, (-1, len(grid)))
    shares = [through(line, np.eye(len(line)), order, places[:, i]) for i, line in enumerate(grid)]
    y = np.tensordot(shares[0], values, 1)
    for share in shares[1:]:
        y = np.einsum("pi,pi...->p...", share, y)
    return np.reshape(y, (*x.shape[:-1], *y.shape[1:]))


@lifts("scipy.interpolate.RegularGridInterpolator")
class RegularGridInterpolator:
    """Interpolation between values on a grid.

    Parameters
    ----------
    points : tuple of arrays
        The places of the values along each axis. No gradient flows to them.
    values : array_like
    method : str
        Beside variables, not 'pchip', nor one with '_legacy' in its name.
    bounds_error : bool
    fill_value : float or None
    **more
        What else SciPy takes.

    See Also
    --------
    scipy.interpolate.RegularGridInterpolator

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import RegularGridInterpolator
    >>> values = mg.tensor([[0.0, 1.0], [2.0, 3.0]])
    >>> f = RegularGridInterpolator(([0.0, 1.0], [0.0, 1.0]), values)
    >>> y = f([[0.5, 0.25]])
    >>> y.backward()
    >>> y, values.grad
    (Tensor([1.25]), array([[0.375, 0.125],
           [0.375, 0.125]]))
    """

    def __init__(
        self,
        points: Any,
        values: Array,
        method: str = "linear",
        bounds_error: bool = True,
        fill_value: Any = np.nan,
        **more: Any,
    ) -> None:
        refuse("RegularGridInterpolator", points=points, fill_value=fill_value)
        self._how = {"method": method, "bounds_error": bounds_error, "fill_value": fill_value, **more}
        self.grid: tuple[np.ndarray[Any, Any], ...] = tuple([np.asarray(plain(p), dtype=float) for p in points])
        self.values: Any = array_operand(values, float)
        self.method: str = method
        self.fill_value: Any = fill_value
        composed(self._check, self._check)(plain(self.values))

    def _check(self, values: Any) -> float:
        """Raise SciPy's errors. It is called as functions with derivatives are, whose code is never lifted."""
        scipy.interpolate.RegularGridInterpolator(self.grid, values, **self._how)
        return 0.0

    def __call__(self, xi: Any, method: str | None = None) -> Any:
        """The values at `xi`.

        Parameters
        ----------
        xi : array_like, shape (..., ndim), or tuple of arrays
        method : str, optional
        """
        if isinstance(xi, tuple):
            xi = np.stack(np.broadcast_arrays(*[array_operand(x, float) for x in xi]), -1)
        xi = refuse_complex(array_operand(xi, float))
        by = method or self.method
        if has_variable([self.values, xi]) and by not in ("linear", "nearest", *_ORDERS_ON_GRIDS):
            raise TypeError(f"RegularGridInterpolator: beside variables, the method cannot be {by!r}")

        def value(values: Any, xi: Any) -> Any:
            values = np.array(values)  # what is read-only, SciPy computes otherwise
            return scipy.interpolate.RegularGridInterpolator(self.grid, values, **self._how)(xi, method)

        return composed(value, lambda values, xi: self._composition(values, xi, by))(self.values, xi)

    def _composition(self, values: Any, xi: Any, by: str) -> Any:
        x = xi if xi.ndim > 1 else xi[None]
        falling = tuple([axis for axis, line in enumerate(self.grid) if line[0] > line[-1]])
        grid, values = [np.sort(line) for line in self.grid], np.flip(values, falling)
        if by == "linear":
            y = _multilinear(grid, values, x)
        elif by == "nearest":
            y = _nearest(grid, values, plain(x))
        else:
            y = _by_splines(grid, values, x, _ORDERS_ON_GRIDS[by])
        if self.fill_value is None:
            return y
        ends = np.array([[line[0], line[-1]] for line in grid]).T
        outside = np.any((plain(x) < ends[0]) | (plain(x) > ends[1]), axis=-1)
        return np.where(outside.reshape(outside.shape + (1,) * (y.ndim - outside.ndim)), self.fill_value, y)


@lifts("scipy.interpolate.interp1d")
class interp1d:
    """Interpolation between values on a line.

    Parameters
    ----------
    x : array_like, shape (n,)
        The places of the values.
    y : array_like
    kind : str or int
        Of splines ('zero', 'quadratic', 'cubic', or a number other than 1), `x` is no variable.
    axis : int
    copy : bool
        Has no effect.
    bounds_error : bool, optional
    fill_value : array_like, tuple of two, or 'extrapolate'
    assume_sorted : bool

    See Also
    --------
    scipy.interpolate.interp1d

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import interp1d
    >>> y = mg.tensor([0.0, 2.0, 8.0])
    >>> z = interp1d([0.0, 1.0, 2.0], y)([1.5])
    >>> z.backward()
    >>> z, y.grad
    (Tensor([5.]), array([0. , 0.5, 0.5]))
    """

    def __init__(
        self,
        x: Array,
        y: Array,
        kind: Any = "linear",
        axis: int = -1,
        copy: bool = True,
        bounds_error: Any = None,
        fill_value: Any = np.nan,
        assume_sorted: bool = False,
    ) -> None:
        self.x: Any = refuse_complex(array_operand(x))
        self.y: Any = array_operand(y, float)
        self.axis: int = axis
        self._kind, self._fill = kind, refuse_complex(fill_value)
        self._how = {"kind": kind, "axis": axis, "bounds_error": bounds_error, "assume_sorted": assume_sorted}
        scipy.interpolate.interp1d(
            *plain([self.x, self.y]), fill_value=plain(fill_value), **self._how
        )  # and its errors

    def __call__(self, x: Array) -> Any:
        """The values at `x`.

        Parameters
        ----------
        x : array_like
        """
        x = refuse_complex(array_operand(x, float))
        if has_variable(self.x) and self._kind not in (*_LINEAR, *_STEPS):
            raise TypeError(
                f"interp1d: for the kind {self._kind!r}, no gradient flows to `x`. Pass an array (`t.data`)"
            )

        def value(places: Any, y: Any, fill: Any, x: Any) -> Any:
            return scipy.interpolate.interp1d(places, y, fill_value=fill, **self._how)(x)

        return composed(value, self._composition)(self.x, self.y, self._fill, x)

    def _composition(self, places: Any, y: Any, fill: Any, x: Any) -> Any:
        axis = self.axis % y.ndim
        order = slice(None) if self._how["assume_sorted"] else np.argsort(plain(places), kind="mergesort")
        line, values = places[order].astype(float), np.moveaxis(y, axis, 0)[order]
        shape = np.shape(plain(x)) + (1,) * (y.ndim - 1)
        if self._kind in _STEPS:  # which value it takes, SciPy tells by a line of their numbers
            numbers = np.arange(float(len(values)))
            at = scipy.interpolate.interp1d(plain(line), numbers, self._kind, fill_value="extrapolate")(plain(x))
            z = np.where(np.reshape(np.isnan(at), shape), np.nan, values[np.nan_to_num(at).astype(int)])
        elif self._kind not in _LINEAR:
            z = through(plain(line), values, _ORDERS.get(self._kind, self._kind), x)
        else:
            z = _multilinear((line,), values, x[..., None])
        if not isinstance(fill, str):
            below, above = fill if isinstance(fill, tuple) else (fill, fill)
            z = np.where(np.reshape(plain(x) < plain(line[0]), shape), below, z)
            z = np.where(np.reshape(plain(x) > plain(line[-1]), shape), above, z)
        return np.moveaxis(z, range(x.ndim), range(axis, axis + x.ndim))
