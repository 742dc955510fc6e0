"""From samples to medians, ratios and a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

__all__ = ["COLUMNS", "Result", "table"]

#: ``before`` is another build of ours, ``unguarded`` ours again with memory guarding switched off, and ``eager`` ours
#: without compiling.
COLUMNS = ("ours", "before", "unguarded", "eager", "torch", "mygrad", "autograd", "jax", "jax-jit", "numpy")
SCALES = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")),
    "B": ((1e6, "MB"), (1e3, "kB"), (1.0, "B")),
}


@dataclass
class Result:
    """One line of the table: one sample for each round and column.

    Attributes
    ----------
    unit : str
        ``s``, ``B`` or nothing.
    least : bool
        Whether the least of the samples counts, and not their median.
    """

    group: str
    title: str
    unit: str = "s"
    targets: dict[str, float] = field(default_factory=dict)
    samples: dict[str, list[float]] = field(default_factory=dict)
    least: bool = False

    def value(self, column: str) -> float | None:
        samples = self.samples.get(column)
        return (min if self.least else median)(samples) if samples else None

    def ratio(self, column: str) -> float | None:
        """Ours to theirs: the median over the rounds, in each of which they were measured in turn."""
        if self.least:
            ours, theirs = self.value("ours"), self.value(column)
            return ours / theirs if ours and theirs and self.unit else None
        pairs = zip(self.samples.get("ours", ()), self.samples.get(column, ()), strict=False)
        ratios = [ours / theirs for ours, theirs in pairs if theirs]
        return median(ratios) if ratios and self.unit else None

    def missed(self) -> list[str]:
        """The targets that our figure exceeds, each in a phrase."""
        phrases = []
        for name, most in self.targets.items():
            figure = self.value("ours") if name == "limit" else self.ratio(name)
            if figure is not None and figure > most:
                if name == "limit":
                    phrases.append(f"{show(figure, self.unit)}, not {show(most, self.unit)}")
                else:
                    phrases.append(f"{figure:.2f} of {name}, not {most:.2f}")
        return phrases

    def as_json(self) -> dict[str, Any]:
        columns = [column for column in COLUMNS if column in self.samples]
        return {
            "group": self.group,
            "title": self.title,
            "unit": self.unit,
            "samples": self.samples,
            "medians": {column: self.value(column) for column in columns},
            "ratios": {column: self.ratio(column) for column in columns if column != "ours"},
            "targets": self.targets,
            "missed": self.missed(),
        }


def show(value: float | None, unit: str, like: float | None = None) -> str:
    """`value` in the multiple of `unit` that suits `like`."""
    if value is None:
        return "-"
    if not unit:
        return f"{value:.4g}"
    size = abs(value if like is None else like)
    scale, name = next((s for s in SCALES[unit] if size >= s[0]), SCALES[unit][-1])
    scaled = value / scale
    return f"{scaled:.{2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0}f} {name}"


def table(results: list[Result]) -> str:
    """A line for each result: the figure of each column, then ours as a ratio to it. ``!`` marks a miss."""
    shown = [column for column in COLUMNS if any(column in result.samples for result in results)]
    others = [column for column in shown if column != "ours"]
    lines = [["", *shown, *(f"/{column}" for column in others), ""]]
    group = None
    for result in results:
        if result.group != group:
            group = result.group
            lines.append([f"-- {group}"])
        ours = result.value("ours")
        like = ours if result.unit == "s" else None  # sizes differ by orders of magnitude
        cells = [result.title, *(show(result.value(column), result.unit, like) for column in shown)]
        for column in others:
            ratio = result.ratio(column)
            missed = ratio is not None and ratio > result.targets.get(column, float("inf"))
            cells.append("-" if ratio is None else f"{ratio:.2f}{'!' if missed else ' '}")
        limit = result.targets.get("limit")
        over = limit is not None and ours is not None and ours > limit
        cells.append("" if limit is None else f"at most {show(limit, result.unit)}{'!' if over else ''}")
        lines.append(cells)
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=False))]
        ).rstrip()
        for line in lines
    )
