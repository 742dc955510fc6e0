"""The focal loss of the softmax of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, recorded_whole
from mygrad.nnet._inputs import arrayed, weighted
from mygrad.nnet._numbers import floats
from mygrad.nnet.activations.softmax import log_of_softmax
from mygrad.nnet.losses._saturation import LabelsOfScores
from mygrad.nnet.losses.focal_loss import focal_slope, focal_weights

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["softmax_focal_loss"]


def focal_of_softmax(x: Any, labels: LabelsOfScores, alpha: Any, gamma: float) -> Any:
    """The focal loss, given scores."""
    x = floats(x)
    labels.crossentropy(x)
    return weighted(alpha, (labels.others / labels.total) ** gamma * labels.losses).astype(x.dtype, copy=False)


def _vjp(g: Any, _y: Any, x: Any, labels: LabelsOfScores, alpha: Any, gamma: float) -> Any:
    log_p = np.take(log_of_softmax(x, 1), labels.places)
    slope = focal_slope(np.exp(log_p), -np.expm1(log_p), -log_p, alpha, gamma)
    return (g * slope)[:, None] * labels.residuals(x)


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    _x, labels, alpha, gamma = node.parents
    losses = labels.losses
    slope = focal_slope(np.exp(-losses), labels.others / labels.total, losses, alpha, gamma)
    return [labels.scaled_residuals(g * slope)]


defvjp(focal_of_softmax, _vjp, vjp_all=_vjp_all, name="softmax_focal_loss")


@recorded_whole
def softmax_focal_loss(
    scores: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: Real | ArrayLike = 1,
    gamma: Real = 0,
    constant: bool | None = None,
) -> Tensor:
    """The focal loss of each datum: ``-alpha * (1 - p)**gamma * log(p)``, p being the softmax of its score.

    Parameters
    ----------
    scores : array_like, shape (N, C)
        The scores of C classes for each of N data.
    targets : array_like of int, shape (N,)
        The right classes: numbers from 0 to C - 1.
    alpha : float | array_like, shape (N,)
        The weight of the data. No gradient flows to it.
    gamma : float
        How little the easy data count; at least 0.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `scores` is a constant.

    Returns
    -------
    Tensor, shape (N,)

    Raises
    ------
    ValueError
        If the shapes do not fit, or `gamma` is negative.
    TypeError
        If the labels are not integers.
    IndexError
        If there is no class of such a number.

    See Also
    --------
    focal_loss : takes probabilities instead of scores.

    Notes
    -----
    Loss and gradient keep their digits where p comes close to 0 or 1.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object detection", ICCV
    (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import softmax_focal_loss
    >>> scores = mg.tensor([[0.0, 0.0], [-1000.0, 0.0]])
    >>> loss = softmax_focal_loss(scores, [0, 0], alpha=0.25, gamma=2)
    >>> loss
    Tensor([4.33216988e-02, 2.50000000e+02])
    >>> loss.backward()
    >>> scores.grad
    array([[-0.0745717,  0.0745717],
           [-0.25     ,  0.25     ]])
    """
    x = arrayed(scores)
    labels = LabelsOfScores("softmax_focal_loss", x, targets)
    weights, gamma = focal_weights("softmax_focal_loss", alpha, gamma, x)
    return labels.kept_for(call(focal_of_softmax, x, labels, weights, gamma, constant=constant))
