"""What layers and losses are given: arrays and tensors, scores and their labels, predictions and targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad import multiply
from mygrad.nnet._numbers import unmasked
from mygrad.tensor import Tensor

__all__ = ["Labels", "arrayed", "matched", "weighted"]

Array = np.ndarray[Any, Any]


def arrayed(x: Any) -> Any:
    """`x`, made a tensor if it is no array either, so that tensors in a list get their gradients."""
    if isinstance(x, Tensor):  # asked first, since it takes a tensor long to say that it is no array
        return x
    if isinstance(x, np.ndarray):
        return unmasked(x)
    if x is None:
        raise TypeError(
            "expected an array or a tensor, but got None. Does a function, or a layer before, return nothing?"
        )
    return x if hasattr(x, "shape") else multiply(x, 1)


class Labels:
    """The labels of scores, one number of a class for each row.

    Parameters
    ----------
    loss : str
        Its name, for messages.
    scores : Tensor | ndarray, shape (N, C)
    labels : array_like of int, shape (N,)

    Attributes
    ----------
    places : ndarray, shape (N,)
        The indices of the entries at the labels, counted row by row: what `np.take` and `np.put` take.
    classes : ndarray, shape (N,)
        Not a copy.

    Raises
    ------
    TypeError
        If they are not integers.
    ValueError
        If the shapes do not fit.
    IndexError
        If there is no such class.
    """

    __slots__ = ("classes", "places")

    classes: Array
    places: Array

    def __init__(self, loss: str, scores: Any, labels: Any) -> None:
        if len(scores.shape) != 2:
            raise ValueError(f"{loss}: expected scores of shape (N, C), but they have shape {scores.shape}")
        given = unmasked(labels)
        n, c = scores.shape
        if given.shape != (n,):
            raise ValueError(
                f"{loss}: for scores of shape {scores.shape}, the labels must have shape {(n,)}, not {given.shape}"
            )
        if given.dtype.kind not in "iu" and n:
            raise TypeError(f"{loss}: labels are numbers of classes, of an integer dtype, but these are {given.dtype}")
        classes = given.astype(np.intp, copy=False)
        if n and np.maximum.reduce(classes.view(np.uintp)) >= c:  # or negative, for then this is larger still
            raise IndexError(
                f"{loss}: for {c} classes, labels go from 0 to {c - 1}, but some are as low as {given.min()} "
                f"or as high as {given.max()}"
            )
        self.classes = classes
        self.places = np.arange(0, n * c, c) + classes if n else classes

    def __len__(self) -> int:
        return len(self.places)

    def __repr__(self) -> str:
        return f"<{len(self)} labels>"

    def marked(self, classes: int, dtype: Any, value: Any = 1) -> Array:
        """An array of zeros, with `value` at the labels."""
        rows = np.zeros((len(self), classes), dtype)
        rows.put(self.places, value)
        return rows


def matched(loss: str, **arguments: Any) -> tuple[Any, Any]:
    """The two arguments, which must have one shape.

    Integers take the dtype of the other argument, so that float32 stays float32.

    Raises
    ------
    TypeError
        If one of them does not hold real numbers.
    ValueError
        If the shapes differ. (To broadcast here is nearly always a mistake.)
    """
    a, b = map(arrayed, arguments.values())
    for name, x in zip(arguments, (a, b), strict=True):
        if x.dtype.kind not in "fiub":
            raise TypeError(f"{loss}: `{name}` must hold real numbers, but is of dtype {x.dtype}")
    if a.shape != b.shape:
        first, second = arguments
        raise ValueError(f"{loss}: `{first}` has shape {a.shape}, but `{second}` has {b.shape}; they must agree")
    if a.dtype.kind != "f":
        a = unmasked(a).astype(b.dtype if b.dtype.kind == "f" else np.float64)
    if b.dtype.kind != "f":
        b = unmasked(b).astype(a.dtype)
    return a, b


def weighted(weights: Any, x: Any) -> Any:
    """``weights * x``, and 0 where the weight is 0, even if `x` is infinite there."""
    with np.errstate(invalid="ignore"):
        product = weights * x
        if isinstance(product, np.ndarray):
            total = np.vdot(product, product)  # nan if there is one
            if total == total:
                return product
        return np.where(weights == 0, 0, product)
