"""Derivatives as functions: Jacobians, Hessians and products, of functions of one array."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

from benchmarks.workloads import Group, normal

GROUP = Group("derivatives")
row = GROUP.row

SHAPES = ((5, 10), (10,), (10, 2), (2,), (2, 5), (3,))


def _parameters(p: Any) -> list[Any]:
    parts, start = [], 0
    for shape in SHAPES:
        size = int(np.prod(shape))
        parts.append(p[start : start + size].reshape(shape))
        start += size
    return parts


@row(
    "hessian, MLP of 95 parameters",
    normal(95, scale=0.3),
    constants=(normal(20, 5), normal(20)),
    mode="hessian",
    targets={"autograd": 0.5},
)
@row(
    "hvp, MLP of 95 parameters",
    normal(95, scale=0.3),
    normal(95),
    constants=(normal(20, 5), normal(20)),
    mode="hvp",
    targets={"autograd": 1.0},
)
def _mlp(xp: Any, x: Any, y: Any, p: Any) -> Any:
    w1, b1, w2, b2, w3, b3 = _parameters(p)
    hidden = xp.tanh(xp.tanh(x @ w1 + b1) @ w2 + b2)
    return xp.mean((xp.sum(hidden @ w3, axis=1) + b3[0] * b3[1] * b3[2] - y) ** 2)


@row(
    "jacobian, 1000 from 10",
    normal(10),
    constants=(normal(1000, 10),),
    mode="jacobian",
    targets={"autograd": 0.05},
)
def _tall(xp: Any, a: Any, x: Any) -> Any:
    return xp.tanh(a @ x) * xp.exp(-xp.sum(x * x))


@row(
    "batch_jacobian, 200 of 3 by 4",
    normal(200, 4),
    constants=(normal(4, 3),),
    mode="batch_jacobian",
    targets={"autograd": 0.1},
)
def _examples(xp: Any, w: Any, x: Any) -> Any:
    y = xp.tanh(x @ w)
    return y * y


def _jvp_by_hand(x: Any, v: Any) -> Any:
    t, e = np.tanh(x), np.exp(-x)
    np.sum(t * e)
    dt, de = (1 - t * t) * v, -e * v
    return [np.sum(dt * e + t * de)]


@row(
    "jvp, np.sum(np.tanh(x) * np.exp(-x)), 10^6",
    normal(10**6),
    normal(10**6),
    mode="jvp",
    hand=_jvp_by_hand,
    targets={"numpy": 3.0},
)
def _wave(xp: Any, x: Any) -> Any:
    return xp.sum(xp.tanh(x) * xp.exp(-x))


OURS = ("torch", "mygrad", "autograd", "jax", "jax-jit", "numpy")


@row(
    "jvp, np.sum(np.tanh(x) * np.exp(-x)), 10^6, peak",
    mode="probe",
    without=OURS,
    targets={"to that by hand": {"limit": 2.0}},
)
def _peak(peer: Any) -> dict[str, tuple[float, str]]:
    x, v = np.random.default_rng(0).normal(size=(2, 10**6))

    def peak(run: Callable[[], Any]) -> int:
        run()
        gc.collect()
        tracemalloc.start()
        run()
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    ours = peak(lambda: peer.own.jvp(lambda x: _wave(np, x), [x], [v]))
    return {"to that by hand": (ours / peak(lambda: _jvp_by_hand(x, v)), "")}


@row(
    "value_and_grad, np.sum(x * x), 3",
    mode="probe",
    without=OURS,
    targets={"above backward()": {"limit": 5e-6}},
)
def _overhead(peer: Any) -> dict[str, tuple[float, str]]:
    x = np.ones(3)
    evaluate = peer.own.value_and_grad(lambda x: np.sum(x * x))

    def backward() -> Any:
        t = peer.own.tensor(x)
        np.sum(t * t).backward()
        return t.grad

    def least(run: Callable[[], Any]) -> float:
        best = np.inf
        for _ in range(100):
            start = process_time()
            for _ in range(100):
                run()
            best = min(best, process_time() - start)
        return float(best) / 100

    return {"above backward()": (least(lambda: evaluate(x)) - least(backward), "s")}
