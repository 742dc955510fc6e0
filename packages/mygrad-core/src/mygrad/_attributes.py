"""The attributes that code written for ndarrays reads, and sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._engine.apply import apply
from mygrad._engine.exits import MEMORY, report
from mygrad._engine.handle import new_leaf
from mygrad._engine.inplace import setitem
from mygrad._rules.complexes import is_complex

if TYPE_CHECKING:
    from mygrad._flat import Flat
    from mygrad.tensor import Tensor

__all__ = ["Attributes"]


class Attributes:
    """Mixin of `Tensor`."""

    # (`self` is Any, since a type checker cannot know here that it is a tensor.)
    __slots__ = ()

    #: Before arrays, and other types that leave it at the default.
    __array_priority__: Final = 15.0

    @property
    def shape(self: Any) -> tuple[int, ...]:
        """The lengths of the axes. May be set, to a shape of as many elements."""
        return self._memory.shape

    @shape.setter
    def shape(self: Any, shape: Any) -> None:
        from mygrad._engine.reshape_inplace import reshape_inplace  # which many programs never need

        reshape_inplace(self, shape)

    @property
    def ndim(self: Any) -> int:
        """The number of axes."""
        return self._memory.ndim

    @property
    def size(self: Any) -> int:
        """The number of elements."""
        return self._memory.size

    @property
    def dtype(self: Any) -> np.dtype[Any]:
        """The type of the elements."""
        return self._memory.dtype

    @property
    def itemsize(self: Any) -> int:
        """The bytes of an element."""
        return self._memory.itemsize

    @property
    def nbytes(self: Any) -> int:
        """The bytes of all elements."""
        return self._memory.nbytes

    @property
    def strides(self: Any) -> tuple[int, ...]:
        """The bytes from an element to the next, along each axis."""
        return self._memory.strides

    @property
    def flags(self: Any) -> Any:
        """How the array lies in memory, and whether it is locked for a graph at present."""
        return self._memory.flags

    def setflags(self: Any, write: bool | None = None, align: bool | None = None, uic: bool | None = None) -> None:
        """Set flags, such as whether the tensor may be written to."""
        self._memory.setflags(write=write, align=align, uic=uic)

    @property
    def ctypes(self: Any) -> Any:
        """The memory, for `ctypes`."""
        report(self, MEMORY)
        return self.data.ctypes

    @property
    def flat(self: Any) -> Flat:
        """An iterator over the elements, that can be indexed. May be set."""
        from mygrad._flat import Flat  # which many programs never need

        return Flat(self)

    @flat.setter
    def flat(self: Any, values: Any) -> None:
        self.flat[:] = values

    @property
    def real(self: Any) -> Tensor:
        """The real part: a view. The tensor itself, if it holds real numbers. May be set."""
        return apply(np.real, self) if is_complex(self._memory) else self

    @real.setter
    def real(self: Any, values: Any) -> None:
        _refuse_number(self, "real")
        setitem(self.real, ..., values)

    @property
    def imag(self: Any) -> Tensor:
        """The imaginary part: a view. Zeros, if the tensor holds real numbers. May be set of complex ones."""
        return apply(np.imag, self) if is_complex(self._memory) else new_leaf(np.zeros_like(self._memory), True)

    @imag.setter
    def imag(self: Any, values: Any) -> None:
        if not is_complex(self._memory):
            raise TypeError("tensor does not have imaginary part to set")
        _refuse_number(self, "imag")
        setitem(self.imag, ..., values)

    @property
    def device(self: Any) -> str:
        """Where the memory is: "cpu"."""
        return "cpu"

    def to_device(self: Any, device: str, /, *, stream: Any = None) -> Tensor:
        """The tensor itself, since there is no other device."""
        self._memory.to_device(device, stream=stream)
        return self


def _refuse_number(t: Any, attribute: str) -> None:
    """Raise AttributeError if a part of a number is to be set, which NumPy has no views of."""
    if t._number:
        raise AttributeError(f"attribute {attribute!r} of a number cannot be set, as in NumPy. Make another number.")
