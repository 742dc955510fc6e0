"""Splines, which are linear in their values: the derivative by these are the splines of unit vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.interpolate

from mygrad.extend import composed, defvjp, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex

__all__ = ["BSpline", "CubicSpline", "make_interp_spline"]


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
        As in SciPy. What is in a tuple takes no gradient; of a 'periodic' spline, no gradient flows to the last value,
        which is the first one again.
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
        self.x: np.ndarray[Any, Any] = np.asarray(plain(x))

        def build(y: Any, extra: Any, bc: Any = bc_type) -> Any:
            spline = scipy.interpolate.CubicSpline(self.x, y, 0, bc, extrapolate)
            return spline if extra is None else lambda x, nu: spline(x, nu, extra)

        def units(y: Any, extra: Any) -> Any:
            if isinstance(bc_type, str) and bc_type == "periodic":
                y = np.concatenate([y[:-1], y[:1]])
            return build(y, extra, _homogeneous(bc_type, len(self.x)))

        super().__init__(y, axis, build, units)


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
        self.c: Any = array_operand(c, float)
        self.k: int = k

        def build(c: Any, extra: Any) -> Any:
            spline = scipy.interpolate.BSpline(self.t, c, k, extrapolate)
            return lambda x, nu: spline(x, nu, extra)

        super().__init__(c, axis, build, build)


@lifts("scipy.interpolate.make_interp_spline")
def make_interp_spline(
    x: Array, y: Array, k: int = 3, t: Any = None, bc_type: Any = None, axis: int = 0, check_finite: bool = True
) -> Any:
    """The spline of a degree through values.

    Parameters
    ----------
    x : array_like, shape (n,)
        The places of the values. No gradient flows to them.
    y : array_like
        The values.
    k : int
    t : array_like, optional
        The knots. No gradient flows to them.
    bc_type : str, optional
        As in SciPy. If the values are variables, no derivatives at the ends can be given, and not 'periodic'.
    axis : int
        That along which the values vary with `x`.
    check_finite : bool

    Returns
    -------
    BSpline

    See Also
    --------
    scipy.interpolate.make_interp_spline

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.interpolate import make_interp_spline
    >>> y = mg.tensor([0.0, 1.0, 4.0])
    >>> z = make_interp_spline([0.0, 1.0, 2.0], y, k=2)(1.5)
    >>> z.backward()
    >>> z.round(6), y.grad.round(6)
    (Tensor(2.25), array([-0.125,  0.75 ,  0.375]))
    """
    refuse("make_interp_spline", x=x, t=t, bc_type=bc_type)
    y = array_operand(y)

    def spline(y: Any, axis: int) -> Any:
        return scipy.interpolate.make_interp_spline(plain(x), y, k, plain(t), bc_type, axis, check_finite)

    if not has_variable(y):
        return spline(plain(y), axis)
    if bc_type not in (None, "not-a-knot", "natural", "clamped"):
        raise TypeError(f"make_interp_spline: beside variables, there can be no bc_type={bc_type!r}")
    found: Any = None

    def coefficients(y: Any) -> Any:
        nonlocal found
        found = spline(y, axis)
        return found.c

    def composition(y: Any) -> Any:
        return np.tensordot(spline(np.eye(y.shape[axis]), 0).c, np.moveaxis(y, axis, 0), 1)

    c = composed(coefficients, composition)(y)
    return BSpline(found.t, np.moveaxis(c, 0, axis), found.k, found.extrapolate, axis)
