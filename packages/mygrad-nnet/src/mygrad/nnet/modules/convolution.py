"""Convolution, and its transpose."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers import conv_nd, conv_transpose_nd
from mygrad.nnet.layers._windows import per_axis, sides
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import Initializer, evenly, generator, plain, settings, size, weight_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.nnet.layers._windows import Padding
    from mygrad.typing import ArrayLike, DTypeLikeReals

__all__ = ["Conv", "ConvTranspose"]


class _Filters(Module):
    """The parameters that `Conv` and `ConvTranspose` have in common, and how they are made."""

    def _make(
        self, shape: tuple[int, ...], outputs: int, bias: bool, init: Initializer | None, dtype: Any, rng: Any
    ) -> None:
        rng = generator(rng)
        bound = prod(shape[1:]) ** -0.5
        self.weight: Tensor = (
            evenly(*shape, bound=bound, dtype=dtype, rng=rng) if init is None else weight_by(init, shape, dtype, rng)
        )
        self.bias: Tensor | None = evenly(outputs, bound=bound, dtype=dtype, rng=rng) if bias else None

    def _go_by(self, stride: Any, padding: Any, dilation: Any, kernel: Any, same: bool = True) -> None:
        """Take note of these settings, if they are such as the functions take."""
        layer, axes = type(self).__name__, len(kernel)
        steps = per_axis(layer, "stride", stride, axes, 1)
        sides(layer, padding, kernel, kernel, steps, per_axis(layer, "dilation", dilation, axes, 1), same=same)
        self.stride: Any = plain(stride)
        self.padding: Any = plain(padding)
        self.dilation: Any = plain(dilation)

    def _checked(self, x: Any, channels: int) -> Any:
        data = arrayed(x)
        axes = self.weight.ndim
        if len(data.shape) != axes or data.shape[1] != channels:
            places = ", ".join(f"X{i}" for i in range(axes - 2))
            raise ValueError(
                f"{type(self).__name__}: `x` must have the shape (N, {channels}, {places}), but it has {data.shape}"
            )
        return data

    def _biased(self, y: Any) -> Any:
        return y if self.bias is None else y + self.bias.reshape(-1, *[1] * (self.weight.ndim - 2))


def _sizes(layer: str, channels: int, filters: int, kernel: Sequence[int], groups: int) -> tuple[int, int, Any]:
    """The sizes, checked."""
    channels, filters = size(layer, "channels", channels), size(layer, "filters", filters)
    size(layer, "groups", groups)
    if not np.size(kernel) or not np.ndim(kernel):
        raise TypeError(f"{layer}: `kernel` must have a length for each axis, such as (3, 3), but it is {kernel!r}")
    if channels % groups or filters % groups:
        raise ValueError(f"{layer}: {channels} channels and {filters} filters cannot be put into {groups} groups each")
    return channels, filters, tuple([size(layer, "kernel", k) for k in kernel])


class Conv(_Filters):
    """Convolution, in any number of dimensions.

    Parameters
    ----------
    channels, filters : int
        How many channels go in, and how many come out.
    kernel : Sequence[int]
        The lengths of a filter: (3, 3) for images, (3,) for sequences.
    stride, padding, dilation, groups
        See `mygrad.nnet.layers.conv_nd`.
    floor : bool
        Whether data that the filters do not reach are left out, where a stride leaves a rest. If not, that is an error.
    bias : bool
        Whether a number is added to each of the channels that come out.
    init : Callable, optional
        Makes the weight, such as `mygrad.nnet.initializers.he_normal`; it is given the shape, `dtype` and `rng`. By
        default weights are drawn evenly from an interval about 0 that ends at 1 by the root of the number of a filter's
        weights, and so is the bias.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the numbers come from, or the seed for that. By default from NumPy's global state.

    Attributes
    ----------
    weight : Tensor, shape (filters, channels / groups, K0, K1, ...)
    bias : Tensor, shape (filters,) | None

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import Conv
    >>> images = np.ones((10, 3, 32, 32), dtype="float32")
    >>> Conv(3, 8, (3, 3), padding="same", rng=0)(images).shape
    (10, 8, 32, 32)
    >>> layer = Conv(3, 8, (3, 3), stride=2, padding=1, rng=0)
    >>> layer
    Conv(3, 8, (3, 3), stride=2, padding=1)
    >>> layer(images).shape
    (10, 8, 16, 16)
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: Sequence[int],
        *,
        stride: int | Sequence[int] = 1,
        padding: Padding = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        floor: bool = True,
        bias: bool = True,
        init: Initializer | None = None,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        channels, filters, kernel = _sizes("Conv", channels, filters, kernel, groups)
        self._go_by(stride, padding, dilation, kernel)
        self.groups: int = groups
        self.floor: bool = floor
        self._make((filters, channels // groups, *kernel), filters, bias, init, dtype, rng)

    def __call__(self, x: ArrayLike) -> Tensor:
        """The responses, of shape (N, filters, G0, G1, ...), for data of shape (N, channels, X0, X1, ...)."""
        data = self._checked(x, self.weight.shape[1] * self.groups)
        y = conv_nd(
            data,
            self.weight,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=self.groups,
            floor=self.floor,
        )
        return self._biased(y)

    def describe(self) -> str:
        """The sizes and settings."""
        filters, channels, *kernel = self.weight.shape
        return settings(
            channels * self.groups,
            filters,
            tuple(kernel),
            stride=(self.stride, 1),
            padding=(self.padding, 0),
            dilation=(self.dilation, 1),
            groups=(self.groups, 1),
            floor=(self.floor, True),
            bias=(self.bias is not None, True),
        )


class ConvTranspose(_Filters):
    """The transpose of a convolution: it makes data longer by a factor `stride`, where `Conv` makes them shorter.

    Parameters
    ----------
    channels, filters : int
        How many channels go in, and how many come out.
    kernel : Sequence[int]
        The lengths of a filter.
    stride, padding, output_padding, dilation, groups
        See `mygrad.nnet.layers.conv_transpose_nd`.
    bias : bool
        Whether a number is added to each of the channels that come out.
    init : Callable, optional
        Makes the weight; see `Conv`.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the numbers come from, or the seed for that. By default from NumPy's global state.

    Attributes
    ----------
    weight : Tensor, shape (channels, filters / groups, K0, K1, ...)
    bias : Tensor, shape (filters,) | None

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import ConvTranspose
    >>> layer = ConvTranspose(8, 3, (4, 4), stride=2, padding=1, rng=0)
    >>> layer(np.ones((10, 8, 16, 16), dtype="float32")).shape
    (10, 3, 32, 32)
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel: Sequence[int],
        *,
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int | tuple[int, int]] = 0,
        output_padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        init: Initializer | None = None,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        channels, filters, kernel = _sizes("ConvTranspose", channels, filters, kernel, groups)
        self._go_by(stride, padding, dilation, kernel, same=False)
        self.output_padding: int | Sequence[int] = plain(output_padding)
        per_axis("ConvTranspose", "output_padding", output_padding, len(kernel), 0)
        self.groups: int = groups
        self._make((channels, filters // groups, *kernel), filters, bias, init, dtype, rng)

    def __call__(self, x: ArrayLike) -> Tensor:
        """The data, of shape (N, filters, G0, G1, ...), for data of shape (N, channels, X0, X1, ...)."""
        y = conv_transpose_nd(
            self._checked(x, self.weight.shape[0]),
            self.weight,
            stride=self.stride,
            padding=self.padding,
            output_padding=self.output_padding,
            dilation=self.dilation,
            groups=self.groups,
        )
        return self._biased(y)

    def describe(self) -> str:
        """The sizes and settings."""
        channels, filters, *kernel = self.weight.shape
        return settings(
            channels,
            filters * self.groups,
            tuple(kernel),
            stride=(self.stride, 1),
            padding=(self.padding, 0),
            output_padding=(self.output_padding, 0),
            dilation=(self.dilation, 1),
            groups=(self.groups, 1),
            bias=(self.bias is not None, True),
        )
