"""Functions that pick elements: by condition, by position, by rank."""

import typing as _typing

from mygrad._compositions.picking import *
from mygrad.indexing_routines.diagonals import *
from mygrad.indexing_routines.selection import *
from mygrad.indexing_routines.sorting import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad._compositions import picking
    from mygrad.indexing_routines import diagonals, selection, sorting

    __all__ = [*diagonals.__all__, *picking.__all__, *selection.__all__, *sorting.__all__]
