"""Layer normalization."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

from mygrad.extend import call
from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers._normalization import Data, fitted, normalized_each

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["layer_norm"]


def layer_norm(
    x: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    axis: int = -1,
    eps: Real = 1e-5,
    constant: bool | None = None,
) -> Tensor:
    """Normalize each datum by itself: ``gamma * (x - mean) / sqrt(variance + eps) + beta``.

    Mean and variance are those of the datum, over `axis` and all axes that follow it.

    Parameters
    ----------
    x : array_like
    gamma, beta : array_like, optional
        A factor for each entry of a datum, and what is added to it: of the shape ``x.shape[axis:]``, but for axes of
        length 1.
    axis : int
        The first axis that runs within a datum; by default the last one of all.
    eps : float
        A small number, not negative, which keeps apart from 0 what is divided by.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x`, `gamma` and `beta` are constants.

    Returns
    -------
    Tensor
        Of the shape of `x`.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no such axis, or `eps` is negative.

    See Also
    --------
    batchnorm : normalizes each channel over a whole batch.

    Notes
    -----
    The variance is the mean of the squares of the deviations. If all entries of a datum are equal, and `eps` is 0,
    they are normalized to 0, and their gradient is 0.

    Derivatives of all orders exist.

    References
    ----------
    J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450 (2016).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import layer_norm
    >>> x = mg.tensor([[1.0, 3.0], [10.0, 50.0]])
    >>> layer_norm(x, eps=0)
    Tensor([[-1.,  1.],
            [-1.,  1.]])
    >>> layer_norm(x, gamma=[1.0, 2.0], beta=[0.0, 5.0], eps=0)
    Tensor([[-1.,  7.],
            [-1.,  7.]])
    """
    data, axis = arrayed(x), index(axis)
    shape = data.shape
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"layer_norm: `x` has shape {shape}, and so no axis {axis}")
    axis %= len(shape)
    datum = shape[axis:]
    gamma, beta, eps = fitted(lambda: f"layer_norm: for `x` of shape {shape} and axis {axis}", datum, gamma, beta, eps)
    return call(normalized_each, data, gamma, beta, Data(axis, shape, eps), constant=constant)
