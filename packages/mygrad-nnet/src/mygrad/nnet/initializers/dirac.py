"""The Dirac initialization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import tensor
from mygrad.nnet.initializers._random import shape_of

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import DTypeLikeReals

__all__ = ["dirac"]


def dirac(*shape: Any, dtype: DTypeLikeReals = np.float32, constant: bool | None = None) -> Tensor:
    """Filters of a convolution that pass on their input: as many of its channels as there are filters.

    Parameters
    ----------
    *shape : int
        The number of filters, that of channels, and the lengths of the kernel. A sequence will do.
    dtype : dtype_like
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do if the dtype is not floating-point.

    Returns
    -------
    Tensor
        1 in the middle of the kernel of filter i for channel i, and 0 elsewhere.

    Raises
    ------
    ValueError
        If there are fewer than two dimensions.

    References
    ----------
    S. Zagoruyko and N. Komodakis, "DiracNets: training very deep neural networks without skip-connections",
    arXiv:1706.00388 (2017).

    Examples
    --------
    >>> from mygrad.nnet.initializers import dirac
    >>> dirac(2, 2, 3)
    Tensor([[[0., 1., 0.],
             [0., 0., 0.]],
    <BLANKLINE>
            [[0., 0., 0.],
             [0., 1., 0.]]], dtype=float32)
    """
    shape = shape_of(shape)
    if len(shape) < 2:
        raise ValueError(
            f"dirac: expected filters of at least two dimensions - their number, channels, and the lengths of a "
            f"kernel - but the shape is {shape}"
        )
    filters: Any = np.zeros(shape, dtype)
    if filters.size:
        diagonal = np.arange(min(shape[:2]))
        filters[(diagonal, diagonal, *(n // 2 for n in shape[2:]))] = 1
    return tensor(filters, constant=constant)
