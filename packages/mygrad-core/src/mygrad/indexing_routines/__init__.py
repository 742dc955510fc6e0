"""Functions that pick elements: by condition, by position, by rank."""

from mygrad._compositions import picking
from mygrad._compositions.picking import *
from mygrad.indexing_routines import diagonals, selection, sorting
from mygrad.indexing_routines.diagonals import *
from mygrad.indexing_routines.selection import *
from mygrad.indexing_routines.sorting import *

__all__: list[str] = []
__all__ += diagonals.__all__
__all__ += picking.__all__
__all__ += selection.__all__
__all__ += sorting.__all__
