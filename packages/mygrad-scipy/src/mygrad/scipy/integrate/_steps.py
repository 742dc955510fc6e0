"""Steps of one-step methods, for variables: functions of the state before, and of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad.extend import implicit_root
from mygrad.functional import jacobian
from mygrad.scipy._called import as_tensor, no_derivative, of_arrays
from mygrad.scipy._operands import operand

__all__ = ["collocation_step", "explicit_step"]


def _slope(f: Callable[..., Any], t: Any, y: Any, args: Any) -> Any:
    value = operand(f(t, y, *args))
    return np.reshape(value, np.shape(y))


def explicit_step(method: Any) -> Callable[..., Any]:
    """The step of an explicit Runge-Kutta method of SciPy's: ``step(f, t, h, y, args)``."""

    def step(f: Callable[..., Any], t: float, h: float, y: Any, args: Any) -> Any:
        slopes = [_slope(f, t, y, args)]
        for s in range(1, method.n_stages):
            inner = y + np.tensordot(h * method.A[s, :s], np.stack(slopes), 1)
            slopes.append(_slope(f, t + method.C[s] * h, inner, args))
        return y + np.tensordot(h * method.B, np.stack(slopes), 1)

    return step


_S6 = np.sqrt(6.0)
#: Radau IIA of order 5 (E. Hairer and G. Wanner, "Solving Ordinary Differential Equations II", section IV.5).
_NODES = np.array([(4 - _S6) / 10, (4 + _S6) / 10, 1.0])
_WEIGHTS = np.array(
    [
        [(88 - 7 * _S6) / 360, (296 - 169 * _S6) / 1800, (-2 + 3 * _S6) / 225],
        [(296 + 169 * _S6) / 1800, (88 + 7 * _S6) / 360, (-2 - 3 * _S6) / 225],
        [(16 - _S6) / 36, (16 + _S6) / 36, 1 / 9],
    ]
)


def collocation_step(f: Callable[..., Any], t: float, h: float, y: Any, args: Any) -> Any:
    """The step of Radau's method: the last of three stages, which are the root of equations."""
    moments, weights = t + h * _NODES, h * _WEIGHTS

    def residual(z: Any, y: Any, *args: Any) -> Any:
        slopes = [_slope(f, s, y + stage, args) for s, stage in zip(moments, z, strict=True)]
        return z - np.tensordot(weights, np.stack(slopes), 1)

    def matrix(z: Any, y: Any, args: Any) -> Any:
        slopes = [
            jacobian(lambda y, s=s: as_tensor(_slope(f, s, y, args)))(y + stage)
            for s, stage in zip(moments, z, strict=True)
        ]
        return np.eye(3 * y.size) - np.block(
            [[w * by_y for w, by_y in zip(row, slopes, strict=True)] for row in weights]
        )

    def solve(y: Any, *args: Any) -> Any:
        z, size, rate = np.zeros((3, y.size)), np.inf, 1.0
        values = of_arrays(residual, "solve_ivp")
        for _ in range(100):
            if rate > 0.1:  # Newton's method, with the same matrix for as long as it is good enough
                inverse = np.linalg.inv(matrix(z, y, args))
            change = (inverse @ values(z, y, *args).ravel()).reshape(z.shape)
            z = z - change
            before, size = size, np.max(np.abs(change) / (np.abs(y) + np.abs(z) + 1e-300))
            rate = size / before if np.isfinite(before) else 0.0
            if size < 1e-14 or (size < 1e-9 and rate > 0.5):  # as close as rounding allows
                return z
        raise no_derivative("solve_ivp", f"the stages of the step at t = {t} could not be computed once more")

    return y + implicit_root(residual, solve)(y, *args)[-1]
