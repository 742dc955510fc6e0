"""Calling a ufunc with all its keywords."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._engine.anomalies import note
from mygrad._engine.apply import (
    apply,
    as_constant,
    make_node,
    no_numbers,
    null_grads,
    require_float,
    result_constant,
    save_operands,
)
from mygrad._engine.guard import refuse_locked
from mygrad._engine.handle import Handle, mark_escaped, new_leaf
from mygrad._engine.inplace import apart, compute_into
from mygrad._engine.masked import MaskedRule, as_mask
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.operands import as_keyword, as_operand, hold, loses_gradient, own, refuse_masked, unwrap
from mygrad._engine.outputs import refuse_loss
from mygrad._engine.state import is_lifted, mode
from mygrad._rules.recorded import RECORDED, as_value
from mygrad._rules.rule import RULES, Rule
from mygrad._rules.shapes import astype

__all__ = ["ufunc_call"]


def ufunc_call(
    ufunc: np.ufunc,
    args: tuple[Any, ...],
    *,
    out: Any = None,
    where: Any = True,
    constant: bool | None = None,
    rule: Rule | None = None,
    **params: Any,
) -> Any:
    """``ufunc(*args, out=out, where=where, **params)``, differentiably.

    Parameters
    ----------
    ufunc : np.ufunc
    args : tuple
        Tensors, arrays and array-likes.
    out : Tensor | ndarray | tuple, optional
        Receives the result. A tensor is written in place and returned; with an array, a constant over that
        array is returned. A variable cannot be written to an array.
    where : array_like of bool
        Where to compute. Elsewhere `out` stays as it is, and takes all of its own gradient.
    constant : bool | None
    rule : Rule, optional
        By default that of the ufunc in the table.
    **params : Any
        NumPy's other keywords: dtype, casting, order, subok, signature.
    """
    rule = RULES[ufunc] if rule is None else rule
    args = tuple([as_operand(a) for a in args])
    if where is not True:
        where = as_mask(as_keyword(where))
    if isinstance(out, tuple):
        (out,) = out
    if params:
        params = {name: unwrap(value) for name, value in params.items()}
        dtype = params.get("dtype")
        if dtype is not None and np.dtype(dtype).kind == "c":  # the derivative is that at the complex number
            args = tuple([apply(astype, a, np.dtype(dtype)) if isinstance(a, Handle) else a for a in args])
    if isinstance(out, Handle):
        _check_constant_out(out, constant)
        compute_into(rule, out, tuple([apart(a, out) for a in args]), where, params)
        return out
    if where is True and out is None and not params:
        return apply(rule, *args, constant=constant, **params)
    if out is not None:
        if not isinstance(out, np.ndarray):
            raise TypeError(f"{ufunc.__name__}: `out` must be a tensor or an array, not {type(out).__name__}")
        if not constant:
            refuse_loss(out, args)
        refuse_masked(out)
        refuse_locked(out)
        if constant is None and is_lifted():  # and nothing flows back: whose array it is goes on with an array
            return ufunc(*map(unwrap, args), out=out, where=unwrap(where), **params)
        args = tuple([_not_overwritten(a, out, ufunc) for a in args])
    value = ufunc(*[unwrap(a) for a in args], out=out, where=where, **params)
    return _result(rule, args, where, value, constant, escaped=out is not None)


def _not_overwritten(a: Any, out: Any, ufunc: np.ufunc) -> Any:
    """The operand `a`, or a copy of an array that the result is written to: its value may be needed."""
    array = unwrap(a)
    if not isinstance(array, np.ndarray) or not np.may_share_memory(array, out):
        return a
    if isinstance(a, Handle):
        raise ValueError(
            f"{ufunc.__name__}: `out` is an array that shares memory with a tensor operand, whose value would be lost "
            f"to the graph. Pass the tensor itself as `out`."
        )
    return array.copy("K")


def _check_constant_out(out: Handle, constant: bool | None) -> None:
    """A target keeps its own `constant`; asking for another is a mistake."""
    if as_constant(constant) is False:
        require_float(out._memory.dtype)


def _result(rule: Rule, args: tuple[Any, ...], where: Any, value: Any, constant: bool | None, escaped: bool) -> Any:
    if type(value) in RECORDED:
        rule = value.recording.rule(rule)
    value, number = as_value(value)
    if value.dtype.kind not in "fiubc":
        return no_numbers(rule, value, not loses_gradient(args) if constant is None else constant)
    held: list[Any] = []
    if where is not True:
        rule = MaskedRule(rule, own(where, held))
    is_constant = result_constant(args, value.dtype, constant)
    node = None
    now = mode.get()
    if now.tracked:
        node = make_node(rule, args, NO_PARAMS, value.shape, value.dtype, is_constant)
        hold(node, held)
        save_operands(rule, node, args, value)
        null_grads(args)
        if now.watched:
            note(node, args, value)
    t = new_leaf(value, is_constant, node, number)
    if escaped:
        mark_escaped(t)
    return t
