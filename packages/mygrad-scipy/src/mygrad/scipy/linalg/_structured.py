"""Matrices that have the same entries several times: these are picked."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, plain

__all__ = ["block_diag", "circulant", "hankel", "khatri_rao", "toeplitz"]


def _numbered(x: Any, start: int = 0) -> Any:
    return np.arange(start, start + x.size).reshape(x.shape)


@lifts("scipy.linalg.toeplitz")
def toeplitz(c: Array, r: Array | None = None) -> Any:
    """The matrix that is constant along diagonals, by its first column and its first row.

    Parameters
    ----------
    c : array_like, shape (..., M)
    r : array_like, shape (..., N), optional
        By default, the conjugate of `c`. Its first entry has no part in the result.

    See Also
    --------
    scipy.linalg.toeplitz

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import toeplitz
    >>> c = mg.tensor([1.0, 2.0])
    >>> y = toeplitz(c, [1.0, 3.0, 4.0])
    >>> y
    Tensor([[1., 3., 4.],
            [2., 1., 3.]])
    >>> y.sum().backward()
    >>> c.grad
    array([2., 1.])
    """
    c, r = operand(c), operand(r)
    if not has_variable([c, r]):
        return scipy.linalg.toeplitz(c) if r is None else scipy.linalg.toeplitz(c, r)
    c = np.atleast_1d(c)
    if r is None and c.dtype.kind != "c":
        return np.ravel(c)[scipy.linalg.toeplitz(_numbered(c))]
    r = np.conj(c) if r is None else np.atleast_1d(r)
    return _joined(c, r)[scipy.linalg.toeplitz(_numbered(c), _numbered(r, c.size))]


@lifts("scipy.linalg.circulant")
def circulant(c: Array) -> Any:
    """The matrix whose columns are its first column, turned round.

    Parameters
    ----------
    c : array_like, shape (..., N)

    See Also
    --------
    scipy.linalg.circulant

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import circulant
    >>> c = mg.tensor([1.0, 2.0])
    >>> circulant(c)
    Tensor([[1., 2.],
            [2., 1.]])
    >>> circulant(c)[0].sum().backward()
    >>> c.grad
    array([1., 1.])
    """
    c = operand(c)
    if not has_variable(c):
        return scipy.linalg.circulant(c)
    c = np.atleast_1d(c)
    return np.ravel(c)[scipy.linalg.circulant(_numbered(c))]


@lifts("scipy.linalg.hankel")
def hankel(c: Array, r: Array | None = None) -> Any:
    """The matrix that is constant along the other diagonals, by its first column and its last row.

    Parameters
    ----------
    c : array_like, shape (..., M)
    r : array_like, shape (..., N), optional
        By default, zeros. Its first entry has no part in the result.

    See Also
    --------
    scipy.linalg.hankel

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import hankel
    >>> c = mg.tensor([1.0, 2.0])
    >>> y = hankel(c)
    >>> y
    Tensor([[1., 2.],
            [2., 0.]])
    >>> y.sum().backward()
    >>> c.grad
    array([1., 2.])
    """
    c, r = operand(c), operand(r)
    if not has_variable([c, r]):
        return scipy.linalg.hankel(c) if r is None else scipy.linalg.hankel(c, r)
    c = array_operand(c)
    r = np.zeros_like(c) if r is None else array_operand(r)
    return _joined(c, r)[scipy.linalg.hankel(_numbered(c), _numbered(r, c.size))]


def _joined(c: Any, r: Any) -> Any:
    return np.concatenate([np.ravel(c), np.ravel(r)])


@lifts("scipy.linalg.block_diag")
def block_diag(*arrs: Array) -> Any:
    """The matrix with the given ones along its diagonal.

    Parameters
    ----------
    *arrs : array_like
        One with one dimension is a row. Of more than two, the first ones are broadcast, where SciPy does that.

    See Also
    --------
    scipy.linalg.block_diag

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import block_diag
    >>> a = mg.tensor([[1.0, 2.0]])
    >>> y = block_diag(a, 3.0)
    >>> y
    Tensor([[1., 2., 0.],
            [0., 0., 3.]])
    >>> (y * y).sum().backward()
    >>> a.grad
    array([[2., 4.]])
    """
    blocks = [operand(a) for a in arrs]
    if not has_variable(blocks):
        return scipy.linalg.block_diag(*blocks)
    blocks = [np.atleast_2d(a) for a in blocks]
    scipy.linalg.block_diag(*plain(blocks))  # and its errors
    many = np.broadcast_shapes(*[a.shape[:-2] for a in blocks])
    blocks = [np.broadcast_to(a, many + a.shape[-2:]) for a in blocks]
    width = sum(a.shape[-1] for a in blocks)
    dtype = np.result_type(*[a.dtype for a in blocks])
    rows, before = [], 0
    for a in blocks:
        after = width - before - a.shape[-1]
        zeros = [np.zeros((*a.shape[:-1], n), dtype) for n in (before, after)]
        rows.append(np.concatenate([zeros[0], a, zeros[1]], axis=-1))
        before += a.shape[-1]
    return np.concatenate(rows, axis=-2)


def _khatri_rao_formula(a: Any, b: Any) -> Any:
    c = a[..., :, None, :] * b[..., None, :, :]
    return np.reshape(c, (*c.shape[:-3], c.shape[-3] * c.shape[-2], c.shape[-1]))


_khatri_rao = composed(scipy.linalg.khatri_rao, _khatri_rao_formula)


@lifts("scipy.linalg.khatri_rao")
def khatri_rao(a: Array, b: Array) -> Any:
    """The Kronecker products of the columns of two matrices.

    Parameters
    ----------
    a : array_like, shape (..., N, K)
    b : array_like, shape (..., M, K)

    See Also
    --------
    scipy.linalg.khatri_rao

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import khatri_rao
    >>> a = mg.tensor([[1.0, 2.0]])
    >>> y = khatri_rao(a, [[3.0, 4.0], [5.0, 6.0]])
    >>> y
    Tensor([[ 3.,  8.],
            [ 5., 12.]])
    >>> y.sum().backward()
    >>> a.grad
    array([[ 8., 10.]])
    """
    a, b = operand(a), operand(b)
    if not has_variable([a, b]):
        return scipy.linalg.khatri_rao(a, b)
    return _khatri_rao(array_operand(a), array_operand(b))
