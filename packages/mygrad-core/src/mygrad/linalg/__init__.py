"""Linear algebra: what `numpy.linalg` has, differentiable."""

from mygrad._compositions import decompositions
from mygrad._compositions.decompositions import *
from mygrad.linalg import array_api, matrices, norms
from mygrad.linalg.array_api import *
from mygrad.linalg.matrices import *
from mygrad.linalg.norms import *

__all__: list[str] = []
__all__ += array_api.__all__
__all__ += decompositions.__all__
__all__ += matrices.__all__
__all__ += norms.__all__
