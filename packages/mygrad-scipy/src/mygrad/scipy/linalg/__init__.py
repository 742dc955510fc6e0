"""Functions of `scipy.linalg`, for tensors. A function that is not here has no derivative yet."""

from mygrad.scipy.linalg import (
    _bands,
    _eigen,
    _factors,
    _functions,
    _inverses,
    _orthogonal,
    _solving,
    _spectra,
    _structured,
)
from mygrad.scipy.linalg._bands import *
from mygrad.scipy.linalg._eigen import *
from mygrad.scipy.linalg._factors import *
from mygrad.scipy.linalg._functions import *
from mygrad.scipy.linalg._inverses import *
from mygrad.scipy.linalg._orthogonal import *
from mygrad.scipy.linalg._solving import *
from mygrad.scipy.linalg._spectra import *
from mygrad.scipy.linalg._structured import *

__all__: list[str] = []
__all__ += _bands.__all__
__all__ += _eigen.__all__
__all__ += _factors.__all__
__all__ += _functions.__all__
__all__ += _inverses.__all__
__all__ += _orthogonal.__all__
__all__ += _solving.__all__
__all__ += _spectra.__all__
__all__ += _structured.__all__
