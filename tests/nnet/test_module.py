"""Modules: what they find, save and load."""

from __future__ import annotations

import io
import pickle
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module
from mygrad.nnet.activations import relu
from mygrad.nnet.initializers import he_normal
from mygrad.nnet.modules import LSTM
from mygrad.nnet.optimizers import SGD, Plateau
from mygrad.nnet.training import EMA


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


def test_values_of_other_kinds_are_refused():
    class Mixed(Module):
        def __init__(self):
            self.real = mg.tensor([1.0, 2.0], dtype=np.float32)
            self.count = mg.tensor(3)  # a constant

    model = Mixed()
    state = model.state_dict()
    for entry, value in (
        ("real", np.array([1 + 2j, 3])),
        ("real", ["1.5", "2.5"]),
        ("real", np.array([1.5, None])),
        ("real", np.array([1, 2], "M8[s]")),
        ("count", 1.5),
    ):
        with pytest.raises(TypeError, match=f"{entry}: an array of dtype .* cannot be written into one of dtype"):
            model.load_state_dict({**state, entry: value})
    assert model.state_dict()["real"].tolist() == [1, 2]
    model.load_state_dict({"real": [True, 7], "count": np.int8(5)})
    model.load_state_dict({"real": mg.tensor([3.0, 4.0]), "count": mg.tensor(6)})
    assert model.real.tolist() == [3, 4]
    assert model.count == 6
    assert model.real.dtype == np.float32


@pytest.mark.parametrize("state", [None, "weights.npz", Model(), [("scale", 1.0)]])
def test_a_state_is_a_dictionary(state):
    model = Model()
    for thing in (model, SGD(model.parameters(), 0.1), Plateau(0.1), EMA(model)):
        with pytest.raises(TypeError, match=f"a state is a dictionary.* of type {type(state).__name__}"):
            thing.load_state_dict(state)


def test_names_that_collide():
    model = Module()
    t, u = mg.tensor(1.0), mg.tensor(2.0)
    for parts in ({"a.b": t, "a": {"b": u}}, {1: t, "1": u}):
        model.parts = parts
        for use in (model.state_dict, lambda: list(model.named_parameters()), lambda: model.load_state_dict({})):
            with pytest.raises(ValueError, match=r"two tensors of this module have the name 'parts\.(a\.b|1)'"):
                use()
        assert model.parameters() == [t, u]
    model.parts = {"a.b": t, "a": {"b": t}}  # it is the same
    model.load_state_dict({"parts.a.b": 5.0})
    assert t == 5


class Tied(Module):
    """Two names for one tensor, and two for a part that has another."""

    def __init__(self, reverse=False):
        shared, part = mg.tensor([1.0, 2.0]), Module()
        part.weight = mg.tensor(3.0)
        for name, value in [("a", shared), ("b", shared), ("c", part), ("d", part)][:: -1 if reverse else 1]:
            setattr(self, name, value)


def test_tied_weights_are_saved_by_each_name():
    model = Tied()
    assert [name for name, _ in model.named_parameters()] == ["a", "c.weight"]
    state = model.state_dict()
    assert list(state) == ["a", "b", "c.weight"]
    assert state["a"] is state["b"]
    assert state["a"] is not model.a.data


@pytest.mark.parametrize("reverse", [False, True])
def test_tied_weights_are_loaded_by_any_name(reverse):
    new = {"a": [5.0, np.nan], "b": [5.0, np.nan], "c.weight": 7.0, "d.weight": 7.0}
    for names in (("a", "d.weight"), ("b", "c.weight"), ("a", "b", "c.weight"), tuple(new)):
        model = Tied(reverse)
        model.load_state_dict({name: new[name] for name in names})
        assert model.a is model.b
        np.testing.assert_array_equal(model.b, [5, np.nan])
        assert model.c.weight == 7
    model = Tied(reverse)
    model.load_state_dict({name: v + 1 for name, v in Tied(not reverse).state_dict().items()})
    assert model.a.tolist() == [2, 3]
    with pytest.raises(ValueError, match="'a' and 'b' are one tensor here, but the state has two values"):
        model.load_state_dict({**new, "b": [5.0, 6.0]})
    with pytest.raises(KeyError, match=r"lacks \['a', 'b'\], and has \['d.bias'\]"):
        model.load_state_dict({"c.weight": 1.0, "d.bias": 1.0} if not reverse else {"d.weight": 1.0, "d.bias": 1.0})
    assert model.a.tolist() == [2, 3]


