"""Neural networks: layers, activations, losses, initial values of weights, and optimizers."""

from mygrad.nnet import activations, initializers, layers, losses, optimizers
from mygrad.nnet.activations import *  # noqa: F403
from mygrad.nnet.initializers import *  # noqa: F403
from mygrad.nnet.layers import *  # noqa: F403
from mygrad.nnet.losses import *  # noqa: F403
from mygrad.nnet.module import Module
