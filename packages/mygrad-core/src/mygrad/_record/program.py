"""Programs: straight lines of steps, each of which makes values of others by one call of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "ATTRIBUTE",
    "CALL",
    "GETITEM",
    "METHOD",
    "SETITEM",
    "Const",
    "Memory",
    "Program",
    "Step",
    "Var",
    "evaluate",
    "largest",
    "replaced",
    "vars_in",
]

#: The forms of steps: ``fn(*args, **kwargs)``, ``args[0].fn(*args[1:], **kwargs)``, ``args[0].fn``,
#: ``args[0][args[1]]`` and ``args[0][args[1]] = args[2]``.
CALL, METHOD, ATTRIBUTE, GETITEM, SETITEM = "call", "method", "attribute", "getitem", "setitem"
#: Nothing is made, but the program ends if ``args[0]`` is not true; or not of the shape and dtype that follow.
ASSUME = "assume"


class Memory:
    """The memory that a value lies in, which views share.

    Attributes
    ----------
    written : bool
        Whether a step writes into it. (Not the one that made it.)
    outside : bool
        Whether it is that of an argument.
    users : list[weakref.ref]
        While it is being recorded: the arrays over it.
    """

    __slots__ = ("outside", "users", "written")

    def __init__(self, outside: bool = False) -> None:
        self.written = False
        self.outside = outside
        self.users: Any = ()  # of most there is one: a list is made with it


class Var:
    """A value of the program. It is set once; only its memory may be written to.

    Attributes
    ----------
    shape, dtype
    strides : tuple[int, ...] | None
        None for a number, which has no memory that anybody could write to.
    nbytes : int
        Of an array's elements.
    is_pythons : bool
        Whether it is a number of Python's own.
    memory : Memory
    name : str
        Of an argument.
    """

    __slots__ = ("dtype", "is_pythons", "memory", "name", "nbytes", "shape", "strides")

    def __init__(self, value: Any, memory: Memory, name: str = "") -> None:
        self.memory = memory
        self.name = name
        self.is_pythons = False
        self.strides: tuple[int, ...] | None
        self.shape: tuple[int, ...]
        if isinstance(value, np.ndarray):
            self.shape, self.dtype, self.strides, self.nbytes = value.shape, value.dtype, value.strides, value.nbytes
            return
        self.shape, self.strides, self.nbytes = (), None, 0
        if isinstance(value, np.generic):
            self.dtype = value.dtype
        else:
            self.dtype = np.asarray(value).dtype
            self.is_pythons = True

    def like(self) -> Var:
        """Another value of the same shape, dtype and layout, in memory of its own."""
        other: Var = object.__new__(Var)
        other.dtype, other.shape, other.strides, other.nbytes = self.dtype, self.shape, self.strides, self.nbytes
        other.is_pythons, other.name, other.memory = self.is_pythons, self.name, Memory()
        return other

    @property
    def is_number(self) -> bool:
        return self.strides is None

    @property
    def is_dense(self) -> bool:
        """Whether the elements lie in C order, without gaps."""
        expected = self.dtype.itemsize
        for n, step in zip(reversed(self.shape), reversed(self.strides or ()), strict=True):
            if n != 1 and step != expected:
                return False
            expected *= n
        return True

    def __repr__(self) -> str:
        return self.name or f"<value of shape {self.shape}, {self.dtype}>"


class Const:
    """An array that no argument has a part in."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Step:
    """One line.

    Attributes
    ----------
    form : str
    fn : Any
        A function, or the name of a method or an attribute.
    args, kwargs
        With `Var` and `Const` in the place of arrays, at any depth of lists and tuples.
    out : Any
        The `Var` that is made, or a tuple with those that are, and None for others; None if nothing is made.
    writes : Memory | None
        What is written to in place.
    quiet : bool
        Whether it runs where floating-point errors are ignored, as backward passes do.
    line : tuple[str, int] | None
        Where in the user's code it stands: file, and line.
    uses : Sequence[Var]
        The values among the arguments.
    reuses : Var | None
        The value whose memory the result takes, as nobody needs it any more.
    """

    __slots__ = ("args", "fn", "form", "kwargs", "line", "out", "quiet", "reuses", "uses", "writes")

    def __init__(
        self,
        form: str,
        fn: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        out: Any,
        writes: Memory | None = None,
        quiet: bool = False,
        line: tuple[str, int] | None = None,
        uses: Sequence[Var] | None = None,
    ) -> None:
        self.form, self.fn, self.args, self.kwargs = form, fn, args, kwargs
        self.out, self.writes, self.quiet, self.line = out, writes, quiet, line
        self.reuses: Var | None = None
        if uses is None:
            uses = vars_in(args)
            if kwargs:
                _collect(kwargs, uses)
        self.uses: Sequence[Var] = uses

    def changed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Step:
        """The same step with other arguments."""
        return Step(self.form, self.fn, args, kwargs, self.out, self.writes, self.quiet, self.line)


@dataclass(slots=True, eq=False)
class Program:
    """What a function does, for arguments of certain shapes and dtypes.

    Attributes
    ----------
    inputs : list[Var]
    steps : list[Step]
    outputs : list[Any]
        `Var`, `Const`, or what is neither, as None.
    """

    inputs: list[Var]
    steps: list[Step]
    outputs: list[Any]
    notes: list[str] = field(default_factory=list)


def largest(program: Program) -> int:
    """The number of bytes of the largest result of a step."""
    outs = [step.out for step in program.steps]
    return max([0, *[out.nbytes if type(out) is Var else sum(var.nbytes for var in vars_in(out)) for out in outs]])


def vars_in(x: Any) -> list[Var]:
    """The values that occur in arguments, in order."""
    found: list[Var] = []
    _collect(x, found)
    return found


def _collect(x: Any, found: list[Var]) -> None:
    kind = type(x)
    if kind is Var:
        found.append(x)
    elif kind is tuple or kind is list:
        for part in x:
            if type(part) is Var:  # the usual case, without a call
                found.append(part)
            else:
                _collect(part, found)
    elif kind is dict:
        for part in x.values():
            _collect(part, found)


def replaced(x: Any, of: Callable[[Any], Any]) -> Any:
    """Arguments with what `of` makes of each `Var` and `Const` in them."""
    kind = type(x)
    if kind is Var or kind is Const:
        return of(x)
    if kind is tuple:
        return tuple([replaced(part, of) for part in x])
    if kind is list:
        return [replaced(part, of) for part in x]
    if kind is dict:
        return {key: replaced(part, of) for key, part in x.items()}
    return x


def evaluate(step: Step, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Do what a step does, with arrays."""
    if step.form == CALL:
        return step.fn(*args, **kwargs)
    if step.form == METHOD:
        return getattr(args[0], step.fn)(*args[1:], **kwargs)
    if step.form == ATTRIBUTE:
        return getattr(args[0], step.fn)
    if step.form == GETITEM:
        return args[0][args[1]]
    if step.form == ASSUME:
        return None
    args[0][args[1]] = args[2]
    return None
