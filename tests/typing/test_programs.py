"""Typical programs: both type checkers take them, and what these are told is true when the programs run."""

import runpy
import typing
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import pytest
from typed import checked

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
MISTAKES = HERE / "programs" / "mistakes.py"


def test_mypy_takes_them() -> None:
    """And all that is said to be a mistake is one: comments that ignore nothing are errors."""
    said = checked("mypy", "--strict", *map(str, PROGRAMS))
    assert said.startswith("Success"), said


def test_pyright_takes_them() -> None:
    said = checked("pyright", "--project", str(HERE / "pyrightconfig.json"), *map(str, PROGRAMS))
    assert "0 errors, 0 warnings" in said, said


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p != MISTAKES], ids=lambda p: p.stem)
def test_what_is_told_is_true(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def assert_type(value: Any, kind: Any) -> Any:
        told.append(kind)
        assert _is(value, kind), f"{value!r} is none of {kind}"
        return value

    monkeypatch.setattr(typing, "assert_type", assert_type)
    runpy.run_path(str(program), run_name="program")
    assert told


def _is(value: Any, kind: Any) -> bool:
    origin, args = get_origin(kind), get_args(kind)
    if kind is None:
        return value is None
    if origin in (UnionType, typing.Union):
        return any(_is(value, one) for one in args)
    if origin is tuple and args[-1] is not Ellipsis:
        return isinstance(value, tuple) and all(_is(v, k) for v, k in zip(value, args, strict=True))
    return isinstance(value, origin or kind)
