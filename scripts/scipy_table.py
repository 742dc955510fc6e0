"""Write the table of docs/mygrad-scipy.md, which functions there are: ``python scripts/scipy_table.py``.

With ``--check``, it is compared with what would be written.
"""

import re
import sys
from importlib import import_module
from pathlib import Path

import mygrad.scipy

DOCUMENT = Path(__file__).parents[1] / "docs/mygrad-scipy.md"
TABLE = re.compile(r"(?<=<!-- table: begin -->\n).*?(?=<!-- table: end -->)", re.DOTALL)
#: What stands in the place of a list.
ELSEWHERE = {"special": "ufuncs and other functions: [a page of its own](scipy-special.md)"}


def modules(name):
    """The names of a module, and those of the modules in it."""
    module = import_module(f"mygrad.scipy.{name}")
    names = sorted(module.__all__, key=str.lower)
    inner = [each for each in names if f"mygrad.scipy.{name}.{each}" in sys.modules]
    yield name, [each for each in names if each not in inner]
    for each in inner:
        yield from modules(f"{name}.{each}")


def table():
    lines = ["", "| `mygrad.scipy` | |", "|---|---|"]
    for top in mygrad.scipy.__all__:
        for name, names in modules(top):
            if top in ELSEWHERE:
                lines.append(f"| `{name}` | {ELSEWHERE[top]} |")
            elif names:
                lines.append(f"| `{name}` | {', '.join(f'`{each}`' for each in names)} |")
    return "\n".join([*lines, "", ""])


def main():
    text = DOCUMENT.read_text()
    written = TABLE.sub(lambda _: table(), text)
    if "--check" not in sys.argv:
        DOCUMENT.write_text(written)
    elif written != text:
        sys.exit("docs/mygrad-scipy.md has not the table that `python scripts/scipy_table.py` writes")


if __name__ == "__main__":
    main()
