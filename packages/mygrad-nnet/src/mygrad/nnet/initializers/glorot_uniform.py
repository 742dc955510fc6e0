"""The uniform initialization of Glorot and Bengio."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.initializers._random import Seed, scale_variance

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["glorot_uniform"]


def glorot_uniform(
    *shape: Any,
    gain: Real = 1,
    dtype: DTypeLikeReals = np.float32,
    constant: bool | None = None,
    rng: Seed = None,
) -> Tensor:
    """Weights drawn evenly from an interval about 0, of the variance ``gain**2 * 2 / (fan_in + fan_out)``.

    So the variance of neither the activations nor the gradients changes much from layer to layer. The fans
    are the numbers of inputs and outputs, times the size of the kernel. The interval ends at the square root
    of three variances.

    Parameters
    ----------
    *shape : int
        The lengths of the axes: outputs, inputs, and those of a kernel, if there is one. A sequence will do.
    gain : float
        A factor for all weights, which makes up for what the activation that follows does to the variance.
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
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    AISTATS (2010).

    Examples
    --------
    >>> from mygrad.nnet.initializers import glorot_uniform
    >>> glorot_uniform(2, 3, rng=0)
    Tensor([[ 0.30006802, -0.50437206, -1.0056766 ],
            [-1.0592349 ,  0.6863407 ,  0.9043022 ]], dtype=float32)
    """
    return scale_variance(
        "glorot_uniform",
        shape,
        lambda gain, fan_in, fan_out: gain * sqrt(6 / (fan_in + fan_out)),
        gain,
        dtype,
        constant,
        rng,
        uniform=True,
    )
