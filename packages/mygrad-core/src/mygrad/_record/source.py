"""A program, written down as Python."""

from __future__ import annotations

import inspect
import linecache
import os
import re
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

import numpy as np

from mygrad._record.blocks import Group, lines_of
from mygrad._record.carried import Carried
from mygrad._record.literals import dtype_name, is_long, literal
from mygrad._record.names import numpys_name
from mygrad._record.operators import as_operator
from mygrad._record.program import (
    ASSUME,
    ATTRIBUTE,
    CALL,
    GETITEM,
    METHOD,
    SETITEM,
    Const,
    Program,
    Step,
    Var,
    largest,
    vars_in,
)
from mygrad._record.stanzas import Stanza, number_of_steps
from mygrad.errors import RecordingError

__all__ = ["Source", "write"]

#: Of how many bytes an array is large: it is let go of as soon as nobody needs it.
_LARGE = 1 << 15
#: From how many steps on names are used again: Python compiles few of them in two thirds of the time, and what nobody
#: needs any more goes. Before, each value has a name of its own, for people.
_LONG = 1000


class Unforeseen(ArithmeticError):
    """Something is not as the program takes for granted, such as a number that is not finite."""


_UNFORESEEN = [
    "class Unforeseen(ArithmeticError):",
    '    """Something is not as the program takes for granted, such as a number that is not finite."""',
]


class Source:
    """What was written.

    Attributes
    ----------
    body : str
        The function.
    constants : dict[str, ndarray]
        The arrays that it refers to, by name.
    carried : Carried
        The functions that are not NumPy's.
    """

    def __init__(self, body: str, constants: dict[str, Any], carried: Carried, assumes: bool) -> None:
        self.body = body
        self.constants = constants
        self.carried = carried
        self.assumes = assumes

    def _head(self, arrays: bool) -> list[str]:
        """What is above the constants; if `arrays`, some of these are to be decoded."""
        parts = ["from base64 import b64decode"] if arrays else []
        parts = [*parts, *self.carried.imports, "import numpy as np"]
        if self.carried.has_annotations:
            parts = ["from __future__ import annotations", "", *parts]
        if self.assumes:
            parts += ["", "", *_UNFORESEEN]
        return parts + self.carried.text

    def text(self) -> str:
        """A module that runs with NumPy alone.

        Raises
        ------
        RecordingError
            If the program calls what is not written in NumPy alone.
        """
        if self.carried.kept:
            raise RecordingError(
                f"mygrad.compile: the program calls {', '.join(self.carried.kept)}, which cannot be "
                f"recorded, and so not be saved. It runs here."
            )
        parts = self._head(any(map(is_long, self.constants.values())))
        if self.constants:
            parts += ["", *[f"{name} = {literal(value)}" for name, value in self.constants.items()]]
        return "\n".join([*parts, "", "", self.body])

    def shown(self) -> str:
        """The same for people: of long arrays, what they are."""
        parts = self._head(False)
        if self.constants:
            parts.append("")
            for name, value in self.constants.items():
                of = f"...  # an array of shape {value.shape}, {value.dtype}" if is_long(value) else literal(value)
                parts.append(f"{name} = {of}")
        return "\n".join([*parts, "", "", self.body])

    def namespace(self) -> dict[str, Any]:
        """What the function finds by name when it runs here."""
        return {"np": np, "Unforeseen": Unforeseen, **self.carried.functions, **self.constants}


def write(
    program: Program,
    name: str,
    parameters: str,
    unpacked: list[str],
    returned: Callable[[list[str]], str],
    threads: int = 1,
) -> Source:
    """Write a program down.

    Parameters
    ----------
    program : Program
    name : str
        Of the function.
    parameters : str
        What is between its parentheses.
    unpacked : list[str]
        Lines that take inputs out of containers.
    returned : Callable
        Makes what the function returns of its results.
    threads : int
        How many do blocks of large arrays.
    """
    writer = _Writer(program, threads, {name, *re.findall(r"\w+", parameters)})
    lines = [f"def {name}({parameters}):", *[f"    {line}" for line in unpacked]]
    lines += writer.lines(number_of_steps(program) > _LONG)
    lines.append(f"    return {returned([writer.result(x) for x in program.outputs])}")
    lines = writer.definitions + lines
    return Source("\n".join(lines) + "\n", writer.constants, writer.carried, writer.assumes)


