"""Whether time and memory are linear in the size of the graph. Each probe has a process to itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

import numpy as np

from benchmarks.workloads import Group
from benchmarks.workloads.memory import resident

GROUP = Group("growth")
OTHERS = ("mygrad", "autograd", "numpy")
LINEAR = {"time, largest against 10^4": {"limit": 1.5}, "memory, largest against 10^4": {"limit": 1.5}}

Measures = dict[str, tuple[float, str]]


def _depth(xp: Any, n: int, x: Any) -> Any:
    y = x
    for _ in range(n):
        y = y * 1.0000001
    return xp.sum(y)


def _fan_out(xp: Any, n: int, x: Any) -> Any:
    total = x
    for _ in range(n // 2):
        total = total + x * 0.001
    return xp.sum(total)


def _views(xp: Any, n: int, x: Any) -> Any:
    y = x * 2.0
    total = y[:2]
    for _ in range(n // 2):
        total = total + y[1:]
    return xp.sum(total)


def _probe(function: Callable[..., Any], largest: int, peer: Any) -> Measures:
    """Time and memory of each operation, in graphs of 10^3 operations up to 10^largest."""
    x = peer.variable(np.ones(3))
    gc.collect()
    gc.freeze()
    before = resident()
    measures: Measures = {}
    for power in range(3, largest + 1):
        n = 10**power
        start = process_time()
        backward = peer.trace(partial(function, peer.xp, n), [x])
        middle = process_time()
        memory = resident() - before
        restart = process_time()
        backward()
        end = process_time()
        del backward
        measures[f"10^{power}: forward, per operation"] = (middle - start) / n, "s"
        measures[f"10^{power}: backward, per operation"] = (end - restart) / n, "s"
        if power > 3:  # else the resolution is too coarse
            measures[f"10^{power}: memory, per operation"] = memory / n, "B"
        last_time, last_memory = (end - restart + middle - start) / n, memory / n
        if power == 4:
            first_time, first_memory = last_time, last_memory
    measures["time, largest against 10^4"] = last_time / first_time, ""
    measures["memory, largest against 10^4"] = last_memory / first_memory, ""
    return measures


for _title, _function in {"depth": _depth, "fan-out": _fan_out, "views": _views}.items():
    GROUP.row(f"{_title} to 10^5", mode="probe", without=OTHERS, targets=LINEAR)(partial(_probe, _function, 5))
GROUP.row("depth to 10^6", mode="probe", without=OTHERS, targets=LINEAR, long=True)(partial(_probe, _depth, 6))
