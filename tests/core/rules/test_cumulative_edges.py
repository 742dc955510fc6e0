"""Derivatives of running sums, products and extremes, and of differences, where simple formulas fail."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules import RULES
from mygrad._rules.cumulative import cumulative_max, cumulative_min, recurrence

inf, nan = np.inf, np.nan


def grad(fn, a, *args, g=1.0, wrt=0, **params):
    """The gradient of ``fn(a, *args)`` in one argument; `g` is broadcast to the shape of the result."""
    arrays = [np.array(x, float) if isinstance(x, list) else x for x in (a, *args)]
    with np.errstate(all="ignore"):
        out = np.asarray(RULES[fn].fn(*arrays, **params))
        seed = np.array(np.broadcast_to(np.asarray(g, out.dtype), out.shape))
        gradient = RULES[fn].vjp(wrt)(seed, out, *arrays, **params)
    assert gradient.dtype == out.dtype
    return unbroadcast(gradient, arrays[wrt].shape)


# --- Linear recurrences -----------------------------------------------------------------------------


def step_by_step(b, c):
    r = [b[0]]
    for i in range(1, len(b)):
        r.append(b[i] + c[i] * r[-1])
    return np.array(r)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9, 100, 1001])
@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_recurrence_agrees_with_a_loop(n, scale):
    rng = np.random.default_rng(n)
    b, c = rng.normal(size=n), rng.normal(size=n) * scale
    with np.errstate(over="ignore", invalid="ignore"):
        expected = step_by_step(b, c)
        solution = recurrence(b, c)
    finite = np.abs(expected) < 1e300
    assert_allclose(solution[finite], expected[finite], rtol=1e-9, atol=1e-9)
    assert finite[: min(n, 50)].all()


@pytest.mark.parametrize("shape", [(100, 7), (70, 2, 90), (500, 1), (3, 40)])
def test_recurrences_of_many_rows_are_those_of_each(shape):
    rng = np.random.default_rng(0)
    b, c = rng.normal(size=shape), rng.normal(size=shape)
    expected = np.empty(shape)
    for row in np.ndindex(shape[:-1]):
        expected[row] = step_by_step(b[row], c[row])
    assert_allclose(recurrence(b, c), expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(
    ("c", "dtype"), [(1e200, float), (1e308, float), (1e-200, float), (0.0, float), (1e30, np.float32)]
)
def test_recurrence_with_coefficients_whose_products_are_out_of_range(c, dtype):
    c = dtype(c)
    b = np.zeros(9, dtype)
    b[0] = 1 / c if c > 1 else 3.0
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        expected = step_by_step(b, np.full(9, c, dtype))
        solution = recurrence(b, np.full(9, c, dtype))
        nothing = recurrence(np.zeros(9, dtype), np.full(9, c, dtype))
    assert solution.dtype == dtype
    assert_allclose(solution, expected, rtol=1e-6)
    assert_array_equal(nothing, 0.0)


def test_recurrence_leaves_its_arguments_alone():
    b, c = np.arange(5.0), np.arange(5.0)
    recurrence(b, c)[...] = -1
    recurrence(b[:1], c[:1])[...] = -1
    assert_array_equal(b, np.arange(5.0))
    assert_array_equal(c, np.arange(5.0))


# --- Running sums and products ----------------------------------------------------------------------

CUMULATIVE_PRODUCTS = [np.cumprod, *([np.cumulative_prod] if hasattr(np, "cumulative_prod") else [])]


@pytest.mark.parametrize("fn", CUMULATIVE_PRODUCTS)
@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([0.0, 2.0, 3.0], [1.0 + 2.0 + 6.0, 0.0, 0.0]),
        ([2.0, 0.0, 3.0], [1.0, 2.0 + 6.0, 0.0]),
        ([2.0, 0.0, 0.0, 5.0], [1.0, 2.0, 0.0, 0.0]),
        ([1e-200, 1e-200], [1.0, 1e-200]),
        ([1e200, 1e-200, 1e-200], [1.0, 1e200, 1.0]),
        ([0.0, 1e200, 1e200, 1e200], [inf, 0.0, 0.0, 0.0]),
    ],
)
def test_running_product_with_zeros_and_extreme_factors(fn, factors, expected):
    assert_allclose(grad(fn, factors), expected, rtol=1e-14)


def test_running_product_takes_no_nan_from_where_nothing_was_asked():
    """The products of the later factors are infinite, but their gradients are zero."""
    gradient = grad(np.cumprod, [1e-300, 1e200, 1e200, 1e200], g=[1.0, 0.0, 0.0, 0.0])
    assert_array_equal(gradient, [1.0, 0.0, 0.0, 0.0])


def test_running_product_whose_gradient_cannot_be_multiplied_first():
    """A product times its gradient is out of range, although the product of the other factors is not."""
    gradient = grad(np.cumprod, [1e200, 1e100, 1.0], g=[1.0, 1e10, 0.0])
    assert_allclose(gradient, [1e110, 1e210, 0.0])


def test_running_product_that_decays_to_nothing():
    gradient = grad(np.cumprod, np.full(100_000, 0.5))
    assert_allclose(gradient[:3], [2.0, 1.0, 0.5])
    assert_array_equal(gradient[-1000:], 0.0)


def test_running_functions_ignore_nan():
    assert_array_equal(grad(np.nancumsum, [1.0, nan, 2.0]), [3.0, 0.0, 1.0])
    assert_array_equal(grad(np.nancumprod, [2.0, nan, 0.0, 5.0]), [1.0 + 1.0, 0.0, 2.0 + 10.0, 0.0])
    assert_array_equal(grad(np.nancumprod, [nan, nan]), [0.0, 0.0])


@pytest.mark.parametrize("fn", [np.cumsum, np.nancumsum])
def test_running_sum_of_the_gradient_starts_at_the_end(fn):
    """So that a huge gradient of an early entry does not swamp those of later ones."""
    assert_array_equal(grad(fn, [0.0, 0.0, 0.0], g=[1e300, 1.0, 2.0]), [1e300, 3.0, 2.0])


def test_sums_keep_no_value_for_the_backward_pass():
    for fn in (np.cumsum, np.diff, np.ediff1d):
        assert RULES[fn].kept((0,), 1) == (False, ())


# --- Running extremes -------------------------------------------------------------------------------


@pytest.mark.parametrize(("fn", "sign"), [(cumulative_max, 1.0), (cumulative_min, -1.0)])
def test_running_extreme_shares_among_the_entries_that_tie_so_far(fn, sign):
    a = sign * np.array([2.0, 1.0, 2.0, 2.0, 5.0, 5.0])
    gradient = grad(fn, a, g=[1.0, 10.0, 100.0, 1000.0, 1e4, 1e5])
    third = 1000 / 3
    assert_allclose(gradient, [11 + 50 + third, 0.0, 50 + third, third, 1e4 + 5e4, 5e4])


def test_running_extreme_shares_row_by_row():
    rows = np.array([[3.0, 3.0, 1.0], [1.0, 3.0, 3.0]])
    expected = [[2.0, 1.0, 0.0], [1.0, 1.5, 0.5]]
    assert_array_equal(grad(cumulative_max, rows, axis=1), expected)
    assert_array_equal(grad(cumulative_max, rows.T, axis=0), np.transpose(expected))


def test_running_maximum_does_not_cancel():
    gradient = grad(cumulative_max, [1.0, 2.0, 3.0], g=[1.0, 1e-20, 1e20])
    assert_array_equal(gradient, [1.0, 1e-20, 1e20])


def test_running_maximum_after_nan():
    assert_array_equal(grad(cumulative_max, [1.0, nan, 5.0, nan]), [1.0, 2.5, 0.0, 0.5])


# --- Differences ------------------------------------------------------------------------------------


def test_no_difference_at_all_is_a_copy():
    a = np.arange(3.0)
    assert RULES[np.diff].fn(a, 0) is not a
    assert_array_equal(grad(np.diff, a, 0), np.ones(3))


@pytest.mark.parametrize("n", [3, 4, 7])
def test_differences_of_too_few_entries(n):
    assert_array_equal(grad(np.diff, [1.0, 2.0, 4.0], n), np.zeros(3))


def test_differences_are_exact():
    assert_array_equal(grad(np.diff, [0.0, 0.0, 0.0], g=[1e20, 1.0]), [-1e20, 1e20, 1.0])


def test_trapezoids_of_unequal_width_and_of_a_given_width():
    y, x = np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 3.0])
    assert_array_equal(grad(np.trapezoid, y, x), [0.5, 1.5, 1.0])
    assert_array_equal(grad(np.trapezoid, y, x, wrt=1), [-1.5, 1.5 - 3.0, 3.0])
    assert_array_equal(grad(np.trapezoid, y, None, np.array(2.0), wrt=2), 4.5)
    assert_array_equal(grad(np.trapezoid, y, x, np.array(2.0), wrt=2), 0.0)
