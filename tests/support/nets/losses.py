"""Losses, with their values by a plain formula."""

from __future__ import annotations

import numpy as np

from mygrad.nnet import losses
from nets.case import Case

__all__ = ["LABELS", "LOSSES", "PROBABILITIES", "RNG", "SCORES"]

N, C = 4, 3
RNG = np.random.default_rng(0)
SCORES = RNG.normal(scale=2, size=(N, C))
LABELS = np.array([2, 0, 2, 1])
PROBABILITIES = np.exp(SCORES) / np.exp(SCORES).sum(1, keepdims=True)
TARGETS = RNG.random((N, C))
P = PROBABILITIES[np.arange(N), LABELS]


def with_labels(loss, **settings):
    return lambda x, **k: loss(x, LABELS, **settings, **k)


SIGMOID = 1 / (1 + np.exp(-SCORES))
D = np.abs(SCORES - TARGETS)
SIGNS = np.array([1, -1, -1, 1])
MARGINS = SCORES - SCORES[np.arange(N), LABELS][:, None] + 0.7
MARGINS[np.arange(N), LABELS] = 0
LOSSES = {
    "binary_crossentropy_with_logits": Case(
        losses.binary_crossentropy_with_logits,
        (SCORES, TARGETS),
        -np.mean(TARGETS * np.log(SIGMOID) + (1 - TARGETS) * np.log(1 - SIGMOID)),
    ),
    "focal_loss": Case(with_labels(losses.focal_loss), (PROBABILITIES,), -np.log(P)),
    "focal_loss, gamma 0.5": Case(
        with_labels(losses.focal_loss, alpha=0.25, gamma=0.5),
        (PROBABILITIES,),
        -0.25 * (1 - P) ** 0.5 * np.log(P),
    ),
    "focal_loss, alpha for each": Case(
        with_labels(losses.focal_loss, alpha=[0.0, 1.0, 2.0, 3.0], gamma=2),
        (PROBABILITIES,),
        -np.arange(4.0) * (1 - P) ** 2 * np.log(P),
    ),
    "huber_loss": Case(
        lambda a, b, **k: losses.huber_loss(a, b, 0.8, **k),
        (SCORES, TARGETS),
        np.mean(np.where(D < 0.8, D**2 / 2, 0.8 * (D - 0.4))),
    ),
    "kl_divergence": Case(
        losses.kl_divergence,
        (np.log(PROBABILITIES), TARGETS),
        np.sum(TARGETS * np.log(TARGETS / PROBABILITIES)) / N,
    ),
    "kl_divergence, of logarithms": Case(
        lambda a, b, **k: losses.kl_divergence(a, b, log_targets=True, **k),
        (np.log(PROBABILITIES), np.log(TARGETS)),
        np.sum(TARGETS * np.log(TARGETS / PROBABILITIES)) / N,
    ),
    "margin_ranking_loss": Case(
        lambda a, b, **k: losses.margin_ranking_loss(a, b, SIGNS, 0.3, **k),
        (SCORES, TARGETS),
        np.mean(np.maximum(0, 0.3 - SIGNS[:, None] * (SCORES - TARGETS))),
    ),
    "mean_squared_error": Case(losses.mean_squared_error, (SCORES, TARGETS), np.mean((SCORES - TARGETS) ** 2)),
    "multiclass_hinge": Case(
        with_labels(losses.multiclass_hinge, hinge=0.7), (SCORES,), np.maximum(MARGINS, 0).sum() / N
    ),
    "negative_log_likelihood": Case(with_labels(losses.negative_log_likelihood), (SCORES,), None),
    "negative_log_likelihood, weighted": Case(
        with_labels(losses.negative_log_likelihood, weights=[0.5, 3.0, 0.0]),
        (SCORES,),
        -np.mean(np.array([0.0, 0.5, 0.0, 3.0]) * SCORES[np.arange(N), LABELS]),
    ),
    "softmax_crossentropy": Case(with_labels(losses.softmax_crossentropy), (SCORES,), -np.mean(np.log(P))),
    "softmax_focal_loss": Case(with_labels(losses.softmax_focal_loss), (SCORES,), -np.log(P)),
    "softmax_focal_loss, gamma 5": Case(
        with_labels(losses.softmax_focal_loss, alpha=0.5, gamma=5), (SCORES,), -0.5 * (1 - P) ** 5 * np.log(P)
    ),
    "softmax_focal_loss, alpha for each": Case(
        with_labels(losses.softmax_focal_loss, alpha=np.arange(4), gamma=0.5),
        (SCORES,),
        -np.arange(4.0) * (1 - P) ** 0.5 * np.log(P),
    ),
}
LOSSES["negative_log_likelihood"] = LOSSES["negative_log_likelihood"]._replace(
    expected=-np.mean(SCORES[np.arange(N), LABELS])
)
