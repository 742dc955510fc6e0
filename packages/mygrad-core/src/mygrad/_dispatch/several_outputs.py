"""Ufuncs that have two outputs, each a function of its own: one differentiable, the other a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._dispatch.operands import has_variable, unwrap, write_into
from mygrad._engine.apply import as_operand
from mygrad._engine.handle import Handle
from mygrad._engine.ufuncs import ufunc_call
from mygrad._rules.rule import RULES, defvjp, primitive

__all__ = ["PARTS", "call_parts"]


def _output(ufunc: np.ufunc, position: int) -> Any:
    """One output of a ufunc as a function with the keywords of a ufunc."""

    def output(x: Any, out: Any = None, **params: Any) -> Any:
        targets = [None, None]
        targets[position] = out
        return ufunc(x, out=tuple(targets), **params)[position]

    output.__name__ = ufunc.__name__
    return output


fraction = primitive(_output(np.modf, 0))
mantissa = primitive(_output(np.frexp, 0))

defvjp(fraction, lambda g, _y, _x: g)
defvjp(mantissa, lambda g, _y, x: np.ldexp(g, -np.frexp(x)[1]))

#: The outputs of a ufunc as functions. Those that have a row in the table are differentiable.
PARTS: dict[np.ufunc, tuple[Any, Any]] = {
    np.modf: (fraction, _output(np.modf, 1)),
    np.frexp: (mantissa, _output(np.frexp, 1)),
    np.divmod: (np.floor_divide, np.remainder),
}


def call_parts(
    ufunc: np.ufunc,
    *inputs: Any,
    out: Any = None,
    where: Any = True,
    constant: bool | None = None,
    **params: Any,
) -> Any:
    """Call one of these ufuncs. All its outputs are plain if all its inputs are constants."""
    if not has_variable(inputs):
        return NotImplemented
    if out is not None:  # for NumPy's errors; and all outputs have one shape
        plain = tuple([None if t is None else unwrap(t).copy() for t in out])
        shape = ufunc(*unwrap(inputs), out=plain, where=unwrap(where), **params)[0].shape
        if np.broadcast_shapes(*map(np.shape, inputs)) != shape:
            inputs = (np.broadcast_to(as_operand(inputs[0]), shape), *inputs[1:])
    results = [
        ufunc_call(part, inputs, where=where, constant=constant, **params)
        if part in RULES
        else part(*unwrap(inputs), out=None, where=unwrap(where), **params)
        for part in PARTS[ufunc]
    ]
    targets = (None, None) if out is None else out
    return tuple([r if t is None else _put(r, t, where, params) for r, t in zip(results, targets, strict=True)])


def _put(result: Any, target: Any, where: Any, params: dict[str, Any]) -> Any:
    casting = params.get("casting", "same_kind")
    if isinstance(result, Handle):
        return ufunc_call(np.positive, (result,), out=target, where=where, casting=casting)
    array = target._memory.copy() if isinstance(target, Handle) else target
    np.copyto(array, result, casting=casting, where=unwrap(where))
    if isinstance(target, Handle):
        write_into(target, array, unwrap(where))
    return target
