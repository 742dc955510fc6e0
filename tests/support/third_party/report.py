"""The outcomes as counts: printed by the suite, and as a table in docs/drop-in.md."""

from __future__ import annotations

from collections import Counter

from third_party.listing import DATA, PACKAGES
from third_party.trial import MODES, OUTCOMES
from third_party.worker import Outcomes, listed, recorded

DOCUMENT = DATA.parents[1] / "docs" / "drop-in.md"
BEGIN, END = "<!-- third party: begin -->\n", "<!-- third party: end -->\n"
SAMPLE = 40


def sample() -> set[str]:
    """Functions at equal distances in the lists of the packages that are quick to install."""
    names = [
        name
        for requirement, functions in listed().items()
        if PACKAGES[requirement.partition("==")[0]].get("sample")
        for name in functions
    ]
    return set(names[:: len(names) // SAMPLE][:SAMPLE])


def counts(outcomes: Outcomes, names: list[str], mode: str) -> Counter[str]:
    return Counter(outcomes[name][mode].partition(":")[0] for name in names if name in outcomes)


def table(outcomes: Outcomes) -> str:
    """Counts by package and in all: of each outcome, in each mode."""
    lists = listed()
    groups = {
        requirement: list(functions) for requirement, functions in lists.items() if set(functions) & set(outcomes)
    }
    groups["all"] = [name for names in groups.values() for name in names]
    lines = []
    for group, names in groups.items():
        for mode in MODES:
            found = counts(outcomes, names, mode)
            shares = ", ".join(f"{found[one]} {one}" for one in OUTCOMES if found[one])
            lines.append(f"{group if mode == 'plain' else '':<32} {mode:<6} {shares}")
    return "\n".join(lines)


def document() -> str:
    """docs/drop-in.md with the table of the recorded outcomes in it."""
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    alone, with_scipy = recorded(with_scipy=False), recorded(with_scipy=True)
    return head + BEGIN + _markdown(alone) + "\n" + _comparison(alone, with_scipy) + END + tail


def write_table() -> None:
    DOCUMENT.write_text(document())


def _markdown(outcomes: Outcomes) -> str:
    rows = []
    for requirement, functions in listed().items():
        package, _, version = requirement.partition("==")
        field = PACKAGES[package]["field"]
        rows.append(f"| {package} {version} | {field} | {_cells(outcomes, list(functions))} |")
    everything = [name for functions in listed().values() for name in functions]
    return "\n".join(
        [
            "| package | field | functions | right | refused | said so | error | lost or wrong | right under `lift` |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
            f"| all | | {_cells(outcomes, everything)} |",
            "",
        ]
    )


#: What an outcome is called, and which it is.
_TITLES = {
    "right": ("right", "zero"),
    "refused": ("refused",),
    "said so": ("said so",),
    "error": ("error",),
    "lost or wrong": ("lost", "wrong"),
}


def _comparison(alone: Outcomes, with_scipy: Outcomes) -> str:
    """The counts without and with mygrad-scipy."""
    names = list(alone)
    lines = [f"| all {len(names)} | {' | '.join(_TITLES)} |", "|---|---|---|---|---|---|"]
    for title, mode in (("as they are", "plain"), ("under `lift`", "lift")):
        for whose, outcomes in (("core", alone), ("with `mygrad-scipy`", with_scipy)):
            found = counts(outcomes, names, mode)
            shown = " | ".join(str(sum(found[one] for one in ones) or "") for ones in _TITLES.values())
            lines.append(f"| {title}, {whose} | {shown} |")
    wrong = [name for name in names if with_scipy[name]["lift"].partition(":")[0] in ("lost", "wrong")]
    if wrong:
        lines += ["", f"The last column has {', '.join(f'`{name}`' for name in wrong)}."]
    return "\n".join([*lines, ""])


def _cells(outcomes: Outcomes, names: list[str]) -> str:
    found, under_lift = counts(outcomes, names, "plain"), counts(outcomes, names, "lift")
    right = [one["right"] + one["zero"] for one in (found, under_lift)]
    cells = [len(names), right[0], found["refused"], found["said so"], found["error"], found["lost"] + found["wrong"]]
    return " | ".join(str(cell or "") for cell in [*cells, right[1]])
