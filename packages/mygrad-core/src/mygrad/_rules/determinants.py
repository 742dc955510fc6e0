"""Determinants, which have derivatives of all orders, singular or not; and roots of polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import imaginary, is_complex, scaled
from mygrad._rules.indexing import set_at
from mygrad._rules.recorded import assumed
from mygrad._rules.rule import defvjp, defvjp_several, primitive
from mygrad._rules.shapes import astype, transposed
from mygrad._rules.solving import inverses

__all__ = ["bases", "characteristic_polynomial", "cofactors", "slogdet"]

Array = np.ndarray[Any, Any]


# --- cofactors --------------------------------------------------------------------------------------


def cofactors(a: Any, det: Any) -> Any:
    """The matrices of cofactors, which are the derivatives of determinants: ``det * inv(a).T``, or its limit."""
    inverse = inverses(a)
    easy = np.ravel(_is_easy(a, det, inverse))
    if assumed(np.all(easy)):
        return det[..., None, None] * transposed(inverse)
    matrices = np.reshape(a, (-1, *a.shape[-2:]))
    result: Any = np.zeros(matrices.shape, a.dtype)
    if np.any(easy):
        result = set_at(result, cofactors(matrices[easy], np.ravel(det)[easy]), easy)
    hard = np.flatnonzero(~easy)
    u, s, vt = bases(matrices[hard])
    small = s <= s[:, :1] * _fourth_root_of_epsilon(s)
    nullity = np.sum(small, axis=-1)
    exponents = np.log2(s, out=np.zeros_like(s), where=~small).sum(-1) / np.maximum(s.shape[-1] - nullity, 1)
    exponents = np.rint(exponents).astype(np.intc)
    for k in np.unique(nullity).tolist():
        chosen = nullity == k
        regular = a.shape[-1] - k
        columns, rows = u[chosen][:, :, regular:], vt[chosen][:, regular:]
        index = hard[chosen]
        result = set_at(result, _split_cofactors(matrices[index], columns, rows, exponents[chosen]), index)
    return np.reshape(result, a.shape)


def _fourth_root_of_epsilon(a: Any) -> float:
    return float(np.finfo(a.dtype).eps) ** 0.25


def _is_easy(a: Any, det: Any, inverse: Any) -> Any:
    """Whether the product of `det` and `inverse` is good enough.

    However ill-conditioned a matrix may be, the errors of the two compensate each other. In the derivatives they do
    not, and each order takes another factor of the condition.
    """
    bound = np.max(np.abs(inverse), axis=(-2, -1), initial=0)
    in_range = (np.abs(det) >= np.finfo(a.dtype).tiny) & (np.abs(det) < np.inf) & (bound < np.inf)
    is_array = isinstance(a, np.ndarray)
    if is_array and np.all(in_range):
        return in_range
    size = np.max(np.abs(a), axis=(-2, -1), initial=0)
    limit = np.inf if is_array else 1 / _fourth_root_of_epsilon(a)
    return (in_range & (size * bound < limit)) | ~np.isfinite(size)  # of what is not finite, nan comes out


@primitive
def bases(a: Array) -> Any:
    """The factors of the singular value decomposition, as constants, for the choice of bases does not depend on `a`."""
    return np.linalg.svd(a)


def _split_cofactors(a: Any, columns: Array, rows: Array, exponents: Array) -> Any:
    """The cofactors of matrices that are close to singular, of whose null spaces `columns` and `rows` are bases.

    A matrix bordered by these is regular, and ``det(a) == det(bordered) * det(corner)``, for the corner of the inverse
    that lies opposite to `a` (Jacobi's theorem of complementary minors). This is the derivative of that product. It
    holds for any border, and so it can be differentiated in its turn, at every order. Powers of two keep what is
    multiplied in the range of the numbers.
    """
    n, k = columns.shape[-2:]
    a = scaled(a, -exponents[:, None, None])
    top = np.concatenate((a, columns), axis=-1)
    bottom = np.concatenate((rows, np.zeros((len(rows), k, k), rows.dtype)), axis=-1)
    bordered = np.concatenate((top, bottom), axis=-2)
    inverse = np.linalg.inv(bordered)
    adjugate, det = _adjugate_and_det(inverse[:, n:, n:])
    beside = np.matmul(np.matmul(inverse[:, :n, n:], adjugate), inverse[:, n:, :n])
    result = np.linalg.det(bordered)[:, None, None] * (det[:, None, None] * inverse[:, :n, :n] - beside)
    return scaled(transposed(result), ((n - 1) * exponents)[:, None, None])


def _adjugate_and_det(a: Any) -> tuple[Any, Any]:
    """Both without a division by what may be zero (Faddeev and LeVerrier)."""
    n = a.shape[-1]
    if n == 0:
        return a, np.ones(len(a), a.dtype)
    eye = np.eye(n, dtype=a.dtype)
    result: Any = np.broadcast_to(eye, a.shape)
    for i in range(1, n):
        product = np.matmul(a, result)
        result = np.trace(product, axis1=-2, axis2=-1)[:, None, None] / i * eye - product
    return result, np.trace(np.matmul(a, result), axis1=-2, axis2=-1) / n


defvjp(np.linalg.det, lambda g, y, a: g[..., None, None] * cofactors(a, y))


@primitive
def slogdet(a: Array) -> Any:
    return np.linalg.slogdet(a)


def _slogdet_vjp(gs: Any, outs: Any, a: Any) -> Any:
    g_sign, g = gs
    sign = outs[0]
    if g_sign is not None and is_complex(sign):  # it turns as the logarithm of the determinant has an imaginary part
        turning = imaginary(np.imag(g_sign * sign))
        g = turning if g is None else g + turning
    return np.zeros(a.shape, a.dtype) if g is None else g[..., None, None] * transposed(inverses(a))


defvjp_several(slogdet, _slogdet_vjp)


# --- characteristic polynomials, and roots ------------------------------------------------------------


@primitive
def characteristic_polynomial(a: Any) -> Any:
    """``np.poly`` of a matrix: the coefficients of ``det(x - a)``."""
    return np.poly(a)


def _characteristic_polynomial(g: Any, y: Any, a: Any) -> Any:
    """By Jacobi's formula, for the adjugate of ``x - a`` is a polynomial in `x`, too."""
    identity = np.eye(len(a), dtype=y.dtype)
    adjugate, gradient = identity, np.zeros(a.shape, y.dtype)
    for k in range(1, len(a) + 1):
        gradient = gradient - g[k] * np.transpose(adjugate)
        adjugate = np.matmul(a, adjugate) + y[k] * identity
    return gradient


defvjp(characteristic_polynomial, _characteristic_polynomial)


def _roots(g: Any, y: Any, p: Any) -> Any:
    """Of a root that is repeated, the slope is 0, and the derivative infinite or nan."""
    slopes = np.polyval(np.polyder(p), y)
    return -astype(np.matmul(g / slopes, np.vander(y, p.size)), y.dtype)


defvjp(np.roots, _roots)
