"""Copies of tensors, as `t.copy()` makes them: leaves, except in functions that are to be differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._engine.apply import apply, as_constant, require_float
from mygrad._engine.backward import like
from mygrad._engine.exits import COPIES, report
from mygrad._engine.handle import new_leaf
from mygrad._engine.state import mode

__all__ = ["copied"]


def copied(t: Any, order: Any, constant: bool | None = None, exits: bool = True) -> Any:
    """A copy of `t`. It reports the exit, if it is one."""
    constant, now = as_constant(constant), mode.get()
    if now.functional and now.tracked:
        made = apply(np.copy, t, order=order, constant=constant)
        made._number = t._number
        return made
    if constant is False:
        require_float(t._memory.dtype)
    if exits and not constant:
        report(t, COPIES)
    made = new_leaf(t._memory.copy(order), t._constant if constant is None else constant, None, t._number)
    grad = t.grad
    made._grad = None if grad is None or made._constant else like(grad, made._memory, copy=True)
    return made
