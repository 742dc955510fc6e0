"""Elementwise operations on large arrays, done block by block: what is in between stays in the cache.

A group is what can be computed at one place: calls of ufuncs on arrays of one shape, and numbers. Sums of arrays are
none of them, for those of blocks would be rounded otherwise.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mygrad._record.program import CALL, Const, Program, Step, Var, largest, vars_in
from mygrad._rules.threads import in_threads
from mygrad._rules.transcendental import tanh_slope

__all__ = ["BLOCK", "Group", "lines_of", "with_blocks"]

#: The number of elements of a block: of half of it, the calls of NumPy would take a tenth more of the time.
BLOCK = 32_768
#: The number of bytes from which on an array is done in blocks.
_LARGE = 1 << 21
#: Functions of ours that are elementwise, and write into `out` before they have read all.
_HELPERS = frozenset((tanh_slope,))
#: The number of operations from which on it pays.
_SEVERAL = 3


class Group:
    """Steps that are done together.

    Attributes
    ----------
    shape : tuple[int, ...]
        Of all of their arrays.
    steps : list[Step]
    start : int
        The place of the first in the program.
    made : set[Var]
    arrays : list[Var | Const]
        The arrays that they take from outside.
    results : list[Var]
        What others need of what they make.
    """

    def __init__(self, shape: tuple[int, ...], start: int) -> None:
        self.shape = shape
        self.start = start
        self.steps: list[Step] = []
        self.made: set[Var] = set()
        self.arrays: list[Any] = []
        self.results: list[Var] = []

    def add(self, step: Step) -> None:
        self.steps.append(step)
        self.made.add(step.out)

    def finish(self, needed: set[Var]) -> Step:
        """The step that does it all; `needed` is what other steps take."""
        for step in self.steps:
            for a in step.args:
                if _is_array(a) and a not in self.made and a not in self.arrays:
                    self.arrays.append(a)
        self.results = [step.out for step in self.steps if step.out in needed]
        numbers = [a for step in self.steps for a in step.uses if not a.shape]
        return Step(CALL, self, (*self.arrays, *numbers), {}, tuple(self.results))


def with_blocks(program: Program) -> Program:
    """With groups of elementwise operations on large arrays in the place of single ones."""
    if largest(program) < _LARGE:
        return program
    made_at: dict[Var, int] = {}
    groups: list[Group] = []
    latest: dict[tuple[int, ...], Group] = {}
    member: dict[Step, Group] = {}
    for i, step in enumerate(program.steps):
        if _is_elementwise(step):
            shape = step.out.shape
            group = latest.get(shape)
            if group is None or not _can_be_done_at(group, step, made_at):
                group = latest[shape] = Group(shape, i)
                groups.append(group)
            group.add(step)
            member[step] = group
        for var in vars_in(step.out):
            made_at[var] = i
    chosen = {group for group in groups if len(group.steps) >= _SEVERAL}
    if not chosen:
        return program
    needed: dict[Group, set[Var]] = {group: set(vars_in(program.outputs)) for group in chosen}
    for step in program.steps:
        for group in chosen:
            if member.get(step) is not group:
                needed[group].update(step.uses)
    steps = []
    for i, step in enumerate(program.steps):
        group = member.get(step)
        if group not in chosen:
            steps.append(step)
        elif group.start == i:
            steps.append(group.finish(needed[group]))
    return Program(program.inputs, steps, program.outputs)


def _is_elementwise(step: Step) -> bool:
    out, fn = step.out, step.fn
    if step.form != CALL or step.kwargs:
        return False
    if fn not in _HELPERS and (not isinstance(fn, np.ufunc) or fn.signature or fn.nout != 1):
        return False
    if type(out) is not Var or out.nbytes < _LARGE or not out.is_dense or out.memory.written:
        return False
    return all(_fits(a, out.shape) for a in step.args)


def _fits(a: Any, shape: tuple[int, ...]) -> bool:
    """Whether an operand has an element for each of the result, in the same order, or is one number."""
    if type(a) is Var:
        return not a.memory.written and (not a.shape or (a.shape == shape and a.is_dense))
    if type(a) is Const:
        value = np.asarray(a.value)
        return not value.ndim or (value.shape == shape and value.flags.c_contiguous)
    return isinstance(a, (int, float, complex, np.generic))


def _is_array(a: Any) -> bool:
    return (type(a) is Var and bool(a.shape)) or (type(a) is Const and np.ndim(a.value) > 0)


def _can_be_done_at(group: Group, step: Step, made_at: dict[Var, int]) -> bool:
    """Whether all that a step takes is there where the group begins, or made by the group."""
    return all(a in group.made or made_at.get(a, -1) < group.start for a in step.uses)


def lines_of(group: Group, names: Any, function: Any, literal: Any, free: Any, threads: int) -> list[str]:
    """A group, written down.

    Parameters
    ----------
    group : Group
    names : Callable
        What the source calls a value.
    function, literal : Callable
        How functions, and numbers and constants, are written.
    free : Callable
        Makes a name.
    threads : int
        How many do it at the same time. Each has blocks and buffers of its own.
    """
    size = prod(group.shape)
    parts = {}
    lines = []
    for x in group.results:
        lines.append(f"{names(x)} = np.empty({group.shape}, {literal(x.dtype)})")
    for x in (*group.arrays, *group.results):
        parts[x] = free("b")
    flat = {x: free("f") for x in parts}
    for x, name in flat.items():
        lines.append(f"{name} = {literal(x)}.reshape(-1)")
    buffers: dict[str, np.dtype[Any]] = {}
    body = []
    idle: dict[np.dtype[Any], list[str]] = {}
    last = {a: i for i, step in enumerate(group.steps) for a in step.uses}
    quiet = False
    for i, step in enumerate(group.steps):
        operands = [parts[a] if _is_array(a) else literal(a) for a in step.args]
        dying = [a for a in dict.fromkeys(step.uses) if last[a] == i and a in group.made and a not in group.results]
        if step.fn not in _HELPERS:  # their buffers may take the result
            _let_go(dying, parts, idle)
        if step.out not in parts:
            waiting = idle.get(step.out.dtype)
            if waiting:
                parts[step.out] = waiting.pop()
            else:
                parts[step.out] = name = free("b")
                buffers[name] = step.out.dtype
        if step.fn in _HELPERS:
            _let_go(dying, parts, idle)
        if step.quiet != quiet:
            quiet = step.quiet
            if quiet:
                body.append('with np.errstate(all="ignore"):')
        text = f"{function(step.fn)}({', '.join(operands)}, out={parts[step.out]})"
        body.append(f"    {text}" if quiet else text)
    loop = [f"{name} = np.empty({BLOCK}, {literal(dtype)})" for name, dtype in buffers.items()]
    begin, end = ("0", size) if threads == 1 else ("begin", "end")
    loop.append(f"for i in range({begin}, {end}, {BLOCK}):  # blocks, of which what is in between stays in the cache")
    loop.append(f"    j = i + {BLOCK}")
    if buffers and size % BLOCK:
        last_one = [f"{name} = {name}[: {size % BLOCK}]" for name in buffers]
        loop += [f"    if j > {size}:", *[f"        {line}" for line in last_one]]
    loop += [f"    {parts[x]} = {flat[x]}[i:j]" for x in flat]
    loop += [f"    {line}" for line in body]
    done = [*flat.values()]  # which are views of what is to be let go of
    if threads == 1:
        done += parts.values()
        return [*lines, *loop, f"del {', '.join(dict.fromkeys(done))}"]
    name = free("blocks")
    lines += [f"def {name}(begin, end):", *[f"    {line}" for line in loop]]
    lines.append(f"{function(in_threads)}({name}, {size}, {BLOCK}, {threads})")
    return [*lines, f"del {', '.join([name, *done])}"]


def _let_go(values: list[Var], parts: dict[Any, str], idle: dict[np.dtype[Any], list[str]]) -> None:
    for a in values:
        idle.setdefault(a.dtype, []).append(parts[a])
