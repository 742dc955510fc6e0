"""Optimizers on complex parameters: g * conj(g) is what their squares are, so that phases make no difference."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module
from mygrad.nnet.optimizers import SGD, Adagrad, Adam, AdamW, Lion, NAdam, RMSprop

KINDS = {
    "SGD": lambda p: SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.1),
    "Adam": lambda p: Adam(p, 0.05, weight_decay=0.1),
    "AdamW": lambda p: AdamW(p, 0.05, weight_decay=0.1),
    "RMSprop": lambda p: RMSprop(p, 0.05, weight_decay=0.1),
    "RMSprop, centered": lambda p: RMSprop(p, 0.05, momentum=0.5, centered=True),
    "Adagrad": lambda p: Adagrad(p, 0.3, rate_decay=0.01, initial=0.1, weight_decay=0.1),
    "NAdam": lambda p: NAdam(p, 0.05, weight_decay=0.1),
    "Lion": lambda p: Lion(p, 0.02, weight_decay=0.1),
}
ALL = pytest.mark.parametrize("kind", KINDS)
START = [np.array([[1.0, -2.0], [3.0, 0.5]]), np.array(4.0), np.array([-1.0, 2.0, 0.25])]
PHASE = np.exp(0.7j)


def train(optimizer, parameters, goals, steps):
    for step in range(steps):
        pairs = enumerate(zip(parameters, goals, strict=True))
        sum((np.sum((1 + i + 0.1 * step) * np.abs(p - goal) ** 2) for i, (p, goal) in pairs), mg.tensor(0.0)).backward()
        optimizer.step()


@ALL
def test_real_numbers_turned_by_a_phase(kind):
    """They go where real ones go, turned."""
    goals = [a + 0.3 * np.cos(a) for a in START]
    real, turned = [mg.tensor(a) for a in START], [mg.tensor(a * PHASE) for a in START]
    train(KINDS[kind](real), real, goals, 10)
    train(KINDS[kind](turned), turned, [goal * PHASE for goal in goals], 10)
    for a, z in zip(real, turned, strict=True):
        np.testing.assert_allclose(z.data, a.data * PHASE, rtol=1e-8)


@ALL
def test_a_phase_makes_no_difference(kind):
    rng = np.random.default_rng(0)
    start = rng.normal(size=5) + 1j * rng.normal(size=5)
    goal = rng.normal(size=5) + 1j * rng.normal(size=5)
    ends = []
    for phase in (1, PHASE):
        z = mg.tensor(start * phase)
        train(KINDS[kind]([z]), [z], [goal * phase], 10)
        ends.append(z.data / phase)
    np.testing.assert_allclose(*ends, rtol=1e-8)


def test_adam_by_hand():
    z = mg.tensor(1 + 1j)
    optimizer = Adam([z], 0.1, eps=1e-3)
    mean, square, expected = 0, 0.0, 1 + 1j
    for step, g in enumerate((3 + 4j, 1 - 2j, -2j), 1):
        (z * np.conj(g)).real.backward()
        np.testing.assert_allclose(z.grad, g)
        optimizer.step()
        mean = 0.9 * mean + 0.1 * g
        square = 0.999 * square + 0.001 * abs(g) ** 2
        expected -= 0.1 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-3)
        np.testing.assert_allclose(z.data, expected, rtol=1e-12)
    assert optimizer.state_dict()["0.square"].dtype == np.float64


@ALL
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_a_state_goes_on_where_it_was(kind, dtype):
    parameters = [mg.tensor(a * PHASE, dtype=dtype) for a in START]
    goals = [(a.data * 1.5).astype(dtype) for a in parameters]
    optimizer = KINDS[kind](parameters)
    train(optimizer, parameters, goals, 3)
    assert all(p.dtype == dtype for p in parameters)
    others = [mg.tensor(p.data) for p in parameters]
    other = KINDS[kind](others)
    other.load_state_dict(pickle.loads(pickle.dumps(optimizer.state_dict())))
    for name, value in other.state_dict().items():
        assert value.dtype == optimizer.state_dict()[name].dtype, name
    train(optimizer, parameters, goals, 3)
    train(other, others, goals, 3)
    for a, b in zip(parameters, others, strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_modules_keep_and_load_complex_tensors():
    class Net(Module):
        def __init__(self, value):
            self.z = mg.tensor(value)
            self.same = self.z

    net, other = Net([1 + 2j, np.nan]), Net([0j, 0j])
    other.load_state_dict(net.state_dict())
    np.testing.assert_array_equal(other.z.data, net.z.data)
    with pytest.raises(TypeError, match="complex128 cannot be written"):
        Net([0.0, 0.0]).load_state_dict(net.state_dict())