def test_parts_that_all_know_each_other():
    """There are far too many ways from one to the other to take each."""
    parts = [Module() for _ in range(30)]
    for part in parts:
        part.w = mg.tensor(1.0)
        part.others = [other for other in parts if other is not part]
    assert len(parts[0].parameters()) == len(parts[0].state_dict()) == len(list(parts[0].modules())) == 30
    parts[0].load_state_dict(parts[0].state_dict())


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


def test_derivatives_by_a_module() -> None:
    """Those with respect to its parameters, in such a module."""

    class Line(Module):
        def __init__(self) -> None:
            self.slope = mg.tensor([1.0, 2.0])
            self.offset = mg.tensor(0.5)
            self.scale = mg.tensor(3.0, constant=True)
            self.name = "line"

        def __call__(self, x: Any) -> Any:
            return (x @ self.slope + self.offset) * self.scale

    class Two(Module):
        def __init__(self) -> None:
            self.parts = [Line(), {"second": Line()}]
            self.tied = self.parts[0].slope
            self.itself = self

    model = Two()
    x = np.array([[1.0, -1.0], [0.5, 2.0]])

    def loss(model: Any) -> Any:
        assert isinstance(model, Two)
        assert model.itself is model
        assert model.tied is model.parts[0].slope
        assert model.parts[0].name == "line"
        y = model.parts[0](x) * model.parts[1]["second"](x)
        return np.sum(y * y) + np.sum(model.tied)

    loss(model).backward()
    expected = {name: t.grad for name, t in model.named_parameters()}
    found = mg.grad(loss)(model)
    assert type(found) is Two
    assert found.parts[0].scale is model.parts[0].scale
    assert [name for name, _ in found.named_parameters()] == list(expected)
    for name, t in found.named_parameters():
        np.testing.assert_allclose(t, expected[name])
    vector, unravel = mg.functional.ravel_pytree(model)
    assert vector.shape == (6,)
    np.testing.assert_allclose(loss(unravel(vector)).item(), loss(model).item())
    by_vector = mg.grad(lambda v: loss(unravel(v)))(vector.data)
    np.testing.assert_allclose(by_vector, np.concatenate([g.ravel() for g in expected.values()]))


def test_gradients_of_a_module_are_one_for_each_parameter():
    """Also where two of them are equal, as those of biases that are added up."""
    model = LSTM(3, 2, dtype=float, rng=0)
    x = np.ones((2, 2, 3))
    found = mg.grad(lambda model: model(x)[0].sum())(model)
    model(x)[0].sum().backward()
    for t, g in zip(model.parameters(), found.parameters(), strict=True):
        np.testing.assert_allclose(g, t.grad, rtol=1e-12)


def test_freezing():
    model = Model()
    names = [name for name, _ in model.named_parameters()]
    w, last = model.first.weight, model.hidden[1][1]["last"].bias
    optimizer = SGD(model.parameters(), 0.1)
    assert model.hidden[1][1]["last"].freeze() is model.hidden[1][1]["last"]
    assert model.first.freeze() is model.first
    assert [name for name, _ in model.named_parameters()] == [n for n in names if "first" not in n and "last" not in n]
    assert list(model.state_dict()) == [*names[:-1], "mean", "scale"]
    before = model.state_dict()
    model(np.ones((5, 3))).sum().backward()
    assert w.grad is None
    assert last.grad is None
    optimizer.step()
    after = model.state_dict()
    assert {name for name in names if np.array_equal(before[name], after[name])} == {
        *("first.weight", "first.bias", "hidden.1.1.last.weight", "hidden.1.1.last.bias")
    }
    model.load_state_dict({name: value + 1 for name, value in after.items()})
    np.testing.assert_array_equal(w, before["first.weight"] + 1)  # the memory is shared
    assert model.unfreeze() is model
    assert model.first.weight is w
    assert model.hidden[1][1]["last"].bias is last
    assert [name for name, _ in model.named_parameters()] == names
    assert model.mean.constant  # it was no parameter
    model(np.ones((5, 3))).sum().backward()
    optimizer.step()
    assert not np.array_equal(w, before["first.weight"] + 1)


