"""Derivatives of sorting and of order statistics at ties and nan, and of picking with repeated positions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules import RULES
from mygrad._rules.sorting import choose, select

inf, nan = np.inf, np.nan


def grad(fn, a, *args, g=1.0, wrt=0, **params):
    """The gradient of ``fn(a, *args)`` in one argument; `g` is broadcast to the shape of the result."""
    args = (np.array(a, float) if isinstance(a, list) else a, *args)
    with np.errstate(all="ignore"):
        out = np.asarray(RULES[fn].fn(*args, **params))
        seed = np.array(np.broadcast_to(np.asarray(g, out.dtype), out.shape))
        gradient = RULES[fn].vjp(wrt)(seed, out, *args, **params)
    assert gradient.dtype == out.dtype
    return unbroadcast(gradient, args[wrt].shape)


# --- Sorting ----------------------------------------------------------------------------------------


def test_sorting_gives_back_what_went_where():
    assert_array_equal(grad(np.sort, [3.0, 1.0, 2.0], g=[10.0, 20.0, 30.0]), [30.0, 10.0, 20.0])


def test_sorting_is_stable_at_ties():
    a = np.tile([2.0, 1.0], 500)
    gradient = grad(np.sort, a, g=np.arange(1000.0))
    assert_array_equal(gradient[1::2], np.arange(500.0))
    assert_array_equal(gradient[::2], np.arange(500.0, 1000.0))


def test_sorting_puts_nan_last():
    assert_array_equal(grad(np.sort, [nan, 1.0, nan, 0.0], g=[1.0, 2.0, 3.0, 4.0]), [3.0, 2.0, 4.0, 1.0])


@pytest.mark.parametrize("values", ["distinct", "tied", "holes"])
@pytest.mark.parametrize("kth", [0, 3, -1, (2, 700)])
def test_partition_gives_back_what_went_where(values, kth):
    rng = np.random.default_rng(3)
    a = rng.normal(size=(2, 1000)) if values != "tied" else rng.integers(0, 9, (2, 1000)).astype(float)
    if values == "holes":
        a[rng.random(a.shape) < 0.1] = nan
    gradient = grad(np.partition, a, kth, g=np.partition(a, kth))
    assert_array_equal(gradient, a)  # each entry of the result, pulled back, meets its origin


# --- Medians ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fn", [np.median, np.nanmedian])
@pytest.mark.parametrize(
    ("a", "expected"),
    [
        ([3.0, 1.0, 2.0], [0.0, 0.0, 1.0]),
        ([3.0, 1.0, 2.0, 9.0], [0.5, 0.0, 0.5, 0.0]),
        ([2.0, 1.0, 2.0, 9.0, 2.0], [1 / 3, 0.0, 1 / 3, 0.0, 1 / 3]),
        ([2.0, 2.0, 3.0, 9.0], [0.25, 0.25, 0.5, 0.0]),
        ([2.0, 2.0, 1.0, 9.0], [0.5, 0.5, 0.0, 0.0]),
        ([1.0, np.nextafter(1.0, 2.0)], [0.5, 0.5]),
        ([-inf, -inf, 1.0], [0.5, 0.5, 0.0]),
        ([7.0], [1.0]),
    ],
)
def test_median_at_ties(fn, a, expected):
    assert_array_equal(grad(fn, a), expected)
    assert_array_equal(grad(fn, np.array([a, a]), axis=1, keepdims=True), [expected, expected])
    assert_array_equal(grad(fn, np.array([a, a]).T, 0), np.transpose([expected, expected]))


def test_median_with_nan():
    rows = [[1.0, nan, 3.0], [1.0, 5.0, 3.0]]
    assert_array_equal(grad(np.median, rows, 1), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert_array_equal(grad(np.nanmedian, [1.0, nan, 3.0, nan, 9.0, 4.0]), [0.0, 0.0, 0.5, 0.0, 0.0, 0.5])


@pytest.mark.filterwarnings("ignore:All-NaN slice")
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_median_of_nothing():
    assert_array_equal(grad(np.nanmedian, [[nan, nan], [1.0, 2.0]], 1), [[0.0, 0.0], [0.5, 0.5]])
    assert grad(np.median, np.zeros((2, 0)), axis=1).shape == (2, 0)
    assert grad(np.nanmedian, np.zeros((0, 2)), axis=0).shape == (0, 2)


@pytest.mark.parametrize("fn", [np.median, np.nanmedian])
def test_median_does_not_reorder_its_input(fn):
    """The backward pass needs it as it was, even if the caller would not mind."""
    a = np.array([3.0, 1.0, 2.0])
    assert_array_equal(grad(fn, a, overwrite_input=True), [0.0, 0.0, 1.0])
    assert_array_equal(a, [3.0, 1.0, 2.0])


# --- Picking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_take_adds_up_at_repeated_positions(dtype):
    indices = np.array([2, 2, 0, 2], dtype)
    gradient = grad(np.take, [1.0, 2.0, 3.0], indices, g=[1.0, 10.0, 100.0, 1000.0])
    assert_array_equal(gradient, [100.0, 0.0, 1011.0])


@pytest.mark.parametrize(("mode", "expected"), [("wrap", [1.0, 1.0, 2.0]), ("clip", [3.0, 0.0, 1.0])])
def test_take_beyond_the_ends(mode, expected):
    assert_array_equal(grad(np.take, [1.0, 2.0, 3.0], [-2, 9, -4, -1], mode=mode), expected)


def test_take_counts_booleans_as_positions():
    assert_array_equal(grad(np.take, [1.0, 2.0, 3.0], [True, False, True]), [1.0, 2.0, 0.0])


def test_take_along_axis_adds_up_at_repeated_and_negative_positions():
    indices = np.array([[0, -1, 2], [1, 1, 1]])
    gradient = grad(np.take_along_axis, np.zeros((2, 3)), indices, 1)
    assert_array_equal(gradient, [[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])


def test_compress_with_a_condition_of_another_length():
    assert_array_equal(grad(np.compress, [1.0, 0.0], np.zeros((2, 3)), 1, wrt=1), [[1.0, 0.0, 0.0]] * 2)
    assert_array_equal(grad(np.compress, np.array([True, False, False]), np.zeros(2), wrt=1), [1.0, 0.0])


def test_select_takes_the_first_condition_that_holds():
    choices = (np.full(4, nan), np.full(4, inf), np.zeros(4))
    conditions = [np.array([True, True, False, False]), np.array([True, False, True, False])]
    for position, expected in enumerate(([1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])):
        with np.errstate(all="ignore"):
            gradient = RULES[select].vjp(position)(np.ones(4), None, *choices, conditions=conditions)
        assert_array_equal(gradient, expected)


@pytest.mark.parametrize(("mode", "index"), [("raise", [0, 1, 1, 2]), ("wrap", [3, -2, 4, 2]), ("clip", [-5, 1, 1, 8])])
def test_choose_gives_the_gradient_to_the_chosen(mode, index):
    for position, expected in enumerate(([1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1])):
        gradient = RULES[choose].vjp(position)(np.ones(4), None, *[np.zeros(4)] * 3, index=index, mode=mode)
        assert_array_equal(gradient, expected)
