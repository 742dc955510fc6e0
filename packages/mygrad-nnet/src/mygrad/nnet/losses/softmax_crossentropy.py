"""The cross-entropy of the softmax of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import negative
from mygrad.extend import call, defvjp, recorded_whole
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, scalar, unmasked
from mygrad.nnet.activations.softmax import logsoftmax
from mygrad.nnet.losses._reduction import checked, finished, reduced
from mygrad.nnet.losses._rows import Rows, class_weights, in_shape, rows_of
from mygrad.nnet.losses._saturation import LabelsOfScores

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import WeightedReduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["softmax_crossentropy"]


def crossentropy(x: Any, rows: Rows) -> Any:
    """The cross-entropy of scores `x`."""
    x = floats(x)
    total = rows.labels.crossentropy(x)
    if rows.weights is not None or rows.reduction == "none":
        total = reduced(rows.weigh(rows.labels.losses), rows.reduction, rows.count)
    elif rows.reduction != "sum":
        total = total / rows.count
    return total if total.dtype is x.dtype else total.astype(x.dtype, copy=False)


def _vjp(g: Any, _y: Any, x: Any, rows: Rows) -> Any:
    factors = rows.factors(g)
    if factors.ndim:
        factors = factors[:, None]
    return rows.without_ignored(factors * rows.labels.residuals(x))


def _vjp_all(node: Any, g: Any, _may_write: bool) -> list[Any]:
    rows = node.parents[1]
    return [rows.without_ignored(rows.labels.scaled_residuals(rows.factors(g)))]


defvjp(crossentropy, _vjp, vjp_all=_vjp_all, name="softmax_crossentropy")


@recorded_whole
def softmax_crossentropy(
    x: ArrayLike,
    y_true: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    label_smoothing: Real = 0.0,
    ignore_label: int | None = None,
    reduction: WeightedReduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean cross-entropy of the softmax of scores: ``-log(softmax(x))`` at the labels.

    Parameters
    ----------
    x : array_like, shape (N, C) or (N, C, ...)
        The scores of C classes for each of N data; or for each place in each of N data.
    y_true : array_like, shape (N,) or (N, ...); or that of `x`
        The right classes: integers from 0 to C - 1. Or, floating-point numbers of the shape of `x`, the probabilities
        of all classes: then the loss is ``-sum(y_true * log(softmax(x)))``.
    weights : array_like, shape (C,), optional
        The weights of the classes; 1 by default. The mean is over N, whatever they add up to. No gradient flows to
        them.
    label_smoothing : float
        What part of the probability of the right class is taken from it, to be shared by all; from 0 to 1.
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
        If the shapes do not fit, probabilities are negative, or an option is none that there is.
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

    The gradient of probabilities, if they are a tensor, is ``-log(softmax(x))``.

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the Inception architecture for computer
    vision", CVPR (2016): label smoothing.

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

    The second datum is left out:

    >>> softmax_crossentropy(x, [0, -1], ignore_label=-1)
    Tensor(1.09861229)
    """
    name = "softmax_crossentropy"
    reduction = checked(name, reduction, "weighted_mean")
    smoothing = scalar("label_smoothing", label_smoothing)
    if not 0 <= smoothing <= 1:
        raise ValueError(f"{name}: `label_smoothing` must be from 0 to 1, but is {smoothing}")
    scores = arrayed(x)
    targets: Any = y_true if hasattr(y_true, "dtype") else unmasked(y_true)
    if targets.shape == scores.shape and targets.dtype.kind == "f" and len(scores.shape) > 1:
        if ignore_label is not None or reduction == "weighted_mean":
            raise ValueError(f"{name}: of probabilities, there is no label to be ignored, nor one whose weight counts")
        return _of_probabilities(scores, targets, weights, smoothing, reduction, constant)
    scores, rows, shape = rows_of(name, LabelsOfScores, scores, y_true, weights, ignore_label, reduction)
    if smoothing:
        loss = _smoothed(scores, rows, weights, smoothing, constant)
    else:
        loss = rows.labels.kept_for(call(crossentropy, scores, rows, constant=constant))
    return in_shape(loss, shape, constant)


def _of_probabilities(
    scores: Any, targets: Any, weights: Any, smoothing: float, reduction: str, constant: bool | None
) -> Tensor:
    if np.any(targets < 0):
        raise ValueError("softmax_crossentropy: probabilities must not be negative, but some of `y_true` are")
    p = targets if scores.dtype.kind != "f" else targets.astype(scores.dtype, copy=False)
    if smoothing:
        p = p * (1 - smoothing) + smoothing / scores.shape[1]
    if weights is not None:
        of_classes = class_weights("softmax_crossentropy", weights, scores)
        p = p * of_classes.reshape(-1, *[1] * (len(scores.shape) - 2))
    return _weighted_sums(p, scores, reduction, constant)


def _smoothed(scores: Any, rows: Rows, weights: Any, smoothing: float, constant: bool | None) -> Tensor:
    classes = scores.shape[1]
    dtype = np.result_type(scores.dtype, np.float16)
    each = None if weights is None else class_weights("softmax_crossentropy", weights, scores)
    of_rows = 1.0 if rows.weights is None else rows.weights
    p = rows.labels.marked(classes, dtype, (1 - smoothing) * of_rows)
    p += smoothing / classes if each is None else smoothing / classes * each
    if len(rows.ignored):
        ignored = np.zeros((len(p), 1), bool)
        ignored[rows.ignored] = True
        p, scores = np.where(ignored, 0, p), np.where(ignored, 0, scores)  # whatever the scores are there
    return _weighted_sums(p, scores, rows.reduction, constant, rows.count)


def _weighted_sums(p: Any, scores: Any, reduction: str, constant: bool | None, count: float | None = None) -> Tensor:
    """The sums of -p * log(softmax(scores)) over the classes, reduced."""
    log_q = logsoftmax(scores, axis=1)
    with np.errstate(invalid="ignore"):
        terms = p * log_q
    impossible = log_q == -np.inf
    if np.any(impossible):  # and 0, if nobody says that it is not
        terms = np.where(impossible & (p == 0), 0, terms)
    sums = np.sum(terms, axis=1)
    return finished(reduction, constant, negative, sums, count=count)
