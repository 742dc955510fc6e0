"""Functions of `scipy.ndimage`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.ndimage import _filters
from mygrad.scipy.ndimage._filters import *

__all__: list[str] = []
__all__ += _filters.__all__
