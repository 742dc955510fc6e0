"""The kinds of numbers on which a program is run."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

import mygrad as mg
from mygrad import Tensor

__all__ = ["UNTRACKED", "Arrays", "ComplexArrays", "Line", "Tensors", "array_of", "is_complex", "owner_of"]


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
    writes : str | None
        The variable in whose memory it writes.
    """

    def __init__(self, text: str) -> None:
        self.tracked = not text.startswith(UNTRACKED)
        self.text = text.removeprefix(UNTRACKED)
        made = re.match(r"(\w+) = ", self.text)
        written = re.match(r"(\w+)(?:\[.*?\] =| .=|\[.*?\] .=) ", self.text) or re.search(r"out=(\w+)", self.text)
        written = written or re.match(r"scribble\((\w+)", self.text)
        self.makes = made and made[1]
        self.writes = None if made else written and written[1]

    def __str__(self) -> str:
        return self.text if self.tracked else UNTRACKED + self.text


def owner_of(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def is_complex(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "c"


class Arrays:
    """Runs lines on plain arrays: what everything else has to agree with."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {
            "np": np,
            "variable": self.variable,
            "constant": self.constant,
            "copy": self.copy,
            "hand_out": self.hand_out,
            "scribble": self.scribble,
        }

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def run(self, line: Line) -> None:
        exec(line.text, self.names)
        if line.makes is not None:
            self.names[line.makes] = np.asarray(self.names[line.makes])  # 0-d results are scalars

    # What programs call, beside NumPy.

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return array.copy("K") if copy else array

    constant = variable

    def copy(self, a: Any) -> Any:
        return a.copy()

    def hand_out(self, a: Any) -> None:
        """The user asks for the array of a tensor, and keeps it."""

    def scribble(self, a: Any, value: float) -> None:
        """The user writes into an array that was handed out, which the guard left writeable."""
        a[...] = value


class ComplexArrays(Arrays):
    """Runs lines on complex arrays in the place of variables, and real ones in the place of constants.

    A small imaginary part is a derivative: where one is put into a variable, it is carried along by whatever is
    computed from that, without rounding errors. A result has a complex dtype just if it depends on a variable.
    """

    step = 1e-40
    derivative = 0.0

    def run(self, line: Line) -> None:
        target = None if line.writes is None else self.names[line.writes]
        if is_complex(target):
            # Else NumPy would compute with real numbers what has real operands, and then cast all of `out`.
            line = Line(str(line).replace("out=", "dtype=complex, out="))
        if line.tracked and (target is None or is_complex(target)):
            super().run(line)
            return
        if line.makes is not None:
            super().run(line)
            if is_complex(self.names[line.makes]):  # a variable, but not connected to those it was made of
                self.names[line.makes].imag = 0
            return
        names = {name: value.real if is_complex(value) else value for name, value in self.names.items()}
        exec(line.text, {**names, line.writes: target})
        if is_complex(target):
            owner_of(target).imag = 0  # what is written behind the graph's back is a leaf from then on

    def backward(self) -> None:
        """Note the derivative of the loss, and make leaves of everything: the graph is cleared."""
        self.derivative = float(self["loss"].imag / self.step)
        for value in self.names.values():
            if is_complex(value):
                owner_of(value).imag = 0

    def perturb(self, name: str, direction: np.ndarray) -> None:
        self.names[name].imag += self.step * direction

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return array.astype(complex)

    def copy(self, a: Any) -> Any:
        a = a.copy()
        if is_complex(a):
            a.imag = 0
        return a


class Tensors(Arrays):
    """Runs lines on tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.handed_out: list[np.ndarray] = []
        self.given: list[np.ndarray] = []

    def run(self, line: Line) -> None:
        if line.tracked:
            exec(line.text, self.names)
        else:
            with mg.no_autodiff:
                exec(line.text, self.names)
        if line.makes is not None and isinstance(self.names[line.makes], np.generic):
            self.names[line.makes] = np.asarray(self.names[line.makes])

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return self._tensor(array, copy, constant=False)

    def constant(self, array: np.ndarray, copy: bool = True) -> Any:
        return self._tensor(array, copy, constant=True)

    def _tensor(self, array: np.ndarray, copy: bool, constant: bool) -> Any:
        if not copy:
            self.handed_out.append(array)
            self.given.append(array)
        return Tensor(array, constant=constant, copy=copy)

    def hand_out(self, a: Any) -> None:
        self.handed_out.append(a.data)

    def scribble(self, a: Any, value: float) -> None:
        array_of(a)[...] = value


def array_of(a: Any) -> np.ndarray:
    """The array that the user has of a tensor, or `a` itself."""
    return a.data if isinstance(a, Tensor) else a
