"""Optimizers, schedules of learning rates, and the clipping of gradients."""

from mygrad.nnet.optimizers._optimizer import Optimizer
from mygrad.nnet.optimizers.adagrad import Adagrad
from mygrad.nnet.optimizers.adam import Adam, AdamW
from mygrad.nnet.optimizers.clipping import clip_gradients_by_norm, clip_gradients_by_value
from mygrad.nnet.optimizers.groups import Groups
from mygrad.nnet.optimizers.lion import Lion
from mygrad.nnet.optimizers.nadam import NAdam
from mygrad.nnet.optimizers.radam import RAdam
from mygrad.nnet.optimizers.rmsprop import RMSprop
from mygrad.nnet.optimizers.schedules import Chained, Cosine, Exponential, OneCycle, Plateau, StepDecay, WarmUp
from mygrad.nnet.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Chained",
    "Cosine",
    "Exponential",
    "Groups",
    "Lion",
    "NAdam",
    "OneCycle",
    "Optimizer",
    "Plateau",
    "RAdam",
    "RMSprop",
    "StepDecay",
    "WarmUp",
    "clip_gradients_by_norm",
    "clip_gradients_by_value",
]
