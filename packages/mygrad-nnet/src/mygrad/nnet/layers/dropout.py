"""Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import Tensor
from mygrad.extend import call, defvjp, primitive
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, keep, scalar

if TYPE_CHECKING:
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike, Real

__all__ = ["Chance", "dropout"]

Array = np.ndarray[Any, Any]


class Chance:
    """Decides which entries are dropped.

    Parameters
    ----------
    p : float
        The probability with which an entry is dropped.
    rng : Generator | int | Sequence[int] | SeedSequence | None
        Where random numbers come from, or the seed for that. None: NumPy's global state.

    Attributes
    ----------
    scale : float
        What makes the mean of the entries what it was before.
    """

    __slots__ = ("p", "random", "scale")

    def __init__(self, p: float, rng: Seed) -> None:
        self.p: float = p
        self.scale: float = 1 / (1 - p) if p < 1 else 1.0
        self.random: Any = np.random.random if rng is None else np.random.default_rng(rng).random

    def mask(self, shape: tuple[int, ...]) -> Array:
        """True for an entry that stays."""
        return self.random(shape) >= self.p

    def factors(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """0 for an entry that is dropped, and the scale for one that stays."""
        return self.mask(shape).astype(dtype) * self.scale


@primitive
def thinned(x: Any, mask: Any, scale: float) -> Any:
    """`x` times the scale where `mask` is true, and 0 elsewhere."""
    return keep(floats(x), mask) * scale


# Linear in `x`, and symmetric.
defvjp(thinned, lambda g, _y, _x, mask, scale: thinned(g, mask, scale), masks=True, name="dropout")


def dropout(
    x: ArrayLike, p: Real = 0.5, *, training: bool = True, rng: Seed = None, constant: bool | None = None
) -> Tensor:
    """Set entries to 0 at random, and multiply the others by ``1 / (1 - p)``, so that the expected value is `x`.

    Parameters
    ----------
    x : array_like
    p : float
        The probability with which an entry is dropped.
    training : bool
        If False, nothing is dropped: a tensor is returned as it is.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where random numbers come from, or the seed for that. By default from NumPy's global state
        (``np.random.seed``).
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor
        Of the shape of `x`, and floating-point.

    Raises
    ------
    ValueError
        If `p` is no probability.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to prevent neural
    networks from overfitting", Journal of Machine Learning Research (2014).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.layers import dropout
    >>> x = mg.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> y = dropout(x, 0.5, rng=1)
    >>> y
    Tensor([2., 4., 0., 8., 0., 0.])
    >>> y.backward()
    >>> x.grad
    array([2., 2., 0., 2., 0., 0.])
    >>> dropout(x, 0.5, training=False) is x
    True
    """
    p = scalar("p", p)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: `p` is a probability, from 0 to 1, but is {p}")
    if not training or p == 0:
        if isinstance(x, Tensor) and x.dtype.kind == "f" and constant in (None, x.constant):
            return x
        return call(thinned, x, True, 1.0, constant=constant)
    data, chance = arrayed(x), Chance(p, rng)
    return call(thinned, data, chance.mask(data.shape), chance.scale, constant=constant)
