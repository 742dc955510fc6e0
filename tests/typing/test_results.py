"""No public function hides what it returns: a result that is Any, or has Any in it, is listed here with the reason.

The functions are those that there are when the package is imported; what they return is what mypy knows of them. So
this finds names that type checkers do not see, too.
"""

import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typed import checked, public_modules

LISTED = Path(__file__).parent / "any_results.toml"


def test_results_that_are_any_are_listed_with_reasons(tmp_path: Path) -> None:
    listed = tomllib.loads(LISTED.read_text())
    names = [name for reason in listed.values() for name in reason["names"]]
    assert len(names) == len(set(names))
    asked_for = list(_results())
    assert len(asked_for) > 650
    lines = ["import typing"]
    for n, (_, imported, expression) in enumerate(asked_for):
        lines += [f"{imported} as f{n}", f"reveal_type({expression.format(f'f{n}')})"]
    asked = tmp_path / "asked.py"
    asked.write_text("\n".join(lines))
    types: dict[int, str] = {}
    for line in checked("mypy", "--strict", "--no-error-summary", str(asked)).splitlines():
        number, kind, message = line.removeprefix(f"{asked}:").split(":", 2)
        assert kind == " note", f"{lines[int(number) - 1]}: {message}"
        types[int(number)] = message.removeprefix(' Revealed type is "').removesuffix('"')
    hidden = {name for n, (name, _, _) in enumerate(asked_for) if _hides(types[2 * n + 3])}
    assert hidden - set(names) == set()
    assert set(names) - hidden == set(), "these are listed, and hide nothing"


def _results() -> Iterator[tuple[str, str, str]]:
    """The public functions, methods and properties of our own, each once.

    With the name come how to import it, or its class, and the expression of that whose type is to be told.
    """
    seen: set[int] = set()
    public = {
        getattr(module, name)
        for module in public_modules()
        for name in getattr(module, "__all__", ())
        if inspect.isclass(getattr(module, name))
    }
    for module in public_modules():
        for name in getattr(module, "__all__", ()):
            value, full = getattr(module, name), f"{module.__name__}.{name}"
            imported = f"from {module.__name__} import {name}"
            if id(value) in seen or not str(getattr(value, "__module__", None)).startswith("mygrad"):
                continue
            seen.add(id(value))
            if inspect.isclass(value):
                for attribute, expression in _methods(value, public):
                    yield f"{full}.{attribute}", imported, expression
            elif inspect.isroutine(value):
                yield full, imported, "{}"
            elif callable(value):  # an object of a class that is called
                yield full, imported, "{}.__call__"


def _methods(cls: type, public: set[type]) -> Iterator[tuple[str, str]]:
    """Those of a class, but for what it has from another one that is `public`, too."""
    attributes: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("mygrad") and (base is cls or base not in public):
            attributes |= vars(base)
    for name, value in attributes.items():
        is_operator = name.startswith("__") and name.endswith("__") and name not in _OF_PYTHON
        if name.startswith("_") and not is_operator:
            continue
        if isinstance(value, property):
            yield name, f"typing.cast({{}}, 0).{name}"
        elif inspect.isroutine(value) or isinstance(value, (staticmethod, classmethod)):
            yield name, f"{{}}.{name}"


#: What classes have for Python, and nobody calls.
_OF_PYTHON = frozenset(
    (
        "__getattr__",
        "__getnewargs__",
        "__getstate__",
        "__init__",
        "__init_subclass__",
        "__new__",
        "__replace__",
        "__setstate__",
    )
)


def _hides(told: str) -> bool:
    """Whether a result of what mypy calls a type is Any, or has Any in it. (Of NumPy's, classes tell enough.)"""
    if told.startswith("Overload("):
        return any(map(_hides, _split(told.removeprefix("Overload(").removesuffix(")"))))
    if told.startswith("def "):
        told = told.removeprefix("def ")
        if told.startswith("["):  # type variables
            told = told[_closing(told) + 1 :].removeprefix(" ")
        told = told[_closing(told) + 1 :].removeprefix(" -> ")
    while (variables := re.search(r"def \[", told)) is not None:  # with the bounds of type variables
        begin = variables.end() - 1
        told = told[:begin] + told[begin + _closing(told[begin:]) + 1 :].removeprefix(" ")
    while (numpys := re.search(r"numpy[\w.]*\[", told)) is not None:
        begin = numpys.end() - 1
        told = told[: numpys.start()] + told[begin + _closing(told[begin:]) + 1 :]
    return re.search(r"\bAny\b", told) is not None


def _closing(text: str) -> int:
    """Where the bracket closes that a text begins with."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if not depth:
            return place
    raise ValueError(text)


def _split(told: str) -> Iterator[str]:
    """The functions of an overload."""
    while told:
        behind = "".join("." if inside else c for c, inside in zip(told, _inside(told), strict=True))
        end = behind.find(", def ")
        yield told[:end] if end >= 0 else told
        told = told[end + 2 :] if end >= 0 else ""


def _inside(told: str) -> Iterator[bool]:
    depth = 0
    for character in told:
        depth += (character in "[(") - (character in "])")
        yield depth > 0


@pytest.mark.parametrize(
    ("told", "hides"),
    [
        ("def (x: Any, *, y: Any =) -> mygrad.tensor.Tensor", False),
        ("def (x: builtins.int) -> Any", True),
        ("def (x: builtins.int)", False),
        ("def [P, R] (f: def (*P.args, **P.kwargs) -> Any) -> builtins.list[R]", False),
        ("def (f: Any) -> def (x: builtins.int) -> Any", True),
        ("def () -> numpy.ndarray[tuple[Any, ...], numpy.dtype[Any]]", False),
        ("def () -> tuple[Any, numpy.ndarray[Any, Any]]", True),
        ("Overload(def (x: builtins.int) -> builtins.str, def (x: Any) -> Any)", True),
        ("Overload(def (x: Any) -> builtins.str, def (x: Any) -> builtins.str)", False),
        ("def (x: str) -> def [F <: def (*Any, **Any) -> Any] (F) -> F", False),
        ("typing.Sequence[Any]", True),
        ("mygrad.tensor.Tensor | None", False),
    ],
)
def test_reads_what_mypy_says(told: str, hides: bool) -> None:
    assert _hides(told) is hides
