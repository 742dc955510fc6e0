"""One package in a process of its own: ``python -m third_party.worker RESULTS FUNCTIONS``.

Whatever that package does at import, or when it crashes, does not reach the others.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from third_party.differences import reference
from third_party.listing import DATA, FUNCTIONS
from third_party.trial import MODES, outcome

#: Of the core alone, and those that are others with mygrad-scipy.
OUTCOMES_FILE, WITH_SCIPY_FILE = DATA / "outcomes.tsv", DATA / "outcomes-with-scipy.tsv"

#: By function, by mode.
Outcomes = dict[str, dict[str, str]]


def listed() -> dict[str, dict[str, str]]:
    """The list: by requirement (package==version), the functions and their arguments."""
    found: dict[str, dict[str, str]] = {}
    for line in FUNCTIONS.read_text().splitlines():
        requirement, name, text = line.split("\t")
        found.setdefault(requirement, {})[name] = text
    return found


def has_plugin() -> bool:
    """Whether mygrad-scipy is installed: what is tried is the core with it, then."""
    try:
        return bool(version("mygrad-scipy"))
    except PackageNotFoundError:
        return False


def recorded(with_scipy: bool | None = None) -> Outcomes:
    """What is recorded of the core alone, or with mygrad-scipy: by default, of what is installed."""
    found = _read(OUTCOMES_FILE)
    return found | _read(WITH_SCIPY_FILE) if (has_plugin() if with_scipy is None else with_scipy) else found


def _read(file: Path) -> Outcomes:
    lines = file.read_text().splitlines() if file.exists() else []
    return {name: dict(zip(MODES, found, strict=True)) for name, *found in (line.split("\t") for line in lines)}


def record(outcomes: Outcomes) -> None:
    """Enter new outcomes of what is installed; those of functions that are no longer listed go."""
    names = {name for functions in listed().values() for name in functions}
    current = {name: found for name, found in {**recorded(), **outcomes}.items() if name in names}
    if has_plugin():
        alone = recorded(with_scipy=False)
        current = {name: found for name, found in current.items() if found != alone[name]}
    rows = ("\t".join([name, *(found[mode] for mode in MODES)]) for name, found in current.items())
    file = WITH_SCIPY_FILE if has_plugin() else OUTCOMES_FILE
    file.write_text("".join(sorted((f"{row}\n" for row in rows), key=str.lower)))


def run(functions: dict[str, str]) -> Outcomes:
    """The outcomes of functions, found by processes of their own: after a crash, another one goes on."""
    outcomes: Outcomes = {}
    while left := {name: text for name, text in functions.items() if name not in outcomes}:
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder) / "results"
            command = [sys.executable, "-m", "third_party.worker", str(results), json.dumps(left)]
            environment = {"MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(DATA.parent / "support")}
            done = subprocess.run(
                command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True
            )
            outcomes |= dict(map(json.loads, results.read_text().splitlines()))
        if done.returncode > 0:  # no crash: the harness itself is at fault
            raise RuntimeError(done.stderr)
        if crashed := [name for name in left if name not in outcomes][:1]:
            outcomes[crashed[0]] = dict.fromkeys(MODES, f"error: the process died of signal {-done.returncode}")
    return outcomes


def _main(results: str, functions: str) -> None:
    warnings.simplefilter("ignore")
    with Path(results).open("w") as file:
        for name, text in json.loads(functions).items():
            module, _, attribute = name.rpartition(".")
            function: Any = getattr(importlib.import_module(module), attribute)
            ref = reference(function, text)
            found = {mode: outcome(function, ref, mode) for mode in MODES}
            print(json.dumps([name, found]), file=file, flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
