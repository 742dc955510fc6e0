"""Functions that rearrange the elements of tensors."""

from numpy import copyto

from mygrad.tensor_manip import axes, joining, shapes, splitting, tiling
from mygrad.tensor_manip.axes import *
from mygrad.tensor_manip.joining import *
from mygrad.tensor_manip.shapes import *
from mygrad.tensor_manip.splitting import *
from mygrad.tensor_manip.tiling import *

__all__ = ["copyto"]
__all__ += axes.__all__
__all__ += joining.__all__
__all__ += shapes.__all__
__all__ += splitting.__all__
__all__ += tiling.__all__
