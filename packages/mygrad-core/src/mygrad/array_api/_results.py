"""How NumPy's functions become functions of the namespace: what they return becomes tensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.outputs import settled

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["adapted", "check_device", "is_numpys", "one_array", "returning_tensors", "tensors", "two_arrays"]

#: What NumPy makes of a function that asks tensors, by `__array_function__`.
_Asking = type(np.sum)
_WRITING: tuple[Any, ...] = (np.fill_diagonal, np.place, np.put, np.put_along_axis, np.putmask)


def tensors(result: Any) -> Any:
    """`result` with constants in the place of plain arrays and numbers of NumPy, in tuples and lists too."""
    if isinstance(result, (np.ndarray, np.generic)):
        return settled(result, None)
    if isinstance(result, (tuple, list)):
        make = getattr(type(result), "_make", type(result))  # `_make` of named tuples
        return make(map(tensors, result))
    return result


@cache
def returning_tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, with its own signature, which returns constants for plain arrays."""

    @wraps(function)
    def returning(*args: Any, **kwargs: Any) -> Any:
        return tensors(function(*args, **kwargs))

    return returning


def is_numpys(value: Any) -> bool:
    """Whether `value` is a function of NumPy that asks tensors, rather than one that makes arrays of them.

    The standard has no functions that write into arrays. Where libraries find some nevertheless, they pass them copies,
    and rely on these being nothing but numbers.
    """
    return isinstance(value, (_Asking, np.ufunc)) and value not in _WRITING


def adapted(value: Any) -> Any:
    """What the namespace shows for `value`, an attribute of `mygrad` or of NumPy."""
    return returning_tensors(value) if is_numpys(value) else value


def one_array(function: Callable[..., Any], name: str = "") -> Callable[[ArrayLike], Tensor]:
    """An elementwise function of one argument, that for plain arrays returns constants."""

    def elementwise(x: ArrayLike, /, **options: Any) -> Tensor:
        return tensors(function(x, **options))

    return _named(elementwise, function, name)


def two_arrays(function: Callable[..., Any], name: str = "") -> Callable[[ArrayLike, ArrayLike], Tensor]:
    """An elementwise function of two arguments, that for plain arrays returns constants."""

    def elementwise(x1: ArrayLike, x2: ArrayLike, /, **options: Any) -> Tensor:
        return tensors(function(x1, x2, **options))

    return _named(elementwise, function, name)


def _named(elementwise: Any, function: Any, name: str) -> Any:
    elementwise.__name__ = elementwise.__qualname__ = name or function.__name__
    elementwise.__doc__ = f"What `numpy.{function.__name__}` computes, as a tensor."
    return elementwise


def check_device(device: Any) -> None:
    """Raise ValueError if `device` is another than the one that there is."""
    if device not in (None, "cpu"):
        raise ValueError(f'the only device is "cpu", not {device!r}')
