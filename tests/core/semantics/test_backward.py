"""What backward() computes, leaves behind and clears."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import InvalidBackprop, InvalidGradient, NoGradientWarning
from mygrad.functional import derivatives, elementwise_grad
from mygrad.operation_base import Operation


def test_non_scalar_is_differentiated_as_its_sum() -> None:
    x, y = (mg.tensor([[1.0, 2.0], [3.0, 4.0]]) for _ in range(2))
    (x * x).backward()
    (y * y).sum().backward()
    assert np.array_equal(x.grad, y.grad)


@pytest.mark.parametrize(
    "g", [2, 2.0, [1.0, 10.0], [[1], [2]], np.float32(3), np.array([[1, 2], [3, 4]]), mg.tensor(5.0)]
)
def test_gradient_broadcasts(g: Any) -> None:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    (x * 3.0).backward(g)
    assert x.grad.dtype == np.float64
    assert np.array_equal(x.grad, 3 * np.broadcast_to(mg.asarray(g), (2, 2)))


@pytest.mark.parametrize("through", [lambda x: x, lambda x: +x, lambda x: x[...], lambda x: np.reshape(x, (2, 1))])
def test_given_gradient_is_copied(through: Any) -> None:
    x = mg.tensor([1.0, 2.0])
    y = through(x)
    g = np.array([5.0, 6.0]).reshape(y.shape)
    y.backward(g)
    g[...] = 0
    assert np.array_equal(x.grad, [5.0, 6.0])
    x.grad[0] = 7.0
    assert g[0] == 0


@pytest.mark.parametrize(
    ("g", "error", "message"),
    [
        ([1.0, 2.0, 3.0], ValueError, r"\(3,\).*\(2,\)"),
        (np.ones((1, 2)), ValueError, r"\(1, 2\).*\(2,\)"),
        ("one", TypeError, "must hold numbers"),
        ([1j, 2.0], TypeError, "complex"),
        ([object(), object()], TypeError, "object"),
    ],
)
def test_bad_gradient(g: Any, error: type[Exception], message: str) -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * 2.0
    with pytest.raises(error, match=message):
        y.backward(g)
    assert y.creator is not None
    y.backward()
    assert np.array_equal(x.grad, [2.0, 2.0])


def test_every_tensor_of_the_graph_is_cleared_and_keeps_its_gradient() -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * 2.0
    z = np.sin(y)
    w = y + z
    assert [t.creator is None for t in (x, y, z, w)] == [True, False, False, False]
    w.backward()
    assert all(t.creator is None for t in (x, y, z, w))
    assert np.allclose(w.grad, 1)
    assert np.allclose(z.grad, 1)
    assert np.allclose(y.grad, 1 + np.cos(y.data))
    assert np.allclose(x.grad, 2 * (1 + np.cos(y.data)))


def test_gradients_of_intermediates_are_separate_arrays() -> None:
    x = mg.tensor([1.0, 2.0])
    y, z = +x, +x
    w = y + z
    w.backward()
    grads = [t.grad for t in (x, y, z, w)]
    for i, g in enumerate(grads):
        assert g.flags.writeable
        assert not any(np.shares_memory(g, other) for other in grads[:i])
    w.grad[...] = 100
    assert np.array_equal(x.grad, [2.0, 2.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_gradient_has_shape_and_dtype_of_its_tensor(dtype: Any) -> None:
    x = mg.tensor(np.ones((2, 3)), dtype=dtype)
    y = mg.tensor(np.ones((3,)))
    z = mg.tensor(2.0)
    (x * y * z).backward()
    for t in x, y, z:
        assert type(t.grad) is np.ndarray
        assert t.grad.shape == t.shape
        assert t.grad.dtype == t.dtype


def test_from_a_leaf_and_from_a_view_of_one() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    x.backward()
    assert np.array_equal(x.grad, [1.0, 1.0, 1.0])
    x.backward(2.0)
    assert np.array_equal(x.grad, [2.0, 2.0, 2.0])
    view = x[1:]
    view.backward([4.0, 5.0])
    assert np.array_equal(x.grad, [0.0, 4.0, 5.0])
    assert np.array_equal(view.grad, [4.0, 5.0])


def test_from_a_constant_nothing_happens_but_clearing() -> None:
    x = mg.tensor([1.0, 2.0], constant=True)
    y = x * 2.0
    with pytest.warns(NoGradientWarning):
        y.backward()
    assert x.grad is None
    assert y.grad is None
    assert y.creator is None


def test_constants_get_no_gradient_and_stop_it() -> None:
    x, c = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0], constant=True)
    stopped = mg.multiply(x, c, constant=True)
    (x * c + stopped).backward()
    assert np.array_equal(x.grad, [3.0, 4.0])
    assert c.grad is None
    assert stopped.grad is None


def test_repeated_operands_and_diamonds_add_up() -> None:
    x = mg.tensor(3.0)
    y = x * x
    z = y + y
    w = z * y + x
    w.backward()  # 2 x**4 + x
    assert x.grad == 8 * 27 + 1


def test_through_a_cleared_part() -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * 2.0
    z, w = y * 3.0, y * 4.0
    z.backward()
    x_grad = x.grad.copy()
    with pytest.raises(InvalidBackprop, match=r"(?s)cleared.*call `backward` once, on the sum"):
        w.backward()
    assert np.array_equal(x.grad, x_grad)  # nothing was done by halves
    w = y * 4.0  # y starts a graph anew
    w.backward()
    assert np.array_equal(y.grad, [4.0, 4.0])
    assert np.array_equal(x.grad, x_grad)


def test_a_cleared_branch_does_no_harm_elsewhere() -> None:
    """A failed backward pass computes nothing, whatever the order of the branches."""
    for order in (0, 1):
        x, a = mg.tensor(2.0), mg.tensor(3.0)
        y = x * 2.0
        w = (y * a + a * 5.0) if order else (a * 5.0 + y * a)
        (y * 1.0).backward()
        with pytest.raises(InvalidBackprop):
            w.backward()
        assert a.grad is None


class TestTheSameGraphAgain:
    @pytest.mark.parametrize("clear", [lambda y: y.backward(), lambda y: y.clear_graph(), lambda y: y.sum().backward()])
    @pytest.mark.parametrize("make", [lambda x: x * x, lambda x: (x * x)[:1], lambda x: np.reshape(x * x, (1, 2))])
    @pytest.mark.parametrize("seed", [None, 3.0])
    def test_is_an_error(self, clear: Any, make: Any, seed: Any) -> None:
        x = mg.tensor([1.0, 2.0])
        y = make(x)
        clear(y)
        before, y_before = x.grad, y.grad
        for _ in range(2):
            with pytest.raises(InvalidBackprop, match=r"(?s)cleared.*Repeat the computation.*`backward` once"):
                y.backward(seed)
        with pytest.raises(InvalidBackprop, match="cleared"):
            derivatives(y, [x])
        assert x.grad is before
        assert y.grad is y_before

    def test_but_a_leaf_may_be_differentiated_at_any_time(self) -> None:
        x = mg.tensor([1.0, 2.0])
        (x * 2.0).backward()
        for view in (x, x[:1]):
            view.backward()
            view.backward(3.0)
            assert np.array_equal(view.grad, np.full(view.shape, 3.0))

    def test_and_what_was_made_without_tracking(self) -> None:
        x = mg.tensor([1.0, 2.0])
        with mg.no_autodiff:
            y = x**2
        y.backward()
        y.backward()
        assert np.array_equal(y.grad, [1.0, 1.0])
        assert x.grad is None

    @pytest.mark.parametrize(
        "use",
        [
            lambda y: y * 3.0,
            lambda y: y.__imul__(3.0),
            lambda y: y.__setitem__(0, 1.0),
            lambda y: mg.no_autodiff(y.__imul__)(3.0),
        ],
    )
    def test_and_a_result_that_has_become_a_leaf_of_a_new_graph(self, use: Any) -> None:
        x = mg.tensor([1.0, 2.0])
        y = x * x
        y.backward()
        kept = use(y)  # noqa: F841
        y.backward()
        assert np.array_equal(y.grad, [1.0, 1.0])
        assert np.array_equal(x.grad, [2.0, 4.0])


class TestOfAConstant:
    @pytest.mark.parametrize(
        ("make", "why"),
        [
            (lambda: mg.tensor([1, 2, 3]), r"dtype int64 have no derivatives.*mg\.tensor\(\[1\.0, 2\.0\]\)"),
            (lambda: mg.tensor([1, 2, 3]) * 2, "dtype int64 have no derivatives"),
            (lambda: (mg.tensor([1, 2, 3]) / 2).sum(), "constants alone, among them numbers of dtype int64"),
            (lambda: mg.tensor([True]) * mg.tensor([1.0], constant=True), "among them numbers of dtype bool"),
            (lambda: mg.tensor([1.0], constant=True), "it was made a constant"),
            (lambda: mg.tensor([1.0], constant=True) * 2.0, "computed from constants alone"),
            (lambda: mg.sum(mg.tensor([1.0]), constant=True), "`constant=True`.*from tensors that are variables"),
            (lambda: mg.tensor([1.0, 2.0]).detach()[:1], "constant"),
        ],
    )
    def test_it_warns_and_says_why(self, make: Any, why: str) -> None:
        c = make()
        with pytest.warns(NoGradientWarning, match=f"(?s)is a constant.*{why}") as caught:
            c.backward()
        assert caught[0].filename == __file__
        assert c.grad is None

    def test_to_read_the_gradient_is_no_mistake(self) -> None:
        x = mg.tensor([1, 2])
        y = x * mg.tensor([1.0, 2.0])
        y.backward()
        assert x.grad is None


class TestSettingTheGradient:
    def test_in_place(self) -> None:
        x = mg.tensor([1.0, 2.0, 3.0])
        view = x[1:]
        (x * 2.0).backward()
        gradient = x.grad
        x.grad *= 3
        x.grad[0] = 0.0
        view.grad += 1.0
        assert x.grad is gradient
        assert np.array_equal(x.grad, [0.0, 7.0, 7.0])
        assert view.grad.base is gradient

    @pytest.mark.parametrize("value", [[1, 2], np.array([1.0, 2.0]), np.float32([1.0, 2.0]), mg.tensor([1.0, 2.0])])
    @pytest.mark.parametrize("make", [lambda x: x, lambda x: x * 2.0])
    def test_to_an_array(self, value: Any, make: Any) -> None:
        x = make(mg.tensor([5.0, 6.0]))
        view = x[::-1]
        x.grad = value
        assert type(x.grad) is np.ndarray
        assert x.grad.dtype == np.float64
        assert np.array_equal(x.grad, [1.0, 2.0])
        assert not np.shares_memory(x.grad, value)
        assert np.array_equal(view.grad, [2.0, 1.0])
        view.grad = [7.0, 8.0]
        assert np.array_equal(x.grad, [8.0, 7.0])

    def test_and_then_backward(self) -> None:
        x = mg.tensor([1.0, 2.0])
        y = x * 3.0
        z = (y * y).sum()
        y.grad = [100.0, 100.0]
        z.backward()
        assert np.array_equal(y.grad, [6.0, 12.0])
        first = x * 2.0
        x.grad = [1.0, 1.0]
        first.backward()  # like the gradient of another graph of the same leaf
        assert np.array_equal(x.grad, [3.0, 3.0])

    def test_to_none(self) -> None:
        x = mg.tensor([1.0, 2.0])
        y = x * 2.0
        view = y[:1]
        y.backward()
        for t in (x, view):
            t.grad = None
        assert x.grad is y.grad is view.grad is None
        mg.tensor([1]).grad = None

    def test_it_is_as_good_as_one_that_was_computed(self) -> None:
        x = mg.tensor(np.ones((2, 3)).T)
        x.grad = np.arange(6.0).reshape(3, 2)
        assert x.grad.strides == x.strides
        assert x.T.reshape(6).grad.base is x.grad
        x * 2.0
        assert x.grad is None

    @pytest.mark.parametrize(
        ("value", "error", "message"),
        [
            (1.0, ValueError, r"\(2,\).*\(\)"),
            (np.ones((1, 2)), ValueError, r"\(2,\).*\(1, 2\)"),
            ([1j, 2j], TypeError, "complex128.*float64"),
            ("text", (TypeError, ValueError), "grad"),
        ],
    )
    def test_bad_values(self, value: Any, error: Any, message: str) -> None:
        x = mg.tensor([1.0, 2.0])
        (x * 2.0).backward()
        with pytest.raises(error, match=message):
            x.grad = value
        assert np.array_equal(x.grad, [2.0, 2.0])

    def test_where_there_can_be_none(self) -> None:
        with pytest.raises(TypeError, match="constant"):
            mg.tensor([1, 2]).grad = [1, 2]
        with pytest.raises(ValueError, match="base"):
            mg.tensor([1.0, 2.0])[:1].grad = [1.0]


@pytest.mark.parametrize("dtype", [">f8", ">f4", ">f2", "<f4"])
def test_gradients_keep_the_order_of_bytes(dtype: str) -> None:
    x = mg.tensor([[1.0, 2.0]], dtype=dtype)
    x.backward()
    assert x.grad.dtype.str == np.dtype(dtype).str
    for f in (lambda x: x, lambda x: x * x, lambda x: x * x + x * 2.0 + x, lambda x: x.T, lambda x: (x[0] * x).sum()):
        f(x).backward()
        assert x.grad.dtype.str == np.dtype(dtype).str
        assert elementwise_grad(f)(x).dtype.str == elementwise_grad(f)(x.data).dtype.str == np.dtype(dtype).str
        assert derivatives(f(x), [x])[0].dtype.str == np.dtype(dtype).str
    x.grad = np.ones((1, 2))
    assert x.grad.dtype.str == np.dtype(dtype).str
    first, second = x * 2.0, x * 3.0
    first.backward()
    second.backward()
    assert x.grad.dtype.str == np.dtype(dtype).str
    assert np.array_equal(x.grad, [[5.0, 5.0]])


def test_graphs_that_share_only_leaves_are_independent() -> None:
    x = mg.tensor([1.0, 2.0])
    f, g = np.exp(x), x * x
    g.backward()
    assert np.array_equal(x.grad, [2.0, 4.0])
    assert f.creator is not None
    before = x.grad.copy()
    f.backward()
    assert np.allclose(f.grad, 1)
    assert np.allclose(x.grad, before + np.exp(x.data))  # neither was nulled by use since


def test_clear_graph() -> None:
    x = mg.tensor([1.0, 2.0])
    array = x.data
    y = np.exp(x)
    z = y * 2.0
    assert not array.flags.writeable
    z.clear_graph()
    assert array.flags.writeable
    assert y.creator is None
    assert z.creator is None
    assert x.grad is None


class Failing(Operation):
    """The identity, whose backward pass does what the test wants."""

    backward_result: Any = None

    def __call__(self, x: mg.Tensor) -> np.ndarray:
        self.variables = (x,)
        return x.data.copy()

    def backward_var(self, grad: np.ndarray, index: int, **kwargs: Any) -> Any:
        result = self.backward_result
        if isinstance(result, Exception):
            raise result
        return result


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (ZeroDivisionError("a bug"), ZeroDivisionError),
        (None, InvalidGradient),
        ("text", InvalidGradient),
        (np.ones(3), InvalidGradient),
        (np.array([1j, 1.0]), InvalidGradient),
        (mg.tensor([1.0, 2.0]), InvalidGradient),
    ],
)
def test_failing_backward_clears_up_and_names_the_operation(result: Any, error: type[Exception]) -> None:
    operation = type("MyOperation", (Failing,), {"backward_result": result})
    a = np.array([1.0, 2.0])
    x = mg.tensor([1.0, 2.0])
    x_array = x.data
    y = x * a
    z = mg.execute_op(operation, y)
    w = np.exp(z) * a
    w_array = w.data
    assert not any(v.flags.writeable for v in (a, x_array, w_array))
    with pytest.raises(error) as caught:
        w.backward()
    told = str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert "MyOperation" in told
    assert all(v.flags.writeable for v in (a, x_array, w_array))
    assert all(t.creator is None for t in (y, z, w))
    (x * a).backward()  # all is well again
    assert np.array_equal(x.grad, a)


class TestUseNullsGradients:
    @staticmethod
    def with_gradient() -> Any:
        x = mg.tensor([1.0, 2.0, 3.0])
        view = x[1:]
        other = x[:1]
        (x * 2.0).backward()
        assert np.array_equal(view.grad, [2.0, 2.0])
        return x, view, other

    @pytest.mark.parametrize("which", [0, 1, 2])
    @pytest.mark.parametrize(
        "use",
        [
            lambda t: t * 1.0,
            lambda t: t + t,
            lambda t: np.sin(t),
            lambda t: 1.0 - t,
            lambda t: np.sum(t),
            lambda t: t[[0]],
            lambda t: np.add(t, 1.0, out=mg.zeros(t.shape)),
            lambda t: t.__imul__(2.0),
            lambda t: t.__setitem__(0, 5.0),
            lambda t: np.matmul(t, np.ones(t.size)),
        ],
    )
    def test_of_the_tensor_its_views_and_its_base(self, use: Any, which: int) -> None:
        tensors = self.with_gradient()
        use(tensors[which])
        assert all(t.grad is None for t in tensors)

    def test_of_a_value_that_is_written_somewhere(self) -> None:
        x, view, _ = self.with_gradient()
        y = mg.tensor(np.zeros(5))
        y[:2] = view
        assert x.grad is None
        assert view.grad is None

    @pytest.mark.parametrize("use", [lambda t: t * 1.0, np.sin, np.sum, lambda t: t[[0]], lambda t: t @ t])
    def test_but_not_untracked(self, use: Any) -> None:
        x, view, _ = self.with_gradient()
        with mg.no_autodiff:
            use(x)
            use(view)
        assert np.array_equal(x.grad, [2.0, 2.0, 2.0])
        assert np.array_equal(view.grad, [2.0, 2.0])

    def test_not_by_looking(self) -> None:
        x, _, _ = self.with_gradient()
        assert (x > 2).any()
        assert x.shape == (3,)
        assert repr(x)
        assert np.shape(x) == (3,)
        assert np.argmax(x) == 2
        assert mg.asarray(x) is x.data
        assert x.grad is not None


def test_gradients_do_not_outlive_a_failed_operation() -> None:
    """An operation that raises has not used its operands."""
    x = mg.tensor([1.0, 2.0])
    (x * 2.0).backward()
    with pytest.raises(ValueError, match="broadcast"):
        x * mg.tensor([1.0, 2.0, 3.0])
    assert np.array_equal(x.grad, [2.0, 2.0])


def test_unconnected_tensors_get_none() -> None:
    x, y = mg.tensor(1.0), mg.tensor(2.0)
    (x * 2.0).backward()
    assert y.grad is None


def test_gradients_of_empty_tensors() -> None:
    x = mg.tensor(np.zeros((0, 3)))
    np.sum(x * 2.0).backward()
    assert x.grad.shape == (0, 3)
