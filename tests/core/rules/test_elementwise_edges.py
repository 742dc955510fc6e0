"""Elementwise derivatives where naive formulas overflow, cancel or give nan: ends, poles, kinks, ties."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from catalogue.elementwise import EXAMPLES
from mygrad._rules import RULES
from mygrad._rules import reciprocal_trig as rt
from mygrad._rules.piecewise import strict_absolute
from mygrad._rules.special import i0_derivative, sinc_derivative
from mygrad._rules.transcendental import weight

inf, nan = np.inf, np.nan
TIGHT = 1e-15


def grad(fn, *args, wrt=0, g=1.0, dtype=np.float64, **params):
    """The gradient that goes to argument `wrt`, for lists as arrays of `dtype`."""
    args = [np.array(a, dtype) if isinstance(a, list) else a for a in args]
    with np.errstate(all="ignore"):
        out = np.asarray(fn(*args, **params))
        gradient = RULES[fn].vjp(wrt)(np.full(out.shape, g, out.dtype), out, *args, **params)
    assert gradient.dtype == out.dtype
    return gradient


def both_grads(fn, a, b, **kwargs):
    return grad(fn, a, b, wrt=0, **kwargs), grad(fn, a, b, wrt=1, **kwargs)


# --- arithmetic -------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [np.power, np.float_power])
@pytest.mark.parametrize(
    ("base", "exponent", "wrt_base", "wrt_exponent"),
    [
        (0.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, inf, 0.0),
        (0.0, 1.0, 1.0, 0.0),
        (0.0, 2.0, 0.0, 0.0),
        (0.0, 3.0, 0.0, 0.0),
        (0.0, -1.0, -inf, -inf),
        (-2.0, 3.0, 12.0, nan),
        (-2.0, -1.0, -0.25, nan),
        (-2.0, 0.0, 0.0, nan),
        (inf, -1.0, 0.0, 0.0),
        (inf, 0.0, 0.0, inf),
        (nan, 0.0, 0.0, nan),
        (1e-310, 0.0, 0.0, math.log(1e-310)),  # 1 / base overflows
        (1e-200, 2.0, 2e-200, 0.0),  # the power itself underflows
        (1e200, 2.0, 2e200, inf),
        (2.0, 0.0, 0.0, math.log(2.0)),
    ],
)
def test_power(power, base, exponent, wrt_base, wrt_exponent):
    by_base, by_exponent = both_grads(power, [base], [exponent])
    assert_allclose(by_base, [wrt_base], rtol=TIGHT)
    assert_allclose(by_exponent, [wrt_exponent], rtol=TIGHT)
    assert_allclose(grad(power, [base], exponent), [wrt_base], rtol=TIGHT)  # as a Python number


@pytest.mark.parametrize("kind", [np.uint8, np.int64, bool])
def test_power_with_integers_for_exponents(kind):
    exponents = np.array([0, 1, 0, 1]).astype(kind)  # one less than an unsigned 0 is a large number
    assert_array_equal(grad(np.power, [0.0, 0.0, 1e9, -3.0], exponents), [0, 1, 0, 1])


def test_power_of_a_python_number():
    assert_allclose(grad(np.power, 2, [0.0, 3.0], wrt=1), [math.log(2), 8 * math.log(2)], TIGHT)
    assert_array_equal(grad(np.power, 0, [1.0, 2.0], wrt=1), [0, 0])


def test_quotients_with_tiny_denominators():
    by_a, by_b = both_grads(np.divide, [1e-200, 1.0], [1e-200, 1e200])
    assert_allclose(by_a, [1e200, 1e-200], TIGHT)
    assert_allclose(by_b, [-1e200, 0], TIGHT)
    assert_allclose(both_grads(np.divide, [0.0], [1e-200]), [[1e200], [0]])
    assert_allclose(grad(np.reciprocal, [1e-200], g=1e-150), [-1e250], TIGHT)
    assert_allclose(grad(np.reciprocal, [1e200], g=1e200), [-1e-200], TIGHT)


def test_roots_at_zero_have_an_infinite_slope():
    assert_array_equal(grad(np.sqrt, [0.0, 4.0]), [inf, 0.25])
    assert_array_equal(grad(np.cbrt, [0.0, -8.0, 8.0]), [inf, 1 / 12, 1 / 12])


def test_square_of_a_huge_number():
    assert_allclose(grad(np.square, [1.5e308], g=0.1), [3e307], TIGHT)


def test_remainders_count_what_was_taken_away():
    assert 1 / 0.1 == 10  # and yet 0.1 goes 9 times into 1
    assert_array_equal(grad(np.remainder, [1.0, -5.0, 5.5, 5.0], [0.1, 3.0, -2.0, inf], wrt=1), [-9, 2, 3, 0])
    assert_array_equal(grad(np.fmod, [1.0, -5.0, 5.5, 5.0], [0.1, 3.0, -2.0, inf], wrt=1), [-9, 1, 2, 0])


def test_ldexp_is_exact():
    assert_array_equal(grad(np.ldexp, [1.0, 1.0], np.array([1000, -1000])), [2.0**1000, 2.0**-1000])


# --- exponentials and logarithms --------------------------------------------------------------------


def test_expm1_far_below_zero():
    assert_allclose(grad(np.expm1, [-40.0, -800.0]), [4.2483542552915889953e-18, 0], TIGHT)


def test_logarithms_at_their_ends():
    for log in (np.log, np.log2, np.log10):
        assert_array_equal(grad(log, [0.0, inf]), [inf, 0])
    assert_array_equal(grad(np.log1p, [-1.0]), [inf])


@pytest.mark.parametrize("logaddexp", [np.logaddexp, np.logaddexp2])
@pytest.mark.parametrize(
    ("a", "b", "wrt_a", "wrt_b"),
    [
        (inf, inf, 0.5, 0.5),
        (-inf, -inf, 0.5, 0.5),
        (inf, 0.0, 1.0, 0.0),
        (-inf, 0.0, 0.0, 1.0),
        (-inf, inf, 0.0, 1.0),
        (1e308, -1e308, 1.0, 0.0),
        (3.0, 3.0, 0.5, 0.5),
        (nan, 0.0, nan, nan),
    ],
)
def test_logaddexp_of_extremes(logaddexp, a, b, wrt_a, wrt_b):
    assert_array_equal(both_grads(logaddexp, [a], [b]), [[wrt_a], [wrt_b]])


def test_logaddexp_keeps_small_shares():
    assert_allclose(grad(np.logaddexp, [0.0, 1e6], [60.0, 1e6 + 60]), [8.7565107626965203385e-27] * 2, TIGHT)
    assert_allclose(weight(np.array([-60.0]), 0.0), 8.7565107626965203385e-27, TIGHT)
    with np.errstate(invalid="ignore"):
        assert_array_equal(weight(np.array([-inf, -1e4, 0, 1e4, inf]), 0.0), [0, 0, 0.5, 1, 1])


# --- trigonometric ----------------------------------------------------------------------------------


def test_the_origin_has_no_direction():
    for fn in (np.hypot, np.arctan2):
        assert_array_equal(both_grads(fn, [0.0], [0.0]), [[0], [0]])
        assert_array_equal(both_grads(fn, [0.0], [-0.0]), [[0], [0]])


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_directions_far_from_and_close_to_the_origin(scale):
    a, b = [3 * scale], [-4 * scale]
    assert_allclose(both_grads(np.hypot, a, b), [[0.6], [-0.8]], TIGHT)
    assert_allclose(both_grads(np.arctan2, a, b), [[-0.16 / scale], [-0.12 / scale]], 2 * TIGHT)


def test_inverse_functions_near_their_ends():
    below, above = 1 - 1e-12, 1 + 1e-12
    assert_allclose(grad(np.arcsin, [below, -below]), [707114.60252564535451] * 2, TIGHT)
    assert_allclose(grad(np.arccos, [below, -below]), [-707114.60252564535451] * 2, TIGHT)
    assert_allclose(grad(np.arccosh, [above]), [707075.35217958558898], TIGHT)
    for fn in (np.arcsin, np.arctanh):
        assert_array_equal(grad(fn, [-1.0, 1.0]), [inf, inf])
    assert_array_equal(grad(np.arccosh, [1.0, 0.0, -2.0]), [inf, nan, nan])
    assert_array_equal(grad(np.arcsin, [-2.0, 2.0, 1e200]), [nan, nan, nan])


def test_inverse_functions_of_huge_numbers():
    assert_allclose(grad(np.arcsinh, [1e200, -1e200]), [1e-200, 1e-200], TIGHT)
    assert_allclose(grad(np.arccosh, [1e200]), [1e-200], TIGHT)
    assert_allclose(grad(np.arcsinh, [1e30], dtype=np.float32), [1e-30], 1e-6)
    assert_array_equal(grad(np.arctan, [1e200, -inf]), [0, 0])


# --- hyperbolic -------------------------------------------------------------------------------------


def test_saturated_tanh_keeps_its_slope():
    expected = [1.6993417021166355837e-17, 1.0601586212017243265e-260, 0]
    assert_allclose(grad(np.tanh, [20.0, 300.0, 1000.0]), expected, 1e-13)
    assert_allclose(grad(np.tanh, [-20.0, -300.0, -1000.0]), expected, 1e-13)
    assert_allclose(grad(np.tanh, [8.0, 200.0], dtype=np.float32), [4.5014059756372916727e-7, 0], 1e-5)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 2e-14), (np.float32, 1e-5)])
@pytest.mark.parametrize("saturated", [0.0, 0.01, 0.5])
def test_the_slope_of_many_tangents(dtype, tolerance, saturated):
    """As that of few, whether none are saturated, or some, or most."""
    rng = np.random.default_rng(0)
    x = np.where(
        rng.random((2, 50_000)) < saturated, rng.normal(scale=30, size=(2, 50_000)), rng.uniform(-2, 2, (2, 50_000))
    )
    x[0, :4] = [0, -0.0, 2, 1.9]
    if saturated:
        x[1, :3] = [inf, -inf, nan]
    x = x.astype(dtype)
    few = np.concatenate([grad(np.tanh, part, dtype=dtype) for part in x.reshape(-1, 1000)])
    assert_allclose(grad(np.tanh, x, dtype=dtype).ravel(), few, tolerance, atol=np.finfo(dtype).tiny)


def test_reciprocal_hyperbolics_of_huge_numbers():
    for fn in (rt.sech, rt.csch, rt.coth):
        assert_array_equal(grad(fn, [-2000.0, 2000.0, inf]), [0, 0, 0])
    assert_allclose(grad(rt.coth, [30.0]), [-3.5026043050786081354e-26], 1e-14)


# --- reciprocal trigonometric -----------------------------------------------------------------------


def test_reciprocal_functions_near_one():
    assert_allclose(rt.arcsec(np.array([1 + 1e-12, 1.0])), [1.4142764231800709263e-6, 0], TIGHT)
    assert_allclose(rt.arcsech(np.array([1 - 1e-12, 1.0])), [1.4141979198688646017e-6, 0], TIGHT)
    assert_allclose(rt.arccoth(np.array([1 + 1e-12])), [14.162039699929037567], TIGHT)


def test_reciprocal_functions_invert_each_other():
    outside, inside = np.array([-1e150, -3.0, -1.5, 1.5, 3.0, 1e150]), np.array([-1.2, -0.3, 0.3, 1.2])
    assert_allclose(rt.arcsec(outside), np.arccos(1 / outside), 1e-14)
    assert_allclose(rt.arccsc(outside), np.arcsin(1 / outside), 1e-14)
    assert_allclose(rt.arccoth(outside), np.arctanh(1 / outside), 1e-14)
    assert_allclose(rt.cot(rt.arccot(inside)), inside, 1e-14)
    assert_allclose(rt.csch(rt.arccsch(inside)), inside, 1e-14)
    assert_allclose(rt.sech(rt.arcsech(np.array([0.1, 0.9]))), [0.1, 0.9], 1e-14)
    assert_allclose(rt.sec(inside) * np.cos(inside), 1, 1e-14)
    assert_allclose(rt.csc(inside) * np.sin(inside), 1, 1e-14)
    assert_allclose(rt.coth(inside) * np.tanh(inside), 1, 1e-14)


def test_reciprocal_functions_outside_their_domain():
    with np.errstate(all="ignore"):
        for fn in (rt.arcsec, rt.arccsc, rt.arccoth):
            assert_array_equal(fn(np.array([-0.5, 0.0, 0.5])), [nan, nan, nan])
        assert_array_equal(rt.arcsech(np.array([-0.5, 0.0, 1.5])), [nan, inf, nan])
        assert_array_equal(rt.arccoth(np.array([-1.0, 1.0])), [-inf, inf])
    assert_array_equal(rt.arccot(np.array([0.0])), [np.pi / 2])


def test_reciprocal_functions_at_their_poles():
    for fn in (rt.csc, rt.cot, rt.csch, rt.coth, rt.arccsch):
        assert_array_equal(grad(fn, [0.0]), [-inf])


# --- sinc and i0 ------------------------------------------------------------------------------------


def test_sinc_is_flat_at_zero_and_straight_beside_it():
    assert_array_equal(grad(np.sinc, [0.0]), [0])
    slopes = [-0.0032898648867278963187, -3.2898681336964526171e-8]
    assert_allclose(grad(np.sinc, [1e-3, 1e-8]), slopes, TIGHT)
    assert_allclose(grad(np.sinc, [-1e-3, -1e-8]), np.negative(slopes), TIGHT)


def test_sinc_far_from_zero():
    assert_allclose(grad(np.sinc, [100000.25]), [7.0710276264447748335e-6], 1e-14)
    assert_allclose(grad(np.sinc, [1.0, 2.0, -3.0]), [-1, 1 / 2, -1 / -3], TIGHT)


def test_derivatives_of_sinc_of_higher_order():
    expected = [-1.3429496265407771746, 0.61927704533649496748, 6.8280440848391928423]
    assert_allclose([sinc_derivative(np.array(0.75), order) for order in (1, 2, 3)], expected, 1e-14)
    at_zero = [sinc_derivative(np.array(0.0), order) for order in range(1, 7)]
    assert_allclose(at_zero, [0, -(np.pi**2) / 3, 0, np.pi**4 / 5, 0, -(np.pi**6) / 7], 1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_two_formulas_of_sinc_meet(order):
    border = order / np.pi
    below, above = sinc_derivative(np.array([border * (1 - 1e-14), border * (1 + 1e-14)]), order)
    assert abs(below - above) < 1e-12 * np.pi**order


def test_i0():
    assert_allclose(grad(np.i0, [2.0, -2.0, 0.0]), [1.5906368546373290634, -1.5906368546373290634, 0], TIGHT)
    assert_allclose(grad(np.i0, [1e-9]), [5e-10], TIGHT)
    assert_allclose(i0_derivative(np.array([2.0]), 2), [1.4842668750174027357], TIGHT)
    assert_allclose(i0_derivative(np.array([0.0]), 2), [0.5], TIGHT)
    assert_allclose(i0_derivative(np.array([711.0, 0.0]), 1), [9.080770067322846627e306, 0], 1e-12)
    assert_array_equal(grad(np.i0, [1e300, -inf, nan, 0.0]), [inf, -inf, nan, 0])


# --- absolute value and sign ------------------------------------------------------------------------


def test_absolute_is_flat_at_zero_unless_strict():
    for fn in (np.absolute, np.fabs):
        assert_array_equal(grad(fn, [-2.0, -0.0, 0.0, 3.0]), [-1, 0, 0, 1])
    assert_array_equal(grad(strict_absolute, [-2.0, -0.0, 0.0, 3.0]), [-1, nan, nan, 1])


def test_copysign():
    by_magnitude, by_sign = both_grads(np.copysign, [0.0, 1.0, -1.0, -2.0], [-1.0, -1.0, -0.0, 0.0])
    assert_array_equal(by_magnitude, [0, -1, 1, -1])
    assert_array_equal(by_sign, [0, 0, 0, 0])


# --- the larger and the smaller ---------------------------------------------------------------------

EXTREMA = [np.maximum, np.minimum, np.fmax, np.fmin]


@pytest.mark.parametrize("extremum", EXTREMA)
@pytest.mark.parametrize("tied", [1.0, 0.0, inf, -inf, nan])
def test_ties_share_equally(extremum, tied):
    assert_array_equal(both_grads(extremum, [tied], [tied]), [[0.5], [0.5]])


@pytest.mark.parametrize("extremum", EXTREMA)
@pytest.mark.parametrize("g", [1.0, inf, nan])
def test_the_operand_passed_over_takes_exactly_zero(extremum, g):
    larger = extremum in (np.maximum, np.fmax)
    low, high = both_grads(extremum, [1.0], [2.0], g=g)
    assert_array_equal((high, low) if larger else (low, high), [[g], [0]])


def test_extrema_follow_nan_as_their_values_do():
    for extremum in (np.maximum, np.minimum):  # the result is the nan
        assert_array_equal(both_grads(extremum, [nan, 1.0], [1.0, nan]), [[1, 0], [0, 1]])
    for extremum in (np.fmax, np.fmin):  # the result is the number
        assert_array_equal(both_grads(extremum, [nan, 1.0], [1.0, nan]), [[0, 1], [1, 0]])


@pytest.mark.parametrize(("lower", "upper", "value"), list(product([-1.0, 0.0, 1.0], repeat=3)))
def test_clip_is_the_composition_of_maximum_and_minimum(lower, upper, value):
    passed, to_upper = both_grads(np.minimum, [max(value, lower)], [upper])
    to_value, to_lower = both_grads(np.maximum, [value], [lower], g=passed)
    for wrt, expected in enumerate((to_value, to_lower, to_upper)):
        assert_array_equal(grad(np.clip, [value], [lower], [upper], wrt=wrt), expected)
    assert_array_equal(grad(np.clip, [value], [lower], None), grad(np.maximum, [value], [lower]))
    assert_array_equal(grad(np.clip, [value], None, [upper], wrt=2), grad(np.minimum, [value], [upper], wrt=1))


def test_clip_shares_ties_with_its_bounds():
    x = [-1.0, 0.0, 0.5, 1.0, 2.0]
    assert_array_equal(grad(np.clip, x, 0, 1), [0, 0.5, 1, 0.5, 0])
    assert_array_equal(grad(np.clip, x, a_min=0, a_max=1, g=inf), [0, inf, inf, inf, 0])
    assert_array_equal(grad(np.clip, x, [0.0] * 5, 1, wrt=1), [1, 0.5, 0, 0, 0])
    assert_array_equal(grad(np.clip, x, 0, [1.0] * 5, wrt=2), [0, 0, 0, 0.5, 1])
    assert_array_equal(grad(np.clip, [0.0], [0.0], [0.0]), [0.25])


def test_clip_under_a_mask():
    mask = np.array([True, False])
    gradient = RULES[np.clip].vjp(0)(np.array([1.0, nan]), None, np.array([0.5, 0.5]), 0, 1, where=mask)
    assert_array_equal(gradient, [1, 0])


# --- selection and steps ----------------------------------------------------------------------------


@pytest.mark.parametrize("g", [1.0, inf, nan])
def test_where_passes_exactly_nothing_to_what_it_masks(g):
    mask = np.array([True, False])
    assert_array_equal(grad(np.where, mask, [1.0, 2.0], [3.0, 4.0], wrt=1, g=g), [g, 0])
    assert_array_equal(grad(np.where, mask, [1.0, 2.0], [3.0, 4.0], wrt=2, g=g), [0, g])
    assert RULES[np.where].vjp(0) is None


def test_nan_to_num():
    x = np.array([1.0, nan, inf, -inf])
    assert_array_equal(grad(np.nan_to_num, x, nan=7.0, posinf=8.0), [1, 0, 0, 0])
    assert_array_equal(RULES[np.nan_to_num].fn(x, copy=False, neginf=0.0)[1:], [0, np.finfo(float).max, 0])
    assert np.isnan(x[1]), "a tensor's array must not be written behind its back"


@pytest.mark.filterwarnings(r"ignore:numpy\.fix is deprecated:DeprecationWarning")
def test_steps_have_no_slope():
    for fn in (np.round, np.around, np.fix):
        assert_array_equal(grad(fn, [-1.2, 0.3, 2.9], g=inf), [0, 0, 0])
    assert_array_equal(both_grads(np.heaviside, [-1.0, 0.0, 1.0], [0.5] * 3), [[0, 0, 0], [0, 1, 0]])


# --- dtypes and memory ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_python_numbers_do_not_widen_the_gradient(dtype):
    for fn in EXAMPLES:
        if isinstance(fn, np.ufunc) and fn.nin == 2 and fn not in (np.ldexp, np.float_power):
            for args, wrt in (([0.25, 0.75], 0.5), 0), ((0.5, [0.25, 0.75]), 1):
                assert grad(fn, *args, wrt=wrt, dtype=dtype).dtype == dtype, fn
    assert grad(np.where, True, [0.5], 1.0, wrt=1, dtype=dtype).dtype == dtype
    assert grad(np.clip, [0.5], 0.0, 1.0, dtype=dtype).dtype == dtype


@pytest.mark.parametrize(
    ("fn", "wrt", "out", "args"),
    [
        (np.add, (0, 1), False, ()),
        (np.multiply, (0,), False, (1,)),
        (np.multiply, (1,), False, (0,)),
        (np.divide, (0,), False, (1,)),
        (np.exp, (0,), True, ()),
        (np.sqrt, (0,), True, ()),
        (np.sin, (0,), False, (0,)),
        (np.where, (1, 2), False, (0,)),
        (np.remainder, (0,), True, ()),
        (np.round, (0,), False, ()),
    ],
)
def test_only_what_is_read_is_kept(fn, wrt, out, args):
    assert RULES[fn].kept(wrt, 3 if fn is np.where else 2) == (out, args)