class _Writer:
    def __init__(self, program: Program, threads: int, taken: set[str]) -> None:
        self.program = program
        self.threads = threads
        self.carried = Carried(taken | {var.name for var in program.inputs})
        self.constants: dict[str, Any] = {}
        self._by_identity: dict[int, str] = {}
        self._names: dict[Var, str] = {var: var.name for var in program.inputs}
        self._taken = {var.name for var in program.inputs}
        self._count = 0
        self._idle: list[str] = []
        self._functions: dict[Any, str] = {}
        self.assumes = False
        #: The functions that the program calls again and again.
        self.definitions: list[str] = []

    def lines(self, is_long: bool) -> list[str]:
        """The lines of all steps, indented; if there are many or they are run many times, names are used again."""
        last = _last_uses(self.program) if is_long or largest(self.program) >= _LARGE else {}
        lines: list[str] = []
        names = self._names
        comments: dict[Any, str] = {}
        quiet = False
        place = None
        for i, step in enumerate(self.program.steps):
            if step.quiet != quiet:
                quiet = step.quiet
                if quiet:
                    lines.append('    with np.errstate(all="ignore"):')
            if step.line != place:
                place = step.line
                comment = comments.get(place)
                if comment is None:
                    comment = comments[place] = _comment(place)
                if comment:
                    lines.append(("        " if quiet else "    ") + comment)
            indent = "        " if quiet else "    "
            if type(step.fn) is Group:
                lines += [indent + line for line in self._block(step)]
            else:
                lines.append(indent + self._line(step))
            if i in last:
                dying = last[i]
                done = [names[var] for var in dying if var.nbytes >= _LARGE and var in names]
                if done:
                    lines.append(f"{indent}del {', '.join(done)}")
                if is_long:
                    self._idle += [names[var] for var in dying]
        return lines

    def _block(self, step: Step) -> list[str]:
        self._target(step.out)
        return lines_of(step.fn, self.expression, self.function, self.expression, self._free, self.threads)

    def _line(self, step: Step) -> str:
        if step.form == ASSUME:
            self.assumes = True
            return f"if {self._not(*step.args)}: raise Unforeseen"
        if step.form == SETITEM:
            x, index, value = step.args
            return f"{self.expression(x)}[{self._index(index)}] = {self.expression(value)}"
        made = self._made(step)
        if step.reuses is not None:
            self._names[step.out] = self._names[step.reuses]
            return made
        return made if step.out is None else f"{self._target(step.out)} = {made}"

    def _not(self, x: Any, shape: Any = None, dtype: Any = None) -> str:
        """That something is not as the program takes for granted: true, or of a shape and dtype."""
        of = self.expression(x)
        return f"not {of}" if dtype is None else f"{of}.shape != {shape} or {of}.dtype != {dtype_name(dtype)}"

    def _made(self, step: Step) -> str:
        names = self._names
        operator = as_operator(step)
        if operator is not None:
            return operator.format(*[names[a] if type(a) is Var else self.expression(a) for a in step.args])
        if step.form == GETITEM:
            return f"{self.expression(step.args[0])}[{self._index(step.args[1])}]"
        if step.form == ATTRIBUTE:
            return f"{self.expression(step.args[0])}.{step.fn}"
        if step.form == METHOD:
            return f"{self.expression(step.args[0])}.{step.fn}({self._arguments(step.args[1:], step.kwargs)})"
        assert step.form == CALL
        name = self._functions.get(step.fn)
        if name is None:
            name = self._functions[step.fn] = self.function(step.fn)
        return f"{name}({self._arguments(_needed(step.fn, step.args), step.kwargs)})"

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        parts = [self.expression(a) for a in args]
        parts += [f"{name}={self.expression(value)}" for name, value in kwargs.items()]
        return ", ".join(parts)

    def _defined(self, stanza: Stanza) -> str:
        """Define a function, and tell its name."""
        name = self._free("stanza")
        inner = copy(self)
        inner._idle = []
        inner._names = {var: inner._free("x") for var in stanza.inputs}
        lines = [f"def {name}({', '.join(inner._names.values())}):"]
        inner.program = Program(stanza.inputs, stanza.steps, list(stanza.outputs))
        lines += inner.lines(True)
        if stanza.outputs:
            lines.append(f"    return {inner._target(tuple(stanza.outputs))}")
        self._count = inner._count
        self.definitions += [*lines, "", ""]
        return name

    def function(self, fn: Any) -> str:
        if type(fn) is Stanza:
            return self._defined(fn)
        name = numpys_name(fn)
        return self.carried.name_of(fn) if name is None else name

    def _index(self, index: Any) -> str:
        if type(index) is tuple and index:
            return ", ".join(map(self._part, index)) + ("," if len(index) == 1 else "")
        return self._part(index)

    def _part(self, part: Any) -> str:
        if type(part) is slice:
            start, stop, step = ("" if b is None else self.expression(b) for b in (part.start, part.stop, part.step))
            return f"{start}:{stop}" + (f":{step}" if step else "")
        return "..." if part is Ellipsis else self.expression(part)

    def expression(self, x: Any) -> str:
        """An argument, as it is written."""
        kind = type(x)
        if kind is Var:
            return self._names[x]
        if kind is Const:
            return self._constant(x)
        if kind is tuple:
            return "(" + ", ".join(map(self.expression, x)) + ("," if len(x) == 1 else "") + ")"
        if kind is list:
            return "[" + ", ".join(map(self.expression, x)) + "]"
        if kind is dict:
            return "{" + ", ".join(f"{k!r}: {self.expression(v)}" for k, v in x.items()) + "}"
        if kind is slice:
            return f"slice({self.expression(x.start)}, {self.expression(x.stop)}, {self.expression(x.step)})"
        if isinstance(x, np.dtype) or (isinstance(x, type) and issubclass(x, np.generic)):
            return dtype_name(x)
        if x is Ellipsis:
            return "..."
        if x is np._NoValue:
            return "np._NoValue"
        if isinstance(x, (bool, int, float, complex, str, bytes, type(None), np.generic)):
            return literal(x)
        if isinstance(x, range):
            return repr(x)
        if isinstance(x, type):
            return x.__name__
        if not hasattr(x, "__name__"):
            raise RecordingError(f"mygrad.compile: nobody can write down the argument {x!r} of a call.")
        return self.function(x)

    def result(self, x: Any) -> str:
        """The same for what is returned, which is to be the caller's own."""
        return (
            f"{self.expression(x)}.copy()"
            if type(x) is Const and isinstance(x.value, np.ndarray)
            else self.expression(x)
        )

    def _constant(self, const: Const) -> str:
        value = const.value
        if isinstance(value, np.generic):
            return literal(value)
        name = self._by_identity.get(id(value))
        if name is None:
            name = self._by_identity[id(value)] = self._free("c")
            self.constants[name] = value
        return name

    def _target(self, out: Any) -> str:
        if type(out) is tuple:
            return ", ".join(map(self._target, out)) + ("," if len(out) == 1 else "")
        if out is None:
            return "_"
        name = self._names.get(out)
        if name is None:
            name = self._names[out] = self._idle.pop() if self._idle else self._free("t")
        return name

    def _free(self, letter: str) -> str:
        while True:
            self._count += 1
            name = f"{letter}{self._count}"
            if name not in self._taken:
                return name


