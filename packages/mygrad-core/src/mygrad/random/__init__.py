"""Tensors of random numbers, drawn by NumPy's global generator: `numpy.random` under another name."""

from mygrad.random.sampling import *
from mygrad.random.sampling import __all__ as __all__
