"""NumPy's decompositions of matrices, and what is computed by them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mygrad._dispatch.operands import loses_gradient, refusal
from mygrad._dispatch.registry import composes
from mygrad._engine.operands import unwrap
from mygrad._rules import decompositions as rows
from mygrad._rules import determinants
from mygrad._rules.joining import as_operand
from mygrad._rules.shapes import astype


class SVDResult(NamedTuple):
    U: Any
    S: Any
    Vh: Any


class QRResult(NamedTuple):
    Q: Any
    R: Any


def _floating(a: Any) -> Any:
    """`a` as linear algebra takes it: integers become floats."""
    a = as_operand(a)
    return a if a.dtype.kind == "f" else astype(a, np.dtype(np.float64))


@composes(determinants.bases)
def bases(a: Any) -> Any:
    return determinants.bases(unwrap(a))


@composes(np.linalg.eigh)
def eigh(a: Any, UPLO: Any = "L") -> Any:
    return rows.eigh(_floating(a), UPLO)


@composes(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    return rows.eigvalsh(_floating(a), UPLO)


@composes(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        return _hermitian_svd(a, compute_uv)
    return rows.svd(_floating(a), full_matrices) if compute_uv else svdvals(a)


def _hermitian_svd(a: Any, compute_uv: bool) -> Any:
    if not compute_uv:
        return np.flip(np.sort(np.abs(eigvalsh(a))), -1)
    w, v = eigh(a)
    order = np.flip(np.argsort(np.abs(w)), -1)
    w, v = np.take_along_axis(w, order, -1), np.take_along_axis(v, order[..., None, :], -1)
    return SVDResult(v, np.abs(w), np.swapaxes(v * np.copysign(1.0, w)[..., None, :], -1, -2))


@composes(np.linalg.svdvals)
def svdvals(x: Any, /) -> Any:
    return rows.svdvals(_floating(x))


@composes(np.linalg.qr)
def qr(a: Any, mode: Any = "reduced") -> Any:
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
        q, r = rows.qr(a, "complete" if mode == "complete" else "reduced")
    else:  # the columns on the right do not matter to Q
        q, r = rows.qr(a[..., :m])
        r = np.concatenate([r, np.matmul(np.swapaxes(q, -1, -2), a[..., m:])], axis=-1)
    return r if mode == "r" else QRResult(q, r)


@composes(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    return rows.lstsq(_floating(a), _floating(b), rcond)


@composes(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    x = _floating(x)
    of_arrays = np.linalg.cond(unwrap(x), p)
    with np.errstate(all="ignore"):
        if p is None or p in (2, -2):
            s = rows.svdvals(x)
            c = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
        else:
            singular = ~np.isfinite(of_arrays)
            regular = np.where(singular[..., None, None], np.eye(x.shape[-1], dtype=x.dtype), x)
            of_inverse = np.linalg.norm(np.linalg.inv(regular), p, axis=(-2, -1))
            c = np.linalg.norm(x, p, axis=(-2, -1)) * np.where(singular, np.inf, of_inverse)
        c = np.where(np.isnan(c) & np.isinf(of_arrays), of_arrays, c)  # of a matrix of zeros
        return c if c.ndim else c[()]  # a number
