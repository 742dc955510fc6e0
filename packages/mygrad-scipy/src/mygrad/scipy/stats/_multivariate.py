"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.stats

from mygrad.extend import lifts
from mygrad.scipy._called import no_derivative
from mygrad.scipy._operands import Array, array_operand, refuse_complex, transposed
from mygrad.scipy.stats._distributions import Frozen, differentiated

__all__ = ["multivariate_normal"]

_LOG_2PI = math.log(2 * math.pi)


def _parameters(mean: Any, cov: Any, dim: Any = None) -> tuple[Any, Any]:
    """A vector and a matrix, of what SciPy takes for them: numbers, and diagonals, too."""
    if dim is None:
        sizes = [np.shape(a)[-1] for a in (mean, cov) if a is not None and np.ndim(a)]
        dim = max(sizes, default=1)
    mean = np.zeros(dim) if mean is None else np.reshape(mean, (dim,)).astype(float)
    cov = cov.astype(float)
    if cov.ndim < 2:
        return mean, cov * np.eye(dim)
    return mean, (cov + transposed(cov)) / 2


def _factor(cov: Any) -> Any:
    try:
        return np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        raise no_derivative("multivariate_normal", "the covariance is singular") from None


def _log_pdf(x: Any, mean: Any, cov: Any) -> Any:
    mean, cov = _parameters(mean, cov)
    x = x.astype(float)
    n = len(mean)
    x = x[..., None] if x.ndim == 0 or (x.ndim == 1 and n == 1) else x
    factor = _factor(cov)
    whitened = np.linalg.solve(factor, np.reshape(x - mean, (-1, n)).T)
    squares = np.reshape(np.sum(np.square(whitened), axis=0), x.shape[:-1])
    return -(n * _LOG_2PI + np.squeeze(squares)) / 2 - np.sum(np.log(np.diagonal(factor)))


def _entropy(mean: Any, cov: Any) -> Any:
    mean, cov = _parameters(mean, cov)
    return len(mean) * (_LOG_2PI + 1) / 2 + np.sum(np.log(np.diagonal(_factor(cov))))


class MultivariateNormal:
    """The normal distribution of vectors, with the methods that are differentiable, under SciPy's signatures.

    See Also
    --------
    scipy.stats.multivariate_normal
    """

    name = "multivariate_normal"

    def __repr__(self) -> str:
        return f"<mygrad.scipy.stats.{self.name}>"

    def __call__(self, mean: Array = None, cov: Array = 1, allow_singular: bool = False, **more: Any) -> Frozen:
        """The distribution with its parameters given."""
        del more  # the seed, and tolerances of what has no derivative
        return Frozen(self, (), {"mean": mean, "cov": cov, "allow_singular": allow_singular})

    def logpdf(self, x: Array, mean: Array = None, cov: Array = 1, allow_singular: bool = False) -> Any:
        """The logarithm of `pdf`."""
        return self._evaluated("logpdf", _log_pdf, allow_singular, x, mean, cov)

    def pdf(self, x: Array, mean: Array = None, cov: Array = 1, allow_singular: bool = False) -> Any:
        """The density at vectors, in the last axis of `x`."""
        return self._evaluated("pdf", lambda *args: np.exp(_log_pdf(*args)), allow_singular, x, mean, cov)

    def entropy(self, mean: Array = None, cov: Array = 1) -> Any:
        """The differential entropy."""
        return differentiated(scipy.stats.multivariate_normal.entropy, _entropy, self._operands(mean, cov))

    def _evaluated(self, method: str, formula: Any, allow_singular: bool, x: Any, mean: Any, cov: Any) -> Any:
        theirs = getattr(scipy.stats.multivariate_normal, method)
        args = [refuse_complex(array_operand(x)), *self._operands(mean, cov)]
        return differentiated(lambda *args: theirs(*args, allow_singular=allow_singular), formula, args)

    def _operands(self, mean: Any, cov: Any) -> list[Any]:
        if isinstance(cov, scipy.stats.Covariance):
            cov = cov.covariance
        return [None if mean is None else refuse_complex(array_operand(mean)), refuse_complex(array_operand(cov))]


multivariate_normal: Any = MultivariateNormal()


def _lift(method: str) -> None:
    @lifts(f"scipy.stats._multivariate.multivariate_normal_gen.{method}")
    def ours(_theirs: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(multivariate_normal, method)(*args, **kwargs)


for _method in ("__call__", "entropy", "logpdf", "pdf"):
    _lift(_method)
