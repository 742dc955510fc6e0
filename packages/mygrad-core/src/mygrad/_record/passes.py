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
from mygrad._record.stanzas import Stanza, with_stanzas

__all__ = ["optimized", "rewritten", "without_dead_code"]

#: Given a step, makes what stands for its result (a `Var`, a `Const` or a number), or another step, or several of which
#: the last has its result; or None.
Rewrite = Callable[[Step], Any]


def optimized(program: Program) -> Program:
    """A program, after all passes.

    Where nothing is written to, they go through one round of a long loop for all that are alike: a value there is as
    good as another. Else who writes to what is asked of the whole.
    """
    program = without_dead_code(program)
    writes = any(step.writes is not None for step in program.steps)
    program = program if writes else with_stanzas(program)
    program = without_dead_code(rewritten(program, [make() for make in REWRITES]))
    program = with_buffers_used_again(with_blocks(program))
    return with_stanzas(program) if writes else program


def without_dead_code(program: Program) -> Program:
    """Without the steps on which no result depends."""
    live = set(vars_in(program.outputs))
    writes = any(step.writes is not None for step in program.steps)
    memories = {var.memory for var in live}
    kept = []
    for step in reversed(program.steps):
        out = step.out
        if type(out) is Var:
            wanted = out in live
        else:
            wanted = any(var in live for var in vars_in(out))
        if wanted or step.form == ASSUME or (step.writes is not None and step.writes in memories):
            kept.append(step)
            live.update(step.uses)
            if writes:
                for var in step.uses:
                    memories.add(var.memory)
    return Program(program.inputs, kept[::-1], program.outputs)


def rewritten(program: Program, rewrites: Sequence[Rewrite]) -> Program:
    """A program in which each step has been rewritten, by one function after the other."""
    steps, instead, joined = _rewritten(program.steps, rewrites)
    outputs = [instead.get(x, x) if type(x) is Var else x for x in program.outputs]
    return _with_results_apart(program, Program(program.inputs, steps, outputs), joined)


def _rewritten(
    steps: list[Step], rewrites: Sequence[Rewrite]
) -> tuple[list[Step], dict[Any, Any], dict[Memory, Memory]]:
    """The steps; what stands for values that none of them makes any more; and for their memory, that of others."""
    instead: dict[Any, Any] = {}
    joined: dict[Memory, Memory] = {}
    found_steps: list[Step] = []
    for step in steps:
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
                    found_steps += before
                elif found is not None:
                    instead[step.out] = found
                    _join(step.out, found, joined)
                    break
            else:
                found_steps.append(step)
        elif type(step.fn) is Stanza:
            found_steps.append(_shortened(step, instead, joined))
        else:
            found_steps.append(step)
    return found_steps, instead, joined


def _shortened(step: Step, instead: dict[Any, Any], joined: dict[Memory, Memory]) -> Step:
    """The call of a stanza whose steps have been rewritten."""
    stanza = step.fn
    if not stanza.is_rewritten:
        _rewrite(stanza)
    if not stanza.others and not stanza.joined:
        return step
    around = [*step.args, *step.out]
    for i, source in stanza.others:
        instead[around[i]] = around[source] if type(source) is int else source
    for i, j in stanza.joined:
        _join(around[i], around[j], joined)
    others = {i - len(step.args) for i, _ in stanza.others}
    out = tuple([var for i, var in enumerate(step.out) if i not in others])
    return Step(step.form, stanza, step.args, {}, out or None, None, step.quiet, None, step.uses)


def _rewrite(stanza: Stanza) -> None:
    """Rewrite the steps of a stanza, for all of its calls: each has the same kinds of values, and none is written to.

    An output that has become an input, another output or a constant is none any more.
    """
    steps, instead, joined = _rewritten(stanza.steps, [make() for make in REWRITES])
    place: dict[Any, int] = {var: i for i, var in enumerate(stanza.inputs)}
    kept: list[Var] = []
    for i, var in enumerate(stanza.outputs, len(stanza.inputs)):
        new = instead.get(var, var)
        if type(new) is Var and new not in place:
            place[new] = i
            kept.append(new)
        else:
            stanza.others.append((i, place[new] if type(new) is Var else new))
    first: dict[Memory, int] = {}
    around = [*stanza.inputs, *stanza.outputs]
    for i, var in enumerate(around):
        j = first.setdefault(_root(var.memory, joined), i)
        if around[j].memory is not var.memory:
            stanza.joined.append((i, j))
    stanza.steps = without_dead_code(Program(stanza.inputs, steps, list(kept))).steps
    stanza.outputs = kept
    stanza.is_rewritten = True


def _join(var: Any, other: Any, joined: dict[Memory, Memory]) -> None:
    """Note that a value lies in the memory of another, which stands for it."""
    if type(var) is Var and type(other) is Var:
        one, two = _root(var.memory, joined), _root(other.memory, joined)
        if one is not two:
            joined[one] = two


def _root(memory: Memory, joined: dict[Memory, Memory]) -> Memory:
    while memory in joined:
        memory = joined[memory]
    return memory


def _with_results_apart(before: Program, after: Program, joined: dict[Memory, Memory]) -> Program:
    """Copies of those results that have come to share memory with others, or with arguments."""
    taken: dict[Memory, Memory] = {}
    outputs: list[Any] = []
    for old, new in zip(before.outputs, after.outputs, strict=True):
        if type(new) is Var and not new.is_number and type(old) is Var:
            memory = _root(new.memory, joined)
            is_arguments = memory.outside and not old.memory.outside
            if is_arguments or taken.setdefault(memory, old.memory) is not old.memory:
                copy = Var(np.empty_like(np.broadcast_to(np.empty((), new.dtype), new.shape)), Memory())
                after.steps.append(Step(METHOD, "copy", (new, "K"), {}, copy))
                new = copy
        outputs.append(new)
    return Program(after.inputs, after.steps, outputs)
