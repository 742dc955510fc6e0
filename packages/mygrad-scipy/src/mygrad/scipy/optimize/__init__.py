"""Functions of `scipy.optimize` whose solutions are differentiable, by what is given through ``args``.

The derivatives follow from those of the equations that hold at the solution, by the implicit function theorem. They are
as good as the solution: for precise ones, ask for small tolerances. The first guess has no part in them.
"""

from mygrad.scipy.optimize import _brackets, _fits, _minima, _roots
from mygrad.scipy.optimize._brackets import *
from mygrad.scipy.optimize._fits import *
from mygrad.scipy.optimize._minima import *
from mygrad.scipy.optimize._roots import *

__all__: list[str] = []
__all__ += _brackets.__all__
__all__ += _fits.__all__
__all__ += _minima.__all__
__all__ += _roots.__all__
