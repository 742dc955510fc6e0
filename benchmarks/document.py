"""Put the figures of a run into a document: ``nox -s bench -- --document docs/performance.md`` measures and does so.

``python -m benchmarks.document build/bench.json docs/performance.md`` does it with those of a run that is over.

They go between the lines ``<!-- table -->`` and ``<!-- /table -->``, in place of what is there. A figure in the prose
stands between a comment that says where in the tables it is from, and one that ends it::

    <!-- small | x * y | ours -->1.58 us<!-- / -->
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.report import COLUMNS, Result, show

__all__ = ["filled", "markdown", "write"]

BLOCK = re.compile(r"(?<=^<!-- table -->\n).*?(?=^<!-- /table -->$)", re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"(<!-- ([^|>]+) \| ([^|>]+) \| ([^|>]+) -->).*?(<!-- / -->)", re.DOTALL)
NAMES = {
    "unguarded": "guard off",
    "eager": "not compiled",
    "mygrad": "MyGrad 2.5",
    "torch": "PyTorch",
    "numpy": "by hand",
    "jax": "JAX",
}
NAMES |= {"jax-jit": "JAX, jitted"}


def markdown(report: dict[str, Any]) -> str:
    """A table for each group: our least time in all rounds, which noise does not move, and its ratio to each peer's."""
    versions = ", ".join(f"{peer} {about['version']}" for peer, about in report["peers"].items() if peer != "jax-jit")
    ours = report["peers"]["ours"]
    parts = [
        f"Measured on {report['machine'].partition(', load')[0]}, each peer on one thread, with Python "
        f"{ours['python']}, NumPy {ours['numpy']} ({ours['blas']}); {versions}. Each is the least of "
        f"{_rounds(report['results'])} rounds.\n"
    ]
    for group in dict.fromkeys(result["group"] for result in report["results"]):
        results = [
            Result(**{name: found[name] for name in ("group", "title", "unit", "samples")}, least=True)
            for found in report["results"]
            if found["group"] == group
        ]
        columns = [c for c in COLUMNS[1:] if any(result.ratio(c) is not None for result in results)]
        heads = [group, "ours", *(f"/ {NAMES.get(column, column)}" for column in columns)]
        parts.append(_line(heads) + _line(["---", *["---:"] * (len(heads) - 1)]))
        for result in results:
            figure = show(result.value("ours"), result.unit)
            ratios = [result.ratio(column) for column in columns]
            parts[-1] += _line([f"`{result.title}`", figure, *("" if r is None else f"{r:.2f}" for r in ratios)])
    return "\n".join(parts)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _rounds(results: list[dict[str, Any]]) -> str:
    """How many rounds there were, for times."""
    counts = [len(result["samples"]["ours"]) for result in results if result["unit"] == "s"]
    return " to ".join(map(str, sorted({min(counts), max(counts)})))


def filled(text: str) -> str:
    """A document whose prose has the figures of its tables."""
    figures: dict[tuple[str, str, str], str] = {}
    group, columns = "", []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            title, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            if "ours" in cells:
                group, columns = title, cells
            figures |= {(group, title.strip("`"), c): cell for c, cell in zip(columns, cells, strict=False)}

    def fill(match: re.Match[str]) -> str:
        begin, *where, end = match.groups()
        figure = figures.get(tuple(where))  # type: ignore[arg-type]
        if not figure:
            raise KeyError(f"there is no figure in the tables for {begin}")
        return begin + figure + end

    return FIGURE.sub(fill, text)


def write(report: dict[str, Any], document: Path) -> None:
    """Put the figures of a run into a document."""
    text, count = BLOCK.subn(lambda _: markdown(report), document.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{document}: expected one block between <!-- table --> and <!-- /table -->, found {count}")
    document.write_text(filled(text), encoding="utf-8")


if __name__ == "__main__":
    figures, page = map(Path, sys.argv[1:])
    write(json.loads(figures.read_text()), page)
