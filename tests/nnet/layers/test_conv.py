"""Convolution: every value and both gradients by a plain loop, over shapes, strides, paddings and dilations."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.nnet.layers import conv_nd, conv_transpose_nd
from mygrad.testing import check_grads


def by_loops(x, w, g, stride, padding, dilation, groups=1):
    """The responses, and the gradients of `x` and `w`: one window after the other."""
    axes = range(x.ndim - 2)
    sides = [(p, p) if np.ndim(p) == 0 else p for p in padding]
    padded = np.pad(x, [(0, 0), (0, 0), *sides])
    reach = [(k - 1) * d + 1 for k, d in zip(w.shape[2:], dilation, strict=True)]
    grid = [(padded.shape[2 + i] - reach[i]) // stride[i] + 1 for i in axes]
    y = np.zeros((len(x), len(w), *grid))
    of_padded, of_w = np.zeros_like(padded), np.zeros_like(w)
    for position in np.ndindex(*grid):
        starts = [position[i] * stride[i] for i in axes]
        window = tuple(slice(starts[i], starts[i] + reach[i], dilation[i]) for i in axes)
        for n in range(len(x)):
            for f in range(len(w)):
                group = f // (len(w) // groups)
                seen = (n, slice(group * w.shape[1], (group + 1) * w.shape[1]), *window)
                y[(n, f, *position)] = np.sum(padded[seen] * w[f])
                if g is not None:
                    of_padded[seen] += g[(n, f, *position)] * w[f]
                    of_w[f] += g[(n, f, *position)] * padded[seen]
    inner = (..., *[slice(before, before + n) for (before, _), n in zip(sides, x.shape[2:], strict=True)])
    return y, of_padded[inner], of_w


def compare(x, w, stride, padding, dilation, rtol=1e-12, **options):
    a, b = mg.tensor(x), mg.tensor(w)
    y = conv_nd(a, b, stride=stride, padding=padding, dilation=dilation, **options)
    g = np.random.default_rng(2).normal(size=y.shape)
    options.pop("floor", None)
    expected, of_x, of_w = by_loops(x.astype(float), w.astype(float), g, stride, padding, dilation, **options)
    assert y.shape == expected.shape
    y.backward(g)
    for ours, theirs in ((y.data, expected), (a.grad, of_x), (b.grad, of_w)):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * max(1, np.abs(theirs).max(initial=0)))


@st.composite
def convolutions(draw):
    axes = draw(st.integers(1, 3))

    def numbers(low, high):
        return draw(st.tuples(*[st.integers(low, high)] * axes))

    stride, dilation, kernel, positions = numbers(1, 4), numbers(1, 3), numbers(1, 3), numbers(1, 3)
    reach = [(p - 1) * s + (k - 1) * d + 1 for p, s, k, d in zip(positions, stride, kernel, dilation, strict=True)]
    padding = tuple(draw(st.tuples(*[st.integers(0, min(2, length // 2))] * 2)) for length in reach)
    rest = tuple(draw(st.integers(0, s - 1)) for s in stride)
    lengths = [length - sum(p) + more for length, p, more in zip(reach, padding, rest, strict=True)]
    # From 8 channels on, and for more filters than there are rows, it is computed in other ways.
    few = st.sampled_from([0, 1, 2, 9])
    n, c, f, groups = draw(st.tuples(st.integers(0, 3), few, few, st.integers(1, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x, w = rng.normal(size=(n, c * groups, *lengths)), rng.normal(size=(f * groups, c, *kernel))
    return x, w, stride, padding, dilation, groups, any(rest)


@given(convolutions())
def test_any_convolution(example):
    """Empty batches, data without channels, filters that are wider than the data, strides that jump over entries."""
    *arguments, groups, floor = example
    compare(*arguments, groups=groups, floor=floor)


@given(convolutions())
def test_the_transpose(example):
    """The sum of ``conv(x) * g`` is that of ``x * transposed(g)``, which has the gradients that this says it has."""
    x, w, stride, padding, dilation, groups, floor = example
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    a, b = mg.tensor(x), mg.tensor(w)
    y = conv_nd(a, b, floor=floor, **options)
    rng = np.random.default_rng(2)
    g, v = mg.tensor(rng.normal(size=y.shape)), rng.normal(size=x.shape)
    if not x.size or not g.size:
        return
    wide = zip(x.shape[2:], padding, w.shape[2:], dilation, stride, strict=True)
    rest = tuple((n + sum(p) - (k - 1) * d - 1) % s for n, p, k, d, s in wide)
    bank = mg.tensor(w)
    transposed = conv_transpose_nd(g, bank, output_padding=rest, **options)
    y.backward(g.data)
    np.testing.assert_allclose(transposed, a.grad, rtol=1e-12, atol=1e-12)
    transposed.backward(v)
    _, _, of_w = by_loops(v, w, g.data, stride, padding, dilation, groups)
    np.testing.assert_allclose(g.grad, conv_nd(v, w, floor=floor, **options), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(bank.grad, of_w, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("n", "k", "s", "d"), [(7, 3, 1, 1), (7, 4, 1, 1), (8, 3, 2, 1), (7, 2, 3, 2), (5, 1, 2, 1)])
def test_the_same_padding(n, k, s, d):
    """There is a position for each step, and what is odd is put after the data."""
    x, w = np.random.default_rng(0).normal(size=(2, 3, n)), np.random.default_rng(1).normal(size=(4, 3, k))
    total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
    y = conv_nd(x, w, stride=s, padding="same", dilation=d)
    assert y.shape == (2, 4, -(-n // s))
    np.testing.assert_allclose(y, by_loops(x, w, None, (s,), [(total // 2, total - total // 2)], (d,))[0], rtol=1e-12)


def test_the_usual_downsampling():
    """A filter of 3 x 3, a stride of 2 and a padding of 1 halve an image of even size, but for what is left over."""
    x, w = np.ones((1, 2, 32, 32)), np.ones((3, 2, 3, 3))
    with pytest.raises(ValueError, match=r"does not tile.*\(31, 31\).*floor=True"):
        conv_nd(x, w, stride=2, padding=1)
    assert conv_nd(x, w, stride=2, padding=1, floor=True).shape == (1, 3, 16, 16)


@pytest.mark.parametrize(
    ("x", "w", "stride", "padding", "dilation"),
    [
        ((3, 16, 9, 8), (20, 16, 3, 3), (1, 1), (1, 1), (1, 1)),  # from here on, shapes for each way to compute it
        ((3, 16, 9, 8), (4, 16, 3, 3), (1, 1), (0, 2), (2, 1)),
        ((2, 24, 7, 7), (30, 24, 3, 3), (2, 4), (1, 0), (1, 1)),
        ((2, 24, 7, 7), (3, 24, 1, 3), (2, 1), (0, 0), (1, 3)),
        ((2, 70, 5), (6, 70, 3), (1,), (1,), (1,)),
        ((2, 20, 4, 5, 3), (17, 20, 2, 2, 2), (1, 1, 1), (1, 0, 1), (1, 2, 1)),
        ((2, 3, 3, 4, 3, 2), (2, 3, 2, 2, 1, 2), (1, 2, 2, 1), (0, 0, 0, 1), (1, 1, 1, 1)),
        ((2, 64, 4, 4), (64, 64, 1, 1), (1, 1), (0, 0), (1, 1)),
        ((2, 16, 4, 4), (20, 16, 4, 4), (1, 1), (3, 3), (1, 1)),
        ((2, 16, 4, 4), (20, 16, 2, 2), (1, 1), (2, 2), (1, 1)),  # more padding than the filters reach
        ((40, 20, 12, 12), (5, 20, 5, 5), (1, 1), (0, 0), (1, 1)),  # more samples than are done at a time
        ((2, 24, 29, 28), (2, 24, 3, 3), (1, 1), (1, 0), (1, 1)),  # more positions than are done at a time
        ((2, 3, 61, 36), (2, 3, 7, 7), (2, 1), (1, 2), (1, 1)),
        ((1, 40, 50, 33), (6, 40, 3, 3), (1, 2), (2, 1), (1, 1)),
        ((1, 16, 9, 120), (20, 16, 3, 3), (1, 1), (1, 1), (1, 1)),  # and of windows that are copied
        ((2, 20, 10, 12), (6, 20, 5, 4), (3, 2), (4, 1), (2, 3)),  # entries that some filters never meet
        ((5, 20, 5, 11), (20, 20, 2, 3), (1, 2), (1, 3), (1, 2)),  # several of its ends see as many entries
        ((5, 20, 5, 2), (20, 20, 2, 5), (1, 1), (1, 4), (1, 1)),
    ],
)
def test_larger_convolutions(x, w, stride, padding, dilation):
    rng = np.random.default_rng(0)
    compare(rng.normal(size=x), rng.normal(size=w), stride, padding, dilation)


@pytest.mark.parametrize(
    ("w", "stride", "padding", "dilation"),
    [((2, 16, 2, 3), 1, 1, 1), ((24, 16, 2, 3), 1, (1, 0), 1), ((2, 16, 1, 2), (2, 1), 0, 2), ((2, 16, 3, 2), 1, 3, 1)],
)
def test_second_derivatives_of_larger_ones(w, stride, padding, dilation):
    """All pairs of derivatives, by a direction: central differences of the gradients."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 16, 3, 4)), rng.normal(size=w)
    y = conv_nd(x, w, stride=stride, padding=padding, dilation=dilation)
    g, u, v = rng.normal(size=y.shape), rng.normal(size=x.shape), rng.normal(size=w.shape)

    def along(x, w):
        y = conv_nd(x, w, stride=stride, padding=padding, dilation=dilation)
        of_x, of_w = mg.functional.derivatives(y**2, [x, w], g)
        return np.sum(of_x * u) + np.sum(of_w * v)

    a, b = mg.tensor(x), mg.tensor(w)
    along(a, b).backward()
    for t, direction, at in ((a, u, lambda h: (x + h * u, w)), (b, v, lambda h: (x, w + h * v))):
        h = 1e-4
        up, down = (along(*map(mg.tensor, at(s * h))).item() for s in (1, -1))
        np.testing.assert_allclose(np.sum(t.grad * direction), (up - down) / (2 * h), rtol=1e-6)


