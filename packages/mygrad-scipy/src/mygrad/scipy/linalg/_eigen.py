"""Eigenvalues and eigenvectors of matrices of any kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import call_several, defvjp, defvjp_several, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, conj, is_complex, operand, plain, transposed
from mygrad.scipy.linalg._gaps import diagonal, over_gaps, phases, refuse_phases

__all__ = ["eig", "eigvals"]


@primitive
def _eig(a: Any, phases_cancel: bool = False, check_finite: bool = True) -> Any:
    return scipy.linalg.eig(a, check_finite=check_finite)


def _eig_vjp(gs: Any, outs: Any, _a: Any, phases_cancel: bool = False, check_finite: bool = True) -> Any:
    (gw, gv), (w, v) = gs, outs
    vt = transposed(v)
    inner: Any = 0
    if gv is not None:
        if is_complex(v) and not phases_cancel:
            refuse_phases("eig", phases(gv, v), (gv, v))
        along = np.sum(gv * v, axis=-2, keepdims=True)  # a change of length, which is taken back
        inner = over_gaps(np.matmul(vt, gv) - np.matmul(vt, conj(v)) * along, w)
    if gw is not None:
        inner = inner + diagonal(gw)
    return np.linalg.solve(vt, np.matmul(inner, vt))


@primitive
def _eigvals(a: Any, check_finite: bool = True) -> Any:
    return scipy.linalg.eigvals(a, check_finite=check_finite)


@primitive
def _matching(w: Any, y: Any) -> Any:
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


def _eigvals_vjp(g: Any, y: Any, a: Any, check_finite: bool = True) -> Any:
    how = {"phases_cancel": True, "check_finite": check_finite}
    w, v = call_several(_eig, a, **how) if has_variable(a) else _eig(a, **how)
    vt = transposed(np.take_along_axis(v, _matching(plain(w), plain(y))[..., None, :], axis=-1))
    return np.linalg.solve(vt, g[..., :, None] * vt)


defvjp_several(_eig, _eig_vjp)
defvjp(_eigvals, _eigvals_vjp)


def _refuse(function: str, **options: Any) -> None:
    for name, value in options.items():
        if value is not None and value is not False:
            raise TypeError(f"{function}: of variables, `{name}` has no derivative")


@lifts("scipy.linalg.eig")
def eig(
    a: Array,
    b: Array | None = None,
    left: bool = False,
    right: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Any:
    """Eigenvalues and eigenvectors of a matrix: ``a @ v == v * w``.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, optional
        Not of variables; nor `left` and `homogeneous_eigvals`.
    left, right : bool
    overwrite_a, overwrite_b : bool
        Have no effect.
    check_finite : bool
    homogeneous_eigvals : bool

    Raises
    ------
    TypeError
        If variables meet an option that has no derivative here.

    See Also
    --------
    scipy.linalg.eig

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import eig
    >>> a = mg.tensor([[1.0, 0.0], [0.0, 3.0]])
    >>> w, v = eig(a)
    >>> w
    Tensor([1.+0.j, 3.+0.j])
    >>> w.real[1].backward()
    >>> a.grad + 0.0
    array([[0., 0.],
           [0., 1.]])
    """
    a, b = operand(a), operand(b)
    if not has_variable([a, b]):
        return scipy.linalg.eig(a, b, left, right, False, False, check_finite, homogeneous_eigvals)
    _refuse("eig", b=b, left=left, homogeneous_eigvals=homogeneous_eigvals)
    return call_several(_eig, a, check_finite=check_finite) if right else _eigvals(a, check_finite=check_finite)


@lifts("scipy.linalg.eigvals")
def eigvals(
    a: Array,
    b: Array | None = None,
    overwrite_a: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Any:
    """Eigenvalues of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, optional
        Not of variables; nor `homogeneous_eigvals`.
    overwrite_a : bool
        Has no effect.
    check_finite : bool
    homogeneous_eigvals : bool

    See Also
    --------
    eig, scipy.linalg.eigvals

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import eigvals
    >>> a = mg.tensor([[0.0, 1.0], [-1.0, 0.0]])
    >>> eigvals(a).imag[0].backward()
    >>> a.grad.round(9) + 0.0
    array([[ 0. ,  0.5],
           [-0.5,  0. ]])
    """
    return eig(a, b, right=False, check_finite=check_finite, homogeneous_eigvals=homogeneous_eigvals)
