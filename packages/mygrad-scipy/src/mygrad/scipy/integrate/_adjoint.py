"""The continuous adjoint equation of an initial value problem, solved backward in time along with the problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from mygrad.extend import has_variable
from mygrad.functional import custom_vjp, vjp
from mygrad.scipy._called import as_tensor, no_derivative

__all__ = ["by_adjoint"]


def by_adjoint(
    solve: Callable[..., Any], times: Callable[[], Any], f: Callable[..., Any], how: dict[str, Any]
) -> Callable[..., Any]:
    """``solve(y0, *args)``, with the gradients that the adjoint equation gives.

    Parameters
    ----------
    solve : Callable
        Returns the states at some times.
    times : Callable
        Returns the time of the initial state, and those.
    f : Callable
    how : dict
        What `scipy.integrate.solve_ivp` is given.
    """

    @custom_vjp
    def solution(y0: Any, *args: Any) -> Any:
        return solve(y0, *args)

    def forward(y0: Any, *args: Any) -> Any:
        y = solution(y0, *args)
        return y, (y, args)

    def backward(kept: Any, g: Any) -> Any:
        y, args = kept
        if has_variable([y, g, args]):
            raise no_derivative("solve_ivp", "the adjoint method gives first derivatives only (`adjoint=False` more)")
        (start, moments), n = times(), len(y)
        positions = [i for i, x in enumerate(args) if np.asarray(x).dtype.kind == "f"]
        ends = n + np.cumsum([n, *[np.size(args[i]) for i in positions]])

        def slope(t: float, state: Any) -> Any:
            def at(y: Any, *some: Any) -> Any:
                given = dict(zip(positions, some, strict=True))
                return as_tensor(np.stack(list(f(t, y, *[given.get(i, x) for i, x in enumerate(args)]))))

            value, pull_back = vjp(at, state[:n], *[args[i] for i in positions])
            by_y, *by_args = pull_back(state[n : 2 * n])
            return np.concatenate([value, -by_y, *[-np.ravel(x) for x in by_args]])

        state = np.zeros(ends[-1])
        state[n : 2 * n] = g[:, -1]
        for k in range(len(moments) - 1, -1, -1):
            end = moments[k - 1] if k else start
            state[:n] = y[:, k]
            if moments[k] != end:
                state = scipy.integrate.solve_ivp(slope, (moments[k], end), state, **how).y[:, -1]
            if k:
                state[n : 2 * n] += g[:, k - 1]
        parts = np.split(state, ends)[1:-1] if positions else []
        of_args: list[Any] = [None] * len(args)
        for i, part in zip(positions, parts, strict=True):
            of_args[i] = part.reshape(np.shape(args[i]))
        return state[n : 2 * n], *of_args

    solution.defvjp(forward, backward)
    return solution
