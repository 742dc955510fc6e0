"""Initial value problems, differentiated through the steps that the solver takes.

For derivatives, each step is computed once more, from the state before it and the width that the solver chose: that of
an explicit method as it stands, that of Radau's as the root of its equations. Steps are grouped, and of each group
nothing but the first state is kept until the backward pass comes to it. The multistep methods, of which a step depends
on many before it, are differentiated through the steps that Radau's method takes to the same tolerances.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil, sqrt
from typing import Any

import numpy as np
import scipy.integrate
from scipy.integrate import DOP853, RK23, RK45, Radau
from scipy.integrate import solve_ivp as _solve_ivp

from mygrad.extend import composed, has_variable, lifts
from mygrad.functional import checkpoint
from mygrad.scipy._called import as_tuple, flattened, of_arrays
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex
from mygrad.scipy.integrate._adjoint import by_adjoint
from mygrad.scipy.integrate._steps import collocation_step, explicit_step

__all__ = ["odeint", "solve_ivp"]

#: What tells the widths of the steps, and computes one of them, by the name of the method.
_STEPS: dict[str, tuple[Any, Any]] = {
    "RK23": (RK23, explicit_step(RK23)),
    "RK45": (RK45, explicit_step(RK45)),
    "DOP853": (DOP853, explicit_step(DOP853)),
    "Radau": (Radau, collocation_step),
}


def _noting(method: Any, times: list[float]) -> Any:
    """A solver that notes at which times its steps end."""

    class Noting(method):  # type: ignore[misc]
        def step(self) -> Any:
            if not times:
                times.append(self.t)
            message = super().step()
            if self.status != "failed" and self.t != times[-1]:  # nor where the times begin and end with the same
                times.append(self.t)
            return message

    return Noting


def _through(
    f: Callable[..., Any], step: Any, times: Any, wanted: Any, y: Any, args: Any, checkpoints: int | None
) -> list[Any]:
    """The states at the `wanted` times, by steps between `times`, from `y` at the first."""

    def group(y: Any, args: Any, first: int, last: int) -> tuple[Any, list[Any]]:
        found = []
        for t, end in zip(times[first:last], times[first + 1 : last + 1], strict=True):
            inner = wanted[(np.minimum(t, end) < wanted) & (wanted < np.maximum(t, end))]
            found += [step(f, t, s - t, y, args) for s in inner]
            y = step(f, t, end - t, y, args)
            found += [y] * int(np.sum(wanted == end))
        return y, found

    n = len(times) - 1
    count = min(n, checkpoints or ceil(sqrt(n)))
    ends = np.linspace(0, n, count + 1).astype(int)
    states = [y] * int(np.sum(wanted == times[0]))
    for first, last in pairwise(ends):
        y, found = checkpoint(group)(y, args, int(first), int(last))
        states += found
    return states


def _state(y: Any) -> Any:
    """The state in the dtype that solvers take."""
    y = array_operand(y)
    dtype = np.complex128 if y.dtype.kind == "c" else np.float64
    return y if y.dtype == dtype else y.astype(dtype)


@lifts("scipy.integrate.solve_ivp")
def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Array,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    *,
    checkpoints: int | None = None,
    adjoint: bool = False,
    **options: Any,
) -> Any:
    """Solve an initial value problem.

    Parameters
    ----------
    fun : Callable
        ``fun(t, y, *args)``, as many numbers as `y` has. It is written with functions that have derivatives.
    t_span, t_eval
        The times. No gradient flows to them.
    y0 : array_like, shape (n,)
        The initial state, which may be a variable. Of complex ones, there are derivatives by explicit methods.
    method : str
        Derivatives go through the steps of 'RK23', 'RK45', 'DOP853' and 'Radau'; and for 'BDF' and 'LSODA', through
        steps of 'Radau' to the same tolerances.
    dense_output, events
        Not beside variables.
    args : tuple, optional
        The solution is differentiated by the variables in these.
    checkpoints : int, optional
        In how many groups the steps are differentiated. With k groups of n steps, the backward pass needs memory for
        k states and n/k steps. By default, k is the square root of n.
    adjoint : bool
        Solve the continuous adjoint equation instead, backward in time along with the problem itself. That needs no
        memory, but follows the problem the wrong way: for stiff ones, and over long times, the gradients can be wrong
        without a sign of it. First derivatives only.
    vectorized, **options
        As in SciPy.

    Returns
    -------
    OdeResult
        With a tensor as `y`, if there are any in `y0` or `args`.

    Raises
    ------
    TypeError
        If there are events or a dense output beside variables, or if a time is one.

    See Also
    --------
    scipy.integrate.solve_ivp

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import solve_ivp
    >>> rate = mg.tensor(0.5)
    >>> y = solve_ivp(lambda t, y, rate: -rate * y, (0.0, 2.0), [1.0], args=(rate,), rtol=1e-9, atol=1e-9).y
    >>> y[0, -1].backward()
    >>> rate.grad.round(6)
    np.float64(-0.735759)
    """
    refuse("solve_ivp", t_span=t_span, t_eval=t_eval, **options)
    args, y0 = () if args is None else tuple(args), _state(y0)
    if has_variable([y0, args]):
        if events is not None or dense_output:
            raise TypeError("solve_ivp: beside variables, `events` and `dense_output` have no derivative")
        if method not in ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA"):
            if isinstance(method, str):
                raise ValueError(f"solve_ivp: there is no method {method!r}")
            raise TypeError(f"solve_ivp: there is no derivative through the steps of the method {method!r}")
        if adjoint or method not in ("RK23", "RK45", "DOP853"):
            refuse_complex([y0, args])
            if y0.dtype.kind == "c":
                raise TypeError(
                    "solve_ivp: derivatives of complex states go through steps of 'RK23', 'RK45' and 'DOP853'"
                )
    result: Any = None
    times: list[float] = []

    def solver(name: str) -> Any:
        times.clear()
        return _noting(_STEPS[name][0], times)

    def solve(y0: Any, *args: Any) -> Any:
        nonlocal result
        result = _solve_ivp(
            of_arrays(fun, "solve_ivp"),
            t_span,
            y0,
            method=solver(method) if method in _STEPS else method,
            t_eval=t_eval,
            dense_output=dense_output,
            events=events,
            vectorized=vectorized,
            args=args,
            **dict(options),
        )
        return result.y

    def through_steps(y0: Any, *args: Any) -> Any:
        if method not in _STEPS:
            known = {name: options[name] for name in ("rtol", "atol", "jac") if name in options}
            _solve_ivp(of_arrays(fun, "solve_ivp"), t_span, plain(y0), solver("Radau"), args=plain(args), **known)
        _, step = _STEPS[method if method in _STEPS else "Radau"]
        return np.stack(_through(fun, step, np.array(times), result.t, y0, args, checkpoints), axis=-1)

    if adjoint:
        how = {"method": method} | {name: options[name] for name in ("rtol", "atol") if name in options}
        leaves, filled = flattened(args)
        y = by_adjoint(
            lambda y0, *leaves: solve(y0, *filled(leaves)),
            lambda: (t_span[0], result.t),
            lambda t, y, *leaves: fun(t, y, *filled(leaves)),
            how,
        )(y0, *leaves)
    else:
        y = composed(solve, through_steps)(y0, *args)
    result.y = y
    return result


@lifts("scipy.integrate.odeint")
def odeint(
    func: Callable[..., Any],
    y0: Array,
    t: Any,
    args: Any = (),
    Dfun: Any = None,
    col_deriv: int = 0,
    full_output: int = 0,
    ml: Any = None,
    mu: Any = None,
    rtol: Any = None,
    atol: Any = None,
    *more: Any,
    tfirst: bool = False,
    **options: Any,
) -> Any:
    """Solve an initial value problem by LSODA.

    Derivatives go through the steps that Radau's method takes to the same tolerances.

    Parameters
    ----------
    func : Callable
        ``func(y, t, *args)``, as many numbers as `y` has, or ``func(t, y, *args)`` if `tfirst`. It is written with
        functions that have derivatives.
    y0 : array_like, shape (n,)
        The initial state, which may be a variable.
    t : array_like
        The times. No gradient flows to them.
    args : tuple
        The solution is differentiated by the variables in these.
    Dfun, col_deriv, full_output, ml, mu, rtol, atol, tfirst, *more, **options
        As in SciPy.

    See Also
    --------
    scipy.integrate.odeint

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.integrate import odeint
    >>> rate = mg.tensor(0.5)
    >>> y = odeint(lambda y, t, rate: -rate * y, [1.0], [0.0, 2.0], args=(rate,))
    >>> y[-1, 0].backward()
    >>> rate.grad.round(6)
    np.float64(-0.735759)
    """
    refuse("odeint", t=t, rtol=rtol, atol=atol, **options)
    rest: Any = ()
    moments = np.asarray(plain(t), dtype=np.float64)

    def solve(y0: Any, *args: Any) -> Any:
        nonlocal rest
        how = {"full_output": full_output, "ml": ml, "mu": mu, "rtol": rtol, "atol": atol, "tfirst": tfirst, **options}
        found = scipy.integrate.odeint(of_arrays(func, "odeint"), y0, moments, args, Dfun, col_deriv, *more, **how)
        y, *rest = found if full_output else (found,)
        return y

    def slope(t: Any, y: Any, *args: Any) -> Any:
        return func(t, y, *args) if tfirst else func(y, t, *args)

    def through_steps(y0: Any, *args: Any) -> Any:
        times: list[float] = []
        known = {"rtol": rtol or 1.49012e-8, "atol": atol or 1.49012e-8}
        span = moments[0], moments[-1]
        _solve_ivp(of_arrays(slope, "odeint"), span, plain(y0), _noting(Radau, times), args=plain(args), **known)
        return np.stack(_through(slope, collocation_step, np.array(times), moments, y0, args, None))

    y0 = np.atleast_1d(refuse_complex(_state(y0)))
    y = composed(solve, through_steps)(y0, *as_tuple(args))
    return (y, *rest) if full_output else y
