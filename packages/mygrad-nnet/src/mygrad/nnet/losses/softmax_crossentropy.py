"""The cross-entropy of the softmax of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, share
from mygrad.nnet.losses._saturation import LabelsOfScores

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["softmax_crossentropy"]


def mean_crossentropy(x: Any, labels: LabelsOfScores) -> Any:
    """The mean cross-entropy of scores `x`."""
    x = floats(x)
    return (labels.crossentropy(x) / len(x)).astype(x.dtype, copy=False)


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    labels = node.parents[1]
    return [labels.scaled_residuals(share(g, len(labels)))]


defvjp(mean_crossentropy, lambda g, _y, x, labels: share(g, len(labels)) * labels.residuals(x), vjp_all=_vjp_all)


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
