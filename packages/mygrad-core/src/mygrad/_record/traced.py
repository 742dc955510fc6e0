"""What a recorded function computes with: an array that notes what is done with it, and does not tell its values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._record import functions
from mygrad._record.blank import blank
from mygrad._record.program import ATTRIBUTE, CALL, GETITEM, METHOD, SETITEM
from mygrad._rules.recorded import RECORDED, UNUSUAL
from mygrad.errors import RecordingError

if TYPE_CHECKING:
    from mygrad._record.trace import Trace

__all__ = ["Traced", "hollow"]

_ndarray = np.ndarray


class Traced(np.ndarray):
    """An array that depends on an argument of the recorded function.

    It has the shape, the dtype and the strides of its value, and nothing of the value itself in its memory: whoever
    gets at that without asking, as `np.asarray` does, finds nan there, and not what would do as a constant.

    Attributes
    ----------
    trace : Trace
    value : Any
        What NumPy returned: an array, or a number.
    var : Var
        What the program calls it.
    root : Traced | None
        An array over the same memory that was there before, if there was one.
    """

    trace: Any = None
    value: Any
    var: Any
    root: Any = None

    # -- calls of NumPy ------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        out = params.pop("out", None)
        for x in inputs if out is None else (*inputs, *out):
            if type(x) is not Traced and isinstance(x, Handle):
                return NotImplemented
        if out is None and not params and method == "__call__":
            return self.checked().trace.computed(ufunc, inputs)
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
        if any(issubclass(kind, Handle) for kind in types):
            return NotImplemented
        return functions.call(self.checked().trace, func, args, kwargs)

    # -- methods and attributes ----------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        trace = self.checked().trace
        if index is Ellipsis and self.var.is_pythons:  # the engine's view of what nobody can write to
            return self
        if _selects(index):
            raise trace.refusal(
                "picks the elements that a mask selects, and how many these are depends on values",
                "Keep all of them, and write `np.where(mask, x, 0)`, or give reductions the mask as `where=`.",
            )
        return trace.do(GETITEM, None, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        trace = self.checked().trace
        if isinstance(value, Handle):
            value = value._memory
        if _selects(index) and np.ndim(value) > 0:
            raise trace.refusal(
                "writes to the elements that a mask selects, and how many these are depends on values",
                "Write `x[...] = np.where(mask, value, x)`.",
            )
        trace.do(SETITEM, None, (self, index, value), {}, writes=self)

    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        """Of numbers, and by a number of Python's, not what `np.power` does: as by 2, which squares."""
        if _is_pythons(other) or (self.is_number and (type(other) is Traced or type(other) in _PYTHONS)):
            return self.checked().trace.do(CALL, operator.pow, (self, other), {})
        return super().__pow__(other)

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
    def __array_interface__(self) -> Any:
        return np.asarray(self.value).__array_interface__

    @property
    def T(self) -> Any:
        return self.checked().trace.do(ATTRIBUTE, "T", (self,), {})

    @property
    def mT(self) -> Any:
        return self.checked().trace.do(ATTRIBUTE, "mT", (self,), {})

    @property
    def real(self) -> Any:
        return self.checked().trace.do(ATTRIBUTE, "real", (self,), {})

    @real.setter
    def real(self, value: Any) -> None:
        self.real[...] = value

    @property
    def imag(self) -> Any:
        return self.checked().trace.do(ATTRIBUTE, "imag", (self,), {})

    @imag.setter
    def imag(self, value: Any) -> None:
        self.imag[...] = value

    @property
    def flat(self) -> Any:
        return self.reshape(-1)

    def is_alone(self) -> bool:
        """Whether nobody else has an array over the same memory."""
        return all(t is None or t is self for t in [user() for user in self.var.memory.users])

    def become(self, made: Any) -> None:
        """Have the value of `made` from now on, of the same shape, dtype and strides."""
        if not isinstance(made.value, _ndarray):
            self.value = made.value
        self.var = made.var
        self.trace.hand_over(self, made)

    def settle(self) -> None:
        """Be an array from now on, to be written into: the engine has arrays where NumPy has numbers."""
        if self.is_number:
            made = self.checked().trace.do(CALL, np.array, (self,), {})
            self.value = np.array(self.value)
            self.var = made.var
            self.trace.hand_over(self, made)

    def write_by(self, fn: Any, *args: Any) -> None:
        """Have a function write into the array, its first argument."""
        self.checked().trace.do(CALL, fn, (self, *args), {}, writes=self)

    def as_array(self) -> Any:
        """The same; of a number of NumPy's, an array without axes."""
        is_numpys = self.is_number and not self.var.is_pythons
        return self.checked().trace.do(CALL, np.asarray, (self,), {}) if is_numpys else self

    def checked(self) -> Traced:
        """The array itself.

        Raises
        ------
        RecordingError
            If it was not made by a step, but behind our back.
        """
        if self.trace is None:
            raise RecordingError(
                "mygrad.compile: an array was made of one that depends on an argument without NumPy noticing, as by "
                "`np.array(x, subok=True)`. NumPy's functions and the methods of arrays are recorded."
            )
        return self

    # -- what would tell values ----------------------------------------------------------------------------

    def _tell(self, what: str, instead: str) -> NoReturn:
        raise self.checked().trace.refusal(f"{what}, which depends on an argument of the recorded function", instead)

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
        return f"<recorded array of shape {self.shape}, {self.dtype}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def leave(self) -> NoReturn:
        """Refuse to be made a plain array of."""
        self._tell("makes a plain array of a value", _NUMBER)

    def __reduce__(self) -> Any:
        self._tell("pickles a value", _NUMBER)

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
    "repeat",
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
_REFUSED = ["byteswap", "compress", "dump", "dumps", "getfield", "nonzero", "resize", "setfield", "tofile"]
_REFUSED += ["to_device", "__dlpack__"]


