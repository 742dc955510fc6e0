"""Max-pooling."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import flag, keep, reals
from mygrad.nnet.layers._tiles import by_parts, combined, repeated, tile
from mygrad.nnet.layers._windows import Lengths, Sides, entries, grid_of, pooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.nnet.layers._windows import Padding
    from mygrad.typing import ArrayLike

__all__ = ["max_pool"]


@primitive
def largest(x: Any, *, pool: Lengths, stride: Lengths, padding: Sides) -> Any:
    """The largest entry of each window over the last axes of `x`."""
    x = reals(x)
    if tile(x.shape, pool, stride, padding):
        shape = grid_of(x.shape, pool, stride, padding)
        return by_parts(shape, x.dtype, len(pool), lambda x: combined(x, pool, np.maximum), x)
    # As many passes as a window has entries are quicker than one that goes from window to window.
    places = entries(x.shape, pool, stride, padding)
    if any(map(any, padding)):
        y = np.full(grid_of(x.shape, pool, stride, padding), _lowest(x.dtype))
    else:
        y = x[next(places)[1]].copy()
    for windows, data in places:
        part = y[windows]
        np.maximum(part, x[data], out=part)
    return y


def _lowest(dtype: Any) -> Any:
    """What is less than all numbers, or as small as the least of them."""
    return dtype.type(-np.inf if dtype.kind == "f" else False if dtype.kind == "b" else np.iinfo(dtype).min)


class Shares:
    """Which entries are the largest in their windows, and what part of the gradient they get.

    Parameters
    ----------
    x, y : ndarray | Tensor
        The data, and the largest entries.
    """

    def __init__(self, x: Any, y: Any, pool: Lengths, stride: Lengths, padding: Sides) -> None:
        self.shape: Lengths = x.shape
        self.grid: Lengths = y.shape
        self.places: list[tuple[Any, Any]] = list(entries(x.shape, pool, stride, padding))
        self.masks: list[Any] = [x[data] == y[windows] for windows, data in self.places]
        nan = np.isnan(y)
        if nan.any():  # the largest is nan if there is a nan
            both = zip(self.masks, self.places, strict=True)
            self.masks = [mask | nan[windows] & np.isnan(x[data]) for mask, (windows, data) in both]
        count = np.zeros(y.shape, np.min_scalar_type(len(self.masks)))
        for mask, (windows, _data) in zip(self.masks, self.places, strict=True):
            count[windows] += mask
        self.ties: Any = _ties(count, y.dtype)
        self.overlap: bool = any(k > s for k, s in zip(pool, stride, strict=True))

    def hand_down(self, g: Any) -> Any:
        """To each of the largest entries, its part of `g`."""
        g = _split(g, self.ties)
        x = np.zeros(self.shape, g.dtype)
        for (windows, data), mask in zip(self.places, self.masks, strict=True):
            if self.overlap:
                x[data] += keep(g[windows], mask)
            else:
                x[data] = keep(g[windows], mask)
        return x

    def collect(self, v: Any) -> Any:
        """The transpose: the mean of `v` over the largest entries of each window."""
        total = np.zeros(self.grid, v.dtype)
        for (windows, data), mask in zip(self.places, self.masks, strict=True):
            total[windows] += keep(v[data], mask)
        return _split(total, self.ties)


class SharesOfTiles:
    """The same, of windows that tile the data."""

    def __init__(self, x: Any, y: Any, pool: Lengths) -> None:
        self.pool: Lengths = pool
        self.grid: Lengths = y.shape
        nan = np.isnan(y).any()

        def are_largest(x: Any, y: Any) -> Any:
            y = repeated(y, pool)
            return (x == y) | np.isnan(y) & np.isnan(x) if nan else x == y

        self.mask: Any = by_parts(x.shape, np.dtype(bool), len(pool), are_largest, x, y)
        self.ties: Any = None
        if np.count_nonzero(self.mask) > y.size:
            count = combined(self.mask.astype(np.min_scalar_type(prod(pool))), pool, np.add)
            self.ties = _ties(count, y.dtype)

    def hand_down(self, g: Any) -> Any:
        g = _split(g, self.ties)

        def part(g: Any, mask: Any) -> Any:
            return keep(repeated(g, self.pool), mask, True)

        return by_parts(self.mask.shape, g.dtype, len(self.pool), part, g, self.mask)

    def collect(self, v: Any) -> Any:
        def part(v: Any, mask: Any) -> Any:
            return combined(keep(v, mask), self.pool, np.add)

        return _split(by_parts(self.grid, v.dtype, len(self.pool), part, v, self.mask), self.ties)


def _ties(count: Any, dtype: Any) -> Any:
    """How many entries of each window are the largest; None if there is one each."""
    # In float32 at least: float16 does not count beyond 65504.
    return count.astype(np.promote_types(dtype, np.float32)) if (count > 1).any() else None


def _split(g: Any, ties: Any) -> Any:
    return g if ties is None else g / ties


def _shares(x: Any, y: Any, pool: Lengths, stride: Lengths, padding: Sides) -> Shares | SharesOfTiles:
    return SharesOfTiles(x, y, pool) if tile(x.shape, pool, stride, padding) else Shares(x, y, pool, stride, padding)


@primitive
def hand_down(g: Any, shares: Shares | SharesOfTiles) -> Any:
    """The gradient with respect to the data."""
    return shares.hand_down(g)


@primitive
def collect(v: Any, shares: Shares | SharesOfTiles) -> Any:
    """The transpose of `hand_down`."""
    return shares.collect(v)


defvjp(largest, lambda g, y, x, **windows: hand_down(g, _shares(x, y, **windows)), masks=True, name="max_pool")
defvjp(hand_down, lambda v, _x, _g, shares: collect(v, shares), masks=True)
defvjp(collect, lambda g, _y, _v, shares: hand_down(g, shares), masks=True)


def max_pool(
    x: ArrayLike,
    pool: Sequence[int],
    stride: int | Sequence[int],
    *,
    padding: Padding = 0,
    floor: bool = False,
    constant: bool | None = None,
) -> Tensor:
    """The largest entry of each window that slides over the last axes of an array.

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
        there are ``ceil(Xi / stride)`` positions. There, nothing is compared.
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
    average_pool : the mean of each window.
    adaptive_max_pool : as many windows as are asked for.

    Notes
    -----
    If several entries of a window are the largest, they share its gradient in equal parts, as those of ``np.max`` do.
    (PyTorch and MyGrad 2 give it all to the first.)

    Derivatives of all orders exist.

    References
    ----------
    K. Yamaguchi, K. Sakamoto, T. Akabane and Y. Fujimoto, "A neural network for speaker-independent isolated word
    recognition", ICSLP (1990).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import max_pool
    >>> x = mg.tensor([[0.0, 9.0, 4.0, 1.0],
    ...                [2.0, 7.0, 3.0, 5.0]])
    >>> y = max_pool(x, (2, 2), 2)
    >>> y
    Tensor([[9., 5.]])
    >>> y.backward()
    >>> x.grad
    array([[0., 1., 0., 0.],
           [0., 0., 0., 1.]])

    In each row by itself:

    >>> max_pool(x, (2,), 1)
    Tensor([[9., 9., 4.],
            [7., 7., 5.]])
    """
    data = arrayed(x)
    pool, stride, around = pooling("max_pool", data.shape, pool, stride, padding, flag("floor", floor))
    return call(largest, data, pool=pool, stride=stride, padding=around, constant=constant)
