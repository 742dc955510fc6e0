"""Eigenvalues and singular values.

Where they coincide, the vectors that belong to them are a matter of choice and have no derivatives: a gradient that
needs these is nan. Complex vectors are determined up to a phase, and whatever has a gradient may not depend on it.

References
----------
M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008).
Z.-Q. Wan and S.-X. Zhang, "Automatic differentiation for complex valued SVD", arXiv:1909.02659 (2019).
J. Townsend, "Differentiating the singular value decomposition" (2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import call_several, defvjp, defvjp_several, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, adjoint, conj, is_complex, operand, transposed
from mygrad.scipy.linalg._gaps import determined, diagonal, over_gaps, phases, refuse_phases
from mygrad.scipy.linalg._triangles import to_triangle

__all__ = ["eigh", "eigvalsh", "svd", "svdvals"]


# What is computed from eigenvalues or singular values alone does not depend on phases, which `phases_cancel` says: then
# it is not checked.

# --- Hermitian matrices -------------------------------------------------------------------------------


@primitive
def _eigh(a: Any, lower: bool = True, phases_cancel: bool = False, **how: Any) -> Any:
    return scipy.linalg.eigh(a, lower=lower, **how)


@primitive
def _eigvalsh(a: Any, lower: bool = True, **how: Any) -> Any:
    return scipy.linalg.eigh(a, lower=lower, eigvals_only=True, **how)


@primitive
def _general_eigh(a: Any, b: Any, lower: bool = True, phases_cancel: bool = False, **how: Any) -> Any:
    return scipy.linalg.eigh(a, b, lower=lower, **how)


@primitive
def _general_eigvalsh(a: Any, b: Any, lower: bool = True, **how: Any) -> Any:
    return scipy.linalg.eigh(a, b, lower=lower, eigvals_only=True, **how)


def _inner(gs: Any, outs: Any, phases_cancel: bool) -> Any:
    """The gradient of the matrix, in the basis of its eigenvectors."""
    (gw, gv), (w, v) = gs, outs
    inner: Any = 0
    if gv is not None:
        if is_complex(v) and not phases_cancel:
            refuse_phases("eigh", phases(gv, v), (gv, v))
        inner = over_gaps(np.matmul(transposed(v), gv), w)
    return inner if gw is None else inner + diagonal(gw)


def _in_triangle(inner: Any, v: Any, lower: bool) -> Any:
    return to_triangle(np.matmul(np.matmul(conj(v), inner), transposed(v)), lower, hermitian=True)


def _eigh_vjp(gs: Any, outs: Any, _a: Any, lower: bool = True, phases_cancel: bool = False, **how: Any) -> Any:
    return _in_triangle(_inner(gs, outs, phases_cancel), outs[1], lower)


def _general_eigh_a(
    gs: Any, outs: Any, _a: Any, _b: Any, lower: bool = True, phases_cancel: bool = False, **how: Any
) -> Any:
    return _eigh_vjp(gs, outs, _a, lower, phases_cancel)


def _general_eigh_b(
    gs: Any, outs: Any, _a: Any, _b: Any, lower: bool = True, phases_cancel: bool = False, **how: Any
) -> Any:
    gv, (w, v) = gs[1], outs
    inner = _inner(gs, outs, phases_cancel) * w[..., None, :]
    if gv is not None:  # the length of the vectors depends on `b`
        inner = inner + diagonal(np.real(np.sum(v * gv, axis=-2))) / 2
    return -_in_triangle(inner, v, lower)


defvjp_several(_eigh, _eigh_vjp, masks=True)
defvjp_several(_general_eigh, _general_eigh_a, _general_eigh_b, masks=True)


def _vectors(a: Any, b: Any, how: dict[str, Any]) -> Any:
    """The results of `eigh`, whose vectors are differentiable, if the matrices are variables."""
    if b is None:
        return call_several(_eigh, a, **how) if has_variable(a) else _eigh(a, **how)
    return call_several(_general_eigh, a, b, **how) if has_variable([a, b]) else _general_eigh(a, b, **how)


def _by_values(g: Any, vjp: Any, *matrices: Any, lower: bool, **how: Any) -> Any:
    """What `vjp`, of a problem with vectors, makes of the gradient of eigenvalues."""
    a, b = (*matrices, None)[:2]
    outs = _vectors(a, b, {"lower": lower, "phases_cancel": True, **how})
    return vjp((g, None), outs, *matrices, lower, phases_cancel=True)


defvjp(_eigvalsh, lambda g, _w, a, **how: _by_values(g, _eigh_vjp, a, **how), masks=True)
defvjp(
    _general_eigvalsh,
    lambda g, _w, a, b, **how: _by_values(g, _general_eigh_a, a, b, **how),
    lambda g, _w, a, b, **how: _by_values(g, _general_eigh_b, a, b, **how),
    masks=True,
)


@lifts("scipy.linalg.eigh")
def eigh(
    a: Array,
    b: Array | None = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: str | None = None,
) -> Any:
    """Eigenvalues and eigenvectors of a symmetric or Hermitian matrix: ``a @ v == b @ v * w``.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, shape (..., M, M), optional
        Positive definite; the identity by default.
    lower : bool
        Which triangle is read. The gradient is in that one.
    eigvals_only : bool
    overwrite_a, overwrite_b : bool
        Have no effect.
    type : int
        Of variables, 1 only.
    check_finite : bool
    subset_by_index, subset_by_value : optional
        Not of variables.
    driver : str, optional

    Raises
    ------
    TypeError
        If variables meet a `type` or a subset that has no derivative here.

    See Also
    --------
    scipy.linalg.eigh

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import eigh
    >>> a = mg.tensor([[1.0, 0.0], [0.0, 3.0]])
    >>> w, v = eigh(a)
    >>> w
    Tensor([1., 3.])
    >>> w[1].backward()
    >>> a.grad + 0.0
    array([[0., 0.],
           [0., 1.]])
    """
    a, b = operand(a), operand(b)
    how: dict[str, Any] = {"lower": lower, "check_finite": check_finite, "driver": driver}
    if not has_variable([a, b]):
        how |= {"type": type, "subset_by_index": subset_by_index, "subset_by_value": subset_by_value}
        return scipy.linalg.eigh(a, b, eigvals_only=eigvals_only, **how)
    if subset_by_index is not None or subset_by_value is not None:
        raise TypeError("eigh: a subset has no derivative. Take all eigenvalues, and of these the ones that you need")
    if b is not None and type != 1:
        raise TypeError("eigh: of variables, only the generalized problem of type 1 has a derivative")
    if not eigvals_only:
        return _vectors(a, b, how)
    return _eigvalsh(a, **how) if b is None else _general_eigvalsh(a, b, **how)


@lifts("scipy.linalg.eigvalsh")
def eigvalsh(a: Array, b: Array | None = None, **options: Any) -> Any:
    """Eigenvalues of a symmetric or Hermitian matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, shape (..., M, M), optional
    **options : Any
        Those of `eigh`, but `eigvals_only`.

    See Also
    --------
    eigh, scipy.linalg.eigvalsh

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import eigvalsh
    >>> eigvalsh(mg.tensor([[2.0, 1.0], [1.0, 2.0]]))
    Tensor([1., 3.])
    """
    return eigh(a, b, eigvals_only=True, **options)


# --- singular values ----------------------------------------------------------------------------------


@primitive
def _svd(a: Any, phases_cancel: bool = False, **how: Any) -> Any:
    return scipy.linalg.svd(a, **how)


@primitive
def _svdvals(a: Any, **how: Any) -> Any:
    return scipy.linalg.svd(a, compute_uv=False, **how)


def _of_values(g: Any, u: Any, s: Any, vh: Any) -> Any:
    """The gradient of the matrix by that of its singular values: 0 is a subgradient where one of them is 0."""
    return conj(np.matmul(u * (g * np.sign(s))[..., None, :], vh))


def _svd_vjp(gs: Any, outs: Any, _a: Any, phases_cancel: bool = False, **how: Any) -> Any:
    (gu, g, gvh), (u, s, vh) = gs, outs
    k = s.shape[-1]
    u, v = u[..., :k], transposed(vh[..., :k, :])
    gu = None if gu is None else determined(gu, k, "svd: the last columns of U")
    gv = None if gvh is None else determined(transposed(gvh), k, "svd: the last rows of Vh")
    result: Any = 0 if g is None else _of_values(g, u, s, transposed(v))
    if is_complex(u):
        result = result + _turning(gu, u, s, gv, v, phases_cancel)
    if gu is not None:
        result = result + _left(gu, u, s, transposed(v))
    if gv is not None:  # the right vectors are the left ones of the transposed matrix
        result = result + transposed(_left(gv, v, s, transposed(u)))
    return result


def _turning(gu: Any, u: Any, s: Any, gv: Any, v: Any, phases_cancel: bool) -> Any:
    """What becomes of the phases of `u` and `v`: those of a pair may turn together, which must not matter.

    Where they turn against each other, a singular value moves in the imaginary direction.
    """
    of_u, of_v = phases(gu, u), phases(gv, v)
    if not phases_cancel:
        refuse_phases("svd", of_u - of_v, (gu, u), (gv, v))
    if gu is None or gv is None:
        return 0
    rates = (of_u + of_v) / 2
    rates = -1j * np.where(rates == 0, 0, rates / np.where(s == 0, np.nan, s))
    return conj(np.matmul(u * conj(rates)[..., None, :], transposed(v)))


def _left(g: Any, left: Any, s: Any, right: Any) -> Any:
    """The gradient of left @ diag(s) @ right, by that of its left factor."""
    rotation = np.matmul(transposed(left), g)
    sums = s[..., None, :] + s[..., :, None]
    inner = over_gaps(rotation - adjoint(rotation), s) * (s[..., None, :] / np.where(sums == 0, 1, sums))
    left, right = conj(left), conj(right)
    factor = np.matmul(left, inner)
    if left.shape[-2] > left.shape[-1]:  # it may move out of the space that it spans, too
        factor = factor + (g - np.matmul(left, rotation)) / s[..., None, :]
    return np.matmul(factor, right)


def _svdvals_vjp(g: Any, _s: Any, a: Any, **how: Any) -> Any:
    how |= {"full_matrices": False, "phases_cancel": True}
    return _of_values(g, *(call_several(_svd, a, **how) if has_variable(a) else _svd(a, **how)))


defvjp_several(_svd, _svd_vjp)
defvjp(_svdvals, _svdvals_vjp)


@lifts("scipy.linalg.svd")
def svd(
    a: Array,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    """The singular value decomposition, ``a == U @ diag(s) @ Vh``.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    full_matrices : bool
        Whether to add columns of U, or rows of Vh, that make it square. They have no derivative.
    compute_uv : bool
        Whether to compute U and Vh, too.
    overwrite_a : bool
        Has no effect.
    check_finite : bool
    lapack_driver : {'gesdd', 'gesvd'}

    See Also
    --------
    scipy.linalg.svd

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import svd
    >>> a = mg.tensor([[3.0, 0.0], [0.0, 2.0]])
    >>> s = svd(a, compute_uv=False)
    >>> s
    Tensor([3., 2.])
    >>> s[0].backward()
    >>> a.grad + 0.0
    array([[1., 0.],
           [0., 0.]])
    """
    a = operand(a)
    how: dict[str, Any] = {"check_finite": check_finite, "lapack_driver": lapack_driver}
    if not compute_uv:
        return _svdvals(a, **how)
    if has_variable(a):
        return call_several(_svd, a, full_matrices=full_matrices, **how)
    return _svd(a, full_matrices=full_matrices, **how)


@lifts("scipy.linalg.svdvals")
def svdvals(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The singular values of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    overwrite_a : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    svd, scipy.linalg.svdvals

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import svdvals
    >>> svdvals(mg.tensor([[3.0, 0.0], [0.0, 2.0]]))
    Tensor([3., 2.])
    """
    return svd(a, compute_uv=False, check_finite=check_finite)
