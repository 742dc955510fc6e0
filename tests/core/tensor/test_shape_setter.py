"""``t.shape = ...``: values, views, gradients and guards stay right."""

import gc
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.errors import InvalidBackprop
from mygrad.functional import derivatives


def test_as_numpy():
    x = mg.tensor(np.arange(6.0))
    x.shape = (2, 3)
    assert x.shape == (2, 3)
    np.testing.assert_array_equal(x.data, np.arange(6.0).reshape(2, 3))
    x.shape = 6
    assert x.shape == (6,)
    x.shape = (-1, 2)
    assert x.shape == (3, 2)


@pytest.mark.parametrize(
    ("array", "shape", "error"),
    [
        (np.arange(6.0), (5,), ValueError),
        (np.arange(6.0).reshape(2, 3).T, (6,), AttributeError),
        (np.arange(6.0), "x", TypeError),
    ],
)
def test_bad_shapes_raise_and_change_nothing(array, shape, error):
    x = mg.tensor(array)
    x.data  # noqa: B018  (which escapes, so that there are locks)
    y = x * x
    with pytest.raises(error):
        x.shape = shape
    assert x.shape == array.shape
    assert not x.data.flags.writeable
    y.backward()
    np.testing.assert_array_equal(x.grad, 2 * array)
    assert x.data.flags.writeable


def test_data_is_the_same_memory():
    a = np.arange(4.0)
    x = mg.tensor(a, copy=False)
    x.shape = (2, 2)
    assert np.shares_memory(x.data, a)
    assert a.shape == (4,)


@pytest.mark.parametrize("constant", [False, True])
def test_keeps_constant_and_identity(constant):
    x = mg.tensor(np.arange(4.0), constant=constant)
    same = x
    x.shape = (2, 2)
    assert same is x
    assert x.constant is constant
    assert x.creator is None


def test_0d_and_empty():
    x = mg.tensor(3.0)
    x.shape = (1, 1)
    (2 * x).backward()
    np.testing.assert_array_equal(x.grad, [[2.0]])
    e = mg.tensor(np.ones((0, 3)))
    v = e[:, :2]
    e.shape = (3, 0, 5)
    e.sum().backward()
    assert e.grad.shape == (3, 0, 5)
    assert v.grad.shape == (0, 2)


def test_leaf_gets_the_gradient_from_before_and_after():
    x = mg.tensor(np.arange(4.0))
    before = (x**2).sum()
    x.shape = (2, 2)
    after = (3 * x).sum()
    (before + after).backward()
    np.testing.assert_array_equal(x.grad, 2 * np.arange(4.0).reshape(2, 2) + 3)


def test_leaf_used_before_only():
    x = mg.tensor(np.arange(4.0))
    y = x**2
    x.shape = (2, 2)
    y.backward()
    np.testing.assert_array_equal(x.grad, 2 * np.arange(4.0).reshape(2, 2))


def test_two_graphs_with_the_leaf_in_common():
    x = mg.tensor(np.arange(4.0))
    first, second = x**2, 5 * x
    x.shape = (2, 2)
    third = 7 * x
    for y in (first, second, third):
        y.backward()
    np.testing.assert_array_equal(x.grad, 2 * np.arange(4.0).reshape(2, 2) + 12)


def test_several_times():
    x = mg.tensor(np.arange(12.0))
    total = 0.0
    for shape in [(3, 4), (2, 6), (12,), (2, 2, 3)]:
        total = total + (x * x).sum()
        x.shape = shape
    total.backward()
    np.testing.assert_array_equal(x.grad, 8 * np.arange(12.0).reshape(2, 2, 3))


def test_of_a_computed_tensor():
    p = mg.tensor(np.arange(1.0, 5.0))
    x = np.exp(p)  # which saves its output
    before = (x * x).sum()
    x.shape = (2, 2)
    after = (x @ np.array([1.0, 10.0])).sum()
    (before + after).backward()
    e = np.exp(np.arange(1.0, 5.0))
    np.testing.assert_allclose(p.grad, 2 * e * e + e * [1.0, 10.0, 1.0, 10.0])
    np.testing.assert_allclose(x.grad, (2 * e + [1.0, 10.0, 1.0, 10.0]).reshape(2, 2))


RESHAPES = [
    lambda y: setattr(y, "shape", (2, 2)),
    lambda y: y.resize(2, 2),
    lambda y: y.resize((2, 2), refcheck=False),
]


