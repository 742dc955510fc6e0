"""What Python's built-in functions and the standard library ask of an object, as an array answers it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.apply import call, plain
from mygrad._engine.handle import Handle, expose, new_leaf

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["Protocols"]


class Protocols(Handle):
    """Mixin of `Tensor`.

    There is no buffer protocol, ``__array_interface__`` or ``__array_struct__``: NumPy would prefer any of them to
    ``__array__``, and the array that it made would be unknown to the memory guard. ``t.data`` has all three.
    """

    __slots__ = ()

    # -- a number, if there is but one -------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self._data)

    def __int__(self) -> int:
        return int(self._data)

    def __float__(self) -> float:
        return float(self._data)

    def __complex__(self) -> complex:
        return complex(self._data)

    def __index__(self) -> int:
        return self._data.__index__()

    def __round__(self, ndigits: int | None = None) -> Any:
        """As of NumPy's scalars: an integer without `ndigits`, else of the same type."""
        if ndigits is None and self._data.ndim == 0:
            return builtins.round(self._data[()])
        return call(np.round, self, ndigits or 0)

    # -- a sequence --------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        def __getitem__(self, index: Any) -> Any: ...

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if self._data.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return map(self.__getitem__, range(len(self._data)))

    def __contains__(self, value: Any) -> bool:
        return plain(value) in self._data

    # -- copies and pickles: of the values, the gradient and `constant`, and not of the graph ------------

    def __copy__(self) -> Tensor:
        t: Tensor = new_leaf(self._data.copy("K"), self._constant)
        grad = self.grad  # type: ignore[attr-defined]
        t._grad = None if grad is None else grad.copy("K")
        return t

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._data,), (self._constant, self.grad)  # type: ignore[attr-defined]

    def __setstate__(self, state: tuple[bool, Any]) -> None:
        self._constant, self._grad = state

    # -- the memory, for other libraries -----------------------------------------------------------------

    def __dlpack__(self, **options: Any) -> Any:
        """The memory, without its history: what others compute with it has no derivatives here."""
        expose(self)
        return self._data.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._data.__dlpack_device__()

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """The array API's functions: NumPy's, which take tensors."""
        return self._data.__array_namespace__(api_version=api_version)
