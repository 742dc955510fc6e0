"""Memory that is used again: large results are computed into arrays that nobody needs any more."""

from __future__ import annotations

import numpy as np

from mygrad._record.program import CALL, Memory, Program, Var, largest, vars_in

__all__ = ["LARGE", "with_buffers_used_again"]

#: The number of bytes from which on it pays: below, memory comes from where it was just given back.
LARGE = 1 << 15


def with_buffers_used_again(program: Program) -> Program:
    """With ``out=`` for elementwise operations on large arrays, one of which is not read again."""
    if largest(program) < LARGE:
        return program
    last: dict[Memory, int] = {}
    values: dict[Memory, int] = {}
    fresh: set[Memory] = set()
    for i, step in enumerate(program.steps):
        for var in step.uses:
            last[var.memory] = i
        for var in vars_in(step.out):
            last[var.memory] = i
            values[var.memory] = values.get(var.memory, 0) + 1
            if step.form == CALL and isinstance(step.fn, np.ufunc) and step.writes is None:
                fresh.add(var.memory)
    for var in vars_in(program.outputs):
        last[var.memory] = len(program.steps)
    steps = []
    for i, step in enumerate(program.steps):
        steps.append(step)
        if step.form != CALL or not isinstance(step.fn, np.ufunc) or step.fn.signature or step.kwargs:
            continue
        out = step.out
        if type(out) is not Var or out.is_number or out.nbytes < LARGE:
            continue
        for a in step.args:
            if type(a) is Var and a.memory in fresh and last[a.memory] == i and values[a.memory] == 1 and _fits(a, out):
                steps[-1] = step.changed(step.args, {"out": a})
                steps[-1].reuses = a
                break
    return Program(program.inputs, steps, program.outputs)


def _fits(a: Var, out: Var) -> bool:
    return a.shape == out.shape and a.dtype == out.dtype and a.strides == out.strides
