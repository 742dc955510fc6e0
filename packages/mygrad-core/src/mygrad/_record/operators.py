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
    if not isinstance(step.fn, np.ufunc):
        return _PYTHONS.get(step.fn) if all(type(x) is Var for x in step.args) else None
    if len(step.args) == 1:
        (a,) = step.args
        return _UNARY.get(step.fn) if type(a) is Var else None
    form = _BINARY.get(step.fn)
    if form is None or len(step.args) != 2:
        return None
    a, b = step.args
    # One of them has to be an array, or a number of NumPy's: with those of Python, Python computes.
    if not any(type(x) is Const or (type(x) is Var and _is_numpys(x)) for x in (a, b)):
        return None
    if any(type(x) in (tuple, list) for x in (a, b)):
        return None
    if type(step.out) is Var and step.out.is_number and step.out.dtype.kind == "c":
        return None  # the operators of NumPy's complex numbers round otherwise than its ufuncs
    return form


def _is_numpys(var: Var) -> bool:
    return not var.is_pythons
