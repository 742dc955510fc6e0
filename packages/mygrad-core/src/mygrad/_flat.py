"""``t.flat``: the elements of a tensor, one after the other."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from mygrad._engine.exits import NUMBERS, report
from mygrad._engine.operands import unwrap
from mygrad._rules.recorded import RECORDED

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["Flat"]


def _compared(compare: Callable[[Any, Any], Any]) -> Callable[[Flat, Any], Any]:
    return lambda self, other: compare(unwrap(self.base).ravel(), unwrap(other))


class Flat:
    """An iterator over the elements of a tensor that can be indexed, as `numpy.flatiter` is for an array.

    What it yields, and what is read or written by index, is part of the graph. Functions of NumPy take it for
    ``t.ravel()``.
    """

    __slots__ = ("base", "index")

    def __init__(self, base: Tensor) -> None:
        self.base: Tensor = base
        self.index: int = 0

    def __tensor__(self) -> Tensor:
        return self.base.ravel()

    @property
    def coords(self) -> tuple[Any, ...]:
        """The coordinates of the next element."""
        shape = self.base.shape
        position, coords = self.index, []
        for length in shape[:0:-1]:
            position, coordinate = divmod(position, length or 1)
            coords.append(coordinate)
        return (position, *reversed(coords)) if shape else ()

    def __len__(self) -> int:
        return self.base.size

    def __iter__(self) -> Flat:
        return self

    def __next__(self) -> Tensor:
        if self.index == self.base.size:
            raise StopIteration
        element: Tensor = self[self.index]
        self.index += 1
        return element

    def __getitem__(self, index: Any) -> Any:
        return np.take(self.base, self._positions(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        positions = self._positions(index)
        if np.ndim(positions) == 0 and np.ndim(value):
            raise ValueError("setting an array element with a sequence.")
        np.put(self.base, positions, value)  # type: ignore[arg-type]

    def _positions(self, index: Any) -> Any:
        """What `index` selects: an integer, or an array of integers."""
        size = self.base.size
        index = unwrap(index)
        if type(index) in RECORDED:
            return np.arange(size, like=index)[index]
        if type(index) is not int:
            return np.arange(size).flat[index]
        if not -size <= index < size:
            raise IndexError(f"index {index} is out of bounds for size {size}")
        return index % size

    def copy(self) -> Tensor:
        """The elements as a one-dimensional tensor with memory of its own."""
        return self.base.flatten()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = np.array(unwrap(self.base), dtype=dtype).reshape(-1)
        if array.dtype.kind not in "iub":
            report(self.base, NUMBERS)
        return array

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        return getattr(ufunc, method)(*_ravelled(inputs), **params)

    def __array_function__(self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return func(*_ravelled(args), **{name: _ravelled(value) for name, value in kwargs.items()})

    __eq__: Final = _compared(operator.eq)
    __ne__: Final = _compared(operator.ne)
    __lt__: Final = _compared(operator.lt)
    __le__: Final = _compared(operator.le)
    __gt__: Final = _compared(operator.gt)
    __ge__: Final = _compared(operator.ge)
    __hash__: ClassVar[None] = None  # type: ignore[assignment]


def _ravelled(arg: Any) -> Any:
    if type(arg) is tuple or type(arg) is list:
        return type(arg)([_ravelled(part) for part in arg])
    return arg.base.ravel() if isinstance(arg, Flat) else arg
