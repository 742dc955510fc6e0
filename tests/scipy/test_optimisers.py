"""SciPy's optimisers and solvers take what `mygrad.functional` returns as it is, and give back plain arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import Bounds, NonlinearConstraint, curve_fit, least_squares, minimize, root
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import mygrad as mg
from mygrad.functional import ravel_pytree


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


START = np.array([1.3, 0.7, 0.8, 1.9, 1.2])


def assert_plain(result: Any) -> None:
    for name, value in result.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        assert not any(isinstance(v, mg.Tensor) for v in values), name


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"])
def test_minimize_by_gradients(method: str) -> None:
    options = {"maxfun": 2000} if method == "TNC" else {}
    result = minimize(mg.value_and_grad(rosenbrock), START, jac=True, method=method, tol=1e-10, options=options)
    assert_plain(result)
    assert_allclose(result.x, np.ones(5), atol=1e-3)
    apart = minimize(rosenbrock, START, jac=mg.grad(rosenbrock), method=method, tol=1e-10, options=options)
    assert_allclose(apart.x, result.x, atol=1e-6)


@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "dogleg", "trust-constr"])
@pytest.mark.parametrize("products", [True, False])
def test_minimize_by_second_derivatives(method: str, products: bool) -> None:
    if products and method in ("trust-exact", "dogleg"):
        pytest.skip("it takes matrices alone")
    second = {"hessp": lambda x, p: mg.hvp(rosenbrock, x, p)} if products else {"hess": mg.hessian(rosenbrock)}
    start = np.full(5, 1.2) if method == "dogleg" else START  # which wants a Hessian that is positive definite
    result = minimize(mg.value_and_grad(rosenbrock), start, jac=True, method=method, **second)
    assert_plain(result)
    assert_allclose(result.x, np.ones(5), atol=1e-3)


def test_bounds() -> None:
    result = minimize(mg.value_and_grad(rosenbrock), [0.0, 0.0], jac=True, method="L-BFGS-B", bounds=[(-1, 0.5)] * 2)
    assert_allclose(result.x, [0.5, 0.25], atol=1e-6)
    assert_plain(result)


#: Problem 71 of Hock and Schittkowski, and its solution.
PRODUCT, SPHERE = 25.0, 40.0
SOLUTION = [1.0, 4.74299963, 3.82114998, 1.37940829]


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_constraints(method: str) -> None:
    f = lambda x: x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]  # noqa: E731
    product = lambda x: np.prod(x)  # noqa: E731
    sphere = lambda x: np.sum(x**2)  # noqa: E731
    if method == "SLSQP":
        constraints: Any = [
            {"type": "ineq", "fun": lambda x: product(x) - PRODUCT, "jac": mg.grad(product)},
            {"type": "eq", "fun": lambda x: sphere(x) - SPHERE, "jac": mg.grad(sphere)},
        ]
    else:
        both = lambda x: np.stack([product(x), sphere(x)])  # noqa: E731
        weighted = lambda x, v: mg.hessian(lambda x: both(x) @ v)(x)  # noqa: E731
        constraints = NonlinearConstraint(
            both, [PRODUCT, SPHERE], [np.inf, SPHERE], jac=mg.jacobian(both), hess=weighted
        )
    result = minimize(
        mg.value_and_grad(f),
        [1.0, 5.0, 5.0, 1.0],
        jac=True,
        hess=mg.hessian(f) if method == "trust-constr" else None,
        method=method,
        bounds=Bounds(np.ones(4), np.full(4, 5.0)),
        constraints=constraints,
    )
    assert_plain(result)
    assert_allclose(result.x, SOLUTION, atol=1e-3)
    assert_allclose(result.fun, 17.0140173, rtol=1e-5)


class Weights(NamedTuple):
    slopes: Any
    offset: Any


def test_logistic_regression() -> None:
    """The same as scikit-learn's, of the same data."""
    x, y = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)

    def loss(p: Weights) -> Any:
        margins = (2 * y - 1) * (x @ p.slopes + p.offset)
        return np.sum(np.logaddexp(0, -margins)) + 0.5 * np.sum(p.slopes**2)

    start, unravel = ravel_pytree(Weights(np.zeros(x.shape[1]), 0.0))
    result = minimize(
        mg.value_and_grad(lambda v: loss(unravel(v))),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": 1e-8},
    )
    assert_plain(result)
    expected = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(x, y)
    found = unravel(result.x)
    assert_allclose(found.slopes, expected.coef_[0], atol=1e-4)
    assert_allclose(found.offset, expected.intercept_[0], atol=1e-4)


TIMES = np.linspace(0.0, 4.0, 30)
TRUE = np.array([2.5, 1.3, 0.5])


def decay(t: Any, height: Any, rate: Any, level: Any) -> Any:
    return height * np.exp(-rate * t) + level


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_least_squares(method: str) -> None:
    residuals = lambda p: decay(TIMES, *p) - decay(TIMES, *TRUE)  # noqa: E731
    result = least_squares(
        residuals, [1.0, 1.0, 0.0], jac=mg.jacobian(residuals), method=method, xtol=1e-14, ftol=1e-14
    )
    assert_plain(result)
    assert_allclose(result.x, TRUE, rtol=1e-8)


@pytest.mark.parametrize("method", ["lm", "trf", "dogbox"])
def test_curve_fit(method: str) -> None:
    by_vector = mg.jacobian(lambda p, t: decay(t, *p))
    found, covariance = curve_fit(
        decay,
        TIMES,
        decay(TIMES, *TRUE),
        p0=[1.0, 1.0, 0.0],
        jac=lambda t, *p: by_vector(np.array(p), t),
        method=method,
    )
    assert_allclose(found, TRUE, rtol=1e-6)
    assert type(found) is type(covariance) is np.ndarray


@pytest.mark.parametrize("method", ["hybr", "lm"])
def test_root(method: str) -> None:
    f = lambda x: np.stack([x[0] ** 2 + x[1] ** 2 - 5.0, x[0] * x[1] - 2.0])  # noqa: E731
    result = root(f, [2.5, 0.5], jac=mg.jacobian(f), method=method)
    assert_plain(result)
    assert_allclose(result.x, [2.0, 1.0], rtol=1e-8)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_solve_ivp(method: str) -> None:
    a = np.array([[-500.0, 499.0], [499.0, -500.0]])

    def rhs(t: Any, y: Any) -> Any:
        return a @ y

    jacobian = mg.jacobian(rhs, 1)
    result = solve_ivp(rhs, (0.0, 1.0), [2.0, 0.0], method=method, jac=jacobian, rtol=1e-8, atol=1e-10)
    assert_allclose(result.y[:, -1], expm(a) @ [2.0, 0.0], rtol=1e-5)
    assert result.njev > 0
    robertson = lambda t, y: np.stack(  # noqa: E731
        [
            -0.04 * y[0] + 1e4 * y[1] * y[2],
            0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2,
            3e7 * y[1] ** 2,
        ]
    )
    result = solve_ivp(
        robertson, (0.0, 40.0), [1.0, 0.0, 0.0], method=method, jac=mg.jacobian(robertson, 1), rtol=1e-8, atol=1e-12
    )
    assert_allclose(result.y[:, -1], [0.7158270688, 9.185534765e-6, 0.2841637457], rtol=1e-5)
