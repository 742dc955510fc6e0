"""What labels, weights and pools leave out has no part in the loss: 0, though its logarithm be -inf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
import mygrad.functional as functional
from mygrad.nnet.activations import logsoftmax, relu, softmax
from mygrad.nnet.layers import average_pool, conv_nd, dropout, max_pool
from mygrad.nnet.losses import (
    focal_loss,
    kl_divergence,
    margin_ranking_loss,
    multiclass_hinge,
    negative_log_likelihood,
    softmax_crossentropy,
)

P = np.array([[0.0, 0.4, 0.6], [0.5, 0.5, 0.0]])
ZEROS = P == 0
GAPS = [1, 0, 2, 5, 3]  # an order in which strides of 2 leave the zeros out


@pytest.mark.parametrize(
    "f",
    [
        lambda x: negative_log_likelihood(x, [1, 0]),
        lambda x: negative_log_likelihood(x, [0, 1], weights=[0.0, 1.0, 1.0]),
        lambda x: multiclass_hinge(x, [1, 0]),
        lambda x: kl_divergence(x, P),
        lambda x: kl_divergence(x, np.log(P), log_targets=True),
        lambda x: margin_ranking_loss(x, np.zeros((2, 3)), -1, margin=0.1),
        lambda x: np.sum(focal_loss(np.exp(x), [1, 0], gamma=2)),
        relu,
        lambda x: max_pool(x, (3,), 1),
        lambda x: average_pool(x.reshape(6)[GAPS], (1,), 2),
        lambda x: conv_nd(x.reshape(6)[GAPS].reshape(1, 1, 5), np.ones((1, 1, 1)), stride=2),
        lambda x: dropout(x, 0.5, rng=3),
    ],
)
def test_left_out(f: Callable[[Any], Any]) -> None:
    with np.errstate(all="ignore"):
        x = mg.tensor(P)
        f(np.log(x)).backward()
        gradient = functional.elementwise_grad(lambda x: f(np.log(x)))(P)
    assert not np.any(x.grad[ZEROS])
    assert np.isfinite(x.grad).all()
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "weighted_mean", "sum", "none"])
@pytest.mark.parametrize("weights", [None, [1.0, 0.5, 2.0]])
@pytest.mark.parametrize("loss", [negative_log_likelihood, softmax_crossentropy, "smoothed"])
def test_rows_whose_label_is_ignored(loss: Any, weights: Any, reduction: str) -> None:
    options: Any = {"weights": weights, "reduction": reduction}
    if loss == "smoothed":
        loss, options["label_smoothing"] = softmax_crossentropy, 0.1
    x = mg.tensor([[np.nan, np.inf, -np.inf], [0.1, 0.4, 0.6]])
    y = loss(x, [-1, 2], ignore_label=-1, **options)
    alone = mg.tensor(x.data[1:])
    expected = loss(alone, [2], **options)
    np.testing.assert_allclose(y.data[-1] if y.ndim else y.data, expected.data.ravel()[0], rtol=1e-14)
    y.backward()
    expected.backward()
    np.testing.assert_allclose(x.grad, [np.zeros(3), alone.grad[0]], rtol=1e-14)
    with np.errstate(invalid="ignore"):  # the mean of nothing
        loss(x, [-1, -1], ignore_label=-1, **options).backward()
    np.testing.assert_array_equal(x.grad, np.zeros((2, 3)))


@pytest.mark.parametrize("f", [softmax, logsoftmax])
@pytest.mark.parametrize("filled", [[np.nan, 1.0, 2.0], [np.inf, -np.inf, np.nan], [-np.inf, -np.inf, -np.inf]])
def test_rows_that_are_left_out_of_a_softmax(f: Callable[[Any], Any], filled: list[float]) -> None:
    x = mg.tensor([[0.1, 0.4, 0.6], filled])
    weights = np.array([1.0, 2.0, -1.0])
    with np.errstate(all="ignore"):
        np.sum(f(x)[0] * weights).backward()
        gradient = functional.grad(lambda x: np.sum(np.where([[True], [False]], f(x), 0) * weights))(x.data)
    expected = functional.grad(lambda x: np.sum(f(x) * weights))(x.data[0])
    np.testing.assert_allclose(x.grad, [expected, np.zeros(3)], rtol=1e-12)
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-12)


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_pools_larger_than_float16_counts(pool: Callable[..., Any]) -> None:
    x = mg.tensor(np.ones((300, 300), np.float16))
    pool(x, (300, 300), 1).backward()
    np.testing.assert_array_equal(x.grad, np.float16(1 / 90_000))
