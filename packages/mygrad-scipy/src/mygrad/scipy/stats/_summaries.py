"""Statistics of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.stats
from scipy.special import _ufuncs as sp

from mygrad.extend import has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, refuse_complex
from mygrad.scipy.stats._distributions import differentiated

__all__ = ["entropy", "gmean", "hmean", "kurtosis", "skew", "zscore"]


def _checked(name: str, nan_policy: str, *args: Any) -> list[Any]:
    if nan_policy == "omit" and has_variable(args):
        raise TypeError(
            f"{name}: beside variables, nan_policy='omit' is not available. Leave out what is nan: `x[~np.isnan(x)]`."
        )
    return [None if a is None else refuse_complex(array_operand(a)) for a in args]


def zscore(a: Array, axis: int | None = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    """Subtract the mean, and divide by the standard deviation.

    Parameters
    ----------
    a : array_like
    axis, ddof, nan_policy
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.zscore

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import zscore
    >>> zscore(mg.tensor([1.0, 2.0, 3.0]))
    Tensor([-1.22474487,  0.        ,  1.22474487])
    """

    def value(a: Any) -> Any:
        return scipy.stats.zscore(a, axis=axis, ddof=ddof, nan_policy=nan_policy)

    def formula(a: Any) -> Any:
        mean = np.mean(a, axis=axis, keepdims=True)
        return (a - mean) / np.std(a, axis=axis, ddof=ddof, keepdims=True)

    return differentiated(value, formula, _checked("zscore", nan_policy, a))


def _mean(
    name: str, f: Any, inverse: Any, a: Any, axis: Any, dtype: Any, weights: Any, nan_policy: str, keepdims: bool
) -> Any:
    """The mean of ``f(a)``, put through the inverse."""

    def value(a: Any, weights: Any) -> Any:
        how = {"axis": axis, "dtype": dtype, "nan_policy": nan_policy, "keepdims": keepdims}
        return getattr(scipy.stats, name)(a, weights=weights, **how)

    def formula(a: Any, weights: Any) -> Any:
        a = np.atleast_1d(a if dtype is None else a.astype(dtype))
        if weights is None:
            return inverse(np.mean(f(a), axis=axis, keepdims=keepdims))
        weights = np.broadcast_to(weights, a.shape)
        total = np.sum(weights * f(a), axis=axis, keepdims=keepdims)
        return inverse(total / np.sum(weights, axis=axis, keepdims=keepdims))

    return differentiated(value, formula, _checked(name, nan_policy, a, weights))


def gmean(
    a: Array,
    axis: int | None = 0,
    dtype: Any = None,
    weights: Any = None,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Compute the geometric mean.

    Parameters
    ----------
    a, weights : array_like
        Both may be variables.
    axis, dtype, nan_policy, keepdims
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.gmean

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import gmean
    >>> gmean(mg.tensor([1.0, 4.0]))
    Tensor(2.)
    """
    return _mean("gmean", np.log, np.exp, a, axis, dtype, weights, nan_policy, keepdims)


def hmean(
    a: Array,
    axis: int | None = 0,
    dtype: Any = None,
    *,
    weights: Any = None,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Compute the harmonic mean.

    Parameters
    ----------
    a, weights : array_like
        Both may be variables.
    axis, dtype, nan_policy, keepdims
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.hmean

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import hmean
    >>> hmean(mg.tensor([1.0, 4.0]))
    Tensor(1.6)
    """
    return _mean("hmean", np.reciprocal, np.reciprocal, a, axis, dtype, weights, nan_policy, keepdims)


def _moments(a: Any, axis: Any, keepdims: bool, order: int) -> tuple[Any, Any, Any]:
    """The size, and the second and another central moment."""
    a = np.atleast_1d(a)
    centred = a - np.mean(a, axis=axis, keepdims=True)
    n = a.size if axis is None else a.shape[axis]
    return n, *[np.mean(np.power(centred, k), axis=axis, keepdims=keepdims) for k in (2, order)]


def skew(
    a: Array, axis: int | None = 0, bias: bool = True, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """Compute the skewness.

    Parameters
    ----------
    a : array_like
    axis, bias, nan_policy, keepdims
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.skew

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import skew
    >>> skew(mg.tensor([1.0, 2.0, 6.0]))
    Tensor(0.59517006)
    """

    def value(a: Any) -> Any:
        return scipy.stats.skew(a, axis=axis, bias=bias, nan_policy=nan_policy, keepdims=keepdims)

    def formula(a: Any) -> Any:
        n, m2, m3 = _moments(a, axis, keepdims, 3)
        corrected = 1.0 if bias or n <= 2 else np.sqrt(n * (n - 1.0)) / (n - 2.0)
        return corrected * m3 / np.power(m2, 1.5)

    return differentiated(value, formula, _checked("skew", nan_policy, a))


def kurtosis(
    a: Array,
    axis: int | None = 0,
    fisher: bool = True,
    bias: bool = True,
    nan_policy: str = "propagate",
    *,
    keepdims: bool = False,
) -> Any:
    """Compute the kurtosis.

    Parameters
    ----------
    a : array_like
    axis, fisher, bias, nan_policy, keepdims
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.kurtosis

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import kurtosis
    >>> kurtosis(mg.tensor([1.0, 2.0, 6.0]))
    Tensor(-1.5)
    """

    def value(a: Any) -> Any:
        return scipy.stats.kurtosis(a, axis, fisher, bias, nan_policy, keepdims=keepdims)

    def formula(a: Any) -> Any:
        n, m2, m4 = _moments(a, axis, keepdims, 4)
        corrected = 1.0 if bias or n <= 3 else (n * n - 1.0) / ((n - 2) * (n - 3))
        return corrected * m4 / np.square(m2)

    return differentiated(value, formula, _checked("kurtosis", nan_policy, a))


@lifts("scipy.stats.entropy")
def entropy(
    pk: Array,
    qk: Any = None,
    base: float | None = None,
    axis: int | None = 0,
    *,
    nan_policy: str = "propagate",
    keepdims: bool = False,
) -> Any:
    """Compute the entropy of probabilities, or relative to others.

    Parameters
    ----------
    pk, qk : array_like
        Both may be variables. They need not sum to 1.
    base, axis, nan_policy, keepdims
        As in SciPy; with variables, the policy cannot be 'omit'.

    See Also
    --------
    scipy.stats.entropy

    Notes
    -----
    The derivative by a probability that is 0 is infinite. That by those which sum up to the same is not.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import entropy
    >>> p = mg.tensor([1.0, 3.0])
    >>> entropy(p, base=2).backward()
    >>> p.grad
    array([ 0.29718047, -0.09906016])
    """

    def value(pk: Any, qk: Any, base: Any) -> Any:
        return scipy.stats.entropy(pk, qk, base, axis, nan_policy=nan_policy, keepdims=keepdims)

    def formula(pk: Any, qk: Any, base: Any) -> Any:
        p = np.sum(pk, axis=axis, keepdims=keepdims)
        if qk is None:
            found = np.log(p) + np.sum(sp.entr(pk), axis=axis, keepdims=keepdims) / p
        else:
            pk, qk = np.broadcast_arrays(pk, qk)
            p, q = [np.sum(x, axis=axis, keepdims=keepdims) for x in (pk, qk)]
            found = np.log(q / p) + np.sum(sp.rel_entr(pk, qk), axis=axis, keepdims=keepdims) / p
        return found if base is None else found / np.log(base)

    return differentiated(value, formula, _checked("entropy", nan_policy, pk, qk, base))
