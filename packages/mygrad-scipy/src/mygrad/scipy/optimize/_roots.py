"""Roots of functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from mygrad.errors import InvalidBackprop
from mygrad.extend import implicit_root, lifts
from mygrad.functional import jacobian, vjp
from mygrad.scipy._called import as_tuple, no_derivative, of_arrays, optional
from mygrad.scipy._operands import Array, array_operand, plain

__all__ = ["fixed_point", "fsolve", "newton", "root"]


def solution(
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
            matrix = np.reshape(jacobian(lambda x: residual(x, *args))(polished), (np.size(root), np.size(root)))
            step = np.reshape(np.linalg.solve(matrix, np.reshape(value, -1)), np.shape(root))
        polished = polished - step
    return root + (polished - plain(polished))


def _not_found(where: str, message: str, residual: Any, tolerance: str) -> InvalidBackprop:
    largest = np.max(np.abs(residual), initial=0.0)
    return no_derivative(
        where,
        f"none was found ({message}). Where it stopped, the function is {largest:.1e}: if that is small enough, ask "
        f"for a `{tolerance}` that can be reached",
    )


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
            raise _not_found("root", result.message, result.fun, "tol")
        return array_operand(fun(x, *args)[0] if jac is True else fun(x, *args))

    x = solution(residual, solve, as_tuple(args), elsewhere)
    result.x = x
    return result


@lifts("scipy.optimize.fsolve")
def fsolve(
    func: Callable[..., Any],
    x0: Array,
    args: Any = (),
    fprime: Any = None,
    full_output: Any = False,
    col_deriv: Any = False,
    xtol: float = 1.49012e-8,
    **how: Any,
) -> Any:
    """Find a root of a vector function.

    Parameters
    ----------
    func : Callable
        ``func(x, *args)``, as many numbers as `x` has. It is written with functions that have derivatives.
    x0 : array_like
        The first guess.
    args : tuple
        The root is differentiated by the variables in these, and by those that `func` takes from elsewhere.
    fprime, full_output, col_deriv, xtol
        As in SciPy.
    **how
        What else SciPy takes.

    See Also
    --------
    scipy.optimize.fsolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.optimize import fsolve
    >>> a = mg.tensor(4.0)
    >>> x = fsolve(lambda x, a: [x[0] * x[1] - a, x[0] - x[1]], [1.0, 3.0], args=(a,))
    >>> x[0].backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor([2., 2.]), np.float64(0.25))
    """
    report: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal report
        function, slope = of_arrays(func, "fsolve", elsewhere=elsewhere), optional(fprime, "fsolve", elsewhere)
        x, *report = scipy.optimize.fsolve(function, plain(x0), args, slope, True, col_deriv, xtol, **how)
        return x

    def residual(x: Any, *args: Any) -> Any:
        info, status, message = report
        if status != 1:
            raise _not_found("fsolve", message, info["fvec"], "xtol")
        return array_operand(func(x, *args))

    x = solution(residual, solve, as_tuple(args), elsewhere)
    if full_output:
        return (x, *report)
    _, status, message = report
    if status not in (1, 2, 3, 4, 5):  # as SciPy says it, if it is not asked for a report
        raise TypeError(message)
    if status != 1:
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return x


@lifts("scipy.optimize.fixed_point")
def fixed_point(
    func: Callable[..., Any],
    x0: Array,
    args: Any = (),
    xtol: float = 1e-8,
    maxiter: int = 500,
    method: str = "del2",
) -> Any:
    """Find what a function maps to itself.

    Parameters
    ----------
    func : Callable
        ``func(x, *args)``, written with functions that have derivatives.
    x0 : array_like
        The first guess.
    args : tuple
        The fixed point is differentiated by the variables in these, and by those that `func` takes from elsewhere.
    xtol, maxiter, method
        As in SciPy.

    See Also
    --------
    scipy.optimize.fixed_point

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import fixed_point
    >>> a = mg.tensor(1.0)
    >>> x = fixed_point(lambda x, a: np.cos(a * x), 0.5, args=(a,))
    >>> x.backward()
    >>> x.round(6), a.grad.round(6)
    (Tensor(0.739085), np.float64(-0.297474))
    """
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        function = of_arrays(func, "fixed_point", elsewhere=elsewhere)
        return scipy.optimize.fixed_point(function, plain(x0), args, xtol, maxiter, method)[()]

    def residual(x: Any, *args: Any) -> Any:
        return array_operand(func(x, *args)) - x

    return solution(residual, solve, as_tuple(args), elsewhere)


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

    x = solution(residual, solve, as_tuple(tuple(args)), elsewhere, elementwise=True)
    if not full_output:
        return x
    if hasattr(report, "_replace"):
        return report._replace(root=x)
    report[1].root = x
    return x, report[1]
