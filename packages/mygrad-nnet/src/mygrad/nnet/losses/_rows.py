"""Scores and their labels, one row for each datum, with the options that such losses share."""

from __future__ import annotations

from math import prod
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import moveaxis, reshape
from mygrad.nnet._inputs import Labels, arrayed, weighted
from mygrad.nnet._numbers import reals, unmasked
from mygrad.nnet.losses._reduction import portion

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["Rows", "class_weights", "in_shape", "rows_of"]

Array = np.ndarray[Any, Any]
Lengths = tuple[int, ...]


def class_weights(loss: str, weights: Any, scores: Any) -> Array:
    """The weights of classes, in the dtype of the scores, of shape (N, C, ...)."""
    dtype = scores.dtype if scores.dtype.kind == "f" else np.float64
    found = np.asarray(reals(unmasked(weights)), dtype)
    if found.shape != scores.shape[1:2]:
        raise ValueError(
            f"{loss}: for scores of shape {scores.shape}, the weights must have shape {scores.shape[1:2]}, not "
            f"{found.shape}"
        )
    return found


class Rows:
    """The labels of the rows of a matrix of scores, and what each row counts. See `rows_of`.

    Attributes
    ----------
    labels : Labels
        Of the kind that is asked for; of some class where a label is ignored: there the weight is 0.
    reduction : str
        What becomes of the losses of the rows.
    ignored : ndarray of int
        The rows that are left out.
    weights : ndarray, shape (M,) | None
        None, if all are 1.
    count : float
        By what the sum of the losses is divided for their mean.
    """

    def __init__(
        self,
        loss: str,
        kind: type[Labels],
        scores: Any,
        labels: Array,
        weights: Any,
        ignore_label: int | None,
        reduction: str,
    ) -> None:
        self.reduction = reduction
        self.ignored: Any = []
        if ignore_label is not None:
            self.ignored = np.flatnonzero(labels == _label_to_ignore(loss, ignore_label))
            if len(self.ignored):
                labels = labels.copy()
                labels[self.ignored] = 0
        self.labels: Any = kind(loss, scores, labels)
        self.weights: Array | None = None
        self.count: float = len(labels)
        if weights is not None:
            self.weights = class_weights(loss, weights, scores)[self.labels.classes]
        if len(self.ignored):
            if self.weights is None:
                self.weights = np.ones(len(labels), scores.dtype if scores.dtype.kind == "f" else np.float64)
            self.weights[self.ignored] = 0
            self.count -= len(self.ignored)
        if reduction == "weighted_mean" and self.weights is not None:
            self.count = float(np.sum(self.weights, dtype=np.float64))

    def weigh(self, losses: Any) -> Any:
        """The losses of the rows, each times its weight."""
        return losses if self.weights is None else weighted(self.weights, losses)

    def factors(self, g: Any) -> Any:
        """What the derivatives of the losses of the rows are multiplied by: a number, or one for each."""
        g = portion(g, self.reduction, self.count)
        return g if self.weights is None else g * self.weights

    def without_ignored(self, gradients: Any) -> Any:
        """The gradients of the rows; but 0 where the weight is, whatever the scores are there."""
        return gradients if self.weights is None else np.where(self.weights[:, None] == 0, 0, gradients)

    def __repr__(self) -> str:
        ignored = f", {len(self.ignored)} of them ignored" if len(self.ignored) else ""
        reduction = "" if self.reduction == "mean" else f", reduction={self.reduction!r}"
        return f"<{len(self.labels)} labels{ignored}{reduction}>"


def rows_of(
    loss: str,
    kind: type[Labels],
    x: Any,
    y_true: Any,
    weights: Any,
    ignore_label: int | None,
    reduction: str,
) -> tuple[Any, Rows, Lengths]:
    """Scores of shape (N, C, ...) as a matrix; what there is for its rows; and the shape of the labels."""
    scores, labels = arrayed(x), unmasked(y_true)
    shape, given = scores.shape, labels.shape
    if len(shape) > 2:
        expected = (shape[0], *shape[2:])
        if given != expected:
            raise ValueError(f"{loss}: for scores of shape {shape}, the labels must have shape {expected}, not {given}")
        scores, labels = reshape(moveaxis(scores, 1, -1), (prod(given), shape[1])), labels.reshape(prod(given))
    return scores, Rows(loss, kind, scores, labels, weights, ignore_label, reduction), given


def in_shape(losses: Tensor, shape: Lengths, constant: bool | None) -> Tensor:
    """The losses of rows in the shape of the labels; or what they were reduced to."""
    return losses if losses.shape in ((), shape) else reshape(losses, shape, constant=constant)


def _label_to_ignore(loss: str, label: Any) -> int:
    """The argument `ignore_label`, if it is an integer."""
    try:
        return index(label)
    except TypeError:
        raise TypeError(f"{loss}: `ignore_label` must be an integer, not {label!r}") from None