def _needed(fn: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments without those at the end that are the defaults."""
    if len(args) < 2 or isinstance(fn, np.ufunc):
        return args
    defaults = _defaults(fn)
    count = len(args)
    while count > 1 and count <= len(defaults) and args[count - 1] is defaults[count - 1]:
        count -= 1
    return args[:count]


@cache
def _defaults(fn: Any) -> list[Any]:
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return []
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return []
    return [p.default for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _last_uses(program: Program) -> dict[int, list[Var]]:
    """After which step nobody needs a value any more."""
    last: dict[Var, int] = {}
    kept = {*vars_in(program.outputs), *program.inputs}
    for i, step in enumerate(program.steps):
        for var in step.uses:
            last[var] = i
        out = step.out
        if type(out) is Var:
            last[out] = i
            if step.reuses is not None:
                kept.add(step.reuses)
        else:
            for var in vars_in(out):
                last[var] = i
    found: dict[int, list[Var]] = {}
    for var, i in last.items():
        if var not in kept:
            found.setdefault(i, []).append(var)
    return found


def _comment(place: tuple[str, int] | None) -> str:
    if place is None:
        return ""
    text = linecache.getline(*place).strip()
    return f"# {text}" if text else f"# line {place[1]} of {os.path.basename(place[0])}"
