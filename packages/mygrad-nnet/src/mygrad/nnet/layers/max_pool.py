"""Max-pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import keep, reals
from mygrad.nnet.layers._windows import entries, pooling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["max_pool"]

Lengths = tuple[int, ...]


@primitive
def largest(x: Any, pool: Lengths, stride: Lengths) -> Any:
    """The largest entry of each window over the last axes of `x`."""
    # As many passes as a window has entries are quicker than one that goes from window to window.
    x = reals(x)
    first, *others = entries(x.shape, pool, stride)
    y = x[first].copy()
    for other in others:
        np.maximum(y, x[other], out=y)
    return y


class Shares:
    """Which entries are the largest in their windows, and what part of the gradient they get.

    Parameters
    ----------
    x, y : ndarray | Tensor
        The data, and the largest entries.
    """

    def __init__(self, x: Any, y: Any, pool: Lengths, stride: Lengths) -> None:
        self.shape: tuple[int, ...] = x.shape
        self.entries: list[tuple[Any, ...]] = list(entries(x.shape, pool, stride))
        self.masks: list[Any] = [x[entry] == y for entry in self.entries]
        nan = np.isnan(y)
        if nan.any():  # the largest is nan if there is a nan
            self.masks = [mask | nan & np.isnan(x[entry]) for mask, entry in zip(self.masks, self.entries, strict=True)]
        small = np.min_scalar_type(len(self.masks))
        count = sum(mask.astype(small) for mask in self.masks)
        # In float32 at least: float16 does not count beyond 65504.
        self.ties: Any = count.astype(np.promote_types(y.dtype, np.float32)) if (count > 1).any() else None
        self.overlap: bool = any(k > s for k, s in zip(pool, stride, strict=True))

    def split(self, g: Any) -> Any:
        return g if self.ties is None else g / self.ties


@primitive
def hand_down(g: Any, shares: Shares) -> Any:
    """The gradient with respect to the data."""
    g = shares.split(g)
    x = np.zeros(shares.shape, g.dtype)
    for entry, mask in zip(shares.entries, shares.masks, strict=True):
        if shares.overlap:
            x[entry] += keep(g, mask)
        else:
            x[entry] = keep(g, mask)
    return x


@primitive
def collect(v: Any, shares: Shares) -> Any:
    """The transpose of `hand_down`: the mean of `v` over the largest entries of each window."""
    kept = [keep(v[entry], mask) for entry, mask in zip(shares.entries, shares.masks, strict=True)]
    return shares.split(sum(kept))


defvjp(largest, lambda g, y, x, pool, stride: hand_down(g, Shares(x, y, pool, stride)), masks=True)
defvjp(hand_down, lambda v, _x, _g, shares: collect(v, shares), masks=True)
defvjp(collect, lambda g, _y, _v, shares: hand_down(g, shares), masks=True)


def max_pool(x: ArrayLike, pool: Sequence[int], stride: int | Sequence[int], *, constant: bool | None = None) -> Tensor:
    """The largest entry of each window that slides over the last axes of an array.

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
    average_pool : the mean of each window.

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
    pool, stride = pooling("max_pool", data.shape, pool, stride)
    return call(largest, data, pool, stride, constant=constant)
