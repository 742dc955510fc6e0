"""Complex numbers among the arguments of functions whose derivatives are those of functions of real numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from mygrad._engine.operands import loses_gradient, refusal, unwrap

__all__ = ["of_real_numbers"]


def _holds_complex(x: Any) -> bool:
    """Whether there are complex numbers in `x`, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, (list, tuple)):
        return any(map(_holds_complex, x))
    if isinstance(x, dict):
        return any(map(_holds_complex, x.values()))
    return isinstance(x, (complex, np.ndarray, np.generic)) and np.iscomplexobj(x)


def of_real_numbers(func: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    """`ours`, which stands for NumPy's `func` as long as there are no complex numbers among its arguments.

    If there are, the function is NumPy's; a variable among them is a TypeError.
    """

    @wraps(ours)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _holds_complex(unwrap((args, kwargs))):
            return ours(*args, **kwargs)
        if loses_gradient(args, kwargs):
            raise refusal(func, "an argument is complex, and its derivative is that of a function of real numbers")
        return func(*unwrap(args), **unwrap(kwargs))

    return call
