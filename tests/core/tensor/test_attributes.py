"""Attributes that say how an array lies in memory, and `flat`."""

import ctypes

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad import Tensor

ARRAYS = [
    np.arange(6.0).reshape(2, 3),
    np.arange(6.0, dtype=np.float32).reshape(2, 3).T,
    np.arange(12)[::-2],
    np.array(2.5),
    np.zeros((0, 4), np.float16),
    np.array([True, False]),
    np.broadcast_to(np.arange(3.0), (2, 3)),
]


@pytest.mark.parametrize("name", ["shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides"])
@pytest.mark.parametrize("array", ARRAYS)
def test_what_an_array_has(array, name):
    assert getattr(mg.tensor(array, copy=False), name) == getattr(array, name)


def test_device():
    x = mg.tensor([1.0])
    assert x.device == "cpu"
    assert x.to_device("cpu") is x
    with pytest.raises(ValueError, match="gpu"):
        x.to_device("gpu")


@pytest.mark.parametrize("array", ARRAYS)
def test_flags(array):
    t = mg.tensor(array, copy=False)
    for name in ("c_contiguous", "f_contiguous", "fnc", "forc", "contiguous", "aligned"):
        assert getattr(t.flags, name) == getattr(array.flags, name)


def test_flags_can_forbid_writing():
    x = mg.tensor([1.0, 2.0])
    x.flags.writeable = False
    for write in (lambda: x.__setitem__(0, 5.0), lambda: x.__imul__(2), lambda: x.fill(1)):
        with pytest.raises(ValueError, match="read-only"):
            write()
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
    x.setflags(write=True)
    x[0] = 5.0
    assert x[0] == 5.0


def test_reading_attributes_hands_nothing_out():
    x = mg.tensor([[1.0, 2.0]])
    x.flags, x.strides, x.nbytes, x.shape, x.dtype, x.T, x.real, x.imag, x.flat, x.device  # noqa: B018
    assert x._escaped is None


def test_what_cannot_be_set():
    x = mg.tensor([1.0])
    for name in ("ndim", "size", "dtype", "strides", "nbytes", "T", "constant"):
        with pytest.raises(AttributeError):
            setattr(x, name, 1)
    with pytest.raises(AttributeError):
        x.no_such_thing = 1


def test_ctypes():
    x = mg.tensor([1.0, 2.0], constant=True)
    pointer = x.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
    assert pointer[1] == 2.0
    assert x._escaped is not None


def test_real_and_imag():
    x = mg.tensor([1.0, 2.0])
    assert x.real is x
    x.real = 3.0
    np.testing.assert_array_equal(x.data, [3.0, 3.0])
    np.testing.assert_array_equal(x.imag.data, [0.0, 0.0])
    assert x.imag.dtype == x.dtype
    (x.real * 2 + x.imag).sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0, 2.0])
    with pytest.raises(TypeError, match="imaginary"):
        x.imag = 1.0


def test_operators_of_tensors_come_before_those_of_arrays():
    assert mg.tensor(1.0).__array_priority__ > np.ones(1).__array_priority__
    for y in (np.ones(2) * mg.tensor([1.0, 2.0]), np.float64(2) * mg.tensor([1.0, 2.0])):
        assert isinstance(y, Tensor)


# -- flat ------------------------------------------------------------------------------------------------

LAYOUTS = [
    lambda a: a,
    lambda a: a.T,
    lambda a: a[::-1, 1:],
    lambda a: a[1],
    lambda a: a[1, 1, ...],
    lambda a: a[:0],
]
indices = st.one_of(
    st.integers(-13, 13),
    st.slices(12),
    st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    st.lists(st.integers(-3, 3), min_size=1, max_size=4).map(np.array),
    st.just(Ellipsis),
)


