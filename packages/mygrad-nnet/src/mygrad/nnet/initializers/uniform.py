"""Uniform random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import scalar
from mygrad.nnet.initializers._random import Seed, draw_uniform, shape_of

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["uniform"]


def uniform(
    *shape: Any,
    lower_bound: Real = 0,
    upper_bound: Real = 1,
    dtype: DTypeLikeReals = np.float32,
    constant: bool | None = None,
    rng: Seed = None,
) -> Tensor:
    """A tensor of independent random numbers between two bounds, all equally likely.

    Parameters
    ----------
    *shape : int
        The lengths of the axes; a sequence of them will do.
    lower_bound, upper_bound : float
    dtype : dtype_like
        A floating-point type.
    constant : bool, optional
        Whether gradients stop at the tensor; by default they do not.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the numbers come from, or the seed for that. By default from NumPy's global state
        (``np.random.seed``).

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the lower bound is above the upper one, or the dtype is not floating-point.

    Examples
    --------
    >>> from mygrad.nnet.initializers import uniform
    >>> uniform(3, lower_bound=-1, rng=0)
    Tensor([ 0.27392337, -0.46042657, -0.918053  ], dtype=float32)
    """
    low, high = scalar("lower_bound", lower_bound), scalar("upper_bound", upper_bound)
    if not low <= high:
        raise ValueError(f"uniform: lower_bound ({low}) must not be greater than upper_bound ({high})")
    return draw_uniform(shape_of(shape), low, high, dtype, constant, rng)
