"""Functions that pick elements: by condition, by position, by rank."""

from mygrad.indexing_routines import diagonals, parts, selection, sorting
from mygrad.indexing_routines.diagonals import *
from mygrad.indexing_routines.parts import *
from mygrad.indexing_routines.selection import *
from mygrad.indexing_routines.sorting import *

__all__: list[str] = []
__all__ += diagonals.__all__
__all__ += parts.__all__
__all__ += selection.__all__
__all__ += sorting.__all__
