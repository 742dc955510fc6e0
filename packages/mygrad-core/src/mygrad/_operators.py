"""The operators of a tensor: Python's arithmetic, comparisons and matrix product.

Augmented assignment writes into the tensor, unless that stands for a number: a number of NumPy cannot be changed, and
``s += 1`` gives the name to another.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from mygrad._engine.apply import apply_one, apply_pair, apply_two
from mygrad._engine.inplace import apart, compute_into
from mygrad._engine.operands import SCALARS, as_operand, refuse_masked, unwrap
from mygrad._rules.recorded import RECORDED, assumed
from mygrad._rules.rule import RULES

if TYPE_CHECKING:
    from typing import Self

    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

    Array = np.ndarray[Any, np.dtype[Any]]
    Booleans = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["Operators"]


def _steps_back(other: Any, in_place: bool = False) -> bool:
    """Whether a binary operator is left to `other`, as an ndarray leaves it to what asks for that (NEP 13)."""
    override = getattr(type(other), "__array_ufunc__", _ABSENT)
    if override is not _ABSENT:
        return override is None and not in_place
    priority = getattr(other, "__array_priority__", 0)
    return priority > 0  # that of an ndarray


_ABSENT = object()


def _with_theirs(name: str, ufunc: np.ufunc, self: Any, other: Any) -> Any:
    """The result of an operator with an operand of any class, unless that is a tensor or ndarray itself.

    Of a subclass of ndarray, Python prefers the reflected operator to that of an ndarray: ``array * matrix`` is a
    product of matrices.
    """
    if _steps_back(other):
        return NotImplemented
    if isinstance(other, np.ndarray):
        theirs = getattr(type(other), name)
        if theirs is not getattr(np.ndarray, name):
            result = theirs(other, self)
            if result is not NotImplemented:
                return result
    elif self._memory.ndim == 0 and type(other) not in SCALARS and not _is_like_an_array(other):
        # NumPy makes an array of objects of it, which computes by this.
        result = getattr(type(other), name, _not_implemented)(other, self)
        if result is not NotImplemented:
            return result
    return ufunc(self, other)


def _is_like_an_array(x: Any) -> bool:
    return hasattr(x, "__array__") or hasattr(x, "__len__")


def _not_implemented(_other: Any, _self: Any) -> Any:
    return NotImplemented


def _with_theirs_reflected(name: str, ufunc: np.ufunc, self: Any, other: Any) -> Any:
    """The same for a reflected operator: that of `other` has been asked already, and knows nothing of tensors."""
    if isinstance(other, np.matrix) and ufunc is np.multiply:
        return np.dot(other, self)
    if isinstance(other, np.ndarray):
        raise TypeError(
            f"{type(other).__name__} overrides {name}, and does not take tensors. Call NumPy's function instead, "
            f"such as `np.{ufunc.__name__}(a, t)`."
        )
    return ufunc(other, self)


def _named(operators: tuple[Callable[..., Any], ...], name: str) -> tuple[Callable[..., Any], ...]:
    for function, prefix in zip(operators, ("", "r", "i"), strict=True):
        function.__name__ = f"__{prefix}{name}__"
        function.__qualname__ = f"Tensor.{function.__name__}"
    return operators


def _binary(ufunc: np.ufunc, name: str) -> tuple[Callable[..., Any], ...]:
    """The operator, its reflection and its augmented assignment, for a ufunc with a rule in the table."""
    rule = RULES[ufunc]
    anew = getattr(operators, f"__{name}__")
    mine, theirs = f"__{name}__", f"__r{name}__"

    def operator(self: Any, other: Any) -> Any:
        kind = type(other)
        if kind is type(self):  # this and the next by way of `apply_two` took a twentieth more of the time
            return apply_pair(rule, self, other)
        if kind is float or kind is int:
            return apply_one(rule, self, (self, other))
        result = apply_two(rule, self, other)
        return _with_theirs(theirs, ufunc, self, other) if result is NotImplemented else result

    def reflected(self: Any, other: Any) -> Any:
        if type(other) in SCALARS:
            return apply_one(rule, self, (other, self), 1)
        return _with_theirs_reflected(mine, ufunc, self, other)

    def augmented(self: Any, other: Any) -> Any:
        if self._number:
            return anew(self, other)
        if type(other) is type(self) or type(other) in SCALARS:
            compute_into(rule, self, (self, other))
            return self
        if type(other) is np.ndarray:
            compute_into(rule, self, (self, apart(as_operand(other), self)))
            return self
        return NotImplemented if _steps_back(other, in_place=True) else ufunc(self, other, out=self)

    return _named((operator, reflected, augmented), name)


def _remainder_of(operators: tuple[Callable[..., Any], ...]) -> tuple[Callable[..., Any], ...]:
    """The same, except that of constants the result is a plain array: `np.remainder` sees to that."""
    operator, reflected, _ = _array_binary(np.remainder, "mod")
    return operator, reflected, operators[2]


def _array_binary(ufunc: np.ufunc, name: str) -> tuple[Callable[..., Any], ...]:
    """The same for a ufunc that has no derivative, or is zero wherever it has one: it returns plain arrays."""
    anew = getattr(operators, f"__{name}__")
    mine, theirs = f"__{name}__", f"__r{name}__"

    def operator(self: Any, other: Any) -> Any:
        return _with_theirs(theirs, ufunc, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return _with_theirs_reflected(mine, ufunc, self, other)

    def augmented(self: Any, other: Any) -> Any:
        if self._number:
            return anew(self, other)
        return NotImplemented if _steps_back(other, in_place=True) else ufunc(self, other, out=self)

    return _named((operator, reflected, augmented), name)


def _comparison(name: str) -> Callable[..., Any]:
    array = np.ndarray
    compare = getattr(array, f"__{name}__")  # which steps back itself

    def operator(self: Any, other: Any) -> Any:
        memory = self._memory
        if type(memory) is array:
            return compare(memory, unwrap(other))
        return getattr(type(memory), f"__{name}__")(memory, unwrap(other))

    operator.__name__ = f"__{name}__"
    operator.__qualname__ = f"Tensor.__{name}__"
    return operator


class Operators:
    """Mixin of `Tensor`."""

    __slots__ = ()

    if TYPE_CHECKING:  # of what is assigned below, type checkers see nothing

        def _pow(self, other: Any) -> Tensor: ...
        def _imatmul(self, other: Any) -> Self: ...
        def __add__(self, other: ArrayLike, /) -> Tensor: ...
        def __radd__(self, other: ArrayLike, /) -> Tensor: ...
        def __iadd__(self, other: ArrayLike, /) -> Self: ...
        def __sub__(self, other: ArrayLike, /) -> Tensor: ...
        def __rsub__(self, other: ArrayLike, /) -> Tensor: ...
        def __isub__(self, other: ArrayLike, /) -> Self: ...
        def __mul__(self, other: ArrayLike, /) -> Tensor: ...
        def __rmul__(self, other: ArrayLike, /) -> Tensor: ...
        def __imul__(self, other: ArrayLike, /) -> Self: ...
        def __truediv__(self, other: ArrayLike, /) -> Tensor: ...
        def __rtruediv__(self, other: ArrayLike, /) -> Tensor: ...
        def __itruediv__(self, other: ArrayLike, /) -> Self: ...
        def __matmul__(self, other: ArrayLike, /) -> Tensor: ...
        def __rmatmul__(self, other: ArrayLike, /) -> Tensor: ...
        def __mod__(self, other: ArrayLike, /) -> Tensor: ...
        def __rmod__(self, other: ArrayLike, /) -> Tensor: ...
        def __imod__(self, other: ArrayLike, /) -> Self: ...
        def __rpow__(self, other: ArrayLike, /) -> Tensor: ...
        def __ipow__(self, other: ArrayLike, /) -> Self: ...  # type: ignore[misc]
        def __floordiv__(self, other: ArrayLike, /) -> Array: ...
        def __rfloordiv__(self, other: ArrayLike, /) -> Array: ...
        def __ifloordiv__(self, other: ArrayLike, /) -> Self: ...
        def __and__(self, other: ArrayLike, /) -> Array: ...
        def __rand__(self, other: ArrayLike, /) -> Array: ...
        def __iand__(self, other: ArrayLike, /) -> Self: ...
        def __or__(self, other: ArrayLike, /) -> Array: ...
        def __ror__(self, other: ArrayLike, /) -> Array: ...
        def __ior__(self, other: ArrayLike, /) -> Self: ...
        def __xor__(self, other: ArrayLike, /) -> Array: ...
        def __rxor__(self, other: ArrayLike, /) -> Array: ...
        def __ixor__(self, other: ArrayLike, /) -> Self: ...
        def __lshift__(self, other: ArrayLike, /) -> Array: ...
        def __rlshift__(self, other: ArrayLike, /) -> Array: ...
        def __ilshift__(self, other: ArrayLike, /) -> Self: ...
        def __rshift__(self, other: ArrayLike, /) -> Array: ...
        def __rrshift__(self, other: ArrayLike, /) -> Array: ...
        def __irshift__(self, other: ArrayLike, /) -> Self: ...
        def __lt__(self, other: ArrayLike, /) -> Booleans: ...
        def __le__(self, other: ArrayLike, /) -> Booleans: ...
        def __gt__(self, other: ArrayLike, /) -> Booleans: ...
        def __ge__(self, other: ArrayLike, /) -> Booleans: ...
        def __eq__(self, other: object, /) -> Booleans: ...  # type: ignore[override]
        def __ne__(self, other: object, /) -> Booleans: ...  # type: ignore[override]

    else:
        __add__, __radd__, __iadd__ = _binary(np.add, "add")
        __sub__, __rsub__, __isub__ = _binary(np.subtract, "sub")
        __mul__, __rmul__, __imul__ = _binary(np.multiply, "mul")
        __truediv__, __rtruediv__, __itruediv__ = _binary(np.divide, "truediv")
        _pow, __rpow__, __ipow__ = _binary(np.power, "pow")
        __matmul__, __rmatmul__, _imatmul = _binary(np.matmul, "matmul")
        __mod__, __rmod__, __imod__ = _remainder_of(_binary(np.remainder, "mod"))
        __floordiv__, __rfloordiv__, __ifloordiv__ = _array_binary(np.floor_divide, "floordiv")
        __and__, __rand__, __iand__ = _array_binary(np.bitwise_and, "and")
        __or__, __ror__, __ior__ = _array_binary(np.bitwise_or, "or")
        __xor__, __rxor__, __ixor__ = _array_binary(np.bitwise_xor, "xor")
        __lshift__, __rlshift__, __ilshift__ = _array_binary(np.left_shift, "lshift")
        __rshift__, __rrshift__, __irshift__ = _array_binary(np.right_shift, "rshift")

        __lt__ = _comparison("lt")
        __le__ = _comparison("le")
        __gt__ = _comparison("gt")
        __ge__ = _comparison("ge")
        __eq__ = _comparison("eq")
        __ne__ = _comparison("ne")

    # Mutable, and compared elementwise: no more hashable than an array is.
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    # Powers that NumPy computes by cheaper means, and differentiates better: 0 ** 1 has no logarithm in it.
    def __pow__(self, exponent: Any, modulo: None = None) -> Tensor:
        if modulo is not None:
            return NotImplemented
        if type(exponent) in _PYTHONS:
            cheaper = _POWERS.get(exponent)
            kind = self._memory.dtype.kind  # type: ignore[attr-defined]
            if cheaper is not None and (kind in "fc" or (exponent == 2 and type(exponent) is int)):
                return apply_one(cheaper, self, (self,))
        elif type(exponent) in RECORDED and exponent.symbol.is_pythons:
            assumed(np.logical_and.reduce(np.not_equal(exponent, [*_POWERS])))  # a program is for the other powers
        return self._pow(exponent)

    def __imatmul__(self, other: Any) -> Self:  # type: ignore[misc]
        """``np.matmul(self, other, out=self)``, which would broadcast a product of fewer axes into the tensor."""
        refuse_masked(other)
        is_array = isinstance(other, (np.ndarray, Operators)) or not hasattr(type(other), "__array_ufunc__")
        if is_array and not self._number and not _steps_back(other, in_place=True):  # type: ignore[attr-defined]
            mine, shape = self._memory.ndim, np.shape(other)  # type: ignore[attr-defined]
            if mine < 1 or len(shape) < 2:
                raise ValueError(
                    f"inplace matrix multiplication requires the first operand to have at least one and the second at "
                    f"least two dimensions, but they have {mine} and {len(shape)}"
                )
            excess = len(shape) - max(mine, 2)
            if excess > 0 and shape[:excess] == (1,) * excess:  # NumPy drops such axes of the product
                other = np.reshape(other, shape[excess:])
        return self._imatmul(other)

    def __neg__(self) -> Tensor:
        return apply_one(_NEGATIVE, self, (self,))

    def __pos__(self) -> Tensor:
        return apply_one(_POSITIVE, self, (self,))

    def __abs__(self) -> Tensor:
        return apply_one(_ABSOLUTE, self, (self,))

    def __invert__(self) -> Array:
        return np.invert(self)

    def __divmod__(self, other: ArrayLike) -> tuple[Array, Tensor]:
        return _with_theirs("__rdivmod__", np.divmod, self, other)

    def __rdivmod__(self, other: ArrayLike) -> tuple[Array, Tensor]:
        return _with_theirs_reflected("__divmod__", np.divmod, self, other)


_NEGATIVE, _POSITIVE, _ABSOLUTE = RULES[np.negative], RULES[np.positive], RULES[np.absolute]
#: Numbers of Python leave the dtype of an array as it is, and NumPy's do not.
_PYTHONS = (int, float)
_POWERS = {2: RULES[np.square], 1: _POSITIVE, 0.5: RULES[np.sqrt], -1: RULES[np.reciprocal]}
