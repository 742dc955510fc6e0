"""Fits of parameters to data, by least squares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
import scipy.sparse.linalg

import mygrad as mg
from mygrad.extend import has_variable, implicit_root, lifts
from mygrad.functional import grad, jacfwd
from mygrad.scipy._called import known, no_derivative, of_arrays, optional
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex
from mygrad.scipy.optimize._minima import refuse_unless_interior
from mygrad.scipy.optimize._roots import solution
from mygrad.scipy.sparse import SparseArray, csr_array

__all__ = ["curve_fit", "lsq_linear", "nnls"]


def _weighed(difference: Any, sigma: Any) -> Any:
    """In units of the errors `sigma`, or of those whose covariance it is."""
    if sigma is None:
        return difference
    if sigma.size == 1 or sigma.ndim < 2:
        return difference / sigma
    return np.linalg.solve(np.linalg.cholesky(sigma), difference)


@lifts("scipy.optimize.curve_fit")
def curve_fit(
    f: Callable[..., Any],
    xdata: Any,
    ydata: Array,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: bool | None = None,
    bounds: Any = (-np.inf, np.inf),
    method: Any = None,
    jac: Any = None,
    *,
    full_output: bool = False,
    **how: Any,
) -> Any:
    """Fit a function to data.

    Parameters
    ----------
    f : Callable
        ``f(xdata, *parameters)``, written with functions that have derivatives, of the second order, too; for those of
        the covariance, of the third.
    xdata, ydata, sigma : array_like
        The fit is differentiated by these, and by variables that `f` takes from elsewhere. Beside
        variables, ``nan_policy="omit"`` is refused.
    p0 : array_like, optional
        The first guess.
    bounds : optional
        The fit has no derivative if it lies on one.
    absolute_sigma, check_finite, method, jac, full_output
        As in SciPy. What is in the dictionary of the full output has no derivatives.
    **how
        What else SciPy takes.

    Returns
    -------
    popt, pcov : Tensor or ndarray
        The parameters and their covariance; more with `full_output`.

    See Also
    --------
    scipy.optimize.curve_fit

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.optimize import curve_fit
    >>> t, y = np.array([0.0, 1.0, 2.0]), mg.tensor([1.0, 3.1, 4.9])
    >>> line, covariance = curve_fit(lambda t, a, b: a + b * t, t, y)
    >>> line[1].backward()
    >>> line.round(4), y.grad.round(6) + 0.0
    (Tensor([1.05, 1.95]), array([-0.5,  0. ,  0.5]))
    """
    refuse("curve_fit", bounds=bounds)
    elsewhere: list[Any] = []
    given = {"bounds": bounds, "method": method, "absolute_sigma": absolute_sigma, "check_finite": check_finite, **how}
    if isinstance(xdata, (list, tuple, np.ndarray, mg.Tensor)):
        xdata = array_operand(xdata, float).astype(float)
    data = refuse_complex((xdata, array_operand(ydata, float), None if sigma is None else array_operand(sigma)))
    if has_variable(data) and how.get("nan_policy") == "omit":
        raise TypeError("curve_fit: beside variables, there can be no nan_policy='omit'. Select what is finite before")
    result: Any = None

    def solve(xdata: Any, y: Any, sigma: Any) -> Any:
        nonlocal result
        function, slopes = of_arrays(f, "curve_fit", elsewhere=elsewhere), optional(jac, "curve_fit", elsewhere)
        result = scipy.optimize.curve_fit(function, xdata, y, p0, sigma, full_output=True, jac=slopes, **given)
        return result[0]

    def residuals(p: Any, xdata: Any, y: Any, sigma: Any) -> Any:
        return _weighed(array_operand(f(xdata, *p)) - y, sigma)

    def cost(p: Any, *data: Any) -> Any:
        return np.sum(residuals(p, *data) ** 2) / 2

    def slope(p: Any, *data: Any) -> Any:
        ends = bounds if isinstance(bounds, scipy.optimize.Bounds) else scipy.optimize.Bounds(*bounds)
        refuse_unless_interior("curve_fit", plain(p), ends, lambda p: grad(cost)(p, *plain(data)))
        return grad(cost)(p, *data)

    def covariance(p: Any, *data: Any) -> Any:
        if not np.all(np.isfinite(result[1])):
            raise no_derivative("curve_fit", "the covariance could not be estimated")
        slopes = jacfwd(lambda p: residuals(p, *data))(p)
        scale = 1.0 if absolute_sigma else np.sum(residuals(p, *data) ** 2) / (len(slopes) - len(p))
        return scale * np.linalg.inv(np.matmul(slopes.T, slopes))

    parameters = solution(slope, solve, data, elsewhere)
    pcov = known(result[1], covariance, (parameters, *data), elsewhere)
    return (parameters, pcov, *result[2:]) if full_output else (parameters, pcov)


def _linear_fit(name: str, find: Callable[..., Any], on_bound: Callable[[], Any], a: Any, b: Any) -> Any:
    """What minimizes the squares of ``a @ x - b``. Where it is on a bound, it stays there.

    Parameters
    ----------
    name : str
    find : Callable
        ``find(a, b)``, the same of arrays.
    on_bound : Callable
        Tells for each entry of what was found whether it is on a bound, or raises if nothing was found.
    a, b : array_like
    """

    def residual(x: Any, a: Any, b: Any) -> Any:
        fixed = on_bound()
        if not scipy.sparse.issparse(a):
            free = np.atleast_2d(plain(a))[:, ~fixed]
            if np.linalg.matrix_rank(free) < free.shape[1]:
                raise no_derivative(name, "it is not the only one, for columns of the matrix depend on others")
        return np.where(fixed, x - plain(x), _normal_equations(x, a, b))

    return implicit_root(residual, find)(a, b)


def _normal_equations(x: Any, a: Any, b: Any) -> Any:
    a = csr_array(a) if scipy.sparse.issparse(a) else np.atleast_2d(a)
    return a.T @ (a @ x - np.reshape(b, -1))


def _matrix(name: str, a: Any) -> Any:
    if scipy.sparse.issparse(a):
        return a
    if isinstance(a, (SparseArray, scipy.sparse.linalg.LinearOperator)):
        raise TypeError(f"{name}: beside variables, the matrix has to be an array, or a sparse one of SciPy")
    return array_operand(a)


@lifts("scipy.optimize.lsq_linear")
def lsq_linear(A: Any, b: Array, bounds: Any = (-np.inf, np.inf), *args: Any, **how: Any) -> Any:
    """Solve linear equations by least squares, within bounds.

    Parameters
    ----------
    A, b : array_like
        The matrix and the right side. By the values of a sparse matrix, there is no derivative.
    bounds : optional
        Entries of the solution that are on one have the derivative zero.
    *args, **how
        What else SciPy takes.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With tensors as `x`, `fun` and `cost`, if there are variables.

    See Also
    --------
    scipy.optimize.lsq_linear

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.optimize import lsq_linear
    >>> b = mg.tensor([1.0, 2.0, -3.0])
    >>> x = lsq_linear([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], b, (0.0, 9.0), "bvls").x
    >>> x.sum().backward()
    >>> x, b.grad.round(6) + 0.0
    (Tensor([1.5, 0. ]), array([0.5, 0.5, 0. ]))
    """
    if not has_variable([A, b, bounds]):
        return scipy.optimize.lsq_linear(A, b, bounds, *args, **how)
    refuse("lsq_linear", bounds=bounds)
    a, b = refuse_complex((_matrix("lsq_linear", A), np.atleast_1d(array_operand(b))))
    result: Any = None

    def find(a: Any, b: Any) -> Any:
        nonlocal result
        result = scipy.optimize.lsq_linear(a, b, bounds, *args, **how)
        return result.x

    def on_bound() -> Any:
        if not result.success:
            raise no_derivative("lsq_linear", f"no minimum was found ({result.message})")
        return result.active_mask != 0

    def misfit(x: Any, a: Any, b: Any) -> Any:
        return (csr_array(a) if scipy.sparse.issparse(a) else np.atleast_2d(a)) @ x - b

    def cost(x: Any, a: Any, b: Any) -> Any:
        return np.sum(misfit(x, a, b) ** 2) / 2

    x = _linear_fit("lsq_linear", find, on_bound, a, b)
    result.x = x
    for name, f in (("fun", misfit), ("cost", cost)):
        result[name] = known(result[name], f, (x, a, b))
    return result


@lifts("scipy.optimize.nnls")
def nnls(A: Array, b: Array, **how: Any) -> Any:
    """Solve linear equations by least squares, with numbers that are not negative.

    Parameters
    ----------
    A, b : array_like
        The matrix and the right side.
    **how
        What else SciPy takes.

    Returns
    -------
    x : Tensor or ndarray
        The solution. Where it is zero, so is its derivative.
    rnorm : Tensor or float
        The norm of the residuals.

    See Also
    --------
    scipy.optimize.nnls

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.optimize import nnls
    >>> b = mg.tensor([1.0, 2.0, -3.0])
    >>> x, norm = nnls([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], b)
    >>> x.sum().backward()
    >>> x, b.grad.round(6) + 0.0
    (Tensor([1.5, 0. ]), array([0.5, 0.5, 0. ]))
    """
    if not has_variable([A, b]):
        return scipy.optimize.nnls(A, b, **how)
    result: Any = None

    def find(a: Any, b: Any) -> Any:
        nonlocal result
        result = scipy.optimize.nnls(a, b, **how)
        return result[0]

    def norm(x: Any, a: Any, b: Any) -> Any:
        return np.linalg.norm(np.matmul(a, x) - np.reshape(b, -1))

    a, b = refuse_complex((_matrix("nnls", A), array_operand(b, float)))
    x = _linear_fit("nnls", find, lambda: result[0] == 0, a, b)
    return x, known(result[1], norm, (x, a, b))