@pytest.mark.parametrize("reshape", RESHAPES)
@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize("seen", [True, False])
def test_the_gradient_of_a_result_is_from_before_and_after(reshape, tracked, seen):
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * 2
    if seen:
        y.data  # noqa: B018
    part = y[1:]
    z = y * y
    w = part * 3.0
    with nullcontext() if tracked else mg.no_autodiff:
        reshape(y)
    total = z.sum() + w.sum() + (y * 10).sum()
    expected = np.array([[14.0, 21.0], [25.0, 29.0]])
    np.testing.assert_array_equal(derivatives(total, [y])[0], expected)
    total.backward()
    np.testing.assert_array_equal(y.grad, expected)
    np.testing.assert_array_equal(part.grad, [21.0, 25.0, 29.0])
    np.testing.assert_array_equal(x.grad, 2 * expected.ravel())


def test_a_result_used_before_only_and_several_times():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * 2
    total = 0.0
    for shape in [(2, 2), (4, 1), (1, 4), (4,), (2, 2)]:
        total = total + (y * y).sum()
        y.shape = shape
    total.backward()
    np.testing.assert_array_equal(y.grad, 10 * y.data)
    assert y.grad.shape == (2, 2)
    y.null_grad()
    assert y.grad is None


def test_a_result_that_is_written_afterwards():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * 2
    z = y * y
    y.shape = (2, 2)
    y[0] = 0.0
    (z.sum() + (y * 10).sum()).backward()
    np.testing.assert_array_equal(y.grad, np.full((2, 2), 10.0))
    np.testing.assert_array_equal(x.grad, [8.0, 16.0, 44.0, 52.0])


def test_views_that_were_taken_untracked_keep_their_gradient():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    with mg.no_autodiff:
        v = x[:2]
    y = v * 3.0
    x.shape = (2, 2)
    (y + v * 5.0).sum().backward()
    np.testing.assert_array_equal(v.grad, [8.0, 8.0])


def test_after_the_graph_was_cleared():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * x
    y.backward()
    y.shape = (2, 2)
    np.testing.assert_array_equal(y.grad, np.ones((2, 2)))
    with pytest.raises(InvalidBackprop):
        y.backward()
    (y * 3.0).sum().backward()
    np.testing.assert_array_equal(y.grad, np.full((2, 2), 3.0))


def test_grad_keeps_the_shape_of_the_tensor():
    x = mg.tensor(np.arange(4.0))
    v = x[1:]
    (x * [1.0, 2.0, 3.0, 4.0]).backward()
    x.shape = (2, 2)
    np.testing.assert_array_equal(x.grad, [[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(v.grad, [2.0, 3.0, 4.0])
    assert v.grad.base is x.grad
    y = 2 * x
    assert x.grad is None
    y.backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 2), 2.0))


def test_older_views_stay_views():
    x = mg.tensor(np.arange(6.0))
    v = x[2:]
    w = v[::2]
    x.shape = (2, 3)
    new = x[1]
    assert v.base is x
    assert w.base is x
    assert new.base is x
    v *= 10
    np.testing.assert_array_equal(x.data, [[0.0, 1.0, 20.0], [30.0, 40.0, 50.0]])
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad, 2 * x.data)
    np.testing.assert_array_equal(v.grad, 2 * v.data)
    np.testing.assert_array_equal(w.grad, 2 * w.data)
    np.testing.assert_array_equal(new.grad, 2 * new.data)
    for view in (v, w, new):
        assert view.grad.base is x.grad
    (v.sum() + 2 * w.sum() + 4 * new.sum()).backward()
    np.testing.assert_array_equal(x.grad, [[0.0, 0.0, 3.0], [5.0, 7.0, 5.0]])


def test_writes_through_older_views_into_a_graph():
    p = mg.tensor([1.0, 2.0])
    x = mg.tensor(np.zeros(6))
    v = x[2:]
    x.shape = (2, 3)
    v[1:3] = p * p
    (x * np.arange(6.0).reshape(2, 3)).sum().backward()
    np.testing.assert_array_equal(p.grad, [2 * 3.0, 4 * 4.0])


def test_of_a_view():
    x = mg.tensor(np.arange(8.0))
    v = x[::2]
    child = v[1:]
    v.shape = (2, 2)
    assert v.base is x
    assert child.base is x
    younger = v[0]
    v *= [[1.0, 2.0], [3.0, 4.0]]
    np.testing.assert_array_equal(x.data, [0.0, 1.0, 4.0, 3.0, 12.0, 5.0, 24.0, 7.0])
    (x * x).sum().backward()
    for view in (v, child, younger):
        np.testing.assert_array_equal(view.grad, 2 * view.data)
        assert view.grad.base is x.grad
    (3 * child.sum() + 5 * younger.sum() + v.sum()).backward()
    np.testing.assert_array_equal(x.grad, [6.0, 0, 9, 0, 4, 0, 4, 0])
    np.testing.assert_array_equal(v.grad, [[6.0, 9.0], [4.0, 4.0]])


