"""Integrals of functions, by the rule of Leibniz.

The derivative by a limit is the function there; that by a parameter is the integral of the derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from mygrad.extend import has_variable, lifts
from mygrad.functional import custom_vjp, vjp
from mygrad.scipy._called import as_tensor, as_tuple, flattened, no_derivative, of_arrays
from mygrad.scipy._operands import plain, refuse

__all__ = ["quad"]


def _integral(f: Callable[..., Any], compute: Callable[..., Any], by_quad_vec: Callable[..., Any]) -> Any:
    """The integral of ``f(s, *args)``, as a function of the limits and of `args`.

    Parameters
    ----------
    f : Callable
    compute : Callable
        ``compute(a, b, *args)``, the same of arrays.
    by_quad_vec : Callable
        ``by_quad_vec(f, a, b)``, the integral of any other function, whose values are vectors.
    """

    @custom_vjp
    def integral(a: Any, b: Any, *args: Any) -> Any:
        return compute(a, b, *args)

    def forward(a: Any, b: Any, *args: Any) -> Any:
        return integral(a, b, *args), (a, b, args)

    def backward(kept: Any, g: Any) -> Any:
        a, b, args = kept
        positions = [i for i, x in enumerate(args) if np.asarray(plain(x)).dtype.kind == "f"]

        def slopes(s: Any, g: Any, *args: Any) -> Any:
            def at(*some: Any) -> Any:
                return as_tensor(f(s, *_with(args, positions, some)))

            by_args = vjp(at, *[args[i] for i in positions])[1](g)
            return np.concatenate([np.ravel(x) for x in by_args])

        of_limits = [_at(f, limit, args, g) for limit in (a, b)]
        of_args: list[Any] = [None] * len(args)
        if positions:

            def compute_slopes(a: Any, b: Any, *given: Any) -> Any:
                return by_quad_vec(lambda s: slopes(s, *given), a, b)

            found = _integral(slopes, compute_slopes, by_quad_vec)(a, b, g, *args)
            start = 0
            for i in positions:
                size = np.size(plain(args[i]))
                of_args[i] = np.reshape(found[start : start + size], np.shape(plain(args[i])))
                start += size
        lower, upper = of_limits
        return None if lower is None else -lower, upper, *of_args

    integral.defvjp(forward, backward)
    return integral


def _with(args: Any, positions: Any, values: Any) -> list[Any]:
    """`args` with other values at some positions."""
    given = dict(zip(positions, values, strict=True))
    return [given.get(i, x) for i, x in enumerate(args)]


def _at(f: Callable[..., Any], limit: Any, args: Any, g: Any) -> Any:
    return np.sum(g * f(limit, *args)) if np.isfinite(plain(limit)) else None


#: Gauss's points and weights, in each of the intervals that were found to be small enough.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def as_sum(f: Callable[[Any], Any], a: Any, b: Any, report: dict[str, Any]) -> Any:
    """The integral as a sum over the intervals in which it was computed, so that all variables in it are seen."""
    low, high = plain(a), plain(b)
    if low > high:
        return -as_sum(f, b, a, report)
    starts, ends = (report[name][: report["last"]] for name in ("alist", "blist"))
    finite_ends = bool(np.isfinite([low, high]).all())
    if finite_ends:
        starts, ends = ((x - low) / (high - low) for x in (starts, ends)) if high > low else np.array([[0.0], [1.0]])
    half = (ends - starts) / 2
    places = (starts + half)[:, None] + half[:, None] * _POINTS
    weights = half[:, None] * _WEIGHTS
    pairs = list(zip(places.ravel(), weights.ravel(), strict=True))
    if finite_ends:
        return sum(w * (b - a) * f(a + t * (b - a)) for t, w in pairs)
    finite = a if np.isfinite(low) else b if np.isfinite(high) else 0.0
    signs = [sign for sign, end in ((1.0, high), (-1.0, low)) if not np.isfinite(end)]
    return sum(w / t**2 * f(finite + sign * (1.0 - t) / t) for t, w in pairs for sign in signs)


@lifts("scipy.integrate.quad")
def quad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any = (),
    full_output: int = 0,
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
    limit: int = 50,
    points: Any = None,
    weight: Any = None,
    wvar: Any = None,
    **more: Any,
) -> Any:
    """Integrate a function of one number.

    Parameters
    ----------
    func : Callable
        ``func(s, *args)``, one number. It is written with functions that have derivatives, and may take variables from
        elsewhere, unless it is singular.
    a, b : float
        The limits, which may be variables, and infinite.
    args : tuple
        Numbers and arrays, which may be variables; and lists, tuples and dictionaries of these.
    weight, wvar : optional
        Not beside variables.
    full_output, epsabs, epsrel, limit, points
        As in SciPy. Derivatives are integrated to the same tolerances.
    **more
        What else SciPy takes.

    Raises
    ------
    TypeError
        If there is a weight beside variables.

    See Also
    --------
    scipy.integrate.quad

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.integrate import quad
    >>> rate = mg.tensor(2.0)
    >>> y, error = quad(lambda s, rate: np.exp(-rate * s), 0.0, np.inf, args=(rate,))
    >>> y.backward()
    >>> y.round(6), rate.grad.round(6)
    (Tensor(0.5), np.float64(-0.25))
    """
    refuse("quad", epsabs=epsabs, epsrel=epsrel, wvar=wvar)
    leaves, filled = flattened(as_tuple(args))
    tolerances = {"epsabs": epsabs, "epsrel": epsrel, "limit": limit, "points": points}
    if has_variable([a, b, leaves]) and (weight is not None or more.get("complex_func")):
        raise TypeError("quad: beside variables, there can be no `weight` and no `complex_func`")
    rest: Any = ()
    elsewhere: list[Any] = []

    def compute(a: Any, b: Any, *leaves: Any) -> Any:
        nonlocal rest
        how = {"full_output": full_output, "weight": weight, "wvar": wvar, **tolerances, **more}
        value, *rest = scipy.integrate.quad(of_arrays(func, "quad", elsewhere=elsewhere), a, b, filled(leaves), **how)
        return value

    def by_quad_vec(f: Any, a: Any, b: Any) -> Any:
        value, _, report = scipy.integrate.quad_vec(
            f, a, b, full_output=True, **{**tolerances, "limit": max(limit, 200)}
        )
        if not np.all(np.isfinite(value)):
            raise no_derivative("quad", f"its integral is not finite ({report.message})")
        return value

    integral = _integral(lambda s, *leaves: func(s, *filled(leaves)), compute, by_quad_vec)
    y = integral(a, b, *leaves)
    if not elsewhere:
        return (y, *rest)
    return (_with_all_variables(plain(y), func, a, b, filled(leaves), {"weight": weight, **tolerances, **more}), *rest)


def _with_all_variables(value: Any, func: Any, a: Any, b: Any, args: Any, how: dict[str, Any]) -> Any:
    """The integral, known to be `value`, of a function that takes variables from elsewhere."""
    if how["weight"] is not None or how.get("complex_func"):
        raise TypeError("quad: beside variables, there can be no `weight` and no `complex_func`")
    function = of_arrays(func, "quad", elsewhere=[])
    _, error, report, *_ = scipy.integrate.quad(function, plain(a), plain(b), plain(args), full_output=True, **how)
    total = as_sum(lambda s: func(s, *args), a, b, report)
    if not abs(plain(total) - value) <= max(10 * error, 1e-7 * abs(value)):
        raise TypeError(
            "quad: the function takes a variable from elsewhere, and is singular, so that it cannot be differentiated "
            "by that. Pass the variable through `args`."
        )
    return value + (total - plain(total))
