"""Peak memory, and whether it comes back. Each probe has a process to itself."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workloads import Group

GROUP = Group("memory")
Measures = dict[str, tuple[float, str]]


def resident() -> int:
    """The memory that this process uses at present, in bytes: without what malloc keeps for later."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it
    if trim is not None:
        trim(0)
    return _status("VmRSS")


def peak() -> int:
    """The most that it ever had."""
    return _status("VmHWM")


def _status(key: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # not Linux: only the peak is known
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":"))


def _sines(xp: Any, y: Any) -> Any:
    return xp.sin(y)


def _polynomials(xp: Any, y: Any) -> Any:
    return y * y * 0.5 + y


def _layers(peer: Any, layer: Callable[..., Any]) -> Measures:
    """50 layers over 10 MB: peak of both passes, and what is left of it."""
    x = peer.variable(np.random.default_rng(0).uniform(0.1, 0.5, 10_000_000 // 8))

    def network(y: Any) -> Any:
        for _ in range(50):
            y = layer(peer.xp, y)
        return peer.xp.sum(y)

    small = peer.variable(np.ones(3))  # what is loaded on first use is not what is measured
    peer.trace(network, [small])()
    gc.collect()
    before = resident()
    backward = peer.trace(network, [x])
    forward = peak() - before
    kept = backward()
    both = peak() - before
    del backward
    after = resident() - before
    del kept
    return {"forward": (forward, "B"), "peak": (both, "B"), "left (the gradient has 10 MB)": (after, "B")}


_TARGETS = {
    "forward": {"torch": 1.01},  # the last per cent is not ours
    "peak": {"torch": 1.01},
    "left (the gradient has 10 MB)": {"limit": 11e6},
}
for _title, _layer in {"y = sin(y)": _sines, "y = y * y * 0.5 + y": _polynomials}.items():
    GROUP.row(f"50 x {_title}, 10 MB", mode="probe", without=("numpy",), targets=_TARGETS)(
        partial(_layers, layer=_layer)
    )


@GROUP.row(
    "training, steps 1,000 to 10,000",
    mode="probe",
    without=("numpy",),
    targets={"growth": {"limit": 0.5e6}, "objects": {"limit": 100}},
    long=True,
)
def _training(peer: Any) -> Measures:
    """How much a process grows by training on and on."""
    rng = np.random.default_rng(0)
    inputs, wanted = peer.constant(rng.normal(size=(16, 8))), peer.constant(rng.normal(size=(16, 4)))
    weights = [peer.variable(rng.normal(size=shape)) for shape in ((8, 16), (16, 4))]

    def loss(w1: Any, w2: Any) -> Any:
        error = peer.xp.tanh(inputs @ w1) @ w2 - wanted
        return peer.xp.sum(error * error)

    for step in range(10_000):
        peer.descend(weights, peer.differentiate(loss, weights))
        if step == 999:
            gc.collect()
            memory, objects = resident(), len(gc.get_objects())
    gc.collect()
    return {"growth": (resident() - memory, "B"), "objects": (len(gc.get_objects()) - objects, "")}


if os.name != "posix":
    GROUP.rows.clear()
