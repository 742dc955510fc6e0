"""Losses of saturated scores, of infinities and certainties, at kinks; and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.losses import (
    binary_crossentropy_with_logits,
    cosine_embedding_loss,
    focal_loss,
    huber_loss,
    kl_divergence,
    l1_loss,
    margin_ranking_loss,
    mean_squared_error,
    multiclass_hinge,
    negative_log_likelihood,
    softmax_crossentropy,
    softmax_focal_loss,
    triplet_margin_loss,
)

INF = math.inf
LABELLED = [focal_loss, multiclass_hinge, negative_log_likelihood, softmax_crossentropy, softmax_focal_loss]
PAIRED = [binary_crossentropy_with_logits, huber_loss, kl_divergence, l1_loss, mean_squared_error]


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
    _, g = value_and_gradient(l1_loss, [1.0, 0.0], [0.0, 0.0])
    np.testing.assert_array_equal(g, [0.5, 0])
    _, g = value_and_gradient(lambda a: triplet_margin_loss(a, [3.0], [-1.0], 4, eps=0), [0.0])
    np.testing.assert_array_equal(g, [-2])
    _, g = value_and_gradient(lambda a: triplet_margin_loss(a, [3.0], [-5.0], 2, eps=0), [0.0])
    np.testing.assert_array_equal(g, [-1])  # at the margin


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


@pytest.mark.parametrize(
    "loss",
    [
        *PAIRED,
        lambda a, b, **k: margin_ranking_loss(a, b, 1, 1, **k),
        lambda a, b, **k: cosine_embedding_loss(a, b, 1, **k),
        lambda a, b, **k: triplet_margin_loss(a, b, b, **k),
        lambda a, _b, **k: multiclass_hinge(a, [0, 1], **k),
        lambda a, _b, **k: negative_log_likelihood(a, [0, 1], **k),
        lambda a, _b, **k: softmax_crossentropy(a, [0, 1], **k),
    ],
)
def test_reductions(loss):
    """The sum is that of the losses, and the mean their mean, with gradients to match."""
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0.1, 1, (2, 2, 3))
    each, of_each = value_and_gradient(lambda a: loss(a, b, reduction="none"), a)
    total, of_total = value_and_gradient(lambda a: loss(a, b, reduction="sum"), a)
    mean, of_mean = value_and_gradient(lambda a: loss(a, b), a)
    assert each.size > 1
    close(total, each.sum(), 1e-13)
    close(mean, each.mean(), 1e-13)
    np.testing.assert_allclose(of_total, of_each, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(of_mean, of_each / each.size, rtol=1e-12, atol=1e-15)
    for wrong in ("average", "weighted", None, True):
        with pytest.raises(ValueError, match=r"`reduction` must be one of .*'none'.*, not "):
            loss(a, b, reduction=wrong)


@pytest.mark.parametrize("loss", [negative_log_likelihood, softmax_crossentropy])
def test_ignored_labels_have_no_part(loss):
    """Whatever the scores are there, and whether or not the label is a class."""
    x = np.random.default_rng(0).normal(size=(5, 3))
    expected, of_x = value_and_gradient(loss, x[[0, 2]], [1, 2])
    x[[1, 3, 4]] = [[np.nan, 0, 0], [np.inf, -np.inf, 0], [1e308, -1e308, 0]]
    with np.errstate(all="ignore"):
        for label in (0, -1):
            got, g = value_and_gradient(loss, x, [1, label, 2, label, label], ignore_label=label)
            close(got, expected)
            close(g[[0, 2]], of_x)
            np.testing.assert_array_equal(g[[1, 3, 4]], 0)
        each = loss(x, [1, -1, 2, -1, -1], ignore_label=-1, reduction="none")
        np.testing.assert_array_equal(each[[1, 3, 4]], 0)
        gradient = mg.functional.grad(lambda x: loss(x, [1, -1, 2, -1, -1], ignore_label=-1))(x)
    np.testing.assert_allclose(gradient, g, rtol=1e-12)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(loss(x[:1] * 0, [-1], ignore_label=-1).item())


@pytest.mark.parametrize("loss", [negative_log_likelihood, softmax_crossentropy])
def test_losses_of_places(loss):
    """Scores of shape (N, C, ...) are those of as many data as there are labels."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
    flat = np.moveaxis(x, 1, -1).reshape(40, 3)
    each = loss(x, labels, reduction="none")
    close(each, loss(flat, labels.ravel(), reduction="none").data.reshape(2, 4, 5))
    _, g = value_and_gradient(loss, x, labels, weights=[1.0, 0, 3])
    _, of_flat = value_and_gradient(loss, flat, labels.ravel(), weights=[1.0, 0, 3])
    close(np.moveaxis(g, 1, -1).reshape(40, 3), of_flat)
    with pytest.raises(ValueError, match=r"scores of shape \(2, 3, 4, 5\), the labels must have shape \(2, 4, 5\)"):
        loss(x, labels[:, :1])


