"""Where MyGrad 2 had the class of tensors. It is `mygrad.Tensor`."""

from mygrad.tensor import Tensor

__all__ = ["Tensor"]
