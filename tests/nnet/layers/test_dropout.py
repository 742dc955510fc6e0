"""Dropout: how many entries, which ones, and what they are multiplied by."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.layers import dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_share_that_is_dropped(p):
    x = np.full((100, 1000), 3.0)
    y = dropout(x, p, rng=0).data
    dropped = y == 0
    assert abs(dropped.mean() - p) < 0.01
    np.testing.assert_allclose(y[~dropped], 3 / (1 - p), rtol=1e-15)
    assert abs(y.mean() - 3) < 0.1
    assert np.abs(dropped.mean(axis=0) - p).max() < 0.2  # no place is preferred


def test_seeds():
    x = np.ones(100)
    assert np.array_equal(dropout(x, rng=5), dropout(x, rng=5))
    assert not np.array_equal(dropout(x, rng=5), dropout(x, rng=6))
    assert np.array_equal(dropout(x, rng=5), dropout(x, rng=np.random.default_rng(5)))
    assert np.array_equal(dropout(x, rng=[1, 2]), dropout(x, rng=np.random.SeedSequence([1, 2])))
    generator = np.random.default_rng(5)
    assert not np.array_equal(dropout(x, rng=generator), dropout(x, rng=generator))
    np.random.seed(3)
    first, second = dropout(x), dropout(x)
    assert not np.array_equal(first, second)
    np.random.seed(3)
    assert np.array_equal(first, dropout(x))
    mg.random.seed(3)
    assert np.array_equal(first, dropout(x))


def test_a_probability_close_to_one():
    p = 1 - 1e-6
    y = dropout(np.ones((2000, 1000), np.float32), p, rng=0).data
    assert 0 < np.count_nonzero(y) < 20
    np.testing.assert_allclose(y[y != 0], 1e6, rtol=1e-6)
    with pytest.warns(RuntimeWarning, match="overflow"):
        y = dropout(np.full(10**5, 60000, np.float16), 0.999, rng=0).data
    assert set(np.unique(y)) == {0, np.inf}


def test_certainties():
    x = mg.tensor([1.0, np.nan, np.inf])
    y = dropout(x, 1)
    np.testing.assert_array_equal(y, [0, 0, 0])
    y.backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 0])
    assert dropout(x, 0) is x
    assert dropout(x, 0.5, training=False) is x


def test_what_is_dropped_has_no_part_in_it():
    x = mg.tensor(np.full(50, np.inf))
    y = dropout(x, 0.5, rng=0)
    kept = y.data != 0
    assert np.isinf(y.data[kept]).all()
    assert 0 < kept.sum() < 50
    y.backward(np.where(kept, 1, np.inf))
    np.testing.assert_array_equal(x.grad, np.where(kept, 2, 0))


def test_an_infinite_derivative_of_what_is_dropped():
    x = mg.tensor(np.zeros(50))
    y = dropout(np.sqrt(x) + 1, 0.5, rng=0)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, np.where(y.data == 0, 0, np.inf))


@pytest.mark.parametrize("options", [{"p": 0}, {"p": 0.5, "training": False}])
def test_nothing_is_dropped(options):
    for x in ([1, 2], [True, False], np.float32([1, 2]), np.uint8([1, 2]), mg.tensor([1, 2]), 3.0):
        y = dropout(x, **options)
        assert isinstance(y, mg.Tensor)
        assert y.constant
        assert y.dtype == dropout(x, 0.1).dtype  # in training as well as after it
        np.testing.assert_array_equal(y, x)
    x = mg.tensor([1.0, 2.0])
    assert dropout(x, constant=True, **options).constant
    y = dropout(x.data, constant=False, **options)
    assert not y.constant
    y[...] = 0
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 1, 3)])
def test_shapes(shape):
    x = mg.tensor(np.ones(shape))
    y = dropout(x, 0.5, rng=0)
    y.backward()
    assert y.shape == x.grad.shape == shape
    np.testing.assert_array_equal(x.grad, y)


@pytest.mark.parametrize(
    ("p", "error"), [(-0.1, ValueError), (1.5, ValueError), (np.nan, ValueError), ([0.5], TypeError), ("a", TypeError)]
)
@pytest.mark.parametrize("training", [True, False])
def test_errors(p, error, training):
    with pytest.raises(error, match="`p`"):
        dropout(np.ones(3), p, training=training)


def test_a_wrong_seed():
    with pytest.raises((TypeError, ValueError)):
        dropout(np.ones(3), 0.5, rng=0.5)
