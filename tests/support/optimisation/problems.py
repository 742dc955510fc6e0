"""Problems with known solutions, written with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import expm
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from mygrad.functional import ravel_pytree

__all__ = [
    "BOUNDED",
    "CIRCLE",
    "DECAY",
    "HOCK_SCHITTKOWSKI",
    "KEPLER",
    "LOGISTIC",
    "ROBERTSON",
    "ROSENBROCK",
    "STIFF",
    "Equations",
    "Evolution",
    "Fit",
    "Minimum",
    "decay",
]

Array = np.ndarray[Any, Any]


class Minimum(NamedTuple):
    name: str
    f: Callable[[Any], Any]
    start: Array
    solution: Array
    bounds: Sequence[tuple[float, float]] | None = None
    #: Functions that are to be 0 at least, and 0 exactly.
    at_least: Callable[[Any], Any] | None = None
    exactly: Callable[[Any], Any] | None = None


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


ROSENBROCK = Minimum("Rosenbrock, 5 variables", rosenbrock, np.array([1.3, 0.7, 0.8, 1.9, 1.2]), np.ones(5))
BOUNDED = Minimum(
    "Rosenbrock, bounded", rosenbrock, np.zeros(2), np.array([0.5, 0.25]), bounds=[(-1.0, 0.5), (-1.0, 0.5)]
)
HOCK_SCHITTKOWSKI = Minimum(
    "Hock and Schittkowski 71",
    lambda x: x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2],
    np.array([1.0, 5.0, 5.0, 1.0]),
    np.array([1.0, 4.7429996379, 3.8211499847, 1.3794082952]),
    bounds=[(1.0, 5.0)] * 4,
    at_least=lambda x: np.prod(x) - 25.0,
    exactly=lambda x: np.sum(x**2) - 40.0,
)


class Weights(NamedTuple):
    slopes: Any
    offset: Any


def _logistic_regression() -> Minimum:
    """Which of 569 tumours are malignant, by 30 measurements, with a penalty; the solution is scikit-learn's."""
    x, y = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    start, unravel = ravel_pytree(Weights(np.zeros(x.shape[1]), 0.0))

    def loss(v: Any) -> Any:
        slopes, offset = unravel(v)
        margins = (2 * y - 1) * (x @ slopes + offset)
        return np.sum(np.logaddexp(0, -margins)) + 0.5 * np.sum(slopes**2)

    theirs = LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000, solver="newton-cholesky").fit(x, y)
    solution, _ = ravel_pytree(Weights(theirs.coef_[0], theirs.intercept_[0]))
    return Minimum("logistic regression, 31 weights", loss, start, solution)


LOGISTIC = _logistic_regression()


class Fit(NamedTuple):
    name: str
    model: Callable[..., Any]  # of the abscissas, and of each parameter
    at: Array
    start: Array
    solution: Array


def decay(t: Any, height: Any, rate: Any, level: Any) -> Any:
    return height * np.exp(-rate * t) + level


DECAY = Fit(
    "exponential decay, 3 parameters",
    decay,
    np.linspace(0.0, 4.0, 30),
    np.array([1.0, 1.0, 0.0]),
    np.array([2.5, 1.3, 0.5]),
)


class Equations(NamedTuple):
    name: str
    f: Callable[[Any], Any]
    start: Any
    solution: Any


CIRCLE = Equations(
    "circle and hyperbola",
    lambda x: np.stack([x[0] ** 2 + x[1] ** 2 - 5.0, x[0] * x[1] - 2.0]),
    np.array([2.5, 0.5]),
    np.array([2.0, 1.0]),
)
#: The eccentric anomaly of a comet. (The solution is by bisection.)
KEPLER = Equations("Kepler's equation", lambda e: e - 0.9 * np.sin(e) - 0.5, 2.0, 1.3844127202021626)


class Evolution(NamedTuple):
    name: str
    rhs: Callable[[float, Any], Any]
    start: Array
    until: float
    solution: Array
    rtol: float
    atol: float


_A = np.array([[-500.0, 499.0], [499.0, -500.0]])
STIFF = Evolution(
    "stiff and linear", lambda t, y: _A @ y, np.array([2.0, 0.0]), 1.0, expm(_A) @ [2.0, 0.0], 1e-8, 1e-10
)
ROBERTSON = Evolution(
    "Robertson's reactions",
    lambda t, y: np.stack(
        [
            -0.04 * y[0] + 1e4 * y[1] * y[2],
            0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2,
            3e7 * y[1] ** 2,
        ]
    ),
    np.array([1.0, 0.0, 0.0]),
    40.0,
    np.array([0.7158270688, 9.185534765e-6, 0.2841637457]),
    1e-8,
    1e-12,
)
