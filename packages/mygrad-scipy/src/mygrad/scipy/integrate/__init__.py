"""Functions of `scipy.integrate`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.integrate import _initial_values, _multiple, _quad, _samples
from mygrad.scipy.integrate._initial_values import *
from mygrad.scipy.integrate._multiple import *
from mygrad.scipy.integrate._quad import *
from mygrad.scipy.integrate._samples import *

__all__: list[str] = []
__all__ += _initial_values.__all__
__all__ += _multiple.__all__
__all__ += _quad.__all__
__all__ += _samples.__all__
