"""Elementwise functions: those with derivatives are mygrad's; of the others the results are constants."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import mygrad as mg
from mygrad import (
    abs,
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    conj,
    copysign,
    cos,
    cosh,
    divide,
    exp,
    expm1,
    hypot,
    imag,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    maximum,
    minimum,
    multiply,
    negative,
    positive,
    pow,
    real,
    reciprocal,
    round,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
)
from mygrad._engine.operands import unwrap
from mygrad._results import as_tensor
from mygrad.array_api._results import one_array, two_arrays

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "trunc",
]


def _keeping_integers(function: np.ufunc) -> Callable[..., Any]:
    """`function`, that leaves integers what they are: in NumPy it does since 2.1."""

    @wraps(function)
    def keeping(x: Any, **options: Any) -> Any:
        array = np.asarray(unwrap(x))
        return array.copy() if array.dtype.kind in "iu" else function(x, **options)

    return keeping


bitwise_and: Final = two_arrays(np.bitwise_and)
bitwise_invert: Final = one_array(np.invert, "bitwise_invert")
bitwise_left_shift: Final = two_arrays(np.left_shift, "bitwise_left_shift")
bitwise_or: Final = two_arrays(np.bitwise_or)
bitwise_right_shift: Final = two_arrays(np.right_shift, "bitwise_right_shift")
bitwise_xor: Final = two_arrays(np.bitwise_xor)
ceil: Final = one_array(_keeping_integers(np.ceil))
equal: Final = two_arrays(np.equal)
floor: Final = one_array(_keeping_integers(np.floor))
floor_divide: Final = two_arrays(np.floor_divide)
greater: Final = two_arrays(np.greater)
greater_equal: Final = two_arrays(np.greater_equal)
isfinite: Final = one_array(np.isfinite)
isinf: Final = one_array(np.isinf)
isnan: Final = one_array(np.isnan)
less: Final = two_arrays(np.less)
less_equal: Final = two_arrays(np.less_equal)
logical_and: Final = two_arrays(np.logical_and)
logical_not: Final = one_array(np.logical_not)
logical_or: Final = two_arrays(np.logical_or)
logical_xor: Final = two_arrays(np.logical_xor)
nextafter: Final = two_arrays(np.nextafter)
not_equal: Final = two_arrays(np.not_equal)
remainder: Final = two_arrays(np.remainder)
sign: Final = one_array(np.sign)
signbit: Final = one_array(np.signbit)
trunc: Final = one_array(_keeping_integers(np.trunc))


def clip(x: ArrayLike, /, min: ArrayLike | None = None, max: ArrayLike | None = None) -> Tensor:
    """The elements limited to an interval, of the dtype that they have.

    (Bounds of a wider dtype do not widen it, as they do in NumPy; those of floating-point numbers do that of integers.)

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad.array_api as xp
    >>> xp.clip(np.array([1, 7], dtype="int8"), max=np.array([5, 5]))
    Tensor([1, 5], dtype=int8)
    """
    t = as_tensor(x)
    if min is None and max is None:
        return mg.copy(t)
    result = mg.clip(t, min, max)
    fractions = [np.asarray(unwrap(bound)).dtype.kind == "f" for bound in (min, max)]
    if result.dtype == t.dtype or (t.dtype.kind != "f" and any(fractions)):
        return result
    return mg.astype(result, t.dtype)
