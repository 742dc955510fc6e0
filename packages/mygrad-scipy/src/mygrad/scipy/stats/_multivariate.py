"""The normal distribution of vectors."""

from __future__ import annotations

import inspect
import math
from itertools import product
from typing import Any

import numpy as np
import scipy.stats

from mygrad.extend import lifts
from mygrad.functional import custom_vjp
from mygrad.scipy import special as sp
from mygrad.scipy._called import no_derivative
from mygrad.scipy._operands import Array, array_operand, plain, refuse, refuse_complex, transposed
from mygrad.scipy.stats._distributions import Frozen, differentiated

__all__ = ["multivariate_normal"]

_LOG_2PI = math.log(2 * math.pi)
#: Older ones draw from a generator of their own.
_SCIPY_TAKES_RNG = "rng" in inspect.signature(scipy.stats.multivariate_normal.cdf).parameters


def _drawn_from(rng: Any) -> dict[str, Any]:
    """SciPy's keyword for the generator that integrals draw from, if one is given."""
    return {} if rng is None else {"rng": rng}


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


def _vectors(x: Any, n: int) -> Any:
    x = x.astype(float)
    return x[..., None] if x.ndim == 0 or (x.ndim == 1 and n == 1) else x


def _log_pdf(x: Any, mean: Any, cov: Any) -> Any:
    mean, cov = _parameters(mean, cov)
    n = len(mean)
    x = _vectors(x, n)
    factor = _factor(cov)
    whitened = np.linalg.solve(factor, np.reshape(x - mean, (-1, n)).T)
    squares = np.reshape(np.sum(np.square(whitened), axis=0), x.shape[:-1])
    return -(n * _LOG_2PI + np.squeeze(squares)) / 2 - np.sum(np.log(np.diagonal(factor)))


def _entropy(mean: Any, cov: Any) -> Any:
    mean, cov = _parameters(mean, cov)
    return len(mean) * (_LOG_2PI + 1) / 2 + np.sum(np.log(np.diagonal(_factor(cov))))


#: Further from the mean than so many deviations, densities are 0: infinite limits are put there.
_FAR = 40.0


def _without(i: int, n: int) -> list[int]:
    return [j for j in range(n) if j != i]


def _probability(limits: Any, cov: Any, how: dict[str, Any]) -> Any:
    """The probability below each of some limits, of shape (m, n), about a mean of 0.

    The slope by a limit is the density there, times the probability of the others given that one. By the covariance,
    the derivative is half of the second derivatives by the limits (Plackett's identity, and the heat equation).
    """
    n = limits.shape[1]
    if n == 0:
        return np.ones(len(limits))
    if n == 1:
        return sp.ndtr(limits[:, 0] / np.sqrt(cov[0, 0]))

    @custom_vjp
    def below(limits: Any, cov: Any) -> Any:
        # A generator of our own: gradients are the same each time, and the user's draws are not touched.
        drawn = _drawn_from(np.random.default_rng(0) if _SCIPY_TAKES_RNG else None)
        cdf = scipy.stats.multivariate_normal.cdf
        found = cdf(*plain([limits]), cov=plain(cov), allow_singular=True, **drawn, **how)
        return np.reshape(found, (len(limits),))

    def backward(kept: Any, g: Any) -> Any:
        limits, cov = kept
        by_limits = np.stack([_slope(limits, cov, i, how) for i in range(n)], axis=-1)
        by_cov = np.stack([_curvatures(limits, cov, i, by_limits[:, i], how) for i in range(n)], axis=1)
        return g[:, None] * by_limits, np.sum(g[:, None, None] * by_cov, axis=0) / 2

    below.defvjp(lambda limits, cov: (below(limits, cov), (limits, cov)), backward)
    return below(limits, cov)


def _given(limits: Any, cov: Any, i: int) -> tuple[Any, Any, Any]:
    """The density of component `i` at its limit, and the limits and the covariance of the others, given that."""
    others = _without(i, limits.shape[1])
    weights = cov[others, i] / cov[i, i]
    density = np.exp(-(np.square(limits[:, i]) / cov[i, i] + np.log(cov[i, i]) + _LOG_2PI) / 2)
    rest = cov[np.ix_(others, others)] - weights[:, None] * cov[i, others]
    return density, limits[:, others] - limits[:, i, None] * weights, rest


def _slope(limits: Any, cov: Any, i: int, how: dict[str, Any]) -> Any:
    density, limits, cov = _given(limits, cov, i)
    return density * _probability(limits, cov, how)


def _curvatures(limits: Any, cov: Any, i: int, slope: Any, how: dict[str, Any]) -> Any:
    """The second derivatives by limit `i` and each, of which `slope` is the first by limit `i`."""
    n = limits.shape[1]
    density, rest, rest_cov = _given(limits, cov, i)
    row = [density * _slope(rest, rest_cov, j, how) for j in range(n - 1)]
    mixed = sum(cov[i, j] * each for j, each in zip(_without(i, n), row, strict=True))
    return np.stack([*row[:i], -(limits[:, i] * slope + mixed) / cov[i, i], *row[i:]], axis=-1)


