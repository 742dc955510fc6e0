"""Looking at graphs: `mygrad.inspection`."""

import gc
import weakref
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_programs import Program, run_random_program

import mygrad as mg
from mygrad.inspection import Graph, graph_of


def operations(graph):
    return [node.operation for node in graph]


def test_each_value_once_and_operands_first():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    graph = graph_of(np.exp(y) + y)
    assert operations(graph) == [None, "multiply", "exp", "add"]
    leaf, product, exp, total = graph
    assert [node.number for node in graph] == [0, 1, 2, 3]
    assert product.inputs == product.parents == (leaf, leaf)
    assert total.parents == (exp, product)
    assert graph[-1] is total
    assert graph[1:3] == (product, exp)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=30))
def test_numbers_are_topological_and_depend_on_the_graph_alone(pairs):
    def run():
        made = [mg.tensor(1.0)]
        for i, j in pairs:
            made.append(made[i % len(made)] - made[j % len(made)])
        return graph_of(made[-1])

    one, other = run(), run()
    for node, again in zip(one, other, strict=True):
        assert node.operation == again.operation
        assert [p.number for p in node.parents] == [p.number for p in again.parents]
        assert all(p.number < node.number for p in node.parents)
        assert one[node.number] is node


def test_arguments():
    x = mg.tensor([[1.0, 2.0]], dtype=np.float32)
    leaf, total = graph_of(np.sum(x, axis=1))
    assert total.params == {"axis": 1} or total.inputs == (leaf, 1)
    assert (total.shape, total.dtype, total.constant) == ((1,), np.float32, False)
    *_, power = graph_of(2.0**x)
    assert power.inputs[0] == 2.0
    with pytest.raises(TypeError, match="not support item assignment"):
        power.params["axis"] = 1


def test_leaves_and_constants():
    x, c, array = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0], constant=True), np.array([5.0, 6.0])
    graph = graph_of(x * c + array)
    assert [(node.operation, node.constant) for node in graph] == [
        (None, False),
        (None, True),
        ("multiply", False),
        (None, True),
        ("add", False),
    ]
    assert graph.find(x) is graph[0]
    assert graph.find(c) is graph[1]
    assert graph[3].array is array  # although no derivative reads it
    assert graph[3].tensor is None
    assert graph[0].array is None
    assert graph[0].tensor is x
    assert [node.value.tolist() for node in graph if node.value is not None] == [
        [1.0, 2.0],
        [3.0, 4.0],
        [5.0, 6.0],
        [8.0, 14.0],
    ]


def test_values_are_copies_and_are_known_of_what_is_held():
    x = mg.tensor([1.0, 2.0])
    y = x + 1.0  # no derivative reads this
    z = y + x
    assert graph_of(z)[1].value is None
    graph = graph_of(z, held=[y, "no tensor", None])
    assert graph[1].tensor is y
    value = graph[1].value
    assert value.tolist() == [2.0, 3.0]
    value[:] = 0.0
    assert y.tolist() == [2.0, 3.0]
    assert x.data.flags.writeable is False  # as before: a graph relies on it


def test_views_are_linked_to_what_they_are_views_of():
    x = mg.arange(6.0)
    rows = x.reshape(2, 3)
    graph = graph_of(rows[0, 1:] * 2.0)
    assert operations(graph) == [None, "reshape", "getitem", "multiply"]
    leaf, reshaped, part, product = graph
    assert (reshaped.view_of, part.view_of, product.view_of) == (leaf, reshaped, None)
    assert (reshaped.part, part.part) == (None, "[0, 1:]")
    assert not any(node.overwritten for node in graph)


def test_advanced_indices_make_no_views():
    x = mg.arange(6.0)
    _, part = graph_of(x[[0, 2]])
    assert (part.operation, part.part, part.view_of) == ("getitem", "[[0, 2]]", None)
    _, part = graph_of(x[x > 2.0])
    assert (part.part, part.view_of) == ("[[False, False, False, True, True, True]]", None)


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (np.s_[1], "[1]"),
        (np.s_[..., ::2], "[..., ::2]"),
        (np.s_[None, -1:], "[None, -1:]"),
        (np.s_[()], "[()]"),
        (np.s_[np.zeros((3, 4), bool)], "[mask of shape (3, 4)]"),
        (np.s_[np.zeros((2, 2), int)], "[indices of shape (2, 2)]"),
    ],
)
def test_what_is_read(index, text):
    assert graph_of(mg.zeros((3, 4))[index])[-1].part == text


