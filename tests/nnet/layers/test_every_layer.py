"""What holds for every layer: derivatives, dtypes, what it takes, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import NoGradientWarning
from mygrad.nnet import layers
from mygrad.testing import check_grads
from nets import LAYERS as CASES

ALL = pytest.mark.parametrize("name", CASES)


def test_every_layer_is_tested():
    assert {name.split(",")[0] for name in CASES} == set(layers.__all__) - {"utils"}


def gradients(name, arrays, dtype=float):
    """The layer's output, and the gradients of all arrays, if the gradient of the output is a certain one."""
    tensors = [mg.tensor(a, dtype=dtype) for a in arrays]
    y = CASES[name].f(*tensors)
    y.backward(cotangent(y))
    return y, [t.grad for t in tensors]


def cotangent(y):
    return np.random.default_rng(1).normal(size=y.shape).astype(y.dtype)


# --- derivatives ------------------------------------------------------------------------------------------


@ALL
def test_derivatives(name):
    layer, arrays, _ = CASES[name]
    check_grads(layer, *arrays)


@ALL
def test_any_memory_layout_will_do(name):
    expected, expected_gradients = gradients(name, CASES[name].arrays)
    mirrored = [np.flip(np.flip(a).copy()) for a in CASES[name].arrays]
    parts = [np.repeat(a, 2, axis=-1)[..., ::2] for a in CASES[name].arrays]
    for arrays in ([np.asfortranarray(a) for a in CASES[name].arrays], mirrored, parts):
        tensors = [mg.tensor(a, copy=False) for a in arrays]
        assert all(t.data.strides == a.strides for t, a in zip(tensors, arrays, strict=True))
        y = CASES[name].f(*tensors)
        np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
        g = cotangent(y)
        y.backward(np.asfortranarray(np.flip(np.flip(g).copy())))
        for t, e in zip(tensors, expected_gradients, strict=True):
            np.testing.assert_allclose(t.grad, e, rtol=1e-12, atol=1e-12)


@ALL
def test_a_gradient_that_is_broadcast(name):
    """As that of a sum: all its entries are one, in memory too."""
    ones = [mg.tensor(a) for a in CASES[name].arrays]
    CASES[name].f(*ones).sum().backward()
    tensors = [mg.tensor(a) for a in CASES[name].arrays]
    y = CASES[name].f(*tensors)
    y.backward(np.ones(y.shape))
    for t, one in zip(tensors, ones, strict=True):
        np.testing.assert_allclose(t.grad, one.grad, rtol=1e-12, atol=1e-12)


@ALL
def test_only_some_are_variables(name):
    _, expected = gradients(name, CASES[name].arrays)
    for i in range(len(expected)):
        arrays: list[Any] = [*CASES[name].arrays]
        arrays[i] = x = mg.tensor(arrays[i])
        y = CASES[name].f(*arrays)
        y.backward(cotangent(y))
        np.testing.assert_allclose(x.grad, expected[i], rtol=1e-12, atol=1e-12)


@ALL
def test_a_part_of_a_larger_graph(name):
    """The first argument is a view, the output is used twice, and the layer is computed twice of the same weights."""
    layer, (a, *others), _ = CASES[name]
    y, expected = gradients(name, (a, *others))
    base = mg.tensor(np.stack([a.T, a.T]))
    tensors = [mg.tensor(b) for b in others]
    first, second = layer(base[0].T, *tensors), layer(base[1].T, *tensors)
    g = cotangent(y)
    (first * (2 * g) - first * g + second * (3 * g)).sum().backward()
    np.testing.assert_allclose(base.grad, np.stack([expected[0].T, 3 * expected[0].T]), rtol=1e-12, atol=1e-12)
    for t, e in zip(tensors, expected[1:], strict=True):
        np.testing.assert_allclose(t.grad, 4 * e, rtol=1e-12, atol=1e-12)


@ALL
def test_writes_after_the_call_change_no_gradient(name):
    _, expected = gradients(name, CASES[name].arrays)
    leaves = [mg.tensor(a) for a in CASES[name].arrays]
    tensors = [+leaf for leaf in leaves]
    y = CASES[name].f(*tensors)
    g = cotangent(y)
    for t in tensors:
        t[...] = 7
        t *= 2
    (y * g).sum().backward()
    for leaf, e in zip(leaves, expected, strict=True):
        np.testing.assert_allclose(leaf.grad, e, rtol=1e-12, atol=1e-12)


@ALL
def test_the_output_may_be_written_to(name):
    """What the backward pass needs of it stays as it was."""
    y, _ = gradients(name, CASES[name].arrays)
    g = cotangent(y)
    g[..., 0] = 0
    tensors = [mg.tensor(a) for a in CASES[name].arrays]
    y = CASES[name].f(*tensors)
    y[..., 0] = -5
    y *= 2
    y.backward(cotangent(y))
    references = [mg.tensor(a) for a in CASES[name].arrays]
    CASES[name].f(*references).backward(2 * g)
    for t, reference in zip(tensors, references, strict=True):
        np.testing.assert_allclose(t.grad, reference.grad, rtol=1e-12, atol=1e-12)


# --- dtypes and array-likes -------------------------------------------------------------------------------


@ALL
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_the_dtype_stays_in_both_directions(name, dtype):
    y, grads = gradients(name, CASES[name].arrays, dtype)
    assert y.dtype == dtype
    arrays = [a.astype(dtype).astype(float) for a in CASES[name].arrays]
    tensors = [mg.tensor(a) for a in arrays]
    expected = CASES[name].f(*tensors)
    expected.backward(cotangent(y).astype(float))
    tolerance = 30 * max(np.finfo(dtype).eps, 1e-15)
    np.testing.assert_allclose(y, expected, rtol=tolerance, atol=tolerance)
    for g, t in zip(grads, tensors, strict=True):
        assert g.dtype == dtype
        np.testing.assert_allclose(g, t.grad, rtol=tolerance, atol=tolerance * max(1, np.abs(t.grad).max()))


