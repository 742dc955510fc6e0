"""The triplet loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import maximum
from mygrad.nnet._inputs import matched
from mygrad.nnet._numbers import scalar
from mygrad.nnet.losses._reduction import checked, finished

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["triplet_margin_loss"]


def triplet_margin_loss(
    anchor: ArrayLike,
    positive: ArrayLike,
    negative: ArrayLike,
    margin: Real = 1.0,
    *,
    eps: Real = 1e-6,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean of ``maximum(0, |anchor - positive| - |anchor - negative| + margin)``, of Euclidean distances.

    Parameters
    ----------
    anchor, positive, negative : array_like, shape (N, D) or (D,)
        Vectors; those that should be close to these; and those that should be farther away, by the margin.
    margin : float
        Greater than 0.
    eps : float
        Added to each difference, so that distances have a derivative where vectors agree.
    reduction : "mean" | "sum" | "none"
        What becomes of the losses of all triplets: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if all three are constants.

    Returns
    -------
    Tensor, shape ()
        (N,), if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes differ, the margin is not positive, `eps` is negative, or there is no such reduction.

    Notes
    -----
    At the margin half of the derivative flows, as `mygrad.maximum` shares it in a tie.

    References
    ----------
    F. Schroff, D. Kalenichenko and J. Philbin, "FaceNet: a unified embedding for face recognition and clustering", CVPR
    (2015).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import triplet_margin_loss
    >>> anchor = mg.tensor([[0.0, 0.0]])
    >>> loss = triplet_margin_loss(anchor, [[3.0, 4.0]], [[0.0, 5.5]], eps=0)
    >>> loss
    Tensor(0.5)
    >>> loss.backward()
    >>> anchor.grad
    array([[-0.6,  0.2]])
    """
    name = "triplet_margin_loss"
    a, near = matched(name, anchor=anchor, positive=positive)
    a, far = matched(name, anchor=a, negative=negative)
    if a.ndim not in (1, 2):
        raise ValueError(f"{name}: expected arrays of shape (N, D) or (D,), but they have {a.shape}")
    margin, eps = scalar("margin", margin), scalar("eps", eps)
    if not margin > 0:
        raise ValueError(f"{name}: the margin must be positive, but is {margin}")
    if not eps >= 0:
        raise ValueError(f"{name}: `eps` must not be negative, but is {eps}")
    excess = _distance(a, near, eps) - _distance(a, far, eps) + margin
    return finished(checked(name, reduction), constant, maximum, 0, excess)


def _distance(a: Any, b: Any, eps: float) -> Any:
    return np.linalg.norm(a - b + eps, axis=-1)
