"""Sums and products of any number of tensors."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._results import call

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["add_sequence", "multiply_sequence"]


def add_sequence(*variables: ArrayLike, constant: bool | None = None) -> Tensor:
    """Sum ``a + b + c + ...`` of two or more tensors, which broadcast against each other.

    Parameters
    ----------
    *variables : array_like
    constant : bool, optional
        Whether gradients stop at the result. By default they do if all arguments are constants.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are fewer than two, or if their shapes do not broadcast.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> mg.add_sequence(x, 10, x)
    Tensor([12., 14.])
    """
    return _folded(np.add, "add_sequence", variables, constant)


def multiply_sequence(*variables: ArrayLike, constant: bool | None = None) -> Tensor:
    """Product ``a * b * c * ...`` of two or more tensors, which broadcast against each other.

    Parameters
    ----------
    *variables : array_like
    constant : bool, optional
        Whether gradients stop at the result. By default they do if all arguments are constants.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are fewer than two, or if their shapes do not broadcast.

    Notes
    -----
    The derivative is not computed by division, and so is right if there are zeros among the factors.

    Examples
    --------
    >>> import mygrad as mg
    >>> x, y = mg.tensor([1.0, 2.0]), mg.tensor([0.0, 3.0])
    >>> mg.multiply_sequence(x, y, 10).backward()
    >>> x.grad, y.grad
    (array([ 0., 30.]), array([10., 20.]))
    """
    return _folded(np.multiply, "multiply_sequence", variables, constant)


def _folded(ufunc: np.ufunc, name: str, variables: tuple[Any, ...], constant: bool | None) -> Tensor:
    if len(variables) < 2:
        raise ValueError(f"{name} takes two or more tensors, but was given {len(variables)}")
    *others, last = variables
    total = others[0] if len(others) == 1 else reduce(lambda a, b: call(ufunc, a, b), others)
    return call(ufunc, total, last, constant=constant)
