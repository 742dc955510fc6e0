"""The tables of docs/array-api.md. ``python -m array_api.report`` writes them."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import mygrad.array_api as xp
from array_api import scipy_calls, sklearn_calls, xarray_calls

__all__ = ["CALLS", "DOCUMENT", "OUTCOMES", "REASONS", "document"]

TESTS = Path(__file__).parents[2]
DOCUMENT = TESTS.parent / "docs" / "array-api.md"
BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"

DEVIATIONS = tomllib.loads((TESTS / "core" / "array_api" / "deviations.toml").read_text())
RECORD = tomllib.loads((TESTS / "array_api" / "outcomes.toml").read_text())
#: What is not right, and why.
OUTCOMES, REASONS = RECORD["outcomes"], RECORD["reasons"]
LIBRARIES = {"SciPy": scipy_calls, "scikit-learn": sklearn_calls, "xarray": xarray_calls}
#: name: (function of x, x)
CALLS = {f"{library}: {name}": call for library, module in LIBRARIES.items() for name, call in module.CALLS.items()}


def document() -> str:
    """docs/array-api.md with tables of what the tests have on record."""
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    lines = ["", *_names(), "", *_deviations(), "", *_libraries(), "", ""]
    return head + BEGIN + "\n".join(lines) + END + rest.partition(END)[2]


def _names() -> list[str]:
    return [
        f"Of version {xp.__array_api_version__} of the standard, the namespace has {len(xp.__all__)} names, its "
        f"`linalg` {len(xp.linalg.__all__)} and its `fft` {len(xp.fft.__all__)}; all of them are called as the "
        "standard says. What deviates:",
    ]


def _deviations() -> list[str]:
    titles = {
        "absent": "absent",
        "attributes": "absent from tensors",
        "complex": "more than the standard",
        "promotion": "more than the standard",
    }
    rows = [(name, titles[kind], why) for kind, entries in DEVIATIONS.items() for name, why in entries.items()]
    return ["| name | is | because |", "|---|---|---|", *(f"| `{name}` | {what} | {why} |" for name, what, why in rows)]


def _libraries() -> list[str]:
    lines = []
    for library, module in LIBRARIES.items():
        by_reason = defaultdict(list)
        for name in module.CALLS:
            by_reason[OUTCOMES.get(f"{library}: {name}")].append(f"`{name}`")
        right = by_reason.pop(None)
        lines += [
            f"### {library}",
            "",
            f"Differentiable, of {len(module.CALLS)} that were tried: {len(right)}.",
            "",
            ", ".join(right),
            "",
            "| not differentiable | because |",
            "|---|---|",
            *(f"| {', '.join(names)} | {REASONS[reason]['why']} |" for reason, names in by_reason.items()),
            "",
        ]
    return lines[:-1]


if __name__ == "__main__":
    DOCUMENT.write_text(document())