def test_detached_views_share_memory_alone():
    x = mg.arange(3.0)
    with mg.no_autodiff:
        y = x[1:]
    graph = graph_of(np.sum(x) + np.sum(y * 2.0))
    view = graph.find(y)
    assert view.view_of is graph.find(x)
    assert view.inputs == ()
    assert view.value.tolist() == [1.0, 2.0]


def test_writes_to_a_part():
    x = mg.tensor([1.0, 2.0, 3.0])
    y = +x
    y[1:] = x[:2]
    y[[0]] = 7.0
    graph = graph_of(y)
    first, second = (node for node in graph if node.operation == "setitem")
    assert operations(graph) == [None, "positive", "getitem", "setitem", "setitem"]
    assert (first.overwrites, first.part, first.parents) == (graph[1], "[1:]", (graph[1], graph[2]))
    assert (second.overwrites, second.part, second.inputs) == (first, "[[0]]", (first, 7.0))
    assert [node.overwritten for node in graph] == [False, True, False, True, False]
    assert graph.find(y) is second
    assert second.value.tolist() == [7.0, 1.0, 2.0]


def test_writes_through_a_view():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = +x
    view = y.reshape(2, 2)[0]
    view *= 10.0
    graph = graph_of(y)
    *_, last = graph
    assert (last.operation, last.part) == ("setitem", ".reshape((2, 2))[0]")
    assert last.overwrites.operation == "positive"
    assert last.parents[1].operation == "multiply"
    assert graph_of(view)[-1].view_of.operation == "reshape"
    assert graph.find(view) is None  # the present view derives from the new contents


def test_writes_under_a_mask():
    x = mg.tensor([1.0, 4.0, 9.0])
    y = x * 1.0
    np.sqrt(x, out=y, where=np.array([True, False, True]))
    *_, root, last = graph_of(y)
    assert (root.operation, last.operation) == ("sqrt", "where")
    assert last.overwrites.operation == "multiply"
    assert last.overwrites.overwritten
    plain = np.where(np.array([True, False, True]), x, x * 2.0)
    assert graph_of(plain)[-1].overwrites is None


def test_writes_of_all_leave_the_old_value_overwritten():
    x = mg.tensor([1.0, 2.0])
    before = x * x
    x *= 3.0
    graph = graph_of(before + x)
    assert operations(graph) == [None, "multiply", "multiply", "add"]
    assert [node.overwritten for node in graph] == [True, False, False, False]
    assert graph[0].value.tolist() == [1.0, 2.0]  # a derivative reads it, so it was kept
    assert graph[0].tensor is None
    assert graph.find(x) is graph[2]


def test_functions_that_write_to_arrays_of_their_own_are_no_writes():
    x = mg.tensor([1.0, 2.0])
    graph = graph_of(np.piecewise(x, [x > 1.0], [lambda t: 2.0 * t, 0.0]))
    assert all(node.overwrites is None and not node.overwritten for node in graph)


def test_a_new_shape():
    x = mg.arange(6.0)
    y = x * 2.0
    x.shape = (2, 3)
    graph = graph_of(y)
    assert operations(graph) == [None, "reshape", "multiply"]
    assert graph.find(x) is graph[0]


def test_cleared_graphs_say_so_and_gradients_stay():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    z = y * 3.0
    z.backward()
    for t, grad in ((z, [1.0, 1.0]), (y, [3.0, 3.0])):
        (node,) = graph_of(t)
        assert (node.cleared, node.operation, node.inputs) == (True, None, ())
        assert node.value.tolist() == t.tolist()
        assert t.grad.tolist() == grad  # which the tensor would lose if it got a new node
    (leaf,) = graph_of(x)
    assert not leaf.cleared
    assert x.grad.tolist() == [2.0 * 3.0, 4.0 * 3.0]


def test_views_of_what_was_cleared():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * x
    view = y.reshape(2, 2)[1]
    np.sum(y).backward()
    graph = graph_of(view)
    assert [node.cleared for node in graph] == [True, False, False]
    assert operations(graph) == [None, "reshape", "getitem"]
    assert graph[2].value.tolist() == [9.0, 16.0]
    assert view.grad.tolist() == [1.0, 1.0]
    assert y.grad.tolist() == [1.0] * 4


def test_graphs_of_which_a_part_was_cleared():
    x = mg.tensor(2.0)
    y = x * x
    one, other = y * 2.0, y * 3.0
    one.backward()
    graph = graph_of(other)
    assert [(node.operation, node.cleared) for node in graph] == [(None, True), ("multiply", False)]


