"""The Huber loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import matched
from mygrad.nnet._numbers import scalar
from mygrad.nnet.losses._reduction import checked, portion, reduced

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["huber_loss"]


def _clipped(a: Any, b: Any, delta: float) -> Any:
    return np.clip(a - b, -delta, delta)


def mean_huber(predictions: Any, targets: Any, delta: float, reduction: str) -> Any:
    """The mean of the Huber losses of the differences."""
    d = predictions - targets
    c = np.clip(d, -delta, delta)
    return reduced(c * (d - 0.5 * c), reduction, d.size)


defvjp(
    mean_huber,
    lambda g, _y, a, b, delta, reduction: portion(g, reduction, a.size) * _clipped(a, b, delta),
    lambda g, _y, a, b, delta, reduction: portion(g, reduction, a.size) * _clipped(b, a, delta),
    name="huber_loss",
)


def huber_loss(
    predictions: ArrayLike,
    targets: ArrayLike,
    delta: Real = 1.0,
    *,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean Huber loss of differences: ``d**2 / 2`` up to `delta`, ``delta * (|d| - delta / 2)`` beyond.

    Parameters
    ----------
    predictions, targets : array_like
        Of the same shape.
    delta : float
        Where the parabola ends and the straight lines begin; greater than 0.
    reduction : "mean" | "sum" | "none"
        What becomes of the losses of all entries: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if both arguments are constants.

    Returns
    -------
    Tensor, shape ()
        Of the shape of the arguments, if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes differ, `delta` is not positive, or there is no such reduction.

    References
    ----------
    P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35 (1964).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import huber_loss
    >>> x = mg.tensor([1.0, 2.0])
    >>> loss = huber_loss(x, [1.5, 12.0])
    >>> loss
    Tensor(4.8125)
    >>> loss.backward()
    >>> x.grad
    array([-0.25, -0.5 ])
    """
    a, b = matched("huber_loss", predictions=predictions, targets=targets)
    delta = scalar("delta", delta)
    if not delta > 0:
        raise ValueError(f"huber_loss: `delta` must be positive, but is {delta}")
    reduction = checked("huber_loss", reduction)
    return call(mean_huber, a, b, delta=delta, reduction=reduction, constant=constant)
