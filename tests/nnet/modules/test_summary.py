"""The table of a model's layers."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad import nnet
from mygrad.nnet import Module
from mygrad.nnet.modules import LSTM, BatchNorm, Dropout, Embedding, Linear, Sequential, summary


class Net(Module):
    def __init__(self):
        self.words = Embedding(10, 4, rng=0)
        self.cells = LSTM(4, 4, rng=0)
        self.parts = [Sequential(Linear(4, 4, rng=0), BatchNorm(4), nnet.relu), (Dropout(0.5), {"last": Linear(4, 10)})]
        self.parts[1][1]["last"].weight = self.words.weight
        self.scale = mg.tensor([1.0])
        self.unused = Linear(2, 2)

    def __call__(self, words):
        outputs, _ = self.cells(self.words(words))
        x = self.parts[0](outputs[-1])
        return {"scores": self.parts[1][1]["last"](self.parts[1][0](x)) * self.scale}


TABLE = """\
layer                          output                            parameters
---------------------------------------------------------------------------
Net(scale: (1,))               dict                                       1
  words: Embedding(10, 4)      (7, 5, 4)                                 40
  cells: LSTM(4, 4)            (7, 5, 4), (1, 5, 4), (1, 5, 4)          160
  parts.0: Sequential          (5, 4)                                     0
    0: Linear(4, 4)            (5, 4)                                    20
    1: BatchNorm(4)            (5, 4)                                     8
    2: Activation(relu)        (5, 4)                                     0
  parts.1.0: Dropout(0.5)      (5, 4)                                     0
  parts.1.1.last: Linear(4, 10) (5, 10)                                  10
  unused: Linear(2, 2)         -                                          6
---------------------------------------------------------------------------
total                                                                   245
"""


def cells(table):
    return [line.split() for line in table.splitlines() if not line.startswith("--")]


def test_the_table():
    model = Net()
    before = model.state_dict()
    table = summary(model, (7, 5), dtype=int)
    assert cells(table) == cells(TABLE)
    assert len({len(line) for line in table.splitlines()}) == 1
    np.testing.assert_equal(model.state_dict(), before)
    assert all(part.training for part in model.modules())
    assert [type(part) for part in model.modules()][:3] == [Net, Embedding, LSTM]
    assert summary(model, np.zeros((7, 5), int)) == table
    assert int(table.split()[-1]) == sum(t.size for t in model.parameters())


def test_frozen_parameters_are_counted():
    model = Sequential(Linear(4, 8), nnet.relu, Linear(8, 2))
    model[0].freeze()
    *_, total, frozen = cells(summary(model, (3, 4)))
    assert total == ["total", "58"]
    assert frozen == ["of", "these,", "frozen", "40"]


def test_inputs():
    class Two(Module):
        def __call__(self, a, b):
            return a + b

    assert summary(Two(), (3, 1), mg.ones((1, 4))).splitlines()[2].split() == ["Two", "(3,", "4)", "0"]
    with pytest.raises(TypeError, match="Give the shape of its input, or an array"):
        summary(Two())
    with pytest.raises(TypeError, match="indices are integers") as raised:
        summary(Embedding(5, 2), (3,))
    assert raised.value.__notes__ == [
        "The model was called with an array of dtype float32 and shape (3,): see `dtype`."
    ]
    with pytest.raises(TypeError, match="expected a module"):
        summary((3, 4), Two())
