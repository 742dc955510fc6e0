"""Decompositions of matrices, and the functions that rest on them.

Every factor has a row of its own. Where eigenvalues or singular values coincide, the vectors that belong to them are
a matter of choice and have no derivatives: a gradient that needs these is nan.

References
----------
M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008),
    for eigenvalues and eigenvectors.
J. Townsend, "Differentiating the singular value decomposition" (2016).
M. Seeger et al., "Auto-differentiating linear algebra", arXiv:1710.08717 (2017), for QR.
G. H. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose
    variables separate", SIAM J. Numer. Anal. 10 (1973).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp, primitive
from mygrad._rules.shapes import transposed
from mygrad._rules.solving import solutions

__all__ = ["eigh_values", "eigh_vectors", "least_squares", "mirrored", "qr_q", "qr_r", "svd_s", "svd_u", "svd_vh"]

Array = np.ndarray[Any, Any]


def _eye(x: Any) -> Any:
    return np.eye(x.shape[-1], dtype=x.dtype)


def _over_gaps(x: Any, values: Any) -> Any:
    """x[i, j] / (values[j] - values[i]), but 0 on the diagonal; where values coincide, nan unless x is 0."""
    gaps = values[..., None, :] - values[..., :, None]
    coincide = gaps == 0
    none = coincide & ((x == 0) | np.eye(values.shape[-1], dtype=np.bool_))
    return np.where(none, 0, x / np.where(coincide, np.nan, gaps))


# --- symmetric matrices, of which one triangle is read ------------------------------------------------


def _to_triangle(g: Any, uplo: str) -> Any:
    """The gradient of a symmetric matrix as that of the triangle that is read."""
    twice = g + transposed(g)
    one = np.tril(twice) if uplo.upper() == "L" else np.triu(twice)
    return one * (1 - _eye(g) / 2)


def mirrored(a: Any) -> Any:
    """The symmetric matrix whose lower triangle is that of `a`."""
    return np.tril(a) + transposed(np.tril(a, -1))


@primitive
def eigh_values(a: Array, UPLO: Any = "L") -> Array:
    return np.linalg.eigvalsh(a, UPLO)


@primitive
def eigh_vectors(a: Array, UPLO: Any = "L") -> Array:
    return np.linalg.eigh(a, UPLO)[1]


def _eigh_values_vjp(g: Any, _y: Any, a: Any, UPLO: Any = "L") -> Any:
    v = eigh_vectors(a, UPLO)
    return _to_triangle(np.matmul(v * g[..., None, :], transposed(v)), UPLO)


def _eigh_vectors_vjp(g: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    inner = _over_gaps(np.matmul(transposed(y), g), eigh_values(a, UPLO))
    return _to_triangle(np.matmul(np.matmul(y, inner), transposed(y)), UPLO)


defvjp(eigh_values, _eigh_values_vjp, masks=True)
defvjp(eigh_vectors, _eigh_vectors_vjp, masks=True)


# --- singular values ----------------------------------------------------------------------------------


@primitive
def svd_u(a: Array) -> Array:
    return np.linalg.svd(a, full_matrices=False)[0]


@primitive
def svd_s(a: Array) -> Array:
    return np.linalg.svd(a, compute_uv=False)


@primitive
def svd_vh(a: Array) -> Array:
    return np.linalg.svd(a, full_matrices=False)[2]


def _svd_s_vjp(g: Any, y: Any, a: Any) -> Any:
    g = g * np.sign(y)  # 0 is a subgradient where a singular value is 0
    return np.matmul(svd_u(a) * g[..., None, :], svd_vh(a))


def _svd_u_vjp(g: Any, y: Any, a: Any) -> Any:
    return _left_vectors_vjp(g, y, svd_s(a), svd_vh(a))


def _svd_vh_vjp(g: Any, y: Any, a: Any) -> Any:
    # The right vectors are the left ones of the transposed matrix.
    return transposed(_left_vectors_vjp(transposed(g), transposed(y), svd_s(a), transposed(svd_u(a))))


def _left_vectors_vjp(g: Any, left: Any, s: Any, right: Any) -> Any:
    """The gradient of left @ diag(s) @ right, by that of its left factor."""
    rotation = np.matmul(transposed(left), g)
    # (s[j]^2 - s[i]^2) / s[j], without squares, which may leave the range of the numbers
    sums = s[..., None, :] + s[..., :, None]
    inner = _over_gaps(rotation - transposed(rotation), s) * (s[..., None, :] / np.where(sums == 0, 1, sums))
    factor = np.matmul(left, inner)
    if left.shape[-2] > left.shape[-1]:  # it may move out of the space that it spans, too
        factor = factor + (g - np.matmul(left, rotation)) / s[..., None, :]
    return np.matmul(factor, right)


defvjp(svd_u, _svd_u_vjp)
defvjp(svd_s, _svd_s_vjp)
defvjp(svd_vh, _svd_vh_vjp)


# --- QR, of matrices that are not wide ----------------------------------------------------------------


@primitive
def qr_q(a: Array) -> Array:
    return np.linalg.qr(a)[0]


@primitive
def qr_r(a: Array) -> Array:
    return np.linalg.qr(a)[1]


def _qr_q_vjp(g: Any, y: Any, a: Any) -> Any:
    return _qr_vjp(g, -np.matmul(transposed(g), y), y, qr_r(a))


def _qr_r_vjp(g: Any, y: Any, a: Any) -> Any:
    return _qr_vjp(0, np.matmul(y, transposed(np.triu(g))), qr_q(a), y)


def _qr_vjp(g: Any, inner: Any, q: Any, r: Any) -> Any:
    lower = np.tril(inner, -1)
    symmetric = lower + transposed(lower) + inner * _eye(inner)
    return transposed(solutions(r, transposed(g + np.matmul(q, symmetric))))


defvjp(qr_q, _qr_q_vjp)
defvjp(qr_r, _qr_r_vjp)


# --- pseudo-inverses, where the rank does not change --------------------------------------------------


def _scaled(a: Any) -> tuple[Any, Any]:
    """The matrices divided by powers of two such that their entries are of the order of one, and the exponents."""
    largest = np.max(np.abs(a), axis=(-2, -1), keepdims=True, initial=0)
    exponents = np.frexp(largest)[1]
    return np.ldexp(a, -exponents), exponents


def _pinv_vjp(g: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    if hermitian and a.size:
        return _to_triangle(_inverse_vjp(g, y, mirrored(a)), "L")
    return _inverse_vjp(g, y, a)


def _inverse_vjp(g: Any, p: Any, a: Any) -> Any:
    """The gradient of `a` by that of its pseudo-inverse `p`."""
    p, exponents = _scaled(p)
    a = np.ldexp(a, exponents)
    pt, gt = transposed(p), transposed(g)
    outside = np.matmul(gt - np.matmul(a, np.matmul(p, gt)), np.matmul(p, pt))
    beside = np.matmul(np.matmul(pt, p), gt - np.matmul(np.matmul(gt, p), a))
    return np.ldexp(outside + beside - np.matmul(pt, np.matmul(g, pt)), 2 * exponents)


defvjp(np.linalg.pinv, _pinv_vjp, masks=True)


@primitive
def least_squares(a: Array, b: Array, rcond: Any = None) -> Array:
    """The first result of ``np.linalg.lstsq``: ``pinv(a) @ b``."""
    return np.linalg.lstsq(a, b, rcond)[0]


def _least_squares_a(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """The gradient of a pseudo-inverse, applied to vectors: to make it a matrix first would lose half of the digits."""
    y, b, g = (np.expand_dims(x, -1) if x.ndim == 1 else x for x in (y, b, g))
    residuals = b - np.matmul(a, y)
    a, exponents = _scaled(a)
    at = transposed(a)
    pulled_back = least_squares(at, np.concatenate((g, y), axis=-1), rcond)
    back, beside = pulled_back[:, : g.shape[-1]], pulled_back[:, g.shape[-1] :]
    outside = np.matmul(np.ldexp(residuals, -exponents), transposed(least_squares(a, back, rcond)))
    left_over = transposed(g - np.matmul(at, back))
    return np.ldexp(outside - np.matmul(back, transposed(y)) + np.matmul(beside, left_over), -exponents)


def _least_squares_b(g: Any, _y: Any, a: Any, _b: Any, rcond: Any = None) -> Any:
    return least_squares(transposed(a), g, rcond)


defvjp(least_squares, _least_squares_a, _least_squares_b)
