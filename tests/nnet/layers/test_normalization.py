"""Batch and layer normalization, by the formulas; and where rounding makes these formulas go wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.nnet.layers import batchnorm, layer_norm
from mygrad.testing import check_grads


def by_formulas(x, gamma, beta, eps, axes, along, g):
    """The result and the gradients of x, gamma and beta; these run along the axes `along`."""
    x = x.astype(np.longdouble)
    size = np.prod([x.shape[a] for a in axes]) or 1
    shape = [n if a in along else 1 for a, n in enumerate(x.shape)]
    others = tuple(a for a in range(x.ndim) if a not in along)
    deviations = x - x.sum(axes, keepdims=True) / size
    deviation = np.sqrt((deviations**2).sum(axes, keepdims=True) / size + eps)
    z = deviations / deviation
    h = g * gamma.reshape(shape)
    of_x = h - h.sum(axes, keepdims=True) / size - z * (h * z).sum(axes, keepdims=True) / size
    y = z * gamma.reshape(shape) + beta.reshape(shape)
    parameters = ((g * z).sum(others).reshape(gamma.shape), g.sum(others).reshape(beta.shape))
    return y, of_x / deviation, *parameters


def compare(layer, shape, axes, along, scale, offset, eps, rng, dtype=float):
    x = (rng.normal(size=shape) * scale + offset).astype(dtype)
    gamma, beta = (rng.normal(size=[shape[a] for a in along]).astype(dtype) for _ in range(2))
    tensors = [mg.tensor(a) for a in (x, gamma, beta)]
    y = layer(tensors[0], gamma=tensors[1], beta=tensors[2], eps=eps)
    assert y.shape == shape
    g = rng.normal(size=shape).astype(dtype)
    y.backward(g)
    expected = by_formulas(x, gamma, beta, eps, axes, along, g)
    for got, e in zip((y.data, *(t.grad for t in tensors)), expected, strict=True):
        tolerance = 1e3 * np.finfo(dtype).eps
        np.testing.assert_allclose(got, e, rtol=tolerance, atol=tolerance * max(1, np.abs(e).max(initial=0)))


SEEDS = st.integers(0, 2**32).map(np.random.default_rng)
EPS = st.sampled_from([1e-8, 1e-3, 2])


@given(st.lists(st.integers(0, 4), min_size=2, max_size=4).map(tuple), EPS, SEEDS)
def test_any_batch(shape, eps, rng):
    axes = (0, *range(2, len(shape)))
    compare(batchnorm, shape, axes, (1,), 1, 0.5, eps, rng)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4).map(tuple), EPS, SEEDS, st.data())
def test_any_datum(shape, eps, rng, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    axes = tuple(range(axis % len(shape), len(shape)))
    compare(lambda *args, **k: layer_norm(*args, axis=axis, **k), shape, axes, axes, 1, 0.5, eps, rng)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("offset", [0, 1e3])
@pytest.mark.parametrize("shape", [(16, 3, 20, 20), (2000, 5), (1, 3, 50), (3, 4, 1)])
def test_a_mean_that_is_far_from_zero(shape, offset, dtype):
    """Subtracting it leaves a rest, which is made up for."""
    rng = np.random.default_rng(0)
    axes = (0, *range(2, len(shape)))
    compare(batchnorm, shape, axes, (1,), 1, offset, 1e-5, rng, dtype)


@pytest.mark.parametrize("layer", [layer_norm, lambda x, **k: batchnorm(x.reshape(1, -1), **k)])
def test_nothing_is_left_of_a_single_number(layer):
    """However small `eps` is: so there is no gradient, not even for rounding."""
    x = mg.tensor([0.3])
    for gamma, g in np.random.default_rng(0).normal(size=(50, 2)):
        y = layer(x, gamma=[gamma], eps=1e-8)
        y.backward(np.full(y.shape, g))
        assert x.grad.item() == 0


@pytest.mark.parametrize("offset", [0, 1e3, 1e4])
@pytest.mark.parametrize("shape", [(16, 3, 20, 20), (2000, 5)])
def test_stretching_the_data_changes_nothing(shape, offset):
    """So the gradient is 0 if that of the result is the result: for rounded means as well."""
    x = mg.tensor(np.random.default_rng(0).normal(size=shape) + offset, dtype=np.float32)
    y = batchnorm(x, eps=0)
    y.backward(y.data)
    np.testing.assert_allclose(x.grad, 0, atol=2e-5)


def test_normalized():
    x = np.random.default_rng(0).normal(3, 5, size=(10, 4, 6))
    y = batchnorm(x, eps=0).data
    np.testing.assert_allclose(y.mean((0, 2)), 0, atol=1e-15)
    np.testing.assert_allclose(y.std((0, 2)), 1, rtol=1e-14)
    y = layer_norm(x, axis=-2, eps=0).data
    np.testing.assert_allclose(y.mean((1, 2)), 0, atol=1e-15)
    np.testing.assert_allclose(y.std((1, 2)), 1, rtol=1e-14)


@pytest.mark.parametrize("eps", [0, 1e-5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -7e20, 1e-45])
def test_equal_entries(value, dtype, eps):
    """Their mean may be another number, for rounding. They are normalized to 0 all the same."""
    rows = np.array([[value, 1.0], [value, 2.0], [value, 4.0]], dtype)
    g = np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 5.0]], dtype)
    for layer, array, seed, equal in ((batchnorm, rows, g, np.s_[:, 0]), (layer_norm, rows.T, g.T, np.s_[0])):
        x = mg.tensor(array)
        y = layer(x, eps=eps)
        y.backward(seed)
        np.testing.assert_allclose(y.data[equal], 0, atol=1e-5 if eps else 0)
        assert np.isfinite(x.grad).all()
        if not eps:
            np.testing.assert_array_equal(x.grad[equal], 0)


@pytest.mark.parametrize("n", [1, 7, 49, 20_000])
def test_many_equal_entries(n):
    """The mean of the deviations, and the variance, are rounded as well."""
    x = mg.tensor(np.repeat(np.random.default_rng(0).normal(size=(1, 30)), n, axis=0), dtype=np.float32)
    y = batchnorm(x, eps=0)
    y.backward(np.sin(np.arange(n * 30.0, dtype=np.float32)).reshape(n, 30))
    np.testing.assert_array_equal(y, np.zeros((n, 30)))
    np.testing.assert_array_equal(x.grad, np.zeros((n, 30)))


def test_second_derivatives_beside_equal_entries():
    x = np.random.default_rng(0).normal(size=(3, 2, 2))
    x[:, 0] = 0.1

    def second_channel(x):
        return batchnorm(np.stack([np.full((3, 2), 0.1), x], axis=1), eps=0)

    check_grads(second_channel, x[:, 1], order=2)


def test_one_datum():
    x, beta = mg.tensor([[3.0, 4.0]]), mg.tensor([1.0, 2.0])
    for eps in (0, 1e-5):
        y = batchnorm(x, beta=beta, eps=eps)
        np.testing.assert_array_equal(y, [[1.0, 2.0]])
        y.backward([[5.0, 7.0]])
        np.testing.assert_array_equal(x.grad, [[0, 0]])
        np.testing.assert_array_equal(beta.grad, [5, 7])


@pytest.mark.parametrize("layer", [batchnorm, layer_norm])
def test_gamma_or_beta_alone(layer):
    rng = np.random.default_rng(0)
    x, a = rng.normal(size=(4, 3)), rng.normal(size=3)
    plain = layer(x, eps=0.1).data
    np.testing.assert_allclose(layer(x, gamma=a, eps=0.1), plain * a, rtol=1e-14)
    np.testing.assert_allclose(layer(x, beta=a, eps=0.1), plain + a, rtol=1e-14)
    check_grads(lambda x, a: layer(x, gamma=a, eps=0.1), x, a, order=2)
    check_grads(lambda x, a: layer(x, beta=a, eps=0.1), x, a, order=2)
    check_grads(lambda a: layer(x, gamma=a, beta=a, eps=0.1), a, order=2)


@pytest.mark.parametrize("shape", [(4,), (1, 4), (4, 1), (1, 4, 1), (1, 4, 1, 1), (2, 2)])
@pytest.mark.parametrize("kind", [np.array, mg.tensor, np.ndarray.tolist])
@pytest.mark.parametrize("layer", [batchnorm, layer_norm])
def test_gamma_and_beta_of_other_shapes(layer, shape, kind):
    """As many entries as there are channels, or as a datum has; the gradients have the shapes that were given."""
    rng = np.random.default_rng(0)
    x, gamma, beta, g = (rng.normal(size=size) for size in ((3, 4), 4, 4, (3, 4)))
    one, other = mg.tensor(x), mg.tensor(x)
    flat, shaped = [mg.tensor(a) for a in (gamma, beta)], [kind(a.reshape(shape)) for a in (gamma, beta)]
    y = layer(one, gamma=flat[0], beta=flat[1], eps=0.1)
    z = layer(other, gamma=shaped[0], beta=shaped[1], eps=0.1)
    np.testing.assert_array_equal(y, z)
    y.backward(g)
    z.backward(g)
    np.testing.assert_array_equal(one.grad, other.grad)
    for a, b in zip(flat, shaped, strict=True) if kind is mg.tensor else ():
        np.testing.assert_array_equal(a.grad.reshape(shape), b.grad)
    check_grads(lambda x, a, b: layer(x, gamma=a, beta=b, eps=0.1), x, *(a.reshape(shape) for a in (gamma, beta)))


def test_data_of_several_axes_and_gamma():
    """Which entry is which must be clear: axes of length 1 may come and go, but none may be swapped or merged."""
    x, gamma = np.random.default_rng(0).normal(size=(5, 2, 1, 3)), np.arange(1.0, 7).reshape(2, 1, 3)
    expected = layer_norm(x, gamma=gamma, axis=1).data
    for shape in ((2, 3), (1, 2, 3), (2, 3, 1)):
        np.testing.assert_array_equal(layer_norm(x, gamma=gamma.reshape(shape), axis=1), expected)
    for shape in ((3, 2), (6,), (3, 1, 2)):
        with pytest.raises(ValueError, match=r"`gamma` must have shape \(2, 1, 3\), not"):
            layer_norm(x, gamma=gamma.reshape(shape), axis=1)
    x = np.random.default_rng(0).normal(size=(5, 3, 2, 2))
    expected = batchnorm(x, beta=np.arange(3.0), eps=0.1).data
    np.testing.assert_array_equal(batchnorm(x, beta=np.arange(3.0).reshape(1, 3, 1, 1), eps=0.1), expected)
    np.testing.assert_array_equal(batchnorm(x[:, :1], gamma=2.0, eps=0.1), 2 * batchnorm(x[:, :1], eps=0.1).data)


@pytest.mark.parametrize("layer", [batchnorm, layer_norm])
def test_large_half_precision_numbers(layer):
    """Neither the sums overflow nor the squares."""
    x = mg.tensor([[6e4, -6e4], [1e4, 2e4], [-4e4, 5e4]], dtype=np.float16)
    y = layer(x, eps=1e-5)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y, layer(x.data.astype(float), eps=1e-5), rtol=1e-3)
    y.backward()
    assert x.grad.dtype == np.float16


@pytest.mark.parametrize("layer", [batchnorm, layer_norm])
def test_infinite_beta_stays_in_its_column(layer):
    x, beta = mg.tensor([[1.0, 3.0, 8.0], [6.0, 2.0, 1.0]]), mg.tensor([0.0, np.inf, 0.0])
    with np.errstate(invalid="ignore"):  # which BLAS may say of products with 0 beside those that are asked for
        y = layer(x, beta=beta, eps=1e-5)
    expected = layer(x, eps=1e-5).data
    np.testing.assert_allclose(y.data, expected + beta.data)
    (y[:, 0] * y[:, 2]).sum().backward()
    of_x, of_beta = x.grad, beta.grad
    z = layer(x, eps=1e-5)
    (z[:, 0] * z[:, 2]).sum().backward()
    np.testing.assert_allclose(of_x, x.grad, atol=1e-12)
    np.testing.assert_allclose(of_beta, [expected[:, 2].sum(), 0, expected[:, 0].sum()], atol=1e-12)


def test_nan_and_infinity_stay_in_their_channel():
    x = np.array([[np.nan, 1.0, np.inf], [0.0, 3.0, 1.0]])
    for eps in (0, 1e-20):
        with np.errstate(invalid="ignore"):  # inf - inf, of which NumPy's own mean warns, too
            y = batchnorm(x, eps=eps).data
        np.testing.assert_array_equal(np.isnan(y), [[True, False, True]] * 2)
        np.testing.assert_allclose(y[:, 1], [-1, 1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: batchnorm(np.ones(3), eps=1), ValueError, r"\(N, C, ...\).*\(3,\)"),
        (lambda: batchnorm(np.ones((3, 2)), gamma=np.ones(3), eps=1), ValueError, r"`gamma` .*\(2,\), not \(3,\)"),
        (lambda: batchnorm(np.ones((3, 2)), beta=1.0, eps=1), ValueError, r"`beta` must have shape \(2,\), not \(\)"),
        (lambda: batchnorm(np.ones((3, 2)), eps=-1), ValueError, "must not be negative, but is -1"),
        (lambda: batchnorm(np.ones((3, 2)), eps=np.nan), ValueError, "eps"),
        (lambda: batchnorm(np.ones((3, 2)), eps=[1.0]), TypeError, "`eps` must be a real number"),
        (lambda: batchnorm(np.ones((3, 2))), TypeError, "eps"),
        (lambda: layer_norm(1.0), ValueError, r"shape \(\), and so no axis -1"),
        (lambda: layer_norm(np.ones((2, 3)), axis=2), ValueError, r"shape \(2, 3\), and so no axis 2"),
        (lambda: layer_norm(np.ones((2, 3)), axis=0.0), TypeError, "integer"),
        (lambda: layer_norm(np.ones((2, 3)), gamma=np.ones(2)), ValueError, r"`gamma` .* \(3,\), not \(2,\)"),
        (lambda: layer_norm(np.ones((2, 3)), beta=np.ones(3), axis=0), ValueError, r"shape \(2, 3\), not \(3,\)"),
        (lambda: layer_norm(np.ones((2, 3)), eps=-1e-5), ValueError, "must not be negative"),
    ],
)  # fmt: skip
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
