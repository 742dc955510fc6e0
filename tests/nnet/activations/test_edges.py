"""Activations at kinks, at either end, and where a simpler formula would overflow or cancel."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.activations import (
    elu,
    gelu,
    glu,
    hard_tanh,
    leaky_relu,
    logsoftmax,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    soft_sign,
    softmax,
    softplus,
    tanh,
)

INF, NAN = math.inf, math.nan


def value_and_gradient(f, x, g=None, dtype=float):
    x = mg.tensor(x, dtype=dtype)
    y = f(x)
    y.backward(g)
    return y.data, x.grad


def close(got, expected, rtol=1e-14):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=0)


# --- both ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(
    ("f", "below", "above", "slopes"),
    [
        (relu, 0.0, "x", (0, 1)),
        (lambda x: leaky_relu(x, 0.5), "x/2", "x", (0.5, 1)),
        (lambda x: leaky_relu(x, 0), 0.0, "x", (0, 1)),
        (lambda x: elu(x, 0.5), -0.5, "x", (0, 1)),
        (hard_tanh, -1.0, 1.0, (0, 0)),
        (soft_sign, -1.0, 1.0, (0, 0)),
        (tanh, -1.0, 1.0, (0, 0)),
        (sigmoid, 0.0, 1.0, (0, 0)),
        (softplus, 0.0, "x", (0, 1)),
        (silu, 0.0, "x", (0, 1)),
        (mish, 0.0, "x", (0, 1)),
        (gelu, 0.0, "x", (0, 1)),
        (lambda x: gelu(x, approximate=True), 0.0, "x", (0, 1)),
    ],
)
def test_limits(f, below, above, slopes, dtype):
    largest = float(np.finfo(np.float64 if dtype is np.longdouble else dtype).max)
    x = np.array([-INF, -largest, largest, INF], dtype)
    y, g = value_and_gradient(f, x, dtype=dtype)
    limit = {"x": x, "x/2": x / 2, 0.0: 0 * np.sign(x)}
    with np.errstate(invalid="ignore"):
        expected = [np.broadcast_to(limit.get(end, end), 4) for end in (below, above)]
    tolerance = 1e-3 if f is soft_sign and dtype is np.float16 else 1e-15
    np.testing.assert_allclose(y[:2], expected[0][:2], rtol=tolerance, atol=1e-300)
    np.testing.assert_allclose(y[2:], expected[1][2:], rtol=tolerance)
    np.testing.assert_allclose(g[[0, 3]], slopes, rtol=3 * np.finfo(dtype).eps, atol=1e-300)
    np.testing.assert_allclose(g[[1, 2]], slopes, atol=1e-7)


def test_selu_at_both_ends():
    y, g = value_and_gradient(selu, [-INF, -1e300, 1e300, INF])
    close(y, [-1.7580993408473766, -1.7580993408473766, 1.0507009873554805e300, INF])
    close(g, [0, 0, 1.0507009873554805, 1.0507009873554805])


@pytest.mark.parametrize(
    "f", [relu, hard_tanh, sigmoid, softplus, silu, mish, gelu, soft_sign, softmax, logsoftmax, selu]
)
def test_nan_stays_nan(f):
    assert np.isnan(f(np.array([NAN, 1.0]))[0].item())


# --- precision ------------------------------------------------------------------------------------------


def test_sigmoid_keeps_its_digits():
    x = np.array([-745.0, -700.0, -40.0, -1e-9, 0.0, 1e-9, 20.0, 36.0, 40.0, 700.0])
    y, g = value_and_gradient(sigmoid, x)
    close(y, [math.exp(v) / (1 + math.exp(v)) for v in x])
    # the derivative is even, and that of a large x as small as that of -x
    e = np.exp(-np.abs(x))
    close(g[1:], (e / (1 + e) ** 2)[1:], 1e-13)


def test_softplus_keeps_its_digits():
    x = np.array([-700.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1e300])
    y, g = value_and_gradient(softplus, x)
    close(
        y,
        [math.exp(-700), math.exp(-40), math.log1p(math.exp(-1)), math.log(2), 1 + math.log1p(math.exp(-1)), 40, 1e300],
    )
    close(g, sigmoid(x).data)


def test_elu_keeps_its_digits_near_zero():
    y, _ = value_and_gradient(lambda x: elu(x, 1.0), [-1e-20, -1e-10])
    close(y, [-1e-20, -1e-10 + 5e-21])


@pytest.mark.parametrize("x", [-26.0, -10.0, -5.0, -1.0, -1e-3, 0.0, 0.7, 2.0, 6.0, 9.0])
def test_gelu_against_erfc(x):
    y, g = value_and_gradient(gelu, x)
    cdf = math.erfc(-x / math.sqrt(2)) / 2
    close(y, x * cdf, 1e-12)
    np.testing.assert_allclose(g, cdf + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi), rtol=1e-11)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("zeros", [True, False])
def test_the_derivative_of_gelu_where_its_value_is_lost(dtype, zeros):
    """Where x is 0 or a denormal, and where the value is, or not finite: as everywhere else, that of single numbers."""
    tiny = float(np.finfo(dtype).smallest_subnormal)
    x = [-26.0, -10.0, -5.0, -1.0, -1e-3, 0.7, 2.0, 6.0, 9.0]
    if zeros:
        x += [0.0, -0.0, tiny, -3 * tiny, -13.3, -14.0, -37.6, -38.0, -38.6, -300.0, 300.0, INF, -INF]
    x = np.array(x, dtype)
    _, g = value_and_gradient(gelu, x, dtype=dtype)
    exact = [0.5 * math.erfc(-v / math.sqrt(2)) for v in x.astype(float)]
    slopes = [0 if abs(v) == INF else v * math.exp(-v * v / 2) / math.sqrt(2 * math.pi) for v in x.astype(float)]
    assert g.dtype == dtype
    eps, least = np.finfo(dtype).eps, np.finfo(dtype).tiny
    np.testing.assert_allclose(g, np.add(exact, slopes), rtol=2000 * eps, atol=4 * least)


def test_the_approximation_of_gelu_is_one():
    x = np.linspace(-6, 6, 1001)
    error = np.abs(gelu(x, approximate=True).data - gelu(x).data)
    assert 1e-4 < error.max() < 5e-4


def test_mish_and_silu_keep_their_digits_far_below_zero():
    x = np.array([-700.0, -100.0, -40.0])
    for f in (mish, silu):
        y, g = value_and_gradient(f, x)
        close(y, x * np.exp(x), 1e-13)
        close(g, (1 + x) * np.exp(x), 1e-13)


@pytest.mark.parametrize(
    "x", [[0.0, 0.0], [50.0, 0.0, -3.0], [700.0, 0.0], [1e4, -1e4, 0.0], [-1e300, -1e299], [1e-3, 0.0, 1.0, 2.0]]
)
def test_logsoftmax_keeps_its_digits(x):
    y = logsoftmax(np.array(x)).data
    top = max(x)
    excess = math.log1p(float(sum(Fraction(math.exp(v - top)) for v in sorted(x)[:-1])))
    close(y, [(v - top) - excess for v in x], 1e-14)
    # in a batch with a row that is not saturated as well
    both = logsoftmax(np.array([x, [1.0] * len(x)])).data
    close(both[0], y, 1e-15)
    close(both[1], [-math.log(len(x))] * len(x))


# --- the softmax of infinities ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([0.0, -INF, 0.0], [0.5, 0, 0.5]),
        ([INF, 1.0, INF], [0.5, 0, 0.5]),
        ([INF, -INF, 5.0], [1, 0, 0]),
        ([-INF, -INF, -INF], [1 / 3] * 3),
        ([6e4, 6e4, -6e4], [0.5, 0.5, 0]),
    ],
)
def test_softmax_of_infinities(x, expected, dtype):
    weights = np.array([1.0, 10.0, 100.0], dtype)
    y, g = value_and_gradient(softmax, x, weights, dtype)
    np.testing.assert_allclose(y, np.array(expected, dtype))
    p = np.array(expected)
    np.testing.assert_allclose(g, p * (weights - p @ weights), rtol=1e-3)
    log_y, g = value_and_gradient(logsoftmax, x, weights, dtype)
    assert np.all(log_y[y == 0] < -1e4)
    np.testing.assert_allclose(np.exp(log_y), y, rtol=1e-3)
    assert np.isfinite(g).all()


def test_rows_of_infinities_leave_the_others_alone():
    x = np.array([[1.0, 2.0], [-INF, -INF], [INF, 0.0]])
    close(softmax(x).data, [softmax(x[0]).data, [0.5, 0.5], [1, 0]])


def test_softmax_takes_no_notice_of_a_shift():
    x = np.random.default_rng(0).normal(size=(3, 4))
    close(softmax(x + 2.0**40).data, softmax(np.float64(x + 2.0**40) - 2.0**40).data)


def test_softmax_of_a_scalar_is_one():
    assert softmax(3.0).item() == 1
    assert logsoftmax(3.0).item() == 0


# --- kinks and masks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (relu, 0.0, 0),
        (relu, -0.0, 0),
        (lambda x: leaky_relu(x, 0.1), 0.0, 0.1),
        (lambda x: elu(x, 0.3), 0.0, 1),
        (selu, 0.0, 1.0507009873554805),
        (hard_tanh, 1.0, 0),
        (hard_tanh, -1.0, 0),
        (soft_sign, 0.0, 1),
    ],
)
def test_kinks(f, x, slope):
    _, g = value_and_gradient(f, x)
    assert g == pytest.approx(slope, rel=1e-15)


@pytest.mark.parametrize("n", [1, 100])
@pytest.mark.parametrize("bad", [INF, -INF, NAN])
def test_what_relu_passes_over_takes_no_part(bad, n):
    _, g = value_and_gradient(relu, np.repeat([-1.0, 2.0], n), np.repeat([bad, 3.0], n))
    np.testing.assert_array_equal(g, np.repeat([0.0, 3.0], n))
    _, g = value_and_gradient(hard_tanh, np.repeat([-2.0, 0.5, 7.0], n), np.repeat([bad, 3.0, bad], n))
    np.testing.assert_array_equal(g, np.repeat([0.0, 3.0, 0.0], n))


def test_the_root_of_relu_has_no_nan():
    x = mg.tensor([-1.0, 0.0, 4.0])
    np.sqrt(relu(x)).backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 0.25])


def test_relu_hides_what_came_before_it():
    x = mg.tensor([0.0, 1.0])
    with np.errstate(divide="ignore"):
        y = np.log(x)
    relu(y).backward()
    np.testing.assert_array_equal(x.grad, [0, 0])


def test_higher_derivatives_at_zero():
    derivative = mg.functional.grad
    x = 0.0
    sigma = sigmoid
    for expected in (1 / 4, 0, -1 / 8, 0, 1 / 4):
        sigma = derivative(sigma)
        assert sigma(x).item() == pytest.approx(expected, abs=1e-15)


# --- arguments --------------------------------------------------------------------------------------------


def test_glu_needs_two_halves():
    with pytest.raises(ValueError, match=r"\(2, 3\).*axis -1"):
        glu(np.ones((2, 3)))
    with pytest.raises(ValueError, match="axis 2"):
        glu(np.ones((2, 2)), 2)


def test_bounds_in_the_wrong_order():
    with pytest.raises(ValueError, match=r"lower_bound \(2\).*upper_bound \(1\)"):
        hard_tanh([1.0], lower_bound=2)


@pytest.mark.parametrize("value", ["a", [1.0, 2.0], [1.0], np.ones(2), np.ones(0), np.array(["1"]), None, 1j])
def test_settings_are_numbers(value):
    with pytest.raises(TypeError, match="`slope` must be a real number"):
        leaky_relu([1.0], value)
    with pytest.raises(TypeError, match="`alpha` must be a real number"):
        elu([1.0], value)


@pytest.mark.parametrize(
    "value", [0.5, np.float64(0.5), np.array(0.5), np.array([[0.5]]), mg.tensor(0.5, constant=True)]
)
def test_settings_do_not_change_the_dtype(value):
    x = np.float32([-1, 1])
    assert leaky_relu(x, value).dtype == np.float32
    assert elu(x, value).dtype == np.float32
    assert hard_tanh(x, upper_bound=value).dtype == np.float32
    np.testing.assert_array_equal(leaky_relu(x, value), leaky_relu(x, 0.5))
    np.testing.assert_array_equal(elu(x, value), elu(x, 0.5))
    np.testing.assert_array_equal(hard_tanh(x, upper_bound=value), hard_tanh(x, upper_bound=0.5))
