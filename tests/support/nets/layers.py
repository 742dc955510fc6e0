"""Layers."""

from __future__ import annotations

from typing import Any

import numpy as np

import mygrad as mg
from mygrad.nnet import layers
from nets.case import Case

__all__ = ["LAYERS"]

RNG = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape)


def weights(gates: str, c: int = 2, d: int = 3) -> list[np.ndarray]:
    return [normal(*shape) for _ in gates for shape in ((c, d), (d, d), (d,))]


def states_and_memories(*arrays: Any, **k: Any) -> Any:
    return mg.stack(layers.lstm(*arrays, **k))


MASK = np.array([[True, False, True], [False, True, True], [False, False, False], [True, True, True]])
LAYERS = {
    "adaptive_avg_pool": Case(lambda x, **k: layers.adaptive_avg_pool(x, (2, 3), **k), (normal(2, 3, 4),)),
    "adaptive_avg_pool, of one size": Case(lambda x, **k: layers.adaptive_avg_pool(x, 2, **k), (normal(2, 1, 4),)),
    "adaptive_max_pool": Case(lambda x, **k: layers.adaptive_max_pool(x, (2, 3), **k), (normal(2, 3, 4),)),
    "average_pool": Case(lambda x, **k: layers.average_pool(x, (2, 1), (1, 2), **k), (normal(2, 3, 5),)),
    "average_pool, padded": Case(
        lambda x, **k: layers.average_pool(x, (2, 3), 2, padding=((1, 0), 2), floor=True, **k), (normal(2, 3, 4),)
    ),
    "average_pool, padding left out": Case(
        lambda x, **k: layers.average_pool(x, (3,), 2, padding="same", count_padding=False, **k), (normal(2, 6),)
    ),
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
    "conv_nd, groups": Case(
        lambda x, w, **k: layers.conv_nd(x, w, stride=2, padding=((2, 0), 1), groups=2, floor=True, **k),
        (normal(2, 4, 3, 4), normal(4, 2, 2, 3)),
    ),
    "conv_nd, same": Case(
        lambda x, w, **k: layers.conv_nd(x, w, stride=2, padding="same", **k), (normal(2, 2, 5), normal(3, 2, 4))
    ),
    "conv_transpose_nd": Case(
        lambda x, w, **k: layers.conv_transpose_nd(
            x, w, stride=(2, 3), padding=((0, 1), 1), output_padding=(1, 2), dilation=(2, 1), groups=2, **k
        ),
        (normal(2, 4, 2, 3), normal(4, 1, 3, 2)),
    ),
    "dropout": Case(lambda x, **k: layers.dropout(x, 0.4, rng=3, **k), (normal(3, 4),)),
    "embedding": Case(lambda weight, **k: layers.embedding([[2, 0], [2, 3]], weight, **k), (normal(4, 3),)),
    "global_avg_pool": Case(layers.global_avg_pool, (normal(2, 3, 2, 4),)),
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
    "max_pool, padded": Case(
        lambda x, **k: layers.max_pool(x, (2, 3), (2, 1), padding=((0, 1), 1), floor=True, **k), (normal(2, 4, 4),)
    ),
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
