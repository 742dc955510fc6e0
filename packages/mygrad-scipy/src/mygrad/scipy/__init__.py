"""Derivatives of SciPy's functions.

What asks tensors by itself, as the ufuncs of `scipy.special` do, is differentiable once this distribution is installed.
For what does not, there are functions of the same names and signatures here: ``mygrad.scipy.special.softmax``. Under
`mygrad.lift` these are called in the place of SciPy's.
"""

from mygrad.scipy import special

__all__ = ["special"]
