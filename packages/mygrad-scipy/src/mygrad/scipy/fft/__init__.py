"""Functions of `scipy.fft`, for tensors of real and of complex numbers.

All are linear, and the transpose of each is another one. A function that is not here has no derivative yet.
"""

from mygrad.scipy.fft import _fourier, _hankel, _trigonometric
from mygrad.scipy.fft._fourier import *
from mygrad.scipy.fft._hankel import *
from mygrad.scipy.fft._trigonometric import *

__all__: list[str] = []
__all__ += _fourier.__all__
__all__ += _hankel.__all__
__all__ += _trigonometric.__all__
