"""Rounds of loops in long programs: those that are alike become calls of one function, which Python compiles once."""

from __future__ import annotations

from math import isqrt
from typing import Any

from mygrad._record.program import ASSUME, CALL, Memory, Program, Step, Var, largest, vars_in
from mygrad._record.rewrites import key

__all__ = ["Stanza", "with_stanzas"]

#: From how many steps on it pays, and how many a function has at the least: a call takes a third of one.
_LONG, _SEVERAL = 2000, 16
#: How many a round may have, and at how many places to look for the next one.
_LONGEST, _TRIES = 2000, 3
#: The number of bytes from which on arrays are to go before the end of a function.
_LARGE = 1 << 15


class Stanza:
    """Steps that occur again and again, with other values.

    Attributes
    ----------
    steps : list[Step]
        As they occur first.
    inputs, outputs : list[Var]
        What they take from outside, and what others need of what they make.
    is_rewritten : bool
        Whether the passes have gone through them.
    others : list[tuple[int, Any]]
        Which outputs have gone then, and what stands for them: the number of another value, or a constant. The inputs
        have the first numbers, and what were outputs the next.
    joined : list[tuple[int, int]]
        Which of these have come to lie in the memory of which.
    """

    __name__ = "stanza"

    def __init__(self, steps: list[Step], inputs: list[Var], outputs: list[Var]) -> None:
        self.steps, self.inputs, self.outputs = steps, inputs, outputs
        self.is_rewritten = False
        self.others: list[tuple[int, Any]] = []
        self.joined: list[tuple[int, int]] = []


def number_of_steps(program: Program) -> int:
    """How many calls of NumPy a program makes."""
    return sum([len(step.fn.steps) if type(step.fn) is Stanza else 1 for step in program.steps])


def with_stanzas(program: Program) -> Program:
    """With calls in the place of steps that occur in the same order and connection again."""
    steps = program.steps
    if len(steps) < _LONG or largest(program) >= _LARGE:
        return program
    codes = _codes(steps)
    after = _next_occurrences(codes)
    found: list[Any] = []
    needed = set(vars_in(program.outputs))
    i = 0
    while i < len(steps):
        period, times = _repetition(codes, after, i)
        rounds = max(-(-_SEVERAL // period), isqrt(times // period)) if period else 1  # for the shortest source
        if times < 3 * rounds:
            found.append(steps[i])
            needed.update(steps[i].uses)
            i += 1
            continue
        size = period * rounds
        for _ in range(times // rounds):
            found.append(_Rounds(steps[i : i + size], codes[i : i + size]))
            needed.update(found[-1].inputs)
            i += size
    known: dict[Any, Stanza] = {}
    return Program(program.inputs, [x if type(x) is Step else x.called(needed, known) for x in found], program.outputs)


def _codes(steps: list[Step]) -> list[int]:
    """A number for each step: the same for those that are written in the same way, but for the names of values."""
    numbers: dict[Any, int] = {}
    codes: list[int] = []
    for step in steps:
        if step.form == ASSUME:  # which ends the program
            codes.append(-1 - len(codes))
            continue
        out = step.out
        parts = [step.form, step.fn, step.quiet, step.line]
        if type(out) is Var:
            parts += (out.shape, out.dtype, out.strides, out.is_pythons)
        else:
            parts.append(tuple(map(_sort, vars_in(out))))
        for a in step.args:
            kind = type(a)
            if kind is Var:
                parts.append(_PYTHONS if a.is_pythons else Var)
            elif kind is float and a:
                parts += (float, a)
            else:
                parts.append(key(a, _kind))
        if step.kwargs:
            parts.append(key(step.kwargs, _kind))
        try:
            codes.append(numbers.setdefault(tuple(parts), len(numbers)))
        except TypeError:
            codes.append(-1 - len(codes))
    return codes


#: What stands for a number with which Python computes.
_PYTHONS = "Python's"


def _kind(var: Var) -> Any:
    return _PYTHONS if var.is_pythons else Var


def _sort(var: Var) -> Any:
    return var.shape, var.dtype, var.strides, var.is_pythons  # by which the passes decide


def _next_occurrences(codes: list[int]) -> list[int]:
    """For each step, the place of the next one with the same code; or 0."""
    place: dict[int, int] = {}
    after = [0] * len(codes)
    for i in range(len(codes) - 1, -1, -1):
        after[i] = place.get(codes[i], 0)
        place[codes[i]] = i
    return after


def _repetition(codes: list[int], after: list[int], i: int) -> tuple[int, int]:
    """The number of steps after which they repeat themselves from `i` on, and how many times they are there."""
    j = i
    for _ in range(_TRIES):
        j = after[j]
        period = j - i
        if not j or period > _LONGEST:
            break
        if codes[i + 1 : i + 4] != codes[j + 1 : j + 4]:  # usually, without copies of whole rounds
            continue
        one = codes[i:j]
        if one == codes[j : j + period]:
            times = 2
            while one == codes[i + times * period : i + (times + 1) * period]:
                times += 1
            return period, times
    return 0, 0


class _Rounds:
    """Steps that are to become a call.

    Attributes
    ----------
    steps : list[Step]
    form : tuple
        The same for those that may call the same function: what they are, how they are connected, and what they take.
    inputs, made : list[Var]
        What they take from outside, and what they make.
    """

    def __init__(self, steps: list[Step], codes: list[int]) -> None:
        self.steps = steps
        self.inputs: list[Var] = []
        self.made: list[Var] = []
        numbers: dict[Var, int] = {}
        connections: list[int] = []
        for step in steps:
            for var in step.uses:
                number = numbers.get(var)
                if number is None:
                    number = numbers[var] = len(numbers)
                    self.inputs.append(var)
                connections.append(number)
            out = step.out
            for var in (out,) if type(out) is Var else vars_in(out):
                numbers[var] = len(numbers)
                self.made.append(var)
        places: dict[Memory, int] = {}
        taken = tuple([(_sort(var), places.setdefault(var.memory, len(places))) for var in self.inputs])
        self.form = tuple(codes), tuple(connections), taken

    def called(self, needed: set[Var], known: dict[Any, Stanza]) -> Step:
        """The call of a function of these steps: of one that is known, if there is one that makes as much of it."""
        chosen = [i for i, var in enumerate(self.made) if var in needed]
        outputs = [self.made[i] for i in chosen]
        form = self.form, tuple(chosen)
        stanza = known.get(form)
        if stanza is None:
            stanza = known[form] = Stanza(self.steps, self.inputs, outputs)
        return Step(CALL, stanza, tuple(self.inputs), {}, tuple(outputs) or None, None, False, None, self.inputs)
