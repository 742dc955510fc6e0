"""Activations."""

from __future__ import annotations

from typing import Any

from mygrad.nnet import activations

__all__ = ["ACTIVATIONS"]

#: Each function as one of `x` alone.
ACTIVATIONS: dict[str, Any] = {
    "elu": lambda x, **k: activations.elu(x, 0.7, **k),
    "gelu": activations.gelu,
    "gelu, approximate": lambda x, **k: activations.gelu(x, approximate=True, **k),
    "glu": activations.glu,
    "glu, axis 0": lambda x, **k: activations.glu(x, 0, **k),
    "hard_tanh": lambda x, **k: activations.hard_tanh(x, lower_bound=-1.5, upper_bound=0.5, **k),
    "leaky_relu": lambda x, **k: activations.leaky_relu(x, 0.1, **k),
    "leaky_relu, steeper": lambda x, **k: activations.leaky_relu(x, -2.5, **k),
    "logsoftmax": activations.logsoftmax,
    "logsoftmax, all axes": lambda x, **k: activations.logsoftmax(x, None, **k),
    "mish": activations.mish,
    "relu": activations.relu,
    "selu": activations.selu,
    "sigmoid": activations.sigmoid,
    "silu": activations.silu,
    "soft_sign": activations.soft_sign,
    "softmax": activations.softmax,
    "softmax, axis 0": lambda x, **k: activations.softmax(x, 0, **k),
    "softmax, two axes": lambda x, **k: activations.softmax(x, (0, -1), **k),
    "softplus": activations.softplus,
    "tanh": activations.tanh,
}
