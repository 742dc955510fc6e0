"""The list of functions, made by the rule at the top of packages.toml: ``python -m third_party.listing [PACKAGE ...]``.

It knows nothing of tensors.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from third_party.arguments import apply, call_of, copied, varied
from third_party.differences import leaves, reference, values_of

DATA = Path(__file__).parents[2] / "third_party"
PACKAGES = tomllib.loads((DATA / "packages.toml").read_text())
FUNCTIONS = DATA / "functions.tsv"
PROGRAM = [sys.executable, "-m", "third_party.listing"]

#: What is tried as an argument, in this order.
KINDS = ["x(6)", "x(5, 3)", "spd(3)", "x()", "2"]


def public_functions(module_name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    module = importlib.import_module(module_name)
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and f"{getattr(value, '__module__', '')}.".startswith(f"{module_name}.")
    ]
    for name in sorted(set(names)):
        value = getattr(module, name, None)
        if callable(value) and not isinstance(value, type | np.ufunc):
            yield f"{module_name}.{name}", value


def attempts(function: Callable[..., Any], kinds: list[str], with_defaults: bool) -> Iterator[str]:
    """Texts of arguments, in the order in which they are tried."""
    counts, rest = [1, 2, 3], ""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        parameters = ()
    if parameters:
        required = [
            p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        counts = [len(required)]
        if not required:
            counts = [1, 2] if any(p.kind is p.VAR_POSITIONAL for p in parameters) else [1]
        if with_defaults:
            optional = [p for p in parameters if isinstance(p.default, float) and np.isfinite(p.default)]
            rest = "".join(f", {p.name}={p.default!r}" for p in optional)
    for n in counts:
        alike = [[kind] * n for kind in kinds]
        first = [[a] + [b] * (n - 1) for a in kinds for b in kinds]
        last = [[a] * (n - 1) + [b] for a in kinds for b in kinds]
        every = list(itertools.product(kinds, repeat=n)) if n <= 3 else []
        for texts in dict.fromkeys(map(tuple, [*alike, *first, *last, *every])):
            yield ", ".join(texts) + rest


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """A limit of processor time: what else the machine does must not matter."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def fits(function: Callable[..., Any], text: str) -> bool:
    """Whether a function takes these arguments as the rule says."""
    try:
        with time_limit(5):
            call = call_of(text)
            if not varied(call) or not list(leaves(apply(function, copied(call)))):
                return False
        with time_limit(20):
            elsewhere = values_of(function, call_of(text, 1))
            ref = reference(function, text)
            given = copied(ref.call)
            apply(function, given)
        varies = [v.shape for v in elsewhere] != [v.shape for v in ref.values] or any(
            not np.array_equal(a, b) for a, b in zip(ref.values, elsewhere, strict=True)
        )
        return varies and all(np.array_equal(given[key], ref.call[key]) for key in varied(ref.call))
    except TimeoutError:
        raise
    except Exception:
        return False


def rows(package: str) -> Iterator[tuple[str, str, str]]:
    entry = PACKAGES[package]
    given = entry.get("arguments", {})
    kinds = list(dict.fromkeys([*entry.get("first", ()), *KINDS]))
    seen: set[int] = set()
    for module in entry["modules"]:
        for name, function in public_functions(module):
            if id(function) in seen or name in entry.get("dropped", {}):
                continue
            seen.add(id(function))
            texts = [given[name]] if name in given else attempts(function, kinds, entry.get("defaults", False))
            try:
                found = next((text for text in texts if fits(function, text)), None)
            except TimeoutError:
                continue
            if found is not None:
                yield f"{package}=={version(package)}", name, found
            elif name in given:
                raise SystemExit(f"{name}({given[name]}) does not do what the rule asks for")


def main() -> None:
    """Print the rows of some packages; or write those of all, each found by a process of its own."""
    if not sys.argv[1:]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda package: subprocess.check_output([*PROGRAM, package], text=True), PACKAGES)
            FUNCTIONS.write_text("".join(sorted("".join(found).splitlines(keepends=True), key=str.lower)))
        return
    warnings.simplefilter("ignore")
    os.environ["MPLBACKEND"] = "agg"
    os.chdir(tempfile.mkdtemp())
    shown, sys.stdout = sys.stdout, sys.stderr
    for package in sys.argv[1:]:
        for row in rows(package):
            print("\t".join(row), file=shown, flush=True)


if __name__ == "__main__":
    main()
