"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._results import as_array, call
from mygrad._rules.piecewise import strict_absolute

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis

__all__ = ["matrix_norm", "norm", "vector_norm"]


@implements(np.linalg.norm)
def norm(
    x: ArrayLike,
    ord: Any = None,
    axis: Any = None,
    keepdims: bool = False,
    *,
    nan_to_num: bool = True,
    constant: bool | None = None,
) -> Tensor:
    """Norm of vectors or matrices.

    Parameters
    ----------
    x : array_like
    ord : float | str, optional
        Which norm. Of a vector, p stands for ``sum(abs(x)**p)**(1/p)``, inf and -inf for the largest and the
        smallest absolute value, 0 for the number of elements that are not 0. Of a matrix, "fro" is the
        Frobenius norm, "nuc" the sum of the singular values, 2 and -2 stand for the largest and the smallest of
        these, and 1, -1, inf and -inf for the largest or smallest sum of absolute values of a column or row.
        By default the square root of the sum of all squares.
    axis : int | tuple[int, int], optional
        The axis along which the vectors lie, or the two axes of the matrices. By default `x` is one vector or
        matrix, or, without `ord`, one vector of all its elements.
    keepdims : bool, optional
        Whether the axes stay in the result, with length one.
    nan_to_num : bool, optional
        Whether the derivative with respect to an element that is 0 is taken as 0 where, strictly, there is
        none. If False, it is nan.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there is no such norm for that number of axes.

    Notes
    -----
    Elements that tie for the largest or the smallest share the gradient equally.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[3.0, 4.0], [0.0, 0.0]])
    >>> y = mg.linalg.norm(x, axis=1)
    >>> y
    Tensor([5., 0.])
    >>> y.backward()
    >>> x.grad
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    if not nan_to_num:
        x = as_array(x)
        of_singular_values = ord in (2, -2, "nuc") and (np.size(axis) == 2 or (axis is None and x.ndim == 2))
        if not of_singular_values:
            x = call(strict_absolute, x)
    return call(np.linalg.norm, x, ord, axis, keepdims, constant=constant)


@implements(np.linalg.vector_norm)
def vector_norm(
    x: ArrayLike,
    /,
    *,
    axis: Axis = None,
    keepdims: bool = False,
    ord: float = 2,
    constant: bool | None = None,
) -> Tensor:
    """Norm of vectors.

    Parameters
    ----------
    x : array_like
    axis : int | tuple[int, ...], optional
        The axes over which the elements of a vector are spread; all by default.
    keepdims : bool, optional
        Whether the axes stay in the result, with length one.
    ord : float, optional
        As for `norm`.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[3.0, 4.0], [0.0, 12.0]])
    >>> mg.linalg.vector_norm(x)
    Tensor(13.)
    >>> mg.linalg.vector_norm(x, axis=1, ord=1)
    Tensor([ 7., 12.])
    """
    return call(np.linalg.vector_norm, x, axis=axis, keepdims=keepdims, ord=ord, constant=constant)


@implements(np.linalg.matrix_norm)
def matrix_norm(x: ArrayLike, /, *, keepdims: bool = False, ord: Any = "fro", constant: bool | None = None) -> Tensor:
    """Norm of the matrices in the last two axes.

    Parameters
    ----------
    x : array_like, shape (..., M, N)
    keepdims : bool, optional
        Whether the axes stay in the result, with length one.
    ord : float | str, optional
        As for `norm`.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape (...)

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[3.0, 4.0], [0.0, 12.0]])
    >>> mg.linalg.matrix_norm(x)
    Tensor(13.)
    >>> mg.linalg.matrix_norm(x, ord=1)
    Tensor(16.)
    """
    return call(np.linalg.matrix_norm, x, keepdims=keepdims, ord=ord, constant=constant)
