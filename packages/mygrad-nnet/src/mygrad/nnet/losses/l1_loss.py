"""The mean absolute error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygrad import abs as absolute
from mygrad.nnet._inputs import matched
from mygrad.nnet.losses._reduction import checked, finished

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike

__all__ = ["l1_loss"]


def l1_loss(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: Reduction = "mean", constant: bool | None = None
) -> Tensor:
    """The mean over all entries of ``abs(predictions - targets)``.

    Parameters
    ----------
    predictions, targets : array_like
        Of the same shape.
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

    See Also
    --------
    huber_loss : smooth where the arguments agree.

    Notes
    -----
    Where they agree, the derivative is taken as 0.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import l1_loss
    >>> x = mg.tensor([1.0, 2.0])
    >>> loss = l1_loss(x, [1.0, 4.0])
    >>> loss
    Tensor(1.)
    >>> loss.backward()
    >>> x.grad
    array([ 0. , -0.5])
    """
    a, b = matched("l1_loss", predictions=predictions, targets=targets)
    return finished(checked("l1_loss", reduction), constant, absolute, a - b)
