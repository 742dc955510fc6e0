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
OTHERS = ("numpy", "jax-jit")  # one has no graph, and the other compiles it
LINEAR = {"time, largest against 10^4": {"limit": 1.5}, "memory, largest against 10^4": {"limit": 1.5}}
#: Whoever takes longer, in seconds, for one graph is not asked for one of ten times the size.
PATIENCE = 2.0

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
    """Time and memory of each operation, in graphs of 10^3 operations up to 10^largest, or as far as the peer gets."""
    x = peer.variable(np.ones(3))
    gc.collect()
    gc.freeze()
    before = resident()
    measures: Measures = {}
    times, memories = {}, {}
    for power in range(3, largest + 1):
        n = 10**power
        start = process_time()
        backward = peer.trace(partial(function, peer.xp, n), [x])
        forward_time = process_time() - start
        memories[power] = (resident() - before) / n
        start = process_time()
        try:
            backward()
        except RecursionError:
            break
        backward_time = process_time() - start
        del backward
        times[power] = (forward_time + backward_time) / n
        measures[f"10^{power}: forward, per operation"] = forward_time / n, "s"
        measures[f"10^{power}: backward, per operation"] = backward_time / n, "s"
        if power > 3:  # else the resolution is too coarse
            measures[f"10^{power}: memory, per operation"] = memories[power], "B"
        if forward_time + backward_time > PATIENCE:
            break
    reached = max(times, default=0)
    if reached > 4:
        measures["time, largest against 10^4"] = times[reached] / times[4], ""
        measures["memory, largest against 10^4"] = memories[reached] / memories[4], ""
    return measures


for _title, _function in {"depth": _depth, "fan-out": _fan_out, "views": _views}.items():
    GROUP.row(f"{_title} to 10^5", mode="probe", without=OTHERS, targets=LINEAR)(partial(_probe, _function, 5))
GROUP.row("depth to 10^6", mode="probe", without=OTHERS, targets=LINEAR, long=True)(partial(_probe, _depth, 6))