@given(st.sampled_from(LAYOUTS), indices | st.just(np.array(1)))
def test_flat_reads_as_numpys(layout, index):
    a = np.arange(12.0).reshape(3, 4)
    x = mg.tensor(a)
    try:
        expected = layout(a).flat[index]
    except IndexError:
        with pytest.raises(IndexError):
            layout(x).flat[index]
        return
    result = layout(x).flat[index]
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.data, expected)
    weights = np.arange(1.0, np.size(expected) + 1).reshape(np.shape(expected))
    (weights * result).sum().backward()
    gradient = np.zeros(12)
    np.add.at(gradient, np.asarray(expected, int), weights)  # each element is its own position
    np.testing.assert_array_equal(x.grad, gradient.reshape(3, 4))


@given(st.sampled_from(LAYOUTS), indices, st.sampled_from([5.0, [5.0], [5.0, 6.0], [[5.0, 6.0], [7.0, 8.0]]]))
def test_flat_writes_as_numpys(layout, index, value):
    a = np.arange(12.0).reshape(3, 4)
    x = mg.tensor(a)
    try:
        layout(a).flat[index] = value
    except (IndexError, ValueError) as error:
        with pytest.raises(type(error)):
            layout(x).flat[index] = value
        np.testing.assert_array_equal(x.data, np.arange(12.0).reshape(3, 4))
        return
    layout(x).flat[index] = value
    np.testing.assert_array_equal(x.data, a)


def test_flat_of_nothing():
    x = mg.tensor([1.0, 2.0])
    x.flat[:] = []
    x.flat = []
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    mg.tensor([]).flat = 3.0


def test_flat_writes_into_the_graph():
    v = mg.tensor([2.0, 3.0])
    x = mg.tensor(np.ones((2, 3)))
    y = x * 1.0
    y.T.flat[1:4] = v
    np.testing.assert_array_equal(y.data, [[1.0, 3.0, 1.0], [2.0, 2.0, 1.0]])
    (y * np.arange(6.0).reshape(2, 3)).sum().backward()
    np.testing.assert_array_equal(v.grad, [3.0 + 4.0, 1.0])
    np.testing.assert_array_equal(x.grad, [[0.0, 0.0, 2.0], [0.0, 0.0, 5.0]])


def test_flat_iterates():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]]).T
    flat = x.flat
    assert len(flat) == 4
    assert next(flat).item() == 1.0
    assert flat.index == 1
    assert flat.coords == (0, 1)
    for shape in ((2, 3), (), (2, 0, 3)):
        ours, theirs = mg.zeros(shape).flat, np.zeros(shape).flat
        for _ in range(np.zeros(shape).size):
            assert ours.coords == theirs.coords
            next(ours), next(theirs)
        assert ours.coords == theirs.coords  # behind the last
    rest = list(flat)
    assert [t.item() for t in rest] == [3.0, 2.0, 4.0]
    assert list(flat) == []
    assert flat.base is x
    (rest[1] * 5).backward()
    np.testing.assert_array_equal(x.grad, [[0.0, 0.0], [5.0, 0.0]])
    assert [t.item() for t in mg.tensor(3.0).flat] == [3.0]


def test_flat_as_an_argument():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert np.sum(x.flat).item() == 10.0
    weights = [1.0, 2.0, 3.0, 4.0]
    for f in (
        lambda: np.multiply(x.flat, weights),
        lambda: np.multiply(weights, x.flat),
        lambda: np.multiply(mg.tensor(weights), x.flat),
        lambda: np.concatenate([x.flat, [0.0]])[:4] * weights,
        lambda: mg.tensor(weights) * x.flat,
    ):
        y = f()
        assert isinstance(y, Tensor)
        y.sum().backward()
        np.testing.assert_array_equal(x.grad, [[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(mg.asarray(x.flat), [1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(x.flat == 2.0, [False, True, False, False])
    np.testing.assert_array_equal(x.flat > mg.tensor(2.0), [False, False, True, True])
    assert isinstance(x.flat.copy(), Tensor)
