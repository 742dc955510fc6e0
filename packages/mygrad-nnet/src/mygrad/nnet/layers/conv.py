"""Convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygrad.extend import call
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import flag
from mygrad.nnet.layers._correlation import correlate
from mygrad.nnet.layers._windows import grid, number_of_groups, per_axis, sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.nnet.layers._windows import Padding
    from mygrad.typing import ArrayLike

__all__ = ["conv_nd"]


def conv_nd(
    x: ArrayLike,
    filter_bank: ArrayLike,
    *,
    stride: int | Sequence[int],
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    floor: bool = False,
    constant: bool | None = None,
) -> Tensor:
    """Slide filters over data of any number of dimensions: a convolutional layer.

    Parameters
    ----------
    x : array_like, shape (N, C, X0, X1, ...)
        N data of C channels each.
    filter_bank : array_like, shape (F, C / groups, K0, K1, ...)
        F filters.
    stride : int | Sequence[int]
        How far the filters move from one position to the next: one number for all axes, or one for each of X0, X1, ...
    padding : int | Sequence[int | tuple[int, int]] | "same"
        How many zeros are put before and after the data: one number for all axes, or for each axis a number, or a pair
        of what comes before and what comes after. "same": so many that there are ``ceil(Xi / stride)`` positions, half
        of them before and half after the data, and an odd one after.
    dilation : int | Sequence[int]
        The distance in the data of what is multiplied by neighbouring entries of a filter.
    groups : int
        Into how many groups channels and filters are divided, in their order: filters see the channels of their own
        group alone. With as many groups as channels, the convolution is *depthwise*.
    floor : bool
        Whether to leave out what is left over at the end of an axis, where the stride leads beyond it. By default that
        is an error.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` and `filter_bank` are constants.

    Returns
    -------
    Tensor, shape (N, F, G0, G1, ...)
        The response to each filter at ``Gi = (Xi + 2 * padding - (Ki - 1) * dilation - 1) / stride + 1`` positions
        along each axis, rounded down.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the positions of a filter do not cover the data, unless `floor`.
    TypeError
        If `stride`, `padding`, `dilation` or `groups` is not of integers.

    See Also
    --------
    conv_transpose_nd : from responses to data.
    max_pool, average_pool : take the largest entry of each window, or the mean.

    Notes
    -----
    As is usual in neural networks, the filters are not mirrored. In one dimension, ``out[n, f, i]`` is the sum over c
    and k of ``filter_bank[f, c, k] * x[n, c, i * stride + k * dilation]``, with `x` padded.

    Derivatives of all orders exist.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE (1998).

    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285 (2016).

    Examples
    --------
    A filter that takes differences, and the gradient of the sum of the squares of these:

    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import conv_nd
    >>> x = mg.tensor([[[1.0, 2.0, 4.0, 8.0]]])
    >>> y = conv_nd(x, [[[-1.0, 1.0]]], stride=1)
    >>> y
    Tensor([[[1., 2., 4.]]])
    >>> (y**2).sum().backward()
    >>> x.grad
    array([[[-2., -2., -4.,  8.]]])

    Images of 3 channels, to be halved in size, with 5 filters:

    >>> import numpy as np
    >>> conv_nd(np.ones((10, 3, 32, 32)), np.ones((5, 3, 4, 4)), stride=2, padding=(1, 1)).shape
    (10, 5, 16, 16)

    The same with 3 x 3 filters, each of which sees one channel:

    >>> conv_nd(np.ones((10, 3, 32, 32)), np.ones((6, 1, 3, 3)), stride=2, padding="same", groups=3).shape
    (10, 6, 16, 16)
    """
    data, bank = arrayed(x), arrayed(filter_bank)
    shape, filters = data.shape, bank.shape
    if len(shape) < 3:
        raise ValueError(f"conv_nd: `x` must have the shape (N, C, X0, ...), of three axes or more, but it has {shape}")
    groups = number_of_groups("conv_nd", groups)
    if len(filters) != len(shape) or filters[1] * groups != shape[1]:
        each = f", for {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"conv_nd: for `x` of shape {shape}, `filter_bank` must have {len(shape)} axes, the second of length "
            f"{shape[1] / groups:g}{each}, but it has shape {filters}"
        )
    if filters[0] % groups:
        raise ValueError(f"conv_nd: the {filters[0]} filters must be divided into {groups} groups of equal size")
    if 0 in filters[2:]:
        raise ValueError(f"conv_nd: filters must not be empty, but `filter_bank` has shape {filters}")
    lengths, kernel = shape[2:], filters[2:]
    stride = per_axis("conv_nd", "stride", stride, len(kernel), 1)
    dilation = per_axis("conv_nd", "dilation", dilation, len(kernel), 1)
    around = sides("conv_nd", padding, lengths, kernel, stride, dilation)
    grid("conv_nd", lengths, kernel, stride, around, dilation, flag("floor", floor) or padding == "same")
    return call(
        correlate,
        data,
        bank,
        stride=stride,
        padding=around,
        dilation=dilation,
        groups=groups,
        constant=constant,
    )
