"""Roots of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from mygrad.errors import InvalidBackprop
from mygrad.extend import implicit_root, lifts
from mygrad.functional import jacobian, vjp
from mygrad.scipy._called import as_tuple, no_derivative, of_arrays, optional
from mygrad.scipy._operands import Array, plain

__all__ = ["brentq", "newton", "root"]


def _solution(
    residual: Callable[..., Any], solve: Callable[..., Any], args: Any, elsewhere: list[Any], elementwise: bool = False
) -> Any:
    """The root, as a function of `args`, or also of what the user's function took `elsewhere`."""
    x = implicit_root(residual, solve, elementwise=elementwise)(*args)
    if not elsewhere:
        return x
    # Newton's steps from the root lead nowhere, but have its derivatives: each has twice as many of them.
    root = polished = plain(x)
    for _ in range(2):
        try:
            value = residual(polished, *args)
        except InvalidBackprop:  # there is none, as the backward pass will say, too
            return implicit_root(lambda x, _, *args: residual(x, *args), lambda *_: root)(elsewhere[-1], *args)
        if elementwise:
            step = value / vjp(lambda x: residual(x, *args), polished)[1](np.ones_like(plain(value)))[0]
        else:
            matrix = jacobian(lambda x: residual(x, *args))(polished)
            step = np.reshape(np.linalg.solve(matrix, np.reshape(value, -1)), np.shape(value))
        polished = polished - step
    return root + (polished - plain(polished))


@lifts("scipy.optimize.root")
def root(
    fun: Callable[..., Any],
    x0: Array,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: float | None = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    """Find a root of a vector function.

    Parameters
    ----------
    fun : Callable
        ``fun(x, *args)``, as many numbers as `x` has. It is written with functions that have derivatives.
    x0 : array_like
        The first guess.
    args : tuple
        The solution is differentiated by the variables in these, and by those that `fun` takes from elsewhere.
    method, jac, tol, callback, options
        As in SciPy.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With a tensor as `x`, if there are any in `args`.

    See Also
    --------
    scipy.optimize.root

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import root
    >>> a = mg.tensor(4.0)
    >>> x = root(lambda x, a: x**2 - a, [1.0], args=(a,), tol=1e-12).x
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor([2.]), np.float64(0.25))
    """
    result: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal result
        how = {
            "method": method,
            "jac": optional(jac, "root", elsewhere),
            "tol": tol,
            "callback": callback,
            "options": options,
        }
        result = scipy.optimize.root(of_arrays(fun, "root", elsewhere=elsewhere), plain(x0), args, **how)
        return result.x

    def residual(x: Any, *args: Any) -> Any:
        if not result.success:
            raise no_derivative("root", f"none was found ({result.message})")
        return fun(x, *args)[0] if jac is True else fun(x, *args)

    x = _solution(residual, solve, as_tuple(args), elsewhere)
    result.x = x
    return result


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
    """Find a root of a function of one number, in an interval.

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
    report: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal report
        how = {"xtol": xtol, "rtol": rtol, "maxiter": maxiter, "disp": disp}
        function = of_arrays(f, "brentq", elsewhere=elsewhere)
        x, report = scipy.optimize.brentq(function, plain(a), plain(b), args, full_output=True, **how)
        return x

    def residual(x: Any, *args: Any) -> Any:
        if not report.converged:
            raise no_derivative("brentq", f"none was found ({report.flag})")
        return f(x, *args)

    x = _solution(residual, solve, as_tuple(args), elsewhere, elementwise=True)
    report.root = x
    return (x, report) if full_output else x


@lifts("scipy.optimize.newton")
def newton(
    func: Callable[..., Any],
    x0: Array,
    fprime: Any = None,
    args: Any = (),
    tol: float = 1.48e-8,
    maxiter: int = 50,
    fprime2: Any = None,
    x1: Any = None,
    rtol: float = 0.0,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """Find a root of a function of one number, or of each number in an array.

    Parameters
    ----------
    func : Callable
        ``func(x, *args)``, written with functions that have derivatives.
    x0 : array_like
        The first guess; an array for as many roots.
    fprime, fprime2 : Callable, optional
        The derivatives of `func`, which SciPy's algorithm uses.
    args : tuple
        The roots are differentiated by the variables in these, and by those that `func` takes from elsewhere.
    tol, maxiter, x1, rtol, full_output, disp
        As in SciPy.

    See Also
    --------
    scipy.optimize.newton

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import newton
    >>> a = mg.tensor([1.0, 8.0])
    >>> x = newton(lambda x, a: x**3 - a, np.array([1.5, 1.5]), args=(a,))
    >>> x.sum().backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor([1., 2.]), array([0.333333, 0.083333]))
    """
    report: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal report
        how = {"tol": tol, "maxiter": maxiter, "x1": plain(x1), "rtol": rtol, "disp": disp}
        how |= {"fprime": optional(fprime, "newton", elsewhere), "fprime2": optional(fprime2, "newton", elsewhere)}
        function = of_arrays(func, "newton", elsewhere=elsewhere)
        report = scipy.optimize.newton(function, plain(x0), args=args, full_output=True, **how)
        return report[0]

    def residual(x: Any, *args: Any) -> Any:
        converged = report[1]  # of an array, or in what tells of a number
        if not np.all(getattr(converged, "converged", converged)):
            raise no_derivative("newton", "it has not converged")
        return func(x, *args)

    x = _solution(residual, solve, as_tuple(tuple(args)), elsewhere, elementwise=True)
    if not full_output:
        return x
    if hasattr(report, "_replace"):
        return report._replace(root=x)
    report[1].root = x
    return x, report[1]
