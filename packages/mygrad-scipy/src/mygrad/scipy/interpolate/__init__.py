"""Interpolators of `scipy.interpolate`, as functions of their values and of where they are asked.

Where it is said, no gradient flows to the places of the values. An interpolator that is not here has no derivative yet.
"""

from mygrad.scipy.interpolate import _hermite, _linear, _splines
from mygrad.scipy.interpolate._hermite import *
from mygrad.scipy.interpolate._linear import *
from mygrad.scipy.interpolate._splines import *

__all__: list[str] = []
__all__ += _hermite.__all__
__all__ += _linear.__all__
__all__ += _splines.__all__
