"""Norms of vectors and matrices.

Where a norm has a kink, its gradient follows the two conventions of the table: entries that tie share it, and
it is 0 where 0 is a subgradient - for one vector of a batch at a time. There, second derivatives are nan (see
`direction`); but the orders 1, inf and -inf are made of absolute values and extremes, and so are their derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import conj
from mygrad._rules.decompositions import svd
from mygrad._rules.piecewise import direction
from mygrad._rules.reductions import as_divisor
from mygrad._rules.rule import defvjp

__all__: list[str] = []

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]


def _norm_vjp(g: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    axes = _axes(axis, x.ndim)
    g, y = _keep_dims(g, y, axes, keepdims)
    if len(axes) == 2 and not (axis is None and ord is None):
        return _matrix_norm_vjp(g, y, x, "fro" if ord is None else ord, *axes)
    return _vector_norm_vjp(g, y, x, 2 if ord is None else ord, axes)


def _linalg_vector_norm_vjp(g: Any, y: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    axes = _axes(axis, x.ndim)
    g, y = _keep_dims(g, y, axes, keepdims)
    return _vector_norm_vjp(g, y, x, 2 if ord is None else ord, axes)


def _linalg_matrix_norm_vjp(g: Any, y: Any, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    axes = _axes((-2, -1), x.ndim)
    g, y = _keep_dims(g, y, axes, keepdims)
    return _matrix_norm_vjp(g, y, x, "fro" if ord is None else ord, *axes)


# The largest or smallest entry masks the others.
defvjp(np.linalg.norm, _norm_vjp, masks=True, singular=True)
defvjp(np.linalg.vector_norm, _linalg_vector_norm_vjp, masks=True, singular=True)
defvjp(np.linalg.matrix_norm, _linalg_matrix_norm_vjp, masks=True, singular=True)


def _axes(axis: Any, ndim: int) -> Axes:
    if axis is None:
        return tuple(range(ndim))
    return tuple(int(i) % ndim for i in (axis if np.iterable(axis) else (axis,)))


def _keep_dims(g: Any, y: Any, axes: Axes, keepdims: bool) -> tuple[Any, Any]:
    return (g, y) if keepdims else (np.expand_dims(g, axes), np.expand_dims(y, axes))


def _vector_norm_vjp(g: Any, y: Any, x: Any, ord: Any, axes: Axes) -> Any:
    if ord == 2:
        return g * conj(direction(x, y))
    if ord == 1:
        return g * conj(np.sign(x))
    if ord == 0:
        return np.zeros(x.shape, g.dtype)
    if abs(ord) == np.inf:
        return _shared(g, np.abs(x) == y, axes) * conj(np.sign(x))
    # sign(x) (|x| / y)^(p - 1)
    if ord > 1:
        return g * conj(np.sign(x)) * direction(np.abs(x), y) ** (float(ord) - 1)
    # But 0 where x or y is 0, which are replaced to avoid 0 / 0 and 0 * inf.
    live = (x != 0) & (y != 0)
    ratio = np.where(live, np.abs(x), 1) / np.where(live, y, 1)
    return g * conj(direction(x, np.where(live, np.abs(x), 0))) * ratio ** (float(ord) - 1)


def _matrix_norm_vjp(g: Any, y: Any, x: Any, ord: Any, row_axis: int, column_axis: int) -> Any:
    if ord in ("fro", "f"):
        return _vector_norm_vjp(g, y, x, 2, (row_axis, column_axis))
    if ord in (1, -1, np.inf, -np.inf):  # the largest or smallest sum along one axis
        summed, compared = (row_axis, column_axis) if abs(ord) == 1 else (column_axis, row_axis)
        sums = np.sum(np.abs(x), axis=summed, keepdims=True)
        return _shared(g, sums == y, (compared,)) * conj(np.sign(x))
    return _singular_values_vjp(g, x, ord, row_axis, column_axis)


def _singular_values_vjp(g: Any, x: Any, ord: Any, row_axis: int, column_axis: int) -> Any:
    """The norms 2, -2 and "nuc": the largest of the singular values, the smallest, and their sum."""
    axes = (row_axis, column_axis)
    if x.size == 0:
        return np.zeros(x.shape, x.dtype)
    u, s, vh = svd(np.moveaxis(x, axes, (-2, -1)), phases_cancel=True)
    weights = direction(s, s)  # 0 is a subgradient where a singular value is 0
    if ord != "nuc":
        chosen = (np.max if ord == 2 else np.min)(s, axis=-1, keepdims=True)
        weights = _shared(weights, s == chosen, (-1,))
    return g * np.moveaxis(conj(np.matmul(u * weights[..., None, :], vh)), (-2, -1), axes)


def _shared(g: Any, mask: Any, axes: Axes) -> Any:
    """`g` in equal shares to the entries of `mask` along `axes`, which tie for a maximum or minimum."""
    return np.where(mask, g, 0) / as_divisor(np.sum(mask, axis=axes, keepdims=True), g.dtype)
