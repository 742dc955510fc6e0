"""Products of any number of matrices: ``np.linalg.multi_dot``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["multi_dot"]


def multi_dot(factors: list[Any]) -> Any:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors. Of two, it is what `np.dot` makes of them.
    """
    if len(factors) < 2:
        raise ValueError("Expecting at least two arrays.")
    if len(factors) == 2:  # of any shapes
        return np.dot(*factors)
    first_ndim, last_ndim = factors[0].ndim, factors[-1].ndim
    if first_ndim == 1:
        factors[0] = np.expand_dims(factors[0], 0)
    if last_ndim == 1:
        factors[-1] = np.expand_dims(factors[-1], 1)
    for a in factors:
        if a.ndim != 2:
            raise np.linalg.LinAlgError(
                f"{a.ndim}-dimensional array given. Arrays must be two-dimensional, except the first "
                f"and the last, which may be one-dimensional."
            )
    split = _cheapest_splits([factors[0].shape[0], *(a.shape[1] for a in factors)])

    result = _product(factors, split, 0, len(factors) - 1)
    if first_ndim == 1:
        result = result[0]
    if last_ndim == 1:
        result = result[..., 0] if result.ndim > 1 else result[0]
    return result


def _product(factors: Sequence[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return factors[i]
    k = split[i, j]
    return np.matmul(_product(factors, split, i, k), _product(factors, split, k + 1, j))


def _cheapest_splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Where to split the product of the matrices i to j, matrix k having the shape ``sizes[k:k + 2]``."""
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    split = {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i, j], split[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )
    return split
