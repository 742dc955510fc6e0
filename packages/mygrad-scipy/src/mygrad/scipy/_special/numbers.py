"""What the rows share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from mygrad import extend
from mygrad.scipy._operands import is_complex

__all__ = [
    "broadcast",
    "defvjp",
    "defvjp_complex",
    "defvjp_several",
    "defvjp_several_complex",
    "elementwise",
    "is_complex",
    "over",
    "polynomial",
]

#: Rules of real numbers: they compare, take signs, and lead to functions that SciPy has of these alone.
defvjp = partial(extend.defvjp, real=True)
defvjp_several = partial(extend.defvjp_several, real=True)
#: Rules of complex numbers as well.
defvjp_complex = extend.defvjp
defvjp_several_complex = extend.defvjp_several


def elementwise(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Make a primitive of a function of arrays, which is computed in double precision; parameters are keywords.

    The result has the dtype that ufuncs of SciPy give for such arguments: float32 stays float32.
    """

    @wraps(fn)
    def computing(*args: Any, **params: Any) -> Any:
        dtype = np.result_type(*args)
        if dtype.kind == "c":
            raise TypeError(f"{fn.__name__}: this derivative is that by real numbers, and an argument is complex")
        dtype = np.promote_types(dtype, np.float32) if dtype.kind == "f" else np.dtype(np.float64)
        with np.errstate(all="ignore"):
            return np.asarray(fn(*[np.asarray(a, np.float64) for a in args], **params)).astype(dtype)[()]

    return extend.primitive(computing)


def broadcast(*arrays: Any) -> list[Any]:
    """Arrays in their common shape, that are only read.

    `np.broadcast_arrays` makes them writeable, which NumPy 2.0 cannot always do.
    """
    shape = np.broadcast_shapes(*[a.shape for a in arrays])
    return [np.broadcast_to(a, shape) for a in arrays]


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
