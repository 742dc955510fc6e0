"""Products of any number of arrays: ``np.einsum`` and ``np.linalg.multi_dot``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from mygrad._engine.operands import sized
from mygrad._rules.einsum import (
    LOWERCASE,
    UPPERCASE,
    contractible,
    einsum_of_diagonal,
    einsum_of_many,
    einsum_of_one,
    in_pairs,
)

__all__ = ["einsum", "multi_dot"]


def einsum(*operands: Any, optimize: Any = False, **params: Any) -> Any:
    """``np.einsum``, in both its calling conventions, by the primitives that have rules."""
    if operands and isinstance(operands[0], str):
        subscripts, given = operands[0], operands[1:]
    else:
        subscripts, given = _from_sublists(operands)
    arrays = [sized(a) for a in given]
    params["subscripts"] = subscripts
    if optimize is not False:
        params["optimize"] = optimize
    if len(arrays) > 2 and len(params) == 1 and (explicit := contractible(subscripts, arrays)):
        return in_pairs(explicit, arrays, lambda _product, step, *pair: einsum_of_many(*pair, subscripts=step))
    if len(arrays) != 1:
        return einsum_of_many(*arrays, **params)
    labels = subscripts.partition("->")[0].replace(" ", "").replace(".", "")
    one = einsum_of_one if len(set(labels)) == len(labels) else einsum_of_diagonal
    return one(*arrays, **params)


def _from_sublists(operands: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Subscripts in letters, from ``einsum(op0, sublist0, op1, sublist1, ..., [sublist_out])``."""
    paired = len(operands) // 2 * 2
    subscripts = ",".join(map(_letters, operands[1:paired:2]))
    if paired < len(operands):
        subscripts += "->" + _letters(operands[-1])
    return subscripts, operands[:paired:2]


def _letters(sublist: Iterable[Any]) -> str:
    symbols = UPPERCASE + LOWERCASE  # sorted, as an implicit output is
    letters = []
    for label in sublist:
        if label is Ellipsis:
            letters.append("...")
        elif not hasattr(label, "__index__"):
            raise TypeError(f"einsum: each subscript must be either an integer or an ellipsis, got {label!r}")
        elif not 0 <= label < len(symbols):
            raise ValueError(f"einsum: subscript {label} is not within the valid range [0, {len(symbols)})")
        else:
            letters.append(symbols[label])
    return "".join(letters)


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
                f"{a.ndim}-dimensional array given. Arrays must be two-dimensional, save the first and the "
                f"last, which may be one-dimensional."
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
