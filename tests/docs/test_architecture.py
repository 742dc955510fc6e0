"""ARCHITECTURE.md shows a backward pass that works, and names every room, in the order that the linter holds."""

import re
import tomllib
from pathlib import Path

import numpy as np

import mygrad as mg
from mygrad._engine.backward import topological_order
from mygrad._engine.functional import _value
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node
from mygrad._engine.unbroadcast import unbroadcast

ROOT = Path(__file__).parents[2]
CORE = ROOT / "packages/mygrad-core/src/mygrad"
TEXT = (ROOT / "ARCHITECTURE.md").read_text()


def rooms():
    """The first column of the table, a list of names for each line."""
    section = TEXT.split("\n## The rooms\n")[1].split("\n## ")[0]
    return [re.findall(r"`(\w+)(?:/|\.py)`", line.split("|")[1]) for line in section.splitlines() if line[:3] == "| `"]


def test_the_table_has_every_room():
    there = {path.stem for path in CORE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    named = [name for line in rooms() for name in line]
    assert sorted(named) == sorted(there - {"__init__"})


def test_every_file_that_is_named_is_there():
    made = {"build/bench.json", "build/site/", "dist/"}
    folders = ("benchmarks", "docs", "examples", "packages", "scripts", "tests")
    there = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    for text in (TEXT, (ROOT / "CONTRIBUTING.md").read_text()):
        for name in set(re.findall(r"`(\w[\w./-]*(?:\.py|\.md|\.toml|\.tsv|/))`", text)) - made:
            assert any(path.match(name) for path in there), name


def test_the_linter_holds_the_order_of_the_table():
    [contract] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [set(re.findall(r"\w+", layer)) for layer in contract["layers"]]
    low = [layers.index(next(layer for layer in layers if name in layer)) for line in rooms() for name in line]
    assert low == sorted(low, reverse=True)


def test_the_short_backward_pass():
    [code] = re.findall(r"```python\n(def pull_back.*?)```", TEXT, re.DOTALL)
    names = {
        "Node": Node,
        "topological_order": topological_order,
        "unbroadcast": unbroadcast,
        "value": lambda p: _value(p) if type(p) is Node else p,
    }
    exec(code, names)
    x = mg.tensor([1.0, 2.0, 3.0])
    f = np.sum(np.sin(x) * x * 2.0 + x[0])
    first = names["pull_back"](node_of(f), mg.tensor(1.0))[node_of(x)]
    a = x.data
    np.testing.assert_allclose(first, 2 * (np.sin(a) + a * np.cos(a)) + [3.0, 0.0, 0.0])
    first.backward(np.ones(3))
    np.testing.assert_allclose(x.grad, 4 * np.cos(a) - 2 * a * np.sin(a))
