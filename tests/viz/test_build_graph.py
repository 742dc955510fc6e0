"""`build_graph`: its arguments, and what it saves."""

import re
from random import Random

import graphviz
import numpy as np
import pytest
from random_programs import Program, run_random_program

import mygrad as mg
from mygrad.computational_graph import ComputationalGraph, build_graph


@pytest.fixture
def fin():
    x = mg.tensor([1.0, 2.0])
    return x * 3.0


def test_it_returns_a_digraph(fin):
    graph = build_graph(fin)
    assert type(graph) is ComputationalGraph
    assert isinstance(graph, graphviz.Digraph)
    assert graph.source.startswith("digraph {")
    assert repr(graph) == "<ComputationalGraph of 2 values>"


def test_it_can_be_added_to_and_copied(fin):
    graph = build_graph(fin)
    copied = graph.copy()
    assert (copied.source, copied.to_text(), copied.to_mermaid()) == (graph.source, graph.to_text(), graph.to_mermaid())
    with copied.subgraph(name="cluster_0") as cluster:
        cluster.node("mine")
    copied.edge("mine", "0")
    assert "\tsubgraph cluster_0 {\n\t\tmine\n\t}\n\tmine -> 0\n" in copied.source
    assert "mine" not in graph.source


def test_the_example_of_the_documentation():
    x = mg.tensor(2)
    y = mg.tensor(3)
    f = x * y
    g = f + x - 2
    assert build_graph(g, names=locals()).to_text().splitlines() == [
        "x: int64, shape (), constant, 2",
        "y: int64, shape (), constant, 3",
        "f = multiply(x, y): int64, shape (), constant, 6",
        "%3 = add(f, x): int64, shape (), constant",
        "g = subtract(%3, 2): int64, shape (), constant, 6",
    ]


def test_only_tensors_have_graphs():
    for wrong in (np.arange(3.0), 1.0, None, [mg.tensor(1.0)]):
        with pytest.raises(TypeError, match="fin must be a Tensor, got"):
            build_graph(wrong)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"names": ["x"]}, TypeError, "names must map names to tensors"),
        ({"names": {1: mg.tensor(1.0)}}, TypeError, "keys of names must be strings"),
        ({"render": 1}, TypeError, "render must be True or False, got int"),
        ({"dims": None}, TypeError, "dims must be True or False, got NoneType"),
        ({"dtypes": "yes"}, TypeError, "dtypes must be True or False"),
        ({"sum_stats": 0}, TypeError, "sum_stats must be True or False"),
        ({"grads": np.True_}, TypeError, "grads must be True or False"),
        ({"legend": []}, TypeError, "legend must be True or False"),
        ({"values": "all"}, TypeError, "values must be True, False or None"),
        ({"rankdir": 1}, TypeError, "rankdir must be a string"),
        ({"rankdir": "down"}, ValueError, "rankdir must be one of TB, LR, BT, RL, got 'down'"),
        ({"max_nodes": True}, TypeError, "max_nodes must be an integer or None"),
        ({"max_nodes": 2.0}, TypeError, "max_nodes must be an integer or None"),
        ({"max_nodes": 0}, ValueError, "max_nodes must be at least 1, got 0"),
        ({"save": 1}, TypeError, "save must be True, False or a path, got int"),
        ({"save": None}, TypeError, "save must be True, False or a path"),
        ({"save": "graph"}, ValueError, "cannot tell from 'graph' what to save"),
        ({"save": "graph.doc"}, ValueError, r"let it end in \.svg, \.png, \.pdf or \.dot"),
    ],
)
def test_bad_arguments(fin, arguments, error, words):
    with pytest.raises(error, match=words):
        build_graph(fin, **arguments)


def test_options_are_keywords(fin):
    with pytest.raises(TypeError, match="positional"):
        build_graph(fin, None, True)


def test_without_render_nothing_is_returned(fin):
    assert build_graph(fin, render=False) is None


@pytest.mark.parametrize("suffix", [".dot", ".gv", ".DOT"])
def test_saving_the_source_needs_no_engine(fin, no_engine, tmp_path, suffix):
    path = tmp_path / f"graph{suffix}"
    graph = build_graph(fin, save=path)
    assert path.read_text(encoding="utf-8") == graph.source


@pytest.mark.engine
@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_saving_a_drawing(fin, tmp_path, suffix, start):
    path = tmp_path / f"a graph{suffix}"
    assert build_graph(fin, save=str(path), render=False) is None
    assert path.read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.engine
def test_saving_where_the_spec_says(fin, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    build_graph(fin, save=True)
    assert [file.name for file in tmp_path.iterdir()] == ["computational_graph.pdf"]


def test_saving_without_an_engine_says_what_to_install_and_leaves_no_file(fin, no_engine, tmp_path):
    with pytest.raises(RuntimeError, match=re.escape("pip install 'mygrad-viz[bundled]'")):
        build_graph(fin, save=tmp_path / "graph.svg")
    assert not list(tmp_path.glob("graph*"))


def test_directions(fin):
    assert "rankdir=TB" in build_graph(fin).source
    graph = build_graph(fin, rankdir="LR")
    assert "rankdir=LR" in graph.source
    assert graph.to_mermaid().startswith("flowchart LR\n")


def test_the_drawing_holds_nothing_of_the_graph():
    array = np.ones(3)
    x = mg.tensor([1.0, 2.0, 3.0])
    f = np.sum(x * array)
    graph = build_graph(f, names={"f": f, "array": array}, grads=True)
    assert not array.flags.writeable
    del f
    assert array.flags.writeable
    assert "f = sum" in graph.to_text()


def test_drawing_changes_nothing():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    z = y * 2.0
    one = build_graph(z, names=locals(), grads=True, values=True, sum_stats=True)
    other = build_graph(z, names={"x": x, "y": y, "z": z}, grads=True, values=True, sum_stats=True)
    assert one.source == other.source
    assert x.grad is None
    z.backward()
    assert [t.grad.tolist() for t in (x, y, z)] == [[4.0, 8.0], [2.0, 2.0], [1.0, 1.0]]
    build_graph(z, names=locals(), grads=True)
    build_graph(y, names=locals(), grads=True)
    assert [t.grad.tolist() for t in (x, y, z)] == [[4.0, 8.0], [2.0, 2.0], [1.0, 1.0]]


def test_programs_go_on_as_if_nobody_had_drawn_them(monkeypatch):
    check = Program.check_values

    def check_and_draw(program):
        check(program)
        names = {slot.name: program.tensors[slot.name] for slot in program.slots()}
        for t in list(names.values())[-2:]:
            if isinstance(t, mg.Tensor):
                graph = build_graph(t, names, grads=True, values=True, sum_stats=True, dims=True, dtypes=True)
                assert graph.to_text().count("\n") + 1 >= graph.source.count('tooltip="%')
                assert any(name in graph.to_mermaid() for name, same in names.items() if same is t)

    monkeypatch.setattr(Program, "check_values", check_and_draw)
    for seed in range(25):
        run_random_program(Random(seed), length=15)  # which compares values, locks and gradients with NumPy's
