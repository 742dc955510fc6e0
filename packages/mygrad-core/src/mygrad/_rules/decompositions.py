"""Decompositions of matrices, and the functions that rest on them.

A decomposition is one operation with several results, whose vjp reads these: nothing is factorised twice. Where
eigenvalues or singular values coincide, the vectors that belong to them are a matter of choice and have no derivatives:
a gradient that needs these is nan. Complex vectors are determined up to a phase, and whatever has a gradient may not
depend on it. (Those of QR are not: the diagonal of R is real.)

References
----------
M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008),
    for eigenvalues and eigenvectors.
Z.-Q. Wan and S.-X. Zhang, "Automatic differentiation for complex valued SVD", arXiv:1909.02659 (2019).
J. Townsend, "Differentiating the singular value decomposition" (2016).
M. Seeger et al., "Auto-differentiating linear algebra", arXiv:1710.08717 (2017), for QR.
G. H. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose
    variables separate", SIAM J. Numer. Anal. 10 (1973).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.complexes import conj, imaginary, is_complex, scaled
from mygrad._rules.recorded import assumed
from mygrad._rules.rule import defvjp, defvjp_several, primitive
from mygrad._rules.shapes import adjoint, transposed
from mygrad._rules.solving import solutions
from mygrad.errors import InvalidBackprop

__all__ = [
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "least_squares",
    "lstsq",
    "matching",
    "mirrored",
    "qr",
    "svd",
    "svdvals",
]

Array = np.ndarray[Any, Any]


def _eye(x: Any) -> Any:
    return np.eye(x.shape[-1], dtype=np.finfo(x.dtype).dtype)


def _over_gaps(x: Any, values: Any) -> Any:
    """x[i, j] / (values[j] - values[i]), but 0 on the diagonal; where values coincide, nan unless x is 0."""
    gaps = values[..., None, :] - values[..., :, None]
    coincide = gaps == 0
    none = coincide & ((x == 0) | np.eye(values.shape[-1], dtype=np.bool_))
    return np.where(none, 0, x / np.where(coincide, np.nan, gaps))


def _phases(g: Any, vectors: Any) -> Any:
    """The rates at which what has the gradient `g` varies with the phases of the vectors."""
    return 0.0 if g is None else -np.imag(np.sum(g * vectors, axis=-2))


def _refuse_phases(what: str, rates: Any, *gs: Any) -> None:
    """Raise InvalidBackprop if the rates are more than rounding errors, for vectors of length one.

    Those of a gradient that should be zero may be as large as this is.
    """
    for g in gs:
        if g is not None:
            eps = np.finfo(g.dtype).eps
            limit = np.sqrt(eps) * np.linalg.norm(g, axis=-2) + 100 * eps
            rates = np.where(np.abs(rates) <= limit, 0, rates)
    if np.any(np.abs(rates) > 0):
        raise InvalidBackprop(
            f"{what} of complex matrices are determined up to a phase, and what is to be differentiated varies with "
            f"that: so it has no derivative. Let it depend on absolute values of the vectors, or on products of one "
            f"with its own conjugate, in which the phases cancel."
        )


# --- matrices of any kind ------------------------------------------------------------------------------


# What is computed from eigenvalues alone does not depend on phases, which `phases_cancel` says: then it is not checked.


@primitive
def eig(a: Array, phases_cancel: bool = False) -> Any:
    return np.linalg.eig(a)


def _eig_vjp(gs: Any, outs: Any, _a: Any, phases_cancel: bool = False) -> Any:
    (gw, gv), (w, v) = gs, outs
    vt = transposed(v)
    inner: Any = 0
    if gv is not None:
        if is_complex(v) and not phases_cancel:
            _refuse_phases("np.linalg.eig: the eigenvectors", _phases(gv, v), gv)
        along = np.sum(gv * v, axis=-2, keepdims=True)  # a change of length, which NumPy takes back
        inner = _over_gaps(np.matmul(vt, gv) - np.matmul(vt, conj(v)) * along, w)
    if gw is not None:
        inner = inner + gw[..., None, :] * _eye(v)
    return solutions(vt, np.matmul(inner, vt))


@primitive
def eigvals(a: Array) -> Array:
    return np.linalg.eigvals(a)


@primitive
def matching(w: Array, y: Array) -> Array:
    """Where each of the eigenvalues `y` stands among `w`, the same: with vectors, LAPACK may order them otherwise."""
    places = np.broadcast_to(np.arange(y.shape[-1]), y.shape)
    if np.array_equal(w, y):
        return places
    distances = np.abs(y[..., :, None] - w[..., None, :])
    places = places.copy()
    for k in range(y.shape[-1]):  # the nearest that is left
        places[..., k] = nearest = np.argmin(distances[..., k, :], axis=-1)
        np.put_along_axis(distances, nearest[..., None, None], np.inf, axis=-1)
    return places


def _eigvals_vjp(g: Any, y: Any, a: Any) -> Any:
    w, v = eig(a, phases_cancel=True)
    vt = transposed(np.take_along_axis(v, matching(w, y)[..., None, :], axis=-1))
    return solutions(vt, g[..., :, None] * vt)


defvjp_several(eig, _eig_vjp)
defvjp(eigvals, _eigvals_vjp)


# --- Hermitian matrices, of which one triangle is read ------------------------------------------------


def _to_triangle(g: Any, uplo: str) -> Any:
    """The gradient of a Hermitian matrix as that of the triangle that is read."""
    twice = g + adjoint(g)
    one = np.tril(twice) if uplo.upper() == "L" else np.triu(twice)
    return one * (1 - _eye(g) / 2)


def mirrored(a: Any) -> Any:
    """The Hermitian matrix whose lower triangle is that of `a`."""
    half = _half_diagonal(a)
    return half + adjoint(half)


@primitive
def eigh(a: Array, UPLO: Any = "L", phases_cancel: bool = False) -> Any:
    return np.linalg.eigh(a, UPLO)


@primitive
def eigvalsh(a: Array, UPLO: Any = "L") -> Array:
    return np.linalg.eigvalsh(a, UPLO)


def _eigh_vjp(gs: Any, outs: Any, _a: Any, UPLO: Any = "L", phases_cancel: bool = False) -> Any:
    (gw, gv), (w, v) = gs, outs
    inner: Any = 0
    if gv is not None:
        if is_complex(v) and not phases_cancel:
            _refuse_phases("np.linalg.eigh: the eigenvectors", _phases(gv, v), gv)
        inner = _over_gaps(np.matmul(transposed(v), gv), w)
    if gw is not None:
        inner = inner + gw[..., None, :] * _eye(v)
    return _to_triangle(np.matmul(np.matmul(conj(v), inner), transposed(v)), UPLO)


def _eigvalsh_vjp(g: Any, _y: Any, a: Any, UPLO: Any = "L") -> Any:
    _w, v = eigh(a, UPLO, phases_cancel=True)
    return _to_triangle(np.matmul(conj(v) * g[..., None, :], transposed(v)), UPLO)


defvjp_several(eigh, _eigh_vjp, masks=True)
defvjp(eigvalsh, _eigvalsh_vjp, masks=True)


# --- singular values ----------------------------------------------------------------------------------


@primitive
def svd(a: Array, full_matrices: bool = False, phases_cancel: bool = False) -> Any:
    return np.linalg.svd(a, full_matrices)


@primitive
def svdvals(a: Array) -> Array:
    return np.linalg.svd(a, compute_uv=False)


def _svd_vjp(gs: Any, outs: Any, _a: Any, full_matrices: bool = False, phases_cancel: bool = False) -> Any:
    (gu, gs_, gvh), (u, s, vh) = gs, outs
    k = s.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    v = transposed(vh)
    gu = None if gu is None else _determined(gu, k, "np.linalg.svd: the last columns of U")
    gv = None if gvh is None else _determined(transposed(gvh), k, "np.linalg.svd: the last rows of Vh")
    weights = None if gs_ is None else gs_ * np.sign(s)  # 0 is a subgradient where a singular value is 0
    if is_complex(u):
        turning = _turning(gu, u, s, gv, v, phases_cancel)
        weights = turning if weights is None else weights + turning
    result: Any = 0
    if weights is not None:
        result = conj(np.matmul(u * conj(weights)[..., None, :], vh))
    if gu is not None:
        result = result + _left_vectors_vjp(gu, u, s, vh)
    if gv is not None:  # the right vectors are the left ones of the transposed matrix
        result = result + transposed(_left_vectors_vjp(gv, v, s, transposed(u)))
    return result


def _turning(gu: Any, u: Any, s: Any, gv: Any, v: Any, phases_cancel: bool) -> Any:
    """The gradient of singular values in the imaginary direction: there, the phases of `u` turn against those of `v`.

    The two of a pair may turn together, which must not matter.
    """
    of_u, of_v = _phases(gu, u), _phases(gv, v)
    if not phases_cancel:
        _refuse_phases("np.linalg.svd: the vectors", of_u - of_v, gu, gv)
    if gu is None or gv is None:
        return np.zeros(s.shape, s.dtype)
    rates = (of_u + of_v) / 2
    return -imaginary(np.where(rates == 0, 0, rates / np.where(s == 0, np.nan, s)))


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
    u, _s, vh = svd(a, phases_cancel=True)
    return conj(np.matmul(u * (g * np.sign(y))[..., None, :], vh))


def _left_vectors_vjp(g: Any, left: Any, s: Any, right: Any) -> Any:
    """The gradient of left @ diag(s) @ right, by that of its left factor."""
    rotation = np.matmul(transposed(left), g)
    # (s[j]^2 - s[i]^2) / s[j], without squares, which may leave the range of the numbers
    sums = s[..., None, :] + s[..., :, None]
    inner = _over_gaps(rotation - adjoint(rotation), s) * (s[..., None, :] / np.where(sums == 0, 1, sums))
    left, right = conj(left), conj(right)
    factor = np.matmul(left, inner)
    if left.shape[-2] > left.shape[-1]:  # it may move out of the space that it spans, too
        factor = factor + (g - np.matmul(left, rotation)) / s[..., None, :]
    return np.matmul(factor, right)


defvjp_several(svd, _svd_vjp)
defvjp(svdvals, _svdvals_vjp)


# --- Cholesky factors -------------------------------------------------------------------------------


def _cholesky_vjp(g: Any, y: Any, _a: Any, *, upper: bool = False) -> Any:
    # NumPy reads one triangle of the matrix, and so the gradient is in that one.
    if upper:
        g, y = adjoint(g), adjoint(y)
    half = _half_diagonal(np.matmul(transposed(y), g))
    back = np.linalg.solve(transposed(y), adjoint(np.linalg.solve(transposed(y), half)))
    back = _half_diagonal(back + adjoint(back))
    return adjoint(back) if upper else back


def _half_diagonal(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return np.tril(x) / (1 + _eye(x))


defvjp(np.linalg.cholesky, _cholesky_vjp, masks=True)


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
    symmetric = conj(lower) + transposed(lower) + np.real(inner) * _eye(inner)
    return transposed(solutions(r, transposed(gq + np.matmul(conj(q), symmetric))))


defvjp_several(qr, _qr_vjp)


# --- pseudo-inverses, where the rank does not change --------------------------------------------------


def _scaled(a: Any) -> tuple[Any, Any]:
    """The matrices divided by powers of two such that their entries are of the order of one, and the exponents."""
    largest = np.max(np.abs(a), axis=(-2, -1), keepdims=True, initial=0)
    exponents = np.frexp(largest)[1]
    return scaled(a, -exponents), exponents


def _pinv_vjp(g: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    if hermitian and a.size:
        return _to_triangle(_inverse_vjp(g, y, mirrored(a)), "L")
    return _inverse_vjp(g, y, a)


def _inverse_vjp(g: Any, p: Any, a: Any) -> Any:
    """The gradient of `a` by that of its pseudo-inverse `p`."""
    p, exponents = _scaled(p)
    a = scaled(a, exponents)
    pt, gt = transposed(p), transposed(g)
    ph = conj(pt)
    # At full rank, one of these is zero or both: computed, they would be rounding errors, times the square of `p`.
    rank = np.rint(np.real(np.trace(np.matmul(p, a), axis1=-2, axis2=-1)))[..., None, None]
    inner: Any = 0
    if not assumed(np.all(rank >= a.shape[-2])):
        outside = np.matmul(gt - np.matmul(a, np.matmul(p, gt)), np.matmul(p, ph))
        inner = inner + (rank < a.shape[-2]) * outside
    if not assumed(np.all(rank >= a.shape[-1])):
        beside = np.matmul(np.matmul(ph, p), gt - np.matmul(np.matmul(gt, p), a))
        inner = inner + (rank < a.shape[-1]) * beside
    return scaled(conj(inner) - np.matmul(pt, np.matmul(g, pt)), 2 * exponents)


defvjp(np.linalg.pinv, _pinv_vjp, masks=True)


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
    pulled_back = least_squares(at, np.concatenate((g, conj(y)), axis=-1), rcond)
    back, beside = pulled_back[:, : g.shape[-1]], pulled_back[:, g.shape[-1] :]
    outside = np.matmul(conj(scaled(residuals, -exponents)), transposed(least_squares(a, conj(back), rcond)))
    left_over = adjoint(g - np.matmul(at, back))
    return scaled(outside - np.matmul(back, transposed(y)) + np.matmul(beside, left_over), -exponents)


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
        rates = -2 * gr * _as_columns(conj(_residuals(outs, a, b)))
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
        result = result + 2 * gr * conj(_residuals(outs, a, b))
    return result


defvjp(least_squares, _least_squares_a, _least_squares_b)
defvjp_several(lstsq, _lstsq_a, _lstsq_b)