def _method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        trace = self.checked().trace
        target = self
        if not hasattr(self.value, name):  # a number of Python's, which was given as an argument
            target = trace.do(CALL, np.asarray, (self,), {})
        out = kwargs.pop("out", None)
        found = trace.do(METHOD, name, (target, *args), kwargs)
        if out is None:
            return found
        out[...] = found
        return out

    return method


def _writing_method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self.checked().trace.do(METHOD, name, (self, *args), kwargs, writes=self)

    return method


def _refused_method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        self._tell(f"calls the method `{name}` of an array", "It cannot be recorded. NumPy's functions are.")

    return method


for _names, _make in ((_METHODS, _method), (_WRITES, _writing_method), (_REFUSED, _refused_method)):
    for _name in _names:
        if hasattr(np.ndarray, _name):
            setattr(Traced, _name, _make(_name))


def _operator(name: str) -> None:
    """Have numbers of Python's computed with as Python does, which has longer integers and divides by no zero."""
    function = getattr(operator, name, divmod)

    def of_pythons(self: Any, a: Any, b: Any, inherited: Any) -> Any:
        other = a if b is self else b
        if self.checked().var.is_pythons and (type(other) in _PYTHONS or _is_pythons(other)):
            return self.trace.do(CALL, function, (a, b), {})
        return inherited(self, other)

    forward, backward = f"__{name.strip('_')}__", f"__r{name.strip('_')}__"
    ahead, behind = getattr(_ndarray, forward), getattr(_ndarray, backward)
    ufunc = _UFUNCS.get(name)

    def forwards(self: Any, other: Any) -> Any:
        if ufunc is not None and type(other) in _AS_IT_IS and not self.checked().var.is_pythons:
            return self.trace.computed(ufunc, (self, other))
        return of_pythons(self, self, other, ahead)

    def backwards(self: Any, other: Any) -> Any:
        if ufunc is not None and type(other) in _PYTHONS and not self.checked().var.is_pythons:
            return self.trace.computed(ufunc, (other, self))
        return of_pythons(self, other, self, behind)

    if name != "pow":
        setattr(Traced, forward, forwards)
    setattr(Traced, backward, backwards)


#: What the operators of arrays call, in half of the time.
_UFUNCS = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide}


_PYTHONS = frozenset((int, float, complex, bool))
_AS_IT_IS = _PYTHONS | {Traced}


def _is_pythons(x: Any) -> bool:
    return type(x) is Traced and x.checked().var.is_pythons


_OPERATORS = "add sub mul truediv floordiv mod divmod pow lshift rshift and_ or_ xor"
for _name in _OPERATORS.split():
    _operator(_name)


def hollow(value: Any) -> Traced:
    """A recorded array for a value, which does not have it."""
    if isinstance(value, _ndarray):
        form = value.shape, value.dtype, value.strides
    else:
        form = _NUMBER_FORMS.get(type(value)) or ((), np.asarray(value).dtype, ())
    known = _forms.get(form)
    if known is None:
        array = np.asarray(value)
        if len(_forms) > 1000:
            _forms.clear()
        known = _forms[form] = blank(Traced, array)
    return _view(known)


_NUMBER_FORMS: dict[type, Any] = {t: ((), np.dtype(t), ()) for t in (np.float64, np.float32)}
#: Arrays by their forms: to make a view takes a third of the time of making one.
_forms: dict[Any, Traced] = {}
_view: Any = np.ndarray.view


RECORDED.add(Traced)
UNUSUAL.add(Traced)


def trace_of(*args: Any) -> Trace:
    """The recording that arguments belong to."""
    found = _find(args)
    if found is None:
        raise RecordingError("mygrad.compile: an array was made behind the recording's back.")
    return found


def _find(x: Any) -> Any:
    kind = type(x)
    if kind is Traced:
        return x.checked().trace
    if kind is tuple or kind is list:
        for part in x:
            found = _find(part)
            if found is not None:
                return found
    elif kind is dict:
        return _find(tuple(x.values()))
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
    return out.checked()


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
    if array.shape != target.shape or not same or target.var.memory.outside:
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
