"""Normalization."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import asarray, no_autodiff
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import scalar
from mygrad.nnet.layers import layer_norm
from mygrad.nnet.layers._normalization import Groups
from mygrad.nnet.layers.batchnorm import batchnorm_and_groups
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import buffer, ones_of, probability, settings, size, zeros_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.typing import ArrayLike, DTypeLikeReals

__all__ = ["BatchNorm", "GroupNorm", "LayerNorm"]


class BatchNorm(Module):
    """Normalizes each channel: by the batch while the model is trained, by running statistics when it is used.

    Parameters
    ----------
    channels : int
    momentum : float, optional
        What part of the running statistics each batch renews. None: they are the means over all batches.
    eps : float
        A small number, not negative, which keeps apart from 0 what is divided by.
    affine : bool
        Whether there are a factor and a bias for each channel.
    running : bool
        Whether statistics are kept. If not, the model is used as it is trained.
    dtype : dtype_like

    Attributes
    ----------
    weight, bias : Tensor, shape (channels,) | None
    running_mean, running_var : Tensor, shape (channels,) | None
        Constants, which are in the state.
    num_batches_tracked : Tensor, shape () | None

    See Also
    --------
    mygrad.nnet.layers.batchnorm : the function.

    Notes
    -----
    The batch is normalized by the mean of the squares of the deviations. The running variance is that of the population
    which the batch is a sample of: of n numbers, it is larger by n / (n - 1).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import BatchNorm
    >>> layer = BatchNorm(2, momentum=0.5, dtype=float)
    >>> layer(np.array([[1.0, 10.0], [3.0, 50.0]])).round(3)
    Tensor([[-1., -1.],
            [ 1.,  1.]])
    >>> layer.running_mean, layer.running_var
    (Tensor([ 1., 15.]), Tensor([  1.5, 400.5]))
    >>> layer.eval()(np.array([[1.0, 15.0]]))
    Tensor([[0., 0.]])
    """

    def __init__(
        self,
        channels: int,
        *,
        momentum: float | None = 0.1,
        eps: float = 1e-5,
        affine: bool = True,
        running: bool = True,
        dtype: DTypeLikeReals = np.float32,
    ) -> None:
        self.channels: int = size("BatchNorm", "channels", channels)
        self.momentum: float | None = None if momentum is None else probability("BatchNorm", "momentum", momentum)
        self.eps: float = _checked_eps("BatchNorm", eps)
        self.weight: Tensor | None = ones_of(self.channels, dtype=dtype) if affine else None
        self.bias: Tensor | None = zeros_of(self.channels, dtype=dtype) if affine else None
        self.running_mean: Tensor | None = buffer(np.zeros(self.channels, dtype)) if running else None
        self.running_var: Tensor | None = buffer(np.ones(self.channels, dtype)) if running else None
        self.num_batches_tracked: Tensor | None = buffer(np.array(0)) if running else None

    def __call__(self, x: ArrayLike) -> Tensor:
        """`x`, of shape (N, C, ...), normalized."""
        data = arrayed(x)
        shape = data.shape
        if len(shape) < 2 or shape[1] != self.channels:
            raise ValueError(f"BatchNorm: `x` must have the shape (N, {self.channels}, ...), but it has {shape}")
        if not self.training and self.running_mean is not None:
            return self._by_running_statistics(data)
        y, groups = batchnorm_and_groups(data, self.weight, self.bias, self.eps, None)
        if self.training and groups.size == 1 and 0 not in shape:
            raise ValueError(
                f"BatchNorm: a batch of shape {shape} has one number in each channel, of which nothing is left when "
                "its mean is subtracted. Train with larger batches."
            )
        if self.training and self.running_mean is not None and 0 not in shape:
            self._take_note(groups)
        return y

    def _by_running_statistics(self, x: Any) -> Any:
        flat = (-1, *[1] * (len(x.shape) - 2))
        mean: Any = self.running_mean
        variance: Any = self.running_var
        scale = 1 / np.sqrt(variance + self.eps)
        if self.weight is not None:
            scale = scale * self.weight
        y = (x - mean.reshape(flat)) * scale.reshape(flat)
        return y if self.bias is None else y + self.bias.reshape(flat)

    def _take_note(self, groups: Groups) -> None:
        """Bring the running statistics up to date."""
        batches: Any = self.num_batches_tracked
        variance = groups.variance * (groups.size / (groups.size - 1))
        pairs: Any = (self.running_mean, groups.mean + groups.rest), (self.running_var, variance)
        with no_autodiff:
            batches[...] = batches.item() + 1
            part = self.momentum if self.momentum is not None else 1 / batches.item()
            for running, new in pairs:
                running[...] = (1 - part) * asarray(running) + part * new

    def describe(self) -> str:
        """The number of channels, and the settings."""
        return settings(
            self.channels,
            momentum=(self.momentum, 0.1),
            eps=(self.eps, 1e-5),
            affine=(self.weight is not None, True),
            running=(self.running_mean is not None, True),
        )


class LayerNorm(Module):
    """Normalizes each datum by itself, over its last axes.

    Parameters
    ----------
    shape : int | Sequence[int]
        The lengths of these axes.
    eps : float
        A small number, not negative, which keeps apart from 0 what is divided by.
    affine : bool
        Whether there are a factor and a bias for each entry of a datum.
    dtype : dtype_like

    Attributes
    ----------
    weight, bias : Tensor, of that shape | None

    See Also
    --------
    mygrad.nnet.layers.layer_norm : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import LayerNorm
    >>> LayerNorm(2, eps=0)(np.array([[1.0, 3.0], [10.0, 50.0]]))
    Tensor([[-1.,  1.],
            [-1.,  1.]])
    """

    def __init__(
        self,
        shape: int | Sequence[int],
        *,
        eps: float = 1e-5,
        affine: bool = True,
        dtype: DTypeLikeReals = np.float32,
    ) -> None:
        lengths = shape if np.ndim(shape) else [shape]
        self.shape: tuple[int, ...] = tuple([size("LayerNorm", "shape", n) for n in lengths])  # type: ignore[union-attr]
        if not self.shape:
            raise ValueError("LayerNorm: `shape` has no axis to normalize over")
        self.eps: float = _checked_eps("LayerNorm", eps)
        self.weight: Tensor | None = ones_of(*self.shape, dtype=dtype) if affine else None
        self.bias: Tensor | None = zeros_of(*self.shape, dtype=dtype) if affine else None

    def __call__(self, x: ArrayLike) -> Tensor:
        """`x`, normalized."""
        data = arrayed(x)
        if data.shape[-len(self.shape) :] != self.shape:
            raise ValueError(f"LayerNorm: the shape of `x` must end with {self.shape}, but it is {data.shape}")
        return layer_norm(data, gamma=self.weight, beta=self.bias, axis=-len(self.shape), eps=self.eps)

    def describe(self) -> str:
        """The shape, and the settings."""
        shape = self.shape if len(self.shape) > 1 else self.shape[0]
        return settings(shape, eps=(self.eps, 1e-5), affine=(self.weight is not None, True))


class GroupNorm(Module):
    """Normalizes groups of channels of each datum by itself.

    Parameters
    ----------
    groups : int
        How many groups there are: it divides the number of channels.
    channels : int
    eps : float
        A small number, not negative, which keeps apart from 0 what is divided by.
    affine : bool
        Whether there are a factor and a bias for each channel.
    dtype : dtype_like

    Attributes
    ----------
    weight, bias : Tensor, shape (channels,) | None

    References
    ----------
    Y. Wu and K. He, "Group normalization", ECCV (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import GroupNorm
    >>> GroupNorm(2, 4, eps=0)(np.array([[1.0, 3.0, 10.0, 50.0]]))
    Tensor([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self,
        groups: int,
        channels: int,
        *,
        eps: float = 1e-5,
        affine: bool = True,
        dtype: DTypeLikeReals = np.float32,
    ) -> None:
        self.groups: int = size("GroupNorm", "groups", groups)
        self.channels: int = size("GroupNorm", "channels", channels)
        if channels % groups:
            raise ValueError(f"GroupNorm: {channels} channels cannot be put into {groups} groups of the same size")
        self.eps: float = _checked_eps("GroupNorm", eps)
        self.weight: Tensor | None = ones_of(channels, dtype=dtype) if affine else None
        self.bias: Tensor | None = zeros_of(channels, dtype=dtype) if affine else None

    def __call__(self, x: ArrayLike) -> Tensor:
        """`x`, of shape (N, C, ...), normalized."""
        data = arrayed(x)
        shape = data.shape
        if len(shape) < 2 or shape[1] != self.channels:
            raise ValueError(f"GroupNorm: `x` must have the shape (N, {self.channels}, ...), but it has {shape}")
        grouped = data.reshape(shape[0], self.groups, prod(shape[1:]) // self.groups)
        y: Any = layer_norm(grouped, eps=self.eps).reshape(shape)
        if self.weight is None or self.bias is None:
            return y
        flat = (-1, *[1] * (len(shape) - 2))
        return y * self.weight.reshape(flat) + self.bias.reshape(flat)

    def describe(self) -> str:
        """The sizes and settings."""
        return settings(self.groups, self.channels, eps=(self.eps, 1e-5), affine=(self.weight is not None, True))


def _checked_eps(layer: str, value: Any) -> float:
    eps = scalar("eps", value)
    if not eps >= 0:
        raise ValueError(f"{layer}: `eps` must not be negative, but is {eps}")
    return eps
