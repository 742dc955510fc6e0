"""Functions that make tensors."""

import typing as _typing

from mygrad.tensor_creation.array_like import *
from mygrad.tensor_creation.filled import *
from mygrad.tensor_creation.ranges import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad.tensor_creation import array_like, filled, ranges

    __all__ = [*array_like.__all__, *filled.__all__, *ranges.__all__]
