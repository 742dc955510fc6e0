"""Functions of `scipy.signal`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.signal import _convolution, _filters, _smoothing, windows
from mygrad.scipy.signal._convolution import *
from mygrad.scipy.signal._filters import *
from mygrad.scipy.signal._smoothing import *

__all__: list[str] = ["windows"]
__all__ += _convolution.__all__
__all__ += _filters.__all__
__all__ += _smoothing.__all__
