"""What docstrings describe as parameters are parameters."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

import mygrad as mg

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reference(monkeypatch):
    pytest.importorskip("numpydoc")
    monkeypatch.syspath_prepend(ROOT / "docs" / "_extensions")
    yield pytest.importorskip("reference")
    for name in ("reference", "derivatives"):
        sys.modules.pop(name, None)


def test_parameters(reference):
    from numpydoc.docscrape import NumpyDocString

    described, wrong = 0, []
    for one in {one.name: one for group in reference.public().values() for one in group}.values():
        if reference.original_of(one):  # the docstring is NumPy's, or SciPy's
            continue
        try:
            parameters = inspect.signature(one.value).parameters
        except (TypeError, ValueError):
            continue
        doc = NumpyDocString(inspect.getdoc(one.value) or "")
        names = {name.strip().lstrip("*") for entry in doc["Parameters"] for name in entry.name.split(",")}
        described += len(names)
        if not names <= {*parameters} and "kwargs" not in parameters:
            wrong.append((one.name, names - {*parameters}))
    assert described > 1000
    assert not wrong


def test_names_that_only_give_a_hint_are_no_members(site):
    text = (site / "reference" / "pages" / "mygrad.Tensor.html").read_text(encoding="utf-8")
    members = set(re.findall(r'id="mygrad\.Tensor\.(\w+)"', text))
    assert members >= {"backward", "grad", "shape", "sum"}
    assert [name for name in members if not hasattr(mg.Tensor, name)] == []
