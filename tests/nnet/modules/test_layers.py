"""Layers as objects: what they compute is what the functions compute, with parameters of their own."""

from __future__ import annotations

import pickle
from copy import deepcopy

import numpy as np
import pytest

import mygrad as mg
from mygrad import nnet
from mygrad.nnet import modules
from mygrad.nnet.modules import (
    GRU,
    LSTM,
    Activation,
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePool,
    GroupNorm,
    LayerNorm,
    Linear,
    MaxPool,
    MultiHeadAttention,
    Sequential,
)

F64 = {"dtype": np.float64}


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


#: For each layer: how it is made with an `rng`, its repr, what it is given, and the function that it stands for.
CASES = {
    "Linear": (
        lambda rng, **k: Linear(4, 3, rng=rng, **k),
        "Linear(4, 3)",
        normal(2, 5, 4),
        lambda m, x: x @ m.weight.T + m.bias,
    ),
    "Linear, without bias": (
        lambda rng, **k: Linear(4, 3, bias=False, rng=rng, **k),
        "Linear(4, 3, bias=False)",
        normal(4),
        lambda m, x: x @ m.weight.T,
    ),
    "Conv": (
        lambda rng, **k: Conv(4, 6, (3, 2), stride=(2, 1), padding="same", groups=2, rng=rng, **k),
        "Conv(4, 6, (3, 2), stride=(2, 1), padding='same', groups=2)",
        normal(2, 4, 7, 6),
        lambda m, x: nnet.conv_nd(x, m.weight, stride=(2, 1), padding="same", groups=2) + m.bias.reshape(-1, 1, 1),
    ),
    "Conv, down by floor": (
        lambda rng, **k: Conv(3, 2, (3, 3), stride=2, padding=1, bias=False, rng=rng, **k),
        "Conv(3, 2, (3, 3), stride=2, padding=1, bias=False)",
        normal(2, 3, 8, 8),
        lambda m, x: nnet.conv_nd(x, m.weight, stride=2, padding=1, floor=True),
    ),
    "ConvTranspose": (
        lambda rng, **k: ConvTranspose(4, 2, (3,), stride=2, padding=1, output_padding=1, rng=rng, **k),
        "ConvTranspose(4, 2, (3,), stride=2, padding=1, output_padding=1)",
        normal(2, 4, 7),
        lambda m, x: nnet.conv_transpose_nd(x, m.weight, stride=2, padding=1, output_padding=1) + m.bias.reshape(-1, 1),
    ),
    "MaxPool": (
        lambda rng, **k: MaxPool((3, 2), padding=1, stride=2),
        "MaxPool((3, 2), stride=2, padding=1)",
        normal(2, 4, 7, 7),
        lambda m, x: nnet.max_pool(x, (3, 2), 2, padding=1, floor=True),
    ),
    "AveragePool": (
        lambda rng, **k: AveragePool((3, 2), padding=1, count_padding=False),
        "AveragePool((3, 2), padding=1, count_padding=False)",
        normal(2, 4, 7, 7),
        lambda m, x: nnet.average_pool(x, (3, 2), (3, 2), padding=1, count_padding=False, floor=True),
    ),
    "AdaptiveAveragePool": (
        lambda rng, **k: AdaptiveAveragePool((3, 2)),
        "AdaptiveAveragePool((3, 2))",
        normal(2, 4, 7, 7),
        lambda m, x: nnet.adaptive_avg_pool(x, (3, 2)),
    ),
    "AdaptiveMaxPool": (
        lambda rng, **k: AdaptiveMaxPool((3, 2)),
        "AdaptiveMaxPool((3, 2))",
        normal(2, 4, 7, 7),
        lambda m, x: nnet.adaptive_max_pool(x, (3, 2)),
    ),
    "GlobalAveragePool": (
        lambda rng, **k: GlobalAveragePool(),
        "GlobalAveragePool()",
        normal(2, 4, 7, 7),
        lambda m, x: np.mean(x, axis=(2, 3)),
    ),
    "Flatten": (lambda rng, **k: Flatten(2), "Flatten(start=2)", normal(2, 3, 4, 5), lambda m, x: x.reshape(2, 3, 20)),
    "BatchNorm": (
        lambda rng, **k: BatchNorm(3, eps=1e-3, **k),
        "BatchNorm(3, eps=0.001)",
        normal(5, 3, 4),
        lambda m, x: nnet.batchnorm(x, gamma=m.weight, beta=m.bias, eps=1e-3),
    ),
    "LayerNorm": (
        lambda rng, **k: LayerNorm((3, 4), **k),
        "LayerNorm((3, 4))",
        normal(5, 3, 4),
        lambda m, x: nnet.layer_norm(x, gamma=m.weight, beta=m.bias, axis=1),
    ),
    "GroupNorm": (
        lambda rng, **k: GroupNorm(2, 6, affine=False),
        "GroupNorm(2, 6, affine=False)",
        normal(5, 6, 4),
        lambda m, x: np.concatenate([nnet.layer_norm(x[:, :3], axis=1), nnet.layer_norm(x[:, 3:], axis=1)], axis=1),
    ),
    "Embedding": (
        lambda rng, **k: Embedding(7, 3, rng=rng, **k),
        "Embedding(7, 3)",
        np.array([[1, 6], [0, 1]]),
        lambda m, x: nnet.embedding(x, m.weight),
    ),
    "Dropout": (
        lambda rng, **k: Dropout(0.3, rng=5),
        "Dropout(0.3)",
        normal(20),
        lambda m, x: nnet.dropout(x, 0.3, rng=5),
    ),
    "Activation": (
        lambda rng, **k: Activation(nnet.leaky_relu, 0.1),
        "Activation(leaky_relu, 0.1)",
        normal(20),
        lambda m, x: nnet.leaky_relu(x, 0.1),
    ),
    "GRU": (
        lambda rng, **k: GRU(4, 3, rng=rng, **k),
        "GRU(4, 3)",
        normal(5, 2, 4),
        lambda m, x: nnet.gru(x, *(w for i in (1, 0, 2) for w in gate(m, i)))[1:],
    ),
    "LSTM": (
        lambda rng, **k: LSTM(4, 3, rng=rng, **k),
        "LSTM(4, 3)",
        normal(5, 2, 4),
        lambda m, x: nnet.lstm(x, *(w for i in (0, 1, 3, 2) for w in gate(m, i)))[0][1:],
    ),
    "MultiHeadAttention": (
        lambda rng, **k: MultiHeadAttention(4, 1, rng=rng, **k),
        "MultiHeadAttention(\n  4, 1\n  (out_proj): Linear(4, 4)\n)",
        normal(2, 5, 4),
        lambda m, x: m.out_proj(nnet.scaled_dot_product_attention(*np.split(x @ m.in_proj_weight.T, 3, axis=-1))),
    ),
    "Sequential": (
        lambda rng, **k: Sequential(Linear(4, 3, rng=rng, **k), nnet.tanh),
        "Sequential(\n  (0): Linear(4, 3)\n  (1): Activation(tanh)\n)",
        normal(2, 4),
        lambda m, x: np.tanh(m[0](x)),
    ),
}
ALL = pytest.mark.parametrize("name", CASES)


