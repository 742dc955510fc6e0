"""Windows that tile an array, side by side, without a rest: how pooling computes with them.

NumPy's loops are as long as the innermost axis, which in data that were pooled before is often just 2 or 4. Here, there
is one axis done at a time, and as many windows at once as there are.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from mygrad.nnet.layers._windows import Lengths, Sides

__all__ = ["by_parts", "combined", "repeated", "tile"]

Array = np.ndarray[Any, Any]

#: Loops along the innermost axis that are shorter are not worth to be begun.
SHORT = 6
#: How many bytes of an array are done at a time.
PART = 2**21


def tile(shape: Lengths, pool: Lengths, stride: Lengths, padding: Sides) -> bool:
    """Whether windows of more than one entry tile the last axes of an array of this shape."""
    if pool != stride or prod(pool) < 2 or any(map(any, padding)):
        return False
    return not any(n % k for n, k in zip(shape[len(shape) - len(pool) :], pool, strict=True))


def by_parts(shape: Lengths, dtype: Any, axes: int, function: Callable[..., Any], *arrays: Any) -> Any:
    """A function of arrays, of the given shape and dtype, in parts of what lies before the last axes.

    So what is made on the way takes little memory.
    """
    size = max(prod(shape) * dtype.itemsize, *[a.size * a.itemsize for a in arrays])
    if size <= PART:
        return function(*arrays)
    result = np.empty(shape, dtype)
    all_rows, *rows = [a.reshape(-1, *a.shape[a.ndim - axes :]) for a in (result, *arrays)]
    step = -(-len(all_rows) * PART // size)
    for i in range(0, len(all_rows), step):
        all_rows[i : i + step] = function(*[a[i : i + step] for a in rows])
    return result


def combined(x: Array, pool: Lengths, ufunc: np.ufunc) -> Array:
    """The entries of each window, combined by an associative function of two."""
    shape, behind = list(x.shape), 1
    for axis, k in enumerate(reversed(pool), 1):
        shape[-axis] //= k
        if k > 1:
            parts = np.ascontiguousarray(x).reshape(x.size // (k * behind), k, behind)
            x = np.empty((len(parts), behind), x.dtype)
            for columns in range(behind) if behind < SHORT else [slice(None)]:
                total = x[:, columns]
                ufunc(parts[:, 0, columns], parts[:, 1, columns], out=total)
                for i in range(2, k):
                    ufunc(total, parts[:, i, columns], out=total)
        behind *= shape[-axis]
    return x.reshape(shape)


def repeated(y: Array, pool: Lengths) -> Array:
    """Each entry of `y` in all places of its window."""
    for axis, k in enumerate(reversed(pool), 1):
        y = y.repeat(k, axis=-axis)
    return y
