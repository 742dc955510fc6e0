"""Minima of functions, where the gradient is zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from mygrad.extend import lifts
from mygrad.functional import grad, jacobian
from mygrad.scipy._called import as_tuple, known, no_derivative, of_arrays, optional
from mygrad.scipy._operands import Array, plain, refuse
from mygrad.scipy.optimize._roots import solution

__all__ = ["least_squares", "minimize", "minimize_scalar"]

#: How close to a bound a solution is for the bound to count as active, relative to the size of both.
_CLOSE = 1e-6
#: What entries of a gradient SciPy takes for zero, if it is not told otherwise.
_FLAT = 1e-5


def refuse_unless_interior(where: str, x: Any, bounds: Any, slope: Callable[[Any], Any]) -> None:
    """Raise InvalidBackprop if `x` is on a bound, or was kept from where its gradient is zero by one.

    Interior point methods stop at some distance from an active bound: what tells is that Newton's next step crosses it.
    """
    if bounds is None:
        return
    if isinstance(bounds, scipy.optimize.Bounds):
        lower, upper = bounds.lb, bounds.ub
    else:
        ends = np.array(list(bounds), dtype=float)  # None becomes nan, which is close to nothing
        lower, upper = ends.T
    ahead = x - np.linalg.lstsq(*map(plain, (np.atleast_2d(jacobian(slope)(x)), np.atleast_1d(slope(x)))))[0]
    close = [np.isclose(x, bound, _CLOSE, _CLOSE) for bound in (lower, upper)]
    active = [close[0] | (ahead < lower), close[1] | (ahead > upper)]
    if np.any(active):
        numbers = ", ".join(map(str, np.flatnonzero(np.any(active, axis=0))))
        raise no_derivative(where, f"it lies on a bound (in entry {numbers}), where the gradient need not be zero")


def _found(result: Any) -> bool:
    """Whether there is a minimum; it may be as precise as rounding allows, where more was asked for."""
    if result.success or result.get("status") != 2:  # it came no further
        return bool(result.success)
    return "jac" in result and bool(np.max(np.abs(result.jac)) <= _FLAT)


@lifts("scipy.optimize.minimize")
def minimize(
    fun: Callable[..., Any],
    x0: Array,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    """Find a minimum of a function.

    Parameters
    ----------
    fun : Callable
        ``fun(x, *args)``, one number. It is written with functions that have derivatives, of the second order, too.
    x0 : array_like
        The first guess.
    args : tuple
        The solution is differentiated by the variables in these, and by those that `fun` takes from elsewhere.
    jac : Callable or bool, optional
        As in SciPy. If it is a function, it is that which is differentiated.
    bounds, constraints : optional
        The solution has no derivative if it lies on a bound, or if there are constraints.
    method, hess, hessp, tol, callback, options
        As in SciPy.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With tensors as `x` and `fun`, if there are any in `args`.

    See Also
    --------
    scipy.optimize.minimize

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import minimize
    >>> a = mg.tensor([1.0, 2.0])
    >>> result = minimize(lambda x, a: np.sum((x - a**2) ** 2 + a), [0.0, 0.0], args=(a,), tol=1e-10)
    >>> result.x[1].backward()
    >>> a.grad.round(4) + 0.0
    array([0., 4.])
    """
    result: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal result
        functions = {name: optional(f, "minimize", elsewhere) for name, f in (("jac", jac), ("hess", hess))}
        result = scipy.optimize.minimize(
            of_arrays(fun, "minimize", elsewhere=elsewhere),
            plain(x0),
            args,
            method,
            hessp=optional(hessp, "minimize", elsewhere),
            bounds=bounds,
            constraints=constraints,
            tol=tol,
            callback=callback,
            options=options,
            **functions,
        )
        return result.x

    def value(x: Any, *args: Any) -> Any:
        return fun(x, *args)[0] if jac is True else fun(x, *args)

    def slope(x: Any, *args: Any) -> Any:
        return jac(x, *args) if callable(jac) else grad(value)(x, *args)

    def residual(x: Any, *args: Any) -> Any:
        if not _found(result):
            raise no_derivative("minimize", f"no minimum was found ({result.message})")
        if constraints is not None and constraints != () and constraints != []:
            raise no_derivative("minimize", "there are constraints, on which the gradient need not be zero")
        refuse_unless_interior("minimize", plain(x), bounds, lambda x: slope(x, *plain(args)))
        return slope(x, *args)

    refuse("minimize", bounds=bounds, tol=tol)
    args = as_tuple(args)
    x = solution(residual, solve, args, elsewhere)
    result.x, result.fun = x, known(result.fun, value, (x, *args), elsewhere)
    return result


@lifts("scipy.optimize.minimize_scalar")
def minimize_scalar(
    fun: Callable[..., Any],
    bracket: Any = None,
    bounds: Any = None,
    args: Any = (),
    method: Any = None,
    tol: float | None = None,
    options: Any = None,
) -> Any:
    """Find a minimum of a function of one number.

    Parameters
    ----------
    fun : Callable
        ``fun(x, *args)``, one number. It is written with functions that have derivatives, of the second order, too.
    bounds : optional
        The solution has no derivative if it lies on one.
    args : tuple
        The solution is differentiated by the variables in these, and by those that `fun` takes from elsewhere.
    bracket, method, tol, options
        As in SciPy.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With tensors as `x` and `fun`, if there are any in `args`.

    See Also
    --------
    scipy.optimize.minimize_scalar

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import minimize_scalar
    >>> a = mg.tensor(2.0)
    >>> x = minimize_scalar(lambda x, a: np.cosh(x - a**2), args=(a,)).x
    >>> x.backward()
    >>> x.round(4), a.grad.round(4)
    (Tensor(4.), np.float64(4.0))
    """
    result: Any = None
    elsewhere: list[Any] = []

    def solve(*args: Any) -> Any:
        nonlocal result
        function = of_arrays(fun, "minimize_scalar", elsewhere=elsewhere)
        result = scipy.optimize.minimize_scalar(function, plain(bracket), bounds, args, method, tol, options)
        return result.x

    def slope(x: Any, *args: Any) -> Any:
        return grad(fun)(x, *args)

    def residual(x: Any, *args: Any) -> Any:
        if not result.success:
            raise no_derivative("minimize_scalar", f"no minimum was found ({result.message})")
        refuse_unless_interior("minimize_scalar", plain(x), bounds, lambda x: slope(x, *plain(args)))
        return slope(x, *args)

    refuse("minimize_scalar", bounds=bounds, tol=tol)
    args = as_tuple(args)
    x = solution(residual, solve, args, elsewhere)
    result.x, result.fun = x, known(result.fun, fun, (x, *args), elsewhere)
    return result


def _root_excess(z: Any) -> Any:
    return 2.0 * (np.sqrt(1.0 + z) - 1.0)


def _huber(z: Any) -> Any:
    return np.where(z <= 1.0, z, 2.0 * np.sqrt(np.maximum(z, 1.0)) - 1.0)


#: What becomes of a squared residual.
_LOSSES: dict[str, Callable[..., Any]] = {
    "linear": np.positive,
    "soft_l1": _root_excess,
    "huber": _huber,
    "cauchy": np.log1p,
    "arctan": np.arctan,
}


@lifts("scipy.optimize.least_squares")
def least_squares(
    fun: Callable[..., Any],
    x0: Array,
    jac: Any = "2-point",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    ftol: float | None = 1e-8,
    xtol: float | None = 1e-8,
    gtol: float | None = 1e-8,
    x_scale: Any = None,
    loss: Any = "linear",
    f_scale: float = 1.0,
    diff_step: Any = None,
    tr_solver: Any = None,
    tr_options: Any = None,
    jac_sparsity: Any = None,
    max_nfev: int | None = None,
    verbose: int = 0,
    args: Any = (),
    kwargs: Any = None,
    **more: Any,
) -> Any:
    """Fit by least squares.

    Parameters
    ----------
    fun : Callable
        ``fun(x, *args, **kwargs)``, the residuals. It is written with functions that have derivatives, of the second
        order, too.
    x0 : array_like
        The first guess.
    bounds : optional
        The solution has no derivative if it lies on one.
    loss : str
        The solution has no derivative if this is a function.
    args, kwargs : tuple and dict
        The solution is differentiated by the variables in these, and by those that `fun` takes from elsewhere.
    jac, method, ftol, xtol, gtol, x_scale, f_scale, diff_step, tr_solver, tr_options, jac_sparsity, max_nfev, verbose
        As in SciPy.
    **more
        What later versions of SciPy take.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With tensors as `x`, `fun` and `cost`, if there are any in `args` or `kwargs`.

    See Also
    --------
    scipy.optimize.least_squares

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import least_squares
    >>> t, y = np.array([0.0, 1.0, 2.0]), mg.tensor([1.0, 3.0, 5.0])
    >>> line = least_squares(lambda x, y: x[0] + x[1] * t - y, [0.0, 0.0], args=(y,)).x
    >>> line[1].backward()
    >>> line.round(6), y.grad.round(6) + 0.0
    (Tensor([1., 2.]), array([-0.5,  0. ,  0.5]))
    """
    result: Any = None
    elsewhere: list[Any] = []
    how = {name: value for name, value in more.items() if value is not None}
    if x_scale is not None:
        how["x_scale"] = x_scale

    def solve(kwargs: Any, *args: Any) -> Any:
        nonlocal result
        result = scipy.optimize.least_squares(
            of_arrays(fun, "least_squares", elsewhere=elsewhere),
            plain(x0),
            jac=optional(jac, "least_squares", elsewhere),
            bounds=bounds,
            method=method,
            ftol=ftol,
            xtol=xtol,
            gtol=gtol,
            loss=loss,
            f_scale=f_scale,
            diff_step=diff_step,
            tr_solver=tr_solver,
            tr_options=tr_options or {},
            jac_sparsity=jac_sparsity,
            max_nfev=max_nfev,
            verbose=verbose,
            args=args,
            kwargs=kwargs,
            **how,
        )
        return result.x

    def residuals(x: Any, kwargs: Any, *args: Any) -> Any:
        return np.atleast_1d(fun(x, *args, **kwargs))

    def cost(x: Any, kwargs: Any, *args: Any) -> Any:
        if callable(loss):
            raise no_derivative("least_squares", "`loss` is a function")
        return np.sum(_LOSSES[loss]((residuals(x, kwargs, *args) / f_scale) ** 2)) * f_scale**2 / 2

    def residual(x: Any, kwargs: Any, *args: Any) -> Any:
        if not result.success:
            raise no_derivative("least_squares", f"no minimum was found ({result.message})")
        if np.any(result.active_mask):
            raise no_derivative("least_squares", "it lies on a bound, where the gradient need not be zero")
        return grad(cost)(x, kwargs, *args)

    refuse("least_squares", bounds=bounds, x_scale=x_scale, f_scale=f_scale)
    args, kwargs = as_tuple(args), {} if kwargs is None else kwargs
    x = solution(residual, solve, (kwargs, *args), elsewhere)
    result.x = x
    for name, f in (("fun", residuals), ("cost", cost)):
        result[name] = known(result[name], f, (x, kwargs, *args), elsewhere)
    return result
