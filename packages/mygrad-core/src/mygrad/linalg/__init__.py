"""Linear algebra: what `numpy.linalg` has, differentiable.

It is imported when it is asked for, or when a function of `numpy.linalg` is given a tensor.
"""

import typing as _typing

from mygrad._compositions.decompositions import *
from mygrad._rules import decompositions as _decompositions  # noqa: F401 - these fill the table
from mygrad._rules import determinants as _determinants  # noqa: F401
from mygrad._rules import norms as _norms  # noqa: F401
from mygrad._rules import solving as _solving  # noqa: F401
from mygrad.linalg.array_api import *
from mygrad.linalg.matrices import *
from mygrad.linalg.norms import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad._compositions import decompositions
    from mygrad.linalg import array_api, matrices, norms

    __all__ = [*array_api.__all__, *decompositions.__all__, *matrices.__all__, *norms.__all__]
