"""Functions of `scipy.ndimage`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.ndimage import _filters, _geometry, _lines, _ranks, _slopes
from mygrad.scipy.ndimage._filters import *
from mygrad.scipy.ndimage._geometry import *
from mygrad.scipy.ndimage._lines import *
from mygrad.scipy.ndimage._ranks import *
from mygrad.scipy.ndimage._slopes import *

__all__: list[str] = []
__all__ += _filters.__all__
__all__ += _geometry.__all__
__all__ += _lines.__all__
__all__ += _ranks.__all__
__all__ += _slopes.__all__
