"""Types for annotations of functions that take or return tensors."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex, TypeAlias, Union, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = [
    "ArrayLike",
    "Axis",
    "DTypeLike",
    "DTypeLikeReals",
    "ImplementsArray",
    "Index",
    "Mask",
    "Out",
    "Real",
    "Shape",
    "ShapeLike",
]


@runtime_checkable
class ImplementsArray(Protocol):
    """Anything that NumPy can turn into an array by asking it."""

    def __array__(self) -> np.ndarray[Any, Any]:
        """The object as an array."""
        ...


#: A number that can be differentiated, or held constant.
Real: TypeAlias = Union[int, float, "np.integer[Any]", "np.floating[Any]", np.bool_]
#: What can be turned into a tensor: numbers, arrays, tensors, and sequences of these, nested to any depth.
ArrayLike: TypeAlias = Union[
    Real,
    complex,
    "np.complexfloating[Any, Any]",
    "Tensor",
    "np.ndarray[Any, Any]",
    ImplementsArray,
    Sequence["ArrayLike"],
]
#: What can be turned into an array of booleans.
Mask: TypeAlias = Union[bool, np.bool_, "Tensor", "np.ndarray[Any, Any]", ImplementsArray, Sequence["Mask"]]
#: What can stand in the brackets of ``tensor[...]``.
Index: TypeAlias = Union[
    SupportsIndex,
    slice,
    EllipsisType,
    ImplementsArray,
    "np.ndarray[Any, Any]",
    Sequence[int],
    tuple["Index", ...],
    list["Index"],
    None,
]
#: The shape of a tensor.
Shape: TypeAlias = tuple[int, ...]
#: What a function takes as a shape.
ShapeLike: TypeAlias = SupportsIndex | Sequence[SupportsIndex]
#: What a reduction takes as its axis or axes.
Axis: TypeAlias = SupportsIndex | Sequence[SupportsIndex] | None
#: What can be turned into a dtype.
DTypeLike: TypeAlias = Union["np.dtype[Any]", type[Any], str, None]
#: What can be turned into the dtype of a tensor, which is one of numbers.
DTypeLikeReals: TypeAlias = DTypeLike
#: What a function takes as the target of its result.
Out: TypeAlias = Union["Tensor", "np.ndarray[Any, Any]", None]
