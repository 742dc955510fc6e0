"""Distances between points, as functions of these."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial.distance

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, plain, refuse, refuse_complex
from mygrad.scipy.spatial._metrics import metric_of, metrics, of_all_points

__all__ = ["cdist", "pdist", "squareform"]


def _cdist_composition(xa: Any, xb: Any, metric: Any, how: dict[str, Any]) -> Any:
    return of_all_points(metric, np.concatenate([xa, xb]), how)(xa[:, None], xb[None])


def _pdist_composition(x: Any, metric: Any, how: dict[str, Any]) -> Any:
    first, second = np.triu_indices(x.shape[0], 1)
    return of_all_points(metric, x, how)(x[first], x[second])


_cdist = composed(lambda xa, xb, metric, how: scipy.spatial.distance.cdist(xa, xb, metric, **how), _cdist_composition)
_pdist = composed(lambda x, metric, how: scipy.spatial.distance.pdist(x, metric, **how), _pdist_composition)


def _check(function: Any, points: list[Any], metric: Any, out: Any, how: dict[str, Any]) -> None:
    where = function.__name__
    refuse(where, **{key: value for key, value in how.items() if key not in ("w", "V", "VI")})
    refuse_complex(how)
    if out is not None:
        raise TypeError(f"{where}: beside variables, there can be no `out`")
    if metric_of(metric) is None:
        function(*plain(points), metric, **plain(how))  # and its errors
        raise TypeError(f"{where}: the metric {metric!r} has no derivative here. There are {metrics}")


@lifts("scipy.spatial.distance.cdist")
def cdist(XA: Array, XB: Array, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any) -> Any:
    """The distance of each point to each of others.

    Parameters
    ----------
    XA : array_like, shape (m, k)
    XB : array_like, shape (n, k)
    metric : str or function of SciPy's
        Of variables, any that measures numbers, and not truth values.
    out : ndarray, optional
        Not beside variables.
    **kwargs
        What the metric takes. Gradients flow to `w`, `V` and `VI`.

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
    points = [array_operand(XA, float), array_operand(XB, float)]
    _check(scipy.spatial.distance.cdist, points, metric, out, kwargs)
    return _cdist(*points, metric, kwargs)


@lifts("scipy.spatial.distance.pdist")
def pdist(X: Array, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any) -> Any:
    """The distances between points.

    Parameters
    ----------
    X : array_like, shape (m, k)
    metric : str or function of SciPy's
        Of variables, any that measures numbers, and not truth values.
    out : ndarray, optional
        Not beside variables.
    **kwargs
        What the metric takes. Gradients flow to `w`, `V` and `VI`.

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
    X = array_operand(X, float)
    _check(scipy.spatial.distance.pdist, [X], metric, out, kwargs)
    return _pdist(X, metric, kwargs)


def _squareform_composition(x: Any, _force: str, _checks: bool) -> Any:
    if x.ndim == 2:
        return x[np.triu_indices(x.shape[0], 1)]
    places = scipy.spatial.distance.squareform(np.arange(1, x.size + 1))
    return np.concatenate([np.zeros(1, x.dtype), x])[places]


_squareform = composed(scipy.spatial.distance.squareform, _squareform_composition)


@lifts("scipy.spatial.distance.squareform")
def squareform(X: Array, force: str = "no", checks: bool = True) -> Any:
    """Distances of all pairs as a symmetric matrix, or those of such a matrix in one row.

    Parameters
    ----------
    X : array_like
        The distances, as `pdist` returns them, or a matrix; of this, the gradient is by what is above the diagonal.
    force, checks
        As in SciPy.

    See Also
    --------
    scipy.spatial.distance.squareform

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.spatial.distance import squareform
    >>> d = mg.tensor([1.0, 2.0, 3.0])
    >>> y = squareform(d)
    >>> y.sum().backward()
    >>> y, d.grad
    (Tensor([[0., 1., 2.],
            [1., 0., 3.],
            [2., 3., 0.]]), array([2., 2., 2.]))
    """
    return _squareform(array_operand(X), force, checks)
