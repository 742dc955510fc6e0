"""Tangents that are led forward: `jvp`, `linearize`, `jacfwd` and what is made of them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.errors import AnomalyError, GradientLostError, InvalidBackprop
from mygrad.extend import defvjp, defvjp_several, primitive
from mygrad.functional import (
    gauss_newton_vp,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    vjp,
)
from mygrad.operation_base import Operation

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.3, -0.7]])
V = np.array([[1.0, -2.0, 0.5], [0.3, 0.4, 1.5]])


def views_and_writes(x: Any) -> Any:
    y = x.T * 2.0
    part = y[1:]
    part[0] *= x[:, 0]
    y[::2, 0] = np.sin(part[0, 1])
    np.multiply(y, 3.0, out=y, where=y > 0)
    z = +y.ravel()
    z.shape = (2, 3)
    return z[[0, 0, 1]]


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "elementwise": lambda x: np.tanh(x) * np.exp(-x),
    "broadcast": lambda x: x + x[0] * x[:, :1],
    "linear": lambda x: np.concatenate([x.T.reshape(2, 3), np.cumsum(x, axis=0)])[:, ::-1],
    "bilinear": lambda x: np.einsum("ij,kj->ik", x, x) @ x,
    "other": lambda x: np.linalg.norm(x, axis=0) * np.std(x),
    "several": lambda x: np.linalg.svd(x, full_matrices=False)[1],
    "sorted": lambda x: np.sort(x, axis=None),
    "masked": lambda x: np.where(x > 0, np.log(np.abs(x)), 0.0),
    "views and writes": views_and_writes,
    "solved": lambda x: np.linalg.solve(x @ x.T, x),
    "filled": lambda x: np.pad(x, 1, constant_values=x[0, 0]) + np.sum(x, initial=3.0),
    "constant": lambda x: np.ones(2) + 0.0 * x[0, :2],
    "number": lambda x: np.sum(x**3),
    "itself": lambda x: x,
}
every_function = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


@every_function
def test_forward_and_backward(f: Any) -> None:
    forward, backward = jacfwd(f)(X), jacrev(f)(X)
    assert forward.shape == backward.shape
    assert_allclose(forward, backward, rtol=1e-12, atol=1e-12)
    assert_allclose(jacobian(f)(X), backward, rtol=1e-12, atol=1e-12)
    value, along = jvp(f, [X], [V])
    h = 1e-6
    assert_allclose(along, (np.asarray(f(X + h * V)) - np.asarray(f(X - h * V))) / (2 * h), rtol=1e-6, atol=1e-7)
    assert_allclose(value, np.asarray(f(X.copy())))
    assert type(along) is (np.ndarray if value.ndim else np.float64)


@every_function
def test_derivatives_of_tangents(f: Any) -> None:
    """They are those of what is made by rows."""
    by_rows = lambda x, v: np.sum(np.tensordot(jacrev(f)(x), v, 2) ** 2)  # noqa: E731
    directly = lambda x, v: np.sum(jvp(f, [x], [v])[1] ** 2)  # noqa: E731
    for a, b in zip(grad(directly, (0, 1))(X, V), grad(by_rows, (0, 1))(X, V), strict=True):
        assert_allclose(a, b, rtol=1e-8, atol=1e-8)
    number = lambda x: np.sum(np.sin(f(x)))  # noqa: E731
    second = jvp(grad(number), [X], [V])[1]
    assert_allclose(second, hvp(number, X, V), rtol=1e-8, atol=1e-10)
    assert_allclose(jacfwd(jacrev(number))(X), hessian(number)(X), rtol=1e-8, atol=1e-10)
    assert_allclose(jacfwd(jacfwd(number))(X), hessian(number)(X), rtol=1e-8, atol=1e-10)
    along_twice = jvp(lambda x: jvp(number, [x], [V])[1], [X], [V])[1]
    assert_allclose(along_twice, np.sum(V * second), rtol=1e-8, atol=1e-10)


@every_function
def test_linearize(f: Any) -> None:
    calls = []
    value, along = linearize(lambda x: [calls.append(0), f(x)][1], X)
    for direction in (V, X, np.zeros_like(X)):
        assert_allclose(along(direction), jvp(f, [X], [direction])[1])
    assert len(calls) == 1
    assert_array_equal(value, jvp(f, [X], [V])[0])
    tensor = mg.tensor(V)
    found = along(tensor)
    assert isinstance(found, mg.Tensor)
    if not found.constant:
        found.sum().backward()
        assert_allclose(tensor.grad, vjp(f, X)[1](1.0)[0], rtol=1e-9, atol=1e-12)


def test_several_arguments_and_results() -> None:
    def f(p: Any, y: Any, how: str) -> Any:
        return {"a": p["x"] * y, "b": np.sum(p["x"])}, y

    (found, unchanged), along = linearize(f, {"x": X}, V, "text")
    assert_array_equal(found["a"], X * V)
    assert_array_equal(unchanged, V)
    (by, rest) = along({"x": V}, None, None)
    assert_array_equal(by["a"], V * V)
    assert by["b"] == np.sum(V)
    assert_array_equal(rest, np.zeros_like(V))
    with pytest.raises(ValueError, match="linearize: 3 arguments are given, and 1 tangents"):
        along(V)
    with pytest.raises(ValueError, match=r"linearize: the tangent of an argument of shape \(2, 3\) has shape \(3,\)"):
        along({"x": V[0]}, None, None)
    for take in (jacfwd, jacrev):
        by_params, by_y = take(lambda p, y: (p["x"] * y, p["x"][0]), (0, 1))({"x": X}, V)[0]
        assert_array_equal(by_params["x"].reshape(6, 6), np.diag(V.ravel()))
        assert_array_equal(by_y.reshape(6, 6), np.diag(X.ravel()))
        value, aux = take(lambda x: (x * x, "aux"), has_aux=True)(2.0)
        assert (value, aux) == (4.0, "aux")


def test_imaginary_parts_are_not_dropped() -> None:
    with pytest.raises(TypeError, match="jvp: the tangent is complex"):
        jvp(np.sin, [X], [V * 1j])
    with pytest.raises(TypeError, match="vjp: a cotangent is complex"):
        vjp(np.sin, X)[1](V * 1j)
    with pytest.raises(TypeError, match="hvp: the vector is complex"):
        hvp(np.sum, X, V * 1j)


def test_under_lift() -> None:
    @mg.lift
    def f(x: Any) -> Any:
        return np.asarray(x) * np.cumsum(x)

    plain = lambda x: x * np.cumsum(x)  # noqa: E731
    assert_allclose(jvp(f, [X[0]], [V[0]])[1], jvp(plain, [X[0]], [V[0]])[1])
    assert_allclose(mg.lift(lambda x: jvp(f, [x], [V[0]])[1])(X[0]), jvp(plain, [X[0]], [V[0]])[1])
    assert_allclose(mg.lift(lambda x: jacfwd(f)(x))(X[0]), jacrev(plain)(X[0]))
    assert_allclose(hessian(lambda x: np.sum(f(x) ** 2))(X[0]), hessian(lambda x: np.sum(plain(x) ** 2))(X[0]))


def test_tangents_are_left_alone() -> None:
    v, w = V.copy(), V.copy()
    _, along = jvp(lambda x, y: x + y, [X, X], [v, w])
    assert_array_equal(v, V)
    along[...] = 7.0
    _, along = jvp(lambda x: x, [X], [v])
    along[...] = 7.0
    assert_array_equal(v, V)
    _, along = jvp(lambda x: x.T, [X], [v])
    along[...] = 7.0
    assert_array_equal(v, V)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes(dtype: Any) -> None:
    value, along = jvp(lambda x: np.tanh(x) @ x.T * dtype(2), [X.astype(dtype)], [V])
    assert value.dtype == along.dtype == dtype
    for take in (jacfwd, jacrev, jacobian):
        found = take(lambda x: x.astype(np.float64) * x)(X.astype(dtype))
        assert found.dtype == dtype
    swapped = X.astype(X.dtype.newbyteorder())
    assert_allclose(jvp(np.sin, [swapped], [V])[1], np.cos(X) * V)


def test_shapes() -> None:
    assert jacfwd(np.sin)(0.0) == 1.0
    assert type(jacfwd(np.sin)(0.0)) is np.float64
    assert jacfwd(np.sin)(np.ones((0, 2))).shape == (0, 2, 0, 2)
    assert jacfwd(lambda x: x[:0])(np.ones(2)).shape == (0, 2)
    assert jacrev(lambda x: x[:0])(np.ones(2)).shape == (0, 2)
    assert jacobian(np.sum)(np.ones((0, 2))).shape == (0, 2)
    assert jvp(np.sum, [np.ones(0)], [np.ones(0)])[1] == 0.0


def test_what_is_left_out_has_no_derivative() -> None:
    with np.errstate(all="ignore"):
        expected = [[np.inf, 0.0], [0.0, 0.5]]
        for take in (jacfwd, jacrev):
            assert_array_equal(take(np.log)([0.0, 2.0]), expected)
            assert_array_equal(take(lambda x: np.where(x > 0, np.log(x), 0.0))([0.0, 2.0]), [[0.0, 0.0], [0.0, 0.5]])
            assert np.isnan(take(lambda x: np.sqrt(x) ** 2)(0.0))
        assert_array_equal(jvp(np.log, [[0.0, 2.0]], [[0.0, 1.0]])[1], [0.0, 0.5])


def test_anomalies() -> None:
    for take in (jacfwd, jacrev, jacobian, lambda f: lambda x: jvp(f, [x], [np.ones(2)])):
        with mg.detect_anomaly(), pytest.raises(AnomalyError, match="sqrt"):
            take(lambda x: np.sqrt(x) * 2.0)([0.0, 1.0])
        with mg.detect_anomaly(), np.errstate(all="ignore"):
            take(lambda x: np.where(x > 0, np.log(x), 0.0))([0.0, 1.0])


def test_rules_of_ones_own() -> None:
    """Whatever they look like: an affine function is not linear, though its vjp reads nothing."""

    @primitive
    def affine(x: Any) -> Any:
        return 2.0 * x + 1.0

    defvjp(affine, lambda g, _y, _x: 2.0 * g)

    @primitive
    def mixed(x: Any, y: Any) -> Any:
        return x @ y + y

    defvjp(mixed, lambda g, _y, _a, b: g @ b.T, lambda g, _y, a, _b: a.T @ g + g)

    @primitive
    def pair(x: Any) -> Any:
        return np.sin(x), x * x

    defvjp_several(
        pair,
        lambda gs, _ys, x: sum(g * d for g, d in zip(gs, (np.cos(x), 2 * x), strict=True) if g is not None),
    )

    @primitive
    def mirrored(x: Any) -> Any:
        return x[::-1].copy()

    defvjp(mirrored, lambda g, _y, _x: mirrored(g), linear=True)
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    v = np.array([[1.0, -1.0], [0.5, 2.0]])
    assert_array_equal(jvp(affine, [square], [v])[1], 2.0 * v)
    assert_allclose(jvp(lambda x: mixed(square, x), [square], [v])[1], square @ v + v)
    assert_allclose(jvp(lambda x: mixed(x, x), [square], [v])[1], v @ square + square @ v + v)
    assert_array_equal(jvp(mirrored, [square], [v])[1], v[::-1])
    assert_array_equal(jacfwd(lambda x: mirrored(x) * x)(square), jacrev(lambda x: mirrored(x) * x)(square))
    both = lambda x: mg.extend.call_several(pair, x)  # noqa: E731
    along = jvp(both, [square], [v])[1]
    assert_allclose(along[0], np.cos(square) * v)
    assert_allclose(along[1], 2 * square * v)
    assert_allclose(jvp(lambda x: both(x)[1], [square], [v])[1], 2 * square * v)


def test_operations_that_compute_with_arrays() -> None:
    class Square(Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            return x.data**2

        def backward(self, grad: Any) -> Any:
            return (2 * self.variables[0].data * grad,)

    def f(x: Any) -> Any:
        return np.stack([mg.execute_op(Square, x)] * 3)

    with pytest.raises(InvalidBackprop, match="Square computes its gradients with plain arrays"):
        jvp(f, [2.0], [1.0])
    with pytest.raises(InvalidBackprop, match="Square computes its gradients with plain arrays"):
        jacfwd(f)(2.0)
    assert_array_equal(jacobian(f)(2.0), [4.0] * 3)  # by rows, though they be more


def test_operations_that_say_what_they_are_composed_of() -> None:
    class Product(Operation):
        def __call__(self, x: Any, y: Any) -> Any:
            self.variables = (x, y)
            return np.sin(x.data * y.data)

        def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
            x, y = (v.data for v in self.variables)
            return grad * np.cos(x * y) * (x, y)[1 - index]

        def composition(self, *variables: Any, **kwargs: Any) -> Any:
            return np.sin(variables[0] * variables[1])

    def f(x: Any, y: Any) -> Any:
        return np.cumsum(mg.execute_op(Product, x * 2.0, y))

    def plain(x: Any, y: Any) -> Any:
        return np.cumsum(np.sin(x * 2.0 * y))

    assert_allclose(jvp(f, [X, V], [V, X])[1], jvp(plain, [X, V], [V, X])[1])
    assert_allclose(jvp(lambda x: f(x, x), [X], [V])[1], jvp(lambda x: plain(x, x), [X], [V])[1])
    assert_allclose(jacfwd(f)(X, V), jacrev(plain)(X, V))
    slope = lambda f: grad(lambda x: np.sum(jvp(f, [x, V], [V, None])[1] ** 2))(X)  # noqa: E731
    assert_allclose(slope(f), slope(plain))


def test_lost_gradients_raise_inside() -> None:
    for take in (jacfwd, jacrev, lambda f: lambda x: linearize(f, x), lambda f: lambda x: jvp(f, [x], [x])):
        with pytest.raises(GradientLostError):
            take(lambda x: x * float(x[0, 0]))(X)


def test_variables_of_the_outside() -> None:
    w = mg.tensor(2.0)
    for take in (jacfwd, jacrev):
        found = take(lambda x: w * x**2)(X)
        assert isinstance(found, mg.Tensor)
        (by_w,) = mg.functional.derivatives(found.sum(), [w])
        assert_allclose(by_w, 2 * X.sum())
    _, along = linearize(lambda x: w * x**2, X)
    found = along(V)
    found.sum().backward()
    assert_allclose(w.grad, np.sum(2 * X * V))


def test_what_is_written_between() -> None:
    w = mg.tensor(X)
    _, along = linearize(lambda x: x * mg.stop_gradient(w) * np.sin(x), X)
    expected = along(V)
    w *= 0.0
    assert_array_equal(along(V), expected)


def test_memory() -> None:
    """No more than twice what it takes by hand: six arrays at a time."""
    x, v = np.random.default_rng(0).normal(size=(2, 100_000))

    def peak(run: Callable[[], Any]) -> float:
        run()
        gc.collect()
        tracemalloc.start()
        run()
        size = tracemalloc.get_traced_memory()[1] / x.nbytes
        tracemalloc.stop()
        return size

    def by_hand() -> Any:
        t, e = np.tanh(x), np.exp(-x)
        dt, de = (1 - t * t) * v, -e * v
        return np.sum(dt * e + t * de)

    assert_allclose(jvp(lambda x: np.sum(np.tanh(x) * np.exp(-x)), [x], [v])[1], by_hand())
    assert peak(lambda: jvp(lambda x: np.sum(np.tanh(x) * np.exp(-x)), [x], [v])) < 1.5 * peak(by_hand)


def test_graphs_that_were_cleared() -> None:
    w = mg.tensor(2.0)
    value, along = linearize(lambda x: w * x**2, 3.0)
    value.backward()
    with pytest.raises(InvalidBackprop, match="cleared"):
        along(1.0)


def residuals(x: Any) -> Any:
    return np.tanh(x[0]) * x[1:, 0] - np.array([[1.0], [2.0]])


def test_gauss_newton() -> None:
    j = jacobian(lambda x: residuals(x).ravel())(X).reshape(-1, 6)
    assert_allclose(gauss_newton_vp(residuals, X, V).ravel(), j.T @ j @ V.ravel())
    loss = lambda r: np.sum(np.log(np.cosh(r)))  # noqa: E731
    h = np.diag(1 - np.tanh(residuals(X).ravel()) ** 2)
    assert_allclose(gauss_newton_vp(residuals, X, V, loss=loss).ravel(), j.T @ h @ j @ V.ravel())
    half = lambda r: 0.5 * np.sum(r**2)  # noqa: E731
    assert_allclose(gauss_newton_vp(residuals, X, V, loss=half), gauss_newton_vp(residuals, X, V))
    linear = lambda x: np.cumsum(x)  # noqa: E731
    assert_allclose(gauss_newton_vp(linear, X, V, loss=loss), hvp(lambda x: loss(linear(x)), X, V))


def test_gauss_newton_of_containers() -> None:
    params, direction = {"a": X[0], "b": 2.0}, {"a": V[0], "b": 1.0}

    def f(p: Any) -> Any:
        return {"r": p["a"] * p["b"], "s": (np.sum(p["a"]),)}

    found = gauss_newton_vp(f, params, direction)
    j = jacobian(lambda x: np.append(x[:3] * x[3], np.sum(x[:3])))(np.append(X[0], 2.0))
    expected = j.T @ j @ np.append(V[0], 1.0)
    assert_allclose(found["a"], expected[:3])
    assert_allclose(found["b"], expected[3])
    found = gauss_newton_vp(f, params, direction, loss=lambda r: 0.5 * np.sum(r["r"] ** 2) + 0.5 * r["s"][0] ** 2)
    assert_allclose(found["a"], expected[:3])
    w = mg.tensor(2.0)
    found = gauss_newton_vp(lambda x: w * x, X[0], V[0])
    (by_w,) = mg.functional.derivatives(found.sum(), [w])
    assert_allclose(by_w, 4 * np.sum(V[0]))


@given(st.lists(st.sampled_from(list(FUNCTIONS.values())[:9]), min_size=1, max_size=3), st.integers(0, 2**32))
def test_any_composition(steps: list[Any], seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, v = rng.uniform(-1.5, 1.5, (2, 2, 3))

    def f(x: Any) -> Any:
        for step in steps:
            y = np.ravel(step(x))
            x = np.tanh(np.concatenate([y, np.ravel(x)])[:6]).reshape(2, 3) + 0.1 * x
        return x

    forward, backward = jacfwd(f)(x), jacrev(f)(x)
    assert_allclose(forward, backward, rtol=1e-8, atol=1e-10)
    assert_allclose(linearize(f, x)[1](v), np.tensordot(backward, v, 2), rtol=1e-8, atol=1e-10)
