"""What the changelog of MyGrad 1 and 2 promises."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import InvalidBackprop

# -- 2.0.0 -------------------------------------------------------------------------------------------------


def test_backward_through_numpy_functions():
    x = mg.tensor([1.0, 2.0])
    np.square(x).backward()
    assert repr(x.grad) == "array([2., 4.])"


@pytest.mark.parametrize("name", ["tensor", "Tensor"])
def test_copy_and_ndmin(name):
    make = getattr(mg, name)
    source = np.array([1.0, 2.0])
    x = make(source, copy=True, ndmin=2)
    assert repr(x) == "Tensor([[1., 2.]])"
    assert not np.shares_memory(x, source)
    assert np.shares_memory(make(source, copy=False), source)


def test_ufunc_keywords():
    total = mg.add([1, 2], [0, 2], where=[True, False], dtype=float)
    assert total.dtype == float
    assert total[0].item() == 1.0  # (the other entry was not computed)

    out = mg.full(2, 7.0)
    assert mg.add([1, 2], [0, 2], where=[True, False], dtype=float, out=out) is out
    assert repr(out) == "Tensor([1., 7.])"

    array = np.zeros(2)
    result = mg.multiply(mg.tensor([1.0, 2.0], constant=True), 3.0, out=array)  # a variable is refused
    assert np.shares_memory(result, array)
    assert repr(array) == "array([3., 6.])"


def test_gradients_are_dropped_at_the_next_use():
    x = mg.tensor([1.0, 2.0])
    for _ in range(10):
        y = 3 * x
        assert x.grad is None
        y.backward()
        assert all(x.grad == 3.0)


def test_a_locked_array_and_its_release():
    arr = np.array([1.0, 2.0])
    tn = mg.tensor([1.0, 1.0])
    z = arr * tn
    with pytest.raises(ValueError, match="read-only"):
        arr[:] = 0.0
    z.backward()
    assert repr(tn.grad) == "array([1., 2.])"
    arr[:] = 0.0


@pytest.mark.parametrize(("constant", "expected"), [(False, False), (True, True), (None, True)])
def test_constant_forces_if_given(constant, expected):
    t1, t2 = mg.tensor(1.0, constant=True), mg.tensor(1.0, constant=True)
    assert mg.add(t1, t2, constant=constant).constant is expected
    assert mg.add(t1, t2).constant is True
    assert mg.add(t1, mg.tensor(1.0)).constant is False


def test_constant_is_keyword_only():
    with pytest.raises(TypeError):
        mg.sum(mg.tensor([1.0]), None, None, None, False, 0, True, True)
    with pytest.raises(TypeError):
        mg.add(1.0, 1.0, None, True)


def test_backward_from_a_matrix_is_from_its_sum():
    t1 = mg.tensor([[1.0, 2.0], [0.0, -1.0]])
    t2 = mg.tensor([[0.0, 1.0], [3.0, -1.0]])
    z = t1 @ t2
    z.backward()
    assert_array_equal(t1.grad, [[1.0, 2.0], [1.0, 2.0]])
    assert_array_equal(t2.grad, [[1.0, 1.0], [1.0, 1.0]])
    assert_array_equal(z.grad, np.ones((2, 2)))


def test_integers_are_constants():
    assert mg.tensor([[1, 2]]).constant is True
    with pytest.raises(ValueError, match="constant"):
        mg.tensor([[1, 2]], constant=False)


# -- 2.0.1, 2.0.2 ------------------------------------------------------------------------------------------


def test_matmul_and_execute_op_are_at_the_top_level():
    assert {"matmul", "multi_matmul", "execute_op"} <= set(dir(mg))


def test_a_broadcast_0d_tensor_gets_a_0d_gradient():
    x = mg.tensor(2.0)
    (x * [1.0, 2.0, 3.0]).backward()
    assert type(x.grad) is np.ndarray
    assert repr(x.grad) == "array(6.)"


UNARY = "isnan isfinite isinf signbit logical_not rint sign floor ceil trunc"
BINARY = """
    logical_and logical_or logical_xor greater greater_equal less less_equal equal not_equal
    floor_divide remainder mod fmod divmod isclose