def test_third_derivatives():
    check_grads(
        lambda x, w: conv_nd(x, w, stride=1, padding=1) ** 2,
        np.random.default_rng(0).normal(size=(1, 1, 2)),
        np.random.default_rng(1).normal(size=(1, 1, 2)),
        order=3,
    )


@pytest.mark.parametrize("shape", [(2, 16, 6, 6), (2, 3, 6, 6), (1, 1, 6, 6)])
def test_float32(shape):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=shape).astype(np.float32), rng.normal(size=(5, shape[1], 3, 3)).astype(np.float32)
    compare(x, w, (1, 1), (1, 1), (1, 1), rtol=1e-5)
    compare(x, w, (3, 1), (0, 0), (1, 1), rtol=1e-5)


def test_one_number_stands_for_all_axes():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 7, 7)), rng.normal(size=(4, 3, 3, 3))
    y = conv_nd(x, w, stride=3, padding=2, dilation=2)
    for two in ((3, 3), [3, 3], np.array([3, 3]), np.int8(3), mg.tensor(3)):
        np.testing.assert_array_equal(conv_nd(x, w, stride=two, padding=(2, 2), dilation=[2, 2]), y)


def test_one_array_in_both_places():
    x = mg.tensor(np.arange(4.0).reshape(1, 1, 2, 2))
    y = conv_nd(x, x, stride=1)
    y.backward()
    np.testing.assert_array_equal(y, [[[[14.0]]]])
    np.testing.assert_array_equal(x.grad, 2 * x.data)


