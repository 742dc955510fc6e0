"""What a drawing says: kinds of values, names, and what the options add."""

import re

import numpy as np
import pytest

import mygrad as mg
from mygrad.computational_graph import build_graph


def classes(graph):
    """The kinds of the nodes, in the order of their numbers."""
    return [words.strip('"') for words in re.findall(r'^\t\d+ \[.* class=("[^"]*"|\w+) ', graph.source, re.MULTILINE)]


def edges(graph):
    """The edges of the source, as pairs of numbers."""
    return [(int(a), int(b)) for a, b in re.findall(r"^\t(\d+) -> (\d+)", graph.source, re.MULTILINE)]


def styles(graph):
    """Shape, line and fill of each node."""
    attributes = re.findall(r"^\t\d+ \[(.*)\]$", graph.source, re.MULTILINE)
    return [
        tuple(re.search(rf" {key}=(\"[^\"]*\"|\w+)", line)[1] for key in ("shape", "style", "fillcolor"))
        for line in attributes
    ]


def lines(graph):
    return graph.to_text().splitlines()


def test_each_value_is_drawn_once_with_a_line_for_each_operand():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    graph = build_graph(np.exp(y) + y, names=locals())
    assert lines(graph) == [
        "x: float64, shape (2,)",
        "y = multiply(x, x): float64, shape (2,)",
        "%2 = exp(y): float64, shape (2,)",
        "%3 = add(%2, y): float64, shape (2,)",
    ]
    assert edges(graph) == [(0, 1), (0, 1), (1, 2), (2, 3), (1, 3)]
    assert graph.to_mermaid().count("-->") == 5


def test_kinds_look_different():
    x, c = mg.tensor([1.0, 2.0, 3.0]), np.ones(3)
    y = x + c
    y[0] = 1.0
    graph = build_graph(np.sum(y[1:] * 2.0), names=locals())
    assert classes(graph) == [
        "variable",
        "constant",
        "operation overwritten",
        "write",
        "view",
        "operation",
        "operation result",
    ]
    looks = styles(graph)
    assert len({looks[i] for i in (0, 1, 2, 3, 4, 6)}) == 6
    assert len({shape + style for shape, style, _ in (looks[i] for i in (0, 1, 2, 3, 4))}) == 5  # without colours, too
    for words in ("variable", "constant", "operation and its result", "view", "written in place", "the result"):
        assert f">{words}<" in graph.source
    assert "the result" not in build_graph(y, legend=False).source


def grey(fill):
    red, green, blue = (int(fill[i : i + 2], 16) for i in (2, 4, 6))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_result_stands_out_in_grey():
    x = mg.tensor([1.0, 2.0])
    fills = [fill for *_, fill in styles(build_graph(x[1:] + np.ones(1)))]
    assert all(grey(fill) - grey(fills[-1]) > 80 for fill in fills[:-1])


def test_views_are_linked_to_their_base():
    x = mg.arange(4.0)
    y = x[1:]
    graph = build_graph(y * 2.0, names=locals())
    assert lines(graph)[1] == "y = getitem(x, [1:]): float64, shape (3,), view of x"
    assert re.search(r'0 -> 1 \[label=" view" style=dashed\]', graph.source)
    assert 'v0 -.->|"view"| v1' in graph.to_mermaid()


def test_views_without_gradients_are_linked_too():
    x = mg.arange(4.0)
    with mg.no_autodiff:
        y = x[1:]
    graph = build_graph(np.sum(x) + np.sum(y * 2.0), names=locals())
    assert "y: float64, shape (3,), view of x, but no gradient flows" in lines(graph)
    assert '[label=" same memory" dir=none style=dotted]' in graph.source


def test_writes_are_linked_to_what_was_there_before():
    x = mg.tensor([1.0, 2.0, 3.0])
    y = x * 2.0
    y[1:] = x[:2]
    graph = build_graph(y, names=locals())
    assert lines(graph) == [
        "x: float64, shape (3,)",
        "%1 = multiply(x, 2.0): float64, shape (3,), y before the write",
        "%2 = getitem(x, [:2]): float64, shape (2,), view of x",
        "y = setitem(%1, [1:], %2): float64, shape (3,), written in place of %1",
    ]
    assert re.search(r'1 -> 3 \[label=" before" penwidth=2\]', graph.source)
    assert "setitem [1:]" in graph.source


