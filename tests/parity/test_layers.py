"""Every layer against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import layers

torch = pytest.importorskip("torch")
F = torch.nn.functional

RNG = np.random.default_rng(0)
normal = RNG.normal
INDICES = RNG.integers(0, 30, (8, 10))
MASK = RNG.random((12, 9)) < 0.7
MASK[3] = False  # a query that may look at nothing
T, N, C, D = 12, 5, 6, 8


def conv(axes: int, **options: Any) -> tuple[Any, Any]:
    theirs = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    return lambda x, w: layers.conv_nd(x, w, **options), lambda x, w: theirs(x, w, **options)


def pool(axes: int, width: Any, stride: Any) -> tuple[Any, Any]:
    theirs = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[axes - 1]
    return lambda x: layers.max_pool(x, width, stride), lambda x: theirs(x, width, stride)


def average(axes: int, width: Any, stride: Any) -> tuple[Any, Any]:
    theirs = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[axes - 1]
    return lambda x: layers.average_pool(x, width, stride), lambda x: theirs(x, width, stride)


def batchnorm(eps: float) -> tuple[Any, Any]:
    return (
        lambda x, gamma, beta: layers.batchnorm(x, gamma=gamma, beta=beta, eps=eps),
        lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps),
    )


def attention(mask: Any = None, **options: Any) -> tuple[Any, Any]:
    tensor = None if mask is None else torch.tensor(mask)

    def theirs(q: Any, k: Any, v: Any) -> Any:
        cast = tensor if tensor is None or tensor.dtype == torch.bool else tensor.to(q.dtype)
        names = {"causal": "is_causal", "scale": "scale"}
        return F.scaled_dot_product_attention(q, k, v, attn_mask=cast, **{names[k]: v for k, v in options.items()})

    return lambda q, k, v: layers.scaled_dot_product_attention(q, k, v, mask=mask, **options), theirs


def weights(gates: str) -> list[np.ndarray]:
    return [normal(scale=0.5, size=shape) for _ in gates for shape in ((C, D), (D, D), (D,))]


def torch_gru(x: Any, *arrays: Any) -> Any:
    """PyTorch's cell, step by step, as its `gru` resets the state only after the product with Wh."""
    Uz, Wz, bz, Ur, Wr, br, Uh, Wh, bh, s = arrays
    states = [s]
    for step in x:
        z = torch.sigmoid(step @ Uz + s @ Wz + bz)
        r = torch.sigmoid(step @ Ur + s @ Wr + br)
        s = (1 - z) * torch.tanh(step @ Uh + (r * s) @ Wh + bh) + z * s
        states.append(s)
    return torch.stack(states)


def diagonal_gru(x: Any, *arrays: Any) -> Any:
    """`torch.gru` itself: where Wh is diagonal, it makes no difference when the state is reset."""
    Uz, Wz, bz, Ur, Wr, br, Uh, diagonal, bh, s = arrays
    weights = [torch.cat(parts, -1) for parts in ((Ur, Uz, Uh), (Wr, Wz, torch.diag(diagonal)), (br, bz, bh))]
    U, W, b = weights
    initial = s[None]
    return torch.gru(x, initial, [U.T, W.T, b, torch.zeros_like(b)], True, 1, 0.0, True, False, False)[0]


def torch_lstm(x: Any, *arrays: Any) -> Any:
    *gates, s, c = arrays
    U, W, b = (torch.cat([gates[3 * gate + k] for gate in (0, 1, 3, 2)], -1) for k in range(3))
    initial = (s[None], c[None])
    states, _, last = torch.lstm(x, initial, [U.T, W.T, b, torch.zeros_like(b)], True, 1, 0.0, True, False, False)
    return torch.cat([states, last])


def lstm(*arrays: Any) -> Any:
    states, memories = layers.lstm(*arrays)
    return np.concatenate([states[1:], memories[-1:]])


def diagonal_of_wh(*arrays: Any) -> Any:
    *others, diagonal, bh, s0 = arrays
    return layers.gru(*others, np.diag(diagonal), bh, s0)[1:]


