"""Layers as objects, which know their parameters, and what they are put together by."""

from mygrad.nnet.module import Module, Unmatched
from mygrad.nnet.modules.attention import MultiHeadAttention
from mygrad.nnet.modules.convolution import Conv, ConvTranspose
from mygrad.nnet.modules.linear import Dense, Embedding, Linear
from mygrad.nnet.modules.normalization import BatchNorm, GroupNorm, LayerNorm
from mygrad.nnet.modules.pooling import AdaptiveAveragePool, AdaptiveMaxPool, AveragePool, GlobalAveragePool, MaxPool
from mygrad.nnet.modules.recurrent import GRU, LSTM
from mygrad.nnet.modules.simple import Activation, Dropout, Flatten, Sequential
from mygrad.nnet.modules.summary import summary

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "AdaptiveAveragePool",
    "AdaptiveMaxPool",
    "AveragePool",
    "BatchNorm",
    "Conv",
    "ConvTranspose",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePool",
    "GroupNorm",
    "LayerNorm",
    "Linear",
    "MaxPool",
    "Module",
    "MultiHeadAttention",
    "Sequential",
    "Unmatched",
    "summary",
]