def test_augmented_assignment():
    x = mg.tensor([1.0, 2.0])
    y = x * 1.0
    y *= 3.0
    assert lines(build_graph(y, names=locals())) == [
        "x: float64, shape (2,)",
        "%1 = multiply(x, 1.0): float64, shape (2,), y before the write",
        "y = multiply(%1, 3.0): float64, shape (2,), written in place of %1",
    ]


def test_after_backward_it_says_that_the_graph_was_cleared():
    x = mg.tensor([1.0, 2.0])
    f = x * x
    f.backward()
    graph = build_graph(f, names=locals(), grads=True)
    words = "The graph of f was cleared by backward() or clear_graph()."
    assert words in graph.source.replace("<BR/>", " ")
    assert lines(graph)[0] == "f: float64, shape (2,), Grad: [1. 1.], its graph was cleared"
    assert lines(graph)[1].startswith(words)
    assert "was cleared by backward" in graph.to_mermaid()
    assert "The graph of this tensor was cleared" in build_graph(f).source.replace("<BR/>", " ")
    assert "cleared" not in build_graph(x).source  # which is a leaf, and was one


def test_a_part_that_was_cleared():
    x = mg.tensor(2.0)
    y = x * x
    other = y * 3.0
    (y * 2.0).backward()
    graph = build_graph(other, names=locals())
    assert classes(graph) == ["cleared", "operation result"]
    assert lines(graph)[0] == "y: float64, shape (), 4.0, its graph was cleared"


def test_constants_show_wherever_they_were_computed():
    x = mg.tensor([1, 2])
    graph = build_graph(np.sum(x * 2) * mg.tensor(1.0), names=locals())
    assert classes(graph) == ["constant", "operation constant", "operation constant", "variable", "operation result"]
    assert lines(graph)[1] == "%1 = multiply(x, 2): int64, shape (2,), constant"
    assert graph.to_mermaid().count(":::constant") == 3


def test_positions_of_operands_that_cannot_be_swapped():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    assert re.findall(r"headlabel=(\d)", build_graph(x - y).source) == ["1", "2"]
    assert "headlabel" not in build_graph(x + y).source
    assert "headlabel" not in build_graph(x - x).source


def test_arguments_are_shown_with_the_operation():
    x = mg.tensor([[1.0, 2.0]])
    assert "sum(·, axis=1)" in build_graph(mg.sum(x, axis=1)).source or "sum(·, 1)" in build_graph(x.sum(1)).source
    assert "power(2.0, ·)" in build_graph(2.0**x).source
    assert "function" not in build_graph(np.piecewise(x, [x > 1.0], [lambda t: t, 0.0])).source  # nor an address


# -- names ---------------------------------------------------------------------------------------------------


def test_names_of_arrays_and_of_what_is_no_part_of_it():
    array, other, x = np.ones(2), np.ones(2), mg.tensor([1.0, 2.0])
    names = {"array": array, "other": other, "x": x, "unused": mg.tensor(1.0), "text": "x", "list": [x]}
    assert lines(build_graph(x + array, names=names)) == [
        "x: float64, shape (2,)",
        "array: float64, shape (2,), constant",
        "%2 = add(x, array): float64, shape (2,)",
    ]


@pytest.mark.parametrize("use", [np.add, np.multiply])
def test_a_slice_does_not_have_the_name_or_the_values_of_the_whole(use):
    x, a = mg.tensor([1.0, 2.0]), np.array([10.0, 20.0, 30.0, 40.0])
    y = use(x, a[2:])
    drawn = lines(build_graph(y, names={"x": x, "a": a, "y": y}, values=True))
    assert drawn[1] == "%1: float64, shape (2,), constant, [30. 40.]"
    part = a[:2]
    y = use(x, part)
    drawn = lines(build_graph(y, names={"x": x, "a": a, "part": part, "y": y}, values=True))
    assert drawn[1] == "part: float64, shape (2,), constant, [10. 20.]"


