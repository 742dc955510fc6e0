"""Distances of vectors in the last axis, written with functions that have derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial.distance
from scipy import special

__all__ = ["metric_of", "metrics", "of_all_points"]


def _root(x: Any, p: float = 2) -> Any:
    """The p-th root, with the derivative 0 at 0, as norms have it."""
    zero = x == 0
    return np.where(zero, 0, np.where(zero, 1, x) ** (1 / p))


def _sum(x: Any, w: Any) -> Any:
    return np.sum(x if w is None else x * w, axis=-1)


def _quotient(a: Any, b: Any) -> Any:
    """``a / b``, and 0 where both are."""
    zero = (a == 0) & (b == 0)
    return np.where(zero, 0, a / np.where(zero, 1, b))


def _chebyshev(a: Any, b: Any, w: Any = None) -> Any:
    between = np.abs(a - b)  # of which weights only tell whether it counts
    return np.max(between if w is None else np.where(w > 0, between, 0), axis=-1)


def _cosine(a: Any, b: Any, w: Any = None) -> Any:
    return 1 - _sum(a * b, w) / np.sqrt(_sum(a * a, w) * _sum(b * b, w))


def _correlation(a: Any, b: Any, w: Any = None) -> Any:
    weights = np.ones(a.shape[-1]) if w is None else w
    shares = weights / np.sum(weights)
    a, b = (x - np.sum(x * shares, axis=-1, keepdims=True) for x in (a, b))
    return _cosine(a, b, w)


def _jensenshannon(a: Any, b: Any) -> Any:
    p, q = (x / np.sum(x, axis=-1, keepdims=True) for x in (a, b))
    middle = (p + q) / 2
    divergence = np.sum(special.rel_entr(p, middle) + special.rel_entr(q, middle), axis=-1)
    return _root(divergence / 2)


def _minkowski(a: Any, b: Any, p: float = 2, w: Any = None) -> Any:
    if np.isinf(p):
        return _chebyshev(a, b, w)
    return _root(_sum(np.abs(a - b) ** p, w), p)


_METRICS: dict[str, Any] = {
    "braycurtis": lambda a, b, w=None: _quotient(_sum(np.abs(a - b), w), _sum(np.abs(a + b), w)),
    "canberra": lambda a, b, w=None: _sum(_quotient(np.abs(a - b), np.abs(a) + np.abs(b)), w),
    "chebyshev": _chebyshev,
    "cityblock": lambda a, b, w=None: _sum(np.abs(a - b), w),
    "correlation": _correlation,
    "cosine": _cosine,
    "euclidean": lambda a, b, w=None: _root(_sum((a - b) ** 2, w)),
    "jensenshannon": _jensenshannon,
    "mahalanobis": lambda a, b, VI: _root(np.sum(np.matmul(a - b, VI) * (a - b), axis=-1)),
    "minkowski": _minkowski,
    "seuclidean": lambda a, b, V: _root(np.sum((a - b) ** 2 / V, axis=-1)),
    "sqeuclidean": lambda a, b, w=None: _sum((a - b) ** 2, w),
}

_SHORT = {
    "chebyshev": "chebychev cheby cheb ch",
    "cityblock": "cblock cb c",
    "correlation": "co",
    "cosine": "cos",
    "euclidean": "euclid eu e",
    "jensenshannon": "js",
    "mahalanobis": "mahal mah",
    "minkowski": "mi m pnorm",
    "seuclidean": "se s",
    "sqeuclidean": "sqe sqeuclid",
}
_NAMES = {short: name for name, all_of_them in _SHORT.items() for short in all_of_them.split()}

#: Those that have a derivative.
metrics: list[str] = sorted(_METRICS)


def metric_of(metric: Any) -> str | None:
    """The name of a metric: of one that has a derivative."""
    if callable(metric):
        name = getattr(metric, "__name__", "")
        return name if name in _METRICS and getattr(scipy.spatial.distance, name) is metric else None
    name = _NAMES.get(str(metric).lower(), str(metric).lower())
    return name if name in _METRICS else None


def of_all_points(metric: Any, points: Any, how: dict[str, Any]) -> Any:
    """The distance of vectors, as a function of these: what it needs to know of all points is what SciPy would take."""
    name: Any = metric_of(metric)
    if name == "seuclidean" and how.get("V") is None:
        how = {**how, "V": np.var(points, axis=0, ddof=1)}
    if name == "mahalanobis" and how.get("VI") is None:
        centered = points - np.mean(points, axis=0)
        how = {**how, "VI": np.linalg.inv(np.matmul(centered.T, centered) / (len(points) - 1))}
    return lambda a, b: _METRICS[name](a, b, **how)
