"""The manifest: a description, in JSON, of what was saved, in which arrays stand by their names in the archive.

Strings, booleans, None, integers and finite floats stand for themselves. All else is an object whose first key says
what it is::

    {"dict": [[key, value], ...]}    {"list": [value, ...]}    {"tuple": [value, ...]}
    {"array": name}    {"scalar": name}    {"tensor": name, "constant": false, "grad": name or null}
    {"float": "nan"}    {"complex": [real, imaginary]}
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import mygrad as mg
from mygrad.io._npy import Header, savable

__all__ = ["MANIFEST", "MANIFEST_COST", "MANIFEST_LIMIT", "Decoder", "Encoder", "parse", "restore"]

Array = np.ndarray[Any, Any]

#: The array that holds the manifest: one string of bytes.
MANIFEST = "manifest"
VERSION = 1
#: In bytes, and in values. Many numbers belong in an array, not in a list: each takes a microsecond to load, and
#: a file that is a few kilobytes small can, if it is compressed, hold many millions.
MANIFEST_LIMIT = 2**24
VALUES_LIMIT = 2**20
#: Of pairs of keys in a dict that have the same hash, which all have to be compared. By chance there are next to none.
COLLISIONS_LIMIT = 10**5
#: How many bytes of memory a byte of JSON can take: "{}," makes a dict.
MANIFEST_COST = 25
#: Of containers in containers.
DEPTH_LIMIT = 100
#: Of integers, in bits: Python refuses to read much larger ones from text.
INTEGER_LIMIT = 8192
#: In bytes. An operation on a tensor whose array others may have takes 10 us longer, for a lock. Larger tensors, which
#: take longer to copy, do not notice it.
COPY_LIMIT = 2**20

WHAT_IS_SAVED = (
    "What can be saved are tensors, arrays, dicts, lists and tuples of them, and numbers, strings, booleans and None."
)


class Encoder:
    """Takes apart what is to be saved.

    Attributes
    ----------
    arrays : dict[str, ndarray]
        All arrays of it, by their names in the archive.
    """

    def __init__(self, tree: Any) -> None:
        self.arrays: dict[str, Array] = {}
        self._taken = {MANIFEST}
        self._numbers: Counter[str] = Counter()  # of names that look alike
        self._nodes: dict[int, Any] = {}  # of tensors and arrays: one that occurs twice is saved once
        self._open: set[int] = set()
        self._tree = self._node(tree, ())

    def manifest(self) -> Array:
        text = json.dumps(
            {
                "format": "mygrad",
                "version": VERSION,
                "tree": self._tree,
                "arrays": {name: Header.of(array).as_json() for name, array in self.arrays.items()},
            },
            allow_nan=False,
        ).encode("ascii")
        if len(text) > MANIFEST_LIMIT or _values(text) > VALUES_LIMIT:
            raise ValueError(
                "mygrad.save: there are too many numbers or strings in lists and dicts (those of a file take at most "
                f"{MANIFEST_LIMIT} bytes of JSON, and {VALUES_LIMIT} values): put them in arrays"
            )
        return np.array(text)

    def _node(self, value: Any, path: tuple[Any, ...]) -> Any:
        if isinstance(value, mg.Tensor):
            return self._shared(value, lambda: self._tensor(value, path))
        if type(value) in (np.ndarray, np.memmap):
            return self._shared(value, lambda: {"array": self._add(value, path)})
        if isinstance(value, np.bool_ | np.number | np.datetime64 | np.timedelta64):
            return {"scalar": self._add(np.asarray(value), path)}
        if type(value) in (dict, list, tuple):
            return self._container(value, path)
        return _plain(value, path)

    def _container(self, value: Any, path: tuple[Any, ...]) -> Any:
        if id(value) in self._open:
            raise ValueError(f"{_where(path)}: what contains itself cannot be saved")
        if len(path) >= DEPTH_LIMIT:
            raise ValueError(f"{_where(path[:5])}: nested more than {DEPTH_LIMIT} deep")
        self._open.add(id(value))
        if type(value) is dict:
            if _collisions(value) > COLLISIONS_LIMIT:
                raise ValueError(f"{_where(path[:5])}: too many keys of this dict have the same hash")
            items: list[Any] = [[_key(key, path), self._node(item, (*path, key))] for key, item in value.items()]
        else:
            items = [self._node(item, (*path, i)) for i, item in enumerate(value)]
        self._open.remove(id(value))
        return {type(value).__name__: items}

    def _tensor(self, value: mg.Tensor, path: tuple[Any, ...]) -> Any:
        # As pickle does. If one asks for `value.data`, each operation on the tensor has to lock it from then on.
        _, (data,), (constant, grad) = mg.Tensor.__reduce__(value)
        return {
            "tensor": self._add(data, path or ("data",)),
            "constant": constant,
            "grad": None if grad is None else self._add(grad, (*path, "grad")),
        }

    def _shared(self, value: Any, make: Callable[[], Any]) -> Any:
        if id(value) not in self._nodes:
            self._nodes[id(value)] = make()
        return self._nodes[id(value)]

    def _add(self, array: Array, path: tuple[Any, ...]) -> str:
        """The name of an array in the archive: the keys that lead to it, in letters that every system likes."""
        array = savable(array, _where(path))
        keys = (re.sub(r"[^A-Za-z0-9_.\-]", "_", str(key)[:100]) for key in path or ("data",))
        stem = "/".join(key if key.strip(".") else "_" + key for key in keys)[:200]
        name = stem
        while name in self._taken:
            self._numbers[stem] += 1
            name = f"{stem}~{1 + self._numbers[stem]}"
        self._taken.add(name)
        self.arrays[name] = array
        return name


def _plain(value: Any, path: tuple[Any, ...]) -> Any:
    kind = type(value)
    if kind is int and value.bit_length() > INTEGER_LIMIT:
        raise ValueError(f"{_where(path)}: an integer of more than {INTEGER_LIMIT} bits is not saved")
    if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
        return value
    if kind is float:
        return {"float": str(value)}
    if kind is complex:
        return {"complex": [_plain(value.real, path), _plain(value.imag, path)]}
    reason = ""
    if isinstance(value, np.ndarray):
        reason = " Convert it to a plain array with numpy.array(x, subok=False), if that is all of it."
    elif isinstance(value, dict | list | tuple | str | int | float):
        base = next(base for base in (dict, list, tuple, str, int, float) if isinstance(value, base))
        reason = f" It would not come back as one: convert it to {base.__name__} first."
    raise TypeError(f"{_where(path)}: an object of type {kind.__name__} is not saved. {WHAT_IS_SAVED}{reason}")


def _key(key: Any, path: tuple[Any, ...]) -> Any:
    if type(key) is tuple:
        return {"tuple": [_key(part, path) for part in key]}
    try:
        return _plain(key, path)
    except TypeError:
        raise TypeError(
            f"{_where(path)}: the key {key!r} is not saved. Keys can be strings, numbers, booleans, None, "
            "and tuples of these."
        ) from None


def _where(path: tuple[Any, ...]) -> str:
    return "mygrad.save: " + ("what is to be saved" + "".join(f"[{key!r}]" for key in path) if path else "its argument")


def _values(text: bytes) -> int:
    """No fewer than there are values in JSON, which is not parsed for that: each but the first follows on a mark."""
    return sum(map(text.count, (b",", b"[", b"{")))


def _collisions(keys: Iterable[Any]) -> int:
    """How many pairs of keys have the same hash."""
    return sum(n * (n - 1) // 2 for n in Counter(map(hash, keys)).values())


def parse(text: bytes) -> tuple[Any, dict[str, Any]]:
    """The tree and the headers of the arrays in a manifest. A ValueError says what is wrong with it."""
    if _values(text) > VALUES_LIMIT:
        raise ValueError(f"there are more than {VALUES_LIMIT} values in it")
    try:
        manifest = json.loads(text.decode("ascii"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON, so the file is none of mygrad's") from error
    match manifest:
        case {"format": "mygrad", "version": int(version)} if version > VERSION:
            raise ValueError(
                f"the file is in version {version} of the format, and this mygrad-io reads versions up to {VERSION}: "
                "upgrade it"
            )
        case {"format": "mygrad", "version": 1, "tree": tree, "arrays": dict(arrays)}:
            return tree, arrays
    raise ValueError("the file is none of mygrad's, by its manifest")


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


class Decoder:
    """Puts what was saved together again. A ValueError or TypeError says that the manifest makes no sense.

    Parameters
    ----------
    names : set[str]
        The arrays that there are: each must be used.
    read : Callable[[str, bool], ndarray]
        ``read(name, kept)`` is called for each once. With `kept` false, the array will not be kept as it is, but
        copied.
    """

    def __init__(self, names: set[str], read: Callable[[str, bool], Array]) -> None:
        self._left = set(names)
        self._read = read
        self._shared: dict[str, tuple[Any, Any]] = {}

    def decode(self, tree: Any) -> Any:
        result = self._value(tree, 0)
        if self._left:
            raise ValueError(f"there is no use for the arrays {sorted(self._left)[:5]}")
        return result

    def _value(self, node: Any, depth: int) -> Any:
        if depth > DEPTH_LIMIT + 1:
            raise ValueError("it is nested too deep")
        if type(node) is not dict:
            return _plain_value(node)
        match node:
            case {"list": list(items)} if len(node) == 1:
                return [self._value(item, depth + 1) for item in items]
            case {"tuple": list(items)} if len(node) == 1:
                return tuple([self._value(item, depth + 1) for item in items])
            case {"dict": list(pairs)} if len(node) == 1:
                return self._dict(pairs, depth)
            case {"array": str(name)} if len(node) == 1:
                return self._once(name, node, lambda: self._array(name))
            case {"scalar": str(name)} if len(node) == 1:
                return self._array(name, kept=False)[()]
            case {"tensor": str(name), "constant": bool(constant), "grad": None | str() as grad} if len(node) == 3:
                return self._once(name, node, lambda: self._tensor(name, constant, grad))
        return _plain_value(node)

    def _dict(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        keys = [self._key(key, depth) for key, _item in pairs]
        if _collisions(keys) > COLLISIONS_LIMIT:
            raise ValueError("too many keys of a dict have the same hash")
        made = {key: self._value(item, depth + 1) for key, (_key, item) in zip(keys, pairs, strict=True)}
        if len(made) < len(pairs):
            raise ValueError("a key occurs twice")
        return made

    def _key(self, node: Any, depth: int) -> Any:
        match node:
            case {"tuple": list(items)} if len(node) == 1 and depth <= DEPTH_LIMIT + 1:
                return tuple([self._key(item, depth + 1) for item in items])
        return _plain_value(node)

    def _once(self, name: str, node: Any, make: Callable[[], Any]) -> Any:
        """What a node stands for, that may occur several times."""
        if name not in self._shared:
            self._shared[name] = node, make()
        known, made = self._shared[name]
        if known != node:
            raise ValueError(f"the array {name!r} is used for two things")
        return made

    def _tensor(self, name: str, constant: bool, grad: str | None) -> mg.Tensor:
        return restore(self._array(name), constant, None if grad is None else self._array(grad, kept=False))

    def _array(self, name: str, kept: bool = True) -> Array:
        if name not in self._left:
            raise ValueError(f"there is no array {name!r}, or it is used twice")
        self._left.remove(name)
        return self._read(name, kept)


def _plain_value(node: Any) -> Any:
    match node:
        case None | bool() | int() | float() | str():
            return node
        case {"float": "nan" | "inf" | "-inf" as text} if len(node) == 1:
            return float(text)
        case {"complex": [float() | {"float": str()} as real, float() | {"float": str()} as imag]} if len(node) == 1:
            return complex(_plain_value(real), _plain_value(imag))
    raise ValueError(f"it has an entry {reprlib.repr(node)}")


def restore(data: Array, constant: bool | None, grad: Array | None) -> mg.Tensor:
    """A leaf with a gradient. No graph is involved."""
    tensor = mg.Tensor(data, constant=constant, copy=data.base is None and data.nbytes < COPY_LIMIT)
    if grad is not None:
        if tensor.constant or grad.shape != data.shape or grad.dtype.kind != data.dtype.kind:
            raise ValueError(
                f"a gradient of shape {grad.shape} and dtype {grad.dtype} does not fit the "
                f"{'constant' if tensor.constant else 'tensor'} of shape {data.shape} and dtype {data.dtype}"
            )
        tensor.__setstate__((tensor.constant, grad))  # as unpickling does
    return tensor
