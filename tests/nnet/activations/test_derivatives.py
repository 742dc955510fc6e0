"""Every activation: its derivatives, its dtypes, what it takes."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import activations
from mygrad.testing import check_grads
from nets.activations import ACTIVATIONS as FUNCTIONS

ALL = pytest.mark.parametrize("name", FUNCTIONS)


def test_every_activation_is_tested():
    assert {name.split(",")[0] for name in FUNCTIONS} == set(activations.__all__)


@ALL
def test_first_and_second_derivatives(name):
    x = np.random.default_rng(0).normal(scale=2, size=(2, 3, 4))
    check_grads(FUNCTIONS[name], x, order=2)
    check_grads(FUNCTIONS[name], np.asfortranarray(x)[:, 1:, ::-1])


@ALL
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_the_dtype_stays_in_both_directions(name, dtype):
    x = mg.tensor(np.linspace(-3, 3, 8).reshape(2, 4), dtype=dtype)
    y = FUNCTIONS[name](x)
    assert y.dtype == dtype
    y.backward()
    assert x.grad.dtype == dtype
    # and it is the number that float64 gives, as closely as the dtype can tell
    reference = mg.tensor(x.data, dtype=np.float64)
    expected = FUNCTIONS[name](reference)
    expected.backward()
    tolerance = 20 * max(np.finfo(dtype).eps, np.finfo(np.float64).eps)
    np.testing.assert_allclose(y.data, expected.data, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(x.grad, reference.grad, rtol=tolerance, atol=tolerance)


@ALL
def test_any_array_like_will_do(name):
    f = FUNCTIONS[name]
    expected = f(np.array([[1.0, -2.0], [3.0, 0.5]]))
    assert isinstance(expected, mg.Tensor)
    assert expected.constant
    for x in ([[1.0, -2.0], [3.0, 0.5]], ((1.0, -2.0), (3.0, 0.5)), [np.array([1.0, -2.0]), [3.0, 0.5]]):
        got = f(x)
        assert got.constant
        np.testing.assert_array_equal(got, expected)


@ALL
def test_tensors_in_a_list_get_their_gradients(name):
    a, b = mg.tensor([1.0, -2.0]), mg.tensor([0.5, 0.25])
    FUNCTIONS[name]([a, b]).backward()
    stacked = mg.tensor([[1.0, -2.0], [0.5, 0.25]])
    FUNCTIONS[name](stacked).backward()
    np.testing.assert_allclose([a.grad, b.grad], stacked.grad)


@ALL
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, bool])
def test_integers_are_computed_with(name, dtype):
    x = np.array([[0, 1], [1, 1]], dtype)
    y = FUNCTIONS[name](x)
    assert y.constant
    tolerance = 1e-3 if name == "tanh" else 1e-12  # NumPy has it in float16, if given int8
    np.testing.assert_allclose(y, FUNCTIONS[name](x.astype(float)), rtol=tolerance)


@ALL
def test_constant(name):
    x = mg.tensor([[1.0, -2.0], [0.5, 0.25]])
    assert not FUNCTIONS[name](x).constant
    assert FUNCTIONS[name](x, constant=True).constant
    assert not FUNCTIONS[name](x.data, constant=False).constant


@ALL
def test_empty_arrays(name):
    for shape in ((0, 4), (2, 0)):
        x = mg.tensor(np.empty(shape))
        FUNCTIONS[name](x).backward()
        assert x.grad.shape == shape


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"tanh"}))  # which is NumPy's
def test_complex_numbers_are_refused(name):
    with pytest.raises(TypeError, match="complex"):
        FUNCTIONS[name](np.array([[1j, 2.0], [0.0, 0.0]]))
