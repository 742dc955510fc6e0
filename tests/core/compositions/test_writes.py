"""np.copyto, np.put and the like write into tensors as into arrays, as a part of the graph.

(Derivatives: tests/core/catalogue/test_numpy_calls.py.)
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import mygrad as mg
from catalogue import every_example
from catalogue.writes import EXAMPLES as WRITES

M = np.arange(12.0).reshape(3, 4)
#: Where the values are, for those that NumPy asks about more than the first argument.
VALUES = {np.copyto: 1, np.put: 2, np.place: 2, np.putmask: 2, np.put_along_axis: 2}


def written(write, example):
    target, *args = example.args
    expected = target.copy()
    write(expected, *args, **example.params)
    return expected


@every_example(WRITES)
def test_value(write, example):
    for constant in (True, False):
        x = mg.Tensor(example.args[0], constant=constant)
        array = x.data
        assert write(x, *example.args[1:], **example.params) is None
        assert_array_equal(x, written(write, example))
        assert x.data is array
        assert x.constant is constant


@every_example(WRITES)
def test_view(write, example):
    target, *args = example.args
    base = mg.Tensor(np.stack([target, target]))
    write(base[1, ...], *args, **example.params)
    assert_array_equal(base, [target, written(write, example)])


@every_example(VALUES)
def test_array_that_cannot_take_the_gradient(write, example):
    target, *args = example.args
    array, values = target.copy(), np.asarray(args[VALUES[write] - 1], float)
    args[VALUES[write] - 1] = mg.Tensor(values)
    with pytest.raises(TypeError, match=f"np.{write.__name__} was given .* takes no gradient"):
        write(array, *args, **example.params)
    assert_array_equal(array, target)
    args[VALUES[write] - 1] = mg.Tensor(values, constant=True)
    write(array, *args, **example.params)
    assert_array_equal(array, written(write, example))


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
