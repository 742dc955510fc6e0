"""What holds for every layer: derivatives, dtypes, what it takes, and what it leaves behind."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import NoGradientWarning
from mygrad.functional import derivatives
from mygrad.nnet import layers
from mygrad.testing import check_grads

RNG = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


class Case(NamedTuple):
    layer: Any  # a function of the arrays, and of `constant`
    arrays: tuple[np.ndarray, ...]  # to differentiate by
    highest: int = 2  # the order up to which derivatives exist


def weights(gates: str, c: int = 2, d: int = 3) -> list[np.ndarray]:
    return [normal(*shape) for _ in gates for shape in ((c, d), (d, d), (d,))]


def states_and_memories(*arrays: Any, **k: Any) -> Any:
    return mg.stack(layers.lstm(*arrays, **k))


MASK = np.array([[True, False, True], [False, True, True], [False, False, False], [True, True, True]])
CASES = {
    "average_pool": Case(lambda x, **k: layers.average_pool(x, (2, 1), (1, 2), **k), (normal(2, 3, 5),)),
    "batchnorm": Case(
        lambda x, gamma, beta, **k: layers.batchnorm(x, gamma=gamma, beta=beta, eps=1e-3, **k),
        (normal(3, 2, 4), normal(2), normal(2)),
    ),
    "batchnorm, (N, C), no gamma, no eps": Case(lambda x, **k: layers.batchnorm(x, eps=0, **k), (normal(4, 3),)),
    "conv_nd": Case(
        lambda x, w, **k: layers.conv_nd(x, w, stride=(2, 1), padding=(0, 1), dilation=(1, 2), **k),
        (normal(2, 3, 5, 4), normal(2, 3, 3, 2)),
    ),
    "conv_nd, 1 dimension": Case(
        lambda x, w, **k: layers.conv_nd(x, w, stride=1, padding=1, **k), (normal(2, 2, 4), normal(3, 2, 2))
    ),
    "dropout": Case(lambda x, **k: layers.dropout(x, 0.4, rng=3, **k), (normal(3, 4),)),
    "embedding": Case(lambda weight, **k: layers.embedding([[2, 0], [2, 3]], weight, **k), (normal(4, 3),)),
    "gru": Case(layers.gru, (normal(4, 2, 2), *weights("zrh"), normal(2, 3))),
    "gru, without a state": Case(layers.gru, (normal(3, 2, 2), *weights("zrh"))),
    "gru, dropout": Case(
        lambda *arrays, **k: layers.gru(*arrays, dropout=0.4, rng=1, **k),
        (normal(3, 2, 2), *weights("zrh"), normal(2, 3)),
    ),
    "layer_norm": Case(
        lambda x, gamma, beta, **k: layers.layer_norm(x, gamma=gamma, beta=beta, axis=1, **k),
        (normal(3, 2, 4), normal(2, 4), normal(2, 4)),
    ),
    "layer_norm, last axis": Case(lambda x, **k: layers.layer_norm(x, eps=0, **k), (normal(2, 3, 5),)),
    "lstm": Case(states_and_memories, (normal(4, 2, 2), *weights("ifoh"), normal(2, 3), normal(2, 3))),
    "lstm, dropout": Case(
        lambda *arrays, **k: states_and_memories(*arrays, dropout=0.4, rng=1, **k),
        (normal(3, 2, 2), *weights("ifoh")),
    ),
    "max_pool": Case(lambda x, **k: layers.max_pool(x, (2, 3), (2, 1), **k), (normal(2, 4, 4),)),
    "scaled_dot_product_attention": Case(
        layers.scaled_dot_product_attention, (normal(2, 4, 3), normal(3, 3), normal(3, 2))
    ),
    "scaled_dot_product_attention, masked": Case(
        lambda q, k, v, mask, **other: layers.scaled_dot_product_attention(
            q, k, v, mask=mg.add(mask, np.where(MASK, 0, -np.inf)), **other
        ),
        (normal(4, 3), normal(3, 3), normal(3, 2), normal(4, 3)),
    ),
    "scaled_dot_product_attention, causal, dropout": Case(
        lambda *arrays, **k: layers.scaled_dot_product_attention(
            *arrays, mask=MASK, causal=True, scale=2, dropout=0.3, rng=0, **k
        ),
        (normal(4, 3), normal(3, 3), normal(3, 2)),
    ),
}
ALL = pytest.mark.parametrize("name", CASES)


def test_every_layer_is_tested():
    assert {name.split(",")[0] for name in CASES} == set(layers.__all__) - {"utils"}


def gradients(name, arrays, dtype=float):
    """The layer's output, and the gradients of all arrays, if the gradient of the output is a certain one."""
    tensors = [mg.tensor(a, dtype=dtype) for a in arrays]
    y = CASES[name].layer(*tensors)
    y.backward(cotangent(y))
    return y, [t.grad for t in tensors]


