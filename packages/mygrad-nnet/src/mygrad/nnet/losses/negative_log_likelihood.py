"""The negative log-likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp, recorded_whole
from mygrad.nnet._inputs import Labels
from mygrad.nnet._numbers import floats
from mygrad.nnet.losses._reduction import checked, portion, reduced
from mygrad.nnet.losses._rows import Rows, in_shape, rows_of

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import WeightedReduction
    from mygrad.typing import ArrayLike

__all__ = ["negative_log_likelihood"]


def negative_entries(x: Any, rows: Rows) -> Any:
    """Minus the weighted entries of `x` at the labels."""
    return reduced(rows.weigh(-floats(x).take(rows.labels.places)), rows.reduction, rows.count)


def _vjp(g: Any, _y: Any, _x: Any, rows: Rows) -> Any:
    own = rows.labels.marked(_x.shape[1], _x.dtype, 1 if rows.weights is None else rows.weights)
    g = g[:, None] if rows.reduction == "none" else portion(g, rows.reduction, rows.count)
    return np.where(own == 0, 0, -g * own)


defvjp(negative_entries, _vjp, masks=True, name="negative_log_likelihood")


@recorded_whole
def negative_log_likelihood(
    x: ArrayLike,
    y_true: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    ignore_label: int | None = None,
    reduction: WeightedReduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean over the data of minus the log-probability of the right class, times the weight of that class.

    Parameters
    ----------
    x : array_like, shape (N, C) or (N, C, ...)
        The logarithms of the probabilities of C classes for each of N data; or for each place in each of N data.
    y_true : array_like of int, shape (N,) or (N, ...)
        The right classes: numbers from 0 to C - 1.
    weights : array_like, shape (C,), optional
        The weights of the classes; 1 by default. The mean is over N, whatever they add up to. No gradient
        flows to them.
    ignore_label : int, optional
        A label of data that are to be left out, also of the count for the mean; it need be no class.
    reduction : "mean" | "weighted_mean" | "sum" | "none"
        What becomes of the losses of all labels: their mean, their sum, or they themselves. The weighted mean is their
        sum, divided by the sum of the weights of their labels.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor, shape ()
        (N,) or (N, ...), if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no such reduction.
    TypeError
        If the labels are not integers.
    IndexError
        If there is no class of such a number.

    See Also
    --------
    softmax_crossentropy : takes scores instead of log-probabilities.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import negative_log_likelihood
    >>> x = mg.tensor([[-4.6, -4.6, -0.02]])
    >>> loss = negative_log_likelihood(x, [0], weights=[2, 1, 1])
    >>> loss
    Tensor(9.2)
    >>> loss.backward()
    >>> x.grad
    array([[-2.,  0.,  0.]])
    """
    name = "negative_log_likelihood"
    reduction = checked(name, reduction, "weighted_mean")
    scores, rows, shape = rows_of(name, Labels, x, y_true, weights, ignore_label, reduction)
    loss = call(negative_entries, scores, rows, constant=constant)
    return in_shape(loss, shape, constant)
