"""The cross-entropy of scores, and its derivative, without cancellation."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad.nnet._inputs import Labels
from mygrad.nnet._numbers import widened
from mygrad.nnet.activations.softmax import normalized_exp, shifted

__all__ = ["LabelsOfScores"]

Array = np.ndarray[Any, Any]


class LabelsOfScores(Labels):
    """The labels of scores that go through the softmax, and what the forward pass leaves for the backward.

    Attributes
    ----------
    exps : ndarray, shape (N, C)
        Those of the scores, less the largest of their row; but 0 at the label.
    others : ndarray, shape (N,)
        Their sum: over all classes but that of the label. (The one of the label comes close to the whole sum
        where the scores are good; that sum less the one would be 0 before long.)
    total : ndarray, shape (N,)
        The sum over all classes.
    losses : ndarray, shape (N,)
        Minus the logarithm of the softmax at the label.
    """

    __slots__ = ("exps", "losses", "others", "total")

    exps: Array
    others: Array
    total: Array
    losses: Array

    @np.errstate(over="ignore", invalid="ignore")
    def crossentropy(self, x: Any) -> Any:
        """The sum of the `losses` of scores `x`, an array of floating-point numbers."""
        x = widened(x)
        total = self._crossentropy(x - np.maximum.reduce(x, axis=1, keepdims=True, initial=-np.inf))
        if total != total:  # nan, perhaps as the difference of infinities
            total = self._crossentropy(shifted(x, 1))
        return total

    def _crossentropy(self, exps: Any) -> Any:
        scores = exps.take(self.places)
        own = np.exp(scores)
        np.exp(exps, out=exps)
        exps.put(self.places, 0)
        others = _sums_of_rows(exps)
        self.exps, self.others, self.total = exps, others, others + own
        self.losses = np.log1p(others + (own - 1)) - scores
        return np.add.reduce(self.losses)

    def scaled_residuals(self, factors: Any) -> Any:
        """The softmax less 1 at the label, each row times its factor. It takes the memory of `exps`."""
        factors = factors / self.total
        residuals = np.multiply(self.exps, factors[:, None], out=self.exps)
        residuals.put(self.places, -factors * self.others)
        return residuals

    def kept_for(self, loss: Any) -> Any:
        """`loss`, whose graph is to hold no more than its derivative takes: nothing, if it is a constant."""
        if loss.constant:
            del self.exps, self.others, self.total, self.losses
        return loss

    def residuals(self, x: Any) -> Any:
        """The softmax less 1 at the label, of scores that are a tensor."""
        own = self.marked(x.shape[1], x.dtype)
        others = normalized_exp(x, 1) * (1 - own)
        return others - np.sum(others, axis=1, keepdims=True) * own


def _sums_of_rows(x: Array) -> Array:
    """The sums of the rows of a matrix. `np.einsum` takes a third of the time for large ones, and is as exact."""
    return np.einsum("ij->i", x) if x.size > 2000 else np.add.reduce(x, axis=1)
