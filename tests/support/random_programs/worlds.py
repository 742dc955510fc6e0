"""The kinds of numbers on which a program is run."""

from __future__ import annotations

import re
from contextlib import nullcontext
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

import mygrad as mg
from mygrad import Tensor
from mygrad.inspection import graph_of

__all__ = [
    "UNTRACKED",
    "Arrays",
    "ComplexArrays",
    "Line",
    "Tensors",
    "array_of",
    "is_complex",
    "look",
    "memory_of",
    "memory_order",
    "owner_of",
]


UNTRACKED = "with no_autodiff: "


class Line:
    """A line of a program: what it makes, and where it writes, can be read from its text.

    Attributes
    ----------
    text : str
    tracked : bool
        False if it stands under ``no_autodiff``.
    makes : str | None
        The variable that it creates.
    replaces : bool
        Whether that existed, and is given another array.
    writes : str | None
        The variable in whose memory it writes.
    """

    def __init__(self, text: str) -> None:
        self.tracked = not text.startswith(UNTRACKED)
        self.text = text.removeprefix(UNTRACKED)
        made = re.match(r"(\w+) = ", self.text) or re.match(r"replace\((\w+)", self.text)
        written = re.match(r"(\w+)(?:\[.*?\] =| .=|\[.*?\] .=) ", self.text) or re.search(r"out=(\w+)", self.text)
        written = written or re.match(r"scribble\((\w+)", self.text)
        self.makes = made and made[1]
        self.replaces = self.text.startswith("replace(")
        self.writes = None if made else written and written[1]

    def __str__(self) -> str:
        return self.text if self.tracked else UNTRACKED + self.text

    def settle(self, arrays: Arrays) -> None:
        """Take account of what the variables are, before the line is run on `arrays`."""
        target = None if self.writes is None else arrays[self.writes]
        if isinstance(target, np.generic):  # ``number += 1`` gives the name to another number
            self.makes, self.writes = self.writes, None
        written = re.fullmatch(r"(\w+)\[(.*?)\] = (.*)", self.text)
        if written is not None and self.writes is not None:
            part, value = (np.asarray(eval(text, arrays.names)) for text in (f"{written[1]}[{written[2]}]", written[3]))
            if is_same(part, value):
                self.writes = None  # it writes into a part what is there already, which counts for nothing


@lru_cache(1000)
def compiled(text: str) -> CodeType:
    """The code of a line: what takes time is to make it, for every line is run many times."""
    return compile(text, "<program>", "exec")


def is_same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are the same part of the same memory."""
    where = [array.__array_interface__["data"][0] for array in (a, b)]
    same = where[0] == where[1] and a.shape == b.shape and a.dtype == b.dtype
    return same and memory_order(a) == memory_order(b)


def memory_order(array: np.ndarray) -> list[int]:
    """The strides, but for those along which there is one entry alone: they may be any."""
    return [step for step, n in zip(array.strides, array.shape, strict=True) if n > 1]


def owner_of(array: Any) -> Any:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def is_complex(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "c"


class Arrays:
    """Runs lines on plain arrays, and NumPy's numbers: what everything else has to agree with."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "np": np,
            "variable": self.variable,
            "constant": self.constant,
            "copy": self.copy,
            "hand_out": self.hand_out,
            "look": self.hand_out,
            "scribble": self.scribble,
            "replace": self.replace,
        }

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def run(self, line: Line) -> None:
        exec(compiled(line.text), self.names)

    def rename(self, old: Any, new: Any) -> None:
        """Give all names of one object to another."""
        for name, value in self.names.items():
            if value is old:
                self.names[name] = new

    # What programs call, beside NumPy.

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return array.copy("K") if copy else array

    constant = variable

    def copy(self, a: Any) -> Any:
        return a.copy()

    def hand_out(self, a: Any) -> None:
        """The user asks for the array of a tensor, and keeps it; or only looks at it."""

    def scribble(self, a: Any, value: float) -> None:
        """The user writes into an array that was handed out, which the guard left writeable."""
        a[...] = value

    def replace(self, a: Any, array: np.ndarray) -> None:
        """The user gives a tensor another array. The views of it keep the old one."""
        self.rename(a, array)


