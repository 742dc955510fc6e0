"""``python -m mygrad`` prints what a report of a fault should say: versions, plugins, switches, and the machine."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata

import numpy as np

import mygrad as mg
from mygrad import _folders

DISTRIBUTIONS = ("mygrad-core", "mygrad-nnet", "mygrad-viz", "mygrad-io", "mygrad-scipy")


def report() -> Iterator[str]:
    """The lines that are printed."""
    yield f"mygrad {mg.__version__}, in {', '.join(mg.__path__)}"
    yield from (f"  {name} {version}" for name, version in _versions(*DISTRIBUTIONS))
    yield "plugins"
    yield from (f"  {line}" for line in _plugins())
    yield "switches"
    yield f"  memory guard: {'on' if mg.mem_guard_active() else 'off'}"
    yield f"  lost gradients: {_policy()}"
    yield from (f"  {name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("MYGRAD_"))
    yield f"NumPy {np.__version__}, BLAS: {_blas()}"
    yield from (f"{name} {version}" for name, version in _versions("scipy", "graphviz", "safetensors"))
    yield f"{platform.python_implementation()} {platform.python_version()}, on {platform.platform()}"


def _versions(*names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, "is not installed"


def _plugins() -> Iterator[str]:
    found = mg.plugins()
    for plugin in found:
        said = f": {plugin.error}" if plugin.error else ""
        yield f"{plugin.name or '?'} ({plugin.distribution} {plugin.version}): {plugin.state}{said}"
    if not found:
        yield "none"


def _policy() -> str:
    from mygrad._engine.state import mode

    return mode.get().lost


def _blas() -> str:
    """What NumPy was built with; some builds do not say."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    except Exception:
        return "unknown"
    return f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()


def main() -> None:
    """Print the report, or that another distribution has written over this one."""
    try:
        _folders.refuse_mygrad_2(mg.__path__)
    except ImportError as error:
        sys.exit(str(error))
    print("\n".join(report()))


if __name__ == "__main__":
    main()
