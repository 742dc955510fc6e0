"""A net is trained, with NumPy's functions and ours, and its weights are saved."""

import tempfile
from pathlib import Path
from typing import Any, assert_type

import numpy as np

import mygrad as mg
from mygrad import Tensor
from mygrad.nnet.activations import relu, softmax
from mygrad.nnet.layers import conv_nd, dropout
from mygrad.nnet.losses import softmax_crossentropy
from mygrad.nnet.optimizers import SGD

Array = np.ndarray[Any, Any]


class Dense(mg.nnet.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        self.weights = mg.nnet.glorot_normal(inputs, outputs)
        self.bias = mg.zeros(outputs)

    def __call__(self, x: Array | Tensor) -> Tensor:
        return mg.matmul(x, self.weights) + self.bias


layer = Dense(4, 3)
optimizer = SGD(layer.parameters(), learning_rate=0.1)
data = np.ones((5, 4))
labels = np.zeros(5, int)


def step() -> tuple[Tensor, Tensor]:
    scores = layer(data)
    assert_type(scores, Tensor)
    loss = softmax_crossentropy(scores, labels)
    assert_type(loss, Tensor)
    assert_type(loss.backward(), None)
    assert_type(layer.weights.grad, Array | None)
    assert_type(optimizer.step(), None)
    return scores, loss


scores, loss = step()
assert_type(loss.item(), int | float)
assert_type(softmax(scores), Tensor)
assert_type(relu(scores) * 2.0, Tensor)
assert_type(mg.nnet.dropout(scores, 0.5), Tensor)
assert_type(dropout(scores, 0.5), Tensor)
assert_type(conv_nd(mg.ones((1, 1, 3, 3)), mg.ones((1, 1, 2, 2)), stride=1), Tensor)

with tempfile.TemporaryDirectory() as folder:
    assert_type(mg.save(Path(folder) / "weights.npz", layer.weights), None)
    loaded: Tensor = mg.load(Path(folder) / "weights.npz")

graph = mg.computational_graph.build_graph(layer(data), names={"weights": layer.weights})
assert graph is not None
assert_type(graph.to_mermaid(), str)
assert_type(graph.source, str)


@mg.no_autodiff
def evaluate(net: Dense, x: Array) -> Tensor:
    return net(x)


assert_type(evaluate(layer, data), Tensor)
as_array = mg.no_autodiff(evaluate, to_numpy=True)
assert_type(as_array(layer, x=data), Array)
