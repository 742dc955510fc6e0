"""Attention as one operation, which never divides the large matrix of weights by its sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mygrad.extend import defvjp, primitive
from mygrad.nnet._numbers import floats, widened
from mygrad.nnet.activations.softmax import normalized_exp, shifted

__all__ = ["Scores", "attended"]

Array = np.ndarray[Any, Any]


class Scores:
    """How scores become weights, and what the forward pass leaves for the backward.

    Parameters
    ----------
    scale : float
        What the products of queries and keys are multiplied by.
    seen : ndarray of bool | None
        What queries may look at; None: at everything.

    Attributes
    ----------
    exps, inverse : ndarray
        The exponentials of the scores, and the inverses of their sums, but 0 for queries that may look at nothing.
        Their products are the weights.
    """

    __slots__ = ("exps", "inverse", "scale", "seen")

    exps: Array
    inverse: Array

    def __init__(self, scale: float, seen: Array | None) -> None:
        self.scale, self.seen = scale, seen

    def __repr__(self) -> str:
        return f"scale={self.scale:g}" + ("" if self.seen is None else ", masked")

    def weigh(self, s: Array, mask: Array | None) -> None:
        """Compute the exponentials of scores, which may be written to."""
        # To look for the largest of each row takes long, and is needed only where exponentials might overflow.
        limit = math.log(np.finfo(s.dtype).max) / 2.2
        small = mask is None and s.size > 0 and bool(np.max(s) < limit) and bool(np.min(s) > -limit)
        for bias in (mask, None if self.seen is None else np.where(self.seen, 0, -np.inf)):
            if bias is not None:
                bias = bias.astype(s.dtype, copy=False)
                s = np.add(s, bias, out=s if np.broadcast_shapes(s.shape, bias.shape) == s.shape else None)
        masked = mask is not None or self.seen is not None
        blind = None
        if not small:
            blind = np.maximum.reduce(s, axis=-1, initial=-np.inf) == -np.inf if masked else None
            s = shifted(s, -1)
        self.exps = np.exp(s, out=s)
        if blind is not None:
            self.exps[blind] = 0
        rows = self.exps.reshape(math.prod(s.shape[:-1]), s.shape[-1])
        total = (rows @ np.ones(s.shape[-1], s.dtype)).reshape(s.shape[:-1])
        self.inverse = (total != 0) / np.where(total == 0, 1, total)


@primitive
def attended(query: Any, key: Any, value: Any, mask: Any, scores: Scores) -> Any:
    """The means of the values, weighted by the scores of their keys."""
    q, k, v = floats(query), floats(key), floats(value)
    dtype = np.result_type(q, k, v)
    q, k, v = widened(q), widened(k), widened(v)
    scores.weigh(np.matmul(q * q.dtype.type(scores.scale), k.swapaxes(-1, -2)), mask)
    y = np.matmul(scores.exps, v)
    y *= scores.inverse[..., None]
    return y.astype(dtype, copy=False)


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    q, k, v, mask, scores = node.parents
    of_q, of_k, of_v = (not p.constant for p in (q, k, v))
    g = widened(g)
    part = g * scores.inverse[..., None]
    result: list[Any] = [None, None, np.matmul(scores.exps.swapaxes(-1, -2), part) if of_v else None, None]
    if not (of_q or of_k) and (mask is None or mask.constant):
        return result
    # Of each row the mean is subtracted, which is that of g * y: as another column in the product with the values.
    values = widened(v.data)
    mean = np.einsum("...i,...i->...", part, widened(node.data))[..., None]
    part = np.concatenate([part, -mean], axis=-1)
    values = np.concatenate([values, np.ones((*values.shape[:-1], 1), values.dtype)], axis=-1)
    of_s = np.matmul(part, values.swapaxes(-1, -2))
    of_s *= scores.exps
    if not math.isfinite(np.vdot(part, part)):
        of_s = np.where(scores.exps == 0, 0, of_s)  # what is not seen has no part in it, whatever comes back
    of_s = _summed_to(of_s, scores.exps.shape)
    factor = of_s.dtype.type(scores.scale)
    if of_q:
        result[0] = np.matmul(of_s, widened(k.data))
        result[0] *= factor
    if of_k:
        result[1] = np.matmul(of_s.swapaxes(-1, -2), widened(q.data))
        result[1] *= factor
    result[3] = of_s
    return result


def _summed_to(x: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of scores, which may have been used with several values."""
    if x.shape == shape:
        return x
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    return x.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1 and x.shape[i] > 1), keepdims=True)


# The same once more as differentiable formulas, for higher derivatives.


def _weights(q: Any, k: Any, mask: Any, scores: Scores) -> Any:
    s = np.matmul(q * scores.scale, np.swapaxes(k, -1, -2))
    hidden = None if scores.seen is None else ~scores.seen
    if mask is not None:
        closed = mask == -np.inf
        s, hidden = s + np.where(closed, 0, mask), closed if hidden is None else hidden | closed
    if hidden is None:
        return normalized_exp(s, -1)
    weights = normalized_exp(np.where(hidden, -np.inf, s), -1)
    return np.where(np.all(hidden, axis=-1, keepdims=True), 0, weights)


def _of_scores(g: Any, y: Any, q: Any, k: Any, v: Any, mask: Any, scores: Scores) -> Any:
    weights = _weights(q, k, mask, scores)
    of_weights = np.matmul(g, np.swapaxes(v, -1, -2)) - np.sum(g * y, axis=-1, keepdims=True)
    return np.where(weights == 0, 0, weights * of_weights)


def _query_vjp(g: Any, y: Any, q: Any, k: Any, v: Any, mask: Any, scores: Scores) -> Any:
    return np.matmul(_of_scores(g, y, q, k, v, mask, scores) * scores.scale, k)


def _key_vjp(g: Any, y: Any, q: Any, k: Any, v: Any, mask: Any, scores: Scores) -> Any:
    return np.matmul(np.swapaxes(_of_scores(g, y, q, k, v, mask, scores), -1, -2), q * scores.scale)


def _value_vjp(g: Any, _y: Any, q: Any, k: Any, _v: Any, mask: Any, scores: Scores) -> Any:
    return np.matmul(np.swapaxes(_weights(q, k, mask, scores), -1, -2), g)


defvjp(
    attended,
    _query_vjp,
    _key_vjp,
    _value_vjp,
    _of_scores,
    vjp_all=_vjp_all,
    masks=True,
    singular=True,
    name="scaled_dot_product_attention",
)
