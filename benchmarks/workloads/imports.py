"""What ``import`` costs above ``import numpy``, and what it brings in."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benchmarks.workloads import Group

GROUP = Group("imports")

TIMED = """
import numpy, time
start = time.process_time()
import {name}
print(time.process_time() - start)
"""
WATCHED = """
import sys, numpy, importlib.metadata as metadata
calls, original = [], metadata.entry_points
metadata.entry_points = lambda **params: calls.append(params) or original(**params)
before = set(sys.modules)
import {name}
brought = {{module.partition(".")[0] for module in set(sys.modules) - before}}
foreign = brought - set(sys.stdlib_module_names) - {{"numpy", "{name}"}}
print(len(calls), len(foreign))
print(*sorted(foreign), file=sys.stderr)
"""


def _python(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, check=True)


@GROUP.row(
    "import",
    mode="probe",
    without=("numpy",),
    targets={
        "above import numpy": {"limit": 0.040},
        "foreign packages": {"limit": 0},
        "calls of entry_points()": {"limit": 0},
    },
)
def _import(peer: Any) -> dict[str, tuple[float, str]]:
    name = peer.own.__name__.partition(".")[0]
    times = [float(_python("-c", TIMED.format(name=name)).stdout) for _ in range(7)]
    calls, foreign = map(int, _python("-c", WATCHED.format(name=name)).stdout.split())
    return {
        "above import numpy": (min(times), "s"),
        "foreign packages": (foreign, ""),
        "calls of entry_points()": (calls, ""),
    }
