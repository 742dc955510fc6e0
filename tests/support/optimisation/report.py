"""The table of docs/scipy.md. ``python -m optimisation.report`` writes it."""

from __future__ import annotations

import warnings
from pathlib import Path

from optimisation.runs import RUNS, Outcome, Run

__all__ = ["DOCUMENT", "recorded", "row", "table"]

DOCUMENT = Path(__file__).parents[3] / "docs" / "scipy.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
HEAD = (
    "| solver, method | problem | with mygrad: steps | calls | error | without: steps | calls | error |",
    "|---|---|--:|---|--:|--:|---|--:|",
)


def table() -> list[str]:
    return [*HEAD, *map(row, RUNS)]


def row(run: Run) -> str:
    """What a run came to: with derivatives of ours, and with differences."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of differences that are all zero
        theirs = run(ours=False) if run.by_differences else None
    cells = [run.solver, run.problem.name, *_cells(run(ours=True)), *(["-"] * 3 if theirs is None else _cells(theirs))]
    return f"| {' | '.join(cells)} |"


def _cells(outcome: Outcome) -> list[str]:
    calls = ", ".join(f"{what} {count}" for what, count in outcome.calls.items())
    error = "0" if outcome.error == 0 else f"{outcome.error:.0e}"
    return ["" if outcome.steps is None else str(outcome.steps), calls, error]


def recorded() -> list[str]:
    """The table as it stands in the document."""
    return DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0].strip().splitlines()


if __name__ == "__main__":
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(head + BEGIN + "\n" + "\n".join(table()) + "\n\n" + END + rest.partition(END)[2])