def _cdf(x: Any, mean: Any, cov: Any, lower: Any, how: dict[str, Any]) -> Any:
    mean, cov = _parameters(mean, cov)
    _factor(plain(cov))
    n = len(mean)
    x = _vectors(x, n)
    lower = np.full(n, -np.inf) if lower is None else np.asarray(lower, dtype=float)
    shape = np.broadcast_shapes(x.shape, lower.shape)
    far = _FAR * np.sqrt(np.diagonal(plain(cov)))
    ends = [np.reshape(np.broadcast_to(each, shape), (-1, n)) for each in (lower, x)]
    ends = [np.clip(each - mean, -far, far) for each in ends]
    bounded = np.any(np.isfinite(lower), axis=tuple(range(lower.ndim - 1))) | np.zeros(n, dtype=bool)
    total: Any = 0.0
    for corner in product(*[(1, 0) if each else (1,) for each in bounded]):
        sign = (-1) ** (n - sum(corner))
        at = np.stack([ends[which][:, i] for i, which in enumerate(corner)], axis=-1)
        total = total + sign * _probability(at, cov, how)
    return np.squeeze(np.reshape(total, shape[:-1]))


def _log_cdf(*args: Any) -> Any:
    y = _cdf(*args)
    return np.log(y + 0j if np.any(plain(y) < 0) else y)  # as in SciPy: negative where limits are swapped


class _FrozenNormal(Frozen):
    """With the tolerances of `cdf` among what is given."""

    def __init__(self, distribution: Any, kwargs: dict[str, Any], how: dict[str, Any], seed: Any) -> None:
        super().__init__(distribution, (), kwargs)
        self._how = how
        self._seed = scipy.stats.multivariate_normal.__class__(seed).random_state if _SCIPY_TAKES_RNG else None

    def cdf(self, x: Array, *, lower_limit: Any = None, rng: Any = None) -> Any:
        return self.dist.cdf(x, **self._integrated_by(lower_limit, rng))

    def logcdf(self, x: Array, *, lower_limit: Any = None, rng: Any = None) -> Any:
        return self.dist.logcdf(x, **self._integrated_by(lower_limit, rng))

    def _integrated_by(self, lower_limit: Any, rng: Any) -> dict[str, Any]:
        rng = self._seed if rng is None else rng
        return {**self.kwds, **self._how, "lower_limit": lower_limit, "rng": rng}

    def entropy(self) -> Any:
        return self.dist.entropy(self.kwds["mean"], self.kwds["cov"])


class MultivariateNormal:
    """The normal distribution of vectors, with the methods that are differentiable, under SciPy's signatures.

    See Also
    --------
    scipy.stats.multivariate_normal
    """

    name = "multivariate_normal"

    def __repr__(self) -> str:
        return f"<mygrad.scipy.stats.{self.name}>"

    def __call__(
        self,
        mean: Array = None,
        cov: Array = 1,
        allow_singular: bool = False,
        seed: Any = None,
        maxpts: int | None = None,
        abseps: float = 1e-5,
        releps: float = 1e-5,
    ) -> Frozen:
        """The distribution with its parameters given."""
        how = {"maxpts": maxpts, "abseps": abseps, "releps": releps}
        return _FrozenNormal(self, {"mean": mean, "cov": cov, "allow_singular": allow_singular}, how, seed)

    def cdf(self, x: Array, mean: Array = None, cov: Array = 1, *args: Any, **kwargs: Any) -> Any:
        """The probability of vectors of which no component is larger than that of `x`.

        Parameters
        ----------
        x : array_like, shape (..., n)
        mean, cov : array_like
        *args, **kwargs
            `allow_singular`, `maxpts`, `abseps`, `releps`, `lower_limit` and `rng`, as in SciPy. By `lower_limit` there
            is no derivative. SciPy integrates at random points, to `abseps`; so are derivatives for n > 2, which are
            as exact as that.

        Returns
        -------
        Tensor | np.ndarray

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.scipy.stats import multivariate_normal
        >>> x = mg.tensor([0.0, 0.0])
        >>> multivariate_normal.cdf(x, cov=[[1.0, 0.5], [0.5, 1.0]]).backward()
        >>> x.grad.round(6)
        array([0.199471, 0.199471])
        """
        return self._integrated("cdf", _cdf, x, mean, cov, *args, **kwargs)

    def logcdf(self, x: Array, mean: Array = None, cov: Array = 1, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of `cdf`."""
        return self._integrated("logcdf", _log_cdf, x, mean, cov, *args, **kwargs)

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

    def _integrated(
        self,
        method: str,
        formula: Any,
        x: Any,
        mean: Any,
        cov: Any,
        allow_singular: bool = False,
        maxpts: int | None = None,
        abseps: float = 1e-5,
        releps: float = 1e-5,
        *,
        lower_limit: Any = None,
        rng: Any = None,
    ) -> Any:
        refuse(f"{self.name}.{method}", lower_limit=lower_limit)
        lower = plain(lower_limit)
        how = {"maxpts": maxpts, "abseps": abseps, "releps": releps}
        theirs = getattr(scipy.stats.multivariate_normal, method)
        args = [refuse_complex(array_operand(x)), *self._operands(mean, cov)]
        return differentiated(
            lambda *args: theirs(*args, allow_singular=allow_singular, **how, lower_limit=lower, **_drawn_from(rng)),
            lambda *args: formula(*args, lower, how),
            args,
        )

    def _operands(self, mean: Any, cov: Any) -> list[Any]:
        if isinstance(cov, scipy.stats.Covariance):
            cov = cov.covariance
        return [None if mean is None else refuse_complex(array_operand(mean)), refuse_complex(array_operand(cov))]


multivariate_normal: Any = MultivariateNormal()


def _lift(method: str) -> None:
    @lifts(f"scipy.stats._multivariate.multivariate_normal_gen.{method}")
    def ours(_theirs: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(multivariate_normal, method)(*args, **kwargs)


for _method in ("__call__", "cdf", "entropy", "logcdf", "logpdf", "pdf"):
    _lift(_method)
