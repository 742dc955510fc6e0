"""What the table of derivatives says of a function, as a section of its page in the reference.

Three sources: docs/support.md, which is made by trials, for the arguments that gradients flow through; the calls of
``defvjp`` in the sources of the rules, for the formula; and whether a function is made of others, for all the rest.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import mygrad
import mygrad.nnet
import mygrad.scipy

ROOT = Path(__file__).parents[2]
KINDS = {
    "composition": "It is made of functions that have derivatives, and is differentiated through these.",
    "zero": "The derivative is 0 wherever there is one.",
    "plain": "What it returns has no derivative, and is an array.",
    "creates": "It makes an array; gradients flow to what it is made of, where that is a tensor.",
}
#: Where derivatives are entered by calls such as ``defvjp(np.sin, ...)``.
RULES = Path(mygrad.__path__[0]) / "_rules"
SOURCES = (RULES, *(Path(folder) for package in (mygrad.scipy, mygrad.nnet) for folder in package.__path__))


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
def formulas() -> dict[tuple[Path, str], str]:
    """By the file, and the name of a function in its code, such as ``np.sin``: the call that enters its derivative."""
    found: dict[tuple[Path, str], str] = {}
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
                    found.setdefault((path, ast.unparse(call.args[0])), "\n\n".join(parts))
    return found


def formulas_of(names: list[str], value: Any) -> list[str]:
    """What `_rules` have for a function of one of these names; or its own file, for what it calls."""
    wanted = {name.replace("mygrad", "np", 1) for name in names} | {name.removeprefix("mygrad.") for name in names}
    found = [text for (path, name), text in formulas().items() if path.is_relative_to(RULES) and name in wanted]
    code = getattr(inspect.unwrap(value), "__code__", None)
    if found or code is None:
        return found
    here = Path(code.co_filename)
    return [text for (path, name), text in formulas().items() if path == here and name in code.co_names]


def section(names: list[str], value: Any) -> str:
    """The section, or nothing if nothing is known."""
    numpys = [name.replace("mygrad", "np", 1) for name in names]
    row = next((support()[name] for name in numpys if name in support()), None)
    entered = formulas_of(names, value)
    lines = []
    if row is not None:
        kind, flows, others = row
        if kind in KINDS:
            lines.append(KINDS[kind])
        if flows:
            lines.append(f"Gradients flow through {_literal(flows)}.")
        if others:
            lines.append(f"Of the others: {_literal(others)}.")
    if entered:
        lines.append("In the table of derivatives, where ``g`` is the gradient of the result, it reads::")
        lines[-1] += "\n\n" + "\n".join(f"   {line}".rstrip() for line in "\n\n".join(entered).splitlines())
    return "Derivative\n----------\n\n" + "\n\n".join(lines) + "\n" if lines else ""


def _literal(text: str) -> str:
    return text.replace("`", "``")