def test_the_first_name_counts_and_those_of_the_session_come_last():
    x = mg.tensor(1.0)
    y = x * 2.0
    assert lines(build_graph(y, names={"_": y, "_7": y, "y": y, "alias": y, "_x": x}))[1].startswith("y = ")
    assert lines(build_graph(y, names={"_": y, "_x": x}))[0].startswith("_x: ")


def test_tensors_without_a_name_have_their_number_or_their_value():
    x = mg.tensor([1.0, 2.0])
    f = x * 2.0
    assert "<B>%0</B>" in build_graph(f, names={}).source
    assert "%0" not in build_graph(f).source.replace('tooltip="%0', "")
    assert "[1. 2.]" in build_graph(f).source


# -- options -------------------------------------------------------------------------------------------------


def test_dimensions_and_dtypes():
    x = mg.tensor([[1.0, 2.0]], dtype=np.float32)
    f = np.sum(x * x)
    plain = build_graph(f, names=locals()).source
    assert "Dims" not in plain
    assert "Dtype" not in plain
    graph = build_graph(f, names=locals(), dims=True, dtypes=True)
    assert graph.source.count("Dims: (1, 2)") == 2  # not of the scalar
    assert graph.source.count("Dtype: float32") == 3
    assert graph.to_mermaid().count("Dtype#58; float32") == 3


def test_values_by_default():
    x = mg.tensor([1.0, 2.0])
    f = np.sum(x * x)
    assert "[1. 2.]" in build_graph(f).source
    source = build_graph(f, names=locals()).source
    assert "[1. 2.]" not in source
    assert ">5.0<" in source


def test_values():
    x = mg.tensor([1.0, 2.0])
    y = x + 1.0
    f = y + x
    source = build_graph(f, names={"x": x}, values=True).source
    assert "[1. 2.]" in source
    assert "[3. 5.]" in source
    assert source.count("value not kept") == 1
    assert "[2. 3.]" in build_graph(f, names=locals(), values=True).source
    source = build_graph(f, values=False).source
    assert "[1. 2.]" not in source
    assert "value not kept" not in source


def test_large_arrays_are_shown_in_part():
    x = mg.tensor(np.arange(10_000.0).reshape(100, 100))
    source = build_graph(x * 1.0).source
    assert "[[0. 1. ... 98. 99.]" in source
    assert len(max(re.findall(r"<FONT[^>]*>([^<]*)<", source), key=len)) <= 60


def test_how_the_user_prints_is_no_matter():
    x = mg.tensor([1.0, 1e-9, 3.0])
    expected = build_graph(x).source
    with np.printoptions(precision=1, suppress=True, threshold=1, floatmode="fixed", sign="+"):
        assert build_graph(x).source == expected


def test_statistics():
    x = mg.tensor([[1.0, 2.0, 3.0, 10.0]])
    y = x + 1.0
    f = np.sum(y)
    graph = build_graph(f, names={"x": x}, sum_stats=True)
    for words in ("Min: 1", "Median: 2.5", "Mean: 4", "Max: 10"):
        assert graph.source.count(f">{words}<") == 1
    assert graph.source.count("value not kept") == 1


@pytest.mark.parametrize(
    "array", [np.zeros((0, 3)), np.array([True, False]), np.array([np.nan, np.inf]), np.array([1, 2], np.uint8)]
)
def test_statistics_of_any_array(array):
    source = build_graph(mg.tensor(array), sum_stats=True).source
    assert ("no elements" if not array.size else "Median: ") in source


def test_complex_numbers():
    x = mg.tensor([3 + 4j, 1j / 3])
    f = np.sum(np.abs(x) ** 2)
    graph = build_graph(f, names={"x": x}, values=True, grads=True, dtypes=True, sum_stats=True)
    assert "[3+4j 0+0.3333j]" in graph.source
    assert ">Max of abs: 5<" in graph.source
    assert lines(build_graph(x * x, names={"x": x}, grads=True)) == [
        "x: complex128, shape (2,), no gradient",
        "%1 = multiply(x, x): complex128, shape (2,), no gradient",
    ]
    f = np.sum(np.abs(x) ** 2)
    f.backward()
    assert "x: complex128, shape (2,), Grad: [6+8j 0+0.6667j]" in lines(build_graph(x, names={"x": x}, grads=True))[0]


