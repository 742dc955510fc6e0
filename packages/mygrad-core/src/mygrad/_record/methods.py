"""The methods and operators of what is recorded: they are those of arrays, noted."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from mygrad._record.functions import settled
from mygrad._record.program import CALL, METHOD
from mygrad._record.traced import Traced

__all__: list[str] = []

_ndarray = np.ndarray

# -- methods ----------------------------------------------------------------------------------------------------

#: The methods that are functions of the array: recorded as they are called.
_METHODS = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "astype",
    "choose",
    "clip",
    "conj",
    "conjugate",
    "copy",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
    "flatten",
    "max",
    "mean",
    "min",
    "prod",
    "ptp",
    "ravel",
    "reshape",
    "round",
    "searchsorted",
    "squeeze",
    "std",
    "sum",
    "swapaxes",
    "take",
    "trace",
    "transpose",
    "var",
    "view",
]
#: Those that write into it.
_WRITES = ["fill", "partition", "put", "sort"]
#: Those that nobody can record.
_REFUSED = [
    *("byteswap", "compress", "dump", "dumps"),
    "getfield",
    "nonzero",
    "resize",
    "setfield",
    "tofile",
    "to_device",
    "__dlpack__",
]


def _method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        trace = self.recording
        target = self
        if not hasattr(self.value, name):  # a number of Python's, which was given as an argument
            target = trace.do(CALL, np.asarray, (self,), {})
        out = kwargs.pop("out", None)
        found = settled(trace, name, args, kwargs, trace.do(METHOD, name, (target, *args), kwargs))
        if out is None:
            return found
        out[...] = found
        return out

    return method


def _writing_method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self.recording.do(METHOD, name, (self, *args), kwargs, writes=self)

    return method


def _refused_method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self._tell(f"calls the method `{name}` of an array", "It cannot be recorded. NumPy's functions are.")

    return method


for _names, _make in ((_METHODS, _method), (_WRITES, _writing_method), (_REFUSED, _refused_method)):
    for _name in _names:
        if hasattr(np.ndarray, _name):
            setattr(Traced, _name, _make(_name))


# -- operators --------------------------------------------------------------------------------------------------

#: By what Python calls them.
_COMPARISONS: dict[str, Any] = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
#: Python computes these of its own numbers: it has longer integers, and divides by no zero.
_BINARY: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "mod": np.remainder,
    "floordiv": np.floor_divide,
    "divmod": np.divmod,
    "matmul": np.matmul,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
}
_UNARY: dict[str, Any] = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "invert": np.invert}

_PYTHONS = frozenset((int, float, complex, bool))
#: What no other type has a say in.
_PLAIN = _PYTHONS | {Traced, np.ndarray, np.float64, np.float32}


def _operators(name: str, ufunc: np.ufunc) -> None:
    of_pythons = divmod if name == "divmod" else getattr(operator, f"__{name}__")

    def computed(self: Any, other: Any, a: Any, b: Any) -> Any:
        kind = type(other)
        if self.symbol.is_pythons and (kind in _PYTHONS or _is_pythons(other)) and name != "matmul":
            return self.recording.do(CALL, of_pythons, (a, b), {})
        if kind in _PLAIN:
            return self.recording.computed(ufunc, (a, b))
        return NotImplemented if getattr(kind, "__array_ufunc__", kind) is None else ufunc(a, b)

    def in_place(self: Any, other: Any) -> Any:
        return NotImplemented if self.is_number else ufunc(self, other, out=(self,))

    setattr(Traced, f"__{name}__", lambda self, other: computed(self, other, self, other))
    setattr(Traced, f"__r{name}__", lambda self, other: computed(self, other, other, self))
    setattr(Traced, f"__i{name}__", in_place)


def _comparison(name: str, ufunc: np.ufunc) -> None:
    def compared(self: Any, other: Any) -> Any:
        kind = type(other)
        if kind in _PLAIN:
            return self.recording.computed(ufunc, (self, other))
        if isinstance(other, (str, bytes)) and name in ("eq", "ne"):  # which no number is equal to
            return np.full(self.shape, name == "ne")
        return NotImplemented if getattr(kind, "__array_ufunc__", kind) is None else ufunc(self, other)

    setattr(Traced, f"__{name}__", compared)


def _unary(name: str, ufunc: np.ufunc) -> None:
    setattr(Traced, f"__{name}__", lambda self: self.recording.computed(ufunc, (self,)))


def _power(self: Any, other: Any, modulo: Any = None) -> Any:
    """Of numbers, and by a number of Python's, not what `np.power` does: as by 2, which squares."""
    kind: Any = type(other)
    if _is_pythons(other) or (self.is_number and (kind is Traced or kind in _PYTHONS or isinstance(other, np.generic))):
        return self.recording.do(CALL, operator.pow, (self, other), {})
    ufunc: Any = _ufunc_of_power(self.dtype, self.ndim == 0, kind, other) if kind in _PYTHONS else np.power
    return ufunc(self, other) if ufunc.nin == 2 else ufunc(self)


def _reflected_power(self: Any, other: Any, modulo: Any = None) -> Any:
    if self.is_number and (type(other) in _PYTHONS or isinstance(other, np.generic)):
        return self.recording.do(CALL, operator.pow, (other, self), {})
    return np.power(other, self)


def _power_in_place(self: Any, other: Any) -> Any:
    if self.is_number:
        return NotImplemented
    kind: Any = type(other)
    ufunc: Any = _ufunc_of_power(self.dtype, self.ndim == 0, kind, other) if kind in _PYTHONS else np.power
    return ufunc(self, other, out=(self,)) if ufunc.nin == 2 else ufunc(self, out=(self,))


class _Asked(np.ndarray[Any, Any]):
    """An array that tells by which ufunc NumPy computes with it."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        return ufunc


@cache
def _ufunc_of_power(dtype: Any, is_0d: bool, kind: Any, exponent: Any) -> Any:
    return np.ones(() if is_0d else 1, dtype).view(_Asked) ** exponent


def _is_pythons(x: Any) -> bool:
    return type(x) is Traced and x.symbol.is_pythons


def _matmul_in_place(self: Any, other: Any) -> Any:
    if self.is_number or self.ndim < 1 or np.ndim(other) < 2:
        raise ValueError(
            "inplace matrix multiplication requires the first operand to have at least one and the second at least "
            "two dimensions."
        )
    return np.matmul(self, other, out=(self,))


for _table, _enter in ((_BINARY, _operators), (_COMPARISONS, _comparison), (_UNARY, _unary)):
    for _name, _ufunc in _table.items():
        _enter(_name, _ufunc)
Traced.repeat = lambda self, repeats, axis=None: np.repeat(self, repeats, axis)  # type: ignore[attr-defined]
_more = {"pow": _power, "rpow": _reflected_power, "ipow": _power_in_place, "imatmul": _matmul_in_place}
for _name, _function in _more.items():
    setattr(Traced, f"__{_name}__", _function)
