"""The layers of neural networks, and a network made of them: forward and backward, in float32.

The other layers in the table have no targets; they are there to be watched.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.workloads import Group, Maker, integers
from benchmarks.workloads import normal as normal64

GROUP = Group("nnet")
PEERS = {"own": True, "without": ("autograd", "numpy", "jax", "jax-jit")}


def normal(*shape: int, scale: float = 1.0) -> Maker:
    return normal64(*shape, scale=scale, dtype=np.float32)


def row(title: str, *variables: Maker, **options: Any) -> Any:
    return GROUP.row(title, *variables, **(PEERS | options))


class MyGrad:
    """The layers of ours, which are those of old."""

    def __init__(self) -> None:
        nnet = import_module("mygrad.nnet")
        self.layers, self.activations = nnet.layers, nnet.activations
        self.crossentropy = nnet.losses.softmax_crossentropy

    def relu(self, x: Any) -> Any:
        return self.activations.relu(x)

    def gelu(self, x: Any) -> Any:
        return self.activations.gelu(x)

    def conv(self, x: Any, w: Any, stride: int = 1, padding: int = 0) -> Any:
        return self.layers.conv_nd(x, w, stride=stride, padding=padding)

    def max_pool(self, x: Any, width: int, stride: int) -> Any:
        return self.layers.max_pool(x, (width, width), stride)

    def average_pool(self, x: Any, width: int) -> Any:
        return self.layers.average_pool(x, (width, width), width)

    def batchnorm(self, x: Any, gamma: Any, beta: Any) -> Any:
        return self.layers.batchnorm(x, gamma=gamma, beta=beta, eps=1e-5)

    def layer_norm(self, x: Any, gamma: Any, beta: Any) -> Any:
        return self.layers.layer_norm(x, gamma=gamma, beta=beta)

    def gru(self, x: Any, *weights: Any) -> Any:
        return self.layers.gru(x, *weights)[1:]

    def lstm(self, x: Any, *weights: Any) -> Any:
        return self.layers.lstm(x, *weights)[0][1:]

    def attention(self, q: Any, k: Any, v: Any) -> Any:
        return self.layers.scaled_dot_product_attention(q, k, v, causal=True)

    def embedding(self, indices: Any, weight: Any) -> Any:
        return self.layers.embedding(indices, weight)


class Torch:
    def __init__(self, torch: Any) -> None:
        self.torch, self.functions = torch, torch.nn.functional
        self.relu, self.gelu = self.functions.relu, self.functions.gelu
        self.crossentropy = self.functions.cross_entropy

    def conv(self, x: Any, w: Any, stride: int = 1, padding: int = 0) -> Any:
        return self.functions.conv2d(x, w, stride=stride, padding=padding)

    def max_pool(self, x: Any, width: int, stride: int) -> Any:
        return self.functions.max_pool2d(x, width, stride)

    def average_pool(self, x: Any, width: int) -> Any:
        return self.functions.avg_pool2d(x, width)

    def batchnorm(self, x: Any, gamma: Any, beta: Any) -> Any:
        return self.functions.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-5)

    def layer_norm(self, x: Any, gamma: Any, beta: Any) -> Any:
        return self.functions.layer_norm(x, x.shape[-1:], gamma, beta)

    def gru(self, x: Any, *weights: Any) -> Any:
        return self._recurrent(self.torch.gru, 1, x, weights, (1, 0, 2))[0]

    def lstm(self, x: Any, *weights: Any) -> Any:
        return self._recurrent(self.torch.lstm, 2, x, weights, (0, 1, 3, 2))[0]

    def _recurrent(self, layer: Any, states: int, x: Any, weights: Any, order: Any) -> Any:
        """With the gates in the order in which PyTorch has them."""
        U, W, b = (self.torch.cat([weights[3 * gate + k] for gate in order], -1) for k in range(3))
        state = self.torch.zeros(1, x.shape[1], len(b) // len(order))
        initial = state if states == 1 else (state, state)
        return layer(x, initial, [U.T, W.T, b, self.torch.zeros_like(b)], True, 1, 0.0, True, False, False)

    def attention(self, q: Any, k: Any, v: Any) -> Any:
        return self.functions.scaled_dot_product_attention(q, k, v, is_causal=True)

    def embedding(self, indices: Any, weight: Any) -> Any:
        return self.functions.embedding(indices, weight)


def layers(xp: Any) -> Any:
    """The layers of the library `xp`, called alike."""
    return Torch(xp) if xp.__name__ == "torch" else MyGrad()


ONE = {"torch": 1.0}
CONV = {"torch": 1.5, "mygrad": 0.25}
same = normal(32, 32, 16, 16)


@row(
    "conv 3x3, 64 to 64 x 4 x 4, padded",
    normal(32, 64, 4, 4),
    normal(64, 64, 3, 3),
    constants=(normal(32, 64, 4, 4),),
    targets=ONE,
)
@row(
    "conv 3x3, 8 to 16 x 8 x 8, padded",
    normal(32, 8, 8, 8),
    normal(16, 8, 3, 3),
    constants=(normal(32, 16, 8, 8),),
    targets=ONE,
)
@row(
    "conv 3x3, 16 to 32 x 8 x 8, padded",
    normal(32, 16, 8, 8),
    normal(32, 16, 3, 3),
    constants=(normal(32, 32, 8, 8),),
    targets=ONE,
)
@row("conv 3x3, 32 x 32 x 16 x 16, padded", same, normal(32, 32, 3, 3), constants=(same,), targets=CONV)
def _conv(xp: Any, g: Any, x: Any, w: Any) -> Any:
    return (layers(xp).conv(x, w, padding=1) * g).sum()


@row(
    "conv 1x1, 64 x 16 x 16",
    normal(32, 64, 16, 16),
    normal(64, 64, 1, 1),
    constants=(normal(32, 64, 16, 16),),
    targets=ONE,
)
@row("conv 5x5, 20 to 50 x 12 x 12", normal(32, 20, 12, 12), normal(50, 20, 5, 5), constants=(normal(32, 50, 8, 8),))
@row("conv 5x5, 1 to 20 x 28 x 28", normal(32, 1, 28, 28), normal(20, 1, 5, 5), constants=(normal(32, 20, 24, 24),))
def _conv_valid(xp: Any, g: Any, x: Any, w: Any) -> Any:
    return (layers(xp).conv(x, w) * g).sum()


@row(
    "conv 7x7, stride 2, 3 to 64 x 65 x 65",
    normal(8, 3, 65, 65),
    normal(64, 3, 7, 7),
    constants=(normal(8, 64, 33, 33),),
)
def _conv_strided(xp: Any, g: Any, x: Any, w: Any) -> Any:
    return (layers(xp).conv(x, w, stride=2, padding=3) * g).sum()


@row(
    "conv 4x4, stride 2, 32 to 64 x 16 x 16, padded",
    normal(32, 32, 16, 16),
    normal(64, 32, 4, 4),
    constants=(normal(32, 64, 8, 8),),
)
def _conv_down(xp: Any, g: Any, x: Any, w: Any) -> Any:
    return (layers(xp).conv(x, w, stride=2, padding=1) * g).sum()


@row("max pool 2x2, 32 x 32 x 16 x 16", same, constants=(normal(32, 32, 8, 8),), targets={"torch": 0.7})
@row("max pool 2x2, 64 x 32 x 4 x 4", normal(64, 32, 4, 4), constants=(normal(64, 32, 2, 2),))
@row("max pool 2x2, 32 x 20 x 24 x 24", normal(32, 20, 24, 24), constants=(normal(32, 20, 12, 12),))
def _max_pool(xp: Any, g: Any, x: Any) -> Any:
    return (layers(xp).max_pool(x, 2, 2) * g).sum()


@row("max pool 3x3, stride 2", normal(32, 32, 17, 17), constants=(normal(32, 32, 8, 8),))
def _max_pool_overlapping(xp: Any, g: Any, x: Any) -> Any:
    return (layers(xp).max_pool(x, 3, 2) * g).sum()


@row(
    "average pool 2x2",
    same,
    constants=(normal(32, 32, 8, 8),),
    without=("autograd", "numpy", "mygrad", "jax", "jax-jit"),
)
def _average_pool(xp: Any, g: Any, x: Any) -> Any:
    return (layers(xp).average_pool(x, 2) * g).sum()


@row("batchnorm, 32 x 32 x 16 x 16", same, normal(32), normal(32), constants=(same,), targets=ONE)
@row(
    "batchnorm, 256 x 128",
    normal(256, 128),
    normal(128),
    normal(128),
    constants=(normal(256, 128),),
    targets={"torch": 1.1},
)
def _batchnorm(xp: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    return (layers(xp).batchnorm(x, gamma, beta) * g).sum()


NEW = ("autograd", "numpy", "mygrad", "jax", "jax-jit")
sequence = normal(32, 20, 64)


@row(
    "layer norm, 32 x 20 x 64",
    sequence,
    normal(64),
    normal(64),
    constants=(sequence,),
    without=NEW,
    targets={"torch": 1.2},
)
def _layer_norm(xp: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    return (layers(xp).layer_norm(x, gamma, beta) * g).sum()


def _weights(*gates: str) -> list[Maker]:
    return [normal(*shape, scale=0.1) for _ in gates for shape in ((16, 64), (64, 64), (64,))]


def _diagonal(_rng: np.random.Generator) -> np.ndarray:
    return 0.5 * np.eye(64, dtype=np.float32)


@row(
    "GRU, 20 steps, 32 x 16 to 64",
    normal(20, 32, 16),
    *_weights("z", "r"),
    normal(16, 64, scale=0.1),
    normal(64, scale=0.1),
    # A diagonal matrix: PyTorch resets the state after the product with it, and not before.
    constants=(normal(20, 32, 64), _diagonal),
    without=NEW,  # MyGrad's needs numba
    targets=ONE,
)
def _gru(xp: Any, g: Any, Wh: Any, x: Any, *weights: Any) -> Any:
    *others, Uh, bh = weights
    return (layers(xp).gru(x, *others, Uh, Wh, bh) * g).sum()


@row(
    "LSTM, 20 steps, 32 x 16 to 64",
    normal(20, 32, 16),
    *_weights("i", "f", "o", "h"),
    constants=(normal(20, 32, 64),),
    without=NEW,
    targets={"torch": 1.1},
)
def _lstm(xp: Any, g: Any, x: Any, *weights: Any) -> Any:
    return (layers(xp).lstm(x, *weights) * g).sum()


heads = normal(16, 4, 48, 16)


@row(
    "attention, 16 x 4 x 48 x 16, causal",
    heads,
    heads,
    heads,
    constants=(heads,),
    without=NEW,
    targets=ONE,
)
@row("attention, 32 x 20 x 64, causal", sequence, sequence, sequence, constants=(sequence,), without=NEW, targets=ONE)
def _attention(xp: Any, g: Any, q: Any, k: Any, v: Any) -> Any:
    return (layers(xp).attention(q, k, v) * g).sum()


@row(
    "embedding, 640 of 10,000 x 64",
    normal(10_000, 64),
    constants=(sequence, integers(0, 10_000, 32, 20)),
    without=NEW,
    targets={"torch": 0.9},
)
@row(
    "embedding, 768 of 64 x 64",
    normal(64, 64),
    constants=(normal(16, 48, 64), integers(0, 64, 16, 48)),
    without=NEW,
)
def _embedding(xp: Any, g: Any, indices: Any, weight: Any) -> Any:
    return (layers(xp).embedding(indices, weight) * g).sum()


@row("relu, 256 x 1000", normal(256, 1000), constants=(normal(256, 1000),))
def _relu(xp: Any, g: Any, x: Any) -> Any:
    return (layers(xp).relu(x) * g).sum()


@row("gelu, 768 x 256", normal(768, 256), constants=(normal(768, 256),), without=NEW, targets={"torch": 4.0})
def _gelu(xp: Any, g: Any, x: Any) -> Any:
    return (layers(xp).gelu(x) * g).sum()


@row("tanh, 256 x 1000", normal(256, 1000), constants=(normal(256, 1000),))
def _tanh(xp: Any, g: Any, x: Any) -> Any:
    return (xp.tanh(x) * g).sum()


@row("softmax cross-entropy, 32 x 10", normal(32, 10), constants=(integers(0, 10, 32),), targets=ONE)
@row("softmax cross-entropy, 256 x 1000", normal(256, 1000), constants=(integers(0, 1000, 256),), targets=ONE)
def _crossentropy(xp: Any, labels: Any, x: Any) -> Any:
    return layers(xp).crossentropy(x, labels)


@row(
    "MLP 784-256-10, batch of 32, training step",
    normal(784, 256, scale=0.05),
    normal(256, scale=0.05),
    normal(256, 10, scale=0.05),
    normal(10, scale=0.05),
    constants=(normal(32, 784), integers(0, 10, 32)),
    mode="step",
    targets=ONE,
)
def _mlp(xp: Any, pixels: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    nn = layers(xp)
    return nn.crossentropy(nn.relu(pixels @ w1 + b1) @ w2 + b2, labels)


@row(
    "LeNet, batch of 32, training step",
    normal(20, 1, 5, 5, scale=0.1),
    normal(20, 1, 1, scale=0.1),
    normal(50, 20, 5, 5, scale=0.05),
    normal(50, 1, 1, scale=0.1),
    normal(800, 500, scale=0.05),
    normal(500, scale=0.1),
    normal(500, 10, scale=0.05),
    normal(10, scale=0.1),
    constants=(normal(32, 1, 28, 28), integers(0, 10, 32)),
    mode="step",
    targets={"torch": 1.2, "mygrad": 0.45},
)
def _lenet(
    xp: Any, images: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any, w4: Any, b4: Any
) -> Any:
    nn = layers(xp)
    h = nn.max_pool(nn.relu(nn.conv(images, w1) + b1), 2, 2)
    h = nn.max_pool(nn.relu(nn.conv(h, w2) + b2), 2, 2)
    h = nn.relu(h.reshape(32, 800) @ w3 + b3)
    return nn.crossentropy(h @ w4 + b4, labels)


@row(
    "MLP 64-64-64-10 with tanh, batch of 64, training step",
    normal(64, 64, scale=0.1),
    normal(64, scale=0.1),
    normal(64, 64, scale=0.1),
    normal(64, scale=0.1),
    normal(64, 10, scale=0.1),
    normal(10, scale=0.1),
    constants=(normal(64, 64), integers(0, 10, 64)),
    mode="step",
    targets=ONE,
)
def _mlp_with_tanh(xp: Any, pixels: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> Any:
    h = xp.tanh(xp.tanh(pixels @ w1 + b1) @ w2 + b2)
    return layers(xp).crossentropy(h @ w3 + b3, labels)


@row(
    "CNN on digits of 8 x 8, batch of 64, training step",
    normal(16, 1, 3, 3, scale=0.3),
    normal(16, 1, 1, scale=0.1),
    normal(32, 16, 3, 3, scale=0.1),
    normal(32, 1, 1, scale=0.1),
    normal(128, 10, scale=0.1),
    normal(10, scale=0.1),
    constants=(normal(64, 1, 8, 8), integers(0, 10, 64)),
    mode="step",
    targets={"torch": 1.1},
)
def _digits(xp: Any, images: Any, labels: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> Any:
    nn = layers(xp)
    h = nn.max_pool(nn.relu(nn.conv(images, w1, padding=1) + b1), 2, 2)
    h = nn.max_pool(nn.relu(nn.conv(h, w2, padding=1) + b2), 2, 2)
    return nn.crossentropy(h.reshape(64, 128) @ w3 + b3, labels)


def _blocks(count: int, width: int) -> list[Maker]:
    """The weights of blocks of a transformer."""
    shapes = [(width,), (width,), (width, 3 * width), (width, width), (width,), (width,)]
    shapes += [(width, 4 * width), (4 * width,), (4 * width, width), (width,)]
    return [normal(*shape, scale=0.1) for _ in range(count) for shape in shapes]


@row(
    "transformer, 2 blocks, 16 x 48 x 64, training step",
    normal(65, 64, scale=0.1),
    normal(48, 64, scale=0.1),
    normal(64, 65, scale=0.1),
    *_blocks(2, 64),
    constants=(integers(0, 65, 16, 48), integers(0, 65, 768)),
    mode="step",
    without=NEW,
    targets={"torch": 1.2},
)
def _transformer(xp: Any, tokens: Any, labels: Any, words: Any, places: Any, out: Any, *weights: Any) -> Any:
    nn = layers(xp)
    h = nn.embedding(tokens, words) + places
    for block in (weights[:10], weights[10:]):
        gamma1, beta1, qkv, project, gamma2, beta2, w1, b1, w2, b2 = block
        # To (3, batch, heads, steps, 16)
        each = xp.moveaxis((nn.layer_norm(h, gamma1, beta1) @ qkv).reshape(16, 48, 3, 4, 16), (2, 3), (0, 2))
        seen = nn.attention(each[0], each[1], each[2])
        h = h + xp.swapaxes(seen, 1, 2).reshape(16, 48, 64) @ project
        h = h + nn.gelu(nn.layer_norm(h, gamma2, beta2) @ w1 + b1) @ w2 + b2
    return nn.crossentropy(h.reshape(768, 64) @ out, labels)
