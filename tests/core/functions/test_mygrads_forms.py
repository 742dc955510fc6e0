"""Calls that MyGrad understands and NumPy does not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor

M = np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]])


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "max", "min", "amax", "amin", "nansum", "ptp"])
def test_keepdims_follows_axis(name):
    ours, numpys = getattr(mg, name), getattr(np, name)
    for axis in (0, (0, 1), None):
        expected = numpys(M, axis=axis, keepdims=True)
        assert_array_equal(ours(mg.tensor(M), axis, True).data, expected)
        assert_array_equal(ours(mg.tensor(M), axis, False).data, numpys(M, axis=axis))


@pytest.mark.parametrize("name", ["var", "std"])
def test_ddof_and_keepdims_follow_axis(name):
    ours, numpys = getattr(mg, name), getattr(np, name)
    assert_array_equal(ours(mg.tensor(M), 1, 1).data, numpys(M, axis=1, ddof=1))
    assert_array_equal(ours(mg.tensor(M), 1, 1, True).data, numpys(M, axis=1, ddof=1, keepdims=True))
    assert_array_equal(ours(mg.tensor(M), 1, 0, False).data, numpys(M, axis=1))


def test_axes_of_transpose_one_by_one():
    x = mg.zeros((2, 3, 4))
    assert mg.transpose(x, 1, 2, 0).shape == mg.transpose(x, (1, 2, 0)).shape == (3, 4, 2)
    assert mg.transpose(mg.zeros(3), 0).shape == (3,)
    with pytest.raises(ValueError, match="axes"):
        mg.transpose(x, 1, 0)


def test_newshape():
    assert mg.reshape(M, newshape=(3, 2)).shape == (3, 2)
    with pytest.raises(TypeError, match="both"):
        mg.reshape(M, (3, 2), newshape=(3, 2))


def test_dtype_of_concatenate_by_position():
    out = mg.concatenate([M, M], 0, None, np.float32)
    assert out.dtype == np.float32
    for module in (mg, np):
        with pytest.raises(TypeError):
            module.concatenate([M, M], 0, np.empty((4, 3)), dtype=np.float32)


def test_out_of_clip_by_position():
    out = mg.zeros((2, 3))
    assert mg.clip(M, 0.0, 1.0, out) is out
    assert_array_equal(out.data, np.clip(M, 0.0, 1.0))


class TestAbsolute:
    def test_is_a_ufunc(self):
        assert isinstance(mg.absolute, mg.ufunc)
        assert_array_equal(np.absolute(mg.tensor([-1.0])).data, [1.0])

    @pytest.mark.parametrize(("nan_to_num", "at_zero"), [(True, 0.0), (False, np.nan)])
    def test_derivative_at_zero(self, nan_to_num, at_zero):
        x = mg.tensor([-2.0, 0.0, 3.0])
        y = mg.absolute(x, nan_to_num=nan_to_num)
        assert_array_equal(y.data, [2.0, 0.0, 3.0])
        y.backward()
        assert_array_equal(x.grad, [-1.0, at_zero, 1.0])

    def test_strictly_with_keywords(self):
        x, out = mg.tensor([-2.0, 0.0, 3.0]), mg.tensor([7.0, 8.0, 9.0])
        assert mg.absolute(x, out, where=[True, True, False], nan_to_num=False) is out
        assert_array_equal(out.data, [2.0, 0.0, 9.0])
        out.backward()
        assert_array_equal(x.grad, [-1.0, np.nan, 0.0])
        single = mg.absolute(x, dtype=np.float32, nan_to_num=False)
        assert (single.dtype, single.constant) == (np.float32, False)
        assert mg.absolute(x, nan_to_num=False, constant=True).constant is True
        assert mg.absolute([1, -2], nan_to_num=False).dtype == int


class TestNorm:
    @pytest.mark.parametrize("ord", [None, 1, 2, 3])
    def test_derivative_at_zero(self, ord):
        x = mg.tensor([[3.0, 0.0, 4.0], [0.0, 0.0, 0.0]])
        mg.linalg.norm(x, ord, axis=1).backward()
        assert np.isfinite(x.grad).all()
        assert_array_equal(x.grad[1], 0.0)
        expected = x.grad
        y = mg.linalg.norm(x, ord, axis=1, nan_to_num=False)
        assert_allclose(y.data, np.linalg.norm(x.data, ord, axis=1))
        y.backward()
        assert_array_equal(np.isnan(x.grad), x.data == 0)
        assert_allclose(x.grad[0, ::2], expected[0, ::2])

    def test_of_matrices(self):
        a = np.array([[1.0, 0.0], [2.0, 3.0]])
        for ord in (None, "fro", 1, np.inf, 2, "nuc"):
            assert_allclose(mg.linalg.norm(a, ord, nan_to_num=False).data, np.linalg.norm(a, ord))


class TestSequences:
    def test_sum_and_product(self):
        x, y = mg.tensor([1.0, 2.0]), mg.tensor(3.0)
        assert_array_equal(mg.add_sequence(x, y, 1).data, [5.0, 6.0])
        z = mg.multiply_sequence(x, [0.0, 1.0], y)
        assert_array_equal(z.data, [0.0, 6.0])
        z.backward()
        assert_array_equal(x.grad, [0.0, 3.0])
        assert_array_equal(y.grad, 2.0)

    @pytest.mark.parametrize("f", [mg.add_sequence, mg.multiply_sequence])
    def test_constant(self, f):
        x = mg.tensor([1.0, 2.0])
        assert f(1.0, [2.0]).constant is True
        assert f(x, 1.0).constant is False
        assert f(x, 1.0, x, constant=True).constant is True
        assert f(1.0, 1.0, 1.0, constant=False).constant is False

    @pytest.mark.parametrize("f", [mg.add_sequence, mg.multiply_sequence])
    def test_of_less_than_two(self, f):
        for variables in ((), ([1.0, 2.0],)):
            with pytest.raises(ValueError, match="two or more"):
                f(*variables)


class TestMultiMatmul:
    def test_is_multi_dot(self):
        a, b, c = (np.arange(1.0, 1.0 + m * n).reshape(m, n) for m, n in ((2, 3), (3, 4), (4, 1)))
        assert_allclose(mg.multi_matmul([a, b, c]).data, np.linalg.multi_dot([a, b, c]))
        assert_allclose(mg.multi_matmul((a[0], b, c[:, 0])).data, np.linalg.multi_dot([a[0], b, c[:, 0]]))
        assert mg.multi_matmul([a, b], constant=False).constant is False

    def test_gradient(self):
        a, b, c = (mg.tensor(np.arange(1.0, 1.0 + m * n).reshape(m, n)) for m, n in ((2, 3), (3, 4), (4, 1)))
        mg.multi_matmul([a, b, c]).backward()
        assert_allclose(c.grad, (a.data @ b.data).sum(axis=0)[:, None])
        assert mg.multi_matmul([a, b], constant=True).constant is True

    def test_of_less_than_two(self):
        for factors in ([], [M]):
            with pytest.raises(ValueError, match="two"):
                mg.multi_matmul(factors)


@pytest.mark.parametrize("f", [mg.sec, mg.csc, mg.cot, mg.sech, mg.csch, mg.coth])
def test_reciprocals(f):
    inverse = getattr(mg, f"arc{f.__name__}")
    name = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}[f.__name__]
    x = mg.tensor([0.4, 1.3])
    y = f(x)
    assert_allclose(y.data, 1 / getattr(np, name)(x.data))
    assert_allclose(inverse(y).data, x.data)
    assert f([0.4, 1.3]).constant is True
    assert f(x, constant=True).constant is True
    assert f(np.float32(0.5)).dtype == np.float32
    assert isinstance(f(1), Tensor)


class TestSlidingWindowView:
    """(Invalid arguments: tests/core/rules/test_windows_edges.py.)"""

    def test_of_an_array(self):
        x = np.arange(36).reshape(6, 6)
        y = mg.sliding_window_view(x, step=(2, 2), window_shape=(3, 2))
        assert type(y) is np.ndarray
        assert y.shape == (2, 3, 3, 2)
        assert not y.flags.writeable
        for i, j in np.ndindex(2, 3):
            assert_array_equal(y[i, j], x[2 * i : 2 * i + 3, 2 * j : 2 * j + 2])

    def test_of_a_tensor(self):
        x = mg.tensor(np.arange(24.0).reshape(2, 3, 4))
        y = mg.sliding_window_view(x, (2,), 1, dilation=2)
        assert y.shape == (2, 2, 3, 2)
        assert y.base is x
        assert_array_equal(y.data[1], x.data[..., 1::2])
        y.backward()
        assert_array_equal(x.grad, np.ones((2, 3, 4)))

    def test_of_a_list_with_variables(self):
        x = mg.tensor(2.0)
        y = mg.sliding_window_view([x, 1.0, x], (2,), 1)
        y.backward()
        assert_array_equal(x.grad, 2.0)

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            (((2, 2), 0), ValueError),
            (((2,), 1.5), TypeError),
            (((9,), 1), ValueError),
            ((2, 1), TypeError),
            (((2, 2), (1, 1, 1)), ValueError),
            (((0,), 1), TypeError),
            (((1, 1, 1), 1), ValueError),
            (((2,), 1, 9), ValueError),
            (((2,), 1, (1, 1)), ValueError),
        ],
    )
    def test_invalid_arguments(self, args, error):
        for array in (M, mg.tensor(M)):
            with pytest.raises(error, match=r"window|step|dilation"):
                mg.sliding_window_view(array, *args)
