"""Ufuncs with several outputs, with all keywords of a ufunc."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.masked import MaskedRule
from mygrad._engine.operands import as_operand, has_variable, unwrap
from mygrad._engine.outputs import refuse_loss, write_into
from mygrad._engine.several import call_several
from mygrad._engine.ufuncs import ufunc_call
from mygrad._rules.rule import RULES

__all__ = ["call_outputs"]


def call_outputs(
    ufunc: np.ufunc,
    *inputs: Any,
    out: Any = None,
    where: Any = True,
    constant: bool | None = None,
    **params: Any,
) -> Any:
    """Call a ufunc with several outputs, which has a rule. All of them are plain if all its inputs are constants."""
    if not has_variable(inputs):
        return NotImplemented
    where = unwrap(where)
    if out is not None:  # for NumPy's errors; and all outputs have one shape
        buffers = tuple([None if t is None else unwrap(t).copy() for t in out])
        shape = ufunc(*unwrap(inputs), out=buffers, where=where, **params)[0].shape
        if np.broadcast_shapes(*map(np.shape, inputs)) != shape:
            inputs = (np.broadcast_to(as_operand(inputs[0]), shape), *inputs[1:])
    rule = RULES[ufunc]
    if where is not True:
        where = np.asarray(where, np.bool_)
        rule = MaskedRule(rule, where)
        params = {**params, "out": (None,) * ufunc.nout, "where": where}
    if params:
        rule = rule.computed_by(partial(ufunc, **params))
    results = call_several(rule, *inputs, constant=constant)
    if out is None:
        return results
    for r, t in zip(results, out, strict=True):  # all, before anything is written
        if isinstance(t, np.ndarray):
            refuse_loss(t, (r,))
    return tuple([r if t is None else _put(r, t, where, params) for r, t in zip(results, out, strict=True)])


def _put(result: Any, target: Any, where: Any, params: dict[str, Any]) -> Any:
    casting = params.get("casting", "same_kind")
    if isinstance(result, Handle):
        return ufunc_call(np.positive, (result,), out=target, where=where, casting=casting)
    array = target._memory.copy() if isinstance(target, Handle) else target
    np.copyto(array, result, casting=casting, where=where)
    if isinstance(target, Handle):
        write_into(target, array, where)
    return target
