"""The cross-entropy of the softmax of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import floats
from mygrad.nnet.activations.softmax import normalized_exp, shifted
from mygrad.nnet.losses._inputs import Labels, arrayed

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["LabelsOfScores", "softmax_crossentropy"]


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

    def crossentropy(self, x: Any) -> Any:
        """The sum of the `losses` of scores `x`, an array."""
        x = floats(x)
        top = np.maximum.reduce(x, axis=1, keepdims=True, initial=-np.inf)
        with np.errstate(over="ignore", invalid="ignore"):
            total = self._crossentropy(x - top)
            if total != total:  # nan, perhaps as the difference of infinities
                total = self._crossentropy(shifted(x, 1))
        return total

    def _crossentropy(self, exps: Any) -> Any:
        scores = exps.take(self.places)
        own = np.exp(scores)
        np.exp(exps, out=exps)
        exps.put(self.places, 0)
        others = np.add.reduce(exps, axis=1)
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
        """The softmax less 1 at the label: of scores that are a tensor."""
        return normalized_exp(x, 1) - self.marked(x.shape[1], x.dtype)


def mean_crossentropy(x: Any, labels: LabelsOfScores) -> Any:
    """The mean cross-entropy of scores `x`."""
    return labels.crossentropy(x) / len(x)


def _joint(node: Any, g: Any, _may_write: bool) -> list[Any]:
    labels = node.parents[1]
    return [labels.scaled_residuals(g / len(labels))]


defvjp(mean_crossentropy, lambda g, _y, x, labels: g / len(labels) * labels.residuals(x), joint=_joint)


def softmax_crossentropy(x: ArrayLike, y_true: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The mean cross-entropy of the softmax of scores: ``-log(softmax(x))`` at the labels.

    Parameters
    ----------
    x : array_like, shape (N, C)
        The scores of C classes for each of N data.
    y_true : array_like of int, shape (N,)
        The right classes: numbers from 0 to C - 1.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape ()

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If the labels are not integers.
    IndexError
        If there is no class of such a number.

    See Also
    --------
    negative_log_likelihood : takes log-probabilities instead of scores.

    Notes
    -----
    Loss and gradient keep their digits where the scores leave next to no doubt, to the point where they
    underflow.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import softmax_crossentropy
    >>> x = mg.tensor([[2.0, 2.0, 2.0], [0.0, 0.0, 50.0]])
    >>> loss = softmax_crossentropy(x, [0, 2])
    >>> loss
    Tensor(0.54930614)
    >>> loss.backward()
    >>> x.grad
    array([[-3.33333333e-01,  1.66666667e-01,  1.66666667e-01],
           [ 9.64374924e-23,  9.64374924e-23, -1.92874985e-22]])
    """
    scores = arrayed(x)
    labels = LabelsOfScores("softmax_crossentropy", scores, y_true)
    return labels.kept_for(call(mean_crossentropy, scores, labels, constant=constant))
