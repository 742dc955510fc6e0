"""np.copyto, np.put and the like write into tensors as into arrays, as a part of the graph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg

M = np.arange(12.0).reshape(3, 4)
#: What writes, its arguments, and which of them has the values.
WRITES = [
    (np.copyto, (2.5,), 0),
    (np.copyto, (np.arange(4.0),), 0),
    (np.copyto, (np.arange(4), "safe", M > 5), 0),
    (np.copyto, (np.arange(3.0)[:, None], "same_kind", [True, False, True, False]), 0),
    (np.copyto, (M + 1, "unsafe", False), 0),
    (np.put, ([0, 5, -1], [1.5, 2.5, 3.5]), 1),
    (np.put, ([0, 5, 0, 1], [1.5, 2.5]), 1),
    (np.put, (3, 9.5), 1),
    (np.put, ([[1, 2]], [[7.0, 8.0, 9.0]]), 1),
    (np.put, ([1, 20, -30], [7.0, 8.0, 9.0], "wrap"), 1),
    (np.put, ([1, 20, -30], [7.0, 8.0, 9.0], "clip"), 1),
    (np.put, ([], 1.0), 1),
    (np.place, (M > 3, [1.5, 2.5, 3.5]), 1),
    (np.place, (M > 30, []), 1),
    (np.putmask, (M > 3, M * 2), 1),
    (np.putmask, (M > 3, [1.5, 2.5, 3.5]), 1),
    (np.fill_diagonal, (7.5,), 0),
    (np.fill_diagonal, ([1.5, 2.5],), 0),
    (np.put_along_axis, (np.array([[1], [0], [3]]), np.array([[1.5], [2.5], [3.5]]), 1), 1),
    (np.put_along_axis, (np.array([[1, 0, 2, 0]]), 9.5, 0), 1),
    (np.put_along_axis, (np.array([1, 4, -1]), 9.5, None), 1),
]


@pytest.mark.parametrize(("write", "args", "position"), WRITES)
class TestWrites:
    def test_value(self, write, args, position):
        expected = M.copy()
        write(expected, *args)
        for constant in (True, False):
            x = mg.Tensor(M, constant=constant)
            array = x.data
            assert write(x, *args) is None
            assert_array_equal(x, expected)
            assert x.data is array
            assert x.constant is constant

    def test_derivative(self, write, args, position):
        """Of a function that is linear in what was there and in what is written."""
        weights = np.random.default_rng(0).uniform(-1, 1, M.shape)

        def run(old, values):
            y = old + 0
            write(y, *args[:position], values, *args[position + 1 :])
            return np.sum(y * weights)

        old, values = mg.Tensor(M), mg.Tensor(np.asarray(args[position], float))
        run(old, values).backward()
        for t in (old, values):
            grad = np.zeros(t.shape) if t.grad is None else t.grad
            direction = np.random.default_rng(1).uniform(-1, 1, t.shape)
            moved = [t.data + direction if s is t else s.data for s in (old, values)]
            assert_allclose(np.sum(grad * direction), run(*moved) - run(M, values.data), atol=1e-12)

    def test_view(self, write, args, position):
        base = mg.Tensor(np.stack([M, M]))
        write(base[1], *args)
        expected = M.copy()
        write(expected, *args)
        assert_array_equal(base, [M, expected])

    def test_array_that_cannot_take_the_gradient(self, write, args, position):
        if write is np.fill_diagonal:  # NumPy asks no argument but the first
            return
        target = M.copy()
        values = mg.Tensor(np.asarray(args[position], float))
        with pytest.raises(TypeError, match=f"np.{write.__name__} was given .* takes no gradient"):
            write(target, *args[:position], values, *args[position + 1 :])
        assert_array_equal(target, M)
        constant = mg.Tensor(values.data, constant=True)
        expected = M.copy()
        write(expected, *args[:position], values.data, *args[position + 1 :])
        write(target, *args[:position], constant, *args[position + 1 :])
        assert_array_equal(target, expected)


@pytest.mark.parametrize(
    ("write", "args", "error"),
    [
        (np.copyto, (np.ones(3),), ValueError),
        (np.copyto, (1j,), TypeError),
        (np.put, ([99], 1.0), IndexError),
        (np.place, (M > 3, []), ValueError),
        (np.place, (np.ones(3), [1.0]), ValueError),
        (np.putmask, (np.ones(3), 1.0), ValueError),
        (np.put_along_axis, (np.array([[9]]), 1.0, 1), IndexError),
    ],
)
def test_errors_are_numpys(write, args, error):
    with pytest.raises(error):
        write(M.copy(), *args)
    x = mg.Tensor(M)
    y = x * 1
    with pytest.raises(error):
        write(y, *args)
    assert_array_equal(y, M)
    y.backward()
    assert_array_equal(x.grad, np.ones_like(M))


def test_arguments_by_keyword():
    x, v = mg.Tensor([1.0, 2.0]), mg.Tensor([3.0, 4.0])
    np.copyto(dst=x, src=v, where=[True, False])
    assert_array_equal(x, [3.0, 2.0])
    np.put(x, [1], v=v[:1], mode="clip")
    assert_array_equal(x, [3.0, 3.0])
    (x * [1.0, 10.0]).backward()
    assert_array_equal(v.grad, [11.0, 0.0])


def test_masks_and_indices_may_be_tensors():
    x = mg.Tensor([1.0, 2.0, 3.0])
    np.copyto(x, 0.0, where=mg.Tensor([True, False, False]))
    np.put(x, mg.Tensor([2]), 9.0)
    assert_array_equal(x, [0.0, 2.0, 9.0])


@given(st.lists(st.integers(-12, 11), max_size=8), st.lists(st.floats(-9, 9), min_size=1, max_size=5))
def test_put_gives_the_gradient_to_the_last_writer(indices, values):
    expected = M.copy()
    np.put(expected, indices, values)
    x, v = mg.Tensor(M), mg.Tensor(values)
    np.put(x, indices, v)
    assert_array_equal(x, expected)
    marks = np.full(12, -1)
    np.put(marks, indices, np.arange(len(values)))
    (x * 1.0).backward()
    if indices:
        assert_array_equal(v.grad, [np.sum(marks == i) for i in range(len(values))])


def test_fill_diagonal_of_a_tall_matrix():
    for wrap in (False, True):
        expected = np.zeros((5, 2))
        np.fill_diagonal(expected, [1.0, 2.0, 3.0], wrap)
        x = mg.zeros((5, 2))
        np.fill_diagonal(x, [1.0, 2.0, 3.0], wrap=wrap)
        assert_array_equal(x, expected)
