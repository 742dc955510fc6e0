"""`mygrad.compile` of layers, activations and losses: those in NumPy are looked into, and other calls are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.activations import gelu, relu, selu, softmax
from mygrad.nnet.layers import batchnorm, conv_nd, dropout, gru, max_pool
from mygrad.nnet.losses import multiclass_hinge, softmax_crossentropy

LABELS = np.array([0, 2, 1, 1])


def numbers(*shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(7)
    return tuple(rng.normal(size=shape) for shape in shapes)


@pytest.mark.parametrize(
    ("f", "shapes"),
    [
        pytest.param(lambda x: np.sum(relu(x) * gelu(x) * selu(x)), [(4, 3)], id="activations"),
        pytest.param(lambda x: np.sum(softmax(x) ** 2), [(4, 3)], id="softmax"),
        pytest.param(lambda x: softmax_crossentropy(x, LABELS), [(4, 3)], id="softmax_crossentropy"),
        pytest.param(lambda x: multiclass_hinge(x, LABELS), [(4, 3)], id="multiclass_hinge"),
        pytest.param(lambda x, w: np.sum(conv_nd(x, w, stride=1) ** 2), [(2, 3, 5, 5), (4, 3, 2, 2)], id="conv_nd"),
        pytest.param(lambda x: np.sum(max_pool(x, (2, 2), 2) ** 2), [(2, 3, 6, 6)], id="max_pool"),
        pytest.param(
            lambda x, g, b: np.sum(batchnorm(x, gamma=g, beta=b, eps=1e-5) ** 3), [(6, 3), (3,), (3,)], id="batchnorm"
        ),
        pytest.param(lambda *args: np.sum(gru(*args) ** 2), [(3, 2, 4), *[(4, 3), (3, 3), (3,)] * 3], id="gru"),
    ],
)
def test_gradients(f: Callable[..., Any], shapes: list[tuple[int, ...]]) -> None:
    derivative = mg.value_and_grad(f, tuple(range(len(shapes))))
    compiled = mg.compile(derivative)
    arrays = numbers(*shapes)
    compiled(*arrays)
    arrays = tuple(0.5 - a for a in arrays)
    value, gradients = compiled(*arrays)
    expected_value, expected = derivative(*arrays)
    assert value == expected_value
    for found, gradient in zip(gradients, expected, strict=True):
        assert found.tobytes() == gradient.tobytes()


@pytest.mark.parametrize("activation", [relu, gelu, selu, softmax])
def test_of_arrays_and_of_second_order(activation: Callable[..., Any]) -> None:
    (x,) = numbers((4, 3))

    def f(x: Any) -> Any:
        return np.sum(activation(x) * x)

    for function in (f, lambda x: mg.hvp(f, x, np.cos(x))):
        compiled = mg.compile(function)
        compiled(x)
        expected, found = function(0.5 - x), compiled(0.5 - x)
        assert np.asarray(getattr(expected, "data", expected)).tobytes() == np.asarray(found).tobytes()


def test_what_is_dropped_at_random_is_refused() -> None:
    with pytest.raises(mg.errors.RecordingError, match=r"line .* computes with what changes from call to call"):
        mg.compile(mg.grad(lambda x: np.sum(dropout(x, 0.5))))(np.ones((4, 3)))
