"""The layers of neural networks, and what they are made of."""

from mygrad.nnet.layers import utils

__all__ = ["utils"]
