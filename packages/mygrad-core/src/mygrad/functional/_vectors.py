"""Parameters in containers as one vector, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._evaluation import as_plain
from mygrad._pytrees import flatten, unflatten
from mygrad.tensor import Tensor

__all__ = ["ravel_pytree"]


def ravel_pytree(params: Any) -> tuple[Any, Callable[[Any], Any]]:
    """All numbers of parameters in one vector, as optimisers take them, and the function that leads back.

    Parameters
    ----------
    params
        An array, or a container.

    Returns
    -------
    tuple
        ``(vector, unravel)``. The function takes such a vector, which may be a tensor, and returns parameters of the
        same form, shapes and dtypes (of integers, floating-point numbers). What has no derivatives is there, as it was.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import ravel_pytree
    >>> vector, unravel = ravel_pytree({"w": np.ones((2, 2)), "b": 0.5})
    >>> vector
    array([1. , 1. , 1. , 1. , 0.5])
    >>> unravel(2 * vector)
    {'w': array([[2., 2.],
           [2., 2.]]), 'b': np.float64(1.0)}
    """
    leaves = flatten(params)
    parts = [_numbers(leaf) for leaf in leaves]
    there: list[Any] = [part for part in parts if part is not None]
    vector: Any = np.concatenate([part.reshape(-1) for part in there]) if there else np.zeros(0)
    sizes = [0 if part is None else part.size for part in parts]
    ends = np.cumsum(sizes).tolist()

    def unravel(vector: Any) -> Any:
        if not isinstance(vector, Tensor):
            vector = np.asanyarray(vector)
        if vector.shape != (sum(sizes),):
            raise ValueError(f"unravel: the vector must be of shape {(sum(sizes),)}, but is of {vector.shape}")
        filled = []
        for leaf, part, size, end in zip(leaves, parts, sizes, ends, strict=True):
            if part is None:
                filled.append(leaf)
                continue
            of_leaf = vector[end - size : end].reshape(part.shape)
            if of_leaf.dtype != part.dtype:
                of_leaf = of_leaf.astype(part.dtype)
            filled.append(of_leaf if isinstance(of_leaf, Tensor) else as_plain(of_leaf, copy=True))
        return unflatten(params, filled)

    return vector, unravel


def _numbers(leaf: Any) -> Any:
    """A leaf as an array of floating-point numbers, or a tensor; None if it has no derivatives."""
    array = leaf if isinstance(leaf, Tensor) else np.asanyarray(leaf)
    if array.dtype.kind == "c":
        raise TypeError("ravel_pytree: a vector of real numbers holds no complex ones. Give it their parts.")
    if array.dtype.kind not in "fiu":
        return None
    return array if array.dtype.kind == "f" else array.astype(float)
