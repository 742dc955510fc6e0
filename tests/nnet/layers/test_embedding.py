"""Embedding: rows of a matrix, by indices of any kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.nnet.layers import embedding

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
WEIGHT = np.random.default_rng(0).normal(size=(5, 3))


@given(
    st.lists(st.integers(0, 3), max_size=3),
    st.sampled_from(INTEGERS),
    st.integers(0, 2**32),
    st.sampled_from([np.float32, np.float64]),
)
def test_any_indices(shape, dtype, seed, precision):
    rng = np.random.default_rng(seed)
    indices = rng.integers(0, 5, shape).astype(dtype)
    weight = mg.tensor(WEIGHT, dtype=precision)
    y = embedding(indices, weight)
    g = rng.normal(size=(*shape, 3))
    assert y.shape == g.shape
    assert y.dtype == precision
    y.backward(g.astype(precision))
    expected = np.zeros((5, 3))
    for place in np.ndindex(*shape):
        np.testing.assert_array_equal(y.data[place], weight.data[indices[place]])
        expected[indices[place]] += g[place]
    np.testing.assert_allclose(weight.grad, expected, rtol=1e-5, atol=1e-5 if precision == np.float32 else 1e-14)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_kinds_of_indices(dtype):
    expected = WEIGHT[[4, 0, 4, 1]]
    indices = np.array([4, 0, 4, 1], dtype)
    for kind in (indices, mg.tensor(indices), indices.tolist(), list(indices), indices[::-1].copy()[::-1]):
        np.testing.assert_array_equal(embedding(kind, WEIGHT), expected)
    np.testing.assert_array_equal(embedding(dtype(4), WEIGHT), WEIGHT[4])


def test_no_indices():
    weight = mg.tensor(WEIGHT)
    for none in ([], np.empty((0, 2), int), [[], []]):
        y = embedding(none, weight)
        assert y.shape == (*np.shape(none), 3)
        y.backward()
        np.testing.assert_array_equal(weight.grad, np.zeros((5, 3)))
    assert embedding([], np.empty((0, 3))).shape == (0, 3)


def test_indices_may_change_after_the_call():
    indices, weight = np.array([1, 1]), mg.tensor(WEIGHT)
    y = embedding(indices, weight)
    indices[...] = 4
    y.sum().backward()
    np.testing.assert_array_equal(weight.grad, np.eye(5)[1][:, None] * [2.0, 2, 2])


@pytest.mark.parametrize(
    ("indices", "weight", "error", "message"),
    [
        ([5], WEIGHT, IndexError, r"weight` of shape \(5, 3\), indices go from 0 to 4, .* as 5 or as high as 5"),
        ([0, -1], WEIGHT, IndexError, "as low as -1"),
        (np.uint64([2**64 - 1]), WEIGHT, IndexError, "as high as 18446744073709551615"),
        ([0], np.empty((0, 3)), IndexError, r"shape \(0, 3\)"),
        ([1.0], WEIGHT, TypeError, "indices are integers, but these are of dtype float64"),
        ([True], WEIGHT, TypeError, "bool"),
        (None, WEIGHT, TypeError, "object"),
        ([1], WEIGHT[0], ValueError, r"`weight` must be a matrix, .* \(3,\)"),
        ([1], WEIGHT[None], ValueError, r"\(1, 5, 3\)"),
    ],
)
def test_errors(indices, weight, error, message):
    with pytest.raises(error, match=message):
        embedding(indices, weight)
