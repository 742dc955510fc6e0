"""Decompositions of matrices, and the functions that rest on them.

A decomposition is one operation with several results, whose vjp reads these: nothing is factorised twice. Where
eigenvalues or singular values coincide, the vectors that belong to them are a matter of choice and have no derivatives:
a gradient that needs these is nan.

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

from mygrad._rules.rule import defvjp, defvjp_several, primitive
from mygrad._rules.shapes import transposed
from mygrad._rules.solving import solutions
from mygrad.errors import InvalidBackprop

__all__ = ["eigh", "eigvalsh", "least_squares", "lstsq", "mirrored", "qr", "svd", "svdvals"]

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
def eigh(a: Array, UPLO: Any = "L") -> Any:
    return np.linalg.eigh(a, UPLO)


@primitive
def eigvalsh(a: Array, UPLO: Any = "L") -> Array:
    return np.linalg.eigvalsh(a, UPLO)


def _eigh_vjp(gs: Any, outs: Any, _a: Any, UPLO: Any = "L") -> Any:
    (gw, gv), (w, v) = gs, outs
    inner = 0 if gv is None else _over_gaps(np.matmul(transposed(v), gv), w)
    if gw is not None:
        inner = inner + gw[..., None, :] * _eye(v)
    return _to_triangle(np.matmul(np.matmul(v, inner), transposed(v)), UPLO)


def _eigvalsh_vjp(g: Any, _y: Any, a: Any, UPLO: Any = "L") -> Any:
    _w, v = eigh(a, UPLO)
    return _to_triangle(np.matmul(v * g[..., None, :], transposed(v)), UPLO)


defvjp_several(eigh, _eigh_vjp, masks=True, real=True)
defvjp(eigvalsh, _eigvalsh_vjp, masks=True, real=True)


# --- singular values ----------------------------------------------------------------------------------


@primitive
def svd(a: Array, full_matrices: bool = False) -> Any:
    return np.linalg.svd(a, full_matrices)


@primitive
def svdvals(a: Array) -> Array:
    return np.linalg.svd(a, compute_uv=False)


def _svd_vjp(gs: Any, outs: Any, _a: Any, full_matrices: bool = False) -> Any:
    (gu, gs_, gvh), (u, s, vh) = gs, outs
    k = s.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    result: Any = 0
    if gs_ is not None:
        result = np.matmul(u * (gs_ * np.sign(s))[..., None, :], vh)  # 0 is a subgradient where a singular value is 0
    if gu is not None:
        gu = _determined(gu, k, "np.linalg.svd: the last columns of U")
        result = result + _left_vectors_vjp(gu, u, s, vh)
    if gvh is not None:  # the right vectors are the left ones of the transposed matrix
        gv = _determined(transposed(gvh), k, "np.linalg.svd: the last rows of Vh")
        result = result + transposed(_left_vectors_vjp(gv, transposed(vh), s, transposed(u)))
    return result


def _determined(g: Any, k: int, what: str) -> Any:
    """The gradient of the first `k` columns of a factor. The others are arbitrary, and must not have one."""
    others = g[..., k:]
    if np.any((others != 0) & ~np.isnan(others)):
        raise InvalidBackprop(
            f"{what} are not determined by the matrix, which is not square: what depends on them has no derivative. "
            f"Leave them out (`full_matrices=False`, `mode='reduced'`)."
        )
    return np.where(np.any(np.isnan(others)), np.nan, g[..., :k])


def _svdvals_vjp(g: Any, y: Any, a: Any) -> Any:
    u, _s, vh = svd(a)
    return np.matmul(u * (g * np.sign(y))[..., None, :], vh)


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


defvjp_several(svd, _svd_vjp, real=True)
defvjp(svdvals, _svdvals_vjp, real=True)


# --- Cholesky factors -------------------------------------------------------------------------------


def _cholesky_vjp(g: Any, y: Any, _a: Any, *, upper: bool = False) -> Any:
    # NumPy reads one triangle of the matrix, and so the gradient is in that one.
    if upper:
        g, y = transposed(g), transposed(y)
    half = _half_diagonal(np.matmul(transposed(y), g))
    back = np.linalg.solve(transposed(y), transposed(np.linalg.solve(transposed(y), half)))
    back = _half_diagonal(back + transposed(back))
    return transposed(back) if upper else back


def _half_diagonal(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return np.tril(x) / (1 + np.eye(x.shape[-1], dtype=x.dtype))


defvjp(np.linalg.cholesky, _cholesky_vjp, masks=True, real=True)


# --- QR, of matrices that are not wide ----------------------------------------------------------------


@primitive
def qr(a: Array, mode: str = "reduced") -> Any:
    return np.linalg.qr(a, mode)


def _qr_vjp(gs: Any, outs: Any, _a: Any, mode: str = "reduced") -> Any:
    (gq, gr), (q, r) = gs, outs
    n = r.shape[-1]
    q, r = q[..., :n], r[..., :n, :]
    inner: Any = 0
    if gr is not None:
        inner = np.matmul(r, transposed(np.triu(gr[..., :n, :])))
    if gq is None:
        gq = 0
    else:
        gq = _determined(gq, n, "np.linalg.qr: the last columns of Q")
        inner = inner - np.matmul(transposed(gq), q)
    lower = np.tril(inner, -1)
    symmetric = lower + transposed(lower) + inner * _eye(inner)
    return transposed(solutions(r, transposed(gq + np.matmul(q, symmetric))))


defvjp_several(qr, _qr_vjp, real=True)


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


defvjp(np.linalg.pinv, _pinv_vjp, masks=True, real=True)


@primitive
def least_squares(a: Array, b: Array, rcond: Any = None) -> Array:
    """The first result of ``np.linalg.lstsq``: ``pinv(a) @ b``."""
    return np.linalg.lstsq(a, b, rcond)[0]


@primitive
def lstsq(a: Array, b: Array, rcond: Any = None) -> Any:
    return np.linalg.lstsq(a, b, rcond)


def _least_squares_a(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """The gradient of a pseudo-inverse, applied to vectors: to make it a matrix first would lose half of the digits."""
    y, b, g = (_as_columns(x) for x in (y, b, g))
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


def _as_columns(x: Any) -> Any:
    return np.expand_dims(x, -1) if x.ndim == 1 else x


def _residuals(outs: Any, a: Any, b: Any) -> Any:
    return b - np.matmul(a, outs[0])


def _lstsq_a(gs: Any, outs: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    gx, gr, _rank, gs_ = gs
    result: Any = 0
    if gx is not None:
        result = _least_squares_a(gx, outs[0], a, b, rcond)
    if gr is not None and gr.size:  # the least sum of squares does not vary with x
        rates = -2 * gr * _as_columns(_residuals(outs, a, b))
        result = result + np.matmul(rates, transposed(_as_columns(outs[0])))
    if gs_ is not None:
        result = result + _svdvals_vjp(gs_, outs[3], a)
    return result


def _lstsq_b(gs: Any, outs: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    gx, gr, _rank, _gs = gs
    result: Any = np.zeros(b.shape, b.dtype)
    if gx is not None:
        result = result + _least_squares_b(gx, outs[0], a, b, rcond)
    if gr is not None and gr.size:
        result = result + 2 * gr * _residuals(outs, a, b)
    return result


defvjp(least_squares, _least_squares_a, _least_squares_b, real=True)
defvjp_several(lstsq, _lstsq_a, _lstsq_b, real=True)
