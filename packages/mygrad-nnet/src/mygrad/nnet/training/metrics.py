"""Measures of success."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import asarray
from mygrad.nnet._numbers import unmasked

if TYPE_CHECKING:
    from mygrad.typing import ArrayLike

__all__ = ["accuracy", "confusion_matrix"]

Array = np.ndarray[Any, Any]


def accuracy(predictions: ArrayLike, labels: ArrayLike) -> float:
    """The share of the predictions that are right.

    Parameters
    ----------
    predictions : array_like, shape (N, C, ...) or (N, ...)
        Scores of C classes, the highest of which counts, or the numbers of classes themselves.
    labels : array_like of int, shape (N, ...)
        The right classes.

    Returns
    -------
    float
        nan if there are none.

    Examples
    --------
    >>> from mygrad.nnet.training import accuracy
    >>> accuracy([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]], [1, 0, 0])
    0.6666666666666666
    >>> accuracy([1, 0, 1], [1, 0, 0])
    0.6666666666666666
    """
    found, right = _classes("accuracy", predictions, labels)
    return float(np.mean(found == right)) if right.size else float("nan")


def confusion_matrix(predictions: ArrayLike, labels: ArrayLike, classes: int | None = None) -> Array:
    """How often which class was taken for which.

    Parameters
    ----------
    predictions : array_like, shape (N, C, ...) or (N, ...)
        Scores of C classes, the highest of which counts, or the numbers of classes themselves.
    labels : array_like of int, shape (N, ...)
        The right classes.
    classes : int, optional
        How many there are. By default, of scores C, and else so many that all occur.

    Returns
    -------
    ndarray of int, shape (classes, classes)
        In row i and column j is how often the class j was predicted where i was right.

    Examples
    --------
    >>> from mygrad.nnet.training import confusion_matrix
    >>> confusion_matrix([1, 0, 1, 2], [1, 0, 0, 2])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    found, right = _classes("confusion_matrix", predictions, labels)
    if classes is None:
        shape = np.shape(asarray(predictions))
        classes = shape[1] if len(shape) > right.ndim else max(found.max(initial=-1), right.max(initial=-1)) + 1
    count = index(classes)
    for name, numbers in (("predictions", found), ("labels", right)):
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
            raise IndexError(
                f"confusion_matrix: of {count} classes, the numbers go from 0 to {count - 1}, but `{name}` has some as "
                f"low as {numbers.min()} or as high as {numbers.max()}"
            )
    pairs = right * count + found
    return np.bincount(pairs.ravel(), minlength=count * count).reshape(count, count)


def _classes(metric: str, predictions: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """The classes that were predicted, and those that are right."""
    found, right = (unmasked(a if isinstance(a, np.ndarray) else asarray(a)) for a in (predictions, labels))
    if found.ndim == right.ndim + 1 and right.ndim and found.shape[:1] + found.shape[2:] == right.shape:
        found = np.argmax(found, axis=1) if found.size else np.zeros(right.shape, np.intp)
    if found.shape != right.shape:
        raise ValueError(
            f"{metric}: for labels of shape {right.shape}, predictions must have that shape, or one more axis for the "
            f"scores of classes, the second, but they have {found.shape}"
        )
    for name, numbers in (("predictions", found), ("labels", right)):
        if numbers.dtype.kind not in "iu" and numbers.size:
            raise TypeError(f"{metric}: `{name}` must be numbers of classes, of an integer dtype, not {numbers.dtype}")
    return found.astype(np.intp, copy=False), right.astype(np.intp, copy=False)  # lists of nothing are of floats
