"""Functions of `scipy.signal`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.signal import _convolution, _filters, _images, _resampling, _smoothing, windows
from mygrad.scipy.signal._convolution import *
from mygrad.scipy.signal._filters import *
from mygrad.scipy.signal._images import *
from mygrad.scipy.signal._resampling import *
from mygrad.scipy.signal._smoothing import *

__all__: list[str] = ["windows"]
__all__ += _convolution.__all__
__all__ += _filters.__all__
__all__ += _images.__all__
__all__ += _resampling.__all__
__all__ += _smoothing.__all__
