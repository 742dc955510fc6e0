"""Roots of functions of one number, most of them found in an interval at whose ends the signs differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import scipy.optimize

from mygrad.extend import lifts
from mygrad.scipy._called import as_tuple, no_derivative, of_arrays, optional
from mygrad.scipy._operands import plain
from mygrad.scipy.optimize._roots import solution

__all__ = ["bisect", "brenth", "brentq", "ridder", "root_scalar", "toms748"]


def _in_interval(name: str, f: Callable[..., Any], a: Any, b: Any, args: Any, full_output: Any, **how: Any) -> Any:
    """The root that SciPy's function of a name finds."""
    report: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal report
        find, function = getattr(scipy.optimize, name), of_arrays(f, name, elsewhere=elsewhere)
        x, report = find(function, plain(a), plain(b), args, full_output=True, **how)
        return x

    def residual(x: Any, *args: Any) -> Any:
        if not report.converged:
            raise no_derivative(name, f"none was found ({report.flag})")
        return f(x, *args)

    x = solution(residual, solve, as_tuple(args), elsewhere, elementwise=True)
    report.root = x
    return (x, report) if full_output else x


@lifts("scipy.optimize.bisect")
def bisect(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 8.881784197001252e-16,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, in an interval, by halves.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives.
    a, b : float
        The ends of the interval.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    xtol, rtol, maxiter, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.bisect

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import bisect
    >>> a = mg.tensor(2.0)
    >>> x = bisect(lambda x, a: np.exp(x) - a, 0.0, 2.0, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.693147), np.float64(0.5))
    """
    how = {"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
    return _in_interval("bisect", f, a, b, args, full_output, **how)


@lifts("scipy.optimize.ridder")
def ridder(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 8.881784197001252e-16,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, in an interval, by the method of Ridder.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives.
    a, b : float
        The ends of the interval.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    xtol, rtol, maxiter, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.ridder

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import ridder
    >>> a = mg.tensor(2.0)
    >>> x = ridder(lambda x, a: np.exp(x) - a, 0.0, 2.0, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.693147), np.float64(0.5))
    """
    how = {"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
    return _in_interval("ridder", f, a, b, args, full_output, **how)


@lifts("scipy.optimize.brentq")
def brentq(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 8.881784197001252e-16,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, in an interval, by the method of Brent.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives.
    a, b : float
        The ends of the interval.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    xtol, rtol, maxiter, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.brentq

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import brentq
    >>> a = mg.tensor(2.0)
    >>> x = brentq(lambda x, a: np.exp(x) - a, 0.0, 2.0, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.693147), np.float64(0.5))
    """
    how = {"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
    return _in_interval("brentq", f, a, b, args, full_output, **how)


@lifts("scipy.optimize.brenth")
def brenth(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = 8.881784197001252e-16,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, in an interval, by the method of Brent, with hyperbolas.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives.
    a, b : float
        The ends of the interval.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    xtol, rtol, maxiter, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.brenth

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import brenth
    >>> a = mg.tensor(2.0)
    >>> x = brenth(lambda x, a: np.exp(x) - a, 0.0, 2.0, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.693147), np.float64(0.5))
    """
    how = {"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
    return _in_interval("brenth", f, a, b, args, full_output, **how)


@lifts("scipy.optimize.toms748")
def toms748(
    f: Callable[..., Any],
    a: float,
    b: float,
    args: Any = (),
    k: int = 1,
    xtol: float = 2e-12,
    rtol: float = 8.881784197001252e-16,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, in an interval, by the method of Alefeld, Potra and Shi.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives.
    a, b : float
        The ends of the interval.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    k, xtol, rtol, maxiter, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.toms748

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import toms748
    >>> a = mg.tensor(2.0)
    >>> x = toms748(lambda x, a: np.exp(x) - a, 0.0, 2.0, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.693147), np.float64(0.5))
    """
    how = {"k": k, "xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
    return _in_interval("toms748", f, a, b, args, full_output, **how)


@lifts("scipy.optimize.root_scalar")
def root_scalar(
    f: Callable[..., Any],
    args: Any = (),
    method: str | None = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    x1: Any = None,
    **how: Any,
) -> Any:
    """Find a root of a function of one number.

    Parameters
    ----------
    f : Callable
        ``f(x, *args)``, written with functions that have derivatives; or a tuple with the slopes after it, as SciPy
        takes it with ``fprime=True``.
    args : tuple
        The root is differentiated by the variables in these, and by those that `f` takes from elsewhere.
    method, bracket, fprime, fprime2, x0, x1
        As in SciPy.
    **how
        What else SciPy takes.

    Returns
    -------
    scipy.optimize.RootResults
        With a tensor as `root`, if there are variables.

    See Also
    --------
    scipy.optimize.root_scalar

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.optimize import root_scalar
    >>> a = mg.tensor(4.0)
    >>> x = root_scalar(lambda x, a: x**2 - a, args=(a,), bracket=(0.0, 3.0)).root
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(2.), np.float64(0.25))
    """
    report: Any = None
    elsewhere: list[Any] = []
    several = any(bool(slope) and not callable(slope) for slope in (fprime, fprime2))

    def solve(*args: Any) -> Any:
        nonlocal report
        slopes = [optional(slope, "root_scalar", elsewhere) for slope in (fprime, fprime2)]
        function = of_arrays(f, "root_scalar", elsewhere=elsewhere)
        report = scipy.optimize.root_scalar(
            function, args, method, plain(bracket), *slopes, plain(x0), plain(x1), **how
        )
        return report.root

    def residual(x: Any, *args: Any) -> Any:
        if not report.converged:
            raise no_derivative("root_scalar", f"none was found ({report.flag})")
        return f(x, *args)[0] if several else f(x, *args)

    x = solution(residual, solve, as_tuple(args), elsewhere, elementwise=True)
    report.root = x
    return report
