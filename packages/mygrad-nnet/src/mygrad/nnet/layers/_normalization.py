"""Normalization: of the channels of a batch, or of each datum by itself."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mygrad.extend import defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, scalar, widened

__all__ = ["Groups", "fitted", "normalized"]


#: From this length on, BLAS takes less time for an inner product than einsum.
LONG = 128


def fitted(where: str, shape: tuple[int, ...], gamma: Any, beta: Any, eps: Any) -> tuple[Any, Any, float]:
    """`gamma` and `beta`, in this shape if they are not None, and `eps`, if it is not negative.

    `where` is how messages begin: ``"layer: for ..."``.
    """
    gamma, beta = (_shaped(where, shape, name, given) for name, given in {"gamma": gamma, "beta": beta}.items())
    eps = scalar("eps", eps)
    if not eps >= 0:
        raise ValueError(f"{where.partition(':')[0]}: `eps` must not be negative, but is {eps}")
    return gamma, beta, eps


def _shaped(where: str, shape: tuple[int, ...], name: str, given: Any) -> Any:
    """What was given in this shape, if that leaves no doubt about which entry is which."""
    if given is None:
        return None
    given = arrayed(given)
    if given.dtype.kind == "c":
        raise TypeError(f"{where}, `{name}` must hold real numbers, but is of dtype {given.dtype}")
    if given.shape == shape:
        return given
    lengths = [length for length in shape if length != 1]
    if prod(given.shape) != prod(shape) or (
        len(lengths) > 1 and [length for length in given.shape if length != 1] != lengths
    ):
        raise ValueError(f"{where}, `{name}` must have shape {shape}, not {given.shape}")
    return given.reshape(shape)


def inverse_root(variance: Any, eps: float, equal: Any) -> Any:
    """``1 / sqrt(variance + eps)``; but if `eps` is 0, 0 for groups of equal entries: they are normalized to 0."""
    if eps:
        return 1 / np.sqrt(variance + eps)
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
    flat : tuple[int, ...]
        The shape in which numbers for the groups are combined with the array.
    size : int
        The number of entries of each group; at least 1.
    mean, rest, variance, inverse : ndarray, shape (G,)
        For each group the mean, what is to be added to it since it was rounded, the variance, and the inverse of the
        standard deviation.
    """

    __slots__ = ("axes", "eps", "flat", "inverse", "mean", "rest", "shape", "size", "variance")

    def __init__(self, axes: tuple[int, ...], shape: tuple[int, int, int], eps: float) -> None:
        n, g, m = shape
        self.axes, self.shape, self.eps = axes, shape, eps
        self.flat = (n, g * m) if n > 1 or m == 1 else shape
        self.size = max(n * m, 1)

    def spread(self, numbers: Any) -> Any:
        """Numbers for the groups, such that they broadcast with a flat array."""
        if len(self.flat) == 3:
            return numbers[:, None]
        # Long rows are quicker than many that are short, so that it pays to write the numbers out.
        return numbers if self.shape[2] == 1 else numbers.repeat(self.shape[2])

    def total(self, x: Any) -> Any:
        """For each group, the sum of a flat array."""
        return np.ones(len(x), x.dtype) @ x if self.shape[2] == 1 else np.einsum("ngm->g", x.reshape(self.shape))

    def inner(self, x: Any, y: Any) -> Any:
        """For each group, the inner product of two flat arrays."""
        if self.shape[2] == 1:
            return np.einsum("ng,ng->g", x, y)
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
        x, result = x.reshape(self.flat), np.empty(x.shape, x.dtype)
        y = result.reshape(self.flat)
        self.mean = self.total(x) / self.size
        np.subtract(x, self.spread(self.mean), out=y)
        self.rest = self.total(y) / self.size
        variance = self.variance = np.maximum(self.inner(y, y) / self.size - self.rest * self.rest, 0)
        self.inverse = inverse_root(variance, self.eps, None if self.eps else self.equal(x) | (variance == 0))
        factor = self.inverse if gamma is None else self.inverse * gamma
        y *= self.spread(factor)
        y += self.spread(-self.rest * factor if beta is None else beta - self.rest * factor)
        return result

    def pull_back(self, g: Any, x: Any, gamma: Any) -> tuple[Any, Any, Any]:
        """The gradients of `x`, `gamma` and `beta`."""
        of_x = np.empty(x.shape, x.dtype)
        g, gx = np.ascontiguousarray(g).reshape(self.flat), of_x.reshape(self.flat)
        deviations = x.reshape(self.flat) - self.spread(self.mean)
        of_beta = self.total(g)
        of_gamma = (self.inner(g, deviations) - of_beta * self.rest) * self.inverse
        slope = of_gamma * self.inverse / self.size
        deviations *= self.spread(slope)
        np.subtract(g, self.spread(of_beta / self.size - slope * self.rest), out=gx)
        gx -= deviations
        gx *= self.spread(self.inverse if gamma is None else self.inverse * gamma)
        return of_x, of_gamma, of_beta


def _floats(*arrays: Any) -> list[Any]:
    """The arrays, where there are any, in one dtype: that of the result."""
    given = [None if a is None else floats(a) for a in arrays]
    dtype = np.result_type(*[a for a in given if a is not None])
    return [None if a is None else a.astype(dtype, copy=False) for a in given]


def _widened(*arrays: Any) -> list[Any]:
    return [None if a is None else widened(a) for a in arrays]


@primitive
def normalized(x: Any, gamma: Any, beta: Any, groups: Groups) -> Any:
    """`x`, each group normalized to zero mean and unit variance, times `gamma`, plus `beta`."""
    x, gamma, beta = _floats(x, gamma, beta)
    return groups.normalize(*_widened(x, gamma, beta)).astype(x.dtype, copy=False)


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    x, gamma, _beta, groups = node.parents
    if x.data is None:  # only `beta` is a variable
        return [None, None, np.sum(widened(g), axis=groups.axes)]
    arrays = _floats(g, x.data, None if gamma is None else gamma.data)
    return list(groups.pull_back(*_widened(*arrays)))


# The same once more as differentiable formulas, for higher derivatives.


def _standardized(x: Any, groups: Groups) -> tuple[Any, Any]:
    """`x` normalized, and the inverse of the standard deviation."""
    deviations = x - np.mean(x, axis=groups.axes, keepdims=True)
    variance = np.mean(deviations * deviations, axis=groups.axes, keepdims=True)
    inverse = inverse_root(variance, groups.eps, np.reshape(groups.inverse == 0, variance.shape))
    return deviations * inverse, inverse


def _x_vjp(g: Any, _y: Any, x: Any, gamma: Any, _beta: Any, groups: Groups) -> Any:
    g, x, gamma = _widened(g, x, gamma)
    z, inverse = _standardized(x, groups)
    g = g if gamma is None else g * np.reshape(gamma, (-1, *[1] * (g.ndim - 2)))
    means = np.mean(g, axis=groups.axes, keepdims=True) + z * np.mean(g * z, axis=groups.axes, keepdims=True)
    return (g - means) * inverse


def _gamma_vjp(g: Any, _y: Any, x: Any, _gamma: Any, _beta: Any, groups: Groups) -> Any:
    g, x = _widened(g, x)
    return np.sum(g * _standardized(x, groups)[0], axis=groups.axes)


def _beta_vjp(g: Any, _y: Any, _x: Any, _gamma: Any, _beta: Any, groups: Groups) -> Any:
    return np.sum(widened(g), axis=groups.axes)


defvjp(normalized, _x_vjp, _gamma_vjp, _beta_vjp, vjp_all=_vjp_all)
