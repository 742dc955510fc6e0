"""Neural networks: layers, activations, losses, initial values of weights, and optimizers."""

import typing as _typing

from mygrad.nnet import activations as activations
from mygrad.nnet import initializers as initializers
from mygrad.nnet import layers as layers
from mygrad.nnet import losses as losses
from mygrad.nnet import modules as modules
from mygrad.nnet import optimizers as optimizers
from mygrad.nnet import training as training
from mygrad.nnet.activations import *
from mygrad.nnet.initializers import *
from mygrad.nnet.layers import *
from mygrad.nnet.losses import *
from mygrad.nnet.modules import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    __all__ = [
        "activations",
        "initializers",
        "layers",
        "losses",
        "modules",
        "optimizers",
        "training",
        *activations.__all__,
        *initializers.__all__,
        *layers.__all__,
        *losses.__all__,
        *modules.__all__,
    ]
    __all__.remove("utils")  # that of the layers
