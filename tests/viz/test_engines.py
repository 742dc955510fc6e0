"""Who draws: `dot` on the PATH, else the Graphviz of pygraphviz, else nobody."""

import re
import struct
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from xml.etree import ElementTree

import graphviz
import numpy as np
import pytest

import mygrad as mg
from mygrad.computational_graph import EngineNotFound, build_graph
from mygrad.computational_graph._engines import draw_bundled, engine

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def graph():
    x = mg.tensor([1.0, 2.0])
    y = x * 3.0
    return build_graph(y, names={"x": x, "y": y})


@pytest.fixture
def bundled(no_dot):
    if find_spec("pygraphviz") is None:
        pytest.skip("pygraphviz is not installed")


# -- nothing to draw with ------------------------------------------------------------------------------------


def test_without_an_engine_errors_name_both_ways_to_get_one(graph, no_engine, tmp_path):
    for draw in (graph.pipe, lambda: graph.pipe("png"), lambda: graph.render(tmp_path / "graph"), graph.view):
        with pytest.raises(EngineNotFound) as raised:
            draw()
        assert isinstance(raised.value, graphviz.ExecutableNotFound)  # which users of graphviz catch
        assert "apt install graphviz" in str(raised.value)
        assert "pip install 'mygrad-viz[bundled]'" in str(raised.value)
    assert not list(tmp_path.glob("graph*"))


def test_without_an_engine_it_is_displayed_as_mermaid(graph, no_engine):
    bundle = graph._repr_mimebundle_()
    assert bundle == {"text/vnd.mermaid": graph.to_mermaid(), "text/plain": graph.to_text()}
    assert graph._repr_mimebundle_(include=["image/svg+xml"]) == {}
    assert graph._repr_mimebundle_(exclude=["text/vnd.mermaid"]) == {"text/plain": graph.to_text()}


def test_mermaid_is_shown_no_more_than_it_draws(no_engine):
    y = mg.tensor(1.0)
    for _ in range(1000):
        y = y + y
    graph = build_graph(y, max_nodes=None)
    shown = graph._repr_mimebundle_()["text/vnd.mermaid"]
    assert graph.to_mermaid().count("-->") == 2000
    assert 200 < sum(arrow in line for line in shown.splitlines() for arrow in ("-->", "-.->")) <= 500
    assert len(shown) <= 50_000
    assert re.search(r'more\["\d+ more"\]', shown)


def test_the_source_can_be_had_without_an_engine(graph, no_engine, tmp_path):
    path = graph.save(tmp_path / "graph.gv")
    assert (tmp_path / "graph.gv").read_text() == graph.source
    assert str(path) == str(tmp_path / "graph.gv")


# -- dot on the PATH -----------------------------------------------------------------------------------------


def test_dot_on_the_path_comes_first(graph, fake_dot, tmp_path):
    assert engine() == "dot"
    assert graph.pipe("svg", encoding="utf-8") == "<svg>drawn by -Kdot -Tsvg</svg>\n"
    assert graph._repr_mimebundle_()["image/svg+xml"] == "<svg>drawn by -Kdot -Tsvg</svg>\n"
    graph.render(tmp_path / "graph", format="png")
    assert fake_dot.read_text().splitlines()[-1] == "-Kdot -Tpng -O graph"


# -- the Graphviz of pygraphviz ------------------------------------------------------------------------------


def test_pygraphviz_comes_second(graph, bundled):
    assert engine() == "bundled"
    root = ElementTree.fromstring(graph.pipe("svg"))
    nodes = [group for group in root.iter(f"{SVG}g") if (group.get("class") or "").startswith("node")]
    assert [node.find(f"{SVG}title").text for node in nodes] == ["0", "1"]
    assert [node.get("class") for node in nodes] == ["node variable", "node operation result"]
    assert graph.pipe("svg").decode() == graph.pipe("svg", encoding="utf-8")
    assert graph.pipe("png").startswith(b"\x89PNG")
    assert graph.pipe().startswith(b"%PDF")  # the default of graphviz
    assert graph.pipe("png", renderer="cairo", formatter="cairo").startswith(b"\x89PNG")


def test_display_as_svg(graph, bundled):
    bundle = graph._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert bundle["image/svg+xml"].startswith("<?xml")
    assert graph._repr_mimebundle_(include=["image/png"])["image/png"].startswith(b"\x89PNG")


def test_rendering(graph, bundled, tmp_path):
    assert graph.render(tmp_path / "one", format="svg") == str(tmp_path / "one.svg")
    assert (tmp_path / "one").read_text() == graph.source
    assert graph.render("two", directory=tmp_path, format="png", cleanup=True) == str(tmp_path / "two.png")
    assert not (tmp_path / "two").exists()
    assert graph.render(outfile=tmp_path / "three.svg") == str(tmp_path / "three.svg")
    assert (tmp_path / "three.svg").read_bytes() == (tmp_path / "one.svg").read_bytes()
    assert (tmp_path / "three.gv").read_text() == graph.source
    with pytest.raises(graphviz.FileExistsError):
        graph.render(outfile=tmp_path / "three.svg", raise_if_result_exists=True)


def test_what_graphviz_does_not_know(graph, bundled):
    with pytest.raises(ValueError, match="unknown format: 'doc'"):
        graph.pipe("doc")
    with pytest.raises(ValueError, match="unknown engine: 'cat'"):
        graph.pipe("svg", engine="cat")


def test_failures_say_why(bundled):
    with pytest.raises(RuntimeError, match=r"could not draw the graph as svg[\s\S]*syntax error"):
        draw_bundled("digraph {", "svg", "dot")


def long_graph():
    y = mg.tensor(1.0)
    for _ in range(2000):
        y = np.sin(y)
    return y


def wide_graph():
    return sum([mg.tensor(float(i)) for i in range(1000)])


@pytest.mark.once
@pytest.mark.engine
@pytest.mark.parametrize(("make", "rankdir"), [(long_graph, "LR"), (wide_graph, "TB")])
def test_no_picture_is_larger_than_one_can_look_at(make, rankdir):
    """64 inches, of 96 pixels or 72 points; without that, these would be 30,000 pixels long, or 10 by 40 thousand."""
    graph = build_graph(make(), max_nodes=600, rankdir=rankdir)
    png = graph.pipe("png")
    assert 6000 < max(struct.unpack(">II", png[16:24])) <= 64 * 96
    svg = ElementTree.fromstring(graph.pipe("svg"))
    assert 4500 < max(float(svg.get(side).removesuffix("pt")) for side in ("width", "height")) <= 64 * 72
    nodes = [group for group in svg.iter(f"{SVG}g") if (group.get("class") or "").startswith("node")]
    assert len([node for node in nodes if "reference" not in node.get("class")]) == 601  # nothing is left out
    graph.attr(size="")
    assert max(struct.unpack(">II", graph.pipe("png")[16:24])) > 64 * 96


def test_by_default_a_large_graph_is_drawn_in_part():
    graph = build_graph(long_graph(), names={})
    assert len(graph.to_text().splitlines()) == 201
    assert graph.to_text().startswith("... 1,801 more values before these\n")
    assert 'size="64,64"' in graph.source


@pytest.mark.engine
def test_threads(graph):
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: graph.pipe("svg"), range(8)))
    assert len(set(drawn)) == 1
