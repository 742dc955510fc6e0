"""Whether a function of a batch computes each example from its own part of the arguments alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mygrad._pytrees import flatten, unflatten
from mygrad._rules.recorded import as_any_array, assumed
from mygrad.tensor import Tensor

__all__ = ["array", "contracted", "in_other_company", "require_equal", "require_equal_results", "times"]

Array = np.ndarray[Any, Any]


def require_equal(found: Array, expected: Any, what: str = "derivatives of") -> None:
    """Raise ValueError if what was found for examples is not what is to be expected of independent ones."""
    if not found.size:
        return
    expected = np.broadcast_to(expected, found.shape).reshape(len(found), -1)
    found = found.reshape(len(found), -1)
    known = np.isfinite(expected)
    scale = np.max(np.abs(expected), axis=1, keepdims=True, initial=0, where=known)
    eps = float(np.finfo(found.dtype).eps)
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= np.sqrt(eps) * scale + 100 * eps * np.max(scale)
    far = known & ~near
    if not assumed(~far.any()):
        raise ValueError(
            f"vmap: the examples are not independent: the {what} example {int(np.argwhere(far)[0][0])} depend on "
            f"others along the first axis. A function that takes means or other statistics of the batch, or sums over "
            f"its first axis, has no derivatives example by example. (Neither has one that draws random numbers, which "
            f"are to be taken outside, and passed to it.)"
        )


def in_other_company(
    args: Sequence[Any], kwargs: dict[str, Any], mapped: Sequence[int | str], size: int
) -> Iterator[tuple[Array, list[Any], dict[str, Any]]]:
    """The examples of each half of a batch, and the arguments when one of them is in the place of the other half."""
    halves = np.array_split(np.random.default_rng(size).permutation(size), 2) if size > 1 else []
    for kept, replaced in zip(halves, reversed(halves), strict=True):
        sources = np.arange(size)
        sources[replaced] = kept[0]

        def others(key: int | str, x: Any, sources: Array = sources) -> Any:
            if key not in mapped:
                return x
            parts = [array(leaf)[sources] if np.shape(leaf)[:1] == (size,) else leaf for leaf in flatten(x)]
            return unflatten(x, parts)

        yield kept, [others(i, x) for i, x in enumerate(args)], {name: others(name, x) for name, x in kwargs.items()}


def require_equal_results(again: Sequence[Tensor], outputs: Sequence[Tensor], kept: Array) -> None:
    """Raise ValueError if results of the examples that were kept are not what they are among the others."""
    for t, output in zip(again, outputs, strict=True):
        require_equal(array(t)[kept], array(output)[kept], "results of")


def array(x: Any) -> Array:
    """The values of a tensor or an array."""
    return x._memory if isinstance(x, Tensor) else as_any_array(x)


def times(weights: Array, x: Any) -> Any:
    """Weights of the examples times what they have."""
    return weights.reshape(len(weights), *[1] * (np.ndim(x) - 1)) * x if np.ndim(x) else 0.0


def contracted(direction: Array, rows: Array) -> Any:
    """Of rows ``(n, *d, *e)``, for each example the sum over what is of the shape ``d`` of a direction."""
    return np.tensordot(rows, direction, (range(1, 1 + direction.ndim), range(direction.ndim)))
