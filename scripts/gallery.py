"""Pages of docs/ that consist of the scripts of a folder of examples/, with what they print and draw.

``python scripts/gallery.py`` runs them, and writes the pages and their pictures; with ``--check`` it only says whether
they print what stands there. The scripts have the form that Sphinx-Gallery reads: a title and a text, and cells that
begin with ``# %%``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "images"


class Page(NamedTuple):
    path: Path
    scripts: Path
    names: tuple[str, ...]  # of the scripts, in the order of the page

    def picture(self, name: str) -> str:
        return f"{self.scripts.name}-{name}.svg"


PAGES = (
    Page(
        ROOT / "docs" / "functions-of-functions.md",
        ROOT / "examples" / "functions",
        ("newton", "laplace", "physics", "constrained"),
    ),
    Page(
        ROOT / "docs" / "complex-numbers.md",
        ROOT / "examples" / "complex",
        ("convention", "voigt", "films", "filter"),
    ),
    Page(
        ROOT / "docs" / "scipy-problems.md",
        ROOT / "examples" / "scipy",
        ("matern", "lynx", "pipes", "deblurring", "lifetimes"),
    ),
)

_TITLE = re.compile(r"\s*(.+)\n=+\n+(.*)", re.DOTALL)
_OUTPUT = re.compile(r"```text\n.*?```\n+|!\[.*?\]\(images/.*?\)\n+", re.DOTALL)


class Cell(NamedTuple):
    text: str
    code: str
    line: int  # at which the code begins, from 0


def cells(source: str) -> Iterator[Cell]:
    """What a script consists of. The first text begins with the title."""
    docstring, rest = re.fullmatch(r'"""(.*?)"""\n(.*)', source, re.DOTALL).groups()  # type: ignore[union-attr]
    text, line = docstring, docstring.count("\n") + 1
    for part in re.split(r"^# %%\n", rest, flags=re.MULTILINE):
        comment = re.match(r"(?:#.*\n)*", part)[0] if line > docstring.count("\n") + 1 else ""  # type: ignore[index]
        code = part[len(comment) :]
        yield Cell(text or re.sub(r"^# ?", "", comment, flags=re.MULTILINE), code, line + comment.count("\n"))
        text, line = "", line + part.count("\n") + 1


def parts(page: Page, run: bool) -> Iterator[str]:
    """The parts of a page; with what the scripts print, and pictures, if they are to be run."""
    yield _markdown((page.scripts / "README.rst").read_text(), "#")
    for name in page.names:
        path = page.scripts / f"{name}.py"
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for number, cell in enumerate(cells(path.read_text())):
            yield _markdown(cell.text, "##") if number == 0 else _markdown(cell.text)
            yield f"```python\n{cell.code.strip()}\n```\n\n"
            if run:
                printed = _printed(cell, path, namespace)
                if printed:
                    yield f"```text\n{printed}```\n\n"
        if run:
            import matplotlib.pyplot as plt

            yield f"![{plt.gcf().get_label()}.](images/{page.picture(name)})\n\n"


def _markdown(text: str, level: str = "") -> str:
    found = _TITLE.fullmatch(text)
    title, text = found.groups() if found and level else ("", text)
    head = f"{level} {title}\n\n" if title else ""
    body = re.sub(r"`([^`<]+) <([^`>]+)>`_", r"[\1](\2)", text.strip()).replace("``", "`")
    return head + (f"{body}\n\n" if body else "")


def _printed(cell: Cell, path: Path, namespace: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile("\n" * cell.line + cell.code, path, "exec"), namespace)
    return out.getvalue()


def without_output(page: str) -> str:
    return _OUTPUT.sub("", page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check

    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams.update({"svg.hashsalt": "mygrad", "svg.fonttype": "none", "path.simplify_threshold": 1.0})
    import matplotlib.pyplot as plt

    drawn = iter([page.picture(name) for page in PAGES for name in page.names])

    def show() -> None:
        picture = next(drawn)
        if not check:
            plt.savefig(PICTURES / picture, metadata={"Date": None})

    plt.show = show  # type: ignore[assignment]
    for page in PAGES:
        text = "".join(parts(page, run=True)).rstrip() + "\n"
        if not check:
            page.path.write_text(text)
        elif page.path.read_text() != text:
            sys.exit(
                f"{page.path.name} is not what the scripts print now: run python scripts/gallery.py, and look at the "
                "difference"
            )


if __name__ == "__main__":
    main()
