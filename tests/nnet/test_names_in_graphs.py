"""What operations are called in graphs, and in messages: as users call them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.inspection import graph_of
from mygrad.nnet import activations, layers, losses
from nets import ALL

#: Those that are composed of functions which have names of their own.
COMPOSED = {
    "adaptive_avg_pool",
    "adaptive_max_pool",
    "cosine_embedding_loss",
    "global_avg_pool",
    "l1_loss",
    "margin_ranking_loss",
    "triplet_margin_loss",
}
PUBLIC = {*activations.__all__, *layers.__all__, *losses.__all__}


@pytest.mark.parametrize("name", ALL)
def test_names(name: str) -> None:
    f, arrays, _ = ALL[name]
    y: Any = f(*map(mg.tensor, arrays))
    found = {node.operation for node in graph_of(y) if node.operation}
    public = name.split(",")[0]
    if not (public in COMPOSED or "smoothed" in name or "probabilities" in name or name.endswith("causal, dropout")):
        assert public in found
    others = found - PUBLIC - {"getitem", "norm"}
    assert not [other for other in others if not hasattr(np, other) and not hasattr(mg, other)]


def test_arguments() -> None:
    x, w = mg.tensor(np.ones((1, 4, 4, 4))), mg.tensor(np.ones((4, 2, 3, 3)))
    conv = graph_of(layers.conv_nd(x, w, stride=2, padding=1, groups=2, floor=True))[-1]
    assert conv.operation == "conv_nd"
    assert conv.params == {"stride": (2, 2), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 2}
    clamped = graph_of(activations.hard_tanh(x, lower_bound=-2))[-1]
    assert clamped.params == {"lower": -2, "upper": 1}
    assert "eps=0.001" in map(repr, graph_of(layers.batchnorm(x, eps=1e-3))[-1].inputs)
    scores = mg.tensor(np.ones((3, 2)))
    loss = losses.softmax_crossentropy(scores, [0, -1, 1], ignore_label=-1, reduction="sum")
    assert repr(graph_of(loss)[-1].inputs[1]) == "<3 labels, 1 of them ignored, reduction='sum'>"
    assert repr(graph_of(losses.softmax_crossentropy(scores, [0, 0, 1]))[-1].inputs[1]) == "<3 labels>"
