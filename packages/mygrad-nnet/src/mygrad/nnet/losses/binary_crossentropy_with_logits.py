"""The cross-entropy of the sigmoid of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import matched, weighted
from mygrad.nnet._numbers import log_of_one_plus
from mygrad.nnet.activations.sigmoid import logistic
from mygrad.nnet.losses._reduction import checked, portion, reduced

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike

__all__ = ["binary_crossentropy_with_logits"]


def mean_binary_crossentropy(x: Any, t: Any, reduction: str) -> Any:
    """The mean of -t * log(sigmoid(x)) - (1 - t) * log(1 - sigmoid(x)), so that nothing cancels."""
    size = np.abs(x)
    wrong = t + (x > 0) * (1 - 2 * t)  # np.where(x > 0, 1 - t, t), without a branch for each entry
    return reduced(weighted(wrong, size) + log_of_one_plus(np.exp(-size)), reduction, x.size)


def _residuals(x: Any, t: Any) -> Any:
    """sigmoid(x) - t, in a form in which nothing cancels if `t` is 0, 1 or 1/2."""
    lean = 1 - 2 * t
    return lean * logistic(np.where(lean < 0, -x, x)) + np.minimum(t, 1 - t) * np.tanh(0.5 * x)


defvjp(
    mean_binary_crossentropy,
    lambda g, _y, x, t, reduction: portion(g, reduction, x.size) * _residuals(x, t),
    lambda g, _y, x, _t, reduction: -portion(g, reduction, x.size) * x,
    name="binary_crossentropy_with_logits",
)


def binary_crossentropy_with_logits(
    x: ArrayLike, targets: ArrayLike, *, reduction: Reduction = "mean", constant: bool | None = None
) -> Tensor:
    """The mean cross-entropy of ``p = sigmoid(x)``, that is of ``-t * log(p) - (1 - t) * log(1 - p)``.

    Parameters
    ----------
    x : array_like
        Scores: the logarithms of odds.
    targets : array_like
        Of the shape of `x`: the probabilities t, 0 or 1 where there is no doubt.
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
        If the shapes differ, or there is no such reduction.

    Notes
    -----
    Loss and gradient keep their digits where the scores leave next to no doubt.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import binary_crossentropy_with_logits
    >>> x = mg.tensor([0.0, 50.0, -1000.0])
    >>> loss = binary_crossentropy_with_logits(x, [1, 1, 1])
    >>> loss
    Tensor(333.56438239)
    >>> loss.backward()
    >>> x.grad
    array([-1.66666667e-01, -6.42916616e-23, -3.33333333e-01])
    """
    scores, t = matched("binary_crossentropy_with_logits", x=x, targets=targets)
    reduction = checked("binary_crossentropy_with_logits", reduction)
    return call(mean_binary_crossentropy, scores, t, reduction=reduction, constant=constant)
