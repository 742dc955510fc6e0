"""Products of vectors, matrices and arrays of more axes. Each is linear in either factor.

(`vdot`, `vecdot` and `vecmat` take the conjugate of the first.)
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mygrad._rules.complexes import conj
from mygrad._rules.rule import defvjp
from mygrad._rules.shapes import sum_to_shape, transposed

__all__: list[str] = []


# ----------------------------------------------------------------------------------------------------
# Along the last axes, broadcast over the others (the generalised ufuncs)
# ----------------------------------------------------------------------------------------------------


def _as_matrix(x: Any) -> Any:
    shape = np.shape(x)
    return x if len(shape) == 2 else np.reshape(x, (prod(shape[:-1]), shape[-1]))


def _apply(a: Any, v: Any) -> Any:
    """The matrices `a` times the vectors `v`."""
    if np.ndim(a) == 2:
        return np.matmul(v, transposed(a))
    return np.matmul(a, v[..., None])[..., 0]


def _outer(u: Any, v: Any, ndim: int) -> Any:
    """The matrices ``u v^T``, summed if it is the gradient of a single matrix (of `ndim` 2)."""
    if ndim == 2 and np.ndim(u) == np.ndim(v) > 1:
        return np.matmul(transposed(_as_matrix(u)), _as_matrix(v))
    return np.expand_dims(u, -1) * np.expand_dims(v, -2)


def _matmul_a(g: Any, _y: Any, _a: Any, b: Any) -> Any:
    b_ndim = np.ndim(b)
    if _a.ndim == 1:
        return g * b if b_ndim == 1 else _apply(b, g)
    if b_ndim == 1:
        return _outer(g, b, _a.ndim)
    if _a.ndim == 2 and b_ndim > 2:  # one product of matrices, not a sum over a batch of them
        return np.tensordot(g, b, axes=(_all_but(-2, g.ndim), _all_but(-2, b_ndim)))
    if b_ndim == 2 and np.ndim(g) > 2:  # the same: many small products take up to four times as long
        return np.reshape(np.matmul(_as_matrix(g), transposed(b)), (*g.shape[:-1], np.shape(b)[0]))
    return np.matmul(g, transposed(b))


def _matmul_b(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    a_ndim = np.ndim(a)
    if a_ndim == 1:
        return g * a if _b.ndim == 1 else _outer(a, g, _b.ndim)
    if _b.ndim == 1:
        return np.matmul(np.ravel(g), _as_matrix(a))
    if _b.ndim == 2 and a_ndim > 2:
        return np.matmul(transposed(_as_matrix(a)), _as_matrix(g))
    return np.matmul(transposed(a), g)


def _all_but(axis: int, ndim: int) -> list[int]:
    return [i for i in range(ndim) if i != axis % ndim]


defvjp(np.matmul, _matmul_a, _matmul_b, dense=True)
defvjp(
    np.vecdot,
    lambda g, _y, _a, b: conj(np.expand_dims(g, -1) * b),
    lambda g, _y, a, _b: np.expand_dims(g, -1) * conj(a),
    linear=True,
)
if hasattr(np, "matvec"):  # NumPy >= 2.2
    defvjp(
        np.matvec,
        lambda g, _y, _a, v: _outer(g, v, _a.ndim),
        lambda g, _y, a, _v: _apply(transposed(a), g),
        dense=True,
    )
    defvjp(
        np.vecmat,
        lambda g, _y, _v, a: conj(_apply(a, g)),
        lambda g, _y, v, _a: _outer(conj(v), g, _a.ndim),
        dense=True,
    )


# ----------------------------------------------------------------------------------------------------
# Over axes of any number
# ----------------------------------------------------------------------------------------------------


def _dot_a(g: Any, _y: Any, _a: Any, b: Any) -> Any:
    b_ndim = np.ndim(b)
    if _a.ndim == 0 or b_ndim == 0:
        return g * b
    if b_ndim <= 2:
        return _matmul_a(g, _y, _a, b)
    return np.tensordot(g, b, axes=(list(range(_a.ndim - 1, g.ndim)), _all_but(-2, b_ndim)))


def _dot_b(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    a_ndim = np.ndim(a)
    if a_ndim == 0 or _b.ndim == 0:
        return g * a
    if _b.ndim <= 2:
        return _matmul_b(g, _y, a, _b)
    lead = list(range(a_ndim - 1))
    return np.moveaxis(np.tensordot(a, g, axes=(lead, lead)), 0, -2)


def _inner_a(g: Any, _y: Any, _a: Any, b: Any) -> Any:
    return g * b if _a.ndim == 0 or np.ndim(b) == 0 else np.tensordot(g, b, axes=np.ndim(b) - 1)


def _inner_b(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    if np.ndim(a) == 0 or _b.ndim == 0:
        return g * a
    lead = list(range(np.ndim(a) - 1))
    return np.tensordot(g, a, axes=(lead, lead))


def _contracted_axes(axes: Any, a_ndim: int, b_ndim: int) -> tuple[list[int], list[int]]:
    """The axes of `tensordot` as two lists."""
    if not np.iterable(axes):
        return list(range(a_ndim - axes, a_ndim)), list(range(axes))
    a_axes, b_axes = ([x] if np.ndim(x) == 0 else list(x) for x in axes)
    return [i % a_ndim for i in a_axes], [i % b_ndim for i in b_axes]


def _tensordot_a(g: Any, _y: Any, _a: Any, b: Any, axes: Any = 2) -> Any:
    a_axes, b_axes = _contracted_axes(axes, _a.ndim, np.ndim(b))
    return _tensordot_back(g, _a.ndim, a_axes, b, b_axes, _a.ndim - len(a_axes))


def _tensordot_b(g: Any, _y: Any, a: Any, _b: Any, axes: Any = 2) -> Any:
    a_axes, b_axes = _contracted_axes(axes, np.ndim(a), _b.ndim)
    return _tensordot_back(g, _b.ndim, b_axes, a, a_axes, 0)


def _tensordot_back(g: Any, ndim: int, axes: list[int], other: Any, other_axes: list[int], start: int) -> Any:
    """The gradient of the factor that has `ndim` axes, of which `axes` were contracted with `other_axes`.

    The free axes of `other` begin at axis `start` of `g`.
    """
    other_free = [i for i in range(np.ndim(other)) if i not in other_axes]
    back = np.tensordot(g, other, axes=(list(range(start, start + len(other_free))), other_free))
    # Its axes: the free ones of this factor, then the contracted ones in the order that they have in `other`.
    free = [i for i in range(ndim) if i not in axes]
    order = free + [axes[i] for i in np.argsort(other_axes)]
    return back if order == sorted(order) else np.transpose(back, np.argsort(order))


def _kron_back(g: Any, like: Any, other: Any, first: bool) -> Any:
    """The gradient of one factor of a Kronecker product; `like` has its shape."""
    ndim = max(like.ndim, np.ndim(other))
    mine = (1,) * (ndim - like.ndim) + like.shape
    others = (1,) * (ndim - np.ndim(other)) + np.shape(other)
    pairs = zip(mine, others, strict=True) if first else zip(others, mine, strict=True)
    blocks = np.reshape(g, [n for pair in pairs for n in pair])
    over = list(range(1 if first else 0, 2 * ndim, 2))
    return np.reshape(np.tensordot(blocks, np.reshape(other, others), axes=(over, list(range(ndim)))), like.shape)


defvjp(np.dot, _dot_a, _dot_b, dense=True)
defvjp(np.inner, _inner_a, _inner_b, dense=True)
defvjp(np.tensordot, _tensordot_a, _tensordot_b, dense=True)
defvjp(
    np.vdot,
    lambda g, _y, _a, b: conj(g * np.reshape(b, _a.shape)),
    lambda g, _y, a, _b: g * conj(np.reshape(a, _b.shape)),
    linear=True,
)
defvjp(
    np.outer,
    lambda g, _y, _a, b: np.reshape(np.matmul(g, np.ravel(b)), _a.shape),
    lambda g, _y, a, _b: np.reshape(np.matmul(np.ravel(a), g), _b.shape),
    dense=True,
)
defvjp(
    np.kron,
    lambda g, _y, _a, b: _kron_back(g, _a, b, first=True),
    lambda g, _y, a, _b: _kron_back(g, _b, a, first=False),
    dense=True,
)


# ----------------------------------------------------------------------------------------------------
# The cross product
# ----------------------------------------------------------------------------------------------------


def _in_space(v: Any) -> Any:
    """Vectors along the last axis; to those in a plane (NumPy < 2.5) a third component is added."""
    return v if v.shape[-1] == 3 else np.concatenate([v, np.zeros((*v.shape[:-1], 1), v.dtype)], axis=-1)


def _cross_back(g: Any, like: Any, like_axis: int, other: Any, other_axis: int, g_axis: int, first: bool) -> Any:
    """The gradient of one factor of a cross product; `like` has its shape."""
    size = like.shape[like_axis]
    other = np.moveaxis(other, other_axis, -1)
    if size == other.shape[-1] == 2:  # the result was the third component alone
        g = np.stack([np.zeros(g.shape, g.dtype), np.zeros(g.shape, g.dtype), g], axis=-1)
    else:
        g = np.moveaxis(g, g_axis, -1)
    other = _in_space(other)
    back = (np.cross(other, g) if first else np.cross(g, other))[..., :size]
    shape = tuple(n for i, n in enumerate(like.shape) if i != like_axis % like.ndim)
    if back.shape != (*shape, size):
        back = sum_to_shape(back, (*shape, size))
    return np.moveaxis(back, -1, like_axis)


def _cross_a(
    g: Any,
    _y: Any,
    _a: Any,
    b: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    return _cross_back(g, _a, axisa, b, axisb, axisc, first=True)


def _cross_b(
    g: Any,
    _y: Any,
    a: Any,
    _b: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    return _cross_back(g, _b, axisb, a, axisa, axisc, first=False)


defvjp(np.cross, _cross_a, _cross_b, linear=True)