def test_of_a_view_within_a_graph():
    x = mg.tensor(np.arange(4.0))
    v = x[:]
    y = (v * v).sum()
    v.shape = (2, 2)
    z = (v * [[1.0, 2.0], [3.0, 4.0]]).sum()
    (y + z).backward()
    np.testing.assert_array_equal(x.grad, 2 * np.arange(4.0) + [1, 2, 3, 4])


def test_of_a_view_taken_while_tracking_was_off():
    x = mg.tensor(np.arange(4.0))
    with mg.no_autodiff:
        v = x[:]
    y = (v * v).sum()
    v.shape = (2, 2)
    z = (3 * v).sum()
    (y + z).backward()
    assert x.grad is None
    np.testing.assert_array_equal(v.grad, 2 * np.arange(4.0).reshape(2, 2) + 3)


def test_while_tracking_is_off():
    p = mg.tensor(np.arange(4.0))
    leaf, computed = mg.tensor(np.ones(4)), 2 * p
    y = (leaf * leaf).sum() + (computed * computed).sum()
    with mg.no_autodiff:
        leaf.shape = (2, 2)
        computed.shape = (2, 2)
    (y + computed.sum() + leaf.sum()).backward()
    np.testing.assert_array_equal(leaf.grad, np.full((2, 2), 3.0))
    np.testing.assert_array_equal(p.grad, 8 * np.arange(4.0) + 2)


