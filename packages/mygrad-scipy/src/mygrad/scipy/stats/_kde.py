"""Densities that are estimated from samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.stats

from mygrad.extend import lifts
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex
from mygrad.scipy.special import logsumexp
from mygrad.scipy.stats._distributions import differentiated

__all__ = ["gaussian_kde"]


@lifts("scipy.stats.gaussian_kde")
class gaussian_kde:
    """The density that normal distributions around samples give together.

    Parameters
    ----------
    dataset : array_like, shape (n,) or (d, n)
        The samples, by which it is differentiated.
    bw_method : str, float or Callable, optional
        As in SciPy; a number may be a variable.
    weights : array_like, shape (n,), optional
        Those of the samples, by which it is differentiated, too.

    See Also
    --------
    scipy.stats.gaussian_kde

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import gaussian_kde
    >>> x = mg.tensor([0.0, 1.0, 3.0])
    >>> y = gaussian_kde(x).logpdf([1.0])
    >>> y.backward()
    >>> y.round(6), x.grad.round(6)
    (Tensor([-1.537604]), array([ 0.356199,  0.028878, -0.321901]))
    """

    def __init__(self, dataset: Array, bw_method: Any = None, weights: Any = None) -> None:
        self.dataset: Any = np.atleast_2d(refuse_complex(array_operand(dataset)))
        self._weights: Any = (
            None if weights is None else np.atleast_1d(refuse_complex(array_operand(weights))).astype(float)
        )
        known = bw_method is None or callable(bw_method) or isinstance(bw_method, str)
        self._bandwidth: Any = bw_method if known else None
        self._number: Any = array_operand(bw_method) if self._bandwidth is not bw_method else None
        self._theirs()  # and its errors
        self.d: int = self.dataset.shape[0]
        self.n: int = self.dataset.shape[1]

    def _theirs(self, dataset: Any = None, weights: Any = None, number: Any = None) -> Any:
        dataset, weights, number = [
            plain(own) if given is None else given
            for own, given in zip((self.dataset, self._weights, self._number), (dataset, weights, number), strict=True)
        ]
        method = self._bandwidth if number is None else float(number)
        return scipy.stats.gaussian_kde(dataset, method, weights)

    def evaluate(self, points: Array) -> Any:
        """The density at `points`, in the columns of a matrix."""
        return self._evaluated("evaluate", lambda *args: np.exp(self._log_density(*args)), points)

    def __call__(self, points: Array) -> Any:
        """The density, as `evaluate` gives it."""
        return self.evaluate(points)

    def pdf(self, x: Array) -> Any:
        """The density, as `evaluate` gives it."""
        return self.evaluate(x)

    def logpdf(self, x: Array) -> Any:
        """The logarithm of the density."""
        return self._evaluated("logpdf", self._log_density, x)

    def _evaluated(self, method: str, formula: Any, points: Any) -> Any:
        def value(points: Any, *parts: Any) -> Any:
            return getattr(self._theirs(*parts), method)(points)

        return differentiated(
            value, formula, [refuse_complex(array_operand(points)), self.dataset, self._weights, self._number]
        )

    def _log_density(self, points: Any, dataset: Any, weights: Any, number: Any) -> Any:
        points = np.atleast_2d(points)
        if points.shape[0] != self.d and points.shape == (1, self.d):  # one point
            points = points.T
        share = np.full(self.n, 1 / self.n) if weights is None else weights / np.sum(weights)
        effective = 1 / np.sum(np.square(share))
        centred = dataset - np.sum(share * dataset, axis=-1, keepdims=True)
        cov = np.matmul(share * centred, centred.T) / (1 - 1 / effective)
        factor = np.linalg.cholesky(cov) * self._width(effective, number)
        x, y = np.linalg.solve(factor, points), np.linalg.solve(factor, dataset)
        squares = np.sum(np.square(x[:, :, None] - y[:, None, :]), axis=0)
        scale = np.sum(np.log(np.diagonal(factor))) + self.d * np.log(2 * np.pi) / 2
        return logsumexp(-squares / 2, axis=-1, b=share) - scale

    def _width(self, effective: Any, number: Any) -> Any:
        """The factor of the standard deviations, of the effective number of samples."""
        if number is not None:
            return number
        if callable(self._bandwidth):
            refuse("gaussian_kde with a function for its bandwidth", weights=self._weights, dataset=self.dataset)
            return self._theirs().factor
        if self._bandwidth == "silverman":
            return np.power(effective * (self.d + 2.0) / 4.0, -1.0 / (self.d + 4))
        return np.power(effective, -1.0 / (self.d + 4))
