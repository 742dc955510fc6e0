"""Functions that pick elements: by condition, by position, by rank."""

from mygrad.indexing_routines.diagonals import diag, diagflat, diagonal, trace, tril, triu
from mygrad.indexing_routines.selection import (
    choose,
    compress,
    extract,
    select,
    take,
    take_along_axis,
    where,
)
from mygrad.indexing_routines.sorting import partition, sort

__all__ = [
    "choose",
    "compress",
    "diag",
    "diagflat",
    "diagonal",
    "extract",
    "partition",
    "select",
    "sort",
    "take",
    "take_along_axis",
    "trace",
    "tril",
    "triu",
    "where",
]
