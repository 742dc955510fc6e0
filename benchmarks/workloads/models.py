"""Whole computations, as a user would write them."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Group, integers, normal, uniform

GROUP = Group("models", torch=1.0, mygrad=1.0)
row = GROUP.row
f32 = np.float32
NUMPY = {"numpy": 1.05}


def mlp_by_hand(pixels: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    each = np.arange(len(labels))
    hidden = np.maximum(pixels @ w1 + b1, 0)
    scores = hidden @ w2 + b2
    scores = scores - np.amax(scores, axis=1, keepdims=True)
    exps = np.exp(scores)
    sums = np.sum(exps, axis=1, keepdims=True)
    np.mean(np.log(sums[:, 0]) - scores[each, labels])
    g = exps / sums
    g[each, labels] -= 1
    g /= len(labels)
    gh = g @ w2.T
    gh = np.where(hidden > 0, gh, 0)
    return pixels.T @ gh, np.sum(gh, axis=0), hidden.T @ g, np.sum(g, axis=0)


@row(
    "MLP 784-256-10, batch of 32, training step",
    normal(784, 256, scale=0.05, dtype=f32),
    normal(256, scale=0.05, dtype=f32),
    normal(256, 10, scale=0.05, dtype=f32),
    normal(10, scale=0.05, dtype=f32),
    constants=(uniform(32, 784, dtype=f32), integers(0, 10, 32)),
    mode="step",
    hand=mlp_by_hand,
    targets=NUMPY,
)
def mlp(xp: Any, pixels: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    each = xp.arange(len(labels))
    hidden = pixels @ w1 + b1
    hidden = xp.where(hidden > 0, hidden, 0)
    scores = hidden @ w2 + b2
    scores = scores - xp.amax(scores, axis=1, keepdims=True)
    return xp.mean(xp.log(xp.sum(xp.exp(scores), axis=1)) - scores[each, labels])


def _gp_by_hand(x: Any, y: Any, p: Any) -> Any:
    d2 = (x[:, None] - x) ** 2
    kernel = p[0] * np.exp(-d2 / p[1])
    k = kernel + p[2] * np.eye(len(x))
    alpha = np.linalg.solve(k, y)
    np.linalg.slogdet(k)
    gk = -0.5 * np.outer(np.linalg.solve(k.T, y), alpha) + 0.5 * np.linalg.inv(k).T
    gp = np.zeros_like(p)
    gp[0] = np.sum(gk * np.exp(-d2 / p[1]))
    gp[1] = np.sum(gk * kernel * d2 / p[1] ** 2)
    gp[2] = np.sum(gk * np.eye(len(x)))
    return [gp]


@row(
    "Gaussian-process likelihood, 200 points",
    uniform(3),
    constants=(normal(200), normal(200)),
    hand=_gp_by_hand,
    without=("mygrad",),  # it has no np.linalg.solve
    targets=NUMPY,
)
def _gp(xp: Any, x: Any, y: Any, p: Any) -> Any:
    d2 = (x[:, None] - x) ** 2
    k = p[0] * xp.exp(-d2 / p[1]) + p[2] * xp.eye(len(x), dtype=x.dtype)
    return 0.5 * xp.sum(y * xp.linalg.solve(k, y)) + 0.5 * xp.linalg.slogdet(k)[1]


STEPS, DT = 10_000, 1e-3


def _pendulums_by_hand(angle: Any, speed: Any) -> Any:
    saved = []
    a, v = angle, speed
    for _ in range(STEPS):
        v = v - np.sin(a) * DT
        saved.append(a)
        a = a + v * DT
    np.sum(a * a)
    ga, gv = 2 * a, np.zeros_like(v)
    for a in reversed(saved):
        gv = gv + ga * DT
        ga = ga - gv * DT * np.cos(a)
    return ga, gv


def _pendulums_scanned(lax: Any, xp: Any, angle: Any, speed: Any) -> Any:
    def step(state: Any, _: None) -> Any:
        a, v = state
        v = v - xp.sin(a) * DT
        return (a + v * DT, v), None

    (a, _), _ = lax.scan(step, (angle, speed), length=STEPS)
    return xp.sum(a * a)


@row(
    "2 pendulums, 10,000 steps",
    uniform(2),
    uniform(2),
    hand=_pendulums_by_hand,
    scanned=_pendulums_scanned,
    targets={"torch": 0.8},
    long=True,
)
@row(
    "1000 pendulums, 10,000 steps",
    uniform(1000),
    uniform(1000),
    hand=_pendulums_by_hand,
    scanned=_pendulums_scanned,
    targets=NUMPY,
    long=True,
)
def _pendulums(xp: Any, angle: Any, speed: Any) -> Any:
    a, v = angle, speed
    for _ in range(STEPS):
        v = v - xp.sin(a) * DT
        a = a + v * DT
    return xp.sum(a * a)
