"""Writes the lines of random programs.

All values stay smooth and bounded: every function here is analytic where it is used, so that the derivatives of a whole
program can be had by a complex step. Every choice is made by a `random.Random`, which hypothesis can provide as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np

from random_programs.worlds import UNTRACKED, Arrays, Line, owner_of

__all__ = ["Slot", "Writer"]

LIMIT = 20.0
SHAPES = [(), (1,), (3,), (3,), (2, 3), (2, 3), (3, 1), (3, 3), (3, 3), (2, 1, 3), (4,), (0,), (0, 3)]
OPERATORS = ["+", "-", "*", "*", "/"]
UFUNCS = {"+": "np.add", "-": "np.subtract", "*": "np.multiply", "/": "np.divide", "**": "np.power"}
# Analytic everywhere, and on the positive numbers.
ANYWHERE = ["np.sin", "np.cos", "np.exp", "np.tanh", "np.square", "np.negative", "np.positive", "np.expm1", "np.sinh"]
POSITIVE = ["np.sqrt", "np.log", "np.reciprocal", "np.log1p"]


@dataclass
class Slot:
    """What is known of a variable of the program.

    Parameters
    ----------
    name : str
    owner : object
        The same for all that share memory: the array that owns it.
    is_view : bool
    tensor : bool
        Whether it is a tensor where the program runs on tensors; else an array there too.
    constant : bool
    """

    name: str
    owner: Any
    is_view: bool
    tensor: bool
    constant: bool


class Writer:
    """Writes lines about the variables of `arrays`, the world of plain NumPy."""

    def __init__(self, random: Random, arrays: Arrays) -> None:
        self.random = random
        self.arrays = arrays
        self.slots: dict[str, Slot] = {}
        self._made = 0
        self._untracked = 0.02

    # -- choices -----------------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def choose(self, options: Iterable[Any]) -> Any:
        return self.random.choice(list(options))

    def pick(self, names: Iterable[str] | None = None) -> str:
        """A variable, more often than not one of the latest: so programs become entangled."""
        names = list(self.slots if names is None else names)
        return self.random.choice(names[-3:] if self.chance(0.5) else names)

    def fresh_name(self) -> str:
        self._made += 1
        return f"v{self._made}"

    def value(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def names(self, **wanted: Any) -> list[str]:
        return [s.name for s in self.slots.values() if all(getattr(s, k) == v for k, v in wanted.items())]

    def targets(self) -> list[str]:
        """What can be written in place."""
        return [name for name in self.names(tensor=True) if self.value(name).flags.writeable]

    def numbers(self) -> list[str]:
        """What stands for a number, which cannot."""
        return [name for name in self.names(tensor=True) if isinstance(self.value(name), np.generic)]

    def evaluate(self, text: str) -> np.ndarray | None:
        """The value of an expression, or None if it is too large, or invalid."""
        with np.errstate(all="ignore"):
            try:
                value = np.asarray(eval(text, self.arrays.names))
            except ValueError:
                return None
        return value if value.size < 200 and np.all(np.abs(value) <= LIMIT) else None

    def number(self) -> str:
        return repr(round(self.random.uniform(0.3, 1.9), 2) * self.choose([1, -1]))

    def literal(self, shape: tuple[int, ...], dtype: str = "float64", order: str = "C") -> str:
        count = int(np.prod(shape))
        if dtype.startswith("int"):
            numbers: Any = [self.random.randint(1, 3) for _ in range(count)]
        else:
            numbers = [round(self.random.uniform(0.3, 1.9) * self.choose([1, -1]), 2) for _ in range(count)]
        text = repr(np.array(numbers, dtype=float if dtype.startswith("float") else int).reshape(shape).tolist())
        more = "" if dtype == "float64" and count else f", dtype={dtype!r}"
        if count == 0:
            return f"np.zeros({shape!r}{more})"
        return f"np.array({text}{more}{', order=' + repr(order) if order != 'C' else ''})"

    # -- operands ----------------------------------------------------------------------------------------

    def operand(self, shape: tuple[int, ...] | None = None, into: bool = False) -> str:
        """An expression whose shape broadcasts against `shape` (with `into`: to `shape`)."""
        fitting = [name for name in self.slots if shape is None or self._fits(self.value(name).shape, shape, into)]
        kind = self.random.random()
        if fitting and kind < 0.75:
            return self.pick(fitting)
        if shape and kind < 0.85:
            dtype = self.choose(["float64", "float64", "float32", "int64"])
            return self.literal(tuple(1 if self.chance(0.2) else n for n in shape[self.random.randint(0, 1) :]), dtype)
        if kind < 0.9 and self.slots:
            return f"{self.pick()}.sum()"
        return self.number()

    @staticmethod
    def _fits(shape: tuple[int, ...], other: tuple[int, ...], into: bool) -> bool:
        try:
            together = np.broadcast_shapes(shape, other)
        except ValueError:
            return False
        return together == other or not into

    def index(self, shape: tuple[int, ...], kinds: str = "basic") -> str:
        """The source of a random index: "basic", or "any" with integer arrays and masks."""
        if kinds == "any" and shape:
            kind = self.random.random()
            if kind < 0.25:
                return self._mask(shape)
            if kind < 0.7 and 0 not in shape:
                return self._advanced(shape)
        parts = [self._basic_part(n) for n in shape[: self.random.randint(0, len(shape))]]
        if self.chance(0.15):
            parts.insert(self.random.randint(0, len(parts)), "None")
        if not parts or self.chance(0.2):
            parts.append("...")
        return ", ".join(parts)

    def _basic_part(self, n: int) -> str:
        if n and self.chance(0.3):
            return str(self.random.randint(-n, n - 1))
        start = self.choose(["", "", "1", "-2"])
        stop = self.choose(["", "", "2", "-1"])
        step = self.choose(["", "", ":2", ":-1"])
        if step == ":-1":
            start = stop = ""
        return f"{start}:{stop}{step}"

    def _mask(self, shape: tuple[int, ...], full: bool = False) -> str:
        shape = shape if full else shape[: self.random.randint(1, len(shape))]
        mask = np.array([self.chance(0.5) for _ in range(int(np.prod(shape)))], dtype=bool).reshape(shape)
        return f"np.array({mask.tolist()}, dtype=bool)" if mask.size else f"np.zeros({shape}, dtype=bool)"

    def _advanced(self, shape: tuple[int, ...]) -> str:
        """Integer arrays, with repeats, on their own or beside slices and numbers."""
        length = self.random.randint(1, 4)
        parts = []
        for n in shape[: self.random.randint(1, len(shape))]:
            if self.chance(0.6):
                indices = [self.random.randint(-n, n - 1) for _ in range(length)]
                dtype = self.choose(["", "", ", dtype='int8'"])
                parts.append(str(indices) if not dtype and self.chance(0.3) else f"np.array({indices}{dtype})")
            else:
                parts.append(self._basic_part(n))
        if len(parts) == 1 and parts[0].startswith("["):
            return parts[0]
        return ", ".join(parts)

    # -- lines -------------------------------------------------------------------------------------------

    def make(self, text: str, tracked: bool = True) -> Line:
        return self.line(f"{self.fresh_name()} = {text}", tracked)

    def line(self, text: str, tracked: bool = True) -> Line:
        return Line(text if tracked else UNTRACKED + text)

    def leaf(self) -> Line:
        shape = self.choose(SHAPES)
        kind = self.random.random()
        dtype = self.choose(["float64"] * 6 + ["float32"])
        literal = self.literal(shape, dtype, self.choose("CCF"))
        if kind < 0.7:
            return self.make(f"variable({literal}{', copy=False' if self.chance(0.15) else ''})")
        if kind < 0.85:
            literal = self.literal(shape, self.choose(["float64", "float64", "int64"]))
            return self.make(f"constant({literal}{', copy=False' if self.chance(0.15) else ''})")
        return self.make(literal)

    def view(self) -> Line | None:
        name = self.pick()
        a = self.value(name)
        n, shape = a.ndim, a.shape
        options = [f"{name}[{self.index(shape)}]", f"{name}[{self.index(shape)}]", f"np.ravel({name})"]
        if a.size:
            divisors = [d for d in range(1, a.size + 1) if a.size % d == 0]
            d = self.choose(divisors)
            new = self.choose([(d, a.size // d), (-1,), (a.size // d, 1, -1), (d, -1)])
            options += [f"np.reshape({name}, {new})", f"{name}.reshape({new})"]
        options += [
            f"np.broadcast_to({name}, {(2, *shape)})",
            f"np.expand_dims({name}, {self.random.randint(-n - 1, n)})",
        ]
        options += [f"np.squeeze({name})"]
        if n >= 2:
            axes = list(range(n))
            self.random.shuffle(axes)
            options += [f"np.transpose({name}, {axes})", f"np.swapaxes({name}, 0, -1)", f"np.diagonal({name})"]
            options += [f"np.moveaxis({name}, 0, -1)", f"{name}.T"]
        if n == 2:
            options += [f"np.einsum('ij->ji', {name})"]
            if shape[0] == shape[1]:
                options += [f"np.einsum('ii->i', {name})"] * 3
        return self.make(self.choose(options))

    def expression(self) -> str:
        kind = self.random.random()
        if kind < 0.25:
            return self.unary()
        if kind < 0.65:
            return self.binary()
        if kind < 0.75:
            name = self.pick()
            return f"{name}[{self.index(self.value(name).shape, 'any')}]"
        if kind < 0.85:
            return self.reduction()
        return self.joined()

    def unary(self) -> str:
        name = self.pick()
        if self.chance(0.2):
            return self.choose([f"-{name}", f"+{name}", *(self.power(name, p) for p in ("2", "3", "1"))])
        a = self.value(name)
        if a.size and np.all(a > 0.3) and self.chance(0.7):
            return self.choose([*(f"{f}({name})" for f in POSITIVE), self.power(name, "0.5"), self.power(name, "-1")])
        return f"{self.choose(ANYWHERE)}({name})"

    def binary(self) -> str:
        left = self.pick()
        shape = self.value(left).shape
        right = left if self.chance(0.15) else self.operand(shape)
        if self.chance(0.3):
            left, right = right, left
        operator = self.choose(OPERATORS)
        if operator == "/":
            divisor = self.evaluate(right)
            if divisor is None or np.any(np.abs(divisor) < 0.3):
                operator = "*"
        if self.chance(0.1):
            base = self.evaluate(left)
            if base is not None and np.all(base > 0.3):
                operator = "**"
        if self.chance(0.7):
            return self.power(left, right) if operator == "**" else f"{left} {operator} {right}"
        return f"{UFUNCS[operator]}({left}, {right})"

    def power(self, left: str, right: str) -> str:
        """A power by the operator; of two numbers by the ufunc, for there NumPy's operator differs in the last place.

        (It asks the C library, and the ufunc has loops of its own for some processors, which compute arrays, too.)
        """
        operands = (eval(text, self.arrays.names) for text in (left, right))
        numbers = not any(isinstance(operand, np.ndarray) for operand in operands)
        return f"np.power({left}, {right})" if numbers else f"{left} ** {right}"

    def reduction(self) -> str:
        name = self.pick()
        n = self.value(name).ndim
        f = self.choose(["sum", "mean", "prod", "cumsum", "sum"])
        axis = self.choose([None, *range(-n, n)])
        axes = "" if axis is None else f", axis={axis}"
        if f == "mean" and self.value(name).size == 0:
            f = "sum"
        if f != "cumsum" and self.chance(0.3):
            axes += ", keepdims=True"
        return f"np.{f}({name}{axes})"

    def joined(self) -> str:
        """Functions of several arrays, and some that move elements about."""
        left = self.pick()
        a = self.value(left)
        same = [name for name in self.slots if self.value(name).shape == a.shape]
        right = self.pick(same)
        options = [f"np.stack([{left}, {right}])", f"np.roll({left}, 1)", f"np.repeat({left}, 2)"]
        options += [f"np.where({self._mask(a.shape, full=True) if a.ndim else True}, {left}, {self.operand(a.shape)})"]
        if a.ndim:
            options += [f"np.concatenate([{left}, {right}, {left}], axis={self.random.randint(-a.ndim, a.ndim - 1)})"]
            options += [f"np.flip({left})"]
            if a.size:  # of nothing, NumPy returns a view
                options += [f"np.tile({left}, 2)"]
            if 0 not in a.shape:
                options += [f"np.take({left}, [0, -1, 0], axis={self.random.randint(-a.ndim, a.ndim - 1)})"]
            suited = [s for s in self.slots if self.value(s).ndim and self.value(s).shape[-2:][0] == a.shape[-1]]
            if suited:
                options += [f"{left} @ {self.pick(suited)}"] * 3
        return self.choose(options)

    def compute(self) -> Line | None:
        text = self.expression()
        value = self.evaluate(text)
        if value is None:
            return None
        # A view that was taken untracked shares memory with its base and is no function of it.
        untracked = self.chance(0.04) and all(s.owner is not owner_of(value) for s in self.slots.values())
        return self.make(text, tracked=not untracked)

    def write(self) -> Line | None:
        """A write into the memory of a tensor."""
        numbers, targets = self.numbers(), self.targets()
        if numbers and self.chance(0.15):
            name = self.pick(numbers)
            line = self._augmented(name, self.value(name), name)
        elif not targets:
            return None
        else:
            line = self._write_to(self.pick(targets))
        if line is None:
            return None
        # Writes behind the graph's back come in swarms, or else there is seldom anything left of the graph.
        self._untracked = 0.3 if self.chance(0.05) else 0.02 if self.chance(0.1) else self._untracked
        return self.line(line, tracked=not self.chance(self._untracked))

    def _write_to(self, name: str) -> str | None:
        a = self.value(name)
        form = self.random.random()
        if form < 0.3:
            return self._set_item(name, a)
        if form < 0.4:
            return self._set_to_itself(name, a)
        if form < 0.6:
            return self._augmented(name, a, name)
        if form < 0.75:
            return self._augmented(name, a, f"{name}[{self.index(a.shape, 'any')}]")
        return self._into(name, a)

    def _set_item(self, name: str, a: np.ndarray) -> str | None:
        index = self.index(a.shape, "any")
        part = self.evaluate(f"{name}[{index}]")
        if part is None:
            return None
        value = self.operand(part.shape, into=True)
        return f"{name}[{index}] = {value}" if self._bounded(value, part.shape) else None

    def _set_to_itself(self, name: str, a: np.ndarray) -> str | None:
        """A part that is written with another part, or with itself."""
        if not a.ndim:
            return f"{name}[...] = {name}"
        options = [("...", f"{name}[::-1]"), ("...", f"{name}[...]"), ("...", f"{name}.T"), ("1:", f"{name}[:-1]")]
        options += [(index := self.index(a.shape), f"{name}[{index}]")]
        index, value = self.choose(options)
        part = self.evaluate(f"{name}[{index}]")
        return f"{name}[{index}] = {value}" if part is not None and self._bounded(value, part.shape) else None

    def _bounded(self, text: str, shape: tuple[int, ...]) -> bool:
        value = self.evaluate(text)
        return value is not None and self._fits(value.shape, shape, into=True)

    def _augmented(self, name: str, a: np.ndarray, place: str) -> str | None:
        part = self.evaluate(place)
        if part is None or a.dtype.kind != "f":
            return None
        operator = self.choose(OPERATORS)
        into = isinstance(a, np.ndarray)
        value = place if self.chance(0.1) else self.operand(part.shape if into else None, into)
        if operator == "/":
            divisor = self.evaluate(value)
            if divisor is None or np.any(np.abs(divisor) < 0.3):
                operator = "*"
        result = self.evaluate(f"{place} {operator} {value}")
        if result is None or (into and not self._fits(result.shape, part.shape, into=True)):
            return None
        return f"{place} {operator}= {value}"

    def _into(self, name: str, a: np.ndarray) -> str | None:
        """A ufunc with `out`, and perhaps a mask."""
        if a.dtype.kind != "f":
            return None
        left = self.operand(a.shape, into=True)
        if self.chance(0.4):
            # (NumPy 2.4 negates single precision wrongly in place, if there are gaps.)
            call = f"{self.choose(f for f in ANYWHERE if f != 'np.negative')}({left}"
        else:
            call = f"{UFUNCS[self.choose('+-*')]}({left}, {self.operand(a.shape, into=True)}"
        if not self._bounded(f"{call})", a.shape):
            return None
        where = f", where={self._mask(a.shape, full=True)}" if a.ndim and self.chance(0.5) else ""
        return f"{call}, out={name}{where})"

    def other(self) -> Line | None:
        """What a user does beside computing."""
        kind = self.random.random()
        tensors = self.names(tensor=True)
        if kind < 0.2 and len(self.slots) > 2:
            return Line(f"del {self.pick()}")
        if not tensors:
            return None
        name = self.pick(tensors)
        if kind < 0.35:
            return Line(f"hand_out({name})")
        if kind < 0.5:
            return Line(f"look({name})")
        if kind < 0.75:
            return self.metadata(name)
        if kind < 0.85:
            return self.make(name)  # which is another name for the same tensor
        if kind < 0.93:
            return self.make(f"copy({name})")
        return self.replacement(name)

    def metadata(self, name: str) -> Line | None:
        """Another shape for the same tensor."""
        a = self.value(name)
        if not isinstance(a, np.ndarray):
            return None
        divisors = [d for d in range(1, a.size + 1) if a.size % d == 0] or [1]
        d = self.choose(divisors)
        shape = self.choose([(d, a.size // d), (a.size,), (a.size // d, 1, d), (1, a.size)])
        try:
            a.view().shape = shape
        except AttributeError:
            return None
        if a.flags.owndata and a.flags.c_contiguous and self.chance(0.3):
            return self.line(f"{name}.resize({shape}, refcheck=False)", tracked=not self.chance(0.1))
        return self.line(f"{name}.shape = {shape}", tracked=not self.chance(0.1))

    def replacement(self, name: str) -> Line | None:
        """Another array for the same tensor."""
        slot, a = self.slots[name], self.value(name)
        if slot.is_view or a.dtype != float:
            return None
        return Line(f"replace({name}, {self.literal(self.choose(SHAPES))})")

    # -- bookkeeping -------------------------------------------------------------------------------------

    def note(self, line: Line, result: Any) -> None:
        """Take note of what a line did; `result` is what it made in the world of tensors."""
        if line.text.startswith("del "):
            del self.slots[line.text.removeprefix("del ")]
        if line.makes is None:
            return
        array = self.value(line.makes)
        names = [line.makes, *(name for name in self.slots if name != line.makes and self.value(name) is array)]
        if len(names) > 1 and not line.replaces:  # another name for the same
            self.slots[line.makes] = replace(self.slots[names[1]], name=line.makes)
            return
        owner = owner_of(array)
        is_view = any(s.owner is owner for s in self.slots.values() if s.name not in names)
        tensor = not isinstance(result, (np.ndarray, np.generic))
        for name in names:
            self.slots[name] = Slot(name, owner, is_view, tensor, not tensor or result.constant)
