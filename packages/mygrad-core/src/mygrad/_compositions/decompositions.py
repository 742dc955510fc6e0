"""NumPy's decompositions of matrices, and what is computed by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from mygrad._dispatch.functions import by_rule
from mygrad._dispatch.registry import implements
from mygrad._engine.operands import as_keyword, loses_gradient, refusal, sized, unwrap
from mygrad._functions import public
from mygrad._rules import decompositions as rules
from mygrad._rules import determinants
from mygrad._rules.shapes import adjoint, astype

if TYPE_CHECKING:
    from mygrad._compositions.signatures import QR, SVD, EighResult, EigResult
    from mygrad.tensor import Tensor

__all__ = ["cond", "eig", "eigh", "eigvals", "eigvalsh", "lstsq", "qr", "svd", "svdvals"]

_DIAGONAL = "[[3.0, 0.0], [0.0, 2.0]]"


class SVDResult(NamedTuple):
    U: Any
    S: Any
    Vh: Any


class QRResult(NamedTuple):
    Q: Any
    R: Any


def _floating(a: Any) -> Any:
    """`a` as linear algebra takes it: integers become floats."""
    a = sized(a)
    return a if a.dtype.kind in "fc" else astype(a, np.dtype(np.float64))


@implements(determinants.bases)
def bases(a: Any) -> Any:
    return determinants.bases(unwrap(a))


@implements(rules.matching)
def matching(w: Any, y: Any) -> Any:
    return rules.matching(unwrap(w), unwrap(y))


@public(np.linalg.eig, "eig(x).eigenvalues.real", "Tensor([3., 2.])", _DIAGONAL)
def eig(a: Any) -> EigResult:
    return rules.eig(_floating(a))


@public(np.linalg.eigvals, "eigvals(x).real", "Tensor([3., 2.])", _DIAGONAL)
def eigvals(a: Any) -> Tensor:
    return rules.eigvals(_floating(a))


@public(np.linalg.eigh, "eigh(x).eigenvalues", "Tensor([2., 3.])", _DIAGONAL)
def eigh(a: Any, UPLO: Any = "L") -> EighResult:
    return rules.eigh(_floating(a), UPLO)


@public(np.linalg.eigvalsh, "eigvalsh(x)", "Tensor([2., 3.])", _DIAGONAL)
def eigvalsh(a: Any, UPLO: Any = "L") -> Tensor:
    return rules.eigvalsh(_floating(a), UPLO)


@public(np.linalg.svd, "svd(x).S", "Tensor([3., 2.])", _DIAGONAL)
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        return _hermitian_svd(a, compute_uv)
    return rules.svd(_floating(a), full_matrices) if compute_uv else svdvals(a)


svd: Final = cast("SVD", _svd)


def _hermitian_svd(a: Any, compute_uv: bool) -> Any:
    if not compute_uv:
        return np.flip(np.sort(np.abs(eigvalsh(a))), -1)
    w, v = rules.eigh(_floating(a), "L")
    order = np.flip(np.argsort(np.abs(w)), -1)
    w, v = np.take_along_axis(w, order, -1), np.take_along_axis(v, order[..., None, :], -1)
    return SVDResult(v, np.abs(w), adjoint(v * np.copysign(1.0, w)[..., None, :]))


@public(np.linalg.svdvals, "svdvals(x)", "Tensor([3., 2.])", _DIAGONAL)
def svdvals(x: Any, /) -> Tensor:
    return rules.svdvals(_floating(x))


@public(np.linalg.qr, "qr(x).R[1]", "Tensor([0., 2.])", _DIAGONAL)
def _qr(a: Any, mode: Any = "reduced") -> Any:
    a = _floating(a)
    if mode not in ("reduced", "complete", "r"):
        of_arrays = np.linalg.qr(unwrap(a), mode)  # for NumPy's errors
        if not loses_gradient(a):
            return of_arrays
        raise refusal(np.linalg.qr, f"it has no derivative in the mode {mode!r}. Use 'reduced', 'complete' or 'r'")
    if a.ndim < 2:
        np.linalg.qr(unwrap(a))
    m, n = a.shape[-2:]
    if n <= m:
        q, r = rules.qr(a, "complete" if mode == "complete" else "reduced")
    else:  # the columns on the right do not matter to Q
        q, r = rules.qr(a[..., :m])
        r = np.concatenate([r, np.matmul(adjoint(q), a[..., m:])], axis=-1)
    return r if mode == "r" else QRResult(q, r)


qr: Final = cast("QR", _qr)


@public(np.linalg.lstsq, "lstsq(x, [3.0, 4.0])[0]", "Tensor([1., 2.])", _DIAGONAL)
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return rules.lstsq(_floating(a), _floating(b), as_keyword(rcond))  # a threshold


@public(np.linalg.cond, "cond(x)", "Tensor(1.5)", _DIAGONAL)
def cond(x: Any, p: Any = None) -> Tensor:
    x = _floating(x)
    of_arrays = np.linalg.cond(unwrap(x), p)
    with np.errstate(all="ignore"):
        if p is None or p in (2, -2):
            s = rules.svdvals(x)
            c = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
        else:
            singular = ~np.isfinite(of_arrays)
            regular = np.where(singular[..., None, None], np.eye(x.shape[-1], dtype=x.dtype), x)
            of_inverse = np.linalg.norm(np.linalg.inv(regular), p, axis=(-2, -1))
            c = np.linalg.norm(x, p, axis=(-2, -1)) * np.where(singular, np.inf, of_inverse)
        c = np.where(np.isnan(c) & np.isinf(of_arrays), of_arrays, c)  # of a matrix of zeros
        return c if c.ndim else c[()]  # a number


@implements(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, **rtol: Any) -> Any:
    thresholds = {name: as_keyword(value) for name, value in rtol.items()}
    return by_rule(np.linalg.pinv, a, as_keyword(rcond), hermitian, **thresholds)
