"""Activation functions."""

from mygrad.nnet.activations.elu import elu
from mygrad.nnet.activations.gelu import gelu
from mygrad.nnet.activations.glu import glu
from mygrad.nnet.activations.hard_tanh import hard_tanh
from mygrad.nnet.activations.leaky_relu import leaky_relu
from mygrad.nnet.activations.mish import mish
from mygrad.nnet.activations.relu import relu
from mygrad.nnet.activations.selu import selu
from mygrad.nnet.activations.sigmoid import sigmoid
from mygrad.nnet.activations.silu import silu
from mygrad.nnet.activations.soft_sign import soft_sign
from mygrad.nnet.activations.softmax import logsoftmax, softmax
from mygrad.nnet.activations.softplus import softplus
from mygrad.nnet.activations.tanh import tanh

__all__ = [
    "elu",
    "gelu",
    "glu",
    "hard_tanh",
    "leaky_relu",
    "logsoftmax",
    "mish",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "soft_sign",
    "softmax",
    "softplus",
    "tanh",
]
