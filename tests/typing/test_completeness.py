"""Each public name has a type that pyright knows, and each name that type checkers know is there."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typed import checked, public_modules

import mygrad
from mygrad import _plugins

#: A module of each distribution.
MODULES = ("mygrad", "mygrad.nnet", "mygrad.computational_graph", "mygrad.io", "mygrad.scipy")


def _completeness(module: str) -> Any:
    report = checked("pyright", "--verifytypes", module, "--ignoreexternal", "--outputjson")
    return json.loads(report[report.index("{") :])["typeCompleteness"]


@pytest.mark.parametrize("module", MODULES)
def test_all_types_are_known(module: str) -> None:
    found = _completeness(module)
    assert found["exportedSymbolCounts"]["withKnownType"] > 2
    unknown = [s["name"] for s in found["symbols"] if s["isExported"] and not s["isTypeKnown"]]
    assert not unknown
    assert found["completenessScore"] == 1.0
    names = {s["name"].removeprefix(f"{module}.") for s in found["symbols"] if s["isExported"]}
    there = import_module(module)
    assert {name for name in names if name.isidentifier() and not hasattr(there, name)} == set()


def test_all_names_are_known(tmp_path: Path) -> None:
    """Packages compute the lists of their names, which type checkers cannot."""
    names = [(module.__name__, name) for module in public_modules() for name in getattr(module, "__all__", ())]
    assert len(names) > 1000
    program = tmp_path / "names.py"
    program.write_text("\n".join(f"from {module} import {name} as n{n}" for n, (module, name) in enumerate(names)))
    said = checked("mypy", "--strict", str(program))
    assert said.startswith("Success"), said


def test_names_of_plugins_are_known() -> None:
    """The names that our plugins provide are written down twice: for the error if one is missing, and for checkers."""
    said = checked("mypy", "--strict", "-c", "import mygrad\n" + "\n".join(f"mygrad.{name}" for name in _provided()))
    assert said.startswith("Success"), said


def _provided() -> set[str]:
    return {name for name, by in _plugins.FIRST_PARTY.items() if by in {p.distribution for p in mygrad.plugins()}}
