"""A program: Graphviz as it comes with pygraphviz, from standard input to standard output like ``dot``.

It is run as a process of its own, so that whatever goes wrong in a library written in C cannot take the user's session
with it, and that what the library prints does not end up in a notebook. It imports nothing of mygrad, so as to start
quickly.
"""

from __future__ import annotations

import importlib
import sys

__all__: list[str] = []


def main() -> None:
    layout, kind = sys.argv[1:]
    graph = importlib.import_module("pygraphviz").AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
    sys.stdout.buffer.write(graph.draw(format=kind, prog=layout))


if __name__ == "__main__":
    main()
