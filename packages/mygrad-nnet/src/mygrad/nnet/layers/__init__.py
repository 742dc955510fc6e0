"""The layers of neural networks, and what they are made of."""

from mygrad.nnet.layers import utils
from mygrad.nnet.layers.adaptive_pool import adaptive_avg_pool, adaptive_max_pool, global_avg_pool
from mygrad.nnet.layers.attention import scaled_dot_product_attention
from mygrad.nnet.layers.average_pool import average_pool
from mygrad.nnet.layers.batchnorm import batchnorm
from mygrad.nnet.layers.conv import conv_nd
from mygrad.nnet.layers.conv_transpose import conv_transpose_nd
from mygrad.nnet.layers.dropout import dropout
from mygrad.nnet.layers.embedding import embedding
from mygrad.nnet.layers.gru import gru
from mygrad.nnet.layers.layer_norm import layer_norm
from mygrad.nnet.layers.lstm import lstm
from mygrad.nnet.layers.max_pool import max_pool

__all__ = [
    "adaptive_avg_pool",
    "adaptive_max_pool",
    "average_pool",
    "batchnorm",
    "conv_nd",
    "conv_transpose_nd",
    "dropout",
    "embedding",
    "global_avg_pool",
    "gru",
    "layer_norm",
    "lstm",
    "max_pool",
    "scaled_dot_product_attention",
    "utils",
]
