"""Memory that a graph relies on, and that can be reached by ways that are easily overlooked."""

from __future__ import annotations

import array
import gc
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad._engine import guard
from mygrad.functional import grad, hessian, jvp


def test_tuples_within_an_index_repeat_elements() -> None:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    x[(0, 0), (1, 1)].sum().backward()
    assert_array_equal(x.grad, [[0, 2], [0, 0]])
    v = mg.tensor([5.0, 6.0])
    y = x * 1.0
    y[(0, 0), (1, 1)] = v
    y.sum().backward()
    assert_array_equal(v.grad, [0, 1])
    assert_array_equal(x.grad, [[1, 0], [1, 1]])


@pytest.mark.parametrize(
    "kind", [array.array, lambda code, values: SimpleNamespace(__array__=None)], ids=["array", "object"]
)
def test_an_index_is_read_once(kind: object) -> None:
    if kind is array.array:
        index = array.array("q", [0, 0])
        change = lambda: index.__setitem__(0, 2)  # noqa: E731
    else:
        held = np.array([0, 0])

        class Index:
            def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
                return held

        index, change = Index(), lambda: held.__setitem__(0, 2)
    x = mg.tensor([1.0, 2.0, 3.0])
    y = x[index]
    with suppress(ValueError):  # it may have been locked
        change()
    y.sum().backward()
    assert_array_equal(x.grad, [2, 0, 0])


def test_bounds_of_a_slice_are_read_once() -> None:
    x, start = mg.tensor([1.0, 2.0, 3.0]), np.array(1)
    y = x[start:]
    z = x[: mg.tensor(1)]
    start[...] = 2
    (y.sum() + 2 * z.sum()).backward()
    assert_array_equal(x.grad, [2, 1, 1])
    with pytest.raises(TypeError):
        x[1.5:]
    with pytest.raises(IndexError):
        x[np.float64(1)]


class KeepsOutput(mg.Operation):
    def __call__(self, x):
        self.variables = (x,)
        self.out = np.exp(x.data)
        return self.out

    def backward_var(self, grad, index, **kwargs):
        return grad * self.out


def test_an_operation_may_keep_its_output() -> None:
    x = mg.tensor([0.0, 1.0])
    y = mg.execute_op(KeepsOutput, x)
    y *= 2
    y[0] = 100.0
    y.sum().backward()
    np.testing.assert_allclose(x.grad, [0, 2 * np.e])


class KeepsMask(mg.Operation):
    def __call__(self, x, mask, *, more):
        self.variables = (x,)
        self.kept = {"parts": [(x.data, mask.data)], "more": more}
        return x.data * x.data * mask.data * more

    def backward_var(self, grad, index, **kwargs):
        ((x, mask),) = self.kept["parts"]
        return grad * 2 * x * mask * self.kept["more"]


@pytest.mark.parametrize("kind", [np.array, mg.tensor])
def test_an_operation_may_keep_any_input_anywhere(kind: type) -> None:
    x, mask, more = mg.tensor([1.0, 2.0]), kind([1.0, 0.0]), np.array([1.0, 3.0])
    y = mg.execute_op(KeepsMask, x, mask, op_kwargs={"more": more})
    x[...] = 7.0
    if isinstance(mask, mg.Tensor):
        mask[...] = 7.0
    else:
        assert not mask.flags.writeable
    assert not more.flags.writeable
    y.sum().backward()
    assert more.flags.writeable
    assert kind is mg.tensor or mask.flags.writeable
    # `x` was overwritten by a constant; its values before that have a gradient, but no tensor.
    z = mg.tensor([1.0, 2.0])
    mg.execute_op(KeepsMask, z, np.array([1.0, 0.0]), op_kwargs={"more": more}).sum().backward()
    assert_array_equal(z.grad, [2, 0])


class KeepsView(mg.Operation):
    def __call__(self, x, *, take):
        self.variables = (x,)
        self.kept = take(x.data)
        return 2 * x.data

    def backward_var(self, grad, index, **kwargs):
        return grad * self.kept.sum()


@pytest.mark.parametrize(
    "take", [lambda a: a[1:], lambda a: a.reshape(2, 2)[0], lambda a: a.reshape(2, 2).T[::-1], lambda a: as_strided(a)]
)
@pytest.mark.parametrize("whole", [True, False])
def test_an_operation_may_keep_views_of_what_it_is_given(whole: bool, take) -> None:
    leaf = mg.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    base = 1 * leaf
    x = 1 * base[1:] if whole else base[1:]
    expected = take(x.data).sum()
    y = mg.execute_op(KeepsView, x, op_kwargs={"take": take})
    (x if whole else base)[...] = 9.0
    y.sum().backward()
    assert_array_equal(leaf.grad, [0, *[expected] * 4])


