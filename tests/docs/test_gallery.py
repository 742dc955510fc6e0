"""The pages of scripts/gallery.py show the scripts as they are. (That they print what it says, the session ``examples``
finds out.)"""

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


def test_the_pages_show_the_scripts(gallery):
    for page in gallery.PAGES:
        text = page.path.read_text()
        assert gallery.without_output(text).rstrip() == "".join(gallery.parts(page, run=False)).rstrip()
        assert text.count("```text") >= 2 * len(page.names) - 1


def test_every_script_is_there(gallery):
    assert {page.scripts for page in gallery.PAGES} == {path.parent for path in ROOT.glob("examples/*/README.rst")}
    for page in gallery.PAGES:
        assert {path.stem for path in page.scripts.glob("*.py")} == set(page.names)
        text = page.path.read_text()
        for name in page.names:
            assert f"(images/{page.picture(name)})" in text
            assert (gallery.PICTURES / page.picture(name)).read_text().startswith("<?xml")


def scripts(gallery):
    return [page.scripts / f"{name}.py" for page in gallery.PAGES for name in page.names]


def test_cells_are_the_whole_script(gallery):
    """At the lines where they stand."""
    for path in scripts(gallery):
        source = path.read_text()
        lines = source.splitlines()
        statements = 0
        for cell in gallery.cells(source):
            for statement in ast.parse("\n" * cell.line + cell.code).body:
                first = ast.get_source_segment("\n" * cell.line + cell.code, statement).splitlines()[0]
                assert lines[statement.lineno - 1].startswith(first)
                statements += 1
        assert statements == len(ast.parse(source).body) - 1  # but for the docstring


def test_texts_lose_no_line(gallery):
    for path in scripts(gallery):
        source = path.read_text()
        texts = "".join(cell.text for cell in gallery.cells(source))
        after_marks = re.findall(r"^# %%\n((?:#.*\n)*)", source, re.MULTILINE)
        assert all(re.sub(r"^# ?", "", comment, flags=re.MULTILINE) in texts for comment in after_marks)
