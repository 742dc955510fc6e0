"""The mean squared error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import matched
from mygrad.nnet.losses._reduction import checked, portion, reduced

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike

__all__ = ["mean_squared_error"]


def mean_square(predictions: Any, targets: Any, reduction: str) -> Any:
    """The mean of the squares of the differences."""
    d = predictions - targets
    return reduced(np.square(d), reduction, d.size)


defvjp(
    mean_square,
    lambda g, _y, a, b, reduction: 2 * portion(g, reduction, a.size) * (a - b),
    lambda g, _y, a, b, reduction: 2 * portion(g, reduction, a.size) * (b - a),
    name="mean_squared_error",
)


def mean_squared_error(
    predictions: ArrayLike, targets: ArrayLike, *, reduction: Reduction = "mean", constant: bool | None = None
) -> Tensor:
    """The mean over all entries of ``(predictions - targets)**2``.

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

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import mean_squared_error
    >>> x = mg.tensor([1.0, 2.0])
    >>> loss = mean_squared_error(x, [1.0, 4.0])
    >>> loss
    Tensor(2.)
    >>> loss.backward()
    >>> x.grad
    array([ 0., -2.])
    """
    a, b = matched("mean_squared_error", predictions=predictions, targets=targets)
    return call(mean_square, a, b, reduction=checked("mean_squared_error", reduction), constant=constant)
