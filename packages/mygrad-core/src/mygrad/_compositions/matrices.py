"""Powers of matrices, and equations whose unknown is an array of several axes."""

from __future__ import annotations

from math import prod
from operator import index
from typing import Any

import numpy as np

__all__ = ["matrix_power", "tensorinv", "tensorsolve"]


def matrix_power(a: Any, n: int) -> Any:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise np.linalg.LinAlgError(f"matrix_power takes square matrices, but the array has the shape {a.shape}")
    n = index(n)
    if n == 0:
        return np.where(False, a, np.eye(a.shape[-1], dtype=a.dtype))
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result: Any = None
    while True:  # over the binary digits of n
        n, bit = divmod(n, 2)
        if bit:
            result = a if result is None else np.matmul(result, a)
        if n == 0:
            return np.copy(result)
        a = np.matmul(a, a)


def tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    inverse = np.linalg.inv(np.reshape(a, (prod(a.shape[ind:]), -1)))
    return np.reshape(inverse, a.shape[ind:] + a.shape[:ind])


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    if axes is not None:
        last = [axis % a.ndim for axis in axes]
        a = np.transpose(a, [axis for axis in range(a.ndim) if axis not in last] + last)
    shape = a.shape[-(a.ndim - b.ndim) :]
    n = prod(shape)
    if a.size != n**2:
        raise np.linalg.LinAlgError(
            f"Input arrays must satisfy prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim]), but a has the shape {a.shape}"
        )
    return np.reshape(np.linalg.solve(np.reshape(a, (n, n)), np.ravel(b)), shape)