class ComplexArrays(Arrays):
    """Runs lines on complex arrays in the place of variables, and real ones in the place of constants.

    A small imaginary part is a derivative: where one is put into a variable, it is carried along by whatever is
    computed from that, without rounding errors. A result has a complex dtype just if it depends on a variable.
    """

    step = 1e-40
    derivative = 0.0

    def run(self, line: Line) -> None:
        target = None if line.writes is None else self.names[line.writes]
        if "out=" in line.text and is_complex(target):
            # Else NumPy would compute with real numbers what has real operands, and then cast all of `out`.
            exec(compiled(line.text.replace("out=", "dtype=complex, out=")), self.names)
        elif target is None or is_complex(target):
            exec(compiled(line.text), self.names)
        else:
            names = {name: value.real if is_complex(value) else value for name, value in self.names.items()}
            exec(compiled(line.text), {**names, line.writes: target})
        if not line.tracked and (line.makes or line.writes):
            # What is made or written behind the graph's back is a leaf from then on.
            self.forget(self.names[line.makes or line.writes])

    def forget(self, value: Any) -> None:
        """Make a leaf of a variable, and of what shares its memory."""
        if isinstance(value, np.generic):
            self.rename(value, without_imag(value))
        elif is_complex(value):
            owner_of(value).imag = 0

    def backward(self) -> None:
        """Note the derivative of the loss, and make leaves of everything: the graph is cleared."""
        self.derivative = float(self["loss"].imag / self.step)
        for value in list(self.names.values()):
            if is_complex(value):
                self.forget(value)

    def move(self, name: str, positions: np.ndarray, amounts: np.ndarray) -> None:
        """Add to the memory of a variable: `positions` count from where that begins, in items."""
        value = self.names[name]
        if isinstance(value, np.generic):
            self.rename(value, value + value.dtype.type(np.sum(amounts)))
            return
        owner = owner_of(value)
        memory = np.lib.stride_tricks.as_strided(owner, (owner.size,), (owner.itemsize,))
        memory[positions] += amounts  # each once

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return array.astype(complex)

    def copy(self, a: Any) -> Any:
        return without_imag(a.copy())

    def replace(self, a: Any, array: np.ndarray) -> None:
        self.rename(a, array.astype(complex) if is_complex(a) else array)


def without_imag(value: Any) -> Any:
    return value.real.astype(value.dtype) if is_complex(value) else value


class Tensors(Arrays):
    """Runs lines on tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.names["look"] = look
        self.handed_out: list[np.ndarray] = []
        self.given: list[np.ndarray] = []

    def run(self, line: Line) -> None:
        with nullcontext() if line.tracked else mg.no_autodiff, mg.lost_gradients("ignore"):  # some write to constants
            exec(compiled(line.text), self.names)

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return self._tensor(array, copy, constant=False)

    def constant(self, array: np.ndarray, copy: bool = True) -> Any:
        return self._tensor(array, copy, constant=True)

    def _tensor(self, array: np.ndarray, copy: bool, constant: bool) -> Any:
        if not copy:
            self.handed_out.append(array)
            self.given.append(array)
        return Tensor(array, constant=constant, copy=copy)

    def copy(self, a: Any) -> Any:
        with mg.lost_gradients("ignore"):
            copied = a.copy()
        if isinstance(copied, Tensor):
            copied._node = None  # in functions that are differentiated it is no leaf, else; here it is everywhere
        return copied

    def hand_out(self, a: Any) -> None:
        self.handed_out.append(a.data)

    def replace(self, a: Any, array: np.ndarray) -> None:
        if isinstance(a, Tensor):
            a.data = array
            self.handed_out.append(array)
            self.given.append(array)
        else:
            self.rename(a, array)

    def scribble(self, a: Any, value: float) -> None:
        array_of(a)[...] = value


def array_of(a: Any) -> np.ndarray:
    """The array that the user has of a tensor, or `a` itself."""
    return a.data if isinstance(a, Tensor) else a


def memory_of(a: Any) -> np.ndarray:
    """The same, but nobody asks for it."""
    return a._memory if isinstance(a, Tensor) else a


@mg.lost_gradients("ignore")
def look(a: Any) -> None:
    """Look at a tensor in all ways that leave it as it is."""
    if isinstance(a, Tensor):
        for see in (np.asarray, lambda a: memoryview(a.data), repr, str, Tensor.tolist, np.shape, graph_of):
            see(a)
        for name in ("flags", "strides", "shape", "ctypes", "grad", "base", "creator", "constant", "data"):
            getattr(a, name)
