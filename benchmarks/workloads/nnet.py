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
        self.layers, self.relu = nnet.layers, nnet.activations.relu
        self.crossentropy = nnet.losses.softmax_crossentropy

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
        self.relu, self.crossentropy = self.functions.relu, self.functions.cross_entropy

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
CONV = {"torch": 2.0, "mygrad": 0.25}
same = normal(32, 32, 16, 16)


@row("conv 3x3, 32 x 32 x 16 x 16, padded", same, normal(32, 32, 3, 3), constants=(same,), targets=CONV)
def _conv(xp: Any, g: Any, x: Any, w: Any) -> Any:
    return (layers(xp).conv(x, w, padding=1) * g).sum()


@row("conv 5x5, 20 to 50 x 12 x 12", normal(32, 20, 12, 12), normal(50, 20, 5, 5), constants=(normal(32, 50, 8, 8),))
@row("conv 5x5, 1 to 20 x 28 x 28", normal(32, 1, 28, 28), normal(20, 1, 5, 5), constants=(normal(32, 20, 24, 24),))
@row("conv 1x1, 64 x 16 x 16", normal(32, 64, 16, 16), normal(64, 64, 1, 1), constants=(normal(32, 64, 16, 16),))
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


@row("max pool 2x2, 32 x 32 x 16 x 16", same, constants=(normal(32, 32, 8, 8),), targets={"torch": 0.7})
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
@row("batchnorm, 256 x 128", normal(256, 128), normal(128), normal(128), constants=(normal(256, 128),))
def _batchnorm(xp: Any, g: Any, x: Any, gamma: Any, beta: Any) -> Any:
    return (layers(xp).batchnorm(x, gamma, beta) * g).sum()


NEW = ("autograd", "numpy", "mygrad", "jax", "jax-jit")
sequence = normal(32, 20, 64)


@row("layer norm, 32 x 20 x 64", sequence, normal(64), normal(64), constants=(sequence,), without=NEW)
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
)
def _lstm(xp: Any, g: Any, x: Any, *weights: Any) -> Any:
    return (layers(xp).lstm(x, *weights) * g).sum()


@row("attention, 32 x 20 x 64, causal", sequence, sequence, sequence, constants=(sequence,), without=NEW)
def _attention(xp: Any, g: Any, q: Any, k: Any, v: Any) -> Any:
    return (layers(xp).attention(q, k, v) * g).sum()


@row(
    "embedding, 640 of 10,000 x 64",
    normal(10_000, 64),
    constants=(sequence, integers(0, 10_000, 32, 20)),
    without=NEW,
)
def _embedding(xp: Any, g: Any, indices: Any, weight: Any) -> Any:
    return (layers(xp).embedding(indices, weight) * g).sum()


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
