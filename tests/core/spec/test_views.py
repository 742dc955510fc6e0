"""The page on views and in-place operations."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg


def test_a_view_shares_memory():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x[:2]
    assert y.base is x
    assert x.base is None
    assert np.shares_memory(x, y)


def test_writing_propagates_and_so_do_gradients():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x[:2]

    y *= -1
    assert repr(x) == "Tensor([-1., -2.,  3.,  4.])"
    assert repr(y) == "Tensor([-1., -2.])"

    (x**2).backward()
    assert repr(x.grad) == "array([-2., -4.,  6.,  8.])"
    assert repr(y.grad) == "array([-2., -4.])"
    assert y.grad.base is x.grad


@pytest.mark.parametrize(
    "take",
    [
        lambda x: x[1:],
        lambda x: x[::-1][1:],
        lambda x: x[..., np.newaxis],
        lambda x: x.reshape(2, 2),
        lambda x: np.reshape(x, (2, 2)).T,
        lambda x: np.swapaxes(x[:, None], 0, 1),
        lambda x: np.expand_dims(x, 0),
        lambda x: np.squeeze(x[None]),
        lambda x: np.ravel(x),
        lambda x: np.broadcast_to(x, (3, 4))[1],
        lambda x: np.einsum("ii->i", x.reshape(2, 2)),
    ],
)
def test_views_of_every_kind(take):
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = take(x)
    assert y.base is x
    assert np.shares_memory(x, y)
    (x**2).backward()
    assert_array_equal(y.grad, take(x.grad))
    assert np.shares_memory(x.grad, y.grad)


def test_advanced_indexing_copies():
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    assert x[[0, 1]].base is None
    assert x[x > 2].base is None


def test_diagonal_and_antidiagonal():
    x = mg.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
    diag = mg.einsum("ii->i", x)
    assert repr(diag) == "Tensor([0., 4., 8.])"
    anti_diag = mg.einsum("ii->i", x[:, ::-1])
    assert repr(anti_diag) == "Tensor([2., 4., 6.])"

    (diag - anti_diag).sum().backward()
    assert_array_equal(x.grad, [[1.0, 0.0, -1.0], [0.0, 0.0, 0.0], [-1.0, 0.0, 1.0]])
    assert repr(diag.grad) == "array([1., 0., 1.])"
    assert repr(anti_diag.grad) == "array([-1.,  0., -1.])"


def test_an_augmented_assignment_keeps_the_tensor():
    x = mg.tensor([1.0, 2.0])
    y, data = x, x.data
    x *= 2
    assert x is y
    assert x.data is data
    assert_array_equal(y.data, [2.0, 4.0])
    y.backward()


def test_a_write_under_no_autodiff_is_a_plain_write():
    x = mg.tensor([1.0, 2.0, 3.0])
    y = x[:2]
    with mg.no_autodiff:
        y *= -1
        x[2] = 5.0
    assert x.creator is None
    assert repr(x) == "Tensor([-1., -2.,  5.])"
    (x**2).backward()
    assert repr(x.grad) == "array([-2., -4., 10.])"
