"""Every loss against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad.nnet import losses

torch = pytest.importorskip("torch")
F = torch.nn.functional

RNG = np.random.default_rng(0)
N, C = 50, 7
LABELS = RNG.integers(0, C, N)
Y = torch.tensor(LABELS)
CLASS_WEIGHTS = RNG.random(C)
SIGNS = np.where(RNG.random(N) < 0.5, 1, -1)


def probabilities(*_shape):
    p = np.exp(RNG.normal(size=(N, C)))
    return p / p.sum(1, keepdims=True)


def focal(log_p: Any, alpha: float, gamma: float) -> Any:
    """PyTorch has none, but differentiates this."""
    log_p = log_p[torch.arange(N), Y]
    return -alpha * (1 - log_p.exp()) ** gamma * log_p


def weighted_nll(x: Any) -> Any:
    """PyTorch divides by the sum of the weights."""
    return F.nll_loss(x, Y, weight=torch.tensor(CLASS_WEIGHTS).to(x.dtype), reduction="sum") / N


def hinge(x: Any) -> Any:
    """PyTorch divides by the number of classes."""
    return F.multi_margin_loss(x, Y, margin=0.7) * C


scores = RNG.normal
CASES: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "binary_crossentropy_with_logits": (
        losses.binary_crossentropy_with_logits,
        F.binary_cross_entropy_with_logits,
        (scores(size=(N, C)), RNG.random((N, C))),
    ),
    "focal_loss": (
        lambda p: losses.focal_loss(p, LABELS, alpha=0.3, gamma=2),
        lambda p: focal(p.log(), 0.3, 2),
        (probabilities(),),
    ),
    "huber_loss": (
        lambda a, b: losses.huber_loss(a, b, 0.8),
        lambda a, b: F.huber_loss(a, b, delta=0.8),
        (scores(size=(N, C)), scores(size=(N, C))),
    ),
    "kl_divergence": (
        losses.kl_divergence,
        lambda a, b: F.kl_div(a, b, reduction="batchmean"),
        (np.log(probabilities()), probabilities()),
    ),
    "kl_divergence, of logarithms": (
        lambda a, b: losses.kl_divergence(a, b, log_targets=True),
        lambda a, b: F.kl_div(a, b, reduction="batchmean", log_target=True),
        (np.log(probabilities()), np.log(probabilities())),
    ),
    "margin_ranking_loss": (
        lambda a, b: losses.margin_ranking_loss(a, b, SIGNS, 0.3),
        lambda a, b: F.margin_ranking_loss(a, b, torch.tensor(SIGNS).to(a.dtype), margin=0.3),
        (scores(size=N), scores(size=N)),
    ),
    "mean_squared_error": (losses.mean_squared_error, F.mse_loss, (scores(size=(N, C)), scores(size=(N, C)))),
    "multiclass_hinge": (lambda x: losses.multiclass_hinge(x, LABELS, 0.7), hinge, (scores(size=(N, C)),)),
    "negative_log_likelihood": (
        lambda x: losses.negative_log_likelihood(x, LABELS),
        lambda x: F.nll_loss(x, Y),
        (np.log(probabilities()),),
    ),
    "negative_log_likelihood, weighted": (
        lambda x: losses.negative_log_likelihood(x, LABELS, weights=CLASS_WEIGHTS),
        weighted_nll,
        (np.log(probabilities()),),
    ),
    "softmax_crossentropy": (
        lambda x: losses.softmax_crossentropy(x, LABELS),
        lambda x: F.cross_entropy(x, Y),
        (scores(scale=3, size=(N, C)),),
    ),
    "softmax_focal_loss": (
        lambda x: losses.softmax_focal_loss(x, LABELS, alpha=0.3, gamma=2),
        lambda x: focal(F.log_softmax(x, 1), 0.3, 2),
        (scores(size=(N, C)),),
    ),
}


def test_every_loss_is_compared():
    assert {name.split(",")[0] for name in CASES} == set(losses.__all__)


@pytest.mark.parametrize("name", CASES)
def test_loss(agree, name):
    ours, theirs, arrays = CASES[name]
    agree(name, ours, theirs, *arrays, second=name != "multiclass_hinge")
