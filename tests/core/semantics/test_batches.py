"""Derivatives of many examples at once, of functions that compute each from its own part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import (
    batch_jacobian,
    elementwise_grad,
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    per_example_grad,
    value_and_grad,
    vmap,
)
from mygrad.operation_base import Operation

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.3, -0.7], [-0.2, 0.9, 1.1], [2.0, -0.4, 0.6]])
A = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.2]])


def energy(x: Any) -> Any:
    """Of a batch, or of one example: one number for each."""
    return np.sum(np.tanh(x) * x**2, axis=-1) * x[..., 0]


def outputs(x: Any) -> Any:
    return np.tanh(x @ A) * x[..., :1]


def one_by_one(f: Callable[[Any], Any], *batches: Any) -> Any:
    return np.stack([f(*examples) for examples in zip(*batches, strict=True)])


@pytest.mark.parametrize("take", [grad, jacobian, jacfwd, jacrev, hessian])
def test_of_numbers(take: Any) -> None:
    expected = one_by_one(take(energy), X)
    found = vmap(take(energy))(X)
    assert type(found) is np.ndarray
    assert found.shape == expected.shape
    assert_allclose(found, expected)


def test_of_arrays() -> None:
    expected = one_by_one(jacobian(outputs), X)
    assert expected.shape == (4, 2, 3)
    for take in (jacobian, jacfwd, jacrev):
        assert_allclose(vmap(take(outputs))(X), expected)
    assert_allclose(batch_jacobian(outputs)(X), expected)
    assert_allclose(per_example_grad(energy)(X), one_by_one(grad(energy), X))
    tall = lambda x: np.tanh(x @ np.linspace(-1, 1, 3 * 7).reshape(3, 7))  # noqa: E731 - by columns
    assert_allclose(batch_jacobian(tall)(X), one_by_one(jacobian(tall), X))
    assert isinstance(batch_jacobian(tall)(mg.tensor(X)), mg.Tensor)
    with pytest.raises(ValueError, match="not independent"):
        batch_jacobian(lambda x: tall(x) * x.sum())(X)
    wide = batch_jacobian(lambda x: x[:, :, None] * x[:, None, :])(X)
    assert_allclose(wide, one_by_one(jacobian(lambda x: x[:, None] * x), X))


def test_values_too() -> None:
    values, gradients = vmap(value_and_grad(energy))(X)
    assert_allclose(values, energy(X))
    assert_allclose(gradients, one_by_one(grad(energy), X))
    (values, aux), gradients = vmap(value_and_grad(lambda x: (energy(x), 2 * x), has_aux=True))(X)
    assert_array_equal(aux, 2 * X)
    found, aux = vmap(grad(lambda x: (energy(x), "more"), has_aux=True))(X)
    assert aux == "more"
    assert_allclose(found, gradients)


def test_derivatives_of_derivatives() -> None:
    expected = one_by_one(hessian(energy), X)
    assert_allclose(vmap(jacobian(grad(energy)))(X), expected)
    assert_allclose(vmap(jacobian(vmap(grad(energy))))(X), expected)
    third = one_by_one(jacobian(hessian(energy)), X)
    assert_allclose(vmap(jacobian(hessian(energy)))(X), third)
    assert_allclose(vmap(hessian(energy))(mg.tensor(X)), expected)


def test_shared_arguments() -> None:
    y = np.array([0.1, 0.2, 0.3, 0.4])

    def loss(params: Any, x: Any, y: Any) -> Any:
        return (np.tanh(x @ params["w"]) + params["b"] - y) ** 2

    params = {"w": np.array([1.0, -1.0, 0.5]), "b": 0.2}
    found = per_example_grad(loss, in_axes=(None, 0, 0))(params, X, y)
    for i in range(4):
        expected = grad(loss)(params, X[i], y[i])
        assert_allclose(found["w"][i], expected["w"])
        assert_allclose(found["b"][i], expected["b"])
    by_params, by_x = vmap(grad(loss, (0, 1)), in_axes=(None, 0, 0))(params, X, y)
    assert_allclose(by_params["w"], found["w"])
    assert_allclose(by_x, np.stack([grad(loss, 1)(params, X[i], y[i]) for i in range(4)]))
    assert_allclose(vmap(jacobian(loss), in_axes=(None, 0, 0))(params, X, y)["w"], found["w"])
    assert_allclose(vmap(grad(loss, "x"), in_axes=None)(params, x=X, y=y), by_x)


def test_second_derivatives_by_shared_arguments() -> None:
    def loss(params: Any, x: Any) -> Any:
        return np.tanh(x @ params["w"]) ** 2 * np.exp(params["b"] * x[..., 0])

    params = {"w": np.array([1.0, -1.0, 0.5]), "b": 0.2}
    assert_allclose(vmap(hessian(lambda w, x: x * w**2), in_axes=(None, 0))(2.0, X[:, 0]), 2 * X[:, 0])
    found, aux = vmap(hessian(lambda p, x: (loss(p, x), x), (0, 1), has_aux=True), in_axes=(None, 0))(params, X)
    assert_array_equal(aux, X)
    for i in range(4):
        expected = hessian(loss, (0, 1))(params, X[i])
        for by_both, of_one in zip(found, expected, strict=True):
            rows = [(by_both, of_one)] if isinstance(of_one, tuple) else [(by_both[k], of_one[k]) for k in params]
            for (by_params, by_x), (one_by_params, one_by_x) in rows:
                assert_allclose(by_x[i], one_by_x, atol=1e-12)
                for k in params:
                    assert_allclose(by_params[k][i], one_by_params[k], atol=1e-12)
    with pytest.raises(ValueError, match="not independent"):
        vmap(hessian(lambda p, x: loss(p, x - x.mean(axis=0))), in_axes=(None, 0))(params, X)


def test_labels() -> None:
    """Arguments that are indices of something."""

    def loss(x: Any, label: Any) -> Any:
        return np.log(np.sum(np.exp(x), axis=1)) - x[np.arange(len(x)), label]

    labels = np.array([0, 2, 1, 1])
    exps = np.exp(X)
    expected = exps / exps.sum(axis=1, keepdims=True) - np.eye(3)[labels]
    assert_allclose(vmap(grad(loss))(X, labels), expected)
    assert_allclose(vmap(grad(loss))(X, list(labels)), expected)


def test_several_variables_and_results() -> None:
    def f(x: Any, y: Any) -> Any:
        return {"a": x * y[:, None], "b": (np.sum(x, axis=1) * y,)}

    y = np.array([1.0, 2.0, 3.0, 4.0])
    found = vmap(jacobian(f, (0, 1)))(X, y)
    assert_allclose(found["a"][0], np.eye(3) * y[:, None, None])
    assert_allclose(found["a"][1], X)
    assert_allclose(found["b"][0][1], X.sum(axis=1))
    by_x, by_y = vmap(hessian(lambda p: np.sum(p["x"] ** 2, axis=1) * p["y"]))({"x": X, "y": y}).values()
    assert_allclose(by_x["x"], 2 * np.eye(3) * y[:, None, None])
    assert_allclose(by_x["y"], 2 * X)
    assert_allclose(by_y["x"], 2 * X)
    assert_array_equal(by_y["y"], np.zeros(4))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum((x - x.mean(axis=0)) ** 2, axis=1),
        lambda x: np.sum(x**2, axis=1) * np.sum(x),
        lambda x: np.sum(np.cumsum(x, axis=0), axis=1),
        lambda x: np.sum(x * np.roll(x, 1, axis=0), axis=1),
        lambda x: np.sum(x[::-1] ** 2, axis=1),
        lambda x: np.sum(np.sort(x, axis=0), axis=1),
        lambda x: np.sum(x @ x.T, axis=1),
        lambda x: np.sum(x**2, axis=1) + 1e-6 * np.sum(x),
        lambda x: np.broadcast_to(np.sum(x), (len(x),)),
    ],
)
@pytest.mark.parametrize("take", [grad, jacobian, hessian, value_and_grad])
def test_examples_that_depend_on_each_other_are_refused(f: Any, take: Any) -> None:
    if take is hessian:
        f = lambda x, f=f: f(x) ** 2  # noqa: E731 - linear ones have none
    with pytest.raises(ValueError, match=r"not independent.*first axis"):
        vmap(take(f))(X)


def test_a_dependence_that_only_second_derivatives_have() -> None:
    def f(x: Any) -> Any:
        return np.sum(x**2, axis=1) + np.roll(x[:, 0], 1) ** 2

    x = X.copy()
    x[:, 0] = 0.0
    assert_allclose(vmap(grad(f))(x), 2 * x)
    with pytest.raises(ValueError, match="not independent"):
        vmap(hessian(f))(x)


def test_a_dependence_on_arguments_that_nobody_differentiates() -> None:
    def loss(w: Any, x: Any) -> Any:
        return (x - np.mean(x, axis=0)) @ w

    with pytest.raises(ValueError, match=r"not independent: the results"):
        per_example_grad(loss, in_axes=(None, 0))(np.ones(3), X)
    with pytest.raises(ValueError, match=r"not independent: the results"):
        vmap(grad(lambda x, k: np.sum(x, axis=1) * np.max(k)))(X, np.arange(4))
    assert_allclose(per_example_grad(lambda w, x: x @ w, in_axes=(None, 0))(np.ones(3), X), X)


@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("take", [grad, jacobian, hessian, value_and_grad])
@pytest.mark.parametrize(
    "scale",
    [
        lambda x: mg.stop_gradient(x.mean(axis=0))[0],
        lambda x: mg.stop_gradient(x[0, 0]),
        lambda x: 1 + np.argmax(x[:, 0]) + 2 * np.argmin(x[:, 1]),
        lambda x: np.argsort(np.argsort(x[:, 0])),
    ],
)
def test_a_dependence_without_derivatives(scale: Any, take: Any, n: int) -> None:
    with pytest.raises(ValueError, match=r"not independent: the results of example"):
        vmap(take(lambda x: energy(x) * scale(x)))(X[:n])


def test_integers_and_writes_are_the_same_each_time() -> None:
    def f(x: Any, w: Any) -> Any:
        x[:, 0] *= 0.5
        w *= 2.0
        return np.sum(x**2, axis=1) * w

    x, w = np.array([[1, 2], [3, 4], [5, 6]]), np.full((), 3.0)
    by_x, by_w = vmap(grad(f, (0, 1)), (0, None))(x, w)
    assert_allclose(by_x, 6 * x * [0.5, 2.0])
    assert_allclose(by_w, 2 * np.sum((x * [0.5, 1.0]) ** 2, axis=1))
    assert w == 3.0


def test_a_dependence_that_cancels_is_none() -> None:
    def softmax(x: Any) -> Any:
        exps = np.exp(x - x.max())
        return exps / exps.sum(axis=-1, keepdims=True)

    assert_allclose(batch_jacobian(softmax)(X), one_by_one(jacobian(softmax), X), atol=1e-12)


@pytest.mark.parametrize("f", [np.sin, energy, lambda x: x, elementwise_grad(np.sum), "text", None, vmap(grad(energy))])
def test_what_is_no_derivative_is_refused(f: Any) -> None:
    with pytest.raises(TypeError, match=r"vmap: takes what `grad`.*NumPy"):
        vmap(f)


def test_shapes_that_are_none_of_a_batch() -> None:
    with pytest.raises(ValueError, match=r"examples along the first axis.*\(4, 3\).*\(\)"):
        vmap(grad(lambda x: np.sum(x**2)))(X)
    with pytest.raises(ValueError, match=r"one number for each of the 4 examples.*\(4, 3\).*`jacobian`"):
        vmap(grad(lambda x: x**2))(X)
    with pytest.raises(ValueError, match=r"examples along the first axis"):
        vmap(grad(lambda x: np.sum(x**2, axis=0)))(X)
    with pytest.raises(ValueError, match=r"examples along the first axis"):
        vmap(grad(lambda x, y: x * y, (0, 1)))(np.ones(3), 2.0)
    with pytest.raises(ValueError, match=r"in_axes=\(0,\).*2 positional"):
        vmap(grad(lambda x, y: x * y), in_axes=(0,))(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"in_axes=1"):
        vmap(grad(lambda x: x), in_axes=1)(np.ones(3))


def test_one_number_with_an_axis() -> None:
    for take in (grad, hessian):
        expected = vmap(take(energy))(X)
        assert_allclose(vmap(take(lambda x: energy(x)[:, None]))(X), expected)


def test_empty_batches_and_empty_examples() -> None:
    assert vmap(grad(energy))(np.ones((0, 3))).shape == (0, 3)
    assert vmap(hessian(energy))(np.ones((0, 3))).shape == (0, 3, 3)
    assert batch_jacobian(outputs)(np.ones((0, 3))).shape == (0, 2, 3)
    assert batch_jacobian(lambda x: x[:, :0])(X).shape == (4, 0, 3)
    assert vmap(hessian(lambda x: np.sum(x, axis=1)))(np.ones((2, 0))).shape == (2, 0, 0)
    assert vmap(grad(lambda x: x**2))(np.arange(3.0)).tolist() == [0.0, 2.0, 4.0]


def test_single_precision() -> None:
    found = vmap(hessian(energy))(X.astype(np.float32))
    assert found.dtype == np.float32
    assert_allclose(found, vmap(hessian(energy))(X), rtol=1e-4, atol=1e-5)


def test_infinite_derivatives_belong_to_their_example() -> None:
    x = np.array([[0.0, 2.0], [1.0, 4.0]])
    with np.errstate(all="ignore"):
        assert_array_equal(vmap(grad(lambda x: np.sum(np.log(x), axis=1)))(x), [[np.inf, 0.5], [1.0, 0.25]])
        assert_array_equal(batch_jacobian(np.log)(x)[0], [[np.inf, 0.0], [0.0, 0.5]])


def test_tensors_and_variables_of_the_outside() -> None:
    w = mg.tensor(2.0)
    for take in (grad, hessian):
        found = vmap(take(lambda x: w * energy(x)))(X)
        assert isinstance(found, mg.Tensor)
        (by_w,) = mg.functional.derivatives(found.sum(), [w])
        assert_allclose(by_w, vmap(take(energy))(X).sum())
        x = mg.tensor(X)
        found = vmap(take(energy))(x)
        (by_x,) = mg.functional.derivatives(found.sum(), [x])
        assert_allclose(by_x, grad(lambda x, take=take: np.sum(vmap(take(energy))(x)))(X))


def test_operations_that_compute_with_arrays() -> None:
    class Square(Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            return x.data**2

        def backward(self, grad: Any) -> Any:
            return (2 * self.variables[0].data * grad,)

    assert_allclose(vmap(grad(lambda x: mg.execute_op(Square, x).sum(axis=1)))(X), 2 * X)


FUNCTIONS: list[Callable[[Any], Any]] = [
    lambda x: np.sin(x),
    lambda x: np.cumsum(x, axis=-1) * x,
    lambda x: x / (1 + np.sum(x**2, axis=-1, keepdims=True)),
    lambda x: np.sort(x, axis=-1) * x[..., :1],
    lambda x: np.linalg.norm(x + 3.0, axis=-1, keepdims=True) * x,
    lambda x: np.where(x > 0, x**2, -x),
    lambda x: np.concatenate([x, x**2], axis=-1),
]


@given(
    st.sampled_from(FUNCTIONS), st.sampled_from(FUNCTIONS), st.integers(0, 3), st.integers(1, 3), st.integers(0, 2**32)
)
def test_any_composition(f: Any, g: Any, n: int, d: int, seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-2, 2, (n, d))
    both = lambda x: g(f(x))  # noqa: E731
    number = lambda x: np.sum(np.tanh(both(x)), axis=-1)  # noqa: E731
    found = batch_jacobian(both)(x)
    assert found.shape == (n, *both(x).shape[1:], d)
    second = vmap(hessian(number))(x)
    for i in range(n):
        assert_allclose(found[i], jacobian(both)(x[i]), rtol=1e-9, atol=1e-9)
        assert_allclose(second[i], hessian(number)(x[i]), rtol=1e-8, atol=1e-8)
