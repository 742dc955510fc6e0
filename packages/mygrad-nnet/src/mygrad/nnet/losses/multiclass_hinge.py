"""The multiclass hinge loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, primitive, recorded_whole
from mygrad.nnet._inputs import Labels, arrayed
from mygrad.nnet._numbers import floats, scalar, widened
from mygrad.nnet.losses._reduction import checked, portion, reduced

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["multiclass_hinge"]


def _excess(x: Any, labels: Labels, hinge: float) -> Any:
    """By how much scores, an array, fall short of being `hinge` below that of the label; 0 at the label."""
    excess = x - (x.take(labels.places) - hinge)[:, None]
    excess.put(labels.places, 0)
    return excess


def mean_hinge(x: Any, labels: Labels, *, hinge: float, reduction: str) -> Any:
    """The mean of the sums of the excess of scores."""
    excess = _excess(floats(x), labels, hinge)
    np.maximum(excess, 0, out=excess)
    return reduced(np.sum(excess, axis=1) if reduction == "none" else excess, reduction, len(x))


@primitive
def hinge_slopes(x: Any, labels: Labels, hinge: float) -> Any:
    """The derivatives of the sum: 1 at each class with an excess, and minus their number at the label."""
    exceeding = _excess(x, labels, hinge) > 0
    slopes = widened(exceeding.astype(x.dtype))
    slopes.put(labels.places, -np.sum(exceeding, axis=1))
    return slopes


def _vjp(g: Any, _y: Any, x: Any, labels: Labels, *, hinge: float, reduction: str) -> Any:
    slopes = hinge_slopes(x, labels, hinge)
    g = g[:, None] if reduction == "none" else portion(g, reduction, x.shape[0])
    return np.where(slopes == 0, 0, g * slopes)


defvjp(mean_hinge, _vjp, masks=True, name="multiclass_hinge")
defvjp(hinge_slopes, lambda g, _y, _x, _labels, _hinge: np.zeros_like(g), masks=True)  # steps


@recorded_whole
def multiclass_hinge(
    x: ArrayLike,
    y_true: ArrayLike,
    hinge: Real = 1.0,
    *,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean over the data of the sum of ``x - x[y_true] + hinge``, over those wrong classes where that is positive.

    Parameters
    ----------
    x : array_like, shape (N, K)
        The scores of K classes for each of N data.
    y_true : array_like of int, shape (N,)
        The right classes: numbers from 0 to K - 1.
    hinge : float
        How far the score of the right class should be above the others.
    reduction : "mean" | "sum" | "none"
        What becomes of the losses of all data: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape ()
        (N,), if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such reduction.
    TypeError
        If the labels are not integers.
    IndexError
        If there is no class of such a number.

    Notes
    -----
    A score that is just far enough from the right one has no part in the sum, and so gets a derivative of 0.

    References
    ----------
    J. Weston and C. Watkins, "Support vector machines for multi-class pattern recognition", ESANN (1999).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import multiclass_hinge
    >>> x = mg.tensor([[3.0, 2.5, -1.0]])
    >>> loss = multiclass_hinge(x, [0])
    >>> loss
    Tensor(0.5)
    >>> loss.backward()
    >>> x.grad
    array([[-1.,  1.,  0.]])
    """
    scores = arrayed(x)
    labels = Labels("multiclass_hinge", scores, y_true)
    reduction = checked("multiclass_hinge", reduction)
    return call(mean_hinge, scores, labels, hinge=scalar("hinge", hinge), reduction=reduction, constant=constant)
