"""Masked arrays would lose their masks without a word: they are refused, whatever they are given as."""

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module, layers, losses
from mygrad.nnet.optimizers import Adam

SCORES = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
LABELS = np.ma.array([0, 1], mask=[False, True])
ROW = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
TRUE = np.ma.array([[True, True], [True, False]], mask=[[False, False], [True, False]])


@pytest.mark.parametrize(
    "call",
    [
        lambda: losses.softmax_crossentropy(SCORES, LABELS),
        lambda: losses.negative_log_likelihood(SCORES, LABELS),
        lambda: losses.negative_log_likelihood(SCORES, [0, 1], weights=ROW),
        lambda: losses.multiclass_hinge(SCORES, LABELS),
        lambda: losses.softmax_focal_loss(SCORES, LABELS),
        lambda: losses.softmax_focal_loss(SCORES, [0, 1], alpha=np.ma.array([1.0, 2.0])),
        lambda: losses.margin_ranking_loss(SCORES[0], ROW, 1, 0.5),
        lambda: losses.margin_ranking_loss(SCORES[0], SCORES[1], np.ma.array([1, 1, -1]), 0.5),
        lambda: losses.mean_squared_error(SCORES[0], ROW),
        lambda: losses.mean_squared_error(SCORES[0], np.ma.array([1, 2, 3])),
        lambda: layers.embedding(LABELS, SCORES),
        lambda: layers.scaled_dot_product_attention(SCORES, SCORES, SCORES, mask=TRUE),
        lambda: layers.batchnorm(SCORES, gamma=ROW, beta=None, eps=1e-3),
        lambda: layers.conv_nd(SCORES.reshape(1, 1, 2, 3), np.ma.ones((1, 1, 2, 2)), stride=1),
    ],
)
def test_refused_with_what_to_do(call):
    with pytest.raises(TypeError, match=r"mask.*`m.filled\(value\)`.*`m.data`"):
        call()


def test_states_of_masked_arrays_are_refused():
    class Net(Module):
        def __init__(self):
            self.weight = mg.tensor([4.0, 5.0, 6.0])

    net = Net()
    with pytest.raises(TypeError, match=r"mask.*`m.filled\(value\)`.*`m.data`"):
        net.load_state_dict({"weight": ROW})
    assert net.weight.data.tolist() == [4.0, 5.0, 6.0]
    optimizer = Adam([net.weight])
    net.weight.sum().backward()
    optimizer.step()
    state = optimizer.state_dict()
    for name in ("0.mean", "0.square"):
        with pytest.raises(TypeError, match=r"mask.*`m.filled\(value\)`.*`m.data`"):
            optimizer.load_state_dict(state | {name: ROW})
