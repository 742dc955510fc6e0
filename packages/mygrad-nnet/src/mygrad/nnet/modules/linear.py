"""Linear layers, and lookups of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._inputs import arrayed
from mygrad.nnet.initializers import normal
from mygrad.nnet.layers import embedding
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import Initializer, evenly, generator, settings, size, weight_by

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike, DTypeLikeReals

__all__ = ["Dense", "Embedding", "Linear"]


def affine(x: Any, weight: Tensor, bias: Tensor | None) -> Any:
    """``x @ weight.T + bias``, of an array or tensor with any number of axes."""
    flat = x if len(x.shape) < 3 else x.reshape(-1, x.shape[-1])  # one product takes three quarters of what many take
    y = flat @ weight.T
    if bias is not None:
        y = y + bias
    return y if flat is x else y.reshape(*x.shape[:-1], len(weight))


class Linear(Module):
    """A dense layer: ``x @ weight.T + bias``.

    Parameters
    ----------
    inputs, outputs : int
    bias : bool
        Whether something is added.
    init : Callable, optional
        Makes the weight, such as `mygrad.nnet.initializers.he_normal`; it is given the shape, `dtype` and `rng`. By
        default weights are drawn evenly from an interval about 0 that ends at ``1 / sqrt(inputs)``, and so is the bias.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the numbers come from, or the seed for that. By default from NumPy's global state.

    Attributes
    ----------
    weight : Tensor, shape (outputs, inputs)
    bias : Tensor, shape (outputs,) | None

    Notes
    -----
    `Dense` is another name of this class.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import Linear
    >>> layer = Linear(3, 2, rng=0)
    >>> layer
    Linear(3, 2)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        init: Initializer | None = None,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        shape = size("Linear", "outputs", outputs), size("Linear", "inputs", inputs)
        rng = generator(rng)
        bound = shape[1] ** -0.5
        self.weight: Tensor = (
            evenly(*shape, bound=bound, dtype=dtype, rng=rng) if init is None else weight_by(init, shape, dtype, rng)
        )
        self.bias: Tensor | None = evenly(shape[0], bound=bound, dtype=dtype, rng=rng) if bias else None

    def __call__(self, x: ArrayLike) -> Tensor:
        """The outputs, of shape (..., outputs), for data of shape (..., inputs)."""
        data = arrayed(x)
        inputs = self.weight.shape[1]
        if data.shape[-1:] != (inputs,):
            raise ValueError(f"Linear: `x` must have the shape (..., {inputs}), but it has {data.shape}")
        return affine(data, self.weight, self.bias)

    def describe(self) -> str:
        """The sizes and settings."""
        outputs, inputs = self.weight.shape
        return settings(inputs, outputs, bias=(self.bias is not None, True))


Dense = Linear


class Embedding(Module):
    """A vector for each index: rows of a matrix.

    Parameters
    ----------
    count : int
        How many vectors there are.
    length : int
        How long they are.
    init : Callable, optional
        Makes the weight; see `Linear`. By default the numbers are normal, with a deviation of 1.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the numbers come from, or the seed for that. By default from NumPy's global state.

    Attributes
    ----------
    weight : Tensor, shape (count, length)

    See Also
    --------
    mygrad.nnet.layers.embedding : the function.

    Examples
    --------
    >>> from mygrad.nnet.modules import Embedding
    >>> Embedding(10, 4, rng=0)([[3, 1, 2], [0, 0, 1]]).shape
    (2, 3, 4)
    """

    def __init__(
        self,
        count: int,
        length: int,
        *,
        init: Initializer | None = None,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        shape = size("Embedding", "count", count), size("Embedding", "length", length)
        self.weight: Tensor = weight_by(normal if init is None else init, shape, dtype, rng)

    def __call__(self, indices: ArrayLike) -> Tensor:
        """The vectors, of shape (..., length), for indices of shape (...)."""
        return embedding(indices, self.weight)

    def describe(self) -> str:
        """The sizes."""
        return settings(*self.weight.shape)
