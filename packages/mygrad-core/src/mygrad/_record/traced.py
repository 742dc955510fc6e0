"""What a recorded function computes with: what notes all that is done with it, and does not tell its values.

It looks like an array and is none. So whatever is written in C, and takes the memory of arrays without asking, finds
nothing here: NumPy has to ask, by its protocols, and what others ask for is refused where they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._record import functions
from mygrad._record.program import ATTRIBUTE, CALL, GETITEM, SETITEM
from mygrad._rules.recorded import RECORDED, active
from mygrad.errors import RecordingError

if TYPE_CHECKING:
    from mygrad._record.trace import Trace

__all__ = ["Traced"]

_ndarray = np.ndarray


class Traced:
    """An array, or a number, that depends on an argument of the recorded function.

    Parameters
    ----------
    recording : Trace
    value : Any
        What NumPy returned: an array, or a number.
    symbol : Var
        What the program calls it.
    root : Traced | None
        An array over the same memory that was there before, if there was one.
    """

    __slots__ = ("__weakref__", "recording", "root", "symbol", "value")

    def __init__(self, recording: Trace, value: Any, var: Any, root: Any) -> None:
        self.recording, self.value, self.symbol, self.root = recording, value, var, root

    # -- what it looks like --------------------------------------------------------------------------------

    if TYPE_CHECKING:  # what `methods.py` enters
        copy: Any
        reshape: Any

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self.value) if self.symbol.is_pythons else _ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.symbol.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.symbol.dtype

    @property
    def strides(self) -> tuple[int, ...]:
        return self.symbol.strides or ()

    @property
    def ndim(self) -> int:
        return len(self.symbol.shape)

    @property
    def size(self) -> int:
        return prod(self.symbol.shape)

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.size * self.itemsize

    device = "cpu"

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        return np

    def __len__(self) -> int:
        if not self.symbol.shape:
            raise TypeError("len() of unsized object")
        return self.symbol.shape[0]

    # -- calls of NumPy ------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        out = params.pop("out", None)
        for x in inputs if out is None else (*inputs, *out):
            if type(x) is not Traced and isinstance(x, Handle):
                return NotImplemented
        if out is None and not params and method == "__call__":
            return self.recording.computed(ufunc, inputs)
        trace = trace_of(inputs, out, params)
        fn = ufunc if method == "__call__" else getattr(ufunc, method)
        if method == "at":
            return trace.do(CALL, fn, inputs, params, writes=_target(trace, inputs[0]))
        if out is None:
            return trace.do(CALL, fn, inputs, params)
        if len(out) == 1:
            return _into(trace, ufunc, method, fn, inputs, out[0], params)
        for target in out:
            if target is not None:
                raise trace.refusal("has several results written into arrays", "Leave `out` out.")
        return trace.do(CALL, fn, inputs, params)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        tensor = _tensor_in((*args, *kwargs.values()))
        if tensor is not None:
            return tensor.__array_function__(func, types, args, kwargs)
        return functions.call(self.recording, func, args, kwargs)

    # -- methods and attributes ----------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        trace = self.recording
        if index is Ellipsis and self.symbol.is_pythons:  # the engine's view of what nobody can write to
            return self
        if _selects(index):
            raise trace.refusal(
                "picks the elements that a mask selects, and how many these are depends on values",
                "Keep all of them, and write `np.where(mask, x, 0)`, or give reductions the mask as `where=`.",
            )
        return trace.do(GETITEM, None, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        trace = self.recording
        if isinstance(value, Handle):
            value = value._memory
        if _selects(index) and np.ndim(value) > 0:
            raise trace.refusal(
                "writes to the elements that a mask selects, and how many these are depends on values",
                "Write `x[...] = np.where(mask, value, x)`.",
            )
        trace.do(SETITEM, None, (self, index, value), {}, writes=self)

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return map(self.__getitem__, range(len(self)))

    @property
    def is_number(self) -> bool:
        return not isinstance(self.value, _ndarray)

    @property
    def base(self) -> Any:
        if self.root is not None:
            return self.root
        return self.value.base if isinstance(self.value, _ndarray) else None

    @property
    def flags(self) -> Any:
        return np.asarray(self.value).flags

    @property
    def address(self) -> int:
        """Where the memory begins."""
        return self.value.__array_interface__["data"][0]

    @property
    def T(self) -> Any:
        return self.recording.do(ATTRIBUTE, "T", (self,), {})

    @property
    def mT(self) -> Any:
        return self.recording.do(ATTRIBUTE, "mT", (self,), {})

    @property
    def real(self) -> Any:
        return self.recording.do(ATTRIBUTE, "real", (self,), {})

    @real.setter
    def real(self, value: Any) -> None:
        self.real[...] = value

    @property
    def imag(self) -> Any:
        return self.recording.do(ATTRIBUTE, "imag", (self,), {})

    @imag.setter
    def imag(self, value: Any) -> None:
        self.imag[...] = value

    @property
    def flat(self) -> Any:
        from mygrad._flat import Flat  # which imports what imports this

        return Flat(self)  # type: ignore[arg-type]

    @flat.setter
    def flat(self, values: Any) -> None:
        self.flat[:] = values

    def is_alone(self) -> bool:
        """Whether nobody else has an array over the same memory."""
        return all(t is None or t is self for t in [user() for user in self.symbol.memory.users])

    def become(self, made: Any) -> None:
        """Have the value of `made` from now on, of the same shape, dtype and strides."""
        if not isinstance(made.value, _ndarray):
            self.value = made.value
        self.symbol = made.symbol
        self.recording.hand_over(self, made)

    def settle(self) -> None:
        """Be an array from now on, to be written into: the engine has arrays where NumPy has numbers."""
        if self.is_number:
            made = self.recording.do(CALL, np.array, (self,), {})
            self.value = np.array(self.value)
            self.symbol = made.symbol
            self.recording.hand_over(self, made)

    def write_by(self, fn: Any, *args: Any) -> None:
        """Have a function write into the array, its first argument."""
        self.recording.do(CALL, fn, (self, *args), {}, writes=self)

    def as_array(self) -> Any:
        """The same; of a number of NumPy's, an array without axes."""
        is_numpys = self.is_number and not self.symbol.is_pythons
        return self.recording.do(CALL, np.asarray, (self,), {}) if is_numpys else self

    # -- what would tell values ----------------------------------------------------------------------------

    def _tell(self, what: str, instead: str) -> NoReturn:
        """Refuse what would tell values."""
        name = self.symbol.name
        of = f"namely the argument `{name}`" if name else "which depends on an argument of the recorded function"
        if name and self.symbol.is_pythons:
            instead = f"Let that be a static argument: `static_argnames={name!r}`. {instead}"
        raise self.recording.refusal(f"{what}, {of}", instead)

    def __bool__(self) -> bool:
        self._tell(
            "branches on a value",
            "Both ways can be computed and chosen from, by `np.where(condition, a, b)`, `np.maximum` or `np.clip`. "
            "What is no number to differentiate by may be a static argument (`static_argnames`).",
        )

    def __int__(self) -> int:
        self._tell("makes an integer of a value", _INTEGER)

    def __index__(self) -> int:
        self._tell("uses a value as a count, a shape or an index", _INTEGER)

    def __float__(self) -> float:
        self._tell("makes a number of a value", _NUMBER)

    def __complex__(self) -> complex:
        self._tell("makes a number of a value", _NUMBER)

    def item(self, *args: Any) -> Any:
        self._tell("takes a value out of an array", _NUMBER)

    def tolist(self) -> Any:
        self._tell("makes a list of values", _NUMBER)

    def tobytes(self, *args: Any, **kwargs: Any) -> Any:
        self._tell("makes bytes of values", _NUMBER)

    def __contains__(self, value: object) -> bool:
        self._tell("asks whether a value is in an array", "Write `np.any(x == value)`, and choose by `np.where`.")

    def __repr__(self) -> str:
        if active.get() is self.recording:
            self._tell("prints a value, or makes a string of it", "Return it, and print it outside.")
        return f"<recorded array of shape {self.shape}, {self.dtype}>"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        self.leave()

    def leave(self) -> NoReturn:
        """Refuse to be made a plain array of."""
        self._tell("makes a plain array of a value", _PLAIN)

    @property
    def data(self) -> Any:
        self._tell("asks for the memory of a value", _NUMBER)

    ctypes = data

    @property
    def __array_interface__(self) -> Any:
        self.leave()

    __array_struct__ = __array_interface__

    def __buffer__(self, flags: int) -> Any:  # which Python asks for from 3.12 on, and raises TypeError before
        self.leave()

    def __hash__(self) -> int:
        if self.is_number:
            self._tell("takes a value as a key, or looks for it in a set", _NUMBER)
        raise TypeError("unhashable type: 'numpy.ndarray'")

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._tell("pickles a value", "Return it, and pickle it outside.")

    def __round__(self, digits: Any = None) -> Any:
        self._tell("rounds a value to a number of Python's", "Write `np.round(x)`.")

    def setflags(self, write: Any = None, align: Any = None, uic: Any = None) -> None:
        """Nothing: what the memory guard would lock nobody outside has."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def __copy__(self) -> Any:
        return self.copy()


_INTEGER = (
    "Of integer arrays, computations are recorded (`np.take`, `x[i]`, `np.arange(n) < k`); an argument that is a size "
    "or a flag is to be static (`static_argnames`)."
)
_NUMBER = "NumPy's functions compute with it as it is: `np.sin(x)` for `math.sin(x)`."

_PLAIN = (
    "NumPy's functions take what `np.asarray(x)` is called for as it is, and `np.stack` for `np.array([x, y])`; an "
    "array that is written to is made by `np.zeros_like(x)`, or `np.zeros(shape, like=x)`; one that is indexed is to "
    "be an argument, or `np.asarray(table, like=x)`."
)

RECORDED.add(Traced)


def trace_of(*args: Any) -> Trace:
    """The recording that arguments belong to."""
    found = _find(args)
    if found is None:
        raise RecordingError("mygrad.compile: an array was made behind the recording's back.")
    return found


def _find(x: Any) -> Any:
    kind = type(x)
    if kind is Traced:
        return x.recording
    if kind is tuple or kind is list:
        for part in x:
            found = _find(part)
            if found is not None:
                return found
    elif kind is dict:
        return _find(tuple(x.values()))
    return None


def _tensor_in(args: Any) -> Any:
    for x in args:
        found = _tensor_in(x) if type(x) in (tuple, list) else x if isinstance(x, Handle) else None
        if found is not None:
            return found
    return None


def _selects(index: Any) -> bool:
    """Whether there is a mask in an index that depends on values."""
    parts = index if type(index) is tuple else (index,)
    return any(type(part) is Traced and part.dtype == np.bool_ for part in parts)


def _target(trace: Trace, out: Any) -> Traced:
    if type(out) is not Traced:
        raise trace.refusal(
            "writes what depends on an argument into an array that does not",
            "Make the array by `np.zeros_like(x)`, or `np.zeros(shape, like=x)`, of an argument `x`.",
        )
    return out


def _into(
    trace: Trace, ufunc: Any, method: str, fn: Any, inputs: tuple[Any, ...], out: Any, params: dict[str, Any]
) -> Any:
    """A call of a ufunc whose result is written into an array.

    It becomes the array's new value if nobody else sees its memory: then nothing is written, as far as the program
    goes, and the passes decide what buffer to compute it in.
    """
    if type(out) is _ndarray and method == "__call__" and not params:
        return _instead(trace, fn, inputs, out)
    target = _target(trace, out)
    if method != "__call__" or params or not target.is_alone():
        trace.do(CALL, fn, inputs, {**params, "out": target}, writes=target)
        return target
    made = trace.do(CALL, fn, inputs, {})
    array = np.asarray(made.value)
    same = made.is_number == target.is_number and array.dtype == target.dtype and array.strides == target.strides
    if array.shape != target.shape or not same or target.symbol.memory.outside:
        trace.steps.pop()
        trace.do(CALL, fn, inputs, {"out": target}, writes=target)
        return target
    if isinstance(target.value, _ndarray):
        target.value[...] = array
    target.become(made)
    return target


def _instead(trace: Trace, fn: Any, inputs: tuple[Any, ...], out: Any) -> Any:
    """What stands for the array `out`, which does not depend on an argument, once the result is written into it.

    After ``out += x``, the name means what is returned here. Nobody may go on to use the array itself.
    """
    made = trace.do(CALL, fn, inputs, {})
    if made.shape != out.shape:
        made = trace.do(CALL, np.broadcast_to, (made, out.shape), {}).copy()
    if made.dtype != out.dtype:
        made = made.astype(out.dtype)
    trace.retire(out)
    return made