def test_operations_of_ones_own():
    class Double(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return 2.0 * x.data

        def backward_var(self, grad, index, **kwargs):
            return 2.0 * grad

    x = mg.tensor([1.0])
    graph = graph_of(mg.execute_op(Double, x))
    assert operations(graph) == [None, "Double"]
    assert graph[1].parents == (graph[0],)


def test_constants_have_graphs_too():
    x = mg.tensor([1, 2])
    y = x * 2
    assert [(node.operation, node.constant) for node in graph_of(y)] == [(None, True), ("multiply", True)]
    y.clear_graph()
    assert [node.cleared for node in graph_of(y)] == [True]


def test_without_tracking_everything_is_a_leaf():
    with mg.no_autodiff:
        y = mg.tensor(1.0) + 1.0
    (node,) = graph_of(y)
    assert (node.operation, node.cleared) == (None, False)


def test_depth_is_no_matter():
    y = mg.tensor(0.0)
    for _ in range(10_000):
        y = y + y
    graph = graph_of(y)
    assert len(graph) == 10_001
    assert repr(graph[-1]) == "<graph node 10000: add>"
    assert repr(graph) == "<graph of 10001 nodes>"
    del y, graph  # which must not overflow the stack either


@pytest.mark.parametrize("use", [np.add, np.multiply])  # which does not read its operands, and which does
def test_a_slice_is_not_taken_for_the_array_that_it_is_a_slice_of(use):
    x, whole = mg.tensor([1.0, 2.0]), np.array([10.0, 20.0, 30.0, 40.0])
    node = graph_of(use(x, whole[2:]))[1]
    assert node.array is not whole
    assert node.value.tolist() == [30.0, 40.0]
    part = whole[:2]
    result = use(x, part)
    node = graph_of(result)[1]
    assert node.array is part
    assert node.value.tolist() == [10.0, 20.0]


def test_an_array_that_nobody_has_any_more_is_not_kept_to_be_shown():
    x, large = mg.tensor(np.ones(1000)), np.ones(2000)
    gone = [weakref.ref(a) for a in (large, large[:1000])]
    y = x + large[:1000]
    assert graph_of(y)[1].array is None
    assert graph_of(y)[1].value is None
    del large
    assert [a() for a in gone] == [None, None]
    y.backward()


def test_looking_changes_nothing():
    x, array = mg.tensor([1.0, 2.0, 3.0]), np.ones(3)
    y = x * array
    view = y[1:]
    view += 1.0
    z = np.sum(view * view)
    seen = [(node.number, node.operation, node.part, node.value is None) for node in graph_of(z, [x, y, view])]
    assert seen == [(node.number, node.operation, node.part, node.value is None) for node in graph_of(z, [x, y, view])]
    assert view.base is y
    z.backward()
    assert x.grad.tolist() == [0.0, 6.0, 8.0]
    assert y.grad.tolist() == [0.0, 6.0, 8.0]
    assert array.flags.writeable


def look(program):
    """Look at the graph of every tensor there is, and at all values that are known."""
    tensors = [t for slot in program.slots() if isinstance(t := program.tensors[slot.name], mg.Tensor)]
    for t in tensors:
        graph = graph_of(t, tensors)
        assert graph[-1].tensor is t
        assert graph.find(t) is graph[-1]
        for node in graph:
            assert all(p.number < node.number for p in node.parents)
            assert node.view_of is None or node.view_of.number < node.number
            assert node.overwrites is None or (node.overwrites.overwritten or node.overwrites.view_of is not None)
            value = node.value
            assert value is None or (value.shape, value.dtype) == (node.shape, node.dtype)
            if node.tensor is not None:
                assert np.array_equal(value, node.tensor._memory, equal_nan=True)


@pytest.mark.parametrize("guard", [True, False])
def test_programs_go_on_as_if_nobody_had_looked(guard, monkeypatch):
    check = Program.check_values

    def check_and_look(program):
        check(program)
        look(program)

    monkeypatch.setattr(Program, "check_values", check_and_look)
    for seed in range(60):
        run_random_program(Random(seed), length=20, guard=guard)  # which compares values, locks and gradients


def test_a_graph_that_was_looked_at_is_free_to_go():
    x = mg.tensor([1.0, 2.0])
    array = x.data
    y = np.exp(x)
    gone = weakref.ref(y)
    graph = graph_of(np.sum(y), [y])
    assert not array.flags.writeable
    del graph, y
    gc.collect()
    assert gone() is None
    assert array.flags.writeable


def test_only_tensors_have_graphs():
    with pytest.raises(TypeError, match="expected a Tensor, which has a graph, got ndarray"):
        graph_of(np.arange(3.0))
    assert isinstance(graph_of(mg.tensor(1.0)), Graph)
