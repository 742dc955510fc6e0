"""Writes of single elements: each is to cost what it touches, not a copy of the array."""

from __future__ import annotations

from typing import Any

from benchmarks.workloads import IMMUTABLE, Group, uniform

GROUP = Group("writes", limit=0.020, mygrad=1.0)
row = GROUP.row
million = uniform(1_000_000)


@row("y[i] = s, 200 times, 10^6 elements", million, uniform(), mode="forward", without=IMMUTABLE)
def _write(xp: Any, x: Any, s: Any) -> Any:
    y = x * 1.0
    for i in range(200):
        y[i] = s
    return y


def _write_by_hand(x: Any, s: Any) -> Any:
    y = x * 1.0
    for i in range(200):
        y[i] = s
    y.sum()
    g = y * 0.0 + 1.0
    gs = 0.0
    for i in reversed(range(200)):
        gs += g[i]
        g[i] = 0.0
    return g * 1.0, gs


@row("the same, backward", million, uniform(), hand=_write_by_hand, without=IMMUTABLE)
def _sum_of_written(xp: Any, x: Any, s: Any) -> Any:
    return xp.sum(_write(xp, x, s))


# PyTorch raises: the value that a derivative needs was overwritten.
@row("y[i] = y[i - 1] * s, 200 times, backward", million, uniform(), without=("torch", *IMMUTABLE))
def _recurrence(xp: Any, x: Any, s: Any) -> Any:
    y = x * 1.0
    for i in range(1, 201):
        y[i] = y[i - 1] * s
    return xp.sum(y)
