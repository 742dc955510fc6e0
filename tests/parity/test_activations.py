"""Every activation against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad.nnet import activations

torch = pytest.importorskip("torch")
F = torch.nn.functional

CASES: dict[str, tuple[Any, Any]] = {
    "elu": (lambda x: activations.elu(x, 0.7), lambda x: F.elu(x, 0.7)),
    "gelu": (activations.gelu, F.gelu),
    "gelu, approximate": (
        lambda x: activations.gelu(x, approximate=True),
        lambda x: F.gelu(x, approximate="tanh"),
    ),
    "glu": (activations.glu, F.glu),
    "glu, axis 0": (lambda x: activations.glu(x, 0), lambda x: F.glu(x, 0)),
    "hard_tanh": (activations.hard_tanh, F.hardtanh),
    "leaky_relu": (lambda x: activations.leaky_relu(x, 0.1), lambda x: F.leaky_relu(x, 0.1)),
    "logsoftmax": (activations.logsoftmax, lambda x: F.log_softmax(x, -1)),
    "mish": (activations.mish, F.mish),
    "relu": (activations.relu, F.relu),
    "selu": (activations.selu, F.selu),
    "sigmoid": (activations.sigmoid, torch.sigmoid),
    "silu": (activations.silu, F.silu),
    "soft_sign": (activations.soft_sign, F.softsign),
    "softmax": (activations.softmax, lambda x: F.softmax(x, -1)),
    "softmax, axis 0": (lambda x: activations.softmax(x, 0), lambda x: F.softmax(x, 0)),
    "softplus": (activations.softplus, lambda x: F.softplus(x, threshold=1000)),
    "tanh": (activations.tanh, torch.tanh),
}


def test_every_activation_is_compared():
    assert {name.split(",")[0] for name in CASES} == set(activations.__all__)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scale", [1e-3, 1, 10])
def test_activation(agree, name, scale):
    agree(name, *CASES[name], np.random.default_rng(1).normal(scale=scale, size=(20, 3, 16)))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "hard_tanh", "soft_sign"])
def test_at_zero(agree, name):
    agree(name, *CASES[name], np.array([0.0, -0.0, 1.0, 2.0]))
