"""Derivatives of reductions at ties, zeros, flat rows, masks, infinities and the ends of the number range."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules import RULES
from mygrad._rules.reductions import logsumexp, logsumexp2, products_of_others, std_about, var_about

inf, nan = np.inf, np.nan


def grad(fn, a, *args, g=1.0, wrt=0, dtype=np.float64, **params):
    """The gradient of ``fn(a, *args)`` in one argument, of its shape."""
    arrays = [np.array(x, dtype) if isinstance(x, list) else x for x in (a, *args)]
    with np.errstate(all="ignore"):
        out = np.asarray(RULES[fn].fn(*arrays, **params))
        gradient = RULES[fn].vjp(wrt)(np.full(out.shape, g, out.dtype), out, *arrays, **params)
    assert gradient.dtype == out.dtype
    return unbroadcast(gradient, arrays[wrt].shape)


# --- Sums and means ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fn", [np.sum, np.mean])
def test_sums_and_means_keep_no_value_for_the_backward_pass(fn):
    assert RULES[fn].kept((0,), 1) == (False, ())


@pytest.mark.parametrize("fn", [np.sum, np.nansum, np.prod, np.nanprod, np.max, np.min])
def test_fast_forward_takes_all_parameters_by_position_as_numpy_does(fn):
    a = np.arange(6.0).reshape(2, 3)
    mask = np.array([True, False, True])
    takes_dtype = "dtype" in fn.__doc__.split("Parameters")[1].split("Returns")[0]
    args = (1, np.float32, None, True, 2.0, mask) if takes_dtype else (1, None, True, 2.0, mask)
    assert_array_equal(RULES[fn].fn(a, *args), fn(a, *args), strict=True)
    assert_array_equal(RULES[fn].fn(a), fn(a), strict=True)
    names = dict(zip(("axis", "keepdims", "initial", "where"), (-1, False, 9.0, mask), strict=True))
    assert_array_equal(RULES[fn].fn(a, **names), fn(a, **names), strict=True)


def test_a_constant_gradient_is_spread_without_copying():
    gradient = RULES[np.sum].vjp(0)(np.ones(4), None, np.empty((3, 4)), 0)
    assert gradient.shape == (3, 4)
    assert gradient.strides == (0, 8)


@pytest.mark.parametrize(
    "fn", [np.sum, np.prod, np.max, np.min, np.ptp, np.nansum, np.nanprod, np.nanmax, np.nanmean, np.nanvar]
)
@pytest.mark.parametrize("axis", [0, -1, ()])
def test_numpy_reduces_scalars_along_an_axis_that_they_do_not_have(fn, axis):
    expected = 0.0 if fn in (np.ptp, np.nanvar) else 1.0
    assert_array_equal(grad(fn, np.array(3.0), axis), expected)


@pytest.mark.parametrize("fn", [np.sum, np.mean, np.var, np.std, np.prod])
def test_masked_out_entries_get_zero_whatever_they_are(fn):
    mask = [True, True, False, False, False]
    gradient = grad(fn, [1.0, 3.0, nan, inf, 1e308], where=np.array(mask))
    assert_array_equal(gradient[2:], 0.0)
    assert_allclose(gradient[:2], grad(fn, [1.0, 3.0]))


@pytest.mark.parametrize("fn", [np.max, np.min])
def test_masked_out_entries_of_an_extreme_get_zero(fn):
    mask = np.array([True, False, False, True])
    assert_array_equal(grad(fn, [2.0, nan, 2.0, 2.0], where=mask, initial=2.0), [1 / 3, 0, 0, 1 / 3])


@pytest.mark.parametrize("fn", [np.mean, np.nanmean])
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_mean_of_a_row_without_entries(fn):
    gradient = grad(fn, [[1.0, 2.0], [3.0, 4.0]], axis=1, where=np.array([[True, True], [False, False]]))
    assert_array_equal(gradient, [[0.5, 0.5], [0.0, 0.0]])
    assert grad(fn, np.zeros((2, 0)), axis=1).shape == (2, 0)


def test_mean_of_many_float16_numbers():
    """Their count is beyond the range of float16, the gradient is not."""
    gradient = RULES[np.mean].vjp(0)(np.ones((), np.float16), None, np.ones(100_000, np.float16))
    assert gradient[0] == np.float32(1e-5)


@pytest.mark.parametrize("weights", [[0.0, 1e-308], [0.0, 1e308]])
def test_average_with_extreme_weights(weights):
    assert_array_equal(grad(np.average, [3.0, 5.0], None, weights), [0.0, 1.0])


def test_average_gradient_of_weights_along_several_axes_in_any_order():
    a = np.arange(24.0).reshape(2, 3, 4)
    weights = np.arange(1.0, 9.0).reshape(4, 2)
    full = np.broadcast_to(weights.T[:, None, :], a.shape)
    expected = grad(np.average, a, (0, 2), full, wrt=2).sum(axis=1).T
    assert_allclose(grad(np.average, a, (2, 0), weights, wrt=2), expected)


# --- Variance and standard deviation ----------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -7.3e5, 1e-300])
@pytest.mark.parametrize("fn", [np.std, np.nanstd])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_std_of_equal_entries_has_subgradient_zero_row_by_row(fn, value, dtype):
    """Although the rounded mean may differ from them, which makes the standard deviation noise."""
    rows = np.array([[value] * 3, [1.0, 2.0, 4.0], [value] * 3], dtype)
    gradient = grad(fn, rows, 1)
    assert_array_equal(gradient[[0, 2]], 0.0)
    assert_allclose(gradient[1], grad(fn, rows[1]))
    assert_array_equal(grad(fn, np.ascontiguousarray(rows.T), 0), gradient.T)


def test_std_of_equal_entries_beside_masked_ones():
    assert_array_equal(grad(np.std, [0.1, 5.0, 0.1, 0.1], where=np.array([True, False, True, True])), 0.0)
    assert_array_equal(grad(np.nanstd, [0.1, nan, 0.1, 0.1]), 0.0)


def test_std_about_a_given_mean_is_not_flat_where_the_entries_are():
    assert_allclose(grad(np.std, [2.0, 2.0], mean=1.0), [0.5, 0.5])
    assert_array_equal(grad(np.std, [2.0, 2.0], mean=2.0), [0.0, 0.0])
    assert_allclose(grad(std_about, np.array([2.0, 2.0]), np.array(1.0), wrt=1), -1.0)


@pytest.mark.parametrize("ddof", [3, 5])
@pytest.mark.filterwarnings("ignore:Degrees of freedom")
def test_variance_without_degrees_of_freedom_is_not_given_a_finite_gradient(ddof):
    assert not np.isfinite(grad(np.var, [1.0, 2.0, 4.0], ddof=ddof)).any()
    assert np.isnan(grad(np.std, [1.0, 1.0, 1.0], ddof=ddof)).all()


def test_ddof_may_be_called_correction():
    a = [1.0, 2.0, 4.0]
    for fn in (np.var, np.std, np.nanvar, np.nanstd):
        assert_array_equal(grad(fn, a, correction=1), grad(fn, a, ddof=1))


def test_variance_of_large_numbers_does_not_cancel():
    shifted = grad(np.var, [1e8 + 1, 1e8 + 2, 1e8 + 6])
    assert_array_equal(shifted, grad(np.var, [1.0, 2.0, 6.0]))


def test_variance_of_float16_uses_a_mean_of_float32():
    a = np.array([1000.0, 1001.0, 1001.0], np.float16)
    gradient = RULES[np.var].vjp(0)(np.float16(3), np.var(a), a)
    assert_allclose(gradient, 2 * (a.astype(float) - a.astype(float).mean()), rtol=1e-3)


def test_gradient_of_a_given_mean():
    a, mean = np.array([1.0, 2.0, 4.0]), np.array([2.0])
    assert_allclose(grad(var_about, a, mean, wrt=1), [-2 * (a - mean).mean()])


# --- Extremes ---------------------------------------------------------------------------------------

EXTREMES = [np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin]


@pytest.mark.parametrize("fn", EXTREMES)
def test_ties_share_equally(fn):
    a = [[2.0, 2.0, 2.0, 2.0], [2.0, 2.0, 2.0, 2.0]]
    assert_array_equal(grad(fn, a), np.full((2, 4), 1 / 8))
    assert_array_equal(grad(fn, a, 1), np.full((2, 4), 1 / 4))
    assert_array_equal(grad(fn, a, axis=(0,), keepdims=True), np.full((2, 4), 1 / 2))
    assert_array_equal(grad(np.max, [3.0, 1.0, 3.0]), [0.5, 0.0, 0.5])
    assert_array_equal(grad(np.min, [3.0, 1.0, 3.0]), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("fn", EXTREMES)
def test_an_initial_value_takes_part(fn):
    wins, loses = (9.0, -9.0) if "max" in fn.__name__ else (-9.0, 9.0)
    assert_array_equal(grad(fn, [2.0, 2.0], initial=wins), [0.0, 0.0])
    assert_array_equal(grad(fn, [2.0, 2.0], initial=loses), [0.5, 0.5])
    assert_array_equal(grad(fn, [2.0, 2.0, 2.0], initial=2.0), [0.25, 0.25, 0.25])
    assert grad(fn, np.zeros((0, 2)), 0, initial=1.0).shape == (0, 2)


@pytest.mark.parametrize("fn", [np.max, np.min])
def test_nan_wins_an_extreme(fn):
    assert_array_equal(grad(fn, [[1.0, nan, nan], [1.0, 2.0, 1.0]], 1)[0], [0.0, 0.5, 0.5])


def test_infinite_extremes():
    assert_array_equal(grad(np.max, [-inf, -inf]), [0.5, 0.5])
    assert_array_equal(grad(np.max, [inf, 1.0, -inf]), [1.0, 0.0, 0.0])
    assert_array_equal(grad(np.min, [inf, 1.0, -inf]), [0.0, 0.0, 1.0])


def test_range():
    assert_array_equal(grad(np.ptp, [1.0, 5.0, 5.0, 2.0]), [-1.0, 0.5, 0.5, 0.0])
    assert_array_equal(grad(np.ptp, [2.0, 2.0]), [0.0, 0.0])


# --- Functions that ignore nan ----------------------------------------------------------------------

NAN_FUNCTIONS = [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin]


@pytest.mark.parametrize("fn", NAN_FUNCTIONS)
def test_nan_entries_get_zero_and_the_others_what_they_get_alone(fn):
    plain = getattr(np, fn.__name__.removeprefix("nan"))
    gradient = grad(fn, [[1.0, nan, 3.0, 6.0], [nan, nan, 2.0, 5.0]], 1)
    assert_array_equal(gradient[np.array([[0, 1, 0, 0], [1, 1, 0, 0]], bool)], 0.0)
    assert_allclose(gradient[0, [0, 2, 3]], grad(plain, [1.0, 3.0, 6.0]))
    assert_allclose(gradient[1, [2, 3]], grad(plain, [2.0, 5.0]))


@pytest.mark.parametrize("fn", NAN_FUNCTIONS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rows_of_nan_get_zero(fn):
    assert_array_equal(grad(fn, [[nan, nan], [1.0, 2.0]], 1)[0], [0.0, 0.0])


# --- Products ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([5.0], [1.0]),
        ([0.0], [1.0]),
        ([2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
        ([0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
        ([-0.5, 4.0], [4.0, -0.5]),
        ([inf, 0.0], [0.0, inf]),
        ([nan, 0.0, 2.0], [0.0, nan, nan]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_product_with_zeros(factors, expected, dtype):
    assert_array_equal(grad(np.prod, factors, dtype=dtype), expected)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([1e-200, 1e-200], [1e-200, 1e-200]),
        ([1e200, 1e200], [1e200, 1e200]),
        ([1e-200, 1e-200, 1e200, 1e200], [1e200, 1e200, 1e-200, 1e-200]),
        ([1e-250, 1.0, 1e200, 1e200], [inf, 1e150, 1e-50, 1e-50]),
        ([1e300, 0.0, 1e-300, 1e300], [0.0, 1e300, 0.0, 0.0]),
        ([5e-324, 2.0**600, 2.0**600], [inf, 2.0**-474, 2.0**-474]),
    ],
)
def test_product_of_tiny_and_huge_factors(factors, expected):
    for order in ([*range(len(factors))], [*range(len(factors))][::-1]):
        assert_allclose(grad(np.prod, [factors[i] for i in order]), [expected[i] for i in order], rtol=1e-14)


def test_long_product_whose_partial_products_leave_the_range():
    a = np.tile([1.4, 1.4, 1 / 1.96], 5000)
    a = np.concatenate((a, np.full(3000, 1.4), np.full(3000, 1 / 1.4)))
    assert_allclose(products_of_others(a), 1 / a, rtol=1e-11)
    a[17] = 0.0
    with np.errstate(divide="ignore"):
        gradient = products_of_others(a)
    assert_allclose(gradient[17], 1.96, rtol=1e-11)
    assert_array_equal(np.delete(gradient, 17), 0.0)


def test_product_with_initial_and_mask():
    mask = np.array([True, False, True])
    assert_array_equal(grad(np.prod, [3.0, 0.0, 5.0], where=mask, initial=2.0), [10.0, 0.0, 6.0])
    assert_array_equal(grad(np.prod, [3.0, 7.0], initial=0.0), [0.0, 0.0])


def test_product_computed_in_another_dtype():
    a = np.array([1e-30, 1e-30, 2.0], np.float32)
    y = np.prod(a, dtype=np.float64)
    gradient = RULES[np.prod].vjp(0)(np.float64(1e50), y, a, None, np.float64)
    assert_allclose(gradient, 1e50 * np.array([2e-30, 2e-30, 1e-60]), rtol=1e-6)


# --- Logarithms of sums of exponentials -------------------------------------------------------------

LOGSUMEXPS = [logsumexp, logsumexp2]


@pytest.mark.parametrize("fn", LOGSUMEXPS)
@pytest.mark.parametrize("shift", [0.0, 1e4, -1e4])
def test_logsumexp_is_shift_invariant(fn, shift):
    assert_allclose(grad(fn, [shift, shift, shift - 1e6]), [0.5, 0.5, 0.0], rtol=1e-11)


@pytest.mark.parametrize("fn", LOGSUMEXPS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_logsumexp_of_infinities(fn, dtype):
    rows = [[-inf, -inf, -inf], [-inf, 0.0, 0.0], [inf, 0.0, -inf], [inf, inf, 0.0]]
    expected = [[1 / 3, 1 / 3, 1 / 3], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
    assert_allclose(grad(fn, rows, 1, dtype=dtype), expected, rtol=1e-6)


@pytest.mark.parametrize("fn", LOGSUMEXPS)
def test_logsumexp_mask_and_initial(fn):
    mask = np.array([True, False, True])
    assert_allclose(grad(fn, [1.0, nan, 1.0], where=mask, initial=-inf), [0.5, 0.0, 0.5])
    assert_allclose(grad(fn, [1.0, 1e9, 1.0], where=mask, initial=1.0), [1 / 3, 0.0, 1 / 3])
    assert_allclose(grad(fn, [inf, 1.0], initial=inf), [0.5, 0.0])