def test_tensors_in_a_list_are_stacked_for_an_operation() -> None:
    a, b = mg.tensor(0.0), mg.tensor(1.0)
    mg.execute_op(KeepsOutput, [a, b]).backward()
    np.testing.assert_allclose((a.grad, b.grad), (1, np.e))


class SameForBoth(mg.Operation):
    def __call__(self, a, b):
        self.variables = (a, b)
        return a.data + 3 * b.data

    def backward(self, grad, **kwargs):
        both = grad * 2
        self.returned = both
        return both, both


def test_gradients_of_an_operation_are_not_written_to() -> None:
    a, b = mg.tensor([1.0]), mg.tensor([1.0])
    (mg.execute_op(SameForBoth, a, b) + 3 * a).backward()
    assert_array_equal(a.grad, [5])
    assert_array_equal(b.grad, [2])
    assert not np.shares_memory(a.grad, b.grad)


def test_functions_that_write_to_their_argument() -> None:
    def f(x):
        x *= 2
        return (x * x).sum()

    assert_array_equal(grad(f)(mg.tensor([1.0, 2.0])), [8, 16])
    assert_array_equal(grad(f)([1.0, 2.0]), [8, 16])
    assert_array_equal(hessian(f)([1.0, 2.0]), [[8, 0], [0, 8]])


def test_derivatives_are_taken_wherever_they_are_asked_for() -> None:
    square = lambda x: x * x  # noqa: E731
    with mg.no_autodiff:
        assert grad(square)(3.0) == 6.0
    assert grad(square)(mg.tensor(3.0, constant=True)) == 6.0
    assert grad(square)(mg.tensor(3)) == 6.0
    assert grad(square, np.int64(0))(3.0) == 6.0
    with pytest.raises(ValueError, match=r"tangent .* \(2,\) .* \(3, 2\)"):
        jvp(np.square, [[1.0, 2.0]], [np.ones((3, 2))])


@pytest.mark.parametrize(
    "write",
    [
        lambda x, out: np.prod(x, axis=0, out=out),
        lambda x, out: np.max(x, axis=0, out=out),
        lambda x, out: np.var(x, axis=0, out=out),
        lambda x, out: np.matmul(x, x[0], out=out),
        lambda x, out: np.einsum("ij,ij->i", x, x, out=out),
        lambda x, out: np.multiply.reduce(x, out=out),
        lambda x, out: np.multiply(x[0], x[1], out=out),
        lambda x, out: np.exp(mg.tensor([1.0, 2.0], constant=True), out=out),
    ],
)
def test_out_does_not_overwrite_what_a_graph_relies_on(write: object) -> None:
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    out = a[0]
    x = mg.tensor(a, copy=False)
    y = (x * x).sum()
    before = a.copy()
    with pytest.raises(ValueError, match=r"read-only|shares memory"):
        write(x.detach(), out)
    assert_array_equal(a, before)
    y.backward()
    assert_array_equal(x.grad, 2 * before)
    assert a.flags.writeable