def gate(m, i):
    """The weights and the bias of a gate."""
    rows = slice(3 * i, 3 * i + 3)
    return m.weight_ih_l0[rows].T, m.weight_hh_l0[rows].T, (m.bias_ih_l0 + m.bias_hh_l0)[rows]


def result(y):
    return y[0] if isinstance(y, tuple) else y


def test_every_layer_is_tested():
    classes = {name for name in modules.__all__ if isinstance(getattr(modules, name), type)}
    assert {name.split(",")[0] for name in CASES} == classes - {"Module", "Unmatched", "Dense"}
    assert Dense is Linear


@ALL
def test_it_computes_what_the_function_does(name):
    make, shown, x, function = CASES[name]
    layer = make(0, **F64)
    assert repr(layer) == shown
    t = mg.tensor(x)
    y = result(layer(t))
    expected = function(layer, mg.tensor(x))
    assert y.dtype == np.float64
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    y.sum().backward()
    assert all(p.grad is not None for p in layer.parameters())
    assert t.constant or t.grad is not None
    np.testing.assert_allclose(result(make(0, **F64).eval()(x.tolist())), result(make(0, **F64).eval()(x)))


@ALL
def test_float32_by_default(name):
    make, _, x, _ = CASES[name]
    layer = make(0)
    assert all(p.dtype == np.float32 for p in layer.parameters())
    assert result(layer(x.astype(np.float32) if x.dtype.kind == "f" else x)).dtype == np.float32


