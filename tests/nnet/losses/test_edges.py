"""Losses of saturated scores, of infinities and certainties, at kinks; and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.losses import (
    binary_crossentropy_with_logits,
    focal_loss,
    huber_loss,
    kl_divergence,
    margin_ranking_loss,
    mean_squared_error,
    multiclass_hinge,
    negative_log_likelihood,
    softmax_crossentropy,
    softmax_focal_loss,
)

INF = math.inf
LABELLED = [focal_loss, multiclass_hinge, negative_log_likelihood, softmax_crossentropy, softmax_focal_loss]
PAIRED = [binary_crossentropy_with_logits, huber_loss, kl_divergence, mean_squared_error]


def value_and_gradient(loss, x, *args, dtype=float, **kwargs):
    x = mg.tensor(x, dtype=dtype)
    value = loss(x, *args, **kwargs)
    value.backward()
    return value.data, x.grad


def close(got, expected, rtol=1e-14):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=0)


# --- cross-entropy ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("margin", "dtype"), [(1.0, float), (40.0, float), (700.0, float), (40.0, np.float32)])
@pytest.mark.parametrize("right", [True, False])
def test_crossentropy_keeps_its_digits(margin, dtype, right):
    loss, g = value_and_gradient(softmax_crossentropy, [[margin, 0.0]], [0 if right else 1], dtype=dtype)
    e = math.exp(-margin)
    tolerance = 1e-14 if dtype is float else 1e-6
    close(loss, math.log1p(e) if right else margin + math.log1p(e), tolerance)
    slope = e / (1 + e) if right else 1 / (1 + e)
    close(g, [[-slope, slope] if right else [slope, -slope]], tolerance)


@pytest.mark.parametrize("scale", [1e3, 1e30, 3e38])
def test_crossentropy_of_huge_scores(scale):
    x = np.float32(scale) * np.array([[1.0, -1.0, 0.5], [-1.0, 0.0, 1.0]], np.float32)
    loss, g = value_and_gradient(softmax_crossentropy, x, [0, 2], dtype=np.float32)
    assert loss == 0
    np.testing.assert_array_equal(g, np.zeros((2, 3)))
    loss, g = value_and_gradient(softmax_crossentropy, x[:1] / 2, [1], dtype=np.float32)
    close(loss, np.float32(scale))
    np.testing.assert_array_equal(g, [[1, -1, 0]])


@pytest.mark.parametrize(
    ("x", "label", "loss", "g"),
    [
        ([0.0, -INF], 0, 0, [0, 0]),
        ([0.0, -INF], 1, INF, [1, -1]),
        ([0.0, 0.0, -INF], 0, math.log(2), [-0.5, 0.5, 0]),
        ([INF, 0.0], 0, 0, [0, 0]),
        ([INF, 0.0], 1, INF, [1, -1]),
        ([INF, INF], 1, math.log(2), [0.5, -0.5]),
        ([-INF, -INF], 0, math.log(2), [-0.5, 0.5]),
        ([7.0], 0, 0, [0]),
    ],
)
def test_crossentropy_of_infinities(x, label, loss, g):
    got, gradient = value_and_gradient(softmax_crossentropy, [x], [label])
    close(got, loss)
    np.testing.assert_allclose(gradient, [g], rtol=1e-14)
    got, gradient = value_and_gradient(softmax_focal_loss, [x], [label])
    close(got, [loss])
    np.testing.assert_allclose(gradient, [g], rtol=1e-14)


def test_the_rows_of_the_gradient_add_up_to_nothing():
    rng = np.random.default_rng(0)
    _, g = value_and_gradient(softmax_crossentropy, rng.normal(scale=30, size=(50, 7)), rng.integers(0, 7, 50))
    assert np.all(np.abs(g.sum(1)) <= 1e-15 * np.abs(g).sum(1))


def test_the_mean_over_nothing_is_nan():
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(softmax_crossentropy(np.ones((0, 3)), []).item())


# --- focal loss -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5, 50])
def test_focal_loss_of_certainties(gamma):
    loss, g = value_and_gradient(focal_loss, [[1.0, 0.0]], [0], gamma=gamma)
    assert loss == 0
    np.testing.assert_array_equal(g, [[-1 if gamma == 0 else 0, 0]])
    # a probability that came out just above 1
    loss, g = value_and_gradient(focal_loss, [[np.nextafter(1, 2), 0.0]], [0], gamma=gamma)
    assert abs(loss) < 1e-15
    assert np.isfinite(g).all()
    with np.errstate(divide="ignore"):
        loss, g = value_and_gradient(focal_loss, [[1.0, 0.0]], [1], gamma=gamma)
    assert loss == INF
    np.testing.assert_array_equal(g, [[0, -INF]])


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
@pytest.mark.parametrize("margin", [-700.0, -30.0, 0.0, 3.0, 30.0, 100.0])
def test_softmax_focal_loss_keeps_its_digits(gamma, margin):
    """Against the formula in the quantities that are known precisely: q = 1 - p and log(p)."""
    loss, g = value_and_gradient(softmax_focal_loss, [[margin, 0.0]], [0], gamma=gamma)
    e = math.exp(-abs(margin))
    p, q = (1 / (1 + e), e / (1 + e)) if margin >= 0 else (e / (1 + e), 1 / (1 + e))
    minus_log_p = max(-margin, 0) + math.log1p(e)
    close(loss, [q**gamma * minus_log_p], 1e-13)
    slope = q ** (gamma + 1) * (1 + gamma * p * minus_log_p / q)
    close(g, [[-slope, slope]], 1e-13)


@pytest.mark.parametrize("loss", [focal_loss, softmax_focal_loss])
@pytest.mark.parametrize(
    "alpha", [0.25, np.array(0.25), [0.25], np.array([[0.25]]), [0.25, 0.25], mg.tensor([0.25], constant=True)]
)
def test_the_weight_of_the_focal_loss(loss, alpha):
    x = np.float32([[0.5, 0.5], [0.9, 0.1]])
    got = loss(x, [0, 1], alpha=alpha, gamma=2)
    assert got.dtype == np.float32
    close(got, 0.25 * loss(x, [0, 1], gamma=2).data, 1e-6)
    close(
        loss(x[:1], [0], alpha=alpha[:1] if len(np.shape(alpha)) == 1 else alpha).data, [0.25 * loss(x[:1], [0]).item()]
    )


def test_a_weight_of_zero_silences_an_infinite_loss():
    with np.errstate(divide="ignore"):
        loss, g = value_and_gradient(focal_loss, [[0.0, 1.0], [0.5, 0.5]], [0, 0], alpha=[0.0, 1.0])
    close(loss, [0, math.log(2)])
    np.testing.assert_array_equal(g[1], [-2, 0])
    loss, _ = value_and_gradient(softmax_focal_loss, [[-INF, 1.0]], [0], alpha=0, gamma=2)
    assert loss == 0
    loss, g = value_and_gradient(negative_log_likelihood, [[-INF, 0.0], [-1.0, -2.0]], [0, 1], weights=[0, 1])
    close(loss, 1)
    np.testing.assert_array_equal(g, [[0, 0], [0, -0.5]])


# --- the others ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [-700.0, -40.0, -1.0, 0.0, 40.0, 700.0])
@pytest.mark.parametrize("target", [0, 1])
def test_binary_crossentropy_keeps_its_digits(x, target):
    loss, g = value_and_gradient(binary_crossentropy_with_logits, x, target)
    wrong = x if target == 0 else -x
    close(loss, max(wrong, 0) + math.log1p(math.exp(-abs(x))))
    e = math.exp(-abs(x))
    slope = (1 / (1 + e)) if wrong > 0 else e / (1 + e)
    close(g, slope if target == 0 else -slope)


def test_binary_crossentropy_of_infinities():
    loss, g = value_and_gradient(binary_crossentropy_with_logits, [INF, -INF], [1, 0])
    assert loss == 0
    np.testing.assert_array_equal(g, [0, 0])
    loss, g = value_and_gradient(binary_crossentropy_with_logits, [INF, -INF], [0, 1])
    assert loss == INF
    np.testing.assert_array_equal(g, [0.5, -0.5])


def test_huber_loss_does_not_overflow():
    loss, g = value_and_gradient(huber_loss, [1e200, -INF], [0.0, 0.0], 2.0)
    assert loss == INF
    np.testing.assert_array_equal(g, [1, -1])
    loss, _ = value_and_gradient(huber_loss, [1e200], [0.0], 2.0)
    close(loss, 2e200)


def test_kl_divergence_where_the_target_is_zero():
    log_q = [[-INF, 0.0], [math.log(0.5), math.log(0.5)]]
    loss, g = value_and_gradient(kl_divergence, log_q, [[0.0, 1.0], [0.0, 1.0]])
    close(loss, math.log(2) / 2)
    np.testing.assert_array_equal(g, [[0, -0.5], [0, -0.5]])
    log_p = mg.tensor([[-INF, 0.0], [-INF, 0.0]])
    loss = kl_divergence(log_q, log_p, log_targets=True)
    close(loss.data, math.log(2) / 2)
    loss.backward()
    np.testing.assert_allclose(log_p.grad, [[0, 0.5], [0, 0.5 * (1 + math.log(2))]])


def test_kl_divergence_is_a_mean_over_all_axes_but_the_last():
    p = np.full((2, 3, 4), 0.25)
    log_q = np.log(np.array([0.1, 0.2, 0.3, 0.4]) * np.ones((2, 3, 1)))
    expected = np.sum(0.25 * np.log(0.25 / np.array([0.1, 0.2, 0.3, 0.4])))
    assert kl_divergence(log_q, p).item() == pytest.approx(expected)
    assert kl_divergence(log_q[0, 0], p[0, 0]).item() == pytest.approx(expected)


def test_kinks():
    _, g = value_and_gradient(multiclass_hinge, [[2.0, 1.0, 5.0]], [0])
    np.testing.assert_array_equal(g, [[-1, 0, 1]])
    _, g = value_and_gradient(lambda a: margin_ranking_loss(a, [0.0, 0.0], 1, 1), [1.0, 0.0])
    np.testing.assert_array_equal(g, [-0.25, -0.5])
    _, g = value_and_gradient(huber_loss, [1.0, 0.0], [0.0, 0.0])
    np.testing.assert_array_equal(g, [0.5, 0])


@pytest.mark.parametrize(
    "y", [1, -1, [1, -1], np.array([1, -1]), mg.tensor([1.0, -1.0]), np.array(1.0), [-1], np.array([[1]])]
)
@pytest.mark.parametrize("shape", [(2,), (2, 3)])
def test_ranking_in_either_direction(y, shape):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, *shape))
    signs = np.ravel(y) * np.ones(2)
    if len(shape) == 2:
        signs = signs[:, None]
    expected = np.mean(np.maximum(0, 0.2 - signs * (a - b)))
    assert margin_ranking_loss(a, b, y, 0.2).item() == pytest.approx(expected)


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LABELLED)
def test_labels_that_do_not_fit(loss):
    x = np.full((2, 3), 0.5)
    with pytest.raises(ValueError, match=r"shape \(N, C\).*\(3,\)"):
        loss(x[0], [0])
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(2,\).*\(3,\)"):
        loss(x, [0, 1, 2])
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(2,\).*\(2, 1\)"):
        loss(x, [[0], [1]])
    for labels in ([0.0, 1.0], [True, False]):
        with pytest.raises(TypeError, match=r"integer dtype.*(float64|bool)"):
            loss(x, labels)
    for labels in ([0, 3], [-1, 2], np.array([0, 2**64 - 1], np.uint64), np.array([-128, 0], np.int8)):
        with pytest.raises(IndexError, match="for 3 classes, labels go from 0 to 2"):
            loss(x, labels)
    with pytest.raises(TypeError, match="complex"):
        loss(x * 1j, [0, 1])


@pytest.mark.parametrize("loss", PAIRED)
def test_shapes_that_differ(loss):
    for a, b in (((3, 1), (3,)), ((2,), ()), ((2, 3), (3, 2))):
        with pytest.raises(ValueError, match=r"has shape .* must agree") as failure:
            loss(np.ones(a), np.ones(b))
        assert str(a) in str(failure.value)
        assert str(b) in str(failure.value)


@pytest.mark.parametrize("loss", PAIRED)
def test_complex_numbers_are_refused(loss):
    x = np.full((2, 3), 0.5)
    for a, b in ((x * 1j, x), (x, x * 1j), (mg.tensor(x), x * 1j), ((x * 1j).tolist(), x)):
        with pytest.raises(TypeError, match=r"must hold real numbers.*complex128"):
            loss(a, b)


def test_complex_weights_are_refused():
    with pytest.raises(TypeError, match=r"real numbers.*complex128"):
        negative_log_likelihood(np.full((2, 3), -1.0), [0, 1], weights=[1.0, 1j, 1.0])


def test_settings_out_of_range():
    x, labels = np.full((2, 3), 0.5), [0, 1]
    for loss in (focal_loss, softmax_focal_loss):
        with pytest.raises(ValueError, match="`gamma` must not be negative, but is -1"):
            loss(x, labels, gamma=-1)
        with pytest.raises(ValueError, match=r"`alpha` must be a number or have shape \(2,\), not \(3,\)"):
            loss(x, labels, alpha=[1, 2, 3])
        with pytest.raises(TypeError, match="`gamma` must be a real number"):
            loss(x, labels, gamma=[1, 2])
    with pytest.raises(ValueError, match=r"the weights must have shape \(3,\), not \(2,\)"):
        negative_log_likelihood(x, labels, weights=[1, 2])
    with pytest.raises(ValueError, match="`delta` must be positive, but is 0"):
        huber_loss(x, x, 0)
    with pytest.raises(ValueError, match="margin must not be negative, but is -1"):
        margin_ranking_loss(x, x, 1, -1)
    with pytest.raises(ValueError, match=r"`y` must be a number or have shape \(2,\), not \(3,\)"):
        margin_ranking_loss(x, x, [1, 1, 1], 1)
    with pytest.raises(ValueError, match=r"\(N,\) or \(N, D\)"):
        margin_ranking_loss(x[None], x[None], 1, 1)
    with pytest.raises(ValueError, match="at least one axis"):
        kl_divergence(0.0, 1.0)