def test_probabilities_for_labels():
    x, labels = np.random.default_rng(0).normal(size=(4, 3)), np.array([2, 0, 1, 1])
    for dtype in (float, np.float32):
        expected, of_x = value_and_gradient(softmax_crossentropy, x, labels, dtype=dtype)
        got, g = value_and_gradient(softmax_crossentropy, x, np.eye(3)[labels], dtype=dtype)
        assert got.dtype == g.dtype == dtype
        tolerance = 100 * np.finfo(dtype).eps
        close(got, expected, tolerance)
        close(g, of_x, tolerance)
    p = mg.tensor(np.eye(3)[labels])
    softmax_crossentropy(x, p).backward()
    close(p.grad, -np.log(np.exp(x) / np.exp(x).sum(1, keepdims=True)) / 4, 1e-13)
    # what is impossible, and is not there
    assert softmax_crossentropy([[0.0, -INF]], [[1.0, 0.0]]).item() == 0
    full, _ = value_and_gradient(softmax_crossentropy, x, labels, label_smoothing=1)
    close(full, softmax_crossentropy(x, np.full((4, 3), 1 / 3)).item(), 1e-13)


def test_options_that_contradict():
    x, p = np.full((2, 3), 0.5), np.full((2, 3), 1 / 3)
    with pytest.raises(ValueError, match="probabilities must not be negative"):
        softmax_crossentropy(x, -p)
    for options in ({"ignore_label": 0}, {"reduction": "weighted_mean"}):
        with pytest.raises(ValueError, match="of probabilities, there is no label"):
            softmax_crossentropy(x, p, **options)
    for smoothing in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="`label_smoothing` must be from 0 to 1"):
            softmax_crossentropy(x, [0, 1], label_smoothing=smoothing)
    for loss in (softmax_crossentropy, negative_log_likelihood):
        with pytest.raises(TypeError, match=r"`ignore_label` must be an integer, not 1\.0"):
            loss(x, [0, 1], ignore_label=1.0)
        with pytest.raises(ValueError, match=r"the weights must have shape \(3,\), not \(2,\)"):
            loss(x, [0, 1], weights=[1, 2])
    with pytest.raises(ValueError, match="`y` must be 1 or -1"):
        cosine_embedding_loss(x, x, [1, 0])
    with pytest.raises(ValueError, match=r"`y` must be a number or have shape \(2,\), not \(3,\)"):
        cosine_embedding_loss(x, x, [1, 1, 1])
    with pytest.raises(ValueError, match="margin must be from -1 to 1, but is 2"):
        cosine_embedding_loss(x, x, 1, 2)
    with pytest.raises(ValueError, match="margin must be positive, but is 0"):
        triplet_margin_loss(x, x, x, 0)
    with pytest.raises(ValueError, match="`eps` must not be negative"):
        triplet_margin_loss(x, x, x, eps=-1)
    for loss in (triplet_margin_loss, cosine_embedding_loss):
        with pytest.raises(ValueError, match=r"\(N, D\) or \(D,\)"):
            loss(x[None], x[None], x[None] if loss is triplet_margin_loss else 1)
