"""Attention, query by query; masks of all kinds, and queries that may look at nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.nnet.layers import scaled_dot_product_attention as attention
from mygrad.testing import check_grads


def by_loops(q, k, v, seen, bias, scale):
    lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    q, k, v = (np.broadcast_to(a, (*lead, *a.shape[-2:])) for a in (q, k, v))
    shape = (*lead, q.shape[-2], k.shape[-2])
    seen, bias = np.broadcast_to(seen, shape), np.broadcast_to(bias, shape)
    y = np.zeros((*shape[:-1], v.shape[-1]))
    for place in np.ndindex(*shape[:-1]):
        scores = [scale * np.dot(q[place], key) + b for key, b in zip(k[place[:-1]], bias[place], strict=True)]
        weights = [math.exp(s) if ok else 0.0 for s, ok in zip(scores, seen[place], strict=True)]
        for weight, value in zip(weights, v[place[:-1]], strict=True):
            if weight:
                y[place] += weight / sum(weights) * value
    return y


@given(st.data())
def test_any_attention(data):
    lead = data.draw(st.sampled_from([((), (), ()), ((2,), (), (2,)), ((3, 1), (2,), ()), ((0,), (), ())]))
    length, keys, e, width = (data.draw(st.integers(low, 4)) for low in (0, 0, 1, 0))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    q, k, v = (
        rng.normal(size=(*part, *shape))
        for part, shape in zip(lead, ((length, e), (keys, e), (keys, width)), strict=True)
    )
    causal = data.draw(st.booleans())
    scale = data.draw(st.sampled_from([None, 0.3, -2]))
    kind = data.draw(st.sampled_from(["none", "booleans", "numbers", "infinite"]))
    seen, bias, mask = np.full((length, keys), True), np.zeros(1), None
    shape = data.draw(st.sampled_from([(length, keys), (1, keys), (length, 1), ()]))
    if kind == "booleans":
        mask = rng.random(shape) < 0.6
        seen = seen & mask
    elif kind != "none":
        mask = bias = rng.normal(size=shape)
        if kind == "infinite":
            mask = np.where(rng.random(shape) < 0.5, -np.inf, bias)
            seen = seen & np.isfinite(mask)
    if causal:
        seen = seen & (np.arange(length)[:, None] >= np.arange(keys))
    tensors = [mg.tensor(a) for a in (q, k, v)]
    y = attention(*tensors, mask=mask, causal=causal, scale=scale)
    expected = by_loops(q, k, v, seen, bias, 1 / math.sqrt(e) if scale is None else scale)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    y.backward(rng.normal(size=y.shape))
    for t in tensors:
        assert np.isfinite(t.grad).all()


@pytest.mark.parametrize("mask", [False, -np.inf, [[False], [True]], [[-np.inf, -np.inf, -np.inf], [0, -np.inf, 1]]])
def test_a_query_that_may_look_at_nothing(mask):
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=shape) for shape in ((2, 3), (3, 3), (3, 2)))
    y = attention(q, k, v, mask=mask)
    np.testing.assert_array_equal(y.data[0], [0, 0])
    check_grads(lambda *a: attention(*a, mask=mask), q, k, v, order=2)
    tensors = q, *_ = [mg.tensor(a) for a in (q, k, v)]
    attention(*tensors, mask=mask)[0].backward()
    for t in tensors:
        np.testing.assert_array_equal(t.grad, np.zeros(t.shape))
    assert q.grad.shape == (2, 3)


def test_the_mask_may_be_a_variable():
    rng = np.random.default_rng(0)
    q, k, v, mask = (rng.normal(size=shape) for shape in ((2, 3), (4, 3), (4, 2), (2, 4)))
    check_grads(lambda mask: attention(q, k, v, mask=mask), mask, order=2)
    rows = [mg.tensor(row) for row in mask]
    attention(q, k, v, mask=rows)[0, 0].backward()
    assert np.any(rows[0].grad)
    assert not np.any(rows[1].grad)


def test_a_mask_does_not_change_the_dtype():
    q = np.ones((2, 3), np.float32)
    for mask in (np.zeros((2, 2)), [[0.5, 1.0], [0.0, -np.inf]], np.eye(2, dtype=bool)):
        assert attention(q, q, q, mask=mask, causal=True, scale=np.float64(2)).dtype == np.float32


def test_a_mask_of_integers_leaves_it_open_what_is_meant():
    q = np.ones((2, 3))
    for mask in (np.eye(2, dtype=int), [[1, 0], [1, 1]], mg.tensor([[1, 0], [1, 1]])):
        with pytest.raises(
            TypeError, match=r"of dtype int64. If it is 1 where a query may look, say `mask.astype\(bool"
        ):
            attention(q, q, q, mask=mask)


def test_scores_beyond_measure():
    """Differences are what counts."""
    q = np.array([[1e200, 0.0]])
    y = attention(q, [[1e100, 0.0], [1.0, 0.0]], [[1.0], [2.0]])
    np.testing.assert_array_equal(y, [[1.0]])


def test_dropout():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(3, 4)), rng.normal(size=(1000, 4)), rng.normal(size=(1000, 2))
    assert np.array_equal(attention(q, k, v, dropout=0.5, rng=1), attention(q, k, v, dropout=0.5, rng=1))
    assert not np.array_equal(attention(q, k, v, dropout=0.5, rng=1), attention(q, k, v, dropout=0.5, rng=2))
    ones = np.ones((1000, 1))  # so that the result is the sum of the weights that are left
    sums = attention(q, k, ones, dropout=0.25, rng=1)
    np.testing.assert_allclose(sums, 1, atol=0.15)
    np.testing.assert_array_equal(attention(q, k, v, dropout=1), np.zeros((3, 2)))


A = np.ones((2, 3, 4))


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ((A[0, 0], A, A), {}, r"but they have \(4,\), \(2, 3, 4\) and \(2, 3, 4\)"),
        ((A, A[..., :2], A), {}, r"\(2, 3, 4\), \(2, 3, 2\) and \(2, 3, 4\)"),
        ((A, A, A[:, :2]), {}, r"\(2, 3, 4\) and \(2, 2, 4\)"),
        ((A, A[:1].repeat(3, 0), A), {}, r"broadcast.*\(2, 3, 4\), \(3, 3, 4\)"),
        ((A, A, A), {"mask": np.ones((2, 2), bool)}, r"`mask`, of shape \(2, 2\), .* shape \(2, 3, 3\)"),
        ((A, A, A), {"mask": np.ones(4)}, r"`mask`, of shape \(4,\)"),
        ((A, A, A), {"dropout": 1.5}, "1.5"),
    ],
)
def test_errors(arrays, options, message):
    with pytest.raises(ValueError, match=message):
        attention(*arrays, **options)


def test_a_scale_is_a_number():
    with pytest.raises(TypeError, match="`scale` must be a real number"):
        attention(A, A, A, scale="large")


@pytest.mark.parametrize("mask", [[False, True, True], [-np.inf, 0.0, 1.0]])
def test_keys_that_are_not_seen_have_no_part(mask):
    """Also if what they are computed from has an infinite derivative."""
    rng = np.random.default_rng(0)
    q, v, keys = rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.uniform(0.1, 1, (3, 3))
    keys[0, 1] = 0
    x = mg.tensor(keys)
    with np.errstate(divide="ignore", invalid="ignore"):
        attention(q, np.sqrt(x), v, mask=mask).backward()
        gradient = mg.functional.elementwise_grad(lambda x: attention(q, np.sqrt(x), v, mask=mask))(keys)
    np.testing.assert_array_equal(x.grad[0], 0)
    assert np.all(x.grad[1:])
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0, 1e3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scores_of_any_size(scale, dtype):
    """Whether or not the largest of each row has to be looked for."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(3, 5, 4)).astype(dtype) for _ in range(3)]
    q, k, v = map(mg.tensor, arrays)
    y = attention(q, k, v, causal=True, scale=scale)
    g = rng.normal(size=y.shape).astype(dtype)
    y.backward(g)
    a, b, c = (mg.tensor(x.astype(np.longdouble)) for x in arrays)
    scores = np.where(np.tri(5, dtype=bool), a @ b.swapaxes(1, 2) * scale, -np.inf)
    expected = mg.nnet.softmax(scores) @ c
    expected.backward(g)
    tolerance = 300 * np.finfo(dtype).eps * max(scale, 1)
    for found, right in ((y, expected), (q.grad, a.grad), (k.grad, b.grad), (v.grad, c.grad)):
        right = np.asarray(mg.asarray(right))
        largest = max(np.abs(right).max(), scale if scale > 1 else 0)  # of the terms, where they cancel
        np.testing.assert_allclose(np.asarray(mg.asarray(found)), right, rtol=0, atol=tolerance * largest)
