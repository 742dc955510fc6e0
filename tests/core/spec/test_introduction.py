"""The first pages of MyGrad's documentation: dropping tensors into NumPy code."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor


@pytest.fixture
def square():
    return mg.arange(9.0).reshape(3, 3)


def third_party_function(a, b):
    """Written for arrays, by somebody who never heard of tensors."""
    scaled = np.exp(-np.abs(a)) * np.ones_like(a)
    return np.einsum("i,i->", scaled, np.stack([b, np.sqrt(b)]).sum(axis=0))


def test_five_lines():
    x = mg.tensor([1.0, 2.0, 3.0])
    f = np.sum(x * x)
    f.backward()
    assert repr(x.grad) == "array([2., 4., 6.])"


def test_code_of_a_third_party_is_differentiated():
    a, b = mg.tensor([1.0, -2.0]), mg.tensor([4.0, 9.0])
    output = third_party_function(a, b)
    assert isinstance(output, Tensor)
    output.backward()
    decay = np.exp([-1.0, -2.0])
    np.testing.assert_allclose(a.grad, [-6.0, 12.0] * decay)
    np.testing.assert_allclose(b.grad, decay * [1.25, 1 + 1 / 6])


def test_masked_ufunc_that_writes_in_place():
    x = mg.tensor([1.0, 2.0, 3.0])
    y = mg.zeros_like(x)
    result = np.multiply(x, x, where=[True, False, True], out=y)
    assert result is y
    assert_array_equal(y.data, [1.0, 0.0, 9.0])
    y.backward()
    assert repr(x.grad) == "array([2., 0., 6.])"


def test_view_of_the_diagonal(square):
    x = square
    diagonal = np.einsum("ii->i", x)
    assert repr(x) == "Tensor([[0., 1., 2.],\n        [3., 4., 5.],\n        [6., 7., 8.]])"
    assert repr(diagonal) == "Tensor([0., 4., 8.])"
    assert np.shares_memory(x, diagonal)

    diagonal *= -1
    assert repr(x) == "Tensor([[-0.,  1.,  2.],\n        [ 3., -4.,  5.],\n        [ 6.,  7., -8.]])"

    (x**2).backward()
    assert_array_equal(x.grad, [[-0.0, 2.0, 4.0], [6.0, -8.0, 10.0], [12.0, 14.0, -16.0]])
    assert_array_equal(diagonal.grad, [-0.0, -8.0, -16.0])
    assert np.shares_memory(x.grad, diagonal.grad)


def test_indexing_by_a_mask(square):
    x = square
    (x[x < 4] ** 2).backward()
    assert_array_equal(x.grad, [[0.0, 2.0, 4.0], [6.0, 0.0, 0.0], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize("constant", [[-1.0, 0.0, 10], (-1.0, 0.0, 10), np.array([-1.0, 0.0, 10.0])])
def test_array_likes_are_constants(constant):
    x = mg.tensor([1.0, 2.0, 3.0])
    (x * constant).backward()
    assert repr(x.grad) == "array([-1.,  0., 10.])"


def test_derivative_of_a_scalar():
    x = mg.tensor(3.0)
    f = np.square(x)
    assert repr(f) == "Tensor(9.)"
    f.backward()
    assert repr(x.grad) == "array(6.)"


def test_gradient_descent(capsys):
    w = mg.tensor(10.0)
    print(w)
    for _ in range(10):
        loss = w**2
        assert w.grad is None  # using a tensor drops its gradient
        loss.backward()
        w.data -= 0.3 * w.grad
        print(w)
    steps = "10. 4. 1.6 0.64 0.256 0.1024 0.04096 0.016384 0.0065536 0.00262144 0.00104858"
    assert capsys.readouterr().out.splitlines() == [f"Tensor({value})" for value in steps.split()]


def test_power_with_an_array_of_exponents():
    x = mg.tensor([2.0, 2.0, 2.0])
    f = x ** np.array([1.0, 2.0, 3.0])
    assert repr(f) == "Tensor([2., 4., 8.])"
    f.backward()
    assert repr(x.grad) == "array([ 1.,  4., 12.])"


def test_hinge_loss():
    rng = np.random.default_rng(0)
    scores = 10 * rng.random((100, 10))
    labels = rng.integers(10, size=100)
    class_scores = Tensor(scores)
    class_labels = (range(len(labels)), labels)
    correct_class_scores = class_scores[class_labels]

    Lij = class_scores - correct_class_scores[:, np.newaxis] + 1.0
    Lij[Lij <= 0] = 0
    Lij[class_labels] = 0

    loss = Lij.sum() / class_scores.shape[0]
    loss.backward()

    margins = scores - scores[class_labels][:, np.newaxis] + 1.0
    margins[class_labels] = 0
    expected = (margins > 0) / 100
    expected[class_labels] = -expected.sum(axis=1)
    np.testing.assert_allclose(loss.item(), margins[margins > 0].sum() / 100)
    np.testing.assert_allclose(class_scores.grad, expected, atol=1e-15)
