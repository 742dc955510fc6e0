"""Modules: what they find, save and load."""

from __future__ import annotations

import io
import pickle
from copy import deepcopy

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module
from mygrad.nnet.activations import relu
from mygrad.nnet.initializers import he_normal
from mygrad.nnet.optimizers import SGD


class Dense(Module):
    def __init__(self, n_in, n_out, rng=None):
        self.weight = he_normal(n_in, n_out, rng=rng, dtype=float)
        self.bias = mg.zeros(n_out)

    def __call__(self, x):
        return x @ self.weight + self.bias


class Model(Module):
    def __init__(self):
        self.first = Dense(3, 4, rng=0)
        self.hidden = [Dense(4, 4, rng=1), (Dense(4, 4, rng=2), {"last": Dense(4, 2, rng=3)})]
        self.mean = mg.zeros(4, constant=True)
        self.scale = mg.tensor(1.5)
        self.name = "a model"
        self.sizes = [1, 2, 3]
        self.nothing = None

    def __call__(self, x):
        x = relu(self.first(x)) - self.mean
        return self.hidden[1][1]["last"](relu(self.hidden[1][0](relu(self.hidden[0](x))))) * self.scale


NAMES = [
    *("first.weight", "first.bias", "hidden.0.weight", "hidden.0.bias", "hidden.1.0.weight", "hidden.1.0.bias"),
    *("hidden.1.1.last.weight", "hidden.1.1.last.bias", "scale"),
]


def test_parameters_are_found_by_name():
    model = Model()
    assert [name for name, _ in model.named_parameters()] == NAMES
    assert dict(model.named_parameters())["hidden.1.1.last.bias"] is model.hidden[1][1]["last"].bias
    assert all(a is b for a, (_, b) in zip(model.parameters(), model.named_parameters(), strict=True))
    assert len(list(model.modules())) == 5


def test_attributes_may_come_and_go():
    model = Model()
    model.extra = mg.tensor([1.0, 2.0])
    del model.scale
    model.hidden.append(Dense(2, 2))
    names = [name for name, _ in model.named_parameters()]
    assert names[-1] == "extra"
    assert "scale" not in names
    assert "hidden.2.weight" in names


def test_an_empty_module():
    assert Module().parameters() == []
    assert Module().state_dict() == {}
    Module().load_state_dict({})


def test_what_is_shared_is_listed_once():
    model = Model()
    model.tied = model.first.weight
    model.again = model.first
    model.itself = model
    assert [name for name, _ in model.named_parameters()] == NAMES
    assert len(list(model.modules())) == 5


def test_gradients_reach_the_parameters():
    model = Model()
    model(np.random.default_rng(0).normal(size=(50, 3))).sum().backward()
    assert all(t.grad is not None and t.grad.any() for t in model.parameters())


def test_training_mode():
    model = Model()
    assert model.training
    assert model.eval() is model
    assert not any(part.training for part in model.modules())
    assert model.hidden[0].train() is model.hidden[0]
    assert model.hidden[0].training
    assert not model.training
    assert model.train() is model
    assert all(part.training for part in model.modules())


def test_the_state_is_a_copy():
    model = Model()
    state = model.state_dict()
    assert list(state) == [*NAMES[:-1], "mean", "scale"]
    assert all(type(value) is np.ndarray for value in state.values())
    model.scale[...] = 7.0
    model.mean[0] = 7.0
    assert state["scale"] == 1.5
    assert state["mean"][0] == 0


def test_load():
    model, other = Model(), Model()
    for t in other.parameters():
        t.data[...] = np.random.default_rng(1).normal(size=t.shape)
    other.mean[...] = 3.0
    tensors = model.parameters()
    buffers = [t.data for t in tensors]
    model.load_state_dict(other.state_dict())
    x = np.random.default_rng(2).normal(size=(5, 3))
    np.testing.assert_array_equal(model(x), other(x))
    assert all(a is b for a, b in zip(model.parameters(), tensors, strict=True))
    assert all(a is t.data for a, t in zip(buffers, tensors, strict=True))  # in place
    assert not any(t.constant for t in tensors)


def test_through_a_file():
    model, other = Model(), Model()
    model.scale[...] = 2.0
    file = io.BytesIO()
    np.savez(file, **model.state_dict())
    file.seek(0)
    with np.load(file) as state:
        other.load_state_dict(state)
    assert other.scale.item() == 2


def test_a_graph_that_is_alive_keeps_the_old_values():
    w = Dense(2, 2, rng=0)
    old = w.weight.data.copy()
    x = mg.tensor(np.eye(2))
    y = w(x)
    w.load_state_dict({"weight": np.zeros((2, 2)), "bias": np.ones(2)})
    assert not w.weight.data.any()
    y.backward()
    np.testing.assert_array_equal(x.grad, np.ones((2, 2)) @ old.T)


def test_what_does_not_fit_changes_nothing():
    model = Model()
    state = model.state_dict()
    changed = {name: value + 1 for name, value in state.items()}
    missing = {name: value for name, value in changed.items() if name != "scale"}
    with pytest.raises(KeyError, match=r"lacks \['scale'\], and has \[\]"):
        model.load_state_dict(missing)
    with pytest.raises(KeyError, match=r"lacks \[\], and has \['more'\]"):
        model.load_state_dict({**changed, "more": 1})
    with pytest.raises(ValueError, match=r"first\.bias: expected .* \(4,\), but got \(3,\)"):
        model.load_state_dict({**changed, "first.bias": np.ones(3)})
    assert all(np.array_equal(state[name], value) for name, value in model.state_dict().items())


def test_copies_and_pickles():
    model = Model().eval()
    for other in (deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [name for name, _ in other.named_parameters()] == NAMES
        assert not set(map(id, other.parameters())) & set(map(id, model.parameters()))
        assert not other.training
        np.testing.assert_array_equal(other(np.eye(3)), model(np.eye(3)))


def test_training_lowers_the_loss():
    model = Model()
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    y = (x[:, 0] > x[:, 1]).astype(int)
    optimizer = SGD(model.parameters(), 0.3, momentum=0.9)
    losses = []
    for _ in range(60):
        loss = mg.nnet.losses.softmax_crossentropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
