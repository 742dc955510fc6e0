"""Functions of sets return entries, and the gradient of each goes to the first of those that are equal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import mygrad as mg

TWICE = [3.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize(
    "unique",
    [
        np.unique,
        np.unique_values,
        lambda t: np.unique(t, return_counts=True)[0],
        lambda t: np.unique_all(t).values,
        lambda t: np.unique_counts(t).values,
        lambda t: np.unique_inverse(t).values,
    ],
)
def test_entries_that_are_equal(unique):
    t = mg.tensor(TWICE)
    values = unique(t)
    np.sum(values**2).backward()
    assert_array_equal(np.sort(values), [1.0, 2.0, 3.0])
    assert_array_equal(t.grad, [6.0, 2.0, 4.0, 0.0])


@pytest.mark.parametrize(
    ("function", "of_first", "of_second"),
    [
        (np.union1d, [1.0, 1.0, 1.0, 0.0], [0.0, 1.0]),
        (np.intersect1d, [0.0, 0.0, 1.0, 0.0], [0.0, 0.0]),
        (np.setdiff1d, [1.0, 1.0, 0.0, 0.0], None),
        (np.setxor1d, [1.0, 1.0, 0.0, 0.0], [0.0, 1.0]),
    ],
)
def test_two_sets(function, of_first, of_second):
    a, b = mg.tensor(TWICE), mg.tensor([2.0, 5.0])
    function(a, b).sum().backward()
    assert_array_equal(a.grad, of_first)
    assert (b.grad is None) if of_second is None else np.array_equal(b.grad, of_second)


def test_where_entries_are_is_plain():
    values, index, inverse, counts = np.unique(mg.tensor(TWICE), True, True, True)
    assert isinstance(values, mg.Tensor)
    assert_array_equal(index, [1, 2, 0])
    assert not any(isinstance(part, mg.Tensor) for part in (index, inverse, counts))
    _, *places = np.intersect1d(mg.tensor(TWICE), [2.0, 5.0], return_indices=True)
    assert not any(isinstance(part, mg.Tensor) for part in places)


def test_rows():
    t = mg.tensor([[1.0, 2.0], [0.0, 5.0], [1.0, 2.0]])
    rows = np.unique(t, axis=0)
    (rows * [[1.0, 2.0], [3.0, 4.0]]).sum().backward()
    assert_array_equal(rows, [[0.0, 5.0], [1.0, 2.0]])
    assert_array_equal(t.grad, [[3.0, 4.0], [1.0, 2.0], [0.0, 0.0]])


def test_nan_and_nothing():
    t = mg.tensor([np.nan, 1.0, np.nan])
    assert_array_equal(np.unique(t), [1.0, np.nan])
    assert_array_equal(np.unique(t, equal_nan=False), [1.0, np.nan, np.nan])
    np.unique(t)[:1].sum().backward()
    assert_array_equal(t.grad, [0.0, 1.0, 0.0])
    assert np.unique(t[:0]).shape == (0,)
    assert mg.intersect1d([1.0], [2.0]).shape == (0,)


entries = st.sampled_from([-1.5, -0.0, 0.0, 0.5, 2.0, np.nan, np.inf])
lines = st.lists(entries, max_size=8).map(np.array) | st.lists(st.integers(-2, 2), max_size=8).map(np.array)


@given(lines, lines, st.booleans())
def test_values_are_numpys(a, b, equal_nan):
    for function in np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d:
        for tensors in ([mg.Tensor(a), mg.Tensor(b)], [mg.Tensor(a), b], [a, mg.Tensor(b)]):
            assert_array_equal(function(*tensors), function(a, b), strict=True)
    for ours, numpys in zip(
        np.unique(mg.Tensor(a), True, True, True, equal_nan=equal_nan),
        np.unique(a, True, True, True, equal_nan=equal_nan),
        strict=True,
    ):
        assert_array_equal(ours, numpys, strict=True)
    assert_array_equal(np.unique_values(mg.Tensor(a)), np.unique_values(a), strict=True)