"""


@pytest.mark.parametrize("name", (UNARY + BINARY).split())
def test_functions_without_derivative(name):
    arrays = [np.array([1.5, -2.5, 0.0]), np.array([1.5, 2.0, 4.0])][: 1 if name in UNARY.split() else 2]
    tensors = [mg.tensor(array, constant=True) for array in arrays]
    expected = getattr(np, name)(*arrays)
    for result in (getattr(np, name)(*tensors), getattr(mg, name)(*tensors)):
        parts = result if isinstance(result, tuple) else (result,)
        assert all(type(part) is np.ndarray for part in parts)
        assert_array_equal(result, expected)


def test_isnat_is_numpys():
    assert mg.isnat is np.isnat
    with pytest.raises(TypeError):
        np.isnat(mg.tensor(1.0))
    assert mg.isnat(np.datetime64("NaT", "D"))


# -- 2.1.0 -------------------------------------------------------------------------------------------------


def test_clip_into_a_target():
    x = mg.tensor([-1.0, 0.5, 3.0])
    out = mg.zeros_like(x)
    assert mg.clip(x, 0.0, 1.0, out=out) is out
    assert repr(out) == "Tensor([0. , 0.5, 1. ])"
    (out * [10.0, 20.0, 30.0]).backward()
    assert repr(x.grad) == "array([ 0., 20.,  0.])"

    x = mg.tensor([-1.0, 0.5, 3.0]) * 1
    assert x.clip(0.0, 1.0, out=x) is x
    assert repr(x) == "Tensor([0. , 0.5, 1. ])"


def test_an_integer_scalar_is_an_index():
    assert "abc"[mg.tensor(1)] == "b"
    assert [10, 20, 30][mg.tensor(-1)] == 30
    for no_index in (mg.tensor(1.0), mg.tensor([1])):
        with pytest.raises(TypeError):
            "abc"[no_index]


@pytest.mark.parametrize("args", [(3,), (1, 4), (1, 8, 3), (0.5, 3.0), (5, 0, -2)])
def test_arange_as_numpys(args):
    assert_array_equal(mg.arange(*args).data, np.arange(*args))
    assert_array_equal(mg.arange(*args, dtype=np.float32).data, np.arange(*args, dtype=np.float32))


def test_the_derivative_of_absolute_at_zero():
    x = mg.tensor([-2.0, 0.0, 3.0])
    mg.absolute(x).backward()
    assert repr(x.grad) == "array([-1.,  0.,  1.])"
    mg.absolute(x, nan_to_num=False).backward()
    assert repr(x.grad) == "array([-1., nan,  1.])"


def test_the_derivative_of_the_norm_at_zero():
    x = mg.tensor([[0.0, 0.0], [3.0, 4.0]])
    mg.linalg.norm(x, axis=1).backward()
    np.testing.assert_allclose(x.grad, [[0.0, 0.0], [0.6, 0.8]])
    mg.linalg.norm(x, axis=1, nan_to_num=False).backward()
    np.testing.assert_allclose(x.grad, [[np.nan, np.nan], [0.6, 0.8]])


# -- 1.x ---------------------------------------------------------------------------------------------------


def test_shape_can_be_set():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x * 1
    y.shape = (2, 2)
    assert y.shape == (2, 2)
    (y[0] * 3).backward()
    assert repr(x.grad) == "array([3., 3., 0., 0.])"
    with pytest.raises(ValueError):
        y.shape = (3, 3)


def test_the_interfaces_of_reshape():
    x = mg.arange(6.0)
    assert x.reshape(2, 3).shape == x.reshape((2, 3)).shape == mg.reshape(x, (2, 3)).shape == (2, 3)


def test_asarray_of_a_tensor():
    x = mg.tensor([1.0, 2.0])
    assert mg.asarray(x) is x.data
    assert mg.asarray([1, 2], dtype=float).dtype == float


def test_positive_is_an_operation():
    x = mg.tensor([1.0, 2.0])
    y = +x
    assert y is not x
    assert y.creator is not None
    assert not np.shares_memory(x, y)


def test_small_powers_at_zero():
    x = mg.tensor([0.0, 3.0])
    (x**1).backward()
    assert repr(x.grad) == "array([1., 1.])"
    (x**2).backward()
    assert repr(x.grad) == "array([0., 6.])"


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
def test_extremes_of_a_0d_tensor(name):
    x = mg.tensor(2.0)
    getattr(mg, name)(x).backward()
    assert repr(x.grad) == "array(1.)"


def test_maximum_of_scalars():
    x, y = mg.tensor(2.0), mg.tensor(3.0)
    mg.maximum(x, y).backward()
    assert (x.grad, y.grad) == (0.0, 1.0)


def test_repeat():
    x = mg.tensor([1.0, 2.0])
    mg.repeat(x, [1, 3]).backward()
    assert repr(x.grad) == "array([1., 3.])"


def test_where():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    mg.where([True, False], x, y).backward()
    assert repr(x.grad) == "array([1., 0.])"
    assert repr(y.grad) == "array([0., 1.])"


def test_going_back_through_a_cleared_graph():
    x, other = mg.tensor(2.0), mg.tensor(3.0)
    y = x * x
    f, g, unrelated = y * 3, y * other, other * 5
    f.backward()
    with pytest.raises(InvalidBackprop):
        g.backward()
    unrelated.backward()  # a graph that shares no more than a leaf with them
    assert repr(other.grad) == "array(5.)"
