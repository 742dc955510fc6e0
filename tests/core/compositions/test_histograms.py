"""Counts go by steps; weights, and the edges that the data or the arguments set, are differentiated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.testing import check_grads

X = np.array([0.3, -1.2, 2.6, 0.83, 1.14, -0.37])
Y = np.array([1.7, 0.41, -0.63, 2.2, -1.9, 0.17])
WEIGHTS, EDGES = np.array([0.7, 1.3, 2.1, 0.4, 1.6, 0.9]), np.array([-0.9, 0.2, 0.5, 2.0])


@pytest.mark.parametrize("density", [False, True])
def test_second_derivatives(density):
    check_grads(lambda x, w: np.histogram(x, 4, density=density, weights=w)[0], X, WEIGHTS, order=2)
    check_grads(lambda b, w: np.histogram(X, b, density=density, weights=w)[0], EDGES, WEIGHTS, order=2)
    check_grads(lambda x, y, w: np.histogram2d(x, y, (3, 2), None, density, w)[0], X, Y, WEIGHTS, order=2)
    check_grads(lambda w: np.histogramdd([X, Y], (3, EDGES), None, density, w)[0], WEIGHTS, order=2)


def test_limits_of_the_range():
    check_grads(lambda lo, hi: mg.histogram(X, 3, (lo, hi))[1], np.array(-1.0), np.array(2.0))
    lo = mg.tensor(-1.0)
    mg.histogram2d(X, Y, 2, [[lo, 2.0], [lo, 1.0]])[2][1].backward()
    assert lo.grad == 0.5


def test_each_weight_goes_to_its_bin():
    w = mg.tensor(np.ones(6))
    counts, edges = np.histogram([0.0, 0.5, 1.0, 1.0, 2.0, np.nan], [0.0, 0.5, 1.0], weights=w)
    (counts * [10.0, 20.0]).sum().backward()
    assert_array_equal(w.grad, [10.0, 20.0, 20.0, 20.0, 0.0, 0.0])  # those beyond the last edge are in no bin
    assert_array_equal(edges, [0.0, 0.5, 1.0])


def test_counts_are_plain():
    counts, edges = np.histogram(mg.tensor(X), 3)
    assert type(counts) is np.ndarray
    edges[1].backward()


def test_edges_of_entries_that_are_all_equal():
    x = mg.tensor([2.0, 2.0])
    edges = np.histogram_bin_edges(x, 2)
    assert_array_equal(edges, [1.5, 2.0, 2.5])
    edges[0].backward()
    assert_array_equal(x.grad, [0.5, 0.5])
    assert_array_equal(np.histogram_bin_edges(x[:0], 2), [0.0, 0.5, 1.0])


def test_single_precision():
    w = mg.tensor(WEIGHTS, dtype=np.float32)
    counts, _ = np.histogram(X.astype(np.float32), 3, weights=w)
    assert counts.dtype == np.float32
    assert_allclose(counts, np.histogram(X, 3, weights=WEIGHTS)[0], rtol=1e-6)
    counts.sum().backward()
    assert w.grad.dtype == np.float32


@pytest.mark.parametrize("call", [lambda x: np.histogram(x, 0), lambda x: np.histogram(x, [1.0, 0.0])])
def test_errors_are_numpys(call):
    with pytest.raises(ValueError, match="must"):
        call(mg.tensor(X))
    with pytest.raises(ValueError, match="same length"):
        np.histogram2d(mg.tensor(X), Y[1:])


numbers = st.lists(st.sampled_from([-1.0, -0.3, 0.0, 0.1, 0.5, 1.0, 2.5]), min_size=1, max_size=12).map(np.array)
edges = st.lists(st.sampled_from([-1.0, -0.3, 0.0, 0.1, 0.5, 1.0]), min_size=3, max_size=5).map(sorted)


@given(numbers, st.integers(1, 7) | edges.map(np.array), st.booleans(), st.data())
def test_values_are_numpys(x, bins, density, data):
    """On the edges of bins too, of which some may be empty, or of no width."""
    weights = np.array(data.draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=len(x), max_size=len(x))))
    y = x[::-1] * 2
    with np.errstate(all="ignore"):
        for ours, numpys in (
            (
                np.histogram(mg.Tensor(x), bins, None, density, mg.Tensor(weights)),
                np.histogram(x, bins, None, density, weights),
            ),
            (np.histogram(mg.Tensor(x), bins, density=density), np.histogram(x, bins, density=density)),
            (
                mg.histogram2d(x, y, bins, None, density, mg.Tensor(weights)),
                np.histogram2d(x, y, bins, None, density, weights),
            ),
        ):
            for part, expected in zip(ours, numpys, strict=True):
                assert_allclose(part, expected, rtol=1e-12, atol=1e-12, strict=True)


def test_nothing_flows_from_empty_bins():
    """Their density is 0 whatever the edges are, though what is made of it has an infinite derivative there."""
    for histogram in (
        lambda x: np.histogram(x, 4, density=True)[0],
        lambda x: np.histogramdd([x, x], 4, density=True)[0],
    ):
        x = mg.tensor([0.0, 0.1, 1.0])
        np.sqrt(histogram(x)).sum().backward()
        expected = mg.tensor([0.0, 0.1, 1.0])
        density = histogram(expected)
        np.sqrt(density[density.data > 0]).sum().backward()
        assert_array_equal(x.grad, expected.grad)
        assert np.all(np.isfinite(x.grad))