@pytest.mark.parametrize("computed", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_writes_after_the_reshape_do_not_reach_what_was_saved(computed, late):
    p = mg.tensor([1.0, 2.0, 3.0, 4.0])
    x = +p if computed else p
    if not late:
        x.data  # noqa: B018  (escaped: there are locks)
    y = (x * x).sum()
    x.shape = (2, 2)
    if late:
        x.data  # noqa: B018
    z = (x * x).sum()
    with mg.no_autodiff:
        x[...] = 0.0
    (y + z).backward()
    if computed:
        np.testing.assert_array_equal(p.grad, [4.0, 8.0, 12.0, 16.0])
    else:
        assert not x.data.any()


@pytest.mark.parametrize("computed", [False, True])
def test_guard(computed):
    p = mg.tensor([1.0, 2.0, 3.0, 4.0])
    x = +p if computed else p
    d = x.data
    y = (x * x).sum()
    assert not d.flags.writeable
    x.shape = (2, 2)
    z = (x**3).sum()
    assert not d.flags.writeable
    assert not x.data.flags.writeable
    x *= 2  # tensors can be written all the same
    np.testing.assert_array_equal(d, [2.0, 4.0, 6.0, 8.0])
    (y + z).backward()
    del y, z
    if not computed:
        assert p.grad is None  # of what `p` is now
    else:
        np.testing.assert_array_equal(p.grad, [5.0, 16.0, 33.0, 56.0])
    x.null_grad()
    x.clear_graph()
    assert d.flags.writeable
    assert x.data.flags.writeable
    x.data[0, 0] = 7.0
    assert d[0] == 7.0


def test_guard_ends_with_the_graph():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    d = x.data
    y = x * x
    x.shape = (2, 2)
    assert not d.flags.writeable
    assert not x.data.flags.writeable
    del y
    gc.collect()
    assert d.flags.writeable
    assert x.data.flags.writeable


def test_guard_of_a_view_taken_while_tracking_was_off():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    d = x.data
    with mg.no_autodiff:
        v = x[:]
    y = v * v
    assert not d.flags.writeable
    v.shape = (2, 2)
    y.backward()
    del y
    assert d.flags.writeable
    assert v.data.flags.writeable
    np.testing.assert_array_equal(v.grad, [[2.0, 4.0], [6.0, 8.0]])


def test_computed_and_forgotten_but_not_by_the_graph():
    p = mg.tensor([1.0, 2.0, 3.0, 4.0])
    x = +p
    d = x.data
    v = x[1:]
    y = (x * x).sum() + (v * v).sum()
    x.shape = (2, 2)
    del x, v
    gc.collect()
    if d.flags.writeable:
        d[...] = 0
    y.backward()
    np.testing.assert_array_equal(p.grad, [2.0, 8.0, 12.0, 16.0])


def test_cleared_graph():
    p = mg.tensor([1.0, 2.0, 3.0, 4.0])
    x = p * p
    y = x.sum()
    z = x.sum()
    x.shape = (2, 2)
    y.backward()
    np.testing.assert_array_equal(p.grad, [2.0, 4.0, 6.0, 8.0])
    with pytest.raises(InvalidBackprop):
        z.backward()
    with pytest.raises(InvalidBackprop):  # as after any other operation in place
        (5 * x).backward()
    (5 * x).backward()  # a leaf by now
    np.testing.assert_array_equal(x.grad, np.full((2, 2), 5.0))


def test_no_leak():
    x = mg.tensor(np.ones(4))
    x.shape = (2, 2)
    x.shape = (4,)
    assert x._node is None
    assert x._view is None


# -- random programs -------------------------------------------------------------------------------------

N = 12
SHAPES = [
    (12,),
    (3, 4),
    (4, 3),
    (2, 6),
    (2, 3, 2),
    (1, 12),
    (12, 1, 1),
    (6,),
    (2, 3),
    (3, 2),
    (1, 6),
    (8,),
    (4, 2),
]


def _slice(t):
    return t[1:] if len(t) > 1 else t[:]


def _step(t):
    return t[::2]


def _last(t):
    return t[..., ::-1]


def _transpose(t):
    return t.transpose()


def _row(t):
    return t.reshape(-1)


VIEWS = [_slice, _step, _last, _transpose, _row]


class OnArrays:
    """The meaning of a program, by NumPy alone. To reshape in place is to put another array in the place."""

    def __init__(self, values):
        self.things = [values.copy()]
        self.loss = 0.0

    def take(self, i, view):
        part = view(self.things[i])
        if np.shares_memory(part, self.things[i]):
            self.things.append(part)

    def reshape(self, i, shape):
        old = self.things[i]
        if np.prod(shape) == old.size:
            new = old.reshape(shape)
            if np.shares_memory(new, old):
                self.things[i] = new

    def scale(self, i, factor):
        self.things[i] *= factor

    def write(self, i, k):
        source = self.things[k].reshape(-1)[:1] ** 2
        self.things[i][..., :1] = source

    def use(self, i):
        t = self.things[i]
        weights = np.arange(1.0, t.size + 1).reshape(t.shape)
        self.loss = self.loss + (weights * t * t).sum()


class OnTensors(OnArrays):
    def __init__(self, p):
        self.things = [+p]
        self.loss = 0.0

    def take(self, i, view):
        part = view(self.things[i])
        if part.base is not None:
            self.things.append(part)

    def reshape(self, i, shape):
        t = self.things[i]
        try:
            t.shape = shape
        except (AttributeError, ValueError):
            assert np.prod(shape) != t.size or not np.shares_memory(t._memory.reshape(shape), t._memory)


steps = st.one_of(
    st.tuples(st.just("take"), st.integers(0, 5), st.sampled_from(VIEWS)),
    st.tuples(st.just("reshape"), st.integers(0, 5), st.sampled_from([*SHAPES, (6,), (2, 3), (11,), (3, 2), (1, 6)])),
    st.tuples(st.just("scale"), st.integers(0, 5), st.sampled_from([2.0, -0.5])),
    st.tuples(st.just("write"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("use"), st.integers(0, 5)),
)


def _run(machine, program):
    for name, i, *rest in program:
        i %= len(machine.things)
        if name == "write":
            rest = [rest[0] % len(machine.things)]
        getattr(machine, name)(i, *rest)
    machine.use(0)
    return machine


@given(st.lists(steps, max_size=12), st.booleans())
def test_random_programs(program, escaped):
    values = np.linspace(0.5, 1.5, N)
    p = mg.tensor(values)
    machine = OnTensors(p)
    if escaped:
        machine.things[0].data  # noqa: B018
    _run(machine, program)
    expected = _run(OnArrays(values), program)
    for t, a in zip(machine.things, expected.things, strict=True):
        np.testing.assert_array_equal(t._memory, a)
    machine.loss.backward()
    h = 1e-20j  # the complex step is exact
    gradient = [_run(OnArrays(values + h * np.eye(N)[i]), program).loss.imag / h.imag for i in range(N)]
    np.testing.assert_allclose(p.grad, gradient, rtol=1e-10, atol=1e-10)
    root = machine.things[0]
    for t, a in zip(machine.things[1:], expected.things[1:], strict=True):
        assert t.base is root
        if root.grad is not None:  # a view's gradient is that view of its base's
            assert t.grad.shape == a.shape
