"""Parameters in containers as one vector, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._evaluation import as_plain
from mygrad._pytrees import flatten, unflatten
from mygrad._rules.complexes import as_complexes, as_parts, is_complex
from mygrad._rules.recorded import as_any_array
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
        The vector is real: of complex numbers, it has the real and the imaginary part of each.

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
    >>> ravel_pytree([1 + 2j, 3j])[0]
    array([1., 2., 0., 3.])
    """
    leaves = flatten(params)
    parts = [_numbers(leaf) for leaf in leaves]
    there: list[Any] = [_reals(part) for part in parts if part is not None]
    vector: Any = np.concatenate(there) if there else np.zeros(0)
    sizes = [0 if part is None else part.size * (1 + is_complex(part)) for part in parts]
    ends = np.cumsum(sizes).tolist()

    def unravel(vector: Any) -> Any:
        if not isinstance(vector, Tensor):
            vector = as_any_array(vector)
        if vector.shape != (sum(sizes),):
            raise ValueError(f"unravel: the vector must be of shape {(sum(sizes),)}, but is of {vector.shape}")
        filled = []
        for leaf, part, size, end in zip(leaves, parts, sizes, ends, strict=True):
            if part is None:
                filled.append(leaf)
                continue
            of_leaf = vector[end - size : end]
            if of_leaf.dtype != part.real.dtype:
                of_leaf = of_leaf.astype(part.real.dtype)
            if is_complex(part):
                of_leaf = as_complexes(of_leaf if of_leaf.flags.c_contiguous else np.copy(of_leaf))
            of_leaf = of_leaf.reshape(part.shape)
            filled.append(of_leaf if isinstance(of_leaf, Tensor) else as_plain(of_leaf, copy=True))
        return unflatten(params, filled)

    return vector, unravel


def _numbers(leaf: Any) -> Any:
    """A leaf as an array of floating-point or complex numbers, or a tensor; None if it has no derivatives."""
    array = leaf if isinstance(leaf, Tensor) else as_any_array(leaf)
    if array.dtype.kind not in "fciu":
        return None
    return array if array.dtype.kind in "fc" else array.astype(float)


def _reals(numbers: Any) -> Any:
    """All of them in a vector of real numbers: of complex ones, the parts."""
    return as_parts(numbers.reshape(-1), alone=False)
