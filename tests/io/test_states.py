"""The states of modules and optimizers go through a file."""

import numpy as np
import pytest

import mygrad as mg

nn = pytest.importorskip("mygrad.nnet", reason="mygrad-nnet is another distribution")
optimizers = nn.optimizers


class Model(nn.Module):
    def __init__(self):
        self.layers = [mg.tensor(np.linspace(-1, 1, 6, dtype="f4").reshape(2, 3)), mg.tensor([0.5, -0.5])]
        self.scale = mg.tensor(2.0)

    def loss(self):
        return (self.layers[0] ** 2).sum() * self.scale + (self.layers[1] ** 2).sum()


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "Adam", "AdamW", "Lion", "NAdam", "RMSprop"])
@pytest.mark.parametrize("compressed", [False, True])
def test_training_goes_on_where_it_stood(tmp_path, assert_same, name, compressed):
    def train(model, optimizer, steps):
        for _ in range(steps):
            model.loss().backward()
            optimizer.step()

    def make():
        model = Model()
        return model, getattr(optimizers, name)(model.parameters(), 0.01)

    model, optimizer = make()
    train(model, optimizer, 3)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "rates": (0.1, None)}
    mg.save(tmp_path / "checkpoint", state, compressed=compressed)
    train(model, optimizer, 3)

    loaded = mg.load(tmp_path / "checkpoint")
    assert_same(loaded, state)
    again, other = make()
    again.load_state_dict(loaded["model"])
    other.load_state_dict(loaded["optimizer"])
    assert type(other.steps) is int
    train(again, other, 3)
    assert_same(again.state_dict(), model.state_dict())
    assert_same(other.state_dict(), optimizer.state_dict())


def test_a_flat_state_is_what_numpy_finds_in_the_file(tmp_path):
    state = Model().state_dict()
    mg.save(tmp_path / "model", state)
    with np.load(tmp_path / "model.npz") as file:
        assert set(file) == {*state, "manifest"}
        fresh = Model()
        fresh.load_state_dict({name: file[name] for name in state})


@pytest.mark.parametrize("generator", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_the_state_of_a_random_generator_goes_along(tmp_path, generator):
    rng = np.random.Generator(generator(1))
    rng.normal(size=3)
    mg.save(tmp_path / "rng", rng.bit_generator.state)
    expected = rng.normal(size=5)
    other = np.random.Generator(generator())
    other.bit_generator.state = mg.load(tmp_path / "rng")
    assert other.normal(size=5).tolist() == expected.tolist()
