"""Dtypes, constants, and questions about them."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
from numpy import (
    bool_ as bool,
)
from numpy import (
    complex64,
    complex128,
    e,
    float32,
    float64,
    inf,
    int8,
    int16,
    int32,
    int64,
    isdtype,
    nan,
    newaxis,
    pi,
    uint8,
    uint16,
    uint32,
    uint64,
)

from mygrad._engine.operands import unwrap
from mygrad.array_api._results import check_device

__all__ = [
    "__array_namespace_info__",
    "bool",
    "can_cast",
    "complex64",
    "complex128",
    "e",
    "finfo",
    "float32",
    "float64",
    "iinfo",
    "inf",
    "int8",
    "int16",
    "int32",
    "int64",
    "isdtype",
    "nan",
    "newaxis",
    "pi",
    "result_type",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

DType = np.dtype[Any]

_DTYPES = (bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, complex64, complex128)


def can_cast(from_: Any, to: Any, /) -> builtins.bool:
    """Whether the numbers of an array, or of a dtype, can be cast to another dtype by the rules of promotion."""
    return np.can_cast(_dtype(from_), to)


def finfo(type: Any, /) -> np.finfo[Any]:
    """The limits of a floating-point dtype, or of that of an array."""
    return np.finfo(_dtype(type))


def iinfo(type: Any, /) -> np.iinfo[Any]:
    """The limits of an integer dtype, or of that of an array."""
    return np.iinfo(_dtype(type))


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype of what is computed from arrays, dtypes and numbers."""
    return np.result_type(*unwrap(arrays_and_dtypes))


def _dtype(x: Any) -> Any:
    x = unwrap(x)
    return x.dtype if isinstance(x, (np.ndarray, np.generic)) else x


class __array_namespace_info__:
    """What the standard's inspection asks.

    Examples
    --------
    >>> import mygrad.array_api as xp
    >>> sorted(xp.__array_namespace_info__().dtypes(kind="real floating"))
    ['float32', 'float64']
    """

    def capabilities(self) -> dict[str, builtins.bool | int]:
        """What depends on values: boolean masks as indices, and shapes of results."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """The device of new arrays."""
        return "cpu"

    def devices(self) -> list[str]:
        """All devices."""
        return ["cpu"]

    def default_dtypes(self, *, device: str | None = None) -> dict[str, DType]:
        """The dtypes of new arrays, by kind."""
        check_device(device)
        return {
            "real floating": np.dtype(float64),
            "complex floating": np.dtype(complex128),
            "integral": np.dtype(int),
            "indexing": np.dtype(np.intp),
        }

    def dtypes(self, *, device: str | None = None, kind: str | tuple[str, ...] | None = None) -> dict[str, DType]:
        """The dtypes of the standard that tensors can have, by name; all, or those of a kind."""
        check_device(device)
        known = map(np.dtype, _DTYPES)
        return {dtype.name: dtype for dtype in known if kind is None or isdtype(dtype, kind)}
