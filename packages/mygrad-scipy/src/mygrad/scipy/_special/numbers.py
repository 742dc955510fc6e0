"""What the rows share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from mygrad import extend

__all__ = ["defvjp", "defvjp_several", "elementwise", "over", "polynomial"]

#: All rules here are of real numbers: they compare, take signs, and lead to functions that SciPy has of these alone.
defvjp = partial(extend.defvjp, real=True)
defvjp_several = partial(extend.defvjp_several, real=True)


def elementwise(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Make a primitive of a function of arrays, which is computed in double precision; parameters are keywords.

    The result has the dtype that ufuncs of SciPy give for such arguments: float32 stays float32.
    """

    @wraps(fn)
    def computing(*args: Any, **params: Any) -> Any:
        dtype = np.result_type(*args)
        dtype = np.promote_types(dtype, np.float32) if dtype.kind == "f" else np.dtype(np.float64)
        with np.errstate(all="ignore"):
            return np.asarray(fn(*[np.asarray(a, np.float64) for a in args], **params)).astype(dtype)[()]

    return extend.primitive(computing)


def over(f: Any, x: Any, at_zero: float) -> Any:
    """``f / x``, and the limit `at_zero`."""
    zero = x == 0
    return np.where(zero, at_zero, f / np.where(zero, 1.0, x))


def polynomial(coefficients: list[float], x: Any) -> Any:
    """The polynomial in `x`, of which the constant comes first."""
    total = 0 * x + coefficients[-1]
    for c in coefficients[-2::-1]:
        total = total * x + c
    return total