diagonal = weights("zrh")
diagonal[7] = normal(size=D)
sequence = normal(size=(T, N, C))
state = normal(size=(N, D))
CASES: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "adaptive_avg_pool": (
        lambda x: layers.adaptive_avg_pool(x, (3, 7)),
        lambda x: F.adaptive_avg_pool2d(x, (3, 7)),
        (normal(size=(4, 3, 8, 5)),),
    ),
    "adaptive_max_pool": (
        lambda x: layers.adaptive_max_pool(x, (3, 4)),
        lambda x: F.adaptive_max_pool2d(x, (3, 4)),
        (normal(size=(4, 3, 8, 8)),),
    ),
    "average_pool": (*average(2, (2, 2), 2), (normal(size=(4, 3, 8, 10)),)),
    "average_pool, overlapping": (*average(2, (3, 2), (1, 2)), (normal(size=(4, 3, 8, 10)),)),
    "average_pool, 1 axis": (*average(1, (3,), (2,)), (normal(size=(4, 3, 9)),)),
    "average_pool, 3 axes": (*average(3, (2, 1, 3), (2, 2, 1)), (normal(size=(2, 3, 4, 5, 6)),)),
    "batchnorm": (*batchnorm(1e-5), (normal(2, 3, size=(16, 5, 6, 7)), normal(size=5), normal(size=5))),
    "batchnorm, (N, C)": (*batchnorm(1e-3), (normal(size=(64, 20)), normal(size=20), normal(size=20))),
    "batchnorm, far from 0": (*batchnorm(1e-5), (np.round(normal(1e3, 8, size=(64, 5, 9)), 2), *normal(size=(2, 5)))),
    "conv_nd": (*conv(2, stride=1, padding=1), (normal(size=(4, 16, 12, 12)), normal(size=(24, 16, 3, 3)))),
    "conv_nd, few filters": (*conv(2, stride=1, padding=2), (normal(size=(4, 20, 9, 9)), normal(size=(3, 20, 3, 3)))),
    "conv_nd, one channel": (*conv(2, stride=1), (normal(size=(4, 1, 28, 28)), normal(size=(20, 1, 5, 5)))),
    "conv_nd, strides": (
        *conv(2, stride=(2, 3), padding=(1, 0), dilation=(1, 2)),
        (normal(size=(4, 6, 9, 11)), normal(size=(7, 6, 3, 3))),
    ),
    "conv_nd, 1 axis": (*conv(1, stride=2, padding=1), (normal(size=(4, 6, 11)), normal(size=(7, 6, 3)))),
    "conv_nd, 3 axes": (
        *conv(3, stride=1, padding=(1, 0, 2), dilation=(1, 1, 2)),
        (normal(size=(2, 4, 5, 6, 7)), normal(size=(5, 4, 2, 3, 2))),
    ),
    "conv_nd, 1x1": (*conv(2, stride=1), (normal(size=(4, 64, 6, 6)), normal(size=(32, 64, 1, 1)))),
    "conv_transpose_nd": (
        lambda x, w: layers.conv_transpose_nd(x, w, stride=2, padding=1),
        lambda x, w: F.conv_transpose2d(x, w, stride=2, padding=1),
        (normal(size=(4, 16, 6, 6)), normal(size=(16, 20, 4, 4))),
    ),
    "dropout, in evaluation": (
        lambda x: layers.dropout(x, 0.5, training=False),
        lambda x: F.dropout(x, 0.5, training=False),
        (normal(size=(4, 5)),),
    ),
    "embedding": (
        lambda weight: layers.embedding(INDICES, weight),
        lambda weight: F.embedding(torch.tensor(INDICES), weight),
        (normal(size=(30, 7)),),
    ),
    "global_avg_pool": (
        layers.global_avg_pool,
        lambda x: F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0],
        (normal(size=(4, 3, 8, 5)),),
    ),
    "gru": (layers.gru, torch_gru, (sequence, *weights("zrh"), state)),
    "gru, Wh diagonal": (diagonal_of_wh, diagonal_gru, (sequence, *diagonal, state)),
    "layer_norm": (
        lambda x, gamma, beta: layers.layer_norm(x, gamma=gamma, beta=beta),
        lambda x, gamma, beta: F.layer_norm(x, (32,), gamma, beta),
        (normal(2, 3, size=(6, 10, 32)), *normal(size=(2, 32))),
    ),
    "layer_norm, three axes": (
        lambda x, gamma, beta: layers.layer_norm(x, gamma=gamma, beta=beta, axis=1, eps=1e-3),
        lambda x, gamma, beta: F.layer_norm(x, (4, 5, 6), gamma, beta, 1e-3),
        (normal(size=(7, 4, 5, 6)), *normal(size=(2, 4, 5, 6))),
    ),
    "lstm": (lstm, torch_lstm, (sequence, *weights("ifoh"), state, normal(size=(N, D)))),
    "max_pool": (*pool(2, (2, 2), 2), (normal(size=(4, 3, 8, 10)),)),
    "max_pool, overlapping": (*pool(2, (3, 2), (2, 1)), (normal(size=(4, 3, 9, 10)),)),
    "max_pool, gaps": (*pool(1, (2,), (3,)), (normal(size=(4, 3, 8)),)),
    "max_pool, 3 axes": (*pool(3, (2, 1, 3), (2, 2, 1)), (normal(size=(2, 3, 4, 5, 6)),)),
    "scaled_dot_product_attention": (
        *attention(),
        (normal(size=(3, 2, 12, 16)), normal(size=(3, 2, 9, 16)), normal(size=(3, 2, 9, 5))),
    ),
    "scaled_dot_product_attention, causal": (
        *attention(causal=True, scale=0.5),
        (normal(size=(3, 12, 16)), normal(size=(3, 12, 16)), normal(size=(3, 12, 5))),
    ),
    "scaled_dot_product_attention, masked": (
        *attention(MASK),
        (normal(size=(3, 12, 16)), normal(size=(3, 9, 16)), normal(size=(3, 9, 5))),
    ),
    "scaled_dot_product_attention, added mask": (
        *attention(np.where(MASK, normal(size=MASK.shape), -np.inf)),
        (normal(size=(3, 12, 16)), normal(size=(3, 9, 16)), normal(size=(3, 9, 5))),
    ),
}


def test_every_layer_is_compared():
    assert {name.split(",")[0] for name in CASES} == set(layers.__all__) - {"utils"}


@pytest.mark.parametrize("name", CASES)
def test_layer(agree, name):
    ours, theirs, arrays = CASES[name]
    agree(name, ours, theirs, *arrays)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_dropout(close, dtype):
    """With the entries dropped that PyTorch drops."""
    x = normal(size=(50, 40)).astype(dtype)
    t = torch.tensor(x, requires_grad=True)
    expected = F.dropout(t, 0.3)
    g = normal(size=x.shape).astype(dtype)
    expected.backward(torch.tensor(g))

    class AsTorch(np.random.Generator):
        def random(self, shape):
            return (expected.detach().numpy() != 0).astype(float)

    a = mg.tensor(x)
    y = layers.dropout(a, 0.3, rng=AsTorch(np.random.PCG64(0)))
    y.backward(g)
    close("dropout: value", y, expected.detach().numpy())
    close("dropout: gradients", a.grad, t.grad.numpy())
