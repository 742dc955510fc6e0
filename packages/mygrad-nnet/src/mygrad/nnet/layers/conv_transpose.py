"""Transposed convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygrad.extend import call
from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers._correlation import spread
from mygrad.nnet.layers._windows import number_of_groups, per_axis, sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["conv_transpose_nd"]

_NAME = "conv_transpose_nd"


def conv_transpose_nd(
    x: ArrayLike,
    filter_bank: ArrayLike,
    *,
    stride: int | Sequence[int],
    padding: int | Sequence[int | tuple[int, int]] = 0,
    output_padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    constant: bool | None = None,
) -> Tensor:
    """Lay filters over each other, each times an entry of the data: a transposed convolutional layer.

    It is the transpose of `conv_nd` with the same filters and the same options: what that makes of data of the shape of
    the result has the shape of `x`. So it leads from small images to large ones.

    Parameters
    ----------
    x : array_like, shape (N, C, X0, X1, ...)
        N data of C channels each.
    filter_bank : array_like, shape (C, F / groups, K0, K1, ...)
        For each channel, what it contributes to each of the F channels of the result.
    stride : int | Sequence[int]
        The distance in the result of what neighbouring entries of the data contribute: one number for all axes, or one
        for each of X0, X1, ...
    padding : int | Sequence[int | tuple[int, int]]
        How much is cut off from both ends of the result: one number for all axes, or for each axis a number, or a pair.
    output_padding : int | Sequence[int]
        How much longer the result is at the end of each axis; less than the stride. (A convolution that leaves out as
        much makes data of one shape from results of several.)
    dilation : int | Sequence[int]
        The distance in the result of neighbouring entries of a filter.
    groups : int
        Into how many groups the channels of `x` and of the result are divided, in their order. Each channel contributes
        to those of its own group alone.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` and `filter_bank` are constants.

    Returns
    -------
    Tensor, shape (N, F, G0, G1, ...)
        Of the lengths ``Gi = (Xi - 1) * stride - 2 * padding + (Ki - 1) * dilation + 1 + output_padding``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or more is cut off than there is.
    TypeError
        If `stride`, `padding`, `output_padding`, `dilation` or `groups` is not of integers.

    See Also
    --------
    conv_nd : the convolution.

    Notes
    -----
    In one dimension, ``out[n, f, i]`` is the sum of ``x[n, c, j] * filter_bank[c, f, k]`` over all c, j and k for which
    ``j * stride + k * dilation - padding`` is i.

    Derivatives of all orders exist.

    References
    ----------
    M. D. Zeiler, D. Krishnan, G. W. Taylor and R. Fergus, "Deconvolutional networks", CVPR (2010).

    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285 (2016).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import conv_transpose_nd
    >>> x = mg.tensor([[[1.0, 10.0]]])
    >>> y = conv_transpose_nd(x, [[[1.0, 2.0, 3.0]]], stride=2)
    >>> y
    Tensor([[[ 1.,  2., 13., 20., 30.]]])
    >>> y.backward()
    >>> x.grad
    array([[[6., 6.]]])

    Images of 5 channels, to be doubled in size:

    >>> import numpy as np
    >>> conv_transpose_nd(np.ones((10, 5, 16, 16)), np.ones((5, 3, 4, 4)), stride=2, padding=1).shape
    (10, 3, 32, 32)
    """
    data, bank = arrayed(x), arrayed(filter_bank)
    shape, filters = data.shape, bank.shape
    if len(shape) < 3:
        raise ValueError(f"{_NAME}: `x` must have the shape (N, C, X0, ...), of three axes or more, but it has {shape}")
    if len(filters) != len(shape) or filters[0] != shape[1]:
        raise ValueError(
            f"{_NAME}: for `x` of shape {shape}, `filter_bank` must have {len(shape)} axes, the first of length "
            f"{shape[1]}, but it has shape {filters}"
        )
    groups = number_of_groups(_NAME, groups)
    if shape[1] % groups:
        raise ValueError(f"{_NAME}: the {shape[1]} channels must be divided into {groups} groups of equal size")
    if 0 in filters[2:]:
        raise ValueError(f"{_NAME}: filters must not be empty, but `filter_bank` has shape {filters}")
    lengths, kernel = shape[2:], filters[2:]
    axes = len(kernel)
    stride = per_axis(_NAME, "stride", stride, axes, 1)
    dilation = per_axis(_NAME, "dilation", dilation, axes, 1)
    longer = per_axis(_NAME, "output_padding", output_padding, axes, 0)
    if any(more >= s for more, s in zip(longer, stride, strict=True)):
        raise ValueError(f"{_NAME}: `output_padding` must be less than the stride, {stride}, but is {output_padding!r}")
    around = sides(_NAME, padding, lengths, kernel, stride, dilation, same=False)
    along = zip(lengths, kernel, stride, around, dilation, longer, strict=True)
    result = tuple([(n - 1) * s - sum(p) + (k - 1) * d + 1 + more for n, k, s, p, d, more in along])
    if min(result) < 1:
        raise ValueError(
            f"{_NAME}: of `x` of shape {shape}, with filters of shape {kernel} and padding {padding}, nothing would be "
            f"left: the lengths of the result would be {result}"
        )
    return call(
        spread,
        data,
        bank,
        lengths=result,
        stride=stride,
        padding=around,
        dilation=dilation,
        groups=groups,
        constant=constant,
    )
