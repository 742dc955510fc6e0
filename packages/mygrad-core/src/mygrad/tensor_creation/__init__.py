"""Functions that make tensors."""

from mygrad.tensor_creation import array_like, filled, ranges
from mygrad.tensor_creation.array_like import *
from mygrad.tensor_creation.filled import *
from mygrad.tensor_creation.ranges import *

__all__: list[str] = []
__all__ += array_like.__all__
__all__ += filled.__all__
__all__ += ranges.__all__
