"""Rounding, with derivatives of 0; `floor`, `ceil`, `trunc` and `rint` return plain arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._functions import Function
from mygrad._results import call

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Out

__all__ = ["around", "fix", "round"]


@implements(np.round, np.around)
def round(a: ArrayLike, decimals: int = 0, out: Out = None, *, constant: bool | None = None) -> Tensor:
    """Elements rounded to a number of decimals, halves to the even neighbour.

    Parameters
    ----------
    a : array_like
    decimals : int, optional
        If negative, how many digits before the point become 0.
    out : Tensor | ndarray, optional
        Receives the result.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `a` is a constant.

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is 0 everywhere, at the steps as well.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.26, -0.5])
    >>> y = mg.round(x, 1)
    >>> y
    Tensor([ 1.3, -0.5])
    >>> y.backward()
    >>> x.grad
    array([0., 0.])
    """
    return call(np.round, a, decimals, out=out, constant=constant)


around = round

fix: Final[Function[Tensor]] = Function(np.fix, "fix(x)", "Tensor([ 1., -1.])", "[1.5, -1.5]")
