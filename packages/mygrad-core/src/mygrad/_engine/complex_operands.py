"""Complex numbers beside tensors, which hold real ones: of constants they are NumPy's, of variables refused.

A function that has a rule needs nothing of this: it is computed, and if the result is complex that shows. What is
written for real numbers would take the real part of others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from mygrad._engine.operands import loses_gradient, refusal, unwrap

__all__ = ["holds_complex", "of_complex", "of_real_numbers"]


def holds_complex(x: Any) -> bool:
    """Whether there are complex numbers in `x`, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, (list, tuple)):
        return any(map(holds_complex, x))
    if isinstance(x, dict):
        return any(map(holds_complex, x.values()))
    return isinstance(x, (complex, np.ndarray, np.generic)) and np.iscomplexobj(x)


def of_complex(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What NumPy's function computes with complex numbers among its arguments.

    Raises
    ------
    TypeError
        If there is a variable among the others.
    """
    if loses_gradient(args, kwargs):
        raise refusal(func, "another argument is complex, and tensors hold real numbers only")
    return func(*unwrap(args), **unwrap(kwargs))


def of_real_numbers(func: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    """`ours`, which stands for NumPy's `func` as long as there are no complex numbers among its arguments."""

    @wraps(ours)
    def call(*args: Any, **kwargs: Any) -> Any:
        if holds_complex((args, kwargs)):
            return of_complex(func, *args, **kwargs)
        return ours(*args, **kwargs)

    return call
