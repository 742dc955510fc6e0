"""Complex numbers beside tensors, which hold real ones: of constants they are NumPy's, of variables refused.

A row needs nothing of this: its function is computed, and if the result is complex that shows. What is composed for
real numbers would take the real part of others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._dispatch.operands import loses_gradient, refusal
from mygrad._engine.operands import unwrap

__all__ = ["holds_complex", "of_complex"]


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