def test_freezing_in_layers():
    """What a part froze itself is a part's own to unfreeze, and the whole unfreezes all."""
    model = Model()
    model.first.freeze()
    model.freeze()
    assert model.parameters() == []
    model.first.unfreeze()
    assert [name for name, _ in model.named_parameters()] == ["first.weight", "first.bias"]
    for other in (deepcopy(model), pickle.loads(pickle.dumps(model)), model):
        assert [name for name, _ in other.unfreeze().named_parameters()] == NAMES
        assert other.mean.constant


def test_freezing_tied_weights():
    model = Tied()
    a = model.a
    model.freeze()
    assert model.a is model.b
    assert model.a.constant
    assert model.parameters() == []
    model.unfreeze()
    assert model.a is model.b is a


def test_freezing_a_view():
    model = Module()
    base = mg.tensor(np.arange(6.0))
    model.part = base[1:3]
    model.freeze()
    assert model.part.constant
    model.unfreeze()
    assert not model.part.constant
    assert model.part.tolist() == [1, 2]
    (model.part * 3).sum().backward()
    assert model.part.grad.tolist() == [3, 3]


def test_loading_what_fits():
    model = Model()
    state = {name: value + 1 for name, value in model.state_dict().items() if name != "scale"}
    missing, unknown = model.load_state_dict({**state, "head.weight": 1.0}, strict=False)
    assert missing == ["scale"]
    assert unknown == ["head.weight"]
    assert model.scale == 1.5
    np.testing.assert_equal({k: v for k, v in model.state_dict().items() if k != "scale"}, state)
    assert model.load_state_dict(model.state_dict(), strict=False) == ([], [])
    assert model.load_state_dict(model.state_dict()) is None
    with pytest.raises(ValueError, match=r"first\.bias: expected an array of shape"):
        model.load_state_dict({"first.bias": [1.0]}, strict=False)
    with pytest.raises(TypeError, match="`strict` must be True or False"):
        model.load_state_dict(state, strict="no")
    tied = Tied()
    assert tied.load_state_dict({"b": [7.0, 8.0]}, strict=False) == (["c.weight"], [])
    assert tied.a.tolist() == [7, 8]


def test_repr_is_a_tree():
    model = Model()
    assert (
        repr(model)
        == """\
Model(
  mean: (4,), scale: ()
  (first): Dense(weight: (3, 4), bias: (4,))
  (hidden.0): Dense(weight: (4, 4), bias: (4,))
  (hidden.1.0): Dense(weight: (4, 4), bias: (4,))
  (hidden.1.1.last): Dense(weight: (4, 2), bias: (2,))
)"""
    )
    model.again, model.itself = model.hidden[0], model
    assert repr(model).splitlines()[-3:] == [
        "  (again): Dense, the same as (hidden.0)",
        "  (itself): Model, the whole of it",
        ")",
    ]
    outer = Module()
    outer.inner = {"model": model}
    assert "\n  (inner.model): Model(\n    mean: (4,), scale: ()\n    (first): Dense(" in repr(outer)
    assert "    (again): Dense, the same as (inner.model.hidden.0)" in repr(outer)
    assert repr(Module()) == "Module()"


def test_named_modules():
    model = Model()
    model.again = model.first
    names = [name for name, _ in model.named_modules()]
    assert names == ["", "first", "hidden.0", "hidden.1.0", "hidden.1.1.last"]
    assert [part for _, part in model.named_modules()] == list(model.modules())


def test_names_from_elsewhere_have_a_word():
    model = Model()
    optimizer = SGD(model.parameters(), 0.1)
    for thing in (model, optimizer):
        with pytest.raises(AttributeError, match=r"no attribute 'zero_grad': gradients need no zeroing.*accumulate"):
            thing.zero_grad()
        with pytest.raises(AttributeError, match=r"'(Model|SGD)' object has no attribute 'weights'$"):
            _ = thing.weights
    with pytest.raises(AttributeError, match="register_buffer': assign a constant tensor"):
        model.register_buffer("mean", 0)
    assert not hasattr(model, "forward")


@pytest.mark.parametrize("kind", [Module, SGD])
def test_a_property_says_itself_what_is_missing(kind):
    class Derived(kind):
        def __init__(self):
            pass

        @property
        def width(self):
            return self.widht

    with pytest.raises(AttributeError, match="'Derived' object has no attribute 'widht'"):
        _ = Derived().width
