"""Batch normalization."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from mygrad.extend import call
from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers._normalization import Groups, fitted, normalized

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["batchnorm", "batchnorm_and_groups"]


def batchnorm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    eps: Real,
    constant: bool | None = None,
) -> Tensor:
    """Normalize each channel of a batch: ``gamma * (x - mean) / sqrt(variance + eps) + beta``.

    Mean and variance are those of the channel, over all data of the batch and all axes that follow the second.

    Parameters
    ----------
    x : array_like, shape (N, C, ...)
    gamma, beta : array_like, shape (C,), optional
        A factor for each channel, and what is added to it. Other shapes will do if they have C entries, such as
        (1, C, 1, 1).
    eps : float
        A small number, not negative, which keeps apart from 0 what is divided by.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x`, `gamma` and `beta` are constants.

    Returns
    -------
    Tensor, shape (N, C, ...)

    Raises
    ------
    ValueError
        If the shapes do not fit, or `eps` is negative.

    See Also
    --------
    layer_norm : normalizes each datum by itself.

    Notes
    -----
    The variance is the mean of the squares of the deviations. If all entries of a channel are equal, and `eps` is
    0, they are normalized to 0, and their gradient is 0.

    Derivatives of all orders exist.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
    shift", ICML (2015).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import batchnorm
    >>> x = mg.tensor([[1.0, 10.0], [3.0, 50.0]])
    >>> batchnorm(x, eps=0)
    Tensor([[-1., -1.],
            [ 1.,  1.]])
    >>> batchnorm(x, gamma=[1.0, 2.0], beta=[0.0, 5.0], eps=0)
    Tensor([[-1.,  3.],
            [ 1.,  7.]])
    """
    return batchnorm_and_groups(x, gamma, beta, eps, constant)[0]


def batchnorm_and_groups(x: Any, gamma: Any, beta: Any, eps: Any, constant: bool | None) -> tuple[Tensor, Groups]:
    """What `batchnorm` returns, and what the channels were normalized by."""
    batch = arrayed(x)
    shape = batch.shape
    if len(shape) < 2:
        raise ValueError(f"batchnorm: `x` must have the shape (N, C, ...), of two axes or more, but it has {shape}")
    gamma, beta, eps = fitted(lambda: f"batchnorm: for `x` of shape {shape}", shape[1:2], gamma, beta, eps)
    n, c, *lengths = shape
    groups = Groups((0, *range(2, len(shape))), (n, c, prod(lengths)), eps)
    return call(normalized, batch, gamma, beta, groups, constant=constant), groups
