"""Functions that rearrange the elements of tensors."""

import typing as _typing

from numpy import copyto as copyto

from mygrad.tensor_manip.axes import *
from mygrad.tensor_manip.joining import *
from mygrad.tensor_manip.shapes import *
from mygrad.tensor_manip.splitting import *
from mygrad.tensor_manip.tiling import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad.tensor_manip import axes, joining, shapes, splitting, tiling

    __all__ = [
        "copyto",
        *axes.__all__,
        *joining.__all__,
        *shapes.__all__,
        *splitting.__all__,
        *tiling.__all__,
    ]
