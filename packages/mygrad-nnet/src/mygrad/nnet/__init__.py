"""Neural networks: layers, activations, losses, initial values of weights, and optimizers."""

from mygrad.nnet import activations, initializers, layers, losses, optimizers
from mygrad.nnet.activations import *
from mygrad.nnet.initializers import *
from mygrad.nnet.layers import *
from mygrad.nnet.losses import *
from mygrad.nnet.module import Module

__all__ = ["Module", "activations", "initializers", "layers", "losses", "optimizers"]
__all__ += activations.__all__
__all__ += initializers.__all__
__all__ += layers.__all__
__all__ += losses.__all__
__all__.remove("utils")  # that of the layers
