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
LOG_Q = np.log(PROBABILITIES)
WEIGHTS = np.array([0.5, 3.0, 0.2])
IGNORING = np.array([2, 0, -100, 1])
SMOOTH = 0.1 / C + 0.9 * np.eye(C)[LABELS]
TALL = RNG.normal(size=(N, C, 2))
LABELS_OF_TALL = RNG.integers(0, C, (N, 2))
COSINES = np.sum(SCORES * TARGETS, 1) / np.sqrt((np.sum(SCORES**2, 1) + 1e-12) * (np.sum(TARGETS**2, 1) + 1e-12))
NEGATIVES = RNG.normal(size=(N, C))
DISTANCES = [np.sqrt(np.sum((SCORES - b + 1e-6) ** 2, 1)) for b in (TARGETS, NEGATIVES)]


def crossentropy(x, labels=LABELS, **settings):
    return Case(lambda x, **k: losses.softmax_crossentropy(x, labels, **settings, **k), (x,))


def tall_entries(log_q):
    return np.take_along_axis(log_q, LABELS_OF_TALL[:, None], 1)[:, 0]


def log_softmax(x):
    return x - np.log(np.sum(np.exp(x), 1, keepdims=True))


LOSSES = {
    "binary_crossentropy_with_logits": Case(
        losses.binary_crossentropy_with_logits,
        (SCORES, TARGETS),
        -np.mean(TARGETS * np.log(SIGMOID) + (1 - TARGETS) * np.log(1 - SIGMOID)),
    ),
    "binary_crossentropy_with_logits, each": Case(
        lambda x, t, **k: losses.binary_crossentropy_with_logits(x, t, reduction="none", **k),
        (SCORES, TARGETS),
        -TARGETS * np.log(SIGMOID) - (1 - TARGETS) * np.log(1 - SIGMOID),
    ),
    "cosine_embedding_loss": Case(
        lambda a, b, **k: losses.cosine_embedding_loss(a, b, SIGNS, 0.1, **k),
        (SCORES, TARGETS),
        np.mean(np.where(SIGNS == 1, 1 - COSINES, np.maximum(0, COSINES - 0.1))),
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
    "huber_loss, summed": Case(
        lambda a, b, **k: losses.huber_loss(a, b, 0.8, reduction="sum", **k),
        (SCORES, TARGETS),
        np.sum(np.where(D < 0.8, D**2 / 2, 0.8 * (D - 0.4))),
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
    "kl_divergence, each": Case(
        lambda a, b, **k: losses.kl_divergence(a, b, reduction="none", **k),
        (np.log(PROBABILITIES), TARGETS),
        np.sum(TARGETS * np.log(TARGETS / PROBABILITIES), 1),
    ),
    "kl_divergence, of logarithms, summed": Case(
        lambda a, b, **k: losses.kl_divergence(a, b, log_targets=True, reduction="sum", **k),
        (np.log(PROBABILITIES), np.log(TARGETS)),
        np.sum(TARGETS * np.log(TARGETS / PROBABILITIES)),
    ),
    "l1_loss": Case(losses.l1_loss, (SCORES, TARGETS), np.mean(D)),
    "margin_ranking_loss": Case(
        lambda a, b, **k: losses.margin_ranking_loss(a, b, SIGNS, 0.3, **k),
        (SCORES, TARGETS),
        np.mean(np.maximum(0, 0.3 - SIGNS[:, None] * (SCORES - TARGETS))),
    ),
    "mean_squared_error": Case(losses.mean_squared_error, (SCORES, TARGETS), np.mean((SCORES - TARGETS) ** 2)),
    "mean_squared_error, each": Case(
        lambda a, b, **k: losses.mean_squared_error(a, b, reduction="none", **k), (SCORES, TARGETS), D**2
    ),
    "multiclass_hinge": Case(
        with_labels(losses.multiclass_hinge, hinge=0.7), (SCORES,), np.maximum(MARGINS, 0).sum() / N
    ),
    "multiclass_hinge, each": Case(
        with_labels(losses.multiclass_hinge, hinge=0.7, reduction="none"), (SCORES,), np.maximum(MARGINS, 0).sum(1)
    ),
    "negative_log_likelihood": Case(with_labels(losses.negative_log_likelihood), (SCORES,), None),
    "negative_log_likelihood, of places, each": Case(
        lambda x, **k: losses.negative_log_likelihood(x, LABELS_OF_TALL, reduction="none", **k),
        (TALL,),
        -tall_entries(TALL),
    ),
    "negative_log_likelihood, weighted mean, ignoring": Case(
        lambda x, **k: losses.negative_log_likelihood(
            x, IGNORING, weights=WEIGHTS, ignore_label=-100, reduction="weighted_mean", **k
        ),
        (SCORES,),
        -np.average(SCORES[[0, 1, 3], LABELS[[0, 1, 3]]], weights=WEIGHTS[LABELS[[0, 1, 3]]]),
    ),
    "negative_log_likelihood, weighted": Case(
        with_labels(losses.negative_log_likelihood, weights=[0.5, 3.0, 0.0]),
        (SCORES,),
        -np.mean(np.array([0.0, 0.5, 0.0, 3.0]) * SCORES[np.arange(N), LABELS]),
    ),
    "softmax_crossentropy": Case(with_labels(losses.softmax_crossentropy), (SCORES,), -np.mean(np.log(P))),
    "softmax_crossentropy, each, weighted": crossentropy(SCORES, weights=WEIGHTS, reduction="none")._replace(
        expected=-WEIGHTS[LABELS] * np.log(P)
    ),
    "softmax_crossentropy, weighted mean, ignoring": crossentropy(
        SCORES, IGNORING, weights=WEIGHTS, ignore_label=-100, reduction="weighted_mean"
    )._replace(expected=-np.average(np.log(P)[[0, 1, 3]], weights=WEIGHTS[LABELS[[0, 1, 3]]])),
    "softmax_crossentropy, smoothed": crossentropy(SCORES, label_smoothing=0.1, weights=WEIGHTS)._replace(
        expected=-np.mean(np.sum(SMOOTH * WEIGHTS * LOG_Q, 1))
    ),
    "softmax_crossentropy, smoothed, ignoring": crossentropy(
        SCORES, IGNORING, label_smoothing=0.1, ignore_label=-100
    )._replace(expected=-np.mean(np.sum(SMOOTH * LOG_Q, 1)[[0, 1, 3]])),
    "softmax_crossentropy, of probabilities": Case(
        lambda x, p, **k: losses.softmax_crossentropy(x, p, weights=WEIGHTS, **k),
        (SCORES, TARGETS + 0.2),
        -np.mean(np.sum((TARGETS + 0.2) * WEIGHTS * LOG_Q, 1)),
    ),
    "softmax_crossentropy, of places": crossentropy(TALL, LABELS_OF_TALL, reduction="sum")._replace(
        expected=-np.sum(tall_entries(log_softmax(TALL)))
    ),
    "softmax_focal_loss": Case(with_labels(losses.softmax_focal_loss), (SCORES,), -np.log(P)),
    "softmax_focal_loss, gamma 5": Case(
        with_labels(losses.softmax_focal_loss, alpha=0.5, gamma=5), (SCORES,), -0.5 * (1 - P) ** 5 * np.log(P)
    ),
    "softmax_focal_loss, alpha for each": Case(
        with_labels(losses.softmax_focal_loss, alpha=np.arange(4), gamma=0.5),
        (SCORES,),
        -np.arange(4.0) * (1 - P) ** 0.5 * np.log(P),
    ),
    "triplet_margin_loss": Case(
        losses.triplet_margin_loss,
        (SCORES, TARGETS, NEGATIVES),
        np.mean(np.maximum(0, DISTANCES[0] - DISTANCES[1] + 1)),
    ),
}
LOSSES["negative_log_likelihood"] = LOSSES["negative_log_likelihood"]._replace(
    expected=-np.mean(SCORES[np.arange(N), LABELS])
)
