"""Attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._inputs import arrayed
from mygrad.nnet.initializers import glorot_uniform
from mygrad.nnet.layers import scaled_dot_product_attention
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import generator, probability, settings, size, zeros_of
from mygrad.nnet.modules.linear import Linear, affine

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike, DTypeLikeReals

__all__ = ["MultiHeadAttention"]


class MultiHeadAttention(Module):
    """Attention, by several heads side by side.

    Parameters
    ----------
    length : int
        That of the vectors that go in and come out.
    heads : int
        How many heads there are: it divides `length`.
    bias : bool
        Whether something is added to queries, keys, values and results.
    dropout : float
        The probability with which a weight of attention is dropped in training.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where initial weights come from, and random numbers for dropout, or the seed for that. By default from NumPy's
        global state.

    Attributes
    ----------
    in_proj_weight : Tensor, shape (3 * length, length)
        Rows for queries, keys and values, each for one head after the other.
    in_proj_bias : Tensor, shape (3 * length,) | None
    out_proj : Linear

    See Also
    --------
    mygrad.nnet.layers.scaled_dot_product_attention : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import MultiHeadAttention
    >>> attention = MultiHeadAttention(8, 2, rng=0)
    >>> tokens = np.random.default_rng(0).normal(size=(5, 7, 8))  # 5 sequences of 7 tokens
    >>> attention(tokens, causal=True).shape
    (5, 7, 8)
    """

    def __init__(
        self,
        length: int,
        heads: int,
        *,
        bias: bool = True,
        dropout: float = 0.0,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        self.length: int = size("MultiHeadAttention", "length", length)
        self.heads: int = size("MultiHeadAttention", "heads", heads)
        if length % heads:
            raise ValueError(f"MultiHeadAttention: `heads`, {heads}, must divide `length`, {length}")
        self.dropout: float = probability("MultiHeadAttention", "dropout", dropout)
        self.rng: np.random.Generator | None = generator(rng)
        self.in_proj_weight: Tensor = glorot_uniform(3 * length, length, dtype=dtype, rng=self.rng)
        self.in_proj_bias: Tensor | None = zeros_of(3 * length, dtype=dtype) if bias else None
        self.out_proj: Linear = Linear(length, length, bias=bias, dtype=dtype, rng=self.rng)
        if bias:
            self.out_proj.bias = zeros_of(length, dtype=dtype)

    def __call__(
        self,
        query: ArrayLike,
        key: ArrayLike | None = None,
        value: ArrayLike | None = None,
        *,
        mask: ArrayLike | None = None,
        causal: bool = False,
    ) -> Tensor:
        """Attend.

        Parameters
        ----------
        query : array_like, shape (..., L, length)
        key, value : array_like, shape (..., S, length), optional
            By default the query: self-attention. The value is by default the key.
        mask : array_like, shape (..., L, S), optional
            Of booleans: True where a query may look at a value. Of floating-point numbers: they are added to the
            scores. All heads have the same.
        causal : bool
            Whether the query at position i may look only at the values up to position i.

        Returns
        -------
        Tensor, shape (..., L, length)
        """
        q, k, v = self._projected(query, key, value)
        if mask is not None:
            given: Any = mask if hasattr(mask, "shape") else np.asarray(mask)
            mask = given[..., None, :, :] if len(given.shape) > 2 else given
        heads: Any = scaled_dot_product_attention(
            q, k, v, mask=mask, causal=causal, dropout=self.dropout if self.training else 0.0, rng=self.rng
        )
        joined = np.swapaxes(heads, -2, -3)
        return self.out_proj(joined.reshape(*joined.shape[:-2], self.length))

    def _projected(self, query: Any, key: Any, value: Any) -> list[Any]:
        """Queries, keys and values of all heads: of shape (..., heads, L, length / heads)."""
        if key is None and value is not None:
            raise TypeError("MultiHeadAttention: values need keys, but `key` is None")
        d, split = self.length, (self.heads, self.length // self.heads)
        given = {"query": arrayed(query)}
        if key is not None:
            given["key"] = arrayed(key)
            given["value"] = given["key"] if value is None else arrayed(value)
        for name, x in given.items():
            if len(x.shape) < 2 or x.shape[-1] != d:
                raise ValueError(
                    f"MultiHeadAttention: `{name}` must have the shape (..., L, {d}), but it has {x.shape}"
                )
        if key is None:
            x = given["query"]
            y = self._linear(x, slice(None)).reshape(*x.shape[:-1], 3, *split)
            return [np.swapaxes(y[..., i, :, :], -2, -3) for i in range(3)]
        return [
            np.swapaxes(self._linear(x, slice(i * d, (i + 1) * d)).reshape(*x.shape[:-1], *split), -2, -3)
            for i, x in enumerate(given.values())
        ]

    def _linear(self, x: Any, rows: slice) -> Any:
        return affine(x, self.in_proj_weight[rows], None if self.in_proj_bias is None else self.in_proj_bias[rows])

    def describe(self) -> str:
        """The sizes and settings."""
        return settings(
            self.length, self.heads, bias=(self.in_proj_bias is not None, True), dropout=(self.dropout, 0.0)
        )
