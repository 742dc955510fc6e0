"""What the table of derivatives says of a function, as a section of its page in the reference.

Three sources: docs/support.md, which is made by trials, for the arguments that gradients flow through; the calls of
``defvjp`` in the sources of the rules, for the formula; and whether a function is made of others, for all the rest.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import mygrad
import mygrad.scipy

ROOT = Path(__file__).parents[2]
KINDS = {
    "composition": "It is made of functions that have derivatives, and is differentiated through these.",
    "zero": "The derivative is 0 wherever there is one.",
    "plain": "What it returns has no derivative, and is an array.",
    "creates": "It makes an array; gradients flow to what it is made of, where that is a tensor.",
}
#: Folders of rules; in these, and in `mygrad.scipy`, a call such as ``defvjp(np.sin, ...)`` is the derivative.
SOURCES = (Path(mygrad.__path__[0]) / "_rules", *(Path(folder) for folder in mygrad.scipy.__path__))


@cache
def support() -> dict[str, tuple[str, str, str]]:
    """By NumPy's name: the kind, and the arguments that gradients flow through, and those they do not."""
    rows, module = {}, ""
    for line in (ROOT / "docs/support.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## np"):
            module = line[3:].strip()
        elif module and (row := re.match(r"\| `(\w+)` \| ([\w ]+) \| (.*?) \| (.*?) \|", line)):
            rows[f"{module}.{row[1]}"] = (row[2], row[3].strip(), row[4].strip())
    return rows


@cache
def formulas() -> dict[str, str]:
    """By the name of a function in the code of the rules, such as ``np.sin``: the call that enters its derivative."""
    found: dict[str, str] = {}
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            tree = ast.parse(source)
            helpers = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
            for node in tree.body:
                call = node.value if isinstance(node, ast.Expr) else None
                if isinstance(call, ast.Call) and call.args and ast.unparse(call.func).startswith("defvjp"):
                    used = [helpers[arg.id] for arg in call.args[1:] if isinstance(arg, ast.Name) and arg.id in helpers]
                    parts = [ast.get_source_segment(source, part) or "" for part in (*used, node)]
                    found.setdefault(ast.unparse(call.args[0]), "\n\n".join(parts))
    return found


def section(names: list[str]) -> str:
    """The section, or nothing if nothing is known."""
    numpys = [name.replace("mygrad", "np", 1) for name in names]
    row = next((support()[name] for name in numpys if name in support()), None)
    formula = next((formulas()[name] for name in (*numpys, *_short(names)) if name in formulas()), None)
    lines = []
    if row is not None:
        kind, flows, others = row
        if kind in KINDS:
            lines.append(KINDS[kind])
        if flows:
            lines.append(f"Gradients flow through {_literal(flows)}.")
        if others:
            lines.append(f"Of the others: {_literal(others)}.")
    if formula is not None:
        lines.append("In the table of derivatives, where ``g`` is the gradient of the result, it reads::")
        lines[-1] += "\n\n" + "\n".join(f"   {line}".rstrip() for line in formula.splitlines())
    return "Derivative\n----------\n\n" + "\n\n".join(lines) + "\n" if lines else ""


def _short(names: list[str]) -> list[str]:
    """As the rules for SciPy's functions name them."""
    return [name.removeprefix("mygrad.scipy.") for name in names if name.startswith("mygrad.scipy.")]


def _literal(text: str) -> str:
    return text.replace("`", "``")
