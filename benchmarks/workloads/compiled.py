"""Value and gradient by `mygrad.compile`, beside ours without it (`eager`), what somebody wrote by hand, and JAX."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import Group, integers, normal, uniform
from benchmarks.workloads.large import arithmetic, arithmetic_by_hand, chain, chain_by_hand
from benchmarks.workloads.models import mlp, mlp_by_hand
from benchmarks.workloads.small import sum_of_operators, sum_of_squares

GROUP = Group("compiled", eager=1.0)
three = uniform(3)
million = uniform(1_000_000)
f32 = np.float32


def row(title: str, *variables: Any, **options: Any) -> Any:
    return GROUP.row(title, *variables, mode="compiled", **options)


def _squares_by_hand(x: Any) -> Any:
    np.sum(x * x)
    return [2 * x]


row("sum(x * x)", three, hand=_squares_by_hand, targets={"eager": 0.35, "numpy": 1.3, "jax-jit": 0.5})(sum_of_squares)


def _rosenbrock_by_hand(x: Any) -> Any:
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    np.sum(100 * a**2 + b**2)
    g = np.zeros_like(x)
    g[1:] = 200 * a
    g[:-1] -= 400 * a * x[:-1] + 2 * b
    return [g]


@row("Rosenbrock, 10", uniform(10), hand=_rosenbrock_by_hand, targets={"eager": 0.35, "numpy": 1.3, "jax-jit": 1.3})
def _rosenbrock(xp: Any, x: Any) -> Any:
    return xp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def _operators_by_hand(x: Any) -> Any:
    ys = [x]
    for _ in range(50):
        ys.append(ys[-1] * x + x)
    np.sum(ys[-1])
    g, gx = np.ones_like(x), np.zeros_like(x)
    for y in reversed(ys[:-1]):
        gx += g + g * y
        g = g * x
    return [gx + g]


row("100 operators", three, hand=_operators_by_hand, targets={"eager": 0.2, "numpy": 1.2, "jax-jit": 3.0})(
    sum_of_operators
)

STEPS = 5


def _cell_by_hand(xs: Any, w: Any, u: Any, b: Any) -> Any:
    hs = [np.zeros((4, 8))]
    for x in xs:
        hs.append(np.tanh(x @ w + hs[-1] @ u + b))
    np.sum(hs[-1] ** 2)
    g, gw, gu, gb = 2 * hs[-1], np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    for t in range(STEPS - 1, -1, -1):
        g = g * (1 - hs[t + 1] ** 2)
        gw += xs[t].T @ g
        gu += hs[t].T @ g
        gb += np.sum(g, axis=0)
        g = g @ u.T
    return gw, gu, gb


@row(
    "RNN cell, 5 steps",
    normal(3, 8),
    normal(8, 8),
    normal(8),
    constants=(normal(STEPS, 4, 3),),
    hand=_cell_by_hand,
    targets={"eager": 0.4, "numpy": 1.3, "jax-jit": 8.0},
)
def _cell(xp: Any, xs: Any, w: Any, u: Any, b: Any) -> Any:
    h = np.zeros((4, 8))
    for t in range(STEPS):
        h = xp.tanh(xs[t] @ w + h @ u + b)
    return xp.sum(h**2)


SWINGS, DT = 1000, 1e-3


def _pendulums_by_hand(angle: Any, speed: Any) -> Any:
    saved, a, v = [], angle, speed
    for _ in range(SWINGS):
        v = v - np.sin(a) * DT
        saved.append(a)
        a = a + v * DT
    np.sum(a * a)
    ga, gv = 2 * a, np.zeros_like(v)
    for a in reversed(saved):
        gv = gv + ga * DT
        ga = ga - gv * DT * np.cos(a)
    return ga, gv


@row(
    "2 pendulums, 1,000 steps",
    uniform(2),
    uniform(2),
    hand=_pendulums_by_hand,
    without=("jax", "jax-jit"),
    targets={"eager": 0.25, "numpy": 1.2},
)
def _pendulums(xp: Any, angle: Any, speed: Any) -> Any:
    a, v = angle, speed
    for _ in range(SWINGS):
        v = v - xp.sin(a) * DT
        a = a + v * DT
    return xp.sum(a * a)


row(
    "MLP 784-256-10, batch of 32",
    normal(784, 256, scale=0.05, dtype=f32),
    normal(256, scale=0.05, dtype=f32),
    normal(256, 10, scale=0.05, dtype=f32),
    normal(10, scale=0.05, dtype=f32),
    constants=(uniform(32, 784, dtype=f32), integers(0, 10, 32)),
    hand=mlp_by_hand,
    targets={"eager": 0.75, "numpy": 1.1},
)(mlp)
row("x * y - y / x + y, 10^6", million, million, hand=arithmetic_by_hand, targets={"numpy": 0.7})(arithmetic)
row("5 x tanh(y * 1.5 + 0.1), 10^6", million, hand=chain_by_hand, targets={"numpy": 0.75})(chain)
