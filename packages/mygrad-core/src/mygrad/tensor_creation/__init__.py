"""Functions that make tensors."""

from mygrad.tensor_creation.array_like import asarray, astensor, astype, copy, tensor
from mygrad.tensor_creation.filled import (
    empty,
    empty_like,
    eye,
    full,
    full_like,
    identity,
    ones,
    ones_like,
    tri,
    zeros,
    zeros_like,
)
from mygrad.tensor_creation.ranges import arange, geomspace, linspace, logspace

__all__ = [
    "arange",
    "asarray",
    "astensor",
    "astype",
    "copy",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "geomspace",
    "identity",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "tensor",
    "tri",
    "zeros",
    "zeros_like",
]
