"""float16 ends at 65504: so it cannot count what there is more of, or add that up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.functional import grad
from mygrad.nnet.activations import logsoftmax, softmax
from mygrad.nnet.layers import batchnorm
from mygrad.nnet.losses import (
    binary_crossentropy_with_logits,
    huber_loss,
    kl_divergence,
    margin_ranking_loss,
    mean_squared_error,
    multiclass_hinge,
    negative_log_likelihood,
    softmax_crossentropy,
    softmax_focal_loss,
)

RNG = np.random.default_rng(0)
N = 70_000
CLASS_WEIGHTS = np.tile(np.int8([0, 1, 2, 3, 4]), 2 * N // 5)
# Numbers of few digits, of which none comes to lie at a kink.
SCORES, OTHERS = RNG.integers(-9, 10, (2, N, 3)) / 8
OTHERS += 1 / 16
LABELS = RNG.integers(0, 3, N)
P = np.array([[0.125, 0.25, 0.625], [0.5, 0.25, 0.25]])[RNG.integers(0, 2, N)]
MANY_CLASSES = np.concatenate((SCORES[:, :2], SCORES[:, 1:])).T / 8
WEIGHTS = np.array([1.0, 0.5, 2.0])

#: What is computed of variables.
CASES: dict[str, tuple[Callable[..., Any], tuple[np.ndarray, ...]]] = {
    "mean_squared_error": (mean_squared_error, (SCORES, OTHERS)),
    "huber_loss": (huber_loss, (SCORES, OTHERS)),
    "binary_crossentropy_with_logits": (binary_crossentropy_with_logits, (SCORES, P)),
    "negative_log_likelihood": (lambda x: negative_log_likelihood(x, LABELS), (SCORES,)),
    "negative_log_likelihood, weights": (lambda x: negative_log_likelihood(x, LABELS, weights=WEIGHTS), (SCORES,)),
    "multiclass_hinge": (lambda x: multiclass_hinge(x, LABELS, hinge=0.3), (SCORES,)),
    "softmax_crossentropy": (lambda x: softmax_crossentropy(x, LABELS), (SCORES,)),
    "softmax_crossentropy, many classes": (lambda x: softmax_crossentropy(x, [1, 5]), (MANY_CLASSES,)),
    "softmax_focal_loss, many classes": (
        lambda x: np.mean(softmax_focal_loss(x, [1, 5], gamma=2)),
        (MANY_CLASSES,),
    ),
    "kl_divergence": (kl_divergence, (SCORES - 2, P)),
    "kl_divergence, log_targets": (lambda q, p: kl_divergence(q, p, log_targets=True), (SCORES - 2, OTHERS - 2)),
    "margin_ranking_loss": (lambda a, b: margin_ranking_loss(a, b, 1, margin=0.1), (SCORES, OTHERS)),
    "softmax": (lambda x: np.sum(np.square(64 * softmax(x))), (MANY_CLASSES,)),
    "logsoftmax": (lambda x: np.mean(logsoftmax(x)[:, :100]), (MANY_CLASSES,)),
    "logsoftmax, of all classes": (lambda x: np.mean(logsoftmax(x) * CLASS_WEIGHTS), (MANY_CLASSES,)),
}


@pytest.mark.parametrize("name", CASES)
def test_more_data_than_float16_can_count(name: str) -> None:
    f, arrays = CASES[name]
    halves = [mg.tensor(a, dtype=np.float16) for a in arrays]
    doubles = [mg.tensor(t.data, dtype=np.float64) for t in halves]
    value, expected = f(*halves), f(*doubles)
    assert value.dtype == np.float16
    np.testing.assert_allclose(value, expected, rtol=5e-3)
    seed = 512.0  # so that the gradients of single entries are normal numbers
    value.backward(seed)
    expected.backward(seed)
    differentiable = grad(lambda *xs: f(*xs) * seed, argnum=tuple(range(len(halves))))(*[t.data for t in halves])
    for t, d, g in zip(halves, doubles, differentiable, strict=True):
        size = np.max(np.abs(d.grad))
        tolerance = 5e-2 if name == "softmax" else 5e-3  # whose results have few digits, being so small
        assert t.grad.dtype == g.dtype == np.float16
        np.testing.assert_allclose(t.grad / size, d.grad / size, rtol=0, atol=tolerance)
        np.testing.assert_allclose(g.data / size, d.grad / size, rtol=0, atol=tolerance)


def test_the_shift_of_a_large_batch() -> None:
    """Ones, added up in float16, are never more than 2048."""
    beta = mg.tensor([0.0, 0.0], dtype=np.float16)
    x = np.tile(np.float16([1, 2]), (5000, 1))
    batchnorm(x, beta=beta, eps=1.0).backward()
    np.testing.assert_array_equal(beta.grad, np.float16([5000, 5000]))
    np.testing.assert_array_equal(grad(lambda b: np.sum(batchnorm(x, beta=b, eps=1.0)))(np.zeros(2, np.float16)), 5000)


def test_the_derivative_of_a_batch_of_large_numbers() -> None:
    """Whose squares overflow."""
    x = np.float16([[6e4, -6e4], [1e4, 2e4], [-4e4, 5e4]])

    def f(x: Any) -> Any:
        return np.sum(batchnorm(x, eps=1e-3) ** 3) * 1e4

    gradient = grad(f)(x)
    assert gradient.dtype == np.float16
    np.testing.assert_allclose(gradient, grad(f)(x.astype(float)), rtol=1e-2, atol=1e-3)
