"""Functions of `scipy.ndimage`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.ndimage import _filters, _geometry
from mygrad.scipy.ndimage._filters import *
from mygrad.scipy.ndimage._geometry import *

__all__: list[str] = []
__all__ += _filters.__all__
__all__ += _geometry.__all__
