"""Attention."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import asarray, matmul, where
from mygrad.extend import call
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import reals, scalar, unmasked
from mygrad.nnet.activations.softmax import softmax
from mygrad.nnet.layers._attended import Scores, attended
from mygrad.nnet.layers.dropout import dropout as drop

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike, Real

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: ArrayLike,
    key: ArrayLike,
    value: ArrayLike,
    *,
    mask: ArrayLike | None = None,
    causal: bool = False,
    scale: Real | None = None,
    dropout: Real = 0.0,
    rng: Seed = None,
    constant: bool | None = None,
) -> Tensor:
    """Means of values, weighted by how well their keys fit a query: ``softmax(scale * query @ key.T) @ value``.

    Parameters
    ----------
    query : array_like, shape (..., L, E)
    key : array_like, shape (..., S, E)
    value : array_like, shape (..., S, V)
        The leading axes of the three broadcast.
    mask : array_like, shape (..., L, S), optional
        Of booleans: True where a query may look at a value. Of floating-point numbers: they are added to
        the scores.
    causal : bool
        Whether the query at position i may look only at the values up to position i.
    scale : float, optional
        By default ``1 / sqrt(E)``.
    dropout : float
        The probability with which a weight is dropped; see `mygrad.nnet.layers.dropout`.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the random numbers for that come from, or the seed for it. By default from NumPy's global state
        (``np.random.seed``).
    constant : bool, optional
        Whether gradients stop at the result. By default they do if all arguments are constants.

    Returns
    -------
    Tensor, shape (..., L, V)
        0 for a query that may look at nothing.

    Raises
    ------
    ValueError
        If the shapes do not fit, or `dropout` is no probability.

    Notes
    -----
    Derivatives of all orders exist.

    References
    ----------
    A. Vaswani et al., "Attention is all you need", NeurIPS (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import scaled_dot_product_attention
    >>> key = mg.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> value = mg.tensor([[10.0], [20.0]])
    >>> scaled_dot_product_attention([[100.0, 0.0], [0.0, 0.0]], key, value)
    Tensor([[10.],
            [15.]])
    >>> scaled_dot_product_attention([[0.0, 0.0], [0.0, 0.0]], key, value, causal=True)
    Tensor([[10.],
            [15.]])
    """
    q, k, v = arrayed(query), arrayed(key), arrayed(value)
    shapes = q.shape, k.shape, v.shape
    if (
        min(map(len, shapes)) < 2
        or q.shape[-1] != k.shape[-1]
        or k.shape[-2] != v.shape[-2]
        or not _broadcast(*(shape[:-2] for shape in shapes))
    ):
        raise ValueError(
            "scaled_dot_product_attention: query, key and value must have the shapes (..., L, E), (..., S, E) and "
            f"(..., S, V), with leading axes that broadcast, but they have {shapes[0]}, {shapes[1]} and {shapes[2]}"
        )
    for name, x in {"query": q, "key": k, "value": v}.items():
        if x.dtype.kind == "c":
            raise TypeError(f"scaled_dot_product_attention: `{name}` must hold real numbers, but is of dtype {x.dtype}")
    factor = 1 / sqrt(max(q.shape[-1], 1)) if scale is None else scalar("scale", scale)
    shape = (*np.broadcast_shapes(shapes[0][:-2], shapes[1][:-2]), q.shape[-2], k.shape[-2])
    seen, added = _masks(shape, mask, causal)
    if scalar("dropout", dropout) == 0:
        return call(attended, q, k, v, added, Scores(factor, seen), constant=constant)
    scores = matmul(q * factor, np.swapaxes(k, -1, -2))
    if added is not None:
        scores = scores + added.astype(scores.dtype)
    if seen is not None:
        scores = where(seen, scores, -np.inf)
    weights = softmax(scores)
    if mask is not None:
        blind = np.all(scores == -np.inf, axis=-1, keepdims=True)
        if np.any(blind):
            weights = where(blind, 0, weights)
    return matmul(drop(weights, dropout, rng=rng), v, constant=constant)


def _broadcast(*shapes: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def _masks(shape: tuple[int, ...], mask: Any, causal: bool) -> tuple[Any, Any]:
    """What queries may look at, of scores of this shape, and what is added to these; or None."""
    seen = np.tri(*shape[-2:], dtype=np.bool_) if causal else None
    if mask is None:
        return seen, None
    given = unmasked(mask if isinstance(mask, np.ndarray) else asarray(mask))
    if not _broadcast(shape, given.shape):
        raise ValueError(
            f"scaled_dot_product_attention: `mask`, of shape {given.shape}, does not broadcast with the scores, of "
            f"shape {shape}"
        )
    if given.dtype.kind in "iu":
        raise TypeError(
            "scaled_dot_product_attention: `mask` must be of booleans, or of floating-point numbers, which are added "
            f"to the scores, but is of dtype {given.dtype}. If it is 1 where a query may look, say `mask.astype(bool)`."
        )
    if given.dtype != bool:
        reals(given)
        return seen, arrayed(mask)
    return given.copy() if seen is None else seen & given, None
