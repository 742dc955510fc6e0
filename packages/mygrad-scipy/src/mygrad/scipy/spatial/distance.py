"""Distances between points, as functions of these."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial.distance

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, refuse, refuse_complex

__all__ = ["cdist", "pdist"]


def _cosine(a: Any, b: Any) -> Any:
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return 1 - np.sum(a * b, axis=-1) / lengths


def _centered(x: Any) -> Any:
    return x - np.mean(x, axis=-1, keepdims=True)


def _minkowski(a: Any, b: Any, p: float = 2, w: Any = 1) -> Any:
    terms = np.abs(a - b) ** p
    return _root(np.sum(terms * w, axis=-1), p)


def _root(x: Any, p: float) -> Any:
    """The p-th root, with the derivative 0 at 0, as norms have it."""
    zero = x == 0
    return np.where(zero, 0, np.where(zero, 1, x) ** (1 / p))


#: The distance of vectors in the last axis.
_METRICS: dict[str, Any] = {
    "chebyshev": lambda a, b: np.max(np.abs(a - b), axis=-1),
    "cityblock": lambda a, b: np.sum(np.abs(a - b), axis=-1),
    "correlation": lambda a, b: _cosine(_centered(a), _centered(b)),
    "cosine": _cosine,
    "euclidean": lambda a, b: np.linalg.norm(a - b, axis=-1),
    "minkowski": _minkowski,
    "sqeuclidean": lambda a, b: np.sum((a - b) ** 2, axis=-1),
}


def _between(xa: Any, xb: Any, metric: str, **how: Any) -> Any:
    return _METRICS[metric](xa[:, None], xb[None], **how)


def _within(x: Any, metric: str, **how: Any) -> Any:
    first, second = np.triu_indices(x.shape[0], 1)
    return _METRICS[metric](x[first], x[second], **how)


_cdist = composed(scipy.spatial.distance.cdist, _between)
_pdist = composed(scipy.spatial.distance.pdist, _within)


def _check(function: str, metric: Any, kwargs: dict[str, Any]) -> None:
    refuse(function, **kwargs)
    known = ("p", "w") if metric == "minkowski" else ()
    if not isinstance(metric, str) or metric not in _METRICS:
        raise TypeError(f"{function}: the metric {metric!r} has no derivative here. There are {sorted(_METRICS)}")
    for name in kwargs:
        if name not in known:
            raise TypeError(f"{function}: beside variables, {metric!r} cannot be given `{name}`")


@lifts("scipy.spatial.distance.cdist")
def cdist(XA: Array, XB: Array, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any) -> Any:
    """The distance of each point to each of others.

    Parameters
    ----------
    XA : array_like, shape (m, k)
    XB : array_like, shape (n, k)
    metric : str
        Of variables: 'chebyshev', 'cityblock', 'correlation', 'cosine', 'euclidean', 'minkowski' or 'sqeuclidean'.
    out : ndarray, optional
        Not beside variables.
    **kwargs
        Of variables: `p` and `w`, for 'minkowski'.

    See Also
    --------
    scipy.spatial.distance.cdist

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.spatial.distance import cdist
    >>> x = mg.tensor([[3.0, 4.0]])
    >>> y = cdist(x, [[0.0, 0.0]])
    >>> y
    Tensor([[5.]])
    >>> y.backward()
    >>> x.grad
    array([[0.6, 0.8]])
    """
    XA, XB = refuse_complex([operand(XA), operand(XB)])
    if not has_variable([XA, XB, kwargs]):
        return scipy.spatial.distance.cdist(XA, XB, metric, out=out, **kwargs)
    if out is not None:
        raise TypeError("cdist: beside variables, there can be no `out`")
    _check("cdist", metric, kwargs)
    return _cdist(array_operand(XA, float), array_operand(XB, float), metric, **kwargs)


@lifts("scipy.spatial.distance.pdist")
def pdist(X: Array, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any) -> Any:
    """The distances between points.

    Parameters
    ----------
    X : array_like, shape (m, k)
    metric : str
        Of variables: 'chebyshev', 'cityblock', 'correlation', 'cosine', 'euclidean', 'minkowski' or 'sqeuclidean'.
    out : ndarray, optional
        Not beside variables.
    **kwargs
        Of variables: `p` and `w`, for 'minkowski'.

    See Also
    --------
    scipy.spatial.distance.pdist

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.spatial.distance import pdist
    >>> x = mg.tensor([[3.0, 4.0], [0.0, 0.0]])
    >>> pdist(x).backward()
    >>> x.grad
    array([[ 0.6,  0.8],
           [-0.6, -0.8]])
    """
    X = refuse_complex(operand(X))
    if not has_variable([X, kwargs]):
        return scipy.spatial.distance.pdist(X, metric, out=out, **kwargs)
    if out is not None:
        raise TypeError("pdist: beside variables, there can be no `out`")
    _check("pdist", metric, kwargs)
    return _pdist(array_operand(X, float), metric, **kwargs)
