"""Average-pooling."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import flag, floats, widened
from mygrad.nnet.layers._tiles import by_parts, combined, repeated, tile
from mygrad.nnet.layers._windows import Lengths, Sides, entries, grid_of, pooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.nnet.layers._windows import Padding
    from mygrad.typing import ArrayLike

__all__ = ["average_pool"]


def _sizes(shape: Lengths, pool: Lengths, stride: Lengths, padding: Sides, count_padding: bool, dtype: Any) -> Any:
    """By what the sum of each window is divided."""
    if count_padding or not any(map(any, padding)):
        return dtype.type(prod(pool))
    counts = np.zeros(grid_of(shape[len(shape) - len(pool) :], pool, stride, padding), dtype)
    for windows, _data in entries(shape, pool, stride, padding):
        counts[windows] += 1
    return counts


@primitive
def mean_of_windows(x: Any, *, pool: Lengths, stride: Lengths, padding: Sides, count_padding: bool) -> Any:
    """The mean of each window over the last axes of `x`."""
    x = floats(x)
    if tile(x.shape, pool, stride, padding):

        def means(part: Any) -> Any:
            total = combined(widened(part), pool, np.add)
            total /= prod(pool)
            return total.astype(x.dtype, copy=False)

        return by_parts(grid_of(x.shape, pool, stride, padding), x.dtype, len(pool), means, x)
    places = entries(x.shape, pool, stride, padding)
    if any(map(any, padding)):
        total = widened(np.zeros(grid_of(x.shape, pool, stride, padding), x.dtype))
    else:
        total = widened(x[next(places)[1]]).copy()
    for windows, data in places:
        total[windows] += x[data]
    total /= _sizes(x.shape, pool, stride, padding, count_padding, total.dtype)
    return total.astype(x.dtype, copy=False)


@primitive
def share_out(g: Any, shape: Lengths, *, pool: Lengths, stride: Lengths, padding: Sides, count_padding: bool) -> Any:
    """The transpose of `mean_of_windows`: to each entry of a window, an equal part of `g`."""
    parts = widened(g)
    parts = parts / _sizes(shape, pool, stride, padding, count_padding, parts.dtype)
    if tile(shape, pool, stride, padding):
        return by_parts(shape, parts.dtype, len(pool), lambda part: repeated(part, pool), parts)
    x = np.zeros(shape, parts.dtype)
    for windows, data in entries(shape, pool, stride, padding):
        x[data] += parts[windows]
    return x


defvjp(
    mean_of_windows,
    lambda g, _y, _x, **windows: share_out(g, _x.shape, **windows),
    masks=True,  # strides may leave entries out
    name="average_pool",
)
defvjp(share_out, lambda v, _x, _g, _shape, **windows: mean_of_windows(v, **windows))


def average_pool(
    x: ArrayLike,
    pool: Sequence[int],
    stride: int | Sequence[int],
    *,
    padding: Padding = 0,
    count_padding: bool = True,
    floor: bool = False,
    constant: bool | None = None,
) -> Tensor:
    """The mean of each window that slides over the last axes of an array.

    Parameters
    ----------
    x : array_like, shape (..., X0, X1, ...)
    pool : Sequence[int]
        The lengths K0, K1, ... of the window. There are as many axes to pool over, the last ones.
    stride : int | Sequence[int]
        How far the window moves from one position to the next: one number for all axes, or one for each.
    padding : int | Sequence[int | tuple[int, int]] | "same"
        How many entries the window may stick out before and after the data, less than its own length: one number for
        all axes, or for each axis a number, or a pair of what comes before and what comes after. "same": so many that
        there are ``ceil(Xi / stride)`` positions.
    count_padding : bool
        Whether a window that sticks out counts what is there as zeros. If not, its mean is that of the data in it.
    floor : bool
        Whether to leave out what is left over at the end of an axis, where the stride leads beyond it. By default that
        is an error.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (..., G0, G1, ...)
        From ``Gi = (Xi + 2 * padding - Ki) / stride + 1`` positions along each axis, rounded down.

    Raises
    ------
    ValueError
        If the windows do not cover the data, unless `floor`, or `padding` is as long as they are.
    TypeError
        If `pool`, `stride` or `padding` is not of integers.

    See Also
    --------
    max_pool : the largest entry of each window.
    adaptive_avg_pool : as many windows as are asked for.
    global_avg_pool : one window.

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
    pool, stride, around = pooling("average_pool", data.shape, pool, stride, padding, flag("floor", floor))
    count_padding = flag("count_padding", count_padding)
    return call(
        mean_of_windows,
        data,
        pool=pool,
        stride=stride,
        padding=around,
        count_padding=count_padding,
        constant=constant,
    )