def test_infinities_stay_where_they_are():
    """Nothing is multiplied by zero, save by that of the padding."""
    x = np.zeros((1, 1, 5))
    x[0, 0, 4] = np.inf
    np.testing.assert_array_equal(conv_nd(x, np.ones((1, 1, 2)), stride=1), [[[0, 0, 0, np.inf]]])


def test_integers_stay_integers():
    y = conv_nd(np.arange(4, dtype=np.int16).reshape(1, 1, 4), [[[1, 1]]], stride=1)
    np.testing.assert_array_equal(y, [[[1, 3, 5]]])
    assert y.dtype == np.int64
    assert conv_nd(np.ones((1, 1, 4), np.int16), np.ones((1, 1, 2), np.int16), stride=1).dtype == np.int16


def test_memory():
    """No more than data, result and some windows at a time."""
    x, w = mg.tensor(np.ones((64, 32, 16, 16), np.float32)), mg.tensor(np.ones((32, 32, 3, 3), np.float32))
    tracemalloc.start()
    y = conv_nd(x, w, stride=1, padding=1)
    forward = tracemalloc.get_traced_memory()[1]
    y.backward(np.ones(y.shape, np.float32))
    both = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert forward < y.nbytes + 8 * 2**20
    assert both < 4 * y.nbytes + 8 * 2**20  # the result, its gradient and that of the data; all windows are 9 * 2 MB