def test_gradients_that_are_stored_and_that_would_be():
    x, c = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0], constant=True)
    one, f = np.sum(x * 5.0), None
    f = x * x * c
    one.backward()
    assert lines(build_graph(f, names=locals(), grads=True)) == [
        "x: float64, shape (2,), Grad: [5. 5.]",
        "%1 = multiply(x, x): float64, shape (2,)",
        "c: float64, shape (2,), constant",
        "f = multiply(%1, c): float64, shape (2,), Grad to be: [1. 1.]",
    ]
    x.null_grad()
    computed = build_graph(f, names=locals(), grads=True)
    assert x.grad is None
    f.backward()
    assert x.grad.tolist() == [6.0, 16.0]
    assert "Grad to be: [6. 16.]" in computed.to_text()


def test_gradients_that_cannot_be_had():
    class Double(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return 2.0 * x.data

        def backward_var(self, grad, index, **kwargs):
            return 2.0 * grad

    x = mg.tensor([1.0])
    f = mg.execute_op(Double, x)
    assert lines(build_graph(f, names=locals(), grads=True)) == [
        "x: float64, shape (1,), no gradient",
        "f = Double(x): float64, shape (1,), no gradient",
    ]


# -- size ----------------------------------------------------------------------------------------------------


def test_the_limit_says_how_many_more_there_are():
    y = mg.tensor(1.0)
    for _ in range(60):
        y = y + y
    graph = build_graph(y, names=locals(), max_nodes=5)
    assert lines(graph)[0] == "... 56 more values before these"
    assert [line.split(":")[0] for line in lines(graph)[1:]] == [
        "%56 = add(%55, %55)",
        "%57 = add(%56, %56)",
        "%58 = add(%57, %57)",
        "%59 = add(%58, %58)",
        "y = add(%59, %59)",
    ]
    assert ">56 more<" in graph.source.replace("<56 more>", ">56 more<")
    assert graph.source.count("more -> ") == 1
    assert '["56 more"]' in graph.to_mermaid()
    assert "more" not in build_graph(y, max_nodes=61).source
    assert "more" not in build_graph(y, max_nodes=None).source


def test_a_chain_of_sixty_is_sixty_operations():
    y = mg.tensor(1.0)
    for _ in range(60):
        y = y + y
    graph = build_graph(y)
    assert graph.source.count("<add") == 60
    assert len(edges(graph)) == 120


def test_depth_is_no_matter():
    y = mg.tensor(0.0)
    for _ in range(10_000):
        y = y + y
    graph = build_graph(y, max_nodes=None)
    assert graph.source.count("<add") == 10_000
    assert graph.to_text().count("\n") == 10_000
    assert graph.to_mermaid().count("-->") == 20_000
    assert ">9,801 more<" in build_graph(y).source.replace("<9,801 more>", ">9,801 more<")


def recurrent(steps):
    weights, state, total = mg.tensor(np.eye(2)), mg.zeros((1, 2)), 0.0
    for _ in range(steps):
        state = np.tanh(np.matmul(state, weights) + np.ones((1, 2)))
        total = total + np.sum(state * state)
    return build_graph(total, names={"W": weights}, max_nodes=None)


def test_lines_are_cut_short_only_if_they_would_fill_the_picture():
    assert "elsewhere" not in recurrent(3).source
    source = recurrent(40).source
    references = re.findall(r"^\t\"(\d+_\d+)\" \[label=<<FONT [^>]*>W</FONT>>", source, re.MULTILINE)
    assert len(references) > 30
    for reference in references:
        assert source.count(f'\t"{reference}" -> {reference.partition("_")[2]} ') == 1
    assert source.count("<B>W</B>") == 1
    assert "name alone: a value that stands elsewhere" in source
