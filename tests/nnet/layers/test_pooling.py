"""Pooling: the largest entry and the mean of each window, with ties, overlaps, gaps and nan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.nnet.layers import adaptive_avg_pool, adaptive_max_pool, average_pool, global_avg_pool, max_pool
from mygrad.testing import check_grads


def by_loops(x, pool, stride, g, share, padding=()):
    """Windows one after the other; `share` gives the number of a window, and how it depends on the entries."""
    lead = x.ndim - len(pool)
    padding = padding or ((0, 0),) * len(pool)
    grid = [(n + sum(p) - k) // s + 1 for n, p, k, s in zip(x.shape[lead:], padding, pool, stride, strict=True)]
    y, of_x = np.zeros((*x.shape[:lead], *grid)), np.zeros(x.shape)
    for position in np.ndindex(*y.shape):
        starts = [i * s - p for i, s, (p, _) in zip(position[lead:], stride, padding, strict=True)]
        within = [slice(max(i, 0), i + k) for i, k in zip(starts, pool, strict=True)]
        window = (*position[:lead], *within)
        y[position], shares = share(x[window])
        of_x[window] += g[position] * shares
    return y, of_x


def largest(window):
    isnan = np.isnan(window)
    ties = isnan if isnan.any() else window == window.max()
    return window.max(), ties / ties.sum()


def mean(window):
    return window.mean(), np.full(window.shape, 1 / window.size)


BOTH = pytest.mark.parametrize(("layer", "share"), [(max_pool, largest), (average_pool, mean)])


@st.composite
def poolings(draw, values):
    axes = draw(st.integers(0, 3))

    def numbers(low, high, count=axes):
        return draw(st.tuples(*[st.integers(low, high)] * count))

    pool, positions = numbers(1, 3), numbers(1, 3)
    stride = pool if draw(st.booleans()) else numbers(1, 4)  # windows that tile the data are done otherwise
    sides = tuple((draw(st.integers(0, k - 1)), draw(st.integers(0, k - 1))) for k in pool)
    padding = sides if draw(st.booleans()) else ((0, 0),) * axes
    rest = tuple(draw(st.integers(0, s - 1)) for s in stride)
    along = zip(positions, stride, pool, padding, rest, strict=True)
    lengths = [max((n - 1) * s + k - sum(p) + more, 1) for n, s, k, p, more in along]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (*numbers(0, 2, draw(st.integers(0, 2))), *lengths)
    x = rng.integers(-3, 3, shape).astype(float) if values == "ties" else rng.normal(size=shape)
    if values == "nan":
        x = np.where(rng.random(shape) < 0.1, np.nan, x)
    return draw(st.sampled_from([x, np.asfortranarray(x), np.flip(np.flip(x).copy())])), pool, stride, padding


@BOTH
@given(st.sampled_from(["plain", "ties", "nan"]).flatmap(poolings))
def test_any_pooling(layer, share, example):
    x, pool, stride, padding = example
    t = mg.tensor(x, copy=False)
    options = {} if layer is max_pool else {"count_padding": False}
    y = layer(t, pool, stride, padding=padding, floor=True, **options)
    g = np.random.default_rng(0).normal(size=y.shape)
    expected, of_x = by_loops(x, pool, stride, g, share, padding)
    np.testing.assert_allclose(y, expected, rtol=1e-14, atol=1e-14)
    y.backward(g)
    np.testing.assert_allclose(t.grad, of_x, rtol=1e-14, atol=1e-14)


@BOTH
@pytest.mark.parametrize(("pool", "stride"), [((2, 2), 2), ((3, 2), (1, 2)), ((2, 2), (2, 4)), ((4,), 1)])
def test_second_derivatives(layer, share, pool, stride):
    x = np.random.default_rng(0).permutation(48).reshape(2, 4, 6) / 10  # far from ties
    check_grads(lambda x: layer(x, pool, stride) ** 3, x, order=2)


def test_larger_pooling():
    """More data than are done at a time."""
    x = np.random.default_rng(0).normal(size=(5, 60, 32, 32))
    windows = x.reshape(5, 60, 16, 2, 16, 2)
    for layer, share, y in (
        (max_pool, windows == windows.max((3, 5), keepdims=True), windows.max((3, 5))),
        (average_pool, np.full(windows.shape, 0.25), windows.mean((3, 5))),
    ):
        t = mg.tensor(x)
        found = layer(t, (2, 2), 2)
        np.testing.assert_allclose(found, y, rtol=1e-12, atol=1e-12)
        found.backward(y)
        np.testing.assert_allclose(t.grad, (share * y[:, :, :, None, :, None]).reshape(x.shape), rtol=1e-12, atol=1e-12)


def test_ties_share_the_gradient():
    x = mg.tensor([[1.0, 1.0], [1.0, 0.0]])
    max_pool(x, (2, 2), 1).backward()
    np.testing.assert_allclose(x.grad, [[1 / 3, 1 / 3], [1 / 3, 0]])
    reference = mg.tensor(x.data)
    reference.max().backward()
    np.testing.assert_allclose(x.grad, reference.grad)


@pytest.mark.parametrize("stride", [1, 2])
def test_second_derivatives_at_a_tie(stride):
    """The mean of the tied entries, squared: its second derivatives are all 2 / 4."""
    x = mg.tensor([1.0, 1.0])
    (g,) = mg.functional.derivatives(max_pool(x, (2,), stride) ** 2, [x])
    g[0].backward()
    np.testing.assert_allclose(x.grad, [0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, bool])
def test_integers(dtype):
    x = np.array([[100, 120, 1, 0]]).astype(dtype)
    y = max_pool(x, (2,), 2)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, x.reshape(1, 2, 2).max(-1))
    np.testing.assert_array_equal(average_pool(x, (2,), 2), x.reshape(1, 2, 2).mean(-1))  # no overflow


def test_the_mean_of_large_half_precision_numbers():
    x = mg.tensor([6e4, 6e4, 6e4, 6e4], dtype=np.float16)
    y = average_pool(x, (4,), 1)
    np.testing.assert_array_equal(y, x.data[:1])
    y.backward()
    assert x.grad.dtype == np.float16


def test_gradients_that_are_not_finite_stay_in_their_windows():
    x = mg.tensor([1.0, 2.0, 4.0, 3.0])
    max_pool(x, (2,), 2).backward([np.inf, np.nan])
    np.testing.assert_array_equal(x.grad, [0, np.inf, np.nan, 0])


def test_an_infinite_derivative_of_what_is_not_the_largest():
    x = mg.tensor([0.0, 4.0, 0.0])
    max_pool(np.sqrt(x), (2,), 1).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0.5, 0])


@BOTH
def test_no_axes(layer, share):
    x = mg.tensor(3.0)
    y = layer(x, (), 1)
    y.backward()
    assert (y.item(), x.grad) == (3, 1)
    assert y is not x


@BOTH
@pytest.mark.parametrize(
    ("pool", "stride", "error", "message"),
    [
        (2, 1, TypeError, "`pool` must have a length for each axis to be pooled over, but it is 2"),
        ((2.0,), 1, TypeError, r"`pool` must be an integer, or one for each axis, not \(2.0,\)"),
        ((2,), 1.5, TypeError, "`stride` must be an integer, or one for each axis, not 1.5"),
        ((0,), 1, ValueError, "`pool` must be at least 1"),
        ((2,), 0, ValueError, "`stride` must be at least 1"),
        ((2,), (1, 1), ValueError, r"`stride` must have one number for each of 1 axes, but it is \(1, 1\)"),
        ((1, 1, 1), 1, ValueError, r"`pool` has 3 axes, more than the data, which has shape \(4, 5\)"),
        ((2, 2), 2, ValueError, r"does not tile data of shape \(4, 5\).*\(2, 3\)"),
        ((2, 6), 1, ValueError, r"window of shape \(2, 6\).* does not fit into"),
    ],
)
def test_errors(layer, share, pool, stride, error, message):
    with pytest.raises(error, match=f"{layer.__name__}: .*{message}"):
        layer(np.ones((4, 5)), pool, stride)


@BOTH
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"padding": 2}, ValueError, r"`padding` must be less than the window, of shape \(2, 2\), on either side"),
        ({"padding": "valid"}, ValueError, "`padding` must be of integers, or 'same', not 'valid'"),
        ({"padding": 1}, ValueError, r"does not tile.*but is \(4, 5\)"),
        ({"floor": None}, TypeError, "`floor` must be True or False"),
    ],
)
def test_errors_of_options(layer, share, options, error, message):
    with pytest.raises(error, match=message):
        layer(np.ones((4, 5)), (2, 2), 3, **options)


def test_padding_counts_as_zeros():
    x = np.arange(1.0, 5.0)
    np.testing.assert_array_equal(average_pool(x, (2,), 2, padding=1, floor=True), [0.5, 2.5, 2])
    np.testing.assert_array_equal(average_pool(x, (2,), 2, padding=1, count_padding=False), [1, 2.5, 4])


def test_padding_is_never_the_largest():
    x = mg.tensor([-1.0, -2.0, -np.inf])
    y = max_pool(x, (2,), 1, padding=1)
    np.testing.assert_array_equal(y, [-1, -1, -2, -np.inf])
    y.backward()
    np.testing.assert_array_equal(x.grad, [2, 1, 1])
    np.testing.assert_array_equal(max_pool(np.array([-3, -4], np.int8), (2,), 2, padding="same"), [-3])
    np.testing.assert_array_equal(max_pool(np.array([False, True]), (2,), 1, padding=((1, 0),)), [False, True])


@pytest.mark.parametrize(("layer", "reduction"), [(adaptive_avg_pool, np.mean), (adaptive_max_pool, np.max)])
def test_adaptive_pooling(layer, reduction):
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    y = layer(x, (2, 6))
    assert y.shape == (2, 3, 2, 6)
    for i, j in np.ndindex(2, 6):
        window = x[:, :, i * 5 // 2 : -(-(i + 1) * 5 // 2), j * 4 // 6 : -(-(j + 1) * 4 // 6)]
        np.testing.assert_allclose(y[:, :, i, j], reduction(window, (2, 3)), rtol=1e-14)
    np.testing.assert_allclose(layer(x, 1)[:, :, 0, 0], reduction(x, (2, 3)), rtol=1e-14)
    np.testing.assert_allclose(layer(x, (2,)), layer(x.reshape(30, 4), (2,)).reshape(2, 3, 5, 2))
    tie = mg.tensor(np.ones((1, 1, 3, 3)))
    layer(tie, 2).backward()
    np.testing.assert_allclose(tie.grad[0, 0], np.outer([0.5, 1, 0.5], [0.5, 1, 0.5]))
    for shape in ((1, 1, 1, 1, 1), (), 0):
        with pytest.raises(ValueError, match=r"adaptive_..._pool: "):
            layer(x, shape)
    with pytest.raises(ValueError, match="cannot pool"):
        layer(x[:, :, :0], 1)
    with pytest.raises(TypeError, match="`output_shape` must be an integer"):
        layer(x, 1.5)


def test_global_pooling_takes_channels():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    np.testing.assert_allclose(global_avg_pool(x), x.mean((2, 3)), rtol=1e-14)
    with pytest.raises(ValueError, match=r"\(N, C, X0, ...\).* \(2, 3\)"):
        global_avg_pool(x[..., 0, 0])
