"""Determinants, inverses, norms and least squares: values are SciPy's, and derivatives those of `numpy.linalg`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import composed, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, adjoint, array_operand, operand, plain, refuse, transposed
from mygrad.scipy.linalg._triangles import half_diagonal

__all__ = ["det", "inv", "lstsq", "norm", "pinv", "pinvh"]


def _as_read(a: Any, assume_a: str | None, lower: bool) -> Any:
    """The matrix that SciPy takes `a` for, if it is assumed to have a structure, by the entries that it reads."""
    if assume_a == "upper triangular":
        return np.triu(a)
    if assume_a == "lower triangular":
        return np.tril(a)
    if assume_a in ("sym", "her", "pos"):
        half = half_diagonal(a if lower else transposed(a))
        mirrored = transposed(half) if assume_a == "sym" else adjoint(half)
        return half + mirrored if lower or assume_a == "sym" else transposed(half + mirrored)
    return a


def _inv_formula(a: Any, assume_a: str | None = None, lower: bool = False, **_how: Any) -> Any:
    return np.linalg.inv(_as_read(a, assume_a, lower))


def _norm_formula(a: Any, check_finite: bool, **how: Any) -> Any:
    return np.linalg.norm(a, **how)


def _relative(a: Any, atol: Any, rtol: Any) -> Any:
    """Beside the largest singular value, what is taken for zero."""
    values = np.linalg.svd(plain(a), compute_uv=False)
    largest = np.max(values, axis=-1, initial=0)
    rtol = max(a.shape[-2:]) * np.finfo(values.dtype).eps if rtol is None else rtol
    return rtol if atol is None else rtol + atol / np.where(largest == 0, 1, largest)


def _pinv_formula(a: Any, atol: Any, rtol: Any, **_how: Any) -> Any:
    return np.linalg.pinv(a, _relative(a, atol, rtol))


def _pinvh_formula(a: Any, atol: Any, rtol: Any, lower: bool, **_how: Any) -> Any:
    a = a if lower else adjoint(a)
    return np.linalg.pinv(a, _relative(_as_read(plain(a), "her", True), atol, rtol), hermitian=True)


def _lstsq_formula(a: Any, b: Any, cond: Any, of_residues: Any, **_how: Any) -> Any:
    x, residues, _rank, s = np.linalg.lstsq(a, b, np.finfo(np.result_type(a, b)).eps if cond is None else cond)
    residues = residues.astype(of_residues)
    return x, residues if b.ndim == 2 or not residues.size else residues[0], s


def _lstsq_value(a: Any, b: Any, of_residues: Any, **how: Any) -> Any:
    x, residues, _rank, s = scipy.linalg.lstsq(a, b, **how)
    return x, residues, s


_inv = composed(scipy.linalg.inv, _inv_formula)
_det = composed(scipy.linalg.det, lambda a, **_how: np.linalg.det(a))
_norm = composed(scipy.linalg.norm, _norm_formula)
_pinv = composed(scipy.linalg.pinv, _pinv_formula)
_pinvh = composed(scipy.linalg.pinvh, _pinvh_formula)
#: What is not differentiable of several results, computed where `mygrad.lift` does not reach.
_whole_lstsq = primitive(scipy.linalg.lstsq)
_whole_pinv = primitive(scipy.linalg.pinv)
_whole_pinvh = primitive(scipy.linalg.pinvh)
_lstsq = composed(_lstsq_value, _lstsq_formula)


@lifts("scipy.linalg.inv")
def inv(
    a: Array, overwrite_a: bool = False, check_finite: bool = True, *, assume_a: str | None = None, lower: bool = False
) -> Any:
    """The inverse of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    overwrite_a : bool
        Has no effect.
    check_finite : bool
    assume_a : str, optional
        What is assumed is not looked at: the gradient is zero at entries that are not read. Of variables, not
        ``"diagonal"``.
    lower : bool
        Which triangle is read, of a matrix that is assumed to be symmetric.

    See Also
    --------
    scipy.linalg.inv

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import inv
    >>> a = mg.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> y = inv(a)
    >>> y[0, 1].backward()
    >>> y, a.grad + 0.0
    (Tensor([[0.5 , 0.  ],
            [0.  , 0.25]]), array([[ 0.   , -0.125],
           [ 0.   ,  0.   ]]))
    """
    a = operand(a)
    if assume_a == "diagonal" and has_variable(a):
        raise TypeError(
            "inv: of variables that are assumed to be diagonal there is no derivative, for SciPy returns what stands "
            "beside the diagonal as it was. Assume 'upper triangular', or invert the diagonal."
        )
    # Until SciPy 1.17 it assumed nothing.
    structure: dict[str, Any] = {} if assume_a is None and not lower else {"assume_a": assume_a, "lower": lower}
    return _inv(a, check_finite=check_finite, **structure)


@lifts("scipy.linalg.det")
def det(a: Array, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant of a matrix.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    overwrite_a : bool
        Has no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.det

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import det
    >>> a = mg.tensor([[1.0, 2.0], [2.0, 4.0]])
    >>> det(a).backward()
    >>> a.grad.round(9)
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    return _det(operand(a), check_finite=check_finite)


@lifts("scipy.linalg.norm")
def norm(a: Array, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    """A norm of matrices or vectors.

    Parameters
    ----------
    a : array_like
    ord : optional
    axis : int | tuple of ints, optional
    keepdims : bool
    check_finite : bool

    See Also
    --------
    scipy.linalg.norm

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import norm
    >>> a = mg.tensor([3.0, 4.0])
    >>> norm(a).backward()
    >>> a.grad
    array([0.6, 0.8])
    """
    return _norm(operand(a), ord=ord, axis=axis, keepdims=keepdims, check_finite=check_finite)


@lifts("scipy.linalg.pinv")
def pinv(a: Array, *, atol: Any = None, rtol: Any = None, return_rank: bool = False, check_finite: bool = True) -> Any:
    """The pseudo-inverse of a matrix. The derivative is that at the same rank.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    atol, rtol : float, optional
        Singular values up to ``atol + rtol * largest`` count as zero.
    return_rank : bool
    check_finite : bool

    See Also
    --------
    scipy.linalg.pinv

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import pinv
    >>> a = mg.tensor([[2.0], [0.0]])
    >>> y = pinv(a)
    >>> y.sum().backward()
    >>> a.grad.round(9)
    array([[-0.25],
           [ 0.25]])
    """
    refuse("pinv", atol=atol, rtol=rtol)
    how: dict[str, Any] = {"atol": atol, "rtol": rtol, "check_finite": check_finite}
    y = _pinv(operand(a), **how)
    return (y, _whole_pinv(plain(a), return_rank=True, **how)[1]) if return_rank else y


@lifts("scipy.linalg.pinvh")
def pinvh(
    a: Array,
    atol: Any = None,
    rtol: Any = None,
    lower: bool = True,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Any:
    """The pseudo-inverse of a symmetric or Hermitian matrix. The derivative is that at the same rank.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    atol, rtol : float, optional
        Eigenvalues of a size up to ``atol + rtol * largest`` count as zero.
    lower : bool
        Which triangle is read. The gradient is in that one.
    return_rank : bool
    check_finite : bool

    See Also
    --------
    scipy.linalg.pinvh

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import pinvh
    >>> a = mg.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> pinvh(a).sum().backward()
    >>> a.grad.round(9)
    array([[-0.25  ,  0.    ],
           [-0.25  , -0.0625]])
    """
    refuse("pinvh", atol=atol, rtol=rtol)
    how: dict[str, Any] = {"atol": atol, "rtol": rtol, "lower": lower, "check_finite": check_finite}
    y = _pinvh(operand(a), **how)
    return (y, _whole_pinvh(plain(a), return_rank=True, **how)[1]) if return_rank else y


@lifts("scipy.linalg.lstsq")
def lstsq(
    a: Array,
    b: Array,
    cond: float | None = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: str | None = None,
) -> Any:
    """The shortest of the vectors that make ``norm(b - a @ x)`` least.

    Parameters
    ----------
    a : array_like, shape (M, N)
    b : array_like, shape (M,) or (M, K)
    cond : float, optional
        Singular values up to ``cond * largest`` count as zero.
    overwrite_a, overwrite_b : bool
        Have no effect.
    check_finite : bool
    lapack_driver : {'gelsd', 'gelsy', 'gelss'}, optional

    Returns
    -------
    tuple
        The vectors, the sums of squares that are left, the rank, and the singular values, or None.

    See Also
    --------
    scipy.linalg.lstsq

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import lstsq
    >>> y = mg.tensor([1.0, 3.0, 8.0])
    >>> x, residue, rank, s = lstsq([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], y)
    >>> x[1].backward()
    >>> x.round(9), y.grad.round(9) + 0.0
    (Tensor([0.5, 3.5]), array([-0.5,  0. ,  0.5]))
    """
    refuse("lstsq", cond=cond)
    a, b = operand(a), operand(b)
    how: dict[str, Any] = {"cond": cond, "check_finite": check_finite, "lapack_driver": lapack_driver}
    x, residues, rank, s = _whole_lstsq(plain(a), plain(b), **how)
    if not has_variable([a, b]):
        return x, residues, rank, s
    # (Their dtype is that of complex arguments since SciPy 1.18.)
    x, residues, s = _lstsq(array_operand(a), array_operand(b), of_residues=np.asarray(residues).dtype, **how)
    return x, residues, rank, s
