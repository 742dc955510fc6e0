"""Who lays a graph out and draws it: Graphviz, from wherever it can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import Literal

from mygrad.computational_graph import _bundled
from mygrad.computational_graph._graphviz import ExecutableNotFound

__all__ = ["EngineNotFound", "draw_bundled", "engine"]


class EngineNotFound(ExecutableNotFound):
    """Raised if a graph is to be drawn to a file, and nothing is installed that could draw it."""

    def __init__(self) -> None:
        RuntimeError.__init__(
            self,
            "no Graphviz to draw the graph with. Either install Graphviz so that its program `dot` is on the PATH "
            "(apt install graphviz, brew install graphviz, conda install graphviz), or install the Graphviz that comes "
            "with pygraphviz: pip install 'mygrad-viz[bundled]'. Without either, `source`, `to_mermaid()`, `to_text()` "
            "and saving to a .dot file work.",
        )


def engine() -> Literal["dot", "bundled"] | None:
    """What there is to draw with: the program ``dot``, else pygraphviz, else nothing."""
    if shutil.which("dot") is not None:
        return "dot"
    return None if find_spec("pygraphviz") is None else "bundled"


def draw_bundled(source: str, kind: str, layout: str) -> bytes:
    """Draw with pygraphviz.

    Parameters
    ----------
    source : str
        In DOT.
    kind : str
        Of the result: "svg", "png", "pdf", ...
    layout : str
        The layout program: "dot", ...

    Raises
    ------
    RuntimeError
        If that fails, with what Graphviz has to say.
    """
    command = [sys.executable, "-P", "-Wignore", _bundled.__file__, layout, kind]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, input=source.encode(), capture_output=True, env=env, check=False)
    if done.returncode:
        raise RuntimeError(
            f"pygraphviz could not draw the graph as {kind} (exit status {done.returncode}):\n"
            f"{done.stderr.decode(errors='replace')}"
        )
    return done.stdout
