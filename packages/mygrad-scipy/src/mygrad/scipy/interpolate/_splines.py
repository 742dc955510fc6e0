"""Splines, which are linear in their values: the derivative by these are the splines of unit vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.interpolate

from mygrad.extend import defvjp, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex

__all__ = ["BSpline", "CubicSpline"]


@primitive
def _spline(y: Any, t: Any, *, build: Callable[..., Any], units: Callable[..., Any], nu: int) -> Any:
    """The spline ``build(y)`` at `t`, or its derivative of the order `nu`.

    Of `units`, it is made for unit vectors: they differ if there is something to which `build` adds.
    """
    return build(y)(t, nu)


def _by_values(g: Any, _s: Any, _y: Any, t: Any, *, build: Any, units: Any, nu: int) -> Any:
    each = _spline(np.eye(_y.shape[0]), t, build=units, units=units, nu=nu)
    axes = tuple(range(np.ndim(t)))
    return np.tensordot(each, g, (axes, axes))


def _by_place(g: Any, _s: Any, y: Any, t: Any, *, build: Any, units: Any, nu: int) -> Any:
    slopes = _spline(y, t, build=build, units=units, nu=nu + 1)
    return np.sum(g * slopes, axis=tuple(range(np.ndim(t), np.ndim(slopes))))


defvjp(_spline, _by_values, _by_place)


def through(places: Any, y: Any, k: int, t: Any) -> Any:
    """The spline of order `k` through values at `places`, as `interp1d` takes it, at `t`."""

    def build(y: Any) -> Any:
        return scipy.interpolate.make_interp_spline(places, y, k, check_finite=False)

    return _spline(y, t, build=build, units=build, nu=0)


class _Spline:
    """What splines have in common.

    Parameters
    ----------
    values : array_like
    axis : int
        That along which the values vary with the places.
    build, units : Callable
        ``build(values, extrapolate)`` makes the spline of SciPy's, for values that vary along the first axis.
    """

    def __init__(self, values: Any, axis: int, build: Callable[..., Any], units: Callable[..., Any]) -> None:
        values = array_operand(values, float)
        self.axis: int = axis % values.ndim
        self._values = np.moveaxis(values, axis, 0)
        self._build, self._units = build, units
        build(plain(self._values), None)  # and its errors

    def __call__(self, x: Array, nu: int = 0, extrapolate: Any = None) -> Any:
        """The spline at `x`.

        Parameters
        ----------
        x : array_like
        nu : int
            The order of the derivative.
        extrapolate : bool or 'periodic', optional
        """
        x = refuse_complex(array_operand(x, float))
        build, units = (lambda y, f=f: f(y, extrapolate) for f in (self._build, self._units))
        y = _spline(self._values, x, build=build, units=units, nu=nu)
        return np.moveaxis(y, range(x.ndim), range(self.axis, self.axis + x.ndim))


@lifts("scipy.interpolate.CubicSpline")
class CubicSpline(_Spline):
    """The cubic spline through values.

    Parameters
    ----------
    x : array_like, shape (n,)
        The places of the values. No gradient flows to them.
    y : array_like
        The values.
    axis : int
        That along which they vary with `x`.
    bc_type : str or tuple
        As in SciPy. If the values are variables, not 'periodic'; and what is in a tuple takes no gradient.
    extrapolate : bool or 'periodic', optional

    See Also
    --------
    scipy.interpolate.CubicSpline

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import CubicSpline
    >>> x = mg.tensor(1.5)
    >>> y = CubicSpline([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 8.0, 27.0])(x)
    >>> y.backward()
    >>> y.round(6), x.grad.round(6)
    (Tensor(3.375), np.float64(6.75))
    """

    def __init__(self, x: Array, y: Array, axis: int = 0, bc_type: Any = "not-a-knot", extrapolate: Any = None) -> None:
        refuse("CubicSpline", x=x, bc_type=bc_type)
        if has_variable(y) and isinstance(bc_type, str) and bc_type == "periodic":
            raise TypeError("CubicSpline: with variables as values, there can be no periodic boundary conditions")
        self.x: np.ndarray[Any, Any] = np.asarray(plain(x))

        def build(y: Any, extra: Any, bc: Any = bc_type) -> Any:
            spline = scipy.interpolate.CubicSpline(self.x, y, 0, bc, extrapolate)
            return spline if extra is None else lambda x, nu: spline(x, nu, extra)

        super().__init__(y, axis, build, lambda y, extra: build(y, extra, _homogeneous(bc_type, len(self.x))))


def _homogeneous(bc_type: Any, n: int) -> Any:
    """The same conditions for `n` splines, with zeros for the derivatives at the ends."""
    if isinstance(bc_type, str):
        return bc_type
    return tuple([end if isinstance(end, str) else (end[0], np.zeros(n)) for end in bc_type])


@lifts("scipy.interpolate.BSpline")
class BSpline(_Spline):
    """A spline, by the coefficients of B-splines.

    Parameters
    ----------
    t : array_like, shape (n + k + 1,)
        The knots. No gradient flows to them.
    c : array_like
        The coefficients.
    k : int
        The degree.
    extrapolate : bool or 'periodic'
    axis : int
        That along which the coefficients belong to the knots.

    See Also
    --------
    scipy.interpolate.BSpline

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import BSpline
    >>> c = mg.tensor([1.0, 2.0])
    >>> y = BSpline([0.0, 0.0, 1.0, 1.0], c, 1)(0.25)
    >>> y.backward()
    >>> y, c.grad
    (Tensor(1.25), array([0.75, 0.25]))
    """

    def __init__(self, t: Array, c: Array, k: int, extrapolate: Any = True, axis: int = 0) -> None:
        refuse("BSpline", t=t)
        self.t: np.ndarray[Any, Any] = np.asarray(plain(t), dtype=float)
        self.k: int = k

        def build(c: Any, extra: Any) -> Any:
            spline = scipy.interpolate.BSpline(self.t, c, k, extrapolate)
            return lambda x, nu: spline(x, nu, extra)

        super().__init__(c, axis, build, build)
