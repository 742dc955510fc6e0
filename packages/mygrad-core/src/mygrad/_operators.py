"""The operators of a tensor: Python's arithmetic, comparisons and matrix product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

import numpy as np

from mygrad._engine.apply import apply_one, apply_pair, array_operand, as_operand, plain
from mygrad._engine.inplace import apart, compute_into, setitem
from mygrad._rules.rule import RULES

__all__ = ["Operators"]

_SCALARS = frozenset((float, int))


def _defers(other: Any) -> bool:
    """Whether `other` is to handle an operator itself: by NumPy's convention, if it opts out of ufuncs."""
    return getattr(type(other), "__array_ufunc__", np.ufunc) is None


def _binary(ufunc: np.ufunc, name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The operator, its reflection and its augmented assignment, for a ufunc with a row in the table."""
    rule = RULES[ufunc]

    def operator(self: Any, other: Any) -> Any:
        kind = type(other)
        if kind is type(self):
            return apply_pair(rule, self, other)
        if kind is float or kind is int:
            return apply_one(rule, self, (self, other))
        if kind is np.ndarray:
            return apply_pair(rule, self, array_operand(other))
        return NotImplemented if _defers(other) else ufunc(self, other)

    def reflected(self: Any, other: Any) -> Any:
        if type(other) in _SCALARS:
            return apply_one(rule, self, (other, self), 1)
        return NotImplemented if _defers(other) else ufunc(other, self)

    def augmented(self: Any, other: Any) -> Any:
        if type(other) is type(self) or type(other) in _SCALARS:
            compute_into(rule, self, (self, other))
            return self
        if type(other) is np.ndarray:
            compute_into(rule, self, (self, apart(as_operand(other), self)))
            return self
        return NotImplemented if _defers(other) else ufunc(self, other, out=self)

    for function, prefix in ((operator, ""), (reflected, "r"), (augmented, "i")):
        function.__name__ = f"__{prefix}{name}__"
        function.__qualname__ = f"Tensor.{function.__name__}"
    return operator, reflected, augmented


def _remainder_of(operators: tuple[Callable[..., Any], ...]) -> tuple[Callable[..., Any], ...]:
    """The same, save that of constants the result is a plain array: `np.remainder` sees to that."""
    operator, reflected, augmented = operators

    def remainder(self: Any, other: Any) -> Any:
        return NotImplemented if _defers(other) else np.remainder(self, other)

    def reflected_remainder(self: Any, other: Any) -> Any:
        return NotImplemented if _defers(other) else np.remainder(other, self)

    for function, model in ((remainder, operator), (reflected_remainder, reflected)):
        function.__name__ = model.__name__
        function.__qualname__ = model.__qualname__
    return remainder, reflected_remainder, augmented


def _plain_binary(ufunc: np.ufunc, name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The same for a ufunc that has no derivative, or is zero wherever it has one: it returns plain arrays."""

    def operator(self: Any, other: Any) -> Any:
        return NotImplemented if _defers(other) else ufunc(self, other)

    def reflected(self: Any, other: Any) -> Any:
        return NotImplemented if _defers(other) else ufunc(other, self)

    def augmented(self: Any, other: Any) -> Any:
        if _defers(other):
            return NotImplemented
        # NumPy checks shapes and dtypes against the target before the tensor is touched
        result = ufunc(self._memory, plain(other), out=np.empty_like(self._memory))
        setitem(self, ..., result)
        return self

    for function, prefix in ((operator, ""), (reflected, "r"), (augmented, "i")):
        function.__name__ = f"__{prefix}{name}__"
        function.__qualname__ = f"Tensor.{function.__name__}"
    return operator, reflected, augmented


def _comparison(name: str) -> Callable[..., Any]:
    compare = getattr(np.ndarray, f"__{name}__")  # with its own care for operands that cannot be compared

    def operator(self: Any, other: Any) -> Any:
        return NotImplemented if _defers(other) else compare(self._memory, plain(other))

    operator.__name__ = f"__{name}__"
    operator.__qualname__ = f"Tensor.__{name}__"
    return operator


class Operators:
    """Mixin of `Tensor`."""

    __slots__ = ()

    # Type checkers do not see through the assignments below.
    __add__: ClassVar[Callable[..., Any]]
    __radd__: ClassVar[Callable[..., Any]]
    __iadd__: ClassVar[Callable[..., Any]]
    __sub__: ClassVar[Callable[..., Any]]
    __rsub__: ClassVar[Callable[..., Any]]
    __isub__: ClassVar[Callable[..., Any]]
    __mul__: ClassVar[Callable[..., Any]]
    __rmul__: ClassVar[Callable[..., Any]]
    __imul__: ClassVar[Callable[..., Any]]
    __truediv__: ClassVar[Callable[..., Any]]
    __rtruediv__: ClassVar[Callable[..., Any]]
    __itruediv__: ClassVar[Callable[..., Any]]
    __rpow__: ClassVar[Callable[..., Any]]
    __ipow__: ClassVar[Callable[..., Any]]
    __matmul__: ClassVar[Callable[..., Any]]
    __rmatmul__: ClassVar[Callable[..., Any]]
    __imatmul__: ClassVar[Callable[..., Any]]
    __mod__: ClassVar[Callable[..., Any]]
    __rmod__: ClassVar[Callable[..., Any]]
    __imod__: ClassVar[Callable[..., Any]]
    __floordiv__: ClassVar[Callable[..., Any]]
    __rfloordiv__: ClassVar[Callable[..., Any]]
    __ifloordiv__: ClassVar[Callable[..., Any]]
    __and__: ClassVar[Callable[..., Any]]
    __rand__: ClassVar[Callable[..., Any]]
    __iand__: ClassVar[Callable[..., Any]]
    __or__: ClassVar[Callable[..., Any]]
    __ror__: ClassVar[Callable[..., Any]]
    __ior__: ClassVar[Callable[..., Any]]
    __xor__: ClassVar[Callable[..., Any]]
    __rxor__: ClassVar[Callable[..., Any]]
    __ixor__: ClassVar[Callable[..., Any]]
    __lshift__: ClassVar[Callable[..., Any]]
    __rlshift__: ClassVar[Callable[..., Any]]
    __ilshift__: ClassVar[Callable[..., Any]]
    __rshift__: ClassVar[Callable[..., Any]]
    __rrshift__: ClassVar[Callable[..., Any]]
    __irshift__: ClassVar[Callable[..., Any]]

    __add__, __radd__, __iadd__ = _binary(np.add, "add")
    __sub__, __rsub__, __isub__ = _binary(np.subtract, "sub")
    __mul__, __rmul__, __imul__ = _binary(np.multiply, "mul")
    __truediv__, __rtruediv__, __itruediv__ = _binary(np.divide, "truediv")
    _pow, __rpow__, __ipow__ = _binary(np.power, "pow")
    __matmul__, __rmatmul__, __imatmul__ = _binary(np.matmul, "matmul")
    __mod__, __rmod__, __imod__ = _remainder_of(_binary(np.remainder, "mod"))
    __floordiv__, __rfloordiv__, __ifloordiv__ = _plain_binary(np.floor_divide, "floordiv")
    __and__, __rand__, __iand__ = _plain_binary(np.bitwise_and, "and")
    __or__, __ror__, __ior__ = _plain_binary(np.bitwise_or, "or")
    __xor__, __rxor__, __ixor__ = _plain_binary(np.bitwise_xor, "xor")
    __lshift__, __rlshift__, __ilshift__ = _plain_binary(np.left_shift, "lshift")
    __rshift__, __rrshift__, __irshift__ = _plain_binary(np.right_shift, "rshift")

    __lt__: Final = _comparison("lt")
    __le__: Final = _comparison("le")
    __gt__: Final = _comparison("gt")
    __ge__: Final = _comparison("ge")
    __eq__: Final = _comparison("eq")
    __ne__: Final = _comparison("ne")
    # Mutable, and compared elementwise: no more hashable than an array is.
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    # Powers that NumPy computes by cheaper means, and differentiates better: 0 ** 1 has no logarithm in it.
    def __pow__(self, exponent: Any, modulo: None = None) -> Any:
        if type(exponent) in _SCALARS and modulo is None:
            cheaper = _POWERS.get(exponent)
            if cheaper is not None and (exponent == 2 or self._memory.dtype.kind == "f"):  # type: ignore[attr-defined]
                return apply_one(cheaper, self, (self,))
        return self._pow(exponent)

    def __neg__(self) -> Any:
        return apply_one(_NEGATIVE, self, (self,))

    def __pos__(self) -> Any:
        return apply_one(_POSITIVE, self, (self,))

    def __abs__(self) -> Any:
        return apply_one(_ABSOLUTE, self, (self,))

    def __invert__(self) -> Any:
        return np.invert(self)

    def __divmod__(self, other: Any) -> Any:
        return NotImplemented if _defers(other) else np.divmod(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return NotImplemented if _defers(other) else np.divmod(other, self)


_NEGATIVE, _POSITIVE, _ABSOLUTE = RULES[np.negative], RULES[np.positive], RULES[np.absolute]
_POWERS = {2: RULES[np.square], 1: _POSITIVE, 0.5: RULES[np.sqrt], -1: RULES[np.reciprocal]}
