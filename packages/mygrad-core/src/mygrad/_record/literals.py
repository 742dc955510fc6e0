"""Numbers, arrays and dtypes, as they are written: they have the same bits when they are read."""

from __future__ import annotations

import base64
from math import isfinite
from typing import Any

import numpy as np

__all__ = ["dtype_name", "is_long", "literal"]

#: The number of elements up to which constants are written as lists.
_SHORT = 100


def dtype_name(dtype: Any) -> str:
    """A dtype, as it is written."""
    dtype = np.dtype(dtype)
    return f"np.{dtype.name}" if dtype.isbuiltin == 1 and hasattr(np, dtype.name) else f"np.dtype({dtype.str!r})"


def literal(x: Any) -> str:
    """A number or a constant array, as it is written: it has the same bits when it is read."""
    if type(x) is float and isfinite(x):
        return repr(x)
    if isinstance(x, np.ndarray):
        return _array_literal(x)
    if isinstance(x, np.generic):
        if isinstance(x, np.bool_):
            return f"np.bool_({bool(x)})"
        if x.dtype.char in "gG":
            return f"np.frombuffer({x.tobytes()!r}, {dtype_name(x.dtype)})[0]"
        return f"{dtype_name(x.dtype)}({literal(x.item())})"
    if isinstance(x, float):
        return repr(x) if isfinite(x) else {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}[str(x)]
    if isinstance(x, complex):
        return f"complex({literal(x.real)}, {literal(x.imag)})"
    return repr(x)


def is_long(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.size > _SHORT and any(x.strides)


def _array_literal(x: Any) -> str:
    dtype = dtype_name(x.dtype)
    if x.size > 1 and not any(x.strides):
        return f"np.broadcast_to({literal(x.flat[0])}, {x.shape})"
    order = "" if x.flags.c_contiguous else ", order='F'" if x.flags.f_contiguous else ""
    if x.size <= _SHORT and x.dtype.char not in "gG":
        text = _nested(x.tolist())
        made = f"np.array({text}, {dtype}{order})"
        return made if x.size else f"np.empty({x.shape}, {dtype})"
    data = base64.b64encode(np.ascontiguousarray(x).tobytes()).decode()
    made = f'np.frombuffer(b64decode("{data}"), {dtype}).reshape({x.shape})'
    return f"np.asfortranarray({made})" if order else made


def _nested(x: Any) -> str:
    return "[" + ", ".join(map(_nested, x)) + "]" if type(x) is list else literal(x)
