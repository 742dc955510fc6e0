"""Passes: each makes a program shorter or quicker, and none changes a bit of its results.

A pass takes a program and returns another. Values are set once, so one may stand for another wherever both have the
same bits, as long as nobody writes into the memory of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad._record.blocks import with_blocks
from mygrad._record.buffers import with_buffers_used_again
from mygrad._record.program import ASSUME, METHOD, Memory, Program, Step, Var, replaced, vars_in
from mygrad._record.rewrites import REWRITES

__all__ = ["optimized", "rewritten", "without_dead_code"]

#: Given a step, makes what stands for its result (a `Var`, a `Const` or a number), or another step, or several of which
#: the last has its result; or None.
Rewrite = Callable[[Step], Any]


def optimized(program: Program) -> Program:
    """A program, after all passes."""
    program = without_dead_code(program)
    program = rewritten(program, [make() for make in REWRITES])
    return with_buffers_used_again(with_blocks(without_dead_code(program)))


def without_dead_code(program: Program) -> Program:
    """Without the steps on which no result depends."""
    live: set[Var] = set()
    memories: set[Memory] = set()
    for var in vars_in(program.outputs):
        live.add(var)
        memories.add(var.memory)
    kept = []
    for step in reversed(program.steps):
        out = step.out
        if type(out) is Var:
            wanted = out in live
        else:
            wanted = any(var in live for var in vars_in(out))
        if wanted or step.form == ASSUME or (step.writes is not None and step.writes in memories):
            kept.append(step)
            for var in step.uses:
                live.add(var)
                memories.add(var.memory)
    return Program(program.inputs, kept[::-1], program.outputs)


def rewritten(program: Program, rewrites: Sequence[Rewrite]) -> Program:
    """A program in which each step has been rewritten, by one function after the other."""
    instead: dict[Any, Any] = {}
    steps = []
    for step in program.steps:
        for var in step.uses:
            if var in instead:
                step = step.changed(
                    replaced(step.args, lambda x: instead.get(x, x)), replaced(step.kwargs, lambda x: instead.get(x, x))
                )
                break
        if type(step.out) is Var and step.writes is None:
            for rewrite in rewrites:
                found = rewrite(step)
                if type(found) is Step:
                    step = found
                elif type(found) is list:
                    *before, step = found
                    steps += before
                elif found is not None:
                    instead[step.out] = found
                    break
            else:
                steps.append(step)
        else:
            steps.append(step)
    outputs = [instead.get(x, x) if type(x) is Var else x for x in program.outputs]
    return _with_results_apart(program, Program(program.inputs, steps, outputs))


def _with_results_apart(before: Program, after: Program) -> Program:
    """Copies of those results that have come to share memory with others, or with arguments."""
    taken: dict[Memory, Memory] = {}
    outputs: list[Any] = []
    for old, new in zip(before.outputs, after.outputs, strict=True):
        if type(new) is Var and not new.is_number and type(old) is Var:
            shares = taken.setdefault(new.memory, old.memory) is not old.memory
            if shares or (new.memory.outside and not old.memory.outside):
                copy = Var(np.empty_like(np.broadcast_to(np.empty((), new.dtype), new.shape)), Memory())
                after.steps.append(Step(METHOD, "copy", (new, "K"), {}, copy))
                new = copy
        outputs.append(new)
    return Program(after.inputs, after.steps, outputs)
