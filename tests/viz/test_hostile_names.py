"""Names that mean something to DOT, HTML, SVG, Mermaid or a terminal are shown as they are."""

import html
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mygrad as mg
from mygrad.computational_graph import build_graph
from mygrad.computational_graph._labels import printable

HOSTILE = [
    "<b>",
    "<b>bold</b>",
    'quo"ted',
    '\\"',
    "back\\slash\\",
    "\\N\\G\\l\\n",
    "two\nlines\r\n",
    "emoji 😀",
    "&lt;&amp;&#38;",
    "#35;",
    "{re|cord}",
    "]]></title><script>alert(1)</script>",
    "--> v0",
    "`code` *bold* _it_",
    "%%{init: {}}%%",
    "\x00\x1b[31m\x7f",
    "\ud800",
    "\u202eltr",
    "end",
    "x" * 500,
]

names = st.text(min_size=1, max_size=20).filter(str.strip)
lists_of_names = st.lists(names | st.sampled_from(HOSTILE), min_size=1, max_size=20, unique_by=printable)


def graph_with(given_names):
    tensors = {name: mg.tensor(float(i)) for i, name in enumerate(given_names)}
    total, *others = tensors.values()
    for t in others:
        total = total + t
    return build_graph(total, names=tensors, values=False, legend=False)


@given(lists_of_names)
@example(HOSTILE)
def test_dot_and_text_and_mermaid_have_them(given_names):
    graph = graph_with(given_names)
    expected = sorted(map(printable, given_names))
    bold = re.findall(r"<B>(.*?)</B>", graph.source)
    assert sorted(html.unescape(text).replace("\\\\", "\\") for text in bold) == expected
    assert all("\\" not in text.replace("\\\\", "") for text in bold)
    mermaid = graph.to_mermaid()
    bold = re.findall(r"<b>(.*?)</b>", mermaid)
    shown = [re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text) for text in bold]
    assert sorted(text.replace("\\\u2060n", "\\n") for text in shown) == expected
    assert not any("\\n" in text for text in shown)
    assert not any(set(text) & set("<>\"'`\\{}|&") for text in bold)
    assert len(mermaid.splitlines()) == len(set(mermaid.splitlines()))  # nothing was split in two
    for line in graph.to_text().splitlines():
        assert line.isprintable()
    assert {line.rpartition(": float64")[0] for line in graph.to_text().splitlines()} >= set(expected)


def bold_texts(svg):
    root = ElementTree.fromstring(svg)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    found = [text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("font-weight") == "bold"]
    return sorted(" ".join("".join(text.itertext()).split()) for text in found)


@pytest.mark.engine
@settings(max_examples=20)  # each starts an engine
@given(lists_of_names)
@example(HOSTILE)
def test_svg_shows_them(given_names):
    svg = graph_with(given_names).pipe("svg", encoding="utf-8")
    assert bold_texts(svg) == sorted(" ".join(printable(name).split()) for name in given_names)


def test_names_of_operations_are_no_safer():
    class Odd(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return x.data + 1.0

        def backward_var(self, grad, index, **kwargs):
            return grad

    Odd.__name__ = '<b>"\n\\'
    graph = build_graph(mg.execute_op(Odd, mg.tensor(1.0)))
    assert "<&lt;b&gt;&quot;\\\\n\\\\" in graph.source
    assert "#60;b#62;#34;#92;#8288;n#92;" in graph.to_mermaid()
    assert len(graph.to_text().splitlines()) == 2


def test_blank_names_are_none():
    assert "%0" in graph_with([" "]).to_text() + graph_with([""]).to_text()
