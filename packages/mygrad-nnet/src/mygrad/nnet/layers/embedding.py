"""Embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive, recorded_whole
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import unmasked, widened

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["embedding"]

Array = np.ndarray[Any, Any]


class Rows:
    """Which rows are looked up, of how many.

    Parameters
    ----------
    indices : ndarray of intp
    count : int
    """

    __slots__ = ("count", "indices")

    def __init__(self, indices: Array, count: int) -> None:
        self.indices: Array = indices
        self.count: int = count

    def __repr__(self) -> str:
        return f"<indices of shape {self.indices.shape}>"


@primitive
def looked_up(matrix: Any, rows: Rows) -> Any:
    """The rows of a matrix at the indices."""
    return np.take(matrix, rows.indices, axis=0)


@primitive
def added_up(g: Any, rows: Rows) -> Any:
    """The transpose of `looked_up`: each row is the sum of those of `g` at its index."""
    vectors = widened(g).reshape(rows.indices.size, g.shape[-1])
    indices = rows.indices.reshape(-1)
    result = np.zeros((rows.count, g.shape[-1]), vectors.dtype)
    # What is there once is assigned. For what is there again, `np.add.at` takes long; to sort takes longer, if that is
    # little.
    numbers = np.arange(len(indices))
    last = np.empty(rows.count, np.intp)
    last[indices] = numbers
    again = np.flatnonzero(last[indices] != numbers)
    if 2 * len(again) <= len(indices):
        result[indices] = vectors
        np.add.at(result, indices[again], vectors[again])
        return result
    order = np.argsort(indices, kind="stable")
    indices = indices[order]
    starts = np.flatnonzero(np.diff(indices, prepend=-1))
    result[indices[starts]] = np.add.reduceat(vectors[order], starts, axis=0)
    return result


defvjp(looked_up, lambda g, _y, _matrix, rows: added_up(g, rows), masks=True, name="embedding")
defvjp(added_up, lambda v, _y, _g, rows: looked_up(v, rows))


@recorded_whole
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
    return call(looked_up, matrix, Rows(rows, shape[0]), constant=constant)
