"""Calls of ufuncs that Python has operators for, which take less time and are easier to read."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from mygrad._record.program import CALL, Const, Step, Var

__all__ = ["as_operator"]

_BINARY: dict[Any, str] = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.matmul: "{} @ {}",
    np.less: "{} < {}",
    np.less_equal: "{} <= {}",
    np.greater: "{} > {}",
    np.greater_equal: "{} >= {}",
    np.equal: "{} == {}",
    np.not_equal: "{} != {}",
    np.bitwise_and: "{} & {}",
    np.bitwise_or: "{} | {}",
}
#: Operators that were noted as such: of numbers of Python's.
_PYTHONS: dict[Any, str] = {
    operator.add: "{} + {}",
    operator.sub: "{} - {}",
    operator.mul: "{} * {}",
    operator.truediv: "{} / {}",
    operator.pow: "{} ** {}",
}
_UNARY: dict[Any, str] = {np.negative: "-{}"}


def as_operator(step: Step) -> str | None:
    """How a step is written with an operator. None, if there is none that computes the very same."""
    if step.form != CALL or step.kwargs:
        return None
    fn, args, out = step.fn, step.args, step.out
    if not isinstance(fn, np.ufunc):
        return _PYTHONS.get(fn) if all(type(x) is Var for x in args) else None
    if len(args) == 1:
        return _UNARY.get(fn) if type(args[0]) is Var else None
    form = _BINARY.get(fn)
    if form is None or len(args) != 2:
        return None
    # One of them has to be an array, or a number of NumPy's: with those of Python, Python computes.
    is_numpys = False
    for x in args:
        kind = type(x)
        if kind is tuple or kind is list:
            return None
        is_numpys = is_numpys or kind is Const or (kind is Var and not x.is_pythons)
    if type(out) is Var and out.is_number and out.dtype.kind == "c":
        return None  # the operators of NumPy's complex numbers round otherwise than its ufuncs
    return form if is_numpys else None
