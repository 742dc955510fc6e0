"""What ``import`` costs above ``import numpy``, what it brings in, and how much there is to install."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from benchmarks.workloads import Group

GROUP = Group("imports")
OTHERS = ("numpy", "jax-jit")  # the measure, and the same as jax

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


def _name(peer: Any) -> str:
    name: str = peer.own.__name__.partition(".")[0]
    return name


@GROUP.row(
    "import",
    mode="probe",
    without=OTHERS,
    targets={
        "above import numpy": {"limit": 0.040},
        "foreign packages": {"limit": 0},
        "calls of entry_points()": {"limit": 0},
    },
)
def _import(peer: Any) -> dict[str, tuple[float, str]]:
    name = _name(peer)
    times = [float(_python("-c", TIMED.format(name=name)).stdout) for _ in range(7)]
    calls, foreign = map(int, _python("-c", WATCHED.format(name=name)).stdout.split())
    return {
        "above import numpy": (min(times), "s"),
        "foreign packages": (foreign, ""),
        "calls of entry_points()": (calls, ""),
    }


#: Compressing more than this takes longer than the answer is worth: that it is large, its installed size tells.
WORTH_COMPRESSING = 50_000_000


@GROUP.row("size", mode="probe", without=OTHERS)
def _size(peer: Any) -> dict[str, tuple[float, str]]:
    own = _files(peer.distributions, Path(import_module(_name(peer)).__file__ or "").parent)
    required = _files(_requirements(peer.distributions))
    installed = sum(path.stat().st_size for _, path in own)
    total = installed + sum(path.stat().st_size for _, path in required)
    measures = {"installed, with what it requires but NumPy": (float(total), "B")}
    if installed <= WORTH_COMPRESSING:
        measures["wheel: its files, compressed"] = float(_zipped(own)), "B"
    return measures


def _files(distributions: Iterable[str], folder: Path | None = None) -> list[tuple[str, Path]]:
    """The files that the wheels have, by their names in there; those in `folder` if it is not from a wheel."""
    files = []
    for distribution in distributions:
        try:
            files += [(str(file), Path(str(file.locate()))) for file in metadata.files(distribution) or ()]
        except metadata.PackageNotFoundError:  # ours, not installed; or a requirement for another platform
            continue
    if folder is not None and not any(path.is_relative_to(folder) for _, path in files):
        files = [(str(path.relative_to(folder.parent)), path) for path in folder.rglob("*")]
    # Without what pip adds: compiled modules, and scripts outside of the library.
    return [
        (name, path) for name, path in files if path.is_file() and path.suffix != ".pyc" and not name.startswith("..")
    ]


def _requirements(distributions: Iterable[str]) -> set[str]:
    """What is installed because `distributions` require it, apart from themselves and NumPy."""
    seen, waiting = set(distributions), list(distributions)
    while waiting:
        try:
            required = metadata.requires(waiting.pop()) or []
        except metadata.PackageNotFoundError:  # not for this platform
            continue
        for requirement in required:
            name = re.split(r"[^\w.-]", requirement)[0]
            if "extra ==" not in requirement and name != "numpy" and name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen - set(distributions)


def _zipped(files: Iterable[tuple[str, Path]]) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files:
            archive.write(path, name)
    return buffer.tell()