X, W = np.ones((2, 3, 5, 6)), np.ones((4, 3, 2, 2))


@pytest.mark.parametrize(
    ("x", "w", "options", "error", "message"),
    [
        (np.ones((2, 3)), W, {"stride": 1}, ValueError, r"\(N, C, X0, ...\).* \(2, 3\)"),
        (X, np.ones((4, 3, 2)), {"stride": 1}, ValueError, r"\(2, 3, 5, 6\), .*4 axes.* \(4, 3, 2\)"),
        (X, np.ones((4, 2, 2, 2)), {"stride": 1}, ValueError, r"second of length 3.*\(4, 2, 2, 2\)"),
        (X, np.ones((4, 3, 0, 2)), {"stride": 1}, ValueError, r"must not be empty.*\(4, 3, 0, 2\)"),
        (X, np.ones((4, 3, 9, 2)), {"stride": 1}, ValueError, r"\(9, 2\).*\(5, 6\).*\(-4, 4\)"),
        (X, W, {"stride": 2}, ValueError, r"does not tile data of shape \(5, 6\).*\(3, 4\)"),
        (X, W, {"stride": 0}, ValueError, "`stride` must be at least 1, but it is 0"),
        (X, W, {"stride": (1,)}, ValueError, r"each of 2 axes, but it is \(1,\)"),
        (X, W, {"stride": 1, "padding": -1}, ValueError, "`padding` must be at least 0"),
        (X, W, {"stride": 1, "padding": (1, 1, 1)}, ValueError, "`padding` must have one number for each of 2 axes"),
        (X, W, {"stride": 1, "dilation": 0}, ValueError, "`dilation` must be at least 1"),
        (X, W, {"stride": 1.0}, TypeError, "`stride` must be an integer, or one for each axis, not 1.0"),
        (X, W, {"stride": 1, "padding": "valid"}, ValueError, "`padding` must be of integers, or .same., not .valid."),
        (X, W, {"stride": 1, "dilation": None}, TypeError, "`dilation` must be an integer"),
        (X, W, {}, TypeError, "stride"),
        (X, W, {"stride": 1, "padding": ((1, 2, 3), 1)}, ValueError, "or two, of what comes before and after"),
        (X, W, {"stride": 1, "padding": ((1, -2), 1)}, ValueError, "`padding` must be at least 0"),
        (X, W, {"stride": 1, "padding": ((1, 2.0), 1)}, TypeError, "`padding` must be an integer"),
        (X, W, {"stride": 1, "groups": 2}, ValueError, r"second of length 1.5, for 2 groups, .*\(4, 3, 2, 2\)"),
        (X, W[:, :1], {"stride": 1, "groups": 3}, ValueError, "the 4 filters must be divided into 3 groups"),
        (X, W, {"stride": 1, "groups": 0}, ValueError, "`groups` must be at least 1, but is 0"),
        (X, W, {"stride": 1, "groups": 1.0}, TypeError, "`groups` must be an integer, not 1.0"),
        (X, W, {"stride": 1, "floor": 1}, TypeError, "`floor` must be True or False"),
    ],
)
def test_errors(x, w, options, error, message):
    with pytest.raises(error, match=message):
        conv_nd(x, w, **options)


@pytest.mark.parametrize(
    ("x", "w", "options", "error", "message"),
    [
        (np.ones((2, 3)), W, {"stride": 1}, ValueError, r"\(N, C, X0, ...\).* \(2, 3\)"),
        (X, W, {"stride": 1}, ValueError, r"4 axes, the first of length 3, but it has shape \(4, 3, 2, 2\)"),
        (X, W[:3], {"stride": 1, "groups": 2}, ValueError, "the 3 channels must be divided into 2 groups"),
        (X, W[:3, :, :0], {"stride": 1}, ValueError, "must not be empty"),
        (X, W[:3], {"stride": 1, "padding": "same"}, ValueError, "`padding` must be of integers, not 'same'"),
        (X, W[:3], {"stride": 2, "output_padding": 2}, ValueError, r"less than the stride, \(2, 2\), but is 2"),
        (X, W[:3], {"stride": 1, "padding": 4}, ValueError, r"nothing would be left.* \(-2, -1\)"),
    ],
)
def test_errors_of_the_transpose(x, w, options, error, message):
    with pytest.raises(error, match=f"conv_transpose_nd: .*{message}"):
        conv_transpose_nd(x, w, **options)
