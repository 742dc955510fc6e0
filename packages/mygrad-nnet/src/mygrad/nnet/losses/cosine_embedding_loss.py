"""The loss of the angle between vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import Tensor, add, maximum, where
from mygrad.extend import recorded_whole
from mygrad.nnet._inputs import matched
from mygrad.nnet._numbers import scalar, unmasked
from mygrad.nnet.losses._reduction import checked, finished

if TYPE_CHECKING:
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike, Real

__all__ = ["cosine_embedding_loss"]

#: Added to the squares of lengths, so that vectors of zeros have an angle, too.
_TINY = 1e-12


@recorded_whole
def cosine_embedding_loss(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    margin: Real = 0.0,
    *,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """One minus the cosine of the angle of vectors that should agree; of others, its excess over a margin.

    Parameters
    ----------
    x1, x2 : array_like, shape (N, D) or (D,)
        Pairs of vectors.
    y : array_like, a number or of shape (N,)
        1 where the two should point in the same direction, and -1 where they should not. No gradient flows to it.
    margin : float
        From -1 to 1. No gradient flows to it.
    reduction : "mean" | "sum" | "none"
        What becomes of the losses of all pairs: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x1` and `x2` are constants.

    Returns
    -------
    Tensor, shape ()
        (N,), if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes do not fit, `y` has other numbers, the margin is out of range, or there is no such reduction.

    Notes
    -----
    With c the cosine, the loss is ``1 - c`` or ``maximum(0, c - margin)``. The cosine of a and b is ``a @ b``, divided
    by the root of ``(a @ a + 1e-12) * (b @ b + 1e-12)``: so it is 0 for a vector of zeros. At the margin half of the
    derivative flows, as `mygrad.maximum` shares it in a tie.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import cosine_embedding_loss
    >>> a = mg.tensor([[1.0, 0.0], [1.0, 1.0]])
    >>> cosine_embedding_loss(a, [[0.0, 2.0], [1.0, 1.0]], [1, -1], reduction="none")
    Tensor([1., 1.])
    """
    name = "cosine_embedding_loss"
    a, b = matched(name, x1=x1, x2=x2)
    if a.ndim not in (1, 2):
        raise ValueError(f"{name}: expected arrays of shape (N, D) or (D,), but they have {a.shape}")
    signs = unmasked(y.data if isinstance(y, Tensor) else y)
    if signs.size == 1:
        signs = signs.reshape(())
    if signs.shape not in ((), a.shape[:-1]):
        raise ValueError(f"{name}: `y` must be a number or have shape {a.shape[:-1]}, not {signs.shape}")
    if not np.all(np.abs(signs) == 1):
        raise ValueError(f"{name}: `y` must be 1 or -1 for each pair, but is {signs!r}")
    margin = scalar("margin", margin)
    if not -1 <= margin <= 1:
        raise ValueError(f"{name}: the margin must be from -1 to 1, but is {margin}")
    cosine = _inner(a, b) / np.sqrt((_inner(a, a) + _TINY) * (_inner(b, b) + _TINY))
    losses = where(signs == 1, 1 - cosine, maximum(0, cosine - margin))
    return finished(checked(name, reduction), constant, add, losses, losses.dtype.type(0))


def _inner(a: Any, b: Any) -> Any:
    return np.sum(a * b, axis=-1)