@ALL
def test_dtypes_may_be_mixed(name):
    """The result has the one that all of them can be converted to; each gradient that of its tensor."""
    arrays = CASES[name].arrays
    dtypes = [np.float64, *[np.float32] * (len(arrays) - 1)]
    tensors = [mg.tensor(a, dtype=dtype) for a, dtype in zip(arrays, dtypes, strict=True)]
    y = CASES[name].f(*tensors)
    assert y.dtype == np.float64
    y.sum().backward()
    assert [t.grad.dtype for t in tensors] == dtypes


@ALL
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, bool])
def test_integers_are_computed_with(name, dtype):
    arrays = [np.random.default_rng(i).integers(0, 2, a.shape).astype(dtype) for i, a in enumerate(CASES[name].arrays)]
    y = CASES[name].f(*arrays)
    assert y.constant
    if dtype is bool and y.dtype == bool:  # as sums of NumPy's go
        return
    np.testing.assert_allclose(y, CASES[name].f(*(a.astype(float) for a in arrays)), rtol=1e-12, atol=1e-12)


@ALL
def test_lists_will_do(name):
    expected = CASES[name].f(*CASES[name].arrays)
    y = CASES[name].f(*(a.tolist() for a in CASES[name].arrays))
    assert isinstance(y, mg.Tensor)
    assert y.constant
    np.testing.assert_allclose(y, expected, rtol=1e-12)


@ALL
def test_tensors_in_a_list_get_their_gradients(name):
    layer, arrays, _ = CASES[name]
    _, expected = gradients(name, arrays)
    lists = [[mg.tensor(part) for part in a] for a in arrays]
    y = layer(*lists)
    y.backward(cotangent(y))
    for parts, e in zip(lists, expected, strict=True):
        np.testing.assert_allclose([part.grad for part in parts], e, rtol=1e-12, atol=1e-12)


@ALL
def test_complex_numbers_are_refused(name):
    layer, arrays, _ = CASES[name]
    for i in range(len(arrays)):
        with pytest.raises(TypeError, match="complex"):
            layer(*(a + 1j if i == j else a for j, a in enumerate(arrays)))


def test_a_complex_mask_is_refused():
    x = np.ones((2, 3))
    with pytest.raises(TypeError, match=r"expected real numbers.*complex128"):
        layers.scaled_dot_product_attention(x, x, x, mask=np.full((2, 2), 1j))


# --- the graph and the guard ------------------------------------------------------------------------------


@ALL
def test_constant(name):
    layer, arrays, _ = CASES[name]
    tensors = [mg.tensor(a) for a in arrays]
    assert not layer(*tensors).constant
    assert layer(*tensors, constant=True).constant
    assert layer(*arrays).constant
    assert not layer(*arrays, constant=False).constant
    with pytest.warns(NoGradientWarning):
        layer(*tensors, constant=True).sum().backward()
    assert all(t.grad is None for t in tensors)


@ALL
def test_without_a_graph(name):
    layer, arrays, _ = CASES[name]
    tensors = [mg.tensor(a) for a in arrays]
    expected = layer(*tensors)
    with mg.no_autodiff:
        y = layer(*tensors)
    np.testing.assert_array_equal(y, expected)
    y.backward()
    assert all(t.grad is None for t in tensors)


@ALL
def test_arrays_are_locked_as_long_as_the_graph_lives(name):
    layer, arrays, _ = CASES[name]
    arrays = tuple(a.copy() for a in arrays)
    x = mg.tensor(arrays[0], copy=False)
    y = layer(x, *arrays[1:])
    assert not any(a.flags.writeable for a in arrays)
    with pytest.raises(ValueError, match="read-only"):
        arrays[0][...] = 0
    y.sum().backward()
    assert all(a.flags.writeable for a in arrays)
    y = layer(x, *arrays[1:])
    assert not any(a.flags.writeable for a in arrays)
    del y
    assert all(a.flags.writeable for a in arrays)


@ALL
def test_an_error_leaves_nothing_locked(name):
    layer, arrays, _ = CASES[name]
    arrays = tuple(a.copy() for a in arrays)
    x = mg.tensor(arrays[0], copy=False)
    with pytest.raises((ValueError, TypeError, IndexError)):
        layer(x[..., None][0, ..., :0], *arrays[1:], nonsense=1)
    for i in range(len(arrays)):
        wrong = [*arrays]
        wrong[i] = np.array(list("abc"))
        with pytest.raises((ValueError, TypeError, IndexError)):
            layer(*wrong)
    assert all(a.flags.writeable for a in arrays)
    x[...] = 1
    assert np.all(arrays[0] == 1)


@ALL
def test_arrays_are_not_changed(name):
    layer, arrays, _ = CASES[name]
    copies = tuple(a.copy() for a in arrays)
    with mg.mem_guard_off:
        tensors = [mg.tensor(a, copy=False) for a in copies]
        y = layer(*tensors)
        g = cotangent(y)
        seed = g.copy()
        y.backward(seed)
    for a, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(a, copy)
    np.testing.assert_array_equal(seed, g)


@ALL
def test_nan_does_not_warn(name):
    layer, (a, *others), _ = CASES[name]
    x = mg.tensor(np.where(np.arange(a.size).reshape(a.shape) == 2, np.nan, a))
    y = layer(x, *others)
    y.sum().backward()
    assert x.grad.shape == x.shape
    if "dropout" not in name and name != "embedding":
        assert np.isnan(y.data).any()
