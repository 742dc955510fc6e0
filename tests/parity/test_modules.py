"""Layers as objects, with random shapes and options, against PyTorch's, whose states they load as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad import nnet
from mygrad.nnet import modules as ours

torch = pytest.importorskip("torch")
theirs = torch.nn

#: Our layer, PyTorch's, and the arrays that they are called with; how they are called, if that is not all.
Drawn = tuple[Any, Any, list[Any]] | tuple[Any, Any, list[Any], Callable[..., Any], Callable[..., Any]]


class Draw:
    """Random sizes, settings and data, for one dtype."""

    def __init__(self, seed: int, dtype: Any) -> None:
        self.rng = np.random.default_rng(seed)
        self.dtype = dtype
        self.torch = {"dtype": torch.float64 if dtype == np.float64 else torch.float32}
        self.numpy = {"dtype": dtype}

    def size(self, low: int = 1, high: int = 6) -> int:
        return int(self.rng.integers(low, high + 1))

    def sizes(self, n: int, low: int = 1, high: int = 6) -> tuple[int, ...]:
        return tuple(self.size(low, high) for _ in range(n))

    def flag(self) -> bool:
        return bool(self.rng.integers(2))

    def number(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def normal(self, *shape: int) -> np.ndarray:
        return self.rng.normal(self.rng.normal(), 1.5, shape).astype(self.dtype)


def linear(draw: Draw) -> Drawn:
    n, m, bias = draw.size(), draw.size(), draw.flag()
    x = draw.normal(*draw.sizes(draw.size(0, 2)), n)
    return ours.Linear(n, m, bias=bias, **draw.numpy), theirs.Linear(n, m, bias=bias, **draw.torch), [x]


def _windows(draw: Draw) -> tuple[int, int, tuple[int, ...], dict[str, Any]]:
    axes, groups = draw.size(1, 3), draw.size(1, 2)
    kernel = draw.sizes(axes, 1, 3)
    options = {
        "stride": draw.sizes(axes, 1, 3),
        "padding": draw.sizes(axes, 0, 2),
        "dilation": draw.sizes(axes, 1, 2),
        "groups": groups,
        "bias": draw.flag(),
    }
    return axes, groups, kernel, options


def conv(draw: Draw) -> Drawn:
    axes, groups, kernel, options = _windows(draw)
    channels, filters = groups * draw.size(1, 3), groups * draw.size(1, 3)
    kind = (theirs.Conv1d, theirs.Conv2d, theirs.Conv3d)[axes - 1]
    return (
        ours.Conv(channels, filters, kernel, **options, **draw.numpy),
        kind(channels, filters, kernel, **options, **draw.torch),
        [draw.normal(draw.size(), channels, *draw.sizes(axes, 5, 8))],
    )


def conv_transpose(draw: Draw) -> Drawn:
    axes, groups, kernel, options = _windows(draw)
    channels, filters = groups * draw.size(1, 3), groups * draw.size(1, 3)
    options["output_padding"] = tuple(draw.size(0, s - 1) for s in options["stride"])
    reach = [(k - 1) * d for k, d in zip(kernel, options["dilation"], strict=True)]
    options["padding"] = tuple(map(min, options["padding"], reach))
    kind = (theirs.ConvTranspose1d, theirs.ConvTranspose2d, theirs.ConvTranspose3d)[axes - 1]
    return (
        ours.ConvTranspose(channels, filters, kernel, **options, **draw.numpy),
        kind(channels, filters, kernel, **options, **draw.torch),
        [draw.normal(draw.size(), channels, *draw.sizes(axes, 2, 5))],
    )


def pool(draw: Draw) -> Drawn:
    axes, average = draw.size(1, 3), draw.flag()
    kernel = draw.sizes(axes, 2, 3)
    stride = draw.sizes(axes, 1, 3) if draw.flag() else None
    padding = tuple(draw.size(0, k // 2) for k in kernel)
    kinds = (
        (theirs.AvgPool1d, theirs.AvgPool2d, theirs.AvgPool3d)
        if average
        else (theirs.MaxPool1d, theirs.MaxPool2d, theirs.MaxPool3d)
    )
    return (
        (ours.AveragePool if average else ours.MaxPool)(kernel, stride, padding=padding),
        kinds[axes - 1](kernel, stride, padding),
        [draw.normal(*draw.sizes(2), *draw.sizes(axes, 5, 8))],
    )


def adaptive_pool(draw: Draw) -> Drawn:
    axes, average = draw.size(1, 3), draw.flag()
    shape = draw.sizes(axes, 1, 4)
    kinds = (
        (theirs.AdaptiveAvgPool1d, theirs.AdaptiveAvgPool2d, theirs.AdaptiveAvgPool3d)
        if average
        else (theirs.AdaptiveMaxPool1d, theirs.AdaptiveMaxPool2d, theirs.AdaptiveMaxPool3d)
    )
    model = (ours.AdaptiveAveragePool if average else ours.AdaptiveMaxPool)(shape)
    return model, kinds[axes - 1](shape), [draw.normal(*draw.sizes(2), *draw.sizes(axes, 4, 8))]


def batch_norm(draw: Draw) -> Drawn:
    axes, channels, affine = draw.size(0, 3), draw.size(), draw.flag()
    momentum, eps = draw.number(0.1, 0.9) if draw.flag() else None, draw.number(1e-3, 1e-2)
    running = draw.size(0, 3) > 0
    kind = (theirs.BatchNorm1d, theirs.BatchNorm1d, theirs.BatchNorm2d, theirs.BatchNorm3d)[axes]
    return (
        ours.BatchNorm(channels, momentum=momentum, eps=eps, affine=affine, running=running, **draw.numpy),
        kind(channels, momentum=momentum, eps=eps, affine=affine, track_running_stats=running, **draw.torch),
        [draw.normal(draw.size(4, 9), channels, *draw.sizes(axes))],
    )


def layer_norm(draw: Draw) -> Drawn:
    shape, affine, eps = draw.sizes(draw.size(1, 2), 3, 6), draw.flag(), draw.number(1e-3, 1e-2)
    return (
        ours.LayerNorm(shape, affine=affine, eps=eps, **draw.numpy),
        theirs.LayerNorm(shape, elementwise_affine=affine, eps=eps, **draw.torch),
        [draw.normal(*draw.sizes(draw.size(0, 2)), *shape)],
    )


def group_norm(draw: Draw) -> Drawn:
    groups, affine, eps = draw.size(1, 3), draw.flag(), draw.number(1e-3, 1e-2)
    channels = groups * draw.size(2, 3)
    return (
        ours.GroupNorm(groups, channels, affine=affine, eps=eps, **draw.numpy),
        theirs.GroupNorm(groups, channels, affine=affine, eps=eps, **draw.torch),
        [draw.normal(draw.size(), channels, *draw.sizes(draw.size(1, 2), 3, 5))],
    )


def embedding(draw: Draw) -> Drawn:
    n, d = draw.size(), draw.size()
    indices = draw.rng.integers(0, n, draw.sizes(2))
    return ours.Embedding(n, d, **draw.numpy), theirs.Embedding(n, d, **draw.torch), [indices]


def _recurrent(draw: Draw, kind: Any, their_kind: Any, parts: int, **options: Any) -> Drawn:
    inputs, units, layers, both = draw.size(), draw.size(), draw.size(1, 3), draw.flag()
    steps, n = draw.size(2, 7), draw.size()
    states = [draw.normal(layers * (1 + both), n, units) for _ in range(parts)] if draw.flag() else []
    lengths = draw.rng.integers(1, steps + 1, n) if draw.flag() else None

    def call(model: Any, x: Any, *states: Any) -> list[Any]:
        outputs, last = model(x, (states[0] if parts == 1 else states) if states else None, lengths=lengths)
        return [outputs, *(last if parts > 1 else [last])]

    def their_call(model: Any, x: Any, *states: Any) -> list[Any]:
        packed = x
        if lengths is not None:
            packed = theirs.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        outputs, last = model(packed, (states[0] if parts == 1 else states) if states else None)
        if lengths is not None:
            outputs, _ = theirs.utils.rnn.pad_packed_sequence(outputs, total_length=steps)
        return [outputs, *(last if parts > 1 else [last])]

    return (
        kind(inputs, units, layers=layers, bidirectional=both, **options, **draw.numpy),
        their_kind(inputs, units, num_layers=layers, bidirectional=both, **draw.torch),
        [draw.normal(steps, n, inputs), *states],
        call,
        their_call,
    )


def gru(draw: Draw) -> Drawn:
    return _recurrent(draw, ours.GRU, theirs.GRU, 1, reset_after=True)


def lstm(draw: Draw) -> Drawn:
    return _recurrent(draw, ours.LSTM, theirs.LSTM, 2)


def attention(draw: Draw) -> Drawn:
    heads, bias, alone = draw.size(1, 3), draw.flag(), draw.flag()
    length, n, steps, others = heads * draw.size(1, 4), draw.size(), *draw.sizes(2, 2, 6)
    arrays = [draw.normal(n, steps, length)]
    if not alone:
        arrays += [draw.normal(n, others, length), draw.normal(n, others, length)]
    kind = draw.size(0, 2)
    mask = draw.rng.random((steps, steps if alone else others)) < 0.7
    mask[:, 0] = True
    numbers = draw.normal(*mask.shape)

    def call(model: Any, *xs: Any) -> Any:
        return model(*xs, mask=(None, mask, numbers)[kind])

    def their_call(model: Any, *xs: Any) -> Any:
        hidden = None if kind == 0 else torch.tensor((~mask, numbers)[kind - 1])
        q, k, v = xs if len(xs) > 1 else (*xs, *xs, *xs)
        return model(q, k, v, attn_mask=hidden, need_weights=False)[0]

    return (
        ours.MultiHeadAttention(length, heads, bias=bias, **draw.numpy),
        theirs.MultiheadAttention(length, heads, bias=bias, batch_first=True, **draw.torch),
        arrays,
        call,
        their_call,
    )


def sequential(draw: Draw) -> Drawn:
    """A net with all that images go through."""
    a, b, classes = draw.size(2), draw.size(2), draw.size()
    return (
        ours.Sequential(
            # What is added before the mean is subtracted has no gradient but rounding errors.
            ours.Conv(3, a, (3, 3), stride=2, padding=1, bias=False, **draw.numpy),
            ours.BatchNorm(a, **draw.numpy),
            nnet.gelu,
            ours.MaxPool((2, 2)),
            ours.Conv(a, b, (3, 3), padding="same", **draw.numpy),
            ours.Activation(nnet.leaky_relu, 0.1),
            ours.AdaptiveAveragePool((2, 2)),
            ours.Flatten(),
            ours.Linear(4 * b, classes, **draw.numpy),
        ),
        theirs.Sequential(
            theirs.Conv2d(3, a, 3, stride=2, padding=1, bias=False, **draw.torch),
            theirs.BatchNorm2d(a, **draw.torch),
            theirs.GELU(),
            theirs.MaxPool2d(2),
            theirs.Conv2d(a, b, 3, padding="same", **draw.torch),
            theirs.LeakyReLU(0.1),
            theirs.AdaptiveAvgPool2d(2),
            theirs.Flatten(),
            theirs.Linear(4 * b, classes, **draw.torch),
        ),
        [draw.normal(draw.size(2, 4), 3, *draw.sizes(2, 10, 14))],
    )


KINDS = {
    "Linear": linear,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "pooling": pool,
    "adaptive pooling": adaptive_pool,
    "BatchNorm": batch_norm,
    "LayerNorm": layer_norm,
    "GroupNorm": group_norm,
    "Embedding": embedding,
    "GRU": gru,
    "LSTM": lstm,
    "MultiHeadAttention": attention,
    "Sequential": sequential,
}


def plain(model: Any, *xs: Any) -> Any:
    return model(*xs)


def listed(results: Any) -> list[Any]:
    return results if isinstance(results, list) else [results]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", KINDS)
def test_layer(close, kind, seed, dtype):
    torch.manual_seed(seed)
    draw = Draw(seed, dtype)
    model, expected, arrays, *calls = KINDS[kind](draw)
    call, their_call = calls or (plain, plain)
    with torch.no_grad():
        for p in expected.parameters():
            p += 0.1 * torch.randn_like(p)  # none is 0 or 1
    model.load_state_dict(expected.state_dict())
    name = f"modules.{kind}"
    for training in (True, True, False):
        model.train(training)
        expected.train(training)
        xs = [mg.tensor(a) for a in arrays]
        ts = [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
        found, right = listed(call(model, *xs)), listed(their_call(expected, *ts))
        weights = [draw.rng.normal(size=y.shape).astype(dtype) for y in found]
        for p in expected.parameters():
            p.grad = None
        sum(np.sum(y * w) for y, w in zip(found, weights, strict=True)).backward()
        sum((y * torch.tensor(w)).sum() for y, w in zip(right, weights, strict=True)).backward()
        for y, z in zip(found, right, strict=True):
            close(f"{name}: value", y.data, z.detach().numpy())
        for x, t in zip(xs, ts, strict=True):
            if not x.constant:
                close(f"{name}: gradients", x.grad, t.grad.numpy())
        parameters = dict(expected.named_parameters())
        assert [key for key, _ in model.named_parameters()] == list(parameters)
        for key, p in model.named_parameters():
            close(f"{name}: gradients, {key}", p.grad, parameters[key].grad.numpy())
        state = expected.state_dict()
        assert model.state_dict().keys() == state.keys()
        for key, value in model.state_dict().items():
            if value.dtype.kind == "f":
                close(f"{name}: state, {key}", value, state[key].numpy())
            else:
                assert value == state[key].numpy()
    expected.load_state_dict({key: torch.tensor(value) for key, value in model.state_dict().items()})


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_transformer_trains_alike(close, dtype):
    """PyTorch's encoder layer has other names: ours are put in their places one by one."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    kinds = {"dtype": torch.float64 if dtype == np.float64 else torch.float32}

    class Block(nnet.Module):
        def __init__(self) -> None:
            self.self_attn = ours.MultiHeadAttention(8, 2, dtype=dtype)
            self.linear1, self.linear2 = ours.Linear(8, 16, dtype=dtype), ours.Linear(16, 8, dtype=dtype)
            self.norm1, self.norm2 = ours.LayerNorm(8, dtype=dtype), ours.LayerNorm(8, dtype=dtype)

        def __call__(self, x: Any) -> Any:
            x = x + self.self_attn(self.norm1(x))
            return x + self.linear2(nnet.gelu(self.linear1(self.norm2(x))))

    expected = theirs.TransformerEncoderLayer(
        8, 2, 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True, **kinds
    )
    model = Block()
    model.load_state_dict(expected.state_dict())
    optimizer = nnet.optimizers.SGD(model.parameters(), 0.1, momentum=0.9)
    their_optimizer = torch.optim.SGD(expected.parameters(), 0.1, momentum=0.9)
    for _ in range(20):
        x, goal = rng.normal(size=(2, 3, 5, 8)).astype(dtype)
        loss = nnet.mean_squared_error(model(x), goal)
        their_loss = theirs.functional.mse_loss(expected(torch.tensor(x)), torch.tensor(goal))
        close("modules, a transformer: loss", loss.data, their_loss.detach().numpy())
        loss.backward()
        optimizer.step()
        their_optimizer.zero_grad()
        their_loss.backward()
        their_optimizer.step()
    state = expected.state_dict()
    for key, value in model.state_dict().items():
        close(f"modules, a transformer: after 20 steps, {key}", value, state[key].numpy())
