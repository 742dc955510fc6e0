"""The figures in the prose of docs/performance.md are those of its tables."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"


@pytest.fixture
def document(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    return import_module("benchmarks.document")


def test_the_page_has_the_figures_of_its_tables(document):
    text = PAGE.read_text(encoding="utf-8")
    assert len(document.FIGURE.findall(text)) > 5
    assert document.filled(text) == text


def test_no_other_figure_stands_in_the_prose(document):
    prose = document.BLOCK.sub("", PAGE.read_text(encoding="utf-8"))
    prose = document.FIGURE.sub("", re.sub(r"```.*?```", "", prose, flags=re.DOTALL))
    assert not re.findall(r"\d[\d.,]* ?(?:ns|us|ms|s|seconds|[kMG]B|%)(?!\w)", prose)
    assert not re.findall(r"\b(?:\d+|two|three|ten|hundred) (?:times|micro|milli)", prose)


def report():
    peers = {
        name: {"version": "1", "python": "3", "numpy": "2", "blas": "b"} for name in ("ours", "torch", "jax", "jax-jit")
    }
    samples = {"ours": [3e-6, 2e-6, 9e-6], "torch": [4e-6, 8e-6, 5e-6], "jax-jit": [1e-6, 1e-6, 1e-6]}
    one = {"group": "small", "title": "x, y z", "unit": "s", "samples": samples}
    other = {"group": "memory", "title": "x, y z", "unit": "B", "samples": {"ours": [2000.0]}}
    return {"machine": "a machine, load 3", "peers": peers, "results": [one, other]}


def test_figures_are_put_where_they_are_marked(document):
    page = (
        "Ours: <!-- small | x, y z | ours -->0 us<!-- / -->, of theirs "
        "<!-- small | x, y z | / JAX, jitted -->\n1.0<!-- / -->; memory <!-- memory | x, y z | ours --><!-- / -->.\n"
        f"<!-- table -->\n{document.markdown(report())}<!-- /table -->\n"
    )
    text = document.filled(page)
    assert "-->2.00 us<!-- / -->" in text
    assert "-->2.00<!-- / -->" in text
    assert "-->2.00 kB<!-- / -->" in text
    assert "Each is the least of 3 rounds." in text
    assert document.filled(text) == text
    for wrong in ("small | x, y z | / NumPy", "memory | x, y z | / PyTorch", "small | x | ours"):
        with pytest.raises(KeyError, match="there is no figure in the tables for"):
            document.filled(page.replace("small | x, y z | ours", wrong))


def test_a_run_is_written_into_a_page(document, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- small | x, y z | ours -->0 us<!-- / -->.\n<!-- table -->\nold\n<!-- /table -->\nMore.\n")
    document.write(report(), page)
    text = page.read_text()
    assert "-->2.00 us<!-- / -->" in text
    assert "old" not in text
    assert text.endswith("<!-- /table -->\nMore.\n")
    page.write_text("no table")
    with pytest.raises(ValueError, match="expected one block"):
        document.write(report(), page)
