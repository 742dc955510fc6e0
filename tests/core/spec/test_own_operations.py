"""The page on writing operations of one's own."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import execute_op
from mygrad.errors import InvalidGradient
from mygrad.operation_base import Operation


class CustomMultiply(Operation):
    def __call__(self, x, y):
        assert isinstance(x, mg.Tensor)
        assert isinstance(y, mg.Tensor)
        self.variables = (x, y)
        return x.data * y.data

    def backward_var(self, grad, index, **kwargs):
        x, y = self.variables
        if index == 0:
            return grad * y.data
        return grad * x.data


def custom_multiply(x, y, constant=None, out=None):
    return execute_op(CustomMultiply, x, y, constant=constant, out=out)


def test_custom_multiply():
    x, y = mg.tensor(2.0), mg.tensor([1.0, 2.0, 3.0])
    z = custom_multiply(x, y)
    assert isinstance(z, mg.Tensor)
    assert repr(z) == "Tensor([2., 4., 6.])"
    assert isinstance(z.creator, CustomMultiply)
    z.backward()
    assert repr(x.grad) == "array(6.)"
    assert repr(y.grad) == "array([2., 2., 2.])"


def test_array_likes_become_tensors():
    x = mg.tensor([1.0, 2.0])
    custom_multiply([3.0, 4.0], x).backward()
    assert repr(x.grad) == "array([3., 4.])"


@pytest.mark.parametrize(
    ("constants", "asked", "expected"),
    [
        ((False, False), None, False),
        ((True, False), None, False),
        ((True, True), None, True),
        ((False, False), True, True),
        ((True, True), False, False),
    ],
)
def test_constants(constants, asked, expected):
    x, y = (mg.tensor([1.0, 2.0], constant=constant) for constant in constants)
    assert custom_multiply(x, y, constant=asked).constant is expected


def test_a_constant_gets_no_gradient():
    x, y = mg.tensor([1.0, 2.0], constant=True), mg.tensor([3.0, 4.0])
    custom_multiply(x, y).backward()
    assert x.grad is None
    assert repr(y.grad) == "array([1., 2.])"


def test_in_place():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    out = x * 1
    assert custom_multiply(out, y, out=out) is out
    assert_array_equal(out.data, [3.0, 8.0])
    out.backward()
    assert repr(x.grad) == "array([3., 4.])"
    assert repr(y.grad) == "array([1., 2.])"


def test_variables_keep_the_values_of_the_call():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    z = custom_multiply(x, y)
    x[:] = 100.0
    z.backward()
    assert repr(y.grad) == "array([1., 2.])"


def test_backward_may_be_overridden():
    class Both(CustomMultiply):
        def backward(self, grad, **kwargs):
            x, y = self.variables
            return grad * y.data, grad * x.data

    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    execute_op(Both, x, y).backward()
    assert repr(x.grad) == "array([3., 4.])"
    assert repr(y.grad) == "array([1., 2.])"


@pytest.mark.parametrize("wrong", [None, "gradient", np.ones(7)])
def test_a_wrong_gradient_is_refused(wrong):
    class Wrong(CustomMultiply):
        def backward_var(self, grad, index, **kwargs):
            return wrong

    x = mg.tensor([1.0, 2.0])
    with pytest.raises(InvalidGradient, match="Wrong"):
        execute_op(Wrong, x, x).backward()
    x.data[:] = 0.0  # nothing stays locked
