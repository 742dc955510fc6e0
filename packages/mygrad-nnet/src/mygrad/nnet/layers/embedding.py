"""Embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mygrad import take
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import unmasked

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["embedding"]


def embedding(indices: ArrayLike, weight: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Look up a vector for each index: rows of a matrix.

    Parameters
    ----------
    indices : array_like of int, shape (...)
        Numbers from 0 to V - 1, of words, say.
    weight : array_like, shape (V, D)
        The vectors.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `weight` is a constant.

    Returns
    -------
    Tensor, shape (..., D)

    Raises
    ------
    TypeError
        If the indices are not integers.
    IndexError
        If there is no such row. (Negative numbers do not count from the end: here, they are mistakes.)
    ValueError
        If `weight` is no matrix.

    References
    ----------
    Y. Bengio, R. Ducharme, P. Vincent and C. Jauvin, "A neural probabilistic language model", Journal of Machine
    Learning Research (2003).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import embedding
    >>> weight = mg.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    >>> y = embedding([2, 0, 2], weight)
    >>> y
    Tensor([[4., 5.],
            [0., 1.],
            [4., 5.]])
    >>> y.backward()
    >>> weight.grad
    array([[1., 1.],
           [0., 0.],
           [2., 2.]])
    """
    given = unmasked(indices)
    matrix = arrayed(weight)
    shape = matrix.shape
    if len(shape) != 2:
        raise ValueError(f"embedding: `weight` must be a matrix, with a row for each index, but has shape {shape}")
    if matrix.dtype.kind not in "fiub":
        raise TypeError(f"embedding: `weight` must hold real numbers, but is of dtype {matrix.dtype}")
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(f"embedding: indices are integers, but these are of dtype {given.dtype}")
    rows = given.astype(np.intp)
    if rows.size and rows.view(np.uintp).max() >= shape[0]:  # or negative, for then this is larger still
        raise IndexError(
            f"embedding: for `weight` of shape {shape}, indices go from 0 to {shape[0] - 1}, but some are as low as "
            f"{given.min()} or as high as {given.max()}"
        )
    return take(matrix, rows, axis=0, constant=constant)
