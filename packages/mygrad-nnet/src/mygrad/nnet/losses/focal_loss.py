"""The focal loss of probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, recorded_whole
from mygrad.nnet._inputs import Labels, arrayed, weighted
from mygrad.nnet._numbers import floats, scalar, unmasked

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike, Real

__all__ = ["focal_loss", "focal_slope", "focal_weights"]


def focal_weights(loss: str, alpha: Any, gamma: Any, scores: Any) -> tuple[Any, float]:
    """The checked arguments of a focal loss, which leave the dtype of the scores as it is."""
    gamma = scalar("gamma", gamma)
    if not gamma >= 0:
        raise ValueError(f"{loss}: `gamma` must not be negative, but is {gamma}")
    alpha = unmasked(alpha)
    if alpha.size == 1 and alpha.shape != scores.shape[:1]:
        return scalar("alpha", alpha), gamma
    if alpha.shape != scores.shape[:1]:
        raise ValueError(f"{loss}: `alpha` must be a number or have shape {scores.shape[:1]}, not {alpha.shape}")
    return alpha.astype(scores.dtype if scores.dtype.kind == "f" else np.float64), gamma


def focal_slope(p: Any, q: Any, crossentropy: Any, alpha: Any, gamma: float) -> Any:
    """The derivative of the focal loss by the cross-entropy, which is -log(p); q is 1 - p."""
    certain, impossible = q == 0, p == 0
    ratio = np.where(certain, 1, crossentropy / np.where(certain, 1, q))  # its limit is 1
    return weighted(alpha, q**gamma * (1 + gamma * p * np.where(impossible, 0, ratio)))


def focal_of_probability(p: Any, alpha: Any, gamma: float) -> Any:
    """The focal loss, given the probability of the right class."""
    p = floats(p)
    return weighted(alpha, np.maximum(1 - p, 0) ** gamma * -np.log(p))


def _vjp(g: Any, _y: Any, p: Any, alpha: Any, gamma: float) -> Any:
    return -g * (focal_slope(p, np.maximum(1 - p, 0), -np.log(p), alpha, gamma) / p)


defvjp(focal_of_probability, _vjp, elementwise=True, name="focal_loss")


@recorded_whole
def focal_loss(
    class_probs: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: Real | ArrayLike = 1,
    gamma: Real = 0,
    constant: bool | None = None,
) -> Tensor:
    """The focal loss of each datum: ``-alpha * (1 - p)**gamma * log(p)``, p being that of its class.

    Compared with the cross-entropy, which it is for ``alpha=1`` and ``gamma=0``, it passes over data that are
    already classified well, and so keeps the many easy ones from drowning the few hard ones.

    Parameters
    ----------
    class_probs : array_like, shape (N, C)
        The probabilities of C classes for each of N data, greater than 0.
    targets : array_like of int, shape (N,)
        The right classes: numbers from 0 to C - 1.
    alpha : float | array_like, shape (N,)
        The weight of the data. No gradient flows to it.
    gamma : float
        How little the easy data count; at least 0.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `class_probs` is a constant.

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
    softmax_focal_loss : takes scores instead of probabilities, and is precise where one of those rounds to 0
        or 1.

    References
    ----------
    T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object detection", ICCV
    (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import focal_loss
    >>> p = mg.tensor([[0.5, 0.5], [0.9, 0.1]])
    >>> loss = focal_loss(p, [0, 0], gamma=2)
    >>> loss
    Tensor([0.1732868 , 0.00105361])
    >>> loss.backward()
    >>> p.grad
    array([[-1.19314718,  0.        ],
           [-0.03218321,  0.        ]])
    """
    probs = arrayed(class_probs)
    labels = Labels("focal_loss", probs, targets)
    weights, gamma = focal_weights("focal_loss", alpha, gamma, probs)
    return call(focal_of_probability, np.take(probs, labels.places), weights, gamma, constant=constant)
