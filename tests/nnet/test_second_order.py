"""Every function of mygrad.nnet at second and third order: against differences of the order below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.functional import derivatives, ravel_pytree
from mygrad.nnet import activations, layers, losses
from mygrad.testing import numerical_jacobian
from nets import ALL

# What another NumPy could change, the tests of first derivatives see.
pytestmark = pytest.mark.once

EACH = pytest.mark.parametrize("name", ALL)
Loss = Callable[[Any], Any]


def test_every_function_is_here() -> None:
    public = {*activations.__all__, *layers.__all__, *losses.__all__} - {"utils"}
    assert {name.split(",")[0] for name in ALL} == public


def loss_of(name: str, dtype: Any = float) -> tuple[Loss, np.ndarray]:
    """A number that depends on all of the result, as a function of a vector with all arguments; and such a vector."""
    f, arrays, _ = ALL[name]
    vector, unravel = ravel_pytree([a.astype(dtype) for a in arrays])
    weights = np.random.default_rng(1).uniform(0.5, 2.0, np.shape(f(*arrays))).astype(dtype)
    return lambda v: np.sum(weights * np.tanh(f(*unravel(v)))), vector


def gradient(loss: Loss) -> Callable[[Any], Any]:
    """By `backward()`, which takes the way of first derivatives."""

    def compute(v: Any) -> Any:
        x = mg.tensor(v)
        loss(x).backward()
        return x.grad

    return compute


def close(found: Any, expected: Any, tolerance: float) -> None:
    assert not isinstance(found, mg.Tensor)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * max(1.0, np.abs(expected).max()))


@EACH
def test_hessian(name: str) -> None:
    """It is what the differences of gradients say it is, and symmetric."""
    loss, v = loss_of(name)
    found = mg.hessian(loss)(v)
    expected, _ = numerical_jacobian(gradient(loss), v)
    close(found, expected, 1e-6)
    close(found, found.T, 1e-12)


@EACH
def test_products(name: str) -> None:
    """Those of vectors and the Hessian, on either side and by jvp, agree with it; so do its columns by `backward()`."""
    loss, v = loss_of(name)
    hessian = mg.hessian(loss)(v)
    t = np.random.default_rng(2).normal(size=v.shape)
    close(mg.hvp(loss, v, t), hessian @ t, 1e-11)
    close(mg.jvp(mg.grad(loss), [v], [t])[1], hessian @ t, 1e-11)
    close(mg.vjp(mg.grad(loss), v)[1](t)[0], t @ hessian, 1e-11)
    close(mg.jvp(loss, [v], [t])[1], mg.grad(loss)(v) @ t, 1e-11)
    x = mg.tensor(v)
    (g,) = derivatives(loss(x), [x])
    np.testing.assert_allclose(g, gradient(loss)(v), rtol=1e-11, atol=1e-12)
    if not g.constant:
        np.sum(g * t).backward()
        close(x.grad, hessian @ t, 1e-11)


@EACH
def test_third_order(name: str) -> None:
    """Along one direction, against differences of the second."""
    loss, v = loss_of(name)
    t = np.random.default_rng(2).normal(size=v.shape)
    expected, _ = numerical_jacobian(lambda s: mg.hvp(loss, v + s * t, t), np.array(0.0))
    close(mg.jvp(lambda v: mg.hvp(loss, v, t), [v], [t])[1], expected, 1e-6)


@EACH
def test_single_precision(name: str) -> None:
    loss, v = loss_of(name, np.float32)
    found = mg.hessian(loss)(v)
    assert found.dtype == mg.grad(loss)(v).dtype == np.float32
    exact, _ = loss_of(name)
    close(found, mg.hessian(exact)(v.astype(float)), 2e-5)


@EACH
def test_by_one_argument_alone(name: str) -> None:
    """The others are arrays."""
    f, arrays, _ = ALL[name]
    loss, _ = loss_of(name)
    whole, start = mg.hessian(loss)(ravel_pytree(list(arrays))[0]), 0
    weights = np.random.default_rng(1).uniform(0.5, 2.0, np.shape(f(*arrays)))
    for i, a in enumerate(arrays):
        block = mg.hessian(lambda x, i=i: np.sum(weights * np.tanh(f(*arrays[:i], x, *arrays[i + 1 :]))))(a)
        part = slice(start, start := start + a.size)
        close(block.reshape(a.size, a.size), whole[part, part], 1e-12)
