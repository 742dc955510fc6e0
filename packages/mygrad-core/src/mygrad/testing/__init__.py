"""Tools for testing one's own differentiable functions and operations.

`check_grads` compares the derivatives of a function with numerical ones, and needs nothing but NumPy.
`mygrad.testing.strategies` has generators of tensors, shapes and indices for hypothesis, which the extra ``testing``
installs: ``pip install mygrad-core[testing]``.
"""

from mygrad.testing._check import check_grads
from mygrad.testing._differences import numerical_jacobian

__all__ = ["check_grads", "numerical_jacobian"]
