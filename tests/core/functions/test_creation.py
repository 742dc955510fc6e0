"""Tensors are made of what is given, share memory or do not, and are constants or not."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor

LEAVES = {
    "zeros": lambda **kw: mg.zeros((2, 3), **kw),
    "ones": lambda **kw: mg.ones((2, 3), **kw),
    "empty": lambda **kw: mg.empty((2, 3), **kw),
    "full": lambda **kw: mg.full((2, 3), 2, **kw),
    "eye": lambda **kw: mg.eye(3, **kw),
    "identity": lambda **kw: mg.identity(3, **kw),
    "tri": lambda **kw: mg.tri(3, **kw),
    "arange": lambda **kw: mg.arange(2, **kw),
    "linspace": lambda **kw: mg.linspace(0, 1, 3, **kw),
    "geomspace": lambda **kw: mg.geomspace(1, 100, 3, **kw),
    "logspace": lambda **kw: mg.logspace(0, 2, 3, **kw),
    "zeros_like": lambda **kw: mg.zeros_like(np.ones(3), **kw),
    "ones_like": lambda **kw: mg.ones_like(np.ones(3), **kw),
    "empty_like": lambda **kw: mg.empty_like(np.ones(3), **kw),
    "full_like": lambda **kw: mg.full_like(np.ones(3), 2.0, **kw),
    "tensor": lambda **kw: mg.tensor([1, 2, 3], **kw),
    "astensor": lambda **kw: mg.astensor([1, 2, 3], **kw),
}


@pytest.mark.parametrize("make", LEAVES.values(), ids=LEAVES)
def test_leaves(make):
    for dtype in (np.float16, np.float32, np.float64, np.complex64):
        t = make(dtype=dtype)
        assert isinstance(t, Tensor)
        assert (t.dtype, t.constant, t.base, t.creator) == (dtype, False, None, None)
        assert make(dtype=dtype, constant=True).constant is True
        assert make(dtype=dtype, constant=False).constant is False
        t.backward(1.0)
        assert_array_equal(t.grad, np.ones(t.shape))
    for dtype in (int, np.int8, bool):
        t = make(dtype=dtype)
        assert (t.dtype, t.constant) == (dtype, True)
        with pytest.raises(ValueError, match="constant=False"):
            make(dtype=dtype, constant=False)
    with pytest.raises((TypeError, ValueError)):
        make(dtype="M8[s]")


@pytest.mark.parametrize("name", ["zeros_like", "ones_like", "empty_like"])
def test_like_a_tensor(name):
    like = getattr(mg, name)
    variable, constant = mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.0], constant=True)
    assert like(variable).constant is False
    assert like(constant).constant is True
    assert like(constant, dtype=np.float32).constant is True
    assert like(constant, constant=False).constant is False
    assert like(mg.tensor([1, 2])).constant is True
    assert like(mg.tensor([1, 2]), dtype=float).constant is False  # an integer could not have been a variable
    t = getattr(np, name)(variable)
    assert isinstance(t, Tensor)
    assert t.constant is False


@pytest.mark.parametrize("name", ["zeros_like", "ones_like", "empty_like"])
def test_mygrads_third_argument_is_a_shape(name):
    like, x = getattr(mg, name), np.asfortranarray(np.ones((2, 3)))
    assert like(x, np.float32, (3, 2)).shape == (3, 2)
    assert like(x, np.float32, 4).shape == (4,)
    assert like(x, None, "C").data.flags.c_contiguous
    assert like(x).data.flags.f_contiguous
    assert mg.full_like(x, 2.0, np.float32, (3, 2)).shape == (3, 2)


def test_written_in_place():
    """As functions written for NumPy do: make an array, then fill it."""
    x = mg.tensor([1.0, 2.0, 3.0])
    y = np.zeros_like(x)
    y[1:] = x[:2] ** 2
    y.backward()
    assert_array_equal(x.grad, [2.0, 4.0, 0.0])


class TestFull:
    def test_gradient_of_the_value(self):
        x = mg.tensor([1.0, 2.0])
        y = mg.full((3, 2), x)
        y.backward([[1.0], [10.0], [100.0]])
        assert_array_equal(x.grad, [111.0, 111.0])
        y.data[0, 0] = 5.0  # it is no read-only view
        assert x.data[0] == 1.0

    @pytest.mark.parametrize("make", [lambda v: mg.full(2, v), lambda v: mg.full_like(np.ones(2), v)])
    def test_of_a_list_with_variables(self, make):
        x = mg.tensor(3.0)
        y = make([x, 2.0])
        assert_array_equal(y.data, [3.0, 2.0])
        y.backward()
        assert_array_equal(x.grad, 1.0)

    def test_of_a_constant(self):
        value = mg.tensor(2.0, constant=True)
        assert mg.full(3, value).constant is True
        assert mg.full(3, value, constant=False).constant is False
        assert mg.full(3, mg.tensor(2.0), constant=True).constant is True

    def test_other_dtype(self):
        x = mg.tensor(2.5)
        y = mg.full(3, x, np.float32)
        assert y.dtype == np.float32
        y.backward()
        assert x.grad.dtype == np.float64
        assert_array_equal(x.grad, 3.0)
        assert_array_equal(mg.full_like([1, 2], x).data, [2, 2])

    def test_like_keeps_the_layout(self):
        f = np.asfortranarray(np.ones((2, 3)))
        assert mg.full_like(f, mg.tensor(2.0)).data.flags.f_contiguous


class TestRanges:
    def test_step(self):
        a, b = mg.tensor(1.0), mg.tensor(3.0)
        _, step = mg.linspace(a, b, 5, retstep=True)
        assert step.item() == 0.5
        (step * 8).backward()
        assert (a.grad, b.grad) == (-2.0, 2.0)
        for num, endpoint in ((1, True), (0, False)):
            _, step = mg.linspace(a, b, num, endpoint, retstep=True)
            _, expected = np.linspace(1.0, 3.0, num, endpoint, retstep=True)
            assert_array_equal(step.data, expected)
        _, step = mg.linspace(0, 1, 3, retstep=True)
        assert isinstance(step, Tensor)

    def test_mygrads_order_of_arguments(self):
        y = mg.linspace([0.0, 1.0], 3.0, 4, True, np.float32, 1)
        assert (y.dtype, y.shape) == (np.float32, (2, 4))
        assert mg.linspace(0, 3, 4, True, int).dtype == int
        assert mg.linspace(0, 3, 4, True, "float32").dtype == np.float32
        assert mg.linspace([0.0, 1.0], 3.0, 4, True, None, 1).shape == (2, 4)
        assert len(mg.linspace(0, 3, 4, True, True)) == 2
        assert mg.linspace([0.0, 1.0], 3.0, 4, True, False, np.float32, 1).shape == (2, 4)

    def test_arange_of_variables(self):
        n = mg.tensor(3)
        assert_array_equal(mg.arange(n).data, [0, 1, 2])
        assert_array_equal(mg.arange(0.0, mg.tensor(1.0, constant=True), step=0.5).data, [0.0, 0.5])
        for args, kwargs in (((mg.tensor(3.0),), {}), ((0, 3), {"step": mg.tensor(0.5)})):
            with pytest.raises(TypeError, match="variable"):
                mg.arange(*args, **kwargs)

    def test_leaves_of_constants(self):
        c = mg.tensor(1.0, constant=True)
        assert mg.linspace(0.0, c).constant is True
        assert mg.linspace(0.0, 1.0).constant is False
        assert mg.linspace(0.0, c, constant=False).constant is False


class TestTensor:
    @pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")
    def test_makes_a_leaf_of_a_tensor(self):
        x = mg.tensor([1.0, 2.0])
        y = x * 2
        for t in (mg.tensor(y), mg.tensor(mg.tensor([1.0], constant=True))):
            assert (t.constant, t.creator, t.base) == (False, None, None)
        assert not np.shares_memory(mg.tensor(x), x)

    def test_without_a_copy(self):
        x = mg.tensor([1.0, 2.0])
        y = x * 2
        assert mg.tensor(y, copy=False) is y
        assert mg.tensor(y, float, constant=False, copy=False) is y
        a = np.array([1.0, 2.0])
        assert mg.tensor(a, copy=False).data is a
        row = mg.tensor(y, copy=False, ndmin=2)
        assert row.shape == (1, 2)
        assert row.base is y
        row.backward()
        assert_array_equal(x.grad, [2.0, 2.0])
        other = mg.tensor(y, np.float32, copy=False)
        assert other.dtype == np.float32

    def test_copies_by_default(self):
        a = np.array([1.0, 2.0])
        t = mg.tensor(a)
        a[0] = 7.0
        assert_array_equal(t.data, [1.0, 2.0])

    def test_stacks_variables(self):
        x, y = mg.tensor(1.0), mg.tensor([2.0, 3.0])
        t = mg.tensor([[x, 5], y])
        assert_array_equal(t.data, [[1.0, 5.0], [2.0, 3.0]])
        (t * [[1.0, 10.0], [100.0, 1000.0]]).backward()
        assert_array_equal(x.grad, 1.0)
        assert_array_equal(y.grad, [100.0, 1000.0])

    def test_stacked_variables_under_conditions(self):
        x = mg.tensor(1.5)
        t = mg.tensor([x, x], np.float32, ndmin=2)
        assert (t.dtype, t.shape, t.constant) == (np.float32, (1, 2), False)
        t.backward()
        assert_array_equal(x.grad, 2.0)
        assert mg.tensor([x, x], constant=True).constant is True
        assert mg.tensor([x, x], int).constant is True

    def test_stacked_constants_make_a_leaf(self):
        c = mg.tensor(1.0, constant=True)
        t = mg.tensor([c, c])
        assert (t.constant, t.creator) == (False, None)

    @pytest.mark.parametrize("bad", ["abc", {"a": 1}, [[1, 2], [3]], None, object()])
    def test_what_is_not_numbers(self, bad):
        with pytest.raises((TypeError, ValueError)):
            mg.tensor(bad)
        with pytest.raises((TypeError, ValueError)):
            mg.astensor(bad)

    def test_ndmin_must_be_an_integer(self):
        with pytest.raises(TypeError):
            mg.tensor(mg.tensor(1.0), copy=False, ndmin=1.5)
        assert mg.tensor(1.0, ndmin=-3).ndim == 0


class TestAstensor:
    def test_returns_a_tensor_that_fits(self):
        x = mg.tensor([1.0, 2.0])
        y = x * 2
        assert mg.astensor(y) is y
        assert mg.astensor(y, np.float64, constant=False) is y
        c = mg.tensor([1.0], constant=True)
        assert mg.astensor(c) is c

    def test_does_not_copy_an_array(self):
        a = np.array([1.0, 2.0])
        assert mg.astensor(a).data is a
        assert mg.astensor(a).constant is False
        assert mg.astensor(a, constant=True).constant is True

    def test_converts_differentiably(self):
        x = mg.tensor([1.0, 2.0])
        y = mg.astensor(x, np.float32)
        assert (y.dtype, y.constant) == (np.float32, False)
        (y * 3).backward()
        assert_array_equal(x.grad, [3.0, 3.0])
        assert mg.astensor(x, int).constant is True

    def test_constant_of_a_variable_shares_its_memory(self):
        x = mg.tensor([1.0, 2.0])
        c = mg.astensor(x, constant=True)
        assert c.constant is True
        assert c.data is x.data
        (x * c).backward()
        assert_array_equal(x.grad, [1.0, 2.0])  # no gradient flows through c

    def test_variable_of_a_constant_is_a_copy(self):
        c = mg.tensor([1.0, 2.0], constant=True)
        x = mg.astensor(c, constant=False)
        assert x.constant is False
        assert not np.shares_memory(x, c)
        with pytest.raises(ValueError, match="constant=False"):
            mg.astensor(mg.tensor([1]), constant=False)
        with pytest.raises(ValueError, match="constant=False"):
            mg.astensor(mg.tensor([1.0]), int, constant=False)


class TestAsarray:
    def test_of_a_tensor(self):
        x = mg.tensor([[1.0, 2.0]])
        assert mg.asarray(x) is x.data
        assert mg.asarray(x, np.float32).dtype == np.float32
        assert type(mg.asarray(x, order="F")) is np.ndarray
        assert mg.asarray(x, copy=False) is x.data
        assert not np.shares_memory(mg.asarray(x, device="cpu", copy=True), x.data)
        with pytest.raises(ValueError, match="copy"):
            mg.asarray(x, np.float32, copy=False)

    def test_of_anything_else(self):
        a = np.array([1.0])
        assert mg.asarray(a) is a
        assert_array_equal(mg.asarray([1, 2], float), [1.0, 2.0])
        assert_array_equal(mg.asarray([mg.tensor(1.0), 2.0]), [1.0, 2.0])


def test_numpys_copy_is_differentiable_and_the_method_detaches():
    x = mg.tensor([1.0, 2.0])
    (np.copy(x * 2)).backward()
    assert_array_equal(x.grad, [2.0, 2.0])
    with mg.lost_gradients("ignore"):
        assert (x * 2).copy().creator is None


def test_creating_under_a_mutated_array():
    """What was made of an array does not change with it later, unless it is to share its memory."""
    value = np.array([1.0, 2.0])
    full = mg.full((2, 2), value)
    value[0] = 9.0
    assert_array_equal(full.data, [[1.0, 2.0], [1.0, 2.0]])
