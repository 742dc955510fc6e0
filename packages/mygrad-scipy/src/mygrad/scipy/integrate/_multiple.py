"""Integrals over several numbers, one within the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import scipy.integrate

from mygrad.extend import has_variable, lifts
from mygrad.scipy._called import as_tuple, flattened, known, no_derivative, of_arrays, optional
from mygrad.scipy._operands import plain, refuse
from mygrad.scipy.integrate._quad import as_sum

__all__ = ["dblquad", "nquad", "tplquad"]


def _at(x: Any, *args: Any) -> Any:
    """What is given, or what a function that is given returns."""
    return x(*args) if callable(x) else x


def _between(low: Any, high: Any, n: int) -> Callable[..., Any]:
    """Limits by the `n` numbers after that which they limit: `nquad` gives the nearest first, its callers the last."""
    return lambda *given: (_at(low, *given[n - 1 :: -1]), _at(high, *given[n - 1 :: -1]))


def _as_sums(func: Callable[..., Any], ranges: Any, opts: Any, args: Any) -> Any:
    """The integral of ``func(*numbers, *args)`` as a sum, over the last number, of such sums over those before it."""
    *inner_ranges, outer = ranges
    *inner_opts, how = opts

    def within(x: Any) -> Any:
        return _as_sums(func, inner_ranges, inner_opts, (x, *args)) if inner_ranges else func(x, *args)

    def of_numbers(x: Any) -> Any:
        given = (x, *plain(args))
        if not inner_ranges:
            return plain(func(*given))
        plain_ranges = [optional(each, "nquad", []) for each in plain(inner_ranges)]
        return scipy.integrate.nquad(of_arrays(func, "nquad", elsewhere=[]), plain_ranges, given, inner_opts)[0]

    low, high = _at(outer, *args)
    report = scipy.integrate.quad(of_numbers, plain(low), plain(high), full_output=True, **_at(how, *args))[2]
    return as_sum(within, low, high, report)


@lifts("scipy.integrate.nquad")
def nquad(func: Callable[..., Any], ranges: Any, args: Any = None, opts: Any = None, full_output: bool = False) -> Any:
    """Integrate a function of several numbers.

    Parameters
    ----------
    func : Callable
        ``func(x0, ..., xn, *args)``, one number. It is written with functions that have derivatives, and may take
        variables from elsewhere, unless it is singular.
    ranges : sequence
        Of each number, the limits, which may be variables; or a function of the numbers after it, and `args`, that
        returns them.
    args : tuple, optional
        Numbers and arrays, which may be variables; and lists, tuples and dictionaries of these.
    opts : dict or sequence, optional
        As in SciPy. Beside variables, there can be no `weight`.
    full_output : bool
        As in SciPy.

    See Also
    --------
    scipy.integrate.nquad

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import nquad
    >>> rate = mg.tensor(1.5)
    >>> y, error = nquad(lambda x, y, rate: rate * x * y, [[0.0, 1.0], [0.0, rate]], args=(rate,))
    >>> y.backward()
    >>> y.round(6), rate.grad.round(6)
    (Tensor(0.84375), np.float64(1.6875))
    """
    ranges = list(ranges)
    options = [opts or {}] * len(ranges) if opts is None or isinstance(opts, dict) else list(opts)
    refuse("nquad", opts=opts)
    leaves, filled = flattened((ranges, as_tuple(() if args is None else tuple(args))))
    elsewhere: list[Any] = []

    def as_sums(*leaves: Any) -> Any:
        ranges, args = filled(leaves)
        total = _as_sums(func, ranges, options, args)
        if not abs(plain(total) - value) <= max(10 * rest[0], 1e-7 * abs(value)):
            raise no_derivative("nquad", "the function is singular, or varies too much")
        return total

    of_numbers, given = filled(plain(leaves))
    value, *rest = scipy.integrate.nquad(
        of_arrays(func, "nquad", elsewhere=elsewhere),
        [optional(x, "nquad", elsewhere) for x in of_numbers],
        given,
        opts,
        full_output,
    )
    if has_variable([leaves, elsewhere]) and any("weight" in how for how in options if isinstance(how, dict)):
        raise TypeError("nquad: beside variables, there can be no `weight`")
    return (known(value, as_sums, leaves, elsewhere), *rest)


def dblquad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:
    """Integrate ``func(y, x, *args)``, for x from `a` to `b` and y from ``gfun(x)`` to ``hfun(x)``.

    Parameters
    ----------
    func, args
        As in `nquad`.
    a, b : float
        The limits of x, which may be variables.
    gfun, hfun : Callable or float
        Those of y.
    epsabs, epsrel
        As in SciPy.

    See Also
    --------
    scipy.integrate.dblquad
    nquad : with examples.
    """
    return nquad(func, [_between(gfun, hfun, 1), (a, b)], args, {"epsabs": epsabs, "epsrel": epsrel})


def tplquad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    qfun: Any,
    rfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:
    """Integrate ``func(z, y, x, *args)``, for z from ``qfun(x, y)`` to ``rfun(x, y)``, and x and y as `dblquad` does.

    Parameters
    ----------
    func, args
        As in `nquad`.
    a, b : float
        The limits of x, which may be variables.
    gfun, hfun : Callable or float
        Those of y.
    qfun, rfun : Callable or float
        Those of z.
    epsabs, epsrel
        As in SciPy.

    See Also
    --------
    scipy.integrate.tplquad
    nquad : with examples.
    """

    def of_z(y: Any, x: Any, *_: Any) -> Any:
        return _at(qfun, x, y), _at(rfun, x, y)

    return nquad(
        func, [_between(qfun, rfun, 2), _between(gfun, hfun, 1), (a, b)], args, {"epsabs": epsabs, "epsrel": epsrel}
    )
