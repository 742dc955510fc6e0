"""What NumPy does to complex numbers, done to real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_keyword, loses_gradient
from mygrad._results import call, itself
from mygrad._rules.piecewise import unwrapped

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["angle", "imag", "real", "real_if_close", "unwrap"]


@implements(np.real)
def real(val: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Real part: the tensor itself, for all tensors are real.

    Parameters
    ----------
    val : array_like
    {constant if `val` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.real(mg.tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """
    return itself(val, constant) if isinstance(val, Handle) else call(np.real, val, constant=constant)


@implements(np.imag)
def imag(val: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Imaginary part: zeros, for all tensors are real.

    Parameters
    ----------
    val : array_like
    {constant if `val` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.imag(mg.tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return call(np.imag, val, constant=constant)


@implements(np.angle)
def angle(z: ArrayLike, deg: bool = False, *, constant: bool | None = None) -> Tensor:
    """Angle in the complex plane: 0 of positive numbers, pi of negative ones.

    Parameters
    ----------
    z : array_like
    deg : bool, optional
        Whether to give it in degrees.
    {constant if `z` is a constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is 0.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.angle(mg.tensor([1.0, -2.0]), deg=True)
    Tensor([  0., 180.])
    """
    return call(np.angle, z, deg, constant=constant)


@implements(np.real_if_close)
def real_if_close(a: ArrayLike, tol: float = 100, *, constant: bool | None = None) -> Tensor:
    """Real part, if the imaginary part is small: the tensor itself, for all tensors are real.

    Parameters
    ----------
    a : array_like
    tol : float, optional
        How small, in units of the machine's epsilon.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.real_if_close(mg.tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """
    if isinstance(a, Handle) and not a._number:
        return itself(a, constant)
    return call(np.real_if_close, a, tol=tol, constant=constant)


@implements(np.unwrap)
def unwrap(
    p: ArrayLike,
    discont: ArrayLike | None = None,
    axis: int = -1,
    *,
    period: ArrayLike = 2 * np.pi,
    constant: bool | None = None,
) -> Tensor:
    """Angles without jumps: whole periods are added where neighbours differ by more than half a period.

    Parameters
    ----------
    p : array_like
    discont : array_like, optional
        The least difference that counts as a jump, if that is more than half a period.
    axis : int, optional
    period : array_like, optional
    {constant if `p` is a constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is 1: what is added is constant, up to its steps. That by `period` is the number of those added.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.0, 3.0, 7.0])
    >>> y = mg.unwrap(x, period=6)
    >>> y
    Tensor([0., 3., 1.])
    >>> y.backward()
    >>> x.grad
    array([1., 1., 1.])
    """
    discont = as_keyword(discont)  # a threshold: where the result depends on it, it jumps
    if loses_gradient(period):
        return call(unwrapped, p, period, discont=discont, axis=axis, constant=constant)
    return call(np.unwrap, p, discont=discont, axis=axis, period=period, constant=constant)


fill_in(globals())
