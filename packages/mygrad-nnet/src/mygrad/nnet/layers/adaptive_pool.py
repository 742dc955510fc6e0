"""Pooling into a certain number of windows."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import mean, reshape, stack
from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers._windows import per_axis
from mygrad.nnet.layers.average_pool import average_pool
from mygrad.nnet.layers.max_pool import max_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["adaptive_avg_pool", "adaptive_max_pool", "global_avg_pool"]


def adaptive_avg_pool(x: ArrayLike, output_shape: int | Sequence[int], *, constant: bool | None = None) -> Tensor:
    """The means of windows over the last axes of an array: of so many that the result has a certain shape.

    Parameters
    ----------
    x : array_like, shape (..., X0, X1, ...)
    output_shape : int | Sequence[int]
        How many windows there are along each of the last axes. One number: along each axis but the first two, which are
        those of data and channels.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (..., G0, G1, ...)

    Raises
    ------
    ValueError
        If there are not so many axes, or one of those to be pooled over is empty.
    TypeError
        If `output_shape` is not of integers.

    See Also
    --------
    average_pool : windows of a certain length.
    global_avg_pool : a single window.

    Notes
    -----
    Of G windows along an axis of length X, window i goes from ``floor(i * X / G)`` to ``ceil((i + 1) * X / G)``: they
    are of one length if X is a multiple of G; else some are longer by one, and overlap.

    Derivatives of all orders exist.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import adaptive_avg_pool
    >>> x = mg.tensor([0.0, 9.0, 3.0, 1.0, 5.0])
    >>> adaptive_avg_pool(x, (2,))
    Tensor([4., 3.])
    """
    return _pooled("adaptive_avg_pool", x, output_shape, average_pool, np.mean, constant)


def adaptive_max_pool(x: ArrayLike, output_shape: int | Sequence[int], *, constant: bool | None = None) -> Tensor:
    """The largest entries of windows over the last axes of an array: of so many that the result has a certain shape.

    Parameters
    ----------
    x : array_like, shape (..., X0, X1, ...)
    output_shape : int | Sequence[int]
        How many windows there are along each of the last axes. One number: along each axis but the first two, which are
        those of data and channels.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (..., G0, G1, ...)

    Raises
    ------
    ValueError
        If there are not so many axes, or one of those to be pooled over is empty.
    TypeError
        If `output_shape` is not of integers.

    See Also
    --------
    max_pool : windows of a certain length.

    Notes
    -----
    Of G windows along an axis of length X, window i goes from ``floor(i * X / G)`` to ``ceil((i + 1) * X / G)``: they
    are of one length if X is a multiple of G; else some are longer by one, and overlap.

    If several entries of a window are the largest, they share its gradient in equal parts. Derivatives of all orders
    exist.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import adaptive_max_pool
    >>> x = mg.tensor([0.0, 9.0, 3.0, 1.0, 5.0])
    >>> adaptive_max_pool(x, (2,))
    Tensor([9., 5.])
    """
    return _pooled("adaptive_max_pool", x, output_shape, max_pool, np.amax, constant)


def global_avg_pool(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The mean of each channel over all axes but the first two.

    Parameters
    ----------
    x : array_like, shape (N, C, X0, ...)
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (N, C)

    Raises
    ------
    ValueError
        If there are no such axes.

    See Also
    --------
    adaptive_avg_pool : several windows; with one along each axis, it keeps the axes.

    References
    ----------
    M. Lin, Q. Chen and S. Yan, "Network in network", ICLR (2014).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import global_avg_pool
    >>> global_avg_pool(mg.arange(8.0).reshape(1, 2, 2, 2))
    Tensor([[1.5, 5.5]])
    """
    data = _reals("global_avg_pool", x)
    if len(data.shape) < 3:
        raise ValueError(
            f"global_avg_pool: `x` must have the shape (N, C, X0, ...), of three axes or more, but it has {data.shape}"
        )
    return mean(data, axis=tuple(range(2, len(data.shape))), constant=constant)


def _reals(layer: str, x: Any) -> Any:
    data = arrayed(x)
    if data.dtype.kind not in "fiub":
        raise TypeError(f"{layer}: expected real numbers, but `x` is of dtype {data.dtype}")
    return data


def _pooled(
    layer: str,
    x: Any,
    output_shape: Any,
    pooling: Callable[..., Tensor],
    reduction: Callable[..., Any],
    constant: bool | None,
) -> Tensor:
    data = _reals(layer, x)
    shape = data.shape
    axes = len(output_shape) if np.ndim(output_shape) else max(len(shape) - 2, 0)
    counts = per_axis(layer, "output_shape", output_shape, axes, 1)
    if not 0 < axes <= len(shape) or 0 in shape[len(shape) - axes :]:
        raise ValueError(f"{layer}: cannot pool data of shape {shape} into windows of number {output_shape!r}")
    lead, lengths = shape[: len(shape) - axes], shape[len(shape) - axes :]
    if not any(n % count for n, count in zip(lengths, counts, strict=True)):
        widths = tuple([n // count for n, count in zip(lengths, counts, strict=True)])
        return pooling(data, widths, widths, constant=constant)
    windows = product(*[_windows(n, count) for n, count in zip(lengths, counts, strict=True)])
    over = tuple(range(-axes, 0))
    pooled = [reduction(data[(..., *window)], axis=over) for window in windows]
    return reshape(stack(pooled, axis=-1), (*lead, *counts), constant=constant)


def _windows(length: int, count: int) -> list[slice]:
    """Along an axis of this length."""
    return [slice(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
