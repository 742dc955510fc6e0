"""What Python's built-in functions and the standard library ask of an object, as an array answers it."""

from __future__ import annotations

import builtins
import math
import sys
from abc import ABCMeta
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from mygrad._engine.apply import apply
from mygrad._engine.backward import like
from mygrad._engine.copies import copied
from mygrad._engine.exits import MEMORY, NUMBERS, PICKLES, only_looks, report
from mygrad._engine.handle import is_leaf, mark_escaped
from mygrad._engine.operands import MASKED, loses_gradient, unwrap
from mygrad._engine.state import is_lifted, mode

if TYPE_CHECKING:
    from types import ModuleType

    from mygrad.tensor import Tensor

__all__ = ["Protocols"]

#: What asks for `isinstance(t, numbers.Real)` and its like.
_ABSTRACT = ABCMeta.__instancecheck__.__code__
_API_VERSIONS = (None, "2021.12", "2022.12", "2023.12", "2024.12")


class Protocols:
    """Mixin of `Tensor`.

    There is no buffer protocol, no ``__array_interface__`` and no ``__array_struct__``. NumPy would prefer
    them to ``__array__``, and make an array that the memory guard knows nothing of. ``t.data`` has all three.
    """

    # (`self` is Any, since a type checker cannot know here that it is a tensor.)
    __slots__ = ()

    # -- what it is --------------------------------------------------------------------------------------

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What NumPy has for other people's code where `mygrad.lift` is on: `isinstance` asks for it."""
        if is_lifted():
            from mygrad._lift.callers import called_by_others  # it is there only when it is needed

            abstract = sys._getframe(1).f_code is _ABSTRACT
            if called_by_others(2 + abstract, isinstance):
                is_number = self._number or (abstract and self._memory.ndim == 0)  # type: ignore[attr-defined]
                return self._memory.dtype.type if is_number else np.ndarray  # type: ignore[attr-defined]
        return type(self)

    # -- a number, if there is but one -------------------------------------------------------------------

    def __bool__(self: Any) -> bool:
        return bool(self._memory)

    def __int__(self: Any) -> int:
        return int(self._memory)

    def __float__(self: Any) -> float:
        number = float(self._memory)
        report(self, NUMBERS)
        return number

    def __complex__(self: Any) -> complex:
        number = complex(self._memory)
        report(self, NUMBERS)
        return number

    # Steps, for which Python would ask `__float__`.

    def __floor__(self: Any) -> int:
        return math.floor(self._memory)

    def __ceil__(self: Any) -> int:
        return math.ceil(self._memory)

    def __trunc__(self: Any) -> int:
        return math.trunc(self._memory[()])

    def __index__(self: Any) -> int:
        return self._memory.__index__()

    def __bytes__(self: Any) -> bytes:
        return bytes(self._memory)

    @overload
    def __round__(self, ndigits: None = ...) -> int | Tensor: ...
    @overload
    def __round__(self, ndigits: int) -> Tensor: ...
    def __round__(self: Any, ndigits: int | None = None) -> int | Tensor:
        """What it is for NumPy's scalars: an integer without `ndigits`, else of the same type."""
        if ndigits is None and self._memory.ndim == 0:
            return builtins.round(self._memory[()])
        return apply(np.round, self, ndigits or 0)

    # -- a sequence --------------------------------------------------------------------------------------

    def __len__(self: Any) -> int:
        return len(self._memory)

    def __iter__(self: Any) -> Iterator[Tensor]:
        if self._memory.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        if only_looks(sys._getframe(1).f_globals.get("__name__")):  # as matplotlib does: that is no use of the tensor
            return iter(self._memory.copy())
        return map(self.__getitem__, range(len(self._memory)))

    def __contains__(self: Any, value: Any) -> bool:
        return unwrap(value) in self._memory

    # -- copies and pickles: of the values, the gradient and `constant`, and not of the graph ------------

    def __copy__(self: Any) -> Tensor:
        return copied(self, "K", exits=not is_leaf(self))

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Tensor:
        return self.__copy__()

    def __reduce__(self: Any) -> tuple[Any, ...]:
        if mode.get().functional:  # who saves a tensor knows what he does; but here another process might compute
            report(self, PICKLES)
        return type(self), (self._memory,), (self._constant, self.grad)

    def __setstate__(self: Any, state: tuple[bool, Any]) -> None:
        self._constant, grad = state
        # Which may lie in a buffer of another library's.
        self._grad = None if grad is None else like(grad, self._memory, copy=True)

    # -- the memory, for other libraries -----------------------------------------------------------------

    @property
    def _data(self: Any) -> Any:
        """What np.ma reads of its operands, without asking for an array. If it is not there, it asks."""
        if loses_gradient(self):
            raise TypeError(f"np.ma was given a tensor that is a variable, but {MASKED}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute '_data'")

    def __dlpack__(self: Any, **options: Any) -> Any:
        """The memory, without its history: what others compute with it has no derivatives here."""
        report(self, MEMORY)
        mark_escaped(self)
        return self._memory.__dlpack__(**options)

    def __dlpack_device__(self: Any) -> tuple[int, int]:
        return self._memory.__dlpack_device__()

    def __array_namespace__(self: Any, *, api_version: str | None = None) -> ModuleType:
        """The functions of the array API standard, for tensors: `mygrad.array_api`."""
        if api_version not in _API_VERSIONS:
            raise ValueError(
                f"the array API's version {api_version!r} is not among those that tensors know: "
                f"{', '.join(filter(None, _API_VERSIONS))}"
            )
        return import_module("mygrad.array_api")
