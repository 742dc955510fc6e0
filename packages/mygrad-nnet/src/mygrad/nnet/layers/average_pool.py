"""Average-pooling."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, share, widened
from mygrad.nnet.layers._windows import entries, pooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["average_pool"]


Lengths = tuple[int, ...]


@primitive
def mean_of_windows(x: Any, pool: Lengths, stride: Lengths) -> Any:
    """The mean of each window over the last axes of `x`."""
    x = floats(x)
    first, *others = entries(x.shape, pool, stride)
    total = widened(x[first]).copy()
    for other in others:
        total += x[other]
    total /= prod(pool)
    return total.astype(x.dtype, copy=False)


@primitive
def share_out(g: Any, shape: Lengths, pool: Lengths, stride: Lengths) -> Any:
    """The transpose of `mean_of_windows`: to each entry of a window, an equal part of `g`."""
    parts = share(g, prod(pool))
    x = np.zeros(shape, parts.dtype)
    for entry in entries(shape, pool, stride):
        x[entry] += parts
    return x


# Strides may leave entries out.
defvjp(mean_of_windows, lambda g, _y, _x, pool, stride: share_out(g, _x.shape, pool, stride), masks=True)
defvjp(share_out, lambda v, _x, _g, _shape, pool, stride: mean_of_windows(v, pool, stride))


def average_pool(
    x: ArrayLike, pool: Sequence[int], stride: int | Sequence[int], *, constant: bool | None = None
) -> Tensor:
    """The mean of each window that slides over the last axes of an array.

    Parameters
    ----------
    x : array_like, shape (..., X0, X1, ...)
    pool : Sequence[int]
        The lengths K0, K1, ... of the window. There are as many axes to pool over, the last ones.
    stride : int | Sequence[int]
        How far the window moves from one position to the next: one number for all axes, or one for each.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (..., G0, G1, ...)
        From ``Gi = (Xi - Ki) / stride + 1`` positions along each axis.

    Raises
    ------
    ValueError
        If the windows do not cover the data: nothing is cut off silently.
    TypeError
        If `pool` or `stride` is not of integers.

    See Also
    --------
    max_pool : the largest entry of each window.

    Notes
    -----
    Derivatives of all orders exist.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE (1998).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import average_pool
    >>> x = mg.tensor([[0.0, 9.0, 4.0, 1.0],
    ...                [2.0, 7.0, 3.0, 5.0]])
    >>> y = average_pool(x, (2, 2), 2)
    >>> y
    Tensor([[4.5 , 3.25]])
    >>> y.backward()
    >>> x.grad
    array([[0.25, 0.25, 0.25, 0.25],
           [0.25, 0.25, 0.25, 0.25]])
    """
    data = arrayed(x)
    pool, stride = pooling("average_pool", data.shape, pool, stride)
    return call(mean_of_windows, data, pool, stride, constant=constant)
