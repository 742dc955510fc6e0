"""Normal random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import scalar
from mygrad.nnet.initializers._random import Seed, draw_normal, shape_of

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["normal"]


def normal(
    *shape: Any,
    mean: Real = 0,
    std: Real = 1,
    dtype: DTypeLikeReals = np.float32,
    constant: bool | None = None,
    rng: Seed = None,
) -> Tensor:
    """A tensor of independent normal random numbers.

    Parameters
    ----------
    *shape : int
        The lengths of the axes; a sequence of them will do.
    mean, std : float
        The mean and the standard deviation of the distribution.
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
        If `std` is negative, or the dtype is not floating-point.

    Examples
    --------
    >>> from mygrad.nnet.initializers import normal
    >>> normal(2, 3, rng=0)
    Tensor([[ 0.12573022, -0.13210486,  0.64042264],
            [ 0.10490011, -0.5356694 ,  0.36159506]], dtype=float32)
    """
    std = scalar("std", std)
    if not std >= 0:
        raise ValueError(f"normal: the standard deviation must not be negative, but is {std}")
    return draw_normal(shape_of(shape), scalar("mean", mean), std, dtype, constant, rng)
