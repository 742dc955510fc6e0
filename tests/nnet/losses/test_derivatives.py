"""Every loss: its value by a plain formula, its derivatives, its dtypes, what it takes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import losses
from mygrad.nnet.activations import logsoftmax, softmax
from mygrad.testing import check_grads
from nets.losses import LABELS, PROBABILITIES, RNG, SCORES
from nets.losses import LOSSES as CASES

ALL = pytest.mark.parametrize("name", CASES)


def test_every_loss_is_tested():
    assert {name.split(",")[0] for name in CASES} == set(losses.__all__)


@ALL
def test_values(name):
    loss, arrays, expected = CASES[name]
    value = loss(*arrays)
    assert isinstance(value, mg.Tensor)
    np.testing.assert_allclose(value, expected, rtol=1e-13)


@ALL
def test_first_and_second_derivatives(name):
    loss, arrays, _ = CASES[name]
    check_grads(loss, *arrays, order=2)
    check_grads(loss, *(np.asfortranarray(a) for a in arrays))


@ALL
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_the_dtype_stays_in_both_directions(name, dtype):
    loss, arrays, expected = CASES[name]
    tensors = [mg.tensor(a, dtype=dtype) for a in arrays]
    value = loss(*tensors)
    assert value.dtype == dtype
    tolerance = 50 * max(np.finfo(dtype).eps, 1e-15)
    np.testing.assert_allclose(value, expected, rtol=tolerance, atol=tolerance)
    value.sum().backward()
    doubles = [mg.tensor(a) for a in arrays]
    loss(*doubles).sum().backward()
    for t, d in zip(tensors, doubles, strict=True):
        assert t.grad.dtype == dtype
        np.testing.assert_allclose(t.grad, d.grad, rtol=tolerance, atol=tolerance)


@ALL
def test_lists_will_do(name):
    loss, arrays, expected = CASES[name]
    value = loss(*(a.tolist() for a in arrays))
    assert value.constant
    np.testing.assert_allclose(value, expected, rtol=1e-13)


@ALL
def test_tensors_in_a_list_get_their_gradients(name):
    loss, arrays, _ = CASES[name]
    rows = [mg.tensor(row) for row in arrays[0]]
    loss(rows, *arrays[1:]).backward()
    whole = mg.tensor(arrays[0])
    loss(whole, *arrays[1:]).backward()
    np.testing.assert_allclose([row.grad for row in rows], whole.grad)


@ALL
def test_constant(name):
    loss, arrays, _ = CASES[name]
    tensors = [mg.tensor(a) for a in arrays]
    assert not loss(*tensors).constant
    assert loss(*tensors, constant=True).constant
    assert loss(*arrays).constant
    assert not loss(*arrays, constant=False).constant


@ALL
def test_a_part_of_a_larger_graph(name):
    """The loss is scaled, added to another, and computed twice of the same scores."""
    loss, arrays, _ = CASES[name]
    x = mg.tensor(arrays[0])
    loss(x, *arrays[1:]).sum().backward()
    once = x.grad
    (3 * loss(x, *arrays[1:]).sum() + loss(x, *arrays[1:]).sum() - loss(x, *arrays[1:]).sum()).backward()
    np.testing.assert_allclose(x.grad, 3 * once)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if np.ndim(case.expected)])
def test_weights_from_behind(name):
    """Where there is one loss for each datum."""
    loss, arrays, expected = CASES[name]
    weights = np.array([1.0, -2.0, 0.0, 5.0]).reshape(-1, *[1] * (expected.ndim - 1))
    check_grads(lambda *x: np.sum(loss(*x) * weights), *arrays, order=2)


@pytest.mark.parametrize(
    "loss", [n for n in losses.__all__ if "focal" in n or "soft" in n or "like" in n or "hinge" in n]
)
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(loss, dtype):
    f = getattr(losses, loss)
    expected = f(PROBABILITIES, LABELS)
    for labels in (LABELS.astype(dtype), mg.tensor(LABELS, dtype=dtype), LABELS.astype(dtype).tolist()):
        np.testing.assert_array_equal(f(PROBABILITIES, labels), expected)
    np.testing.assert_array_equal(f(PROBABILITIES, LABELS.repeat(2)[::2].astype(dtype)), expected)


def test_labels_may_change_after_the_call():
    x, labels = mg.tensor(SCORES), LABELS.copy()
    loss = losses.softmax_crossentropy(x, labels)
    labels[...] = 0
    loss.backward()
    other = mg.tensor(SCORES)
    losses.softmax_crossentropy(other, LABELS).backward()
    np.testing.assert_array_equal(x.grad, other.grad)


def test_the_ways_to_the_crossentropy_agree():
    expected = losses.softmax_crossentropy(SCORES, LABELS).item()
    assert losses.negative_log_likelihood(logsoftmax(SCORES), LABELS).item() == pytest.approx(expected, rel=1e-14)
    assert losses.focal_loss(softmax(SCORES), LABELS).data.mean() == pytest.approx(expected, rel=1e-14)
    assert losses.softmax_focal_loss(SCORES, LABELS).data.mean() == pytest.approx(expected, rel=1e-14)


def test_integer_targets_do_not_change_the_dtype():
    x, t = np.float32([[0.5, -1], [2, 3]]), [[0, 1], [1, 0]]
    for loss in (
        losses.binary_crossentropy_with_logits,
        losses.mean_squared_error,
        losses.huber_loss,
        losses.kl_divergence,
        lambda a, b: losses.margin_ranking_loss(a, b, np.int64([1, -1]), np.float64(0.5)),
        lambda a, b: losses.negative_log_likelihood(a, [0, 1], weights=np.float64([1, 2])),
        lambda a, b: losses.softmax_focal_loss(a, [0, 1], alpha=np.float64([1, 2]), gamma=np.float64(2)),
    ):
        assert loss(x, t).dtype == np.float32


@pytest.mark.parametrize("name", ["softmax_crossentropy", "softmax_focal_loss"])
def test_constants_and_finished_graphs_hold_no_memory(name):
    def held(x):
        tracemalloc.start()
        loss = getattr(losses, name)(x, np.zeros(1000, int))
        if not loss.constant:
            assert tracemalloc.get_traced_memory()[0] > 8e6
            loss.backward()
            x.null_grad()
        memory = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return memory

    scores = RNG.normal(size=(1000, 1000))
    assert held(scores) < 1e5
    assert held(mg.tensor(scores)) < 1e5
