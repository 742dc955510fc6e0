"""The normal initialization of Glorot and Bengio."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.initializers._random import Seed, scale_variance

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals, Real

__all__ = ["glorot_normal"]


def glorot_normal(
    *shape: Any,
    gain: Real = 1,
    dtype: DTypeLikeReals = np.float32,
    constant: bool | None = None,
    rng: Seed = None,
) -> Tensor:
    """Weights drawn from a normal distribution whose variance is ``gain**2 * 2 / (fan_in + fan_out)``.

    So the variance of neither the activations nor the gradients changes much from layer to layer. The fans
    are the numbers of inputs and outputs, times the size of the kernel.

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
    >>> from mygrad.nnet.initializers import glorot_normal
    >>> glorot_normal(2, 3, rng=0)
    Tensor([[ 0.07951877, -0.08355045,  0.40503883],
            [ 0.06634466, -0.33878705,  0.2286928 ]], dtype=float32)
    """
    return scale_variance(
        "glorot_normal",
        shape,
        lambda gain, fan_in, fan_out: gain * sqrt(2 / (fan_in + fan_out)),
        gain,
        dtype,
        constant,
        rng,
    )