@ALL
def test_reproducible_and_copied(name):
    make, _, x, _ = CASES[name]
    a, b, c = make(3), make(3), make(np.random.default_rng(3))
    for other in (b, c, deepcopy(a), pickle.loads(pickle.dumps(a))):
        np.testing.assert_equal(other.state_dict(), a.state_dict())
    np.testing.assert_array_equal(result(a(x)), result(b(x)))
    if name not in ("BatchNorm", "LayerNorm"):  # all numbers differ: none was drawn twice
        numbers = [number for p in a.parameters() if p.any() for number in p.ravel().tolist()]
        assert len(set(numbers)) == len(numbers)


def test_default_weights_fit_the_width():
    layer = Linear(100, 50, rng=0)
    assert 0.09 < np.abs(layer.weight).max().item() <= 0.1
    assert 0.09 < np.abs(layer.bias).max().item() <= 0.1
    filters = Conv(4, 50, (5, 5), rng=0)
    assert 0.09 < np.abs(filters.weight).max().item() <= 0.1
    given = Linear(4, 3, init=nnet.he_normal, rng=7).weight
    np.testing.assert_array_equal(given, nnet.he_normal(3, 4, rng=7))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Linear(0, 3), ValueError, "Linear: `inputs` must be at least 1, but is 0"),
        (lambda: Linear(3.0, 3), TypeError, "Linear: `inputs` must be an integer, but is 3.0"),
        (lambda: Linear(3, 2)(np.ones((2, 4))), ValueError, r"must have the shape \(\.\.\., 3\), but it has \(2, 4\)"),
        (lambda: Linear(3, 2)(1.0), ValueError, r"must have the shape \(\.\.\., 3\), but it has \(\)"),
        (lambda: Conv(3, 8, 3), TypeError, r"`kernel` must have a length for each axis, such as \(3, 3\)"),
        (lambda: Conv(3, 8, ()), TypeError, r"`kernel` must have a length for each axis"),
        (lambda: Conv(3, 8, (3, 3), stride=0), ValueError, "Conv: `stride` must be at least 1"),
        (lambda: Conv(3, 8, (3, 3), dilation=(1, 2, 3)), ValueError, "`dilation` must have one number for each of 2"),
        (lambda: Conv(3, 8, (3, 3), padding="valid"), ValueError, "Conv: `padding` must be of integers, or 'same'"),
        (lambda: ConvTranspose(3, 8, (3,), padding="same"), ValueError, "ConvTranspose: `padding` must be of integers"),
        (lambda: ConvTranspose(3, 8, (3,), output_padding=0.5), TypeError, "`output_padding` must be an integer"),
        (lambda: MaxPool(2), TypeError, "MaxPool: `pool` must have a length for each axis"),
        (lambda: AveragePool((2, 2), stride=-1), ValueError, "AveragePool: `stride` must be at least 1"),
        (lambda: MaxPool((2, 2), padding=2), ValueError, "MaxPool: `padding` must be less than the window"),
        (lambda: Linear(3, 2, init=lambda *shape, **_: mg.ones(shape[::-1])), ValueError, r"of shape \(2, 3\), but it"),
        (lambda: Sequential(Linear(2, 2), Flatten), TypeError, "number 1 is the class Flatten"),
        (lambda: Sequential(lambda x: None, Linear(2, 2))(np.ones(2)), TypeError, "but got None. Does a function"),
        (lambda: Flatten(1.5), TypeError, "`start` must be the number of an axis"),
        (lambda: Conv(3, 8, (3, 3), groups=2), ValueError, "3 channels and 8 filters cannot be put into 2 groups"),
        (
            lambda: Conv(3, 8, (3, 3))(np.ones((1, 4, 8, 8))),
            ValueError,
            r"Conv: `x` must have the shape \(N, 3, X0, X1\), but it has \(1, 4, 8, 8\)",
        ),
        (
            lambda: Conv(3, 8, (3, 3), stride=2, floor=False)(np.ones((1, 3, 8, 8))),
            ValueError,
            "conv_nd: a window of shape",
        ),
        (
            lambda: ConvTranspose(3, 8, (3,))(np.ones((1, 3))),
            ValueError,
            r"ConvTranspose: `x` must have the shape \(N, 3, X0\), but it has \(1, 3\)",
        ),
        (
            lambda: BatchNorm(3)(np.ones((5, 4))),
            ValueError,
            r"must have the shape \(N, 3, \.\.\.\), but it has",
        ),
        (lambda: BatchNorm(3)(np.ones((1, 3, 1))), ValueError, "has one number in each channel"),
        (lambda: BatchNorm(3, momentum=2), ValueError, "`momentum` is a probability"),
        (lambda: LayerNorm(()), ValueError, "LayerNorm: `shape` has no axis"),
        (lambda: LayerNorm(3, eps=-1), ValueError, "LayerNorm: `eps` must not be negative"),
        (lambda: LayerNorm(3)(np.ones((3, 4))), ValueError, r"must end with \(3,\), but it is \(3, 4\)"),
        (lambda: GroupNorm(2, 3), ValueError, "3 channels cannot be put into 2 groups"),
        (lambda: GroupNorm(1, 3)(np.ones(3)), ValueError, r"GroupNorm: `x` must have the shape \(N, 3, \.\.\.\)"),
        (lambda: Dropout(2.0), ValueError, "Dropout: `p` is a probability"),
        (lambda: Flatten(3)(np.ones((2, 3))), ValueError, r"`x` has shape \(2, 3\), and so no axis 3"),
        (lambda: Activation("relu"), TypeError, "expected a function, such as `relu`, but got 'relu'"),
        (lambda: Sequential(Linear(2, 2), [nnet.relu]), TypeError, "number 1 is of type list"),
        (lambda: Embedding(3, 2)([3]), IndexError, "indices go from 0 to 2"),
        (lambda: MultiHeadAttention(6, 4), ValueError, "`heads`, 4, must divide `length`, 6"),
        (
            lambda: MultiHeadAttention(6, 2)(np.ones((3, 4))),
            ValueError,
            "`query` must have the shape",
        ),
        (
            lambda: MultiHeadAttention(6, 2)(np.ones((3, 6)), None, np.ones((3, 6))),
            TypeError,
            "values need keys, but `key` is None",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("layer", [Linear, Embedding, lambda *sizes, **options: Conv(*sizes, (2,), **options)])
def test_a_weight_that_is_given_as_an_array_is_trained(layer):
    made = layer(3, 2, init=lambda *shape, dtype, rng: np.ones(shape), rng=0)
    assert made.weight.dtype == np.float32
    assert any(made.weight is t for t in made.parameters())


def test_settings_are_shown_as_numbers():
    """Whatever they were given in."""
    lengths, pairs = np.array([2, 2]), np.array([[0, 1], [2, 1]])
    layer = Conv(3, 8, lengths, stride=[1, np.int64(2)], padding=pairs, dilation=lengths)
    assert repr(layer) == "Conv(3, 8, (2, 2), stride=(1, 2), padding=((0, 1), (2, 1)), dilation=(2, 2))"
    shown = repr(ConvTranspose(3, 8, lengths, stride=lengths, padding=np.int64(1), output_padding=[1, 0]))
    assert shown == "ConvTranspose(3, 8, (2, 2), stride=(2, 2), padding=1, output_padding=(1, 0))"
    assert repr(MaxPool(lengths, padding=np.array(1))) == "MaxPool((2, 2), padding=1)"
    assert repr(AdaptiveAveragePool(lengths)) == "AdaptiveAveragePool((2, 2))"


def test_sequential_is_a_sequence():
    model = Sequential(Linear(4, 3), nnet.relu, Linear(3, 2))
    assert len(model) == 3
    assert list(model) == [model[0], model[1], model[2]]
    assert model[-1] is model[2]
    assert list(model[1:]) == [model[1], model[2]]
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    model.eval()
    assert len(model) == 3
    assert repr(Sequential()) == "Sequential()"
    x = object()
    assert Sequential()(x) is x


def test_running_statistics():
    rng = np.random.default_rng(0)
    batches = [rng.normal(3, 2, size=(6, 2, 3)) for _ in range(4)]
    mean, var = np.zeros(2), np.ones(2)
    layer, average = BatchNorm(2, momentum=0.2, **F64), BatchNorm(2, momentum=None, **F64)
    for x in batches:
        layer(x), average(mg.tensor(x))
        mean = 0.8 * mean + 0.2 * x.mean(axis=(0, 2))
        var = 0.8 * var + 0.2 * x.var(axis=(0, 2), ddof=1)
    np.testing.assert_allclose(layer.running_mean, mean)
    np.testing.assert_allclose(layer.running_var, var)
    np.testing.assert_allclose(average.running_mean, np.mean(batches, axis=(0, 1, 3)))
    assert layer.num_batches_tracked == 4
    before = layer.state_dict()
    assert list(before) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    y = layer.eval()(x)
    np.testing.assert_equal(layer.state_dict(), before)
    np.testing.assert_allclose(y, (x - mean[:, None]) / np.sqrt(var[:, None] + 1e-5))
    other = BatchNorm(2, **F64).eval()
    other.load_state_dict(before)
    np.testing.assert_array_equal(other(x), y)
    assert len(layer.parameters()) == 2
    without = BatchNorm(2, running=False, affine=False).eval()
    assert without.state_dict() == {}
    np.testing.assert_allclose(without(x), nnet.batchnorm(x, eps=1e-5))


def test_statistics_are_no_part_of_graphs():
    """A graph that is alive goes on with those that it was computed by."""
    layer = BatchNorm(2, **F64)
    x = mg.tensor(normal(5, 2))
    used = layer.eval()(x)
    layer.train()(x)
    assert layer.running_mean.creator is None
    used.sum().backward()
    np.testing.assert_allclose(x.grad, np.full((5, 2), 1 / np.sqrt(1 + 1e-5)))
    model = Sequential(Linear(3, 2, **F64), layer)
    mg.grad(lambda model: np.sum(model(normal(4, 3)) ** 2))(model)
    assert layer.num_batches_tracked == 2


def test_dropout_differs_from_call_to_call_and_by_mode():
    layer = Dropout(0.5, rng=0)
    a, b = layer(np.ones(40)), layer(np.ones(40))
    assert (a != b).any()
    assert set(a.tolist()) == {0, 2}
    x = mg.tensor(np.ones(3))
    assert layer.eval()(x) is x


def test_attention_to_others_and_masks():
    attention = MultiHeadAttention(6, 3, rng=0, **F64)
    x, memory = normal(2, 4, 6), normal(2, 5, 6, seed=1)
    y = attention(x, memory)
    assert y.shape == (2, 4, 6)
    np.testing.assert_allclose(attention(x, memory, memory), y)
    np.testing.assert_allclose(attention(x, x), attention(x))
    np.testing.assert_allclose(attention(x[0]), attention(x)[0])
    seen = np.arange(5) < np.array([3, 5])[:, None]  # of two sequences, so many keys
    cut = attention(x, memory, mask=seen[:, None, :])
    np.testing.assert_allclose(cut[0], attention(x[:1], memory[:1, :3])[0])
    np.testing.assert_allclose(cut[1], y[1])
    np.testing.assert_allclose(attention(x, mask=np.tri(4, dtype=bool).tolist()), attention(x, causal=True))
    np.testing.assert_allclose(attention(x, mask=np.where(np.tri(4), 0.0, -np.inf)), attention(x, causal=True))
    with pytest.raises(ValueError, match="does not broadcast"):
        attention(x, mask=np.ones((3, 3), bool))


def test_dropout_in_attention_and_between_layers():
    x = normal(4, 2, 6)
    for layer in (
        MultiHeadAttention(6, 2, dropout=0.5, rng=0),
        GRU(6, 6, layers=2, dropout=0.5, rng=0),
        LSTM(6, 6, layers=2, dropout=0.5, rng=0),
    ):
        assert (result(layer(x)) != result(layer(x))).any()
        layer.eval()
        np.testing.assert_array_equal(result(layer(x)), result(layer(x)))
