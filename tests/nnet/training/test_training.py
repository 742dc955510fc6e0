"""Batches, averages of weights, and metrics."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.modules import BatchNorm, Linear, Sequential
from mygrad.nnet.optimizers import SGD
from mygrad.nnet.training import EMA, Batches, accuracy, confusion_matrix

# --- batches ---------------------------------------------------------------------------------------------------


def test_each_datum_comes_once_with_what_belongs_to_it():
    x = np.arange(10)
    for drop in (False, True):
        batches = Batches(x, (x * 10).tolist(), size=4, rng=0, drop_last=drop)
        found = list(batches)
        assert len(found) == len(batches) == (2 if drop else 3)
        assert [len(a) for a, _ in found] == [4, 4] + [2] * (not drop)
        assert all((b == 10 * a).all() for a, b in found)
        numbers = [n for a, _ in found for n in a]
        assert len(set(numbers)) == (8 if drop else 10)


def test_the_order():
    x = np.arange(50)
    a, b = (Batches(x, size=7, rng=3) for _ in range(2))
    first, second = np.concatenate(list(a)), np.concatenate(list(a))
    assert (first != second).any()
    np.testing.assert_array_equal(first, np.concatenate(list(b)))
    rng = np.random.default_rng(3)
    np.testing.assert_array_equal(first, np.concatenate(list(Batches(x, size=7, rng=rng))))
    np.testing.assert_array_equal(second, np.concatenate(list(Batches(x, size=7, rng=rng))))
    np.testing.assert_array_equal(np.concatenate(list(Batches(x, size=7, shuffle=False))), x)
    np.random.seed(1)
    first = np.concatenate(list(Batches(x, size=7)))
    np.random.seed(1)
    np.testing.assert_array_equal(first, np.concatenate(list(Batches(x, size=7))))
    assert repr(Batches(x.astype("f4"), size=7)) == "Batches(float32 (50,), size=7, shuffle=True, drop_last=False)"
    assert list(Batches(np.empty((0, 3)), size=2)) == []
    assert len(Batches(x, size=51, drop_last=True)) == 0


def test_wrong_batches():
    for make, error, message in (
        (lambda: Batches(size=3), TypeError, "there are no data"),
        (lambda: Batches(np.ones(3), np.ones(4), size=2), ValueError, r"same length, but their shapes are \[\(3,\)"),
        (lambda: Batches(1.0, size=2), ValueError, "no axis to take batches along"),
        (lambda: Batches(np.ones(3), size=0), ValueError, "`size` must be at least 1"),
        (lambda: Batches(np.ones(3), size=1.5), TypeError, "Batches: `size` must be an integer, but is 1.5"),
        (lambda: Batches(np.ones(3), size=1, shuffle="no"), TypeError, "`shuffle` must be True or False"),
    ):
        with pytest.raises(error, match=message):
            make()


# --- averages of weights -----------------------------------------------------------------------------------------


def test_moving_average():
    model = Sequential(Linear(2, 2, dtype=float, rng=0), BatchNorm(2, dtype=float))
    model.again = model[0].weight
    average = EMA(model, 0.9)
    expected = {name: value.copy() for name, value in model.state_dict().items()}
    optimizer = SGD(model.parameters(), 0.1)
    for x in np.random.default_rng(0).normal(size=(3, 5, 2)):
        np.mean(model(x) * [1.0, 2.0] + model[0].weight.sum()).backward()
        optimizer.step()
        average.update()
        for name, value in model.state_dict().items():
            buffer = "running" in name or "num" in name
            expected[name] = value if buffer else 0.9 * expected[name] + 0.1 * value
    for name, value in average.state_dict().items():
        np.testing.assert_allclose(value, expected[name])
    assert average.model.again is average.model[0].weight
    assert not average.model.training
    assert model.training
    assert average.model(x).shape == (5, 2)
    fresh = EMA(model)
    fresh.load_state_dict(average.state_dict())
    np.testing.assert_equal(fresh.state_dict(), average.state_dict())
    assert repr(average).endswith("decay=0.9)")


def test_wrong_averages():
    model = Linear(2, 2)
    with pytest.raises(ValueError, match="`decay` must be at least 0 and less than 1, but is 1"):
        EMA(model, 1)
    with pytest.raises(TypeError, match="expected a module"):
        EMA(model.parameters())
    average = EMA(model)
    model.extra = mg.tensor(1.0)
    with pytest.raises(ValueError, match="the model has got other tensors"):
        average.update()


# --- metrics -----------------------------------------------------------------------------------------------------


def test_accuracy_and_confusion():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(50, 4)), rng.integers(0, 4, 50)
    found = scores.argmax(1)
    assert accuracy(mg.tensor(scores), labels) == accuracy(found, labels) == np.mean(found == labels)
    matrix = confusion_matrix(scores, labels)
    assert matrix.shape == (4, 4)
    assert all(matrix[i, j] == np.sum((labels == i) & (found == j)) for i in range(4) for j in range(4))
    np.testing.assert_array_equal(confusion_matrix(found, labels), matrix)
    assert confusion_matrix([0], [0], classes=3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    images = rng.normal(size=(2, 3, 4, 5))
    assert accuracy(images, images.argmax(1)) == 1
    assert confusion_matrix(images, images.argmax(1)).trace() == 40
    assert np.isnan(accuracy(np.empty((0, 3)), np.empty(0, int)))
    assert confusion_matrix(np.empty((0, 3)), np.empty(0, int)).tolist() == [[0] * 3] * 3
    assert confusion_matrix([], []).shape == (0, 0)


def test_wrong_metrics():
    with pytest.raises(ValueError, match=r"for labels of shape \(3,\), predictions .* but they have \(2, 4\)"):
        accuracy(np.ones((2, 4)), [0, 1, 2])
    with pytest.raises(TypeError, match="`predictions` must be numbers of classes, of an integer dtype, not float64"):
        accuracy([0.2, 0.7], [0, 1])
    with pytest.raises(TypeError, match="`labels` must be numbers of classes"):
        accuracy([0, 1], [0.0, 1.0])
    with pytest.raises(IndexError, match=r"of 2 classes, .* from 0 to 1, but `labels` has some as low as -1"):
        confusion_matrix([0, 1], [-1, 1], classes=2)
