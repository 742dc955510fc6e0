"""The gated linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet.activations.sigmoid import logistic, logistic_slope

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["glu"]


def gated_linear(x: Any, axis: int) -> Any:
    """The first half of `x` times the sigmoid of the second."""
    x = x if isinstance(x, np.ndarray) else np.asarray(x)
    if not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
        raise ValueError(f"glu: cannot split an array of shape {x.shape} into two halves along axis {axis}")
    a, b = np.split(x, 2, axis)
    return a * logistic(b)


def _vjp(g: Any, _y: Any, x: Any, axis: int) -> Any:
    a, b = np.split(x, 2, axis)
    return np.concatenate([g * logistic(b), g * a * logistic_slope(b)], axis)


defvjp(gated_linear, _vjp, name="glu")


def glu(x: ArrayLike, axis: int = -1, *, constant: bool | None = None) -> Tensor:
    """The gated linear unit: one half of `x`, times the sigmoid of the other.

    Parameters
    ----------
    x : array_like
    axis : int
        The axis along which to split `x` into two halves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor
        Half as long as `x` along `axis`.

    Raises
    ------
    ValueError
        If there are no two halves.

    References
    ----------
    Y. N. Dauphin, A. Fan, M. Auli and D. Grangier, "Language modeling with gated convolutional networks",
    ICML (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import glu
    >>> x = mg.tensor([2.0, 4.0, 0.0, 1000.0])
    >>> y = glu(x)
    >>> y
    Tensor([1., 4.])
    >>> y.backward()
    >>> x.grad
    array([0.5, 1. , 0.5, 0. ])
    """
    return call(gated_linear, x, axis=axis, constant=constant)
