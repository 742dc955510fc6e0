"""The margin ranking loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mygrad import Tensor, maximum
from mygrad.nnet._inputs import matched
from mygrad.nnet._numbers import scalar, unmasked
from mygrad.nnet.losses._reduction import checked, finished

if TYPE_CHECKING:
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["margin_ranking_loss"]


def margin_ranking_loss(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    margin: Real,
    *,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean of ``maximum(0, margin - y * (x1 - x2))``.

    Parameters
    ----------
    x1, x2 : array_like, shape (N,) or (N, D)
        What to compare.
    y : array_like, a number or of shape (N,)
        1 where `x1` should be greater than `x2` by the margin, and -1 where it should be less. No gradient
        flows to it.
    margin : float
        At least 0. No gradient flows to it.
    reduction : "mean" | "sum" | "none"
        What becomes of the losses of all entries: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x1` and `x2` are constants.

    Returns
    -------
    Tensor, shape ()
        Of the shape of `x1`, if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes do not fit, the margin is negative, or there is no such reduction.

    Notes
    -----
    What is greater or less by just the margin gets half of the derivative, as `mygrad.maximum` shares it in a tie.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import margin_ranking_loss
    >>> x1, x2 = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 1.0])
    >>> loss = margin_ranking_loss(x1, x2, 1, margin=0.5)
    >>> loss
    Tensor(1.25)
    >>> loss.backward()
    >>> x1.grad, x2.grad
    (array([-0.5, -0. ]), array([0.5, 0. ]))
    """
    a, b = matched("margin_ranking_loss", x1=x1, x2=x2)
    if len(a.shape) not in (1, 2):
        raise ValueError(f"margin_ranking_loss: expected arrays of shape (N,) or (N, D), but they have {a.shape}")
    signs = unmasked(y.data if isinstance(y, Tensor) else y)  # which are labels: no gradient goes there
    if signs.size == 1:
        signs = signs.reshape(())
    if signs.shape not in ((), a.shape[:1]):
        raise ValueError(f"margin_ranking_loss: `y` must be a number or have shape {a.shape[:1]}, not {signs.shape}")
    margin = scalar("margin", margin)
    if not margin >= 0:
        raise ValueError(f"margin_ranking_loss: the margin must not be negative, but is {margin}")
    signs = signs.astype(np.result_type(a.dtype, b.dtype))  # integers would make float64 of float32
    if signs.ndim:
        signs = signs.reshape(-1, *[1] * (a.ndim - 1))
    reduction = checked("margin_ranking_loss", reduction)
    return finished(reduction, constant, maximum, 0, margin - signs * (a - b))
