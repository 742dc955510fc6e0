"""Drawing random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._engine.operands import unwrap
from mygrad._results import fresh

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, ShapeLike

__all__ = ["rand", "randint", "randn", "random", "random_sample", "ranf", "sample", "seed"]


def rand(*shape: int, constant: bool | None = None) -> Tensor:
    """Draw numbers between 0 and 1, all equally likely.

    Parameters
    ----------
    *shape : int
        The lengths of the axes.
    constant : bool, optional
        Whether gradients stop at the tensor; by default they do not.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.random.rand(2, 3).shape
    (2, 3)
    """
    return fresh(np.asarray(np.random.rand(*shape)), constant)


def randn(*shape: int, constant: bool | None = None) -> Tensor:
    """Draw numbers from the normal distribution with mean 0 and variance 1.

    Parameters
    ----------
    *shape : int
        The lengths of the axes.
    constant : bool, optional
        Whether gradients stop at the tensor; by default they do not.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.random.randn(2, 3).shape
    (2, 3)
    """
    return fresh(np.asarray(np.random.randn(*shape)), constant)


def random(shape: ShapeLike | None = None, *, constant: bool | None = None) -> Tensor:
    """Draw numbers between 0 and 1, all equally likely.

    Parameters
    ----------
    shape : int | tuple[int, ...], optional
        By default a single number.
    constant : bool, optional
        Whether gradients stop at the tensor; by default they do not.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.random.random((2, 3)).shape
    (2, 3)
    """
    return fresh(np.asarray(np.random.random_sample(shape)), constant)


random_sample: Final = random
ranf: Final = random
sample: Final = random


def randint(
    low: ArrayLike,
    high: ArrayLike | None = None,
    shape: ShapeLike | None = None,
    dtype: DTypeLike = int,
) -> Tensor:
    """Draw integers, all equally likely.

    Parameters
    ----------
    low : array_like of int
        The lowest; but if there is no `high`, one above the highest, and 0 is the lowest.
    high : array_like of int, optional
        One above the highest.
    shape : int | tuple[int, ...], optional
        By default that of `low` and `high`.
    dtype : dtype_like, optional

    Returns
    -------
    Tensor
        A constant.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.random.randint(1, 7, shape=5).shape
    (5,)
    """
    params: Any = {"size": shape, "dtype": dtype}
    return fresh(np.asarray(np.random.randint(unwrap(low), unwrap(high), **params)), True)


def seed(seed_number: Any = None) -> None:
    """Start the sequence of random numbers anew, for NumPy and MyGrad alike.

    Parameters
    ----------
    seed_number : int | array_like, optional
        The same seed leads to the same numbers. By default it is taken from the operating system.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.random.seed(0)
    >>> first = mg.random.rand(3)
    >>> mg.random.seed(0)
    >>> bool((mg.random.rand(3) == first).all())
    True
    """
    np.random.seed(seed_number)
