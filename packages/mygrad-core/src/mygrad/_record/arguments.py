"""The arguments of a call: the arrays and numbers in them, and how the source of a program gets at these."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._pytrees import is_container
from mygrad._record.literals import literal
from mygrad._rules.recorded import RECORDED

__all__ = ["Arguments", "Differentiated", "Leaf", "described", "name_of", "owner_of", "parameters_of"]

#: Of which Python's own are variables, and what else: numbers and arrays.
_NUMBERS = (float, int, complex)
#: The types of static arguments that may be equal and still be different, or become so.
_BY_FORM = frozenset((float, complex, tuple, list, set, frozenset, dict, partial, MethodType))


@dataclasses.dataclass(slots=True)
class Leaf:
    """An array or a number among the arguments.

    Attributes
    ----------
    value : Any
    path : str
        How the source gets at it, from the name of the argument.
    name : str
        What the source calls it.
    """

    value: Any
    path: str
    name: str


class Differentiated(Exception):
    """There is a variable among the arguments, or an array that is being recorded: the function itself is to run."""


class Arguments:
    """The arguments of a call, taken apart.

    Parameters
    ----------
    bound : dict[str, Any]
        By the names of the parameters.
    static : frozenset[str]
        The names of those that are a part of the program.

    Attributes
    ----------
    leaves : list[Leaf]
    conditions : list[str]
        What a later call has to fulfil for the program to be that of its arguments, as Python, of the parameters.
    constants : dict[str, Any]
        What these refer to.
    key : tuple
        The same, to be compared.
    """

    def __init__(self, bound: dict[str, Any], static: frozenset[str]) -> None:
        self.leaves: list[Leaf] = []
        self.conditions: list[str] = []
        self.constants: dict[str, Any] = {}
        self._taken = set(bound)
        key = []
        self.forms: dict[str, Any] = {}
        for name, value in bound.items():
            if name in static:
                self.forms[name] = _Static(value)
                self._fixed(name, value)
                key.append((name, "static", _hashed(value)))
            else:
                self.forms[name] = self._take(value, name, name, key)
        self.key: tuple[Any, ...] = tuple(key)

    def filled(self, values: list[Any]) -> dict[str, Any]:
        """The arguments, by the names of the parameters, with other `values` in the places of the leaves."""
        rest = iter(values)
        return {name: _filled(form, rest) for name, form in self.forms.items()}

    def _take(self, x: Any, path: str, name: str, key: list[Any]) -> Any:
        if isinstance(x, Handle):
            if not x._constant or type(x._memory) in RECORDED:
                raise Differentiated
            self.conditions.append(f"not isinstance({path}, ndarray)")  # which no replay takes: it is looked up
            x = np.asarray(x._memory)
            return self._leaf(x, f"np.asarray({path})", name, key)
        if is_container(x):
            return self._container(x, path, name, key)
        if isinstance(x, (list, tuple)):
            array = np.asarray(x)
            kind = type(x).__name__
            self.conditions.append(f"type({path}) is {kind}")
            return self._leaf(array, f"np.asarray({path})", name, key)
        if type(x) is np.ndarray or isinstance(x, np.generic) or type(x) in _NUMBERS:
            if isinstance(x, np.ndarray) and x.dtype.kind not in "fiubc":
                raise TypeError(f"mygrad.compile: the argument {path} is of dtype {x.dtype}, and is no number")
            return self._leaf(x, path, name, key)
        if type(x) in RECORDED:
            raise Differentiated
        if isinstance(x, np.ndarray):
            raise TypeError(
                f"mygrad.compile: the argument {path} is of the class {type(x).__name__}. Pass a plain array, as of "
                f"`np.asarray`."
            )
        self._fixed(path, x)
        key.append((path, "is", _hashed(x)))
        return _Static(x)

    def _leaf(self, x: Any, path: str, name: str, key: list[Any]) -> Any:
        free = name
        while any(leaf.name == free for leaf in self.leaves) or (free != path and free in self._taken):
            free += "_"
        if path == name:
            free = name
        self.leaves.append(Leaf(x, path, free))
        if type(x) is np.ndarray:
            dtype = self._named(x.dtype, "d")
            if not path.startswith("np.asarray("):
                self.conditions += [f"type({path}) is ndarray"]
            value = path
            self.conditions += [
                f"{value}.shape == {x.shape}",
                f"({value}.dtype is {dtype} or {value}.dtype == {dtype})",
            ]
            if not path.startswith("np.asarray("):
                self.conditions += [f"{value}.strides == {x.strides}"] if x.ndim else []
            key.append((path, x.shape, x.dtype, x.strides))
        else:
            self.conditions.append(f"type({path}) is {self._named(type(x), 'k')}")
            key.append((path, type(x)))
        return _LEAF

    def _container(self, x: Any, path: str, name: str, key: list[Any]) -> Any:
        kind = self._named(type(x), "k")
        self.conditions.append(f"type({path}) is {kind}")
        if isinstance(x, dict):
            if any(not isinstance(k, (str, int)) for k in x):
                raise TypeError(f"mygrad.compile: the keys of the dictionary {path} are to be strings or integers")
            self.conditions.append(f"[*{path}] == {list(x)!r}")  # in this order: a function may go through it
            parts = {k: self._take(v, f"{path}[{k!r}]", f"{name}_{_as_name(k)}", key) for k, v in x.items()}
            key.append((path, dict, tuple(x)))
            return _Parts(x, list(parts.values()), lambda made: _dictionary(x, made))
        if isinstance(x, (list, tuple)):
            self.conditions.append(f"len({path}) == {len(x)}")
            names = getattr(x, "_fields", None) or range(len(x))
            taken = [
                self._take(v, f"{path}[{i}]", f"{name}_{n}", key) for i, (n, v) in enumerate(zip(names, x, strict=True))
            ]
            key.append((path, type(x), len(x)))
            make = getattr(type(x), "_make", type(x))
            return _Parts(x, taken, make)
        if dataclasses.is_dataclass(x) and not hasattr(type(x), "__tree_flatten__"):
            fields = [field.name for field in dataclasses.fields(x)]
            taken = [self._take(getattr(x, f), f"{path}.{f}", f"{name}_{f}", key) for f in fields]
            key.append((path, type(x)))
            return _Parts(x, taken, lambda made: _with_fields(x, fields, made))
        inner, rebuild = x.__tree_flatten__()
        taken = [self._take(inner, f"{path}.__tree_flatten__()[0]", name, key)]
        key.append((path, type(x)))
        return _Parts(x, taken, lambda made: rebuild(made[0]))

    def depend_on(self, owner: Any) -> None:
        """Let the program be for an object as it is now: the one whose method is recorded, or which is called."""
        if _is_fixed(owner):  # to compare takes longer than the gradient of a few numbers
            return
        state = _hashed(owner)
        self.conditions.append(f"{self._named(_hashed, 'h')}({self._named(owner, 'o')}) == {self._named(state, 's')}")
        self.key += (("", state),)

    def _fixed(self, path: str, x: Any) -> None:
        if type(x) in _BY_FORM or isinstance(x, np.generic) or _has_state(x):
            self.conditions.append(f"{self._named(_hashed, 'h')}({path}) == {self._named(_hashed(x), 's')}")
            self._named(x, "s")  # what is known by its id is to stay
        elif isinstance(x, (str, int, bool, type(None))):
            same = f"{path} == {literal(x)}" if x is not None else f"{path} is None"
            self.conditions.append(f"type({path}) is {self._named(type(x), 'k')} and {same}")
        elif isinstance(x, np.ndarray):
            raise TypeError(f"mygrad.compile: the static argument {path} is an array. What is static is compared by ==")
        else:
            value = self._named(x, "s")
            self.conditions.append(f"({path} is {value} or {path} == {value})")

    def _named(self, x: Any, letter: str) -> str:
        for name, known in self.constants.items():
            if known is x:
                return name
        name = f"_{letter}{len(self.constants)}"
        self.constants[name] = x
        return name


class _Static:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _Parts:
    __slots__ = ("container", "make", "parts")

    def __init__(self, container: Any, parts: list[Any], make: Callable[[list[Any]], Any]) -> None:
        self.container, self.parts, self.make = container, parts, make


_LEAF = object()


def _filled(form: Any, rest: Any) -> Any:
    if form is _LEAF:
        return next(rest)
    if type(form) is _Static:
        return form.value
    return form.make([_filled(part, rest) for part in form.parts])


def _dictionary(x: Any, values: list[Any]) -> Any:
    made = x.copy()
    made.update(zip(x, values, strict=True))
    return made


def _with_fields(x: Any, names: list[str], values: list[Any]) -> Any:
    import copy

    made = copy.copy(x)
    for name, value in zip(names, values, strict=True):
        object.__setattr__(made, name, value)
    return made


def _as_name(key: Any) -> str:
    text = "".join(c if c.isalnum() else "_" for c in str(key))
    return text or "_"


def _hashed(x: Any) -> Any:
    """What is equal for static arguments that no function can tell apart: of what types, and signs of zero."""
    kind = type(x)
    if kind in (float, complex):
        return kind, repr(x)
    if kind in (tuple, list):
        return kind, tuple(map(_hashed, x))
    if kind in (set, frozenset):
        return kind, frozenset(map(_hashed, x))
    if kind is dict:
        return kind, tuple([(_hashed(name), _hashed(value)) for name, value in x.items()])
    if isinstance(x, np.generic):
        return kind, x.tobytes()
    if kind in (str, int, bool, bytes, type(None)):
        return kind, x
    if _has_state(x):
        known = _open.get()
        if id(x) in known:
            return kind, id(x)
        token = _open.set(known | {id(x)})
        try:
            slots = [name for c in kind.__mro__ for name in getattr(c, "__slots__", ()) if hasattr(x, name)]
            state = {name: getattr(x, name) for name in slots if not name.startswith("__")} | getattr(x, "__dict__", {})
            return kind, _hashed(state)
        finally:
            _open.reset(token)
    if isinstance(x, np.ndarray):
        return kind, x.shape, x.dtype, x.strides, x.tobytes()
    if kind is MethodType:
        return kind, x.__func__, _hashed(x.__self__)
    if kind is partial:
        return kind, _hashed(x.func), _hashed(x.args), _hashed(x.keywords)
    try:
        hash(x)
    except TypeError:
        return kind, id(x)
    return kind, x


#: The objects whose states are being looked at: one may be its own attribute.
_open: ContextVar[frozenset[int]] = ContextVar("mygrad_static_objects", default=frozenset())
#: Of values of these types nothing can change.
_FIXED = frozenset((str, int, bool, float, complex, bytes, type(None), FunctionType, BuiltinFunctionType, ModuleType))
_WITHOUT_STATE = (type, FunctionType, BuiltinFunctionType, ModuleType, np.ufunc, np.dtype, np.ndarray, Enum, Handle)


def _has_state(x: Any) -> bool:
    """Whether it is an object that is what its attributes are, which may change."""
    kind = type(x)
    if kind is partial or kind is MethodType:
        return False
    return kind.__module__ != "builtins" and not isinstance(x, _WITHOUT_STATE) and hasattr(x, "__dict__")


def _is_fixed(x: Any) -> bool:
    """Whether nothing in a value can change, nor in what it consists of."""
    kind = type(x)
    if kind is partial:
        return not x.keywords and all(map(_is_fixed, (x.func, *x.args)))
    if kind is MethodType:
        return _is_fixed(x.__self__)
    return all(map(_is_fixed, x)) if kind in (tuple, frozenset) else kind in _FIXED


def owner_of(f: Callable[..., Any]) -> Any:
    """What a function has a state in, if it is a method of an object, or an object that is called, or a derivative."""
    inner = getattr(f, "__wrapped__", None)
    if inner is None and str(getattr(f, "__module__", "")).partition(".")[0] == "mygrad":
        inner = [cell.cell_contents for cell in getattr(f, "__closure__", None) or ()]
    elif inner is None:
        return f if type(f) in (MethodType, partial) or _has_state(f) else None
    owners = [owner_of(g) for g in (inner if type(inner) is list else [inner]) if callable(g)]
    return next((owner for owner in owners if owner is not None), None)


def function_of(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, or the one that it is a derivative of."""
    while (derivative := getattr(f, "__derivative__", None)) is not None:
        f = derivative.f
    return f


def parameters_of(f: Callable[..., Any]) -> inspect.Signature | None:
    """The parameters of a function, or of the function that it is a derivative of."""
    try:
        return inspect.signature(function_of(f))
    except (TypeError, ValueError):
        return None


def name_of(f: Any) -> str:
    """What a function, or a derivative, is called."""
    derivative = getattr(f, "__derivative__", None)
    prefix = ""
    while derivative is not None:
        prefix += f"{derivative.kind}_of_"
        f = derivative.f
        derivative = getattr(f, "__derivative__", None)
    name = getattr(f, "__name__", "function")
    return prefix + (name if name.isidentifier() else "function")


def described(f: Callable[..., Any], name: str) -> str:
    """A function, and the line that it begins in."""
    code = getattr(inspect.unwrap(function_of(f)), "__code__", None)
    place = "" if code is None else f", which begins in line {code.co_firstlineno} of {code.co_filename},"
    return name + place
