"""Stand-ins for what makes numbers of what it is given: Python's `math` and `cmath`, `float` and `complex`."""

from __future__ import annotations

import cmath
import copyreg
import math
from collections.abc import Callable, Iterator
from functools import reduce
from types import new_class
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import has_variable
from mygrad._engine.state import is_lifted
from mygrad._lift.callers import called_by_others
from mygrad._lift.stand_in import always, given_tensors, stand_in
from mygrad._rules.complexes import as_complexes, is_complex
from mygrad._rules.rule import defvjp, primitive

__all__ = ["STAND_INS", "Complex", "Float"]

Function = Callable[..., Any]

# --- math -------------------------------------------------------------------------------------------


def _log(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.log(x) / np.log(base)


def _hypot(*coordinates: Any) -> Any:
    return reduce(np.hypot, coordinates, 0.0)


def _dist(p: Any, q: Any) -> Any:
    return _hypot(*[a - b for a, b in zip(p, q, strict=True)])


def _sum(terms: Any) -> Any:
    return sum(terms, 0.0)


def _prod(factors: Any, *, start: Any = 1) -> Any:
    return reduce(np.multiply, factors, start)


def _sumprod(p: Any, q: Any) -> Any:
    return sum([a * b for a, b in zip(p, q, strict=True)])


def _remainder(x: Any, y: Any) -> Any:
    x0, y0 = _as_numbers(x), _as_numbers(y)
    return x - y * round((x0 - math.remainder(x0, y0)) / y0)


def _modf(x: Any) -> tuple[Any, Any]:
    part, whole = np.modf(x)
    return part, float(whole)


def _frexp(x: Any) -> tuple[Any, Any]:
    mantissa, exponent = np.frexp(x)
    return mantissa, int(exponent)


@primitive
def _erf(x: Any) -> Any:
    return np.asarray(math.erf(x))


@primitive
def _erfc(x: Any) -> Any:
    return np.asarray(math.erfc(x))


defvjp(_erf, lambda g, _y, x: g * (2 / math.sqrt(math.pi) * np.exp(-x * x)))
defvjp(_erfc, lambda g, _y, x: g * (-2 / math.sqrt(math.pi) * np.exp(-x * x)))


#: What computes the same of tensors, by the name that Python's function has.
_DIFFERENTIABLE: dict[str, Function] = {
    **{name: getattr(np, f"arc{name[1:]}") for name in ("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh")},
    **{name: getattr(np, name) for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
    **{name: getattr(np, name) for name in ("cbrt", "exp", "exp2", "expm1", "log10", "log1p", "log2", "sqrt")},
    **{name: getattr(np, name) for name in ("copysign", "degrees", "fabs", "fmod", "nextafter", "radians")},
    "dist": _dist,
    "erf": _erf,
    "erfc": _erfc,
    "fma": lambda x, y, z: x * y + z,
    "frexp": _frexp,
    "fsum": _sum,
    "hypot": _hypot,
    "ldexp": np.ldexp,
    "log": _log,
    "modf": _modf,
    "pow": np.power,
    "prod": _prod,
    "remainder": _remainder,
    "sumprod": _sumprod,
}


def _of_complex(f: Function) -> Function:
    """`f` of what is complex, as what `cmath` is given always is."""
    return lambda *args: f(*[np.add(x, 0j) for x in args])


#: The same of those of `cmath`.
_COMPLEX: dict[str, Function] = {
    **{name: _of_complex(_DIFFERENTIABLE[name]) for name in ("acos", "acosh", "asin", "asinh", "atan", "atanh")},
    **{name: _of_complex(getattr(np, name)) for name in ("cos", "cosh", "exp", "log10", "sin", "sinh", "sqrt")},
    **{name: _of_complex(getattr(np, name)) for name in ("tan", "tanh")},
    "log": _of_complex(_log),
    "phase": np.angle,
    "polar": lambda z: (np.abs(z), np.angle(z)),
    "rect": lambda r, phi: r * np.exp(1j * phi),
}

#: Those which may be given something to go through, into which nobody can look beforehand.
_OF_ITERABLES = frozenset(("dist", "fsum", "prod", "sumprod"))

#: What depends on its arguments by steps, if at all.
_STEPS = ["ceil", "floor", "isclose", "isfinite", "isinf", "isnan", "trunc", "ulp"]


def _as_numbers(x: Any) -> Any:
    """`x` with numbers in the place of tensors that have no axes, at any depth of lists and tuples."""
    if isinstance(x, Handle):
        return x._memory if x._memory.ndim else x._memory.item()
    return [_as_numbers(part) for part in x] if isinstance(x, (list, tuple)) else x


def _without_axes(t: Any) -> Any:
    """A tensor of one element as Python takes it for a number."""
    return np.reshape(t, ()) if t.ndim else t


def _of_numbers(original: Function, differentiable: Function, of_iterables: bool) -> Function:
    """A function of `math`, differentiable if there are variables among its arguments."""

    def of_tensors(*args: Any, **kwargs: Any) -> Any:
        if of_iterables:
            args = tuple(map(list, args))
        value = original(*map(_as_numbers, args), **kwargs)  # and its errors
        if not has_variable(args):
            return value
        return differentiable(*[_without_axes(a) if isinstance(a, Handle) else a for a in args], **kwargs)

    return of_tensors


def _of_values(original: Function) -> Function:
    return lambda *args, **kwargs: original(*map(_as_numbers, args), **kwargs)


def _stand_ins() -> Iterator[tuple[Function, Function]]:
    for name, ours in _DIFFERENTIABLE.items():
        original = getattr(math, name, None)  # some came with later versions of Python
        if original is not None:
            of_iterables = name in _OF_ITERABLES
            yield stand_in(
                original, _of_numbers(original, ours, of_iterables), always if of_iterables else given_tensors
            )
    for name, ours in _COMPLEX.items():
        original = getattr(cmath, name)
        yield stand_in(original, _of_numbers(original, ours, False), given_tensors)
    for name in _STEPS:
        for module in math, cmath:
            if hasattr(module, name):
                yield stand_in(getattr(module, name), _of_values(getattr(module, name)), given_tensors)


STAND_INS = [*_stand_ins()]


# --- float and complex ------------------------------------------------------------------------------


class _NumberType(type):
    """The type of `Float` and `Complex`, which are Python's to all who ask, derive from them or pickle them."""

    __base__: type[Any]

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        if type(bases[0]) is not mcs:
            return super().__new__(mcs, name, bases, namespace)
        theirs = tuple([base.__base__ if type(base) is mcs else base for base in bases])
        return new_class(name, theirs, options, lambda names: names.update(namespace))

    def __instancecheck__(cls, x: object) -> bool:
        if not isinstance(x, Handle):
            return isinstance(x, cls.__base__)
        is_of_kind = (x._memory.dtype.kind == "c") is (cls.__base__ is complex)
        return x._memory.ndim == 0 and is_of_kind and is_lifted()

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, cls.__base__)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls.__base__

    def __hash__(cls) -> int:
        return hash(cls.__base__)


class Float(float, metaclass=_NumberType):
    """`float`, but of a variable in a lifted context a tensor of no axes in double precision."""

    dtype = np.dtype(np.float64)  # what NumPy takes it for

    def __new__(cls, x: Any = 0.0, /) -> Any:
        if cls is not Float:
            return float.__new__(cls, x)
        if isinstance(x, Handle) and is_lifted() and not x._constant and called_by_others(2, Float):
            float(x._memory)  # for Python's errors
            return _without_axes(x).astype(np.float64)
        return float(x)


class Complex(complex, metaclass=_NumberType):
    """`complex`, but of variables in a lifted context a tensor of no axes in double precision."""

    dtype = np.dtype(np.complex128)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Complex:
            return complex.__new__(cls, *args, **kwargs)
        if has_variable((*args, *kwargs.values())) and is_lifted() and called_by_others(2, Complex):
            complex(*map(_as_numbers, args), **{name: _as_numbers(x) for name, x in kwargs.items()})
            return _of_parts(*args, **kwargs)
        return complex(*args, **kwargs)


def _of_parts(real: Any = 0.0, imag: Any = None) -> Any:
    real, imag = [_without_axes(x) if isinstance(x, Handle) else x for x in (real, imag)]
    if imag is None:
        return real.astype(np.complex128)
    if is_complex(real) or is_complex(imag):
        return np.add(real, np.multiply(1j, imag), dtype=np.complex128)
    return as_complexes(np.stack([real, imag], dtype=np.float64))[0]  # which keeps the signs of zeros, as sums do not


for _kind in Float, Complex:
    _kind.__name__ = _kind.__qualname__ = _kind.__base__.__name__
    _kind.__module__ = "builtins"
copyreg.pickle(_NumberType, lambda kind: (type, (kind.__base__(),)))  # type: ignore[arg-type, return-value]
