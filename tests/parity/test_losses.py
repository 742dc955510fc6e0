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
    "cosine_embedding_loss": (
        lambda a, b: losses.cosine_embedding_loss(a, b, SIGNS, 0.2),
        lambda a, b: F.cosine_embedding_loss(a, b, torch.tensor(SIGNS), 0.2),
        (scores(size=(N, C)), scores(size=(N, C))),
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
    "l1_loss": (losses.l1_loss, F.l1_loss, (scores(size=(N, C)), scores(size=(N, C)))),
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
    "triplet_margin_loss": (
        lambda a, b, c: losses.triplet_margin_loss(a, b, c, 0.7),
        lambda a, b, c: F.triplet_margin_loss(a, b, c, 0.7),
        (scores(size=(N, C)), scores(size=(N, C)), scores(size=(N, C))),
    ),
}


def test_every_loss_is_compared():
    assert {name.split(",")[0] for name in CASES} == set(losses.__all__)


@pytest.mark.parametrize("name", CASES)
def test_loss(agree, name):
    ours, theirs, arrays = CASES[name]
    agree(name, ours, theirs, *arrays, second=name != "multiclass_hinge")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["softmax_crossentropy", "negative_log_likelihood"])
def test_labels_with_options(agree, kind, seed):
    """Places, class weights, labels that are ignored, label smoothing, and every reduction."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 5, rng.integers(0, 3))
    n, c = rng.integers(2, 20), rng.integers(2, 6)
    labels = rng.integers(0, c, (n, *shape))
    weights = rng.uniform(0.1, 2, c) if rng.random() < 0.5 else None
    ignored = -100 if rng.random() < 0.5 else None
    if ignored:
        labels = np.where(rng.random(labels.shape) < 0.3, ignored, labels)
        labels[0] = 0
    smoothing = float(rng.choice([0, 0.1, 0.7])) if kind == "softmax_crossentropy" else 0.0
    reduction = ("mean", "sum", "none")[seed % 3]
    ours: dict[str, Any] = {"weights": weights, "ignore_label": ignored}
    theirs: dict[str, Any] = {"reduction": reduction, "ignore_index": -100}
    if kind == "softmax_crossentropy":
        ours["label_smoothing"] = theirs["label_smoothing"] = smoothing
    function = {"softmax_crossentropy": F.cross_entropy, "negative_log_likelihood": F.nll_loss}[kind]

    def torch_loss(x: Any) -> Any:
        weight = None if weights is None else torch.tensor(weights).to(x.dtype)
        return function(x, torch.tensor(labels), weight=weight, **theirs)

    agree(
        f"{kind}, options",
        lambda x: getattr(losses, kind)(
            x, labels, reduction="weighted_mean" if reduction == "mean" else reduction, **ours
        ),
        torch_loss,
        rng.normal(size=(n, c, *shape)),
    )


@pytest.mark.parametrize("seed", range(6))
def test_probabilities_with_options(agree, seed):
    rng = np.random.default_rng(seed)
    shape = (rng.integers(2, 20), rng.integers(2, 6), *rng.integers(1, 5, seed % 3))
    p = rng.random(shape)
    weights = rng.uniform(0.1, 2, shape[1]) if seed % 2 else None
    reduction, smoothing = ("mean", "sum", "none")[seed % 3], float(rng.choice([0, 0.2]))
    agree(
        "softmax_crossentropy, probabilities",
        lambda x, p: losses.softmax_crossentropy(x, p, weights=weights, label_smoothing=smoothing, reduction=reduction),
        lambda x, p: F.cross_entropy(
            x,
            p,
            weight=None if weights is None else torch.tensor(weights).to(x.dtype),
            label_smoothing=smoothing,
            reduction=reduction,
        ),
        rng.normal(size=shape),
        p,
    )


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_reductions(agree, reduction):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, N, C))
    p = np.exp(a) / np.exp(a).sum(1, keepdims=True)
    signs = torch.tensor(SIGNS)
    options: dict[str, Any] = {"reduction": reduction}
    pairs: dict[str, tuple[Any, Any, tuple[np.ndarray, ...]]] = {
        "mean_squared_error": (losses.mean_squared_error, F.mse_loss, (a, b)),
        "l1_loss": (losses.l1_loss, F.l1_loss, (a, b)),
        "huber_loss": (losses.huber_loss, F.huber_loss, (a, b)),
        "binary_crossentropy_with_logits": (
            losses.binary_crossentropy_with_logits,
            F.binary_cross_entropy_with_logits,
            (a, p),
        ),
        "kl_divergence": (
            losses.kl_divergence,
            lambda q, p, reduction: (
                F.kl_div(q, p, reduction="none").sum(-1) if reduction == "none" else F.kl_div(q, p, reduction="sum")
            ),
            (b, p),
        ),
        "cosine_embedding_loss": (
            lambda a, b, **k: losses.cosine_embedding_loss(a, b, SIGNS, **k),
            lambda a, b, **k: F.cosine_embedding_loss(a, b, signs, **k),
            (a, b),
        ),
        "triplet_margin_loss": (losses.triplet_margin_loss, F.triplet_margin_loss, (a, b, rng.normal(size=(N, C)))),
        "margin_ranking_loss": (
            lambda a, b, **k: losses.margin_ranking_loss(a, b, SIGNS, 0.3, **k),
            lambda a, b, **k: F.margin_ranking_loss(a, b, signs[:, None].to(a.dtype), margin=0.3, **k),
            (a, b),
        ),
    }
    for name, (ours, theirs, arrays) in pairs.items():
        agree(
            f"{name}, {reduction}",
            lambda *xs, f=ours: f(*xs, **options),
            lambda *xs, f=theirs: f(*xs, **options),
            *arrays,
        )