@pytest.mark.parametrize(
    "reach",
    [
        lambda x: mg.asarray(x, copy=False),
        lambda x: mg.tensor(x, copy=False, constant=True).data,
        lambda x: x[1:].data.base,
        lambda x: x.data,
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_arrays_that_were_handed_out_are_locked(reach: object, early: bool) -> None:
    x = mg.tensor([1.0, 2.0])
    handed_out = reach(x) if early else None
    y = x * x
    if not early:
        handed_out = reach(x)
    if handed_out.base is not None and early:
        handed_out = handed_out.base  # a view that was taken of an array before cannot be locked
    assert not handed_out.flags.writeable
    y.backward()
    assert handed_out.flags.writeable


@pytest.mark.parametrize("first", [True, False])
def test_views_without_a_graph_are_locked(first: bool) -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    with mg.no_autodiff:
        d = x[:2]
    array = d.data if first else None
    y = d * d
    if not first:
        array = d.data
    assert not array.flags.writeable
    assert not x.data.flags.writeable
    y.backward()
    assert_array_equal(d.grad, [2, 4])
    assert array.flags.writeable
    assert x.data.flags.writeable


def test_windows_lock_what_they_show() -> None:
    a = np.arange(4.0)
    x = mg.tensor([1.0, 1.0])
    for view in sliding_window_view(a, 2), as_strided(a, (3, 2), (8, 8)):
        y = x * view
        a_is_copied = view.flags.writeable
        if not a_is_copied:
            assert not a.flags.writeable
        else:
            a[0] = 100.0
        y.sum().backward()
        assert_array_equal(x.grad, [3, 6])
        assert a.flags.writeable
        a[0] = 0.0


def test_memory_that_is_only_lent_is_copied() -> None:
    """NumPy could not make such arrays writeable again."""

    class Lender:
        def __init__(self) -> None:
            self.memory = np.array([1.0, 2.0])
            self.__array_interface__ = self.memory.__array_interface__

    lender = Lender()
    lent = np.asarray(lender)
    assert lent.flags.writeable
    x = mg.tensor([1.0, 1.0])
    y = x * lent
    z = np.multiply(lent, x, where=np.array([True, True]))
    w = mg.concatenate([x, lent])
    assert lent.flags.writeable
    lent[0] = 100.0
    (y.sum() + z.sum() + w.sum()).backward()
    assert_array_equal(x.grad, [3, 5])
    t = mg.tensor(lent, copy=False)
    (t * t).backward()
    t.data[0] = 3.0
    assert lent[0] == 3.0
    address = id(lent)
    del x, y, z, w, t, lent
    gc.collect()
    assert address not in guard._table


@pytest.mark.parametrize("kind", [lambda v: array.array("d", v), lambda v: memoryview(array.array("d", v))])
def test_buffers_are_copied(kind: object) -> None:
    buffer = kind([1.0, 2.0])
    x = mg.tensor([1.0, 1.0])
    y = x * buffer
    buffer[0] = 100.0
    y.backward()
    assert_array_equal(x.grad, [1, 2])


def test_a_write_that_fails_changes_nothing() -> None:
    x = mg.tensor(np.arange(5.0))
    with mg.no_autodiff:
        d = x[1:3]
    y = (d * d).sum()
    with pytest.raises(IndexError):
        x[7] = 1.0
    (y + (d * 10).sum()).backward()
    assert_array_equal(d.grad, [12, 14])


def test_clearing_a_graph_leaves_views_to_others() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    v = x[:2]
    first, second = (v * 2).sum(), (v * 3).sum()
    first.clear_graph()
    second.backward()
    assert_array_equal(x.grad, [3, 3, 0])


def test_a_backward_pass_that_raises_leaves_views_to_others() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    v = x[:2]
    y = (v * 3).sum()
    with pytest.raises(ZeroDivisionError):
        mg.execute_op(Raises, v).backward()
    y.backward()
    assert_array_equal(x.grad, [3, 3, 0])


class Raises(mg.Operation):
    def __call__(self, x):
        self.variables = (x,)
        return x.data * 2

    def backward_var(self, grad, index, **kwargs):
        raise ZeroDivisionError


def test_new_data_does_not_get_the_gradient_of_the_old() -> None:
    t = mg.tensor([1.0, 2.0, 3.0])
    y = (t * t).sum()
    t.data = np.arange(5.0)
    y.backward()
    assert t.grad is None
    (t * 2).sum().backward()
    assert_array_equal(t.grad, [2] * 5)


def test_a_shape_given_while_nothing_is_tracked() -> None:
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = (x * x).sum()
    with mg.no_autodiff:
        x[0] = 10.0
    x.shape = (2, 2)
    y.backward()
    assert x.grad is None or x.grad.shape == (2, 2)


@pytest.mark.parametrize(
    "write", [lambda x, v: x.__setitem__(slice(None), v), lambda x, v: x.__setitem__([0, 1, 2], v), np.copyto]
)
def test_values_with_more_axes_than_the_target(write: object) -> None:
    x, v = mg.tensor([1.0, 2.0, 3.0]) * 1.0, mg.tensor([[2.0]])
    write(x, v)
    (x * [1.0, 2.0, 3.0]).sum().backward()
    assert_array_equal(v.grad, [[6]])


@pytest.mark.parametrize("guarded", [mg.mem_guard_on, mg.mem_guard_off])
def test_a_tensor_may_be_written_with_its_own_array(guarded: object) -> None:
    with guarded:
        x = mg.tensor([1.0, 2.0, 3.0])
        y = x * 1.0
        y *= y.data
        assert_array_equal(y, [1, 4, 9])
        y.backward()
        assert_array_equal(x.grad, [1, 2, 3])
        y = x * 1.0
        y[:] = y.data[::-1]
        assert_array_equal(y, [3, 2, 1])


@pytest.mark.parametrize("made", [lambda x: x, lambda x: x * 1.0])
def test_a_write_without_a_graph_drops_no_gradient(made: object) -> None:
    x = made(mg.tensor([1.0, 2.0]))
    (x * x).backward()
    with mg.no_autodiff:
        x -= 0.1 * x.grad
    assert_array_equal(x.grad, [2, 4])
    np.testing.assert_allclose(x, [0.8, 1.6])


def test_an_operation_that_fails_drops_no_gradient() -> None:
    x = mg.tensor([1.0, 2.0])
    (x * x).backward()
    gradient = x.grad
    longer = np.ones(3)
    for fail in (lambda: x * longer, lambda: longer * x, lambda: np.multiply(x, longer), lambda: np.fmod(x, 1j)):
        with pytest.raises((TypeError, ValueError)):
            fail()
        assert x.grad is gradient
    assert longer.flags.writeable


def test_a_number_written_by_a_function() -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * 1.0
    np.sinh(0.5, out=y)
    (y * 2).sum().backward()
    assert_array_equal(y.grad, [2, 2])
    assert x.grad is None or not x.grad.any()
