"""docs/functions-of-functions.md shows the scripts of examples/functions/ as they are. (That they print what it says,
the session ``examples`` finds out.)"""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gallery(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return import_module("gallery")


def test_the_page_shows_the_scripts(gallery):
    page = gallery.PAGE.read_text()
    assert gallery.without_output(page).rstrip() == "".join(gallery.pages(run=False)).rstrip()
    assert page.count("```text") >= 2 * len(gallery.NAMES) - 1


def test_every_script_is_there(gallery):
    assert {path.stem for path in gallery.SCRIPTS.glob("*.py")} == set(gallery.NAMES)
    page = gallery.PAGE.read_text()
    for name in gallery.NAMES:
        assert f"(images/functions-{name}.svg)" in page
        assert (gallery.PICTURES / f"functions-{name}.svg").read_text().startswith("<?xml")


def test_cells_are_the_whole_script(gallery):
    """At the lines where they stand."""
    for name in gallery.NAMES:
        source = (gallery.SCRIPTS / f"{name}.py").read_text()
        lines = source.splitlines()
        statements = 0
        for cell in gallery.cells(source):
            for statement in ast.parse("\n" * cell.line + cell.code).body:
                first = ast.get_source_segment("\n" * cell.line + cell.code, statement).splitlines()[0]
                assert lines[statement.lineno - 1].startswith(first)
                statements += 1
        assert statements == len(ast.parse(source).body) - 1  # but for the docstring


def test_texts_lose_no_line(gallery):
    for name in gallery.NAMES:
        source = (gallery.SCRIPTS / f"{name}.py").read_text()
        texts = "".join(cell.text for cell in gallery.cells(source))
        after_marks = re.findall(r"^# %%\n((?:#.*\n)*)", source, re.MULTILINE)
        assert all(re.sub(r"^# ?", "", comment, flags=re.MULTILINE) in texts for comment in after_marks)
