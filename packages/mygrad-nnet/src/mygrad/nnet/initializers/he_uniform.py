"""The uniform initialization of He et al."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.initializers._random import Seed, scale_variance

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["he_uniform"]


def he_uniform(
    *shape: Any,
    gain: Real = 1,
    dtype: DTypeLikeReals = np.float32,
    constant: bool | None = None,
    rng: Seed = None,
) -> Tensor:
    """Weights drawn evenly from an interval about 0, of the variance ``gain**2 / fan_in``.

    With the gain of the activation that follows, the variance does not change from layer to layer. ``fan_in``
    is the number of inputs, times the size of the kernel. The interval ends at the square root of three
    variances.

    Parameters
    ----------
    *shape : int
        The lengths of the axes: outputs, inputs, and those of a kernel, if there is one. A sequence will do.
    gain : float
        A factor for all weights, which makes up for what the activation that follows does to the variance:
        the square root of 2 / (1 + slope**2) for a rectified linear unit, leaky with that slope or not.
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
        If there are fewer than two dimensions, or the dtype is not floating-point.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level performance on
    ImageNet classification", ICCV (2015).

    Examples
    --------
    >>> from mygrad.nnet.initializers import he_uniform
    >>> he_uniform(2, 3, rng=0)
    Tensor([[ 0.27392337, -0.46042657, -0.918053  ],
            [-0.96694475,  0.6265405 ,  0.82551116]], dtype=float32)
    """
    return scale_variance(
        "he_uniform", shape, lambda gain, fan_in, _: gain * sqrt(3 / fan_in), gain, dtype, constant, rng, uniform=True
    )
