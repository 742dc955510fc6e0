"""The negative log-likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import Labels, arrayed, weighted
from mygrad.nnet._numbers import floats, mean_of, reals, share, unmasked

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["negative_log_likelihood"]


def mean_negative(x: Any, labels: Labels, weights: Any) -> Any:
    """The mean of minus the weighted entries of `x` at the labels."""
    return -mean_of(weighted(weights, floats(x).take(labels.places)), len(x))


def _vjp(g: Any, _y: Any, _x: Any, labels: Labels, weights: Any) -> Any:
    n, c = _x.shape
    own = labels.marked(c, _x.dtype, weights)
    return np.where(own == 0, 0, -share(g, n) * own)


defvjp(mean_negative, _vjp, masks=True)


def negative_log_likelihood(
    x: ArrayLike, y_true: ArrayLike, *, weights: ArrayLike | None = None, constant: bool | None = None
) -> Tensor:
    """The mean over the data of minus the log-probability of the right class, times the weight of that class.

    Parameters
    ----------
    x : array_like, shape (N, C)
        The logarithms of the probabilities of C classes for each of N data.
    y_true : array_like of int, shape (N,)
        The right classes: numbers from 0 to C - 1.
    weights : array_like, shape (C,), optional
        The weights of the classes; 1 by default. The mean is over N, whatever they add up to. No gradient
        flows to them.
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
    log_p = arrayed(x)
    labels = Labels("negative_log_likelihood", log_p, y_true)
    own: Any = 1
    if weights is not None:
        all_weights = np.asarray(reals(unmasked(weights)), log_p.dtype if log_p.dtype.kind == "f" else np.float64)
        if all_weights.shape != log_p.shape[1:]:
            raise ValueError(
                f"negative_log_likelihood: for `x` of shape {log_p.shape}, the weights must have shape "
                f"{log_p.shape[1:]}, not {all_weights.shape}"
            )
        own = all_weights[labels.classes]
    return call(mean_negative, log_p, labels, own, constant=constant)
