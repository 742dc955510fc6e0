"""The parts of complex numbers, and angles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_keyword, loses_gradient
from mygrad._results import as_tensor, call, itself
from mygrad._rules.complexes import is_complex
from mygrad._rules.piecewise import unwrapped

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["angle", "imag", "real", "real_if_close", "unwrap"]


@implements(np.real)
def real(val: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Real part: a view. The tensor itself, if it holds real numbers.

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
    >>> z = mg.tensor([1 + 2j, 3 - 1j])
    >>> mg.real(z)
    Tensor([1., 3.])
    >>> mg.sum(mg.real(z * z)).backward()
    >>> z.grad
    array([2.-4.j, 6.+2.j])
    """
    if isinstance(val, Handle) and not is_complex(val._memory):
        return itself(val, constant)
    return call(np.real, val, constant=constant)


@implements(np.imag)
def imag(val: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Imaginary part: a view. Zeros, if `val` holds real numbers.

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
    >>> mg.imag(mg.tensor([1 + 2j, 3 - 1j]))
    Tensor([ 2., -1.])
    """
    return call(np.imag, val, constant=constant)


@implements(np.angle)
def angle(z: ArrayLike, deg: bool = False, *, constant: bool | None = None) -> Tensor:
    """Angle in the complex plane, in (-pi, pi].

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
    Of 0, the derivative is 0; and so is that of real numbers.

    Examples
    --------
    >>> import mygrad as mg
    >>> z = mg.tensor([1 + 1j, -2j])
    >>> angles = mg.angle(z)
    >>> mg.rad2deg(angles)
    Tensor([ 45., -90.])
    >>> angles.backward()
    >>> z.grad
    array([-0.5+0.5j,  0.5+0.j ])
    """
    return call(np.angle, z, deg, constant=constant)


@implements(np.real_if_close)
def real_if_close(a: ArrayLike, tol: float = 100, *, constant: bool | None = None) -> Tensor:
    """Real part, if all imaginary parts are small; else the numbers as they are.

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
    >>> mg.real_if_close(mg.tensor([1.0, 2 + 1e-16j]))
    Tensor([1., 2.])
    """
    t = as_tensor(a)
    if t._number:  # NumPy makes an array of it
        t = call(np.copy, t)
    if is_complex(t._memory) and not np.iscomplexobj(np.real_if_close(t._memory, tol)):
        return real(t, constant=constant)
    return itself(t, constant)


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