def cotangent(y):
    return np.random.default_rng(1).normal(size=y.shape).astype(y.dtype)


# --- derivatives ------------------------------------------------------------------------------------------


@ALL
def test_derivatives(name):
    layer, arrays, highest = CASES[name]
    check_grads(layer, *arrays, order=highest)


@ALL
def test_where_there_are_no_second_derivatives_it_says_so(name):
    layer, arrays, highest = CASES[name]
    x, *others = map(mg.tensor, arrays)
    y = layer(x, *others)
    if highest > 1:
        assert derivatives(y, [x])[0].shape == x.shape
    else:
        with pytest.raises(mg.errors.InvalidBackprop, match="again"):
            derivatives(y, [x])


@ALL
def test_any_memory_layout_will_do(name):
    expected, expected_gradients = gradients(name, CASES[name].arrays)
    mirrored = [np.flip(np.flip(a).copy()) for a in CASES[name].arrays]
    parts = [np.repeat(a, 2, axis=-1)[..., ::2] for a in CASES[name].arrays]
    for arrays in ([np.asfortranarray(a) for a in CASES[name].arrays], mirrored, parts):
        tensors = [mg.tensor(a, copy=False) for a in arrays]
        assert all(t.data.strides == a.strides for t, a in zip(tensors, arrays, strict=True))
        y = CASES[name].layer(*tensors)
        np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
        g = cotangent(y)
        y.backward(np.asfortranarray(np.flip(np.flip(g).copy())))
        for t, e in zip(tensors, expected_gradients, strict=True):
            np.testing.assert_allclose(t.grad, e, rtol=1e-12, atol=1e-12)


@ALL
def test_a_gradient_that_is_broadcast(name):
    """As that of a sum: all its entries are one, in memory too."""
    ones = [mg.tensor(a) for a in CASES[name].arrays]
    CASES[name].layer(*ones).sum().backward()
    tensors = [mg.tensor(a) for a in CASES[name].arrays]
    y = CASES[name].layer(*tensors)
    y.backward(np.ones(y.shape))
    for t, one in zip(tensors, ones, strict=True):
        np.testing.assert_allclose(t.grad, one.grad, rtol=1e-12, atol=1e-12)


@ALL
def test_only_some_are_variables(name):
    _, expected = gradients(name, CASES[name].arrays)
    for i in range(len(expected)):
        arrays: list[Any] = [*CASES[name].arrays]
        arrays[i] = x = mg.tensor(arrays[i])
        y = CASES[name].layer(*arrays)
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
    y = CASES[name].layer(*tensors)
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
    y = CASES[name].layer(*tensors)
    y[..., 0] = -5
    y *= 2
    y.backward(cotangent(y))
    references = [mg.tensor(a) for a in CASES[name].arrays]
    CASES[name].layer(*references).backward(2 * g)
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
    expected = CASES[name].layer(*tensors)
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
    y = CASES[name].layer(*tensors)
    assert y.dtype == np.float64
    y.sum().backward()
    assert [t.grad.dtype for t in tensors] == dtypes


@ALL
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, bool])
def test_integers_are_computed_with(name, dtype):
    arrays = [np.random.default_rng(i).integers(0, 2, a.shape).astype(dtype) for i, a in enumerate(CASES[name].arrays)]
    y = CASES[name].layer(*arrays)
    assert y.constant
    if dtype is bool and y.dtype == bool:  # as sums of NumPy's go
        return
    np.testing.assert_allclose(y, CASES[name].layer(*(a.astype(float) for a in arrays)), rtol=1e-12, atol=1e-12)


@ALL
def test_lists_will_do(name):
    expected = CASES[name].layer(*CASES[name].arrays)
    y = CASES[name].layer(*(a.tolist() for a in CASES[name].arrays))
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
    layer, (a, *others), _ = CASES[name]
    with pytest.raises(TypeError, match="complex"):
        layer(a + 1j, *others)


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
