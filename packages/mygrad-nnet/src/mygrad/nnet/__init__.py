"""Neural networks: what they need beyond mathematics."""

from mygrad.nnet import layers

__all__ = ["layers"]
