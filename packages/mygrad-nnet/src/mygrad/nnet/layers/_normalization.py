"""Normalization: of the channels of a batch, or of each datum by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from mygrad.extend import defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, scalar, widened

__all__ = ["Data", "Groups", "fitted", "normalized", "normalized_each"]


#: From this length on, BLAS takes less time for an inner product than einsum.
LONG = 128
#: Up to this size, it takes less time to make products and have BLAS add them up.
CACHED = 2**17


def fitted(where: Callable[[], str], shape: tuple[int, ...], gamma: Any, beta: Any, eps: Any) -> tuple[Any, Any, float]:
    """`gamma` and `beta`, in this shape if they are not None, and `eps`, if it is not negative.

    `where` tells how messages begin: ``"layer: for ..."``.
    """
    gamma, beta = _shaped(where, shape, "gamma", gamma), _shaped(where, shape, "beta", beta)
    eps = scalar("eps", eps)
    if not eps >= 0:
        raise ValueError(f"{where().partition(':')[0]}: `eps` must not be negative, but is {eps}")
    return gamma, beta, eps


def _shaped(where: Callable[[], str], shape: tuple[int, ...], name: str, given: Any) -> Any:
    """What was given in this shape, if that leaves no doubt about which entry is which."""
    if given is None:
        return None
    given = arrayed(given)
    if given.dtype.kind == "c":
        raise TypeError(f"{where()}, `{name}` must hold real numbers, but is of dtype {given.dtype}")
    if given.shape == shape:
        return given
    lengths = [length for length in shape if length != 1]
    if prod(given.shape) != prod(shape) or (
        len(lengths) > 1 and [length for length in given.shape if length != 1] != lengths
    ):
        raise ValueError(f"{where()}, `{name}` must have shape {shape}, not {given.shape}")
    return given.reshape(shape)


@lru_cache(maxsize=16)
def filled(length: int, number: float, dtype: Any) -> Any:
    """A vector of one number over and over, never written to: products with it are sums, or means."""
    return np.full(length, number, dtype)


def inverse_root(variance: Any, eps: float, equal: Any) -> Any:
    """``1 / sqrt(variance + eps)``; but if `eps` is 0, 0 for groups of equal entries: they are normalized to 0."""
    if eps:
        return np.reciprocal(np.sqrt(variance + eps))
    return np.where(equal, 0, 1 / np.sqrt(np.where(equal, 1, variance)))


class Groups:
    """Which entries of an array are normalized together, and what the forward pass leaves for the backward.

    Parameters
    ----------
    axes : tuple[int, ...]
        The axes that run within the groups.
    shape : tuple[int, int, int]
        The array reshaped to (N, G, M), the entries of each of G groups being on the first and on the last axis.
    eps : float

    Attributes
    ----------
    summed : tuple[int, ...]
        The axes along which the gradients of `gamma` and `beta` are sums: the same.
    broadcast : tuple[int, ...]
        The shape in which these are combined with the array.
    flat : tuple[int, ...]
        The shape in which numbers for the groups are combined with the array.
    size : int
        The number of entries of each group; at least 1.
    deviations : ndarray
        From the means of the groups; flat.
    mean, rest, variance, inverse, factor : ndarray, shape (G,)
        For each group the mean, what is to be added to it since it was rounded, the variance, the inverse of the
        standard deviation, and that times `gamma`.
    """

    __slots__ = (
        "axes",
        "broadcast",
        "deviations",
        "eps",
        "factor",
        "flat",
        "inverse",
        "mean",
        "rest",
        "shape",
        "size",
        "summed",
        "variance",
    )

    def __init__(self, axes: tuple[int, ...], shape: tuple[int, int, int], eps: float) -> None:
        n, g, m = shape
        self.axes = self.summed = axes
        self.shape, self.eps = shape, eps
        self.broadcast = (g, *[1] * (len(axes) - 1))
        self.flat = (n, g * m) if n > 1 or m == 1 else shape
        self.size = max(n * m, 1)

    def __repr__(self) -> str:
        return f"eps={self.eps:g}"

    def spread(self, numbers: Any) -> Any:
        """Numbers for the groups, such that they broadcast with a flat array."""
        if len(self.flat) == 3:
            return numbers[:, None]
        # Long rows are quicker than many that are short, so that it pays to write the numbers out.
        return numbers if self.shape[2] == 1 else numbers.repeat(self.shape[2])

    def total(self, x: Any) -> Any:
        """For each group, the sum of a flat array."""
        if self.shape[2] != 1:
            return np.einsum("ngm->g", x.reshape(self.shape))
        return filled(len(x), 1.0, x.dtype) @ x

    def inner(self, x: Any, y: Any) -> Any:
        """For each group, the inner product of two flat arrays."""
        if self.shape[2] == 1:
            return self.total(x * y) if x.size < CACHED else np.einsum("ng,ng->g", x, y)
        x, y = x.reshape(self.shape), y.reshape(self.shape)
        if self.shape[2] < LONG:
            return np.einsum("ngm,ngm->g", x, y)
        return np.vecdot(x, y).sum(axis=0)

    def equal(self, x: Any) -> Any:
        """For each group, whether its entries are all equal: their variance may come out positive, for rounding."""
        x = x.reshape(self.shape)
        return (x == x[:1, :, :1]).all(axis=(0, 2))

    def normalize(self, x: Any, gamma: Any, beta: Any) -> Any:
        """`x` with zero mean and unit variance, times `gamma`, plus `beta`: all of one dtype."""
        result = np.empty(x.shape, x.dtype)
        x, y = x.reshape(self.flat), result.reshape(self.flat)
        self.mean = self.total(x) / self.size
        d = self.deviations = x - self.spread(self.mean)
        self.rest = self.total(d) / self.size
        variance = self.variance = np.maximum(self.inner(d, d) / self.size - self.rest * self.rest, 0)
        self.inverse = inverse_root(variance, self.eps, None if self.eps else self.equal(x) | (variance == 0))
        factor = self.factor = self.inverse if gamma is None else self.inverse * gamma
        np.multiply(d, self.spread(factor), out=y)
        y += self.spread(-self.rest * factor if beta is None else beta - self.rest * factor)
        return result

    def pull_back(self, g: Any) -> tuple[Any, Any, Any]:
        """The gradients of `x`, `gamma` and `beta`."""
        of_x = np.empty(g.shape, g.dtype)
        g, gx, d, factor = g.reshape(self.flat), of_x.reshape(self.flat), self.deviations, self.factor
        of_beta = self.total(g)
        of_gamma = (self.inner(g, d) - of_beta * self.rest) * self.inverse
        share = factor / self.size
        slope = of_gamma * self.inverse * share
        np.multiply(g, self.spread(factor), out=gx)
        gx -= d * self.spread(slope)
        gx += self.spread(slope * self.rest - of_beta * share)
        return of_x, of_gamma, of_beta


class Data:
    """How the data of an array are normalized, each by itself, and what the forward pass leaves for the backward.

    Numbers for each datum times numbers for each of its entries are a matrix of rank 1, which BLAS makes in less time
    than it takes to combine rows with single numbers.

    Parameters
    ----------
    axis : int
        The first axis that runs within a datum.
    shape : tuple[int, ...]
        That of the array.
    eps : float

    Attributes
    ----------
    axes, summed : tuple[int, ...]
        The axes that run within a datum, and the others.
    broadcast : tuple[int, ...]
        The shape in which `gamma` and `beta` are combined with the array.
    flat : tuple[int, int]
        The number of data, and that of the entries of each.
    deviations : ndarray
        From the means; flat.
    rest : ndarray
        What the means have lost in rounding.
    rows : ndarray
        0, `gamma` and `beta`.
    columns : ndarray
        For each datum numbers in four rows. The first two, 0 and the inverse of the standard deviation, times 0 and
        `gamma` are what `deviations` are multiplied by; the others times `gamma` and `beta`, what is subtracted then.
    """

    __slots__ = ("axes", "broadcast", "columns", "deviations", "eps", "flat", "rest", "rows", "summed")

    def __init__(self, axis: int, shape: tuple[int, ...], eps: float) -> None:
        self.summed, self.axes, self.eps = tuple(range(axis)), tuple(range(axis, len(shape))), eps
        self.broadcast = shape[axis:]
        self.flat = prod(shape[:axis]), prod(self.broadcast)

    def __repr__(self) -> str:
        return f"axis={len(self.summed)}, eps={self.eps:g}"

    @property
    def inverse(self) -> Any:
        """The inverses of the standard deviations."""
        return self.columns[1]

    def _spread(self, numbers: Any) -> Any:
        """Numbers for the data, written out for all their entries: that is quicker than to broadcast short rows."""
        return numbers.repeat(self.flat[1]).reshape(self.flat)

    def normalize(self, x: Any, gamma: Any, beta: Any) -> Any:
        """`x` with zero mean and unit variance, times `gamma`, plus `beta`: all of one dtype."""
        result = np.empty(x.shape, x.dtype)
        x, y, parts = x.reshape(self.flat), result.reshape(self.flat), self._parts(x.dtype)
        d = self.deviations = self._spread(x @ parts)
        np.subtract(x, d, out=d)
        rest = self.rest = d @ parts
        variance = np.vecdot(d, d)
        variance /= len(parts) or 1
        variance -= rest * rest
        np.maximum(variance, 0, out=variance)
        equal = None if self.eps else (x == x[:, :1]).all(axis=1) | (variance == 0)
        # The products of two columns each with `gamma` and `beta`: BLAS takes less time for two than for one.
        rows, columns = np.zeros((3, len(parts)), x.dtype), np.zeros((4, len(x)), x.dtype)
        self.rows, self.columns = rows, columns
        rows[1] = 1 if gamma is None else gamma.reshape(-1)
        rows[2] = 0 if beta is None else beta.reshape(-1)
        inverse = columns[1] = inverse_root(variance, self.eps, equal)
        np.multiply(rest, inverse, out=columns[2])
        columns[3] = -1
        np.matmul(columns[:2].T, rows[:2], out=y)
        y *= d
        y -= columns[2:].T @ rows[1:]
        return result

    def pull_back(self, g: Any) -> tuple[Any, Any, Any]:
        """The gradients of `x`, `gamma` and `beta`."""
        of_x = np.empty(g.shape, g.dtype)  # and not a view of `gx`, which the engine would copy
        g, gx, d, parts = g.reshape(self.flat), of_x.reshape(self.flat), self.deviations, self._parts(g.dtype)
        rows, columns, inverse = self.rows, self.columns, self.inverse
        np.matmul(columns[:2].T, rows[:2], out=gx)
        gx *= g
        mean = gx @ parts  # of the very numbers that it is subtracted from: a single one leaves 0
        products = g * d
        of_gamma = inverse @ products
        of_rest, of_beta = columns[2:] @ g
        of_gamma -= of_rest
        slope = products @ (rows[1] * parts)
        del products  # so that what comes next lies in the same memory, which is in the cache
        slope *= inverse
        slope -= self.rest * mean
        slope *= inverse
        slope *= inverse
        slopes = self._spread(slope)
        slopes *= d
        gx -= slopes
        del slopes
        slope *= self.rest
        mean -= slope
        gx -= self._spread(mean)
        of_beta = np.negative(of_beta)
        if len(self.broadcast) == 1:
            return of_x, of_gamma, of_beta
        return of_x, of_gamma.reshape(self.broadcast), of_beta.reshape(self.broadcast)

    def _parts(self, dtype: Any) -> Any:
        """What the entries of a datum are multiplied by, to add up to their mean."""
        length = self.flat[1]
        return filled(length, 1 / (length or 1), dtype)


def _widened(*arrays: Any) -> list[Any]:
    return [None if a is None else widened(a) for a in arrays]


def _normalize(x: Any, gamma: Any, beta: Any, groups: Groups | Data) -> Any:
    dtype = x.dtype
    if dtype.char in "fd" and (gamma is None or gamma.dtype is dtype) and (beta is None or beta.dtype is dtype):
        return groups.normalize(x, gamma, beta)  # to look closer takes microseconds
    given: list[Any] = [None if a is None else floats(a) for a in (x, gamma, beta)]
    dtype = np.result_type(*[a for a in given if a is not None])
    wide = _widened(*[None if a is None else a.astype(dtype, copy=False) for a in given])
    return groups.normalize(*wide).astype(dtype, copy=False)


@primitive
def normalized(x: Any, gamma: Any, beta: Any, groups: Groups) -> Any:
    """`x`, each group normalized to zero mean and unit variance, times `gamma`, plus `beta`."""
    return _normalize(x, gamma, beta, groups)


@primitive
def normalized_each(x: Any, gamma: Any, beta: Any, groups: Data) -> Any:
    """The same, each datum by itself."""
    return _normalize(x, gamma, beta, groups)


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    x, _gamma, _beta, groups = node.parents
    if x.data is None:  # only `beta` is a variable
        return [None, None, np.sum(widened(g), axis=groups.summed)]
    return list(groups.pull_back(g.astype(groups.deviations.dtype, order="C", copy=False)))


# The same once more as differentiable formulas, for higher derivatives.


def _standardized(x: Any, groups: Groups | Data) -> tuple[Any, Any]:
    """`x` normalized, and the inverse of the standard deviation."""
    deviations = x - np.mean(x, axis=groups.axes, keepdims=True)
    variance = np.mean(deviations * deviations, axis=groups.axes, keepdims=True)
    inverse = inverse_root(variance, groups.eps, np.reshape(groups.inverse == 0, variance.shape))
    return deviations * inverse, inverse


def _x_vjp(g: Any, _y: Any, x: Any, gamma: Any, _beta: Any, groups: Groups | Data) -> Any:
    g, x, gamma = _widened(g, x, gamma)
    z, inverse = _standardized(x, groups)
    g = g if gamma is None else g * np.reshape(gamma, groups.broadcast)
    means = np.mean(g, axis=groups.axes, keepdims=True) + z * np.mean(g * z, axis=groups.axes, keepdims=True)
    return (g - means) * inverse


def _gamma_vjp(g: Any, _y: Any, x: Any, _gamma: Any, _beta: Any, groups: Groups | Data) -> Any:
    g, x = _widened(g, x)
    return np.sum(g * _standardized(x, groups)[0], axis=groups.summed)


def _beta_vjp(g: Any, _y: Any, _x: Any, _gamma: Any, _beta: Any, groups: Groups | Data) -> Any:
    return np.sum(widened(g), axis=groups.summed)


defvjp(normalized, _x_vjp, _gamma_vjp, _beta_vjp, vjp_all=_vjp_all, name="batchnorm")
defvjp(normalized_each, _x_vjp, _gamma_vjp, _beta_vjp, vjp_all=_vjp_all, name="layer_norm")
