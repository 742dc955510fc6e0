"""Tensors of numbers in even steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, unwrap
from mygrad._results import call, fresh, settled
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike

__all__ = ["arange", "geomspace", "linspace", "logspace"]


@implements(np.arange)
def arange(*args: Any, constant: bool | None = None, **kwargs: Any) -> Tensor:
    """Make a tensor of numbers in even steps: ``arange([start,] stop[, step], dtype=None)``.

    Parameters
    ----------
    start : number, optional
        The first number; 0 by default.
    stop : number
        Where to stop: this number is not included, except by rounding.
    step : number, optional
        By how much a number is larger than the one before; 1 by default.
    dtype : dtype_like, optional
        By default that of the arguments.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do unless the dtype is one of floating-point
        numbers.

    Returns
    -------
    Tensor, shape (N,)

    Raises
    ------
    TypeError
        If an argument is a variable: the length of the result would depend on it.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.arange(3)
    Tensor([0, 1, 2])
    >>> mg.arange(1.0, 2.0, 0.25)
    Tensor([1.  , 1.25, 1.5 , 1.75])
    """
    for arg in (*args, *kwargs.values()):
        if isinstance(arg, Handle) and not arg._constant:
            raise TypeError(
                "arange was given a tensor that is a variable, but has no derivative: the length of the "
                "result depends on its arguments. Write it as start + step * mg.arange(n), use "
                "mg.linspace, or pass numbers"
            )
    args, kwargs = tuple(map(unwrap, args)), {name: unwrap(arg) for name, arg in kwargs.items()}
    return fresh(np.arange(*args, **kwargs), constant)


@overload
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike = ...,
    axis: int = ...,
    *,
    device: Any = ...,
    constant: bool | None = ...,
) -> Tensor: ...
@overload
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = ...,
    endpoint: bool = ...,
    *,
    retstep: Literal[True],
    dtype: DTypeLike = ...,
    axis: int = ...,
    device: Any = ...,
    constant: bool | None = ...,
) -> tuple[Tensor, Tensor]: ...
@implements(np.linspace)
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = 50,
    endpoint: bool = True,
    retstep: Any = False,
    dtype: DTypeLike = None,
    axis: Any = 0,
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Any:
    """Make a tensor of a given number of numbers in even steps.

    Parameters
    ----------
    start, stop : array_like
        The first and the last number. They broadcast against each other, and gradients flow back to tensors.
    num : int, optional
        How many.
    endpoint : bool, optional
        If False, `stop` is the number that would come after the last.
    retstep : bool, optional
        Whether to return the step, too.
    dtype : dtype_like, optional
        By default that of `start` and `stop`, or float64 for integers.
    axis : int, optional
        Along which axis of the result to put the numbers, if `start` or `stop` have axes.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do if `start` and `stop` are constant tensors,
        or if the dtype is not one of floating-point numbers.

    Returns
    -------
    Tensor | tuple[Tensor, Tensor]
        The numbers or, with `retstep`, the numbers and the step.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.linspace(0, 1, 5)
    Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    >>> x = mg.tensor(1.0)
    >>> mg.linspace(0, x, 5).backward()
    >>> x.grad
    array(2.5)
    """
    if not isinstance(retstep, (int, np.bool_)):  # MyGrad's order: dtype and axis follow endpoint
        retstep, dtype, axis = False, retstep, axis if dtype is None else dtype
    ends = (as_operand(start), as_operand(stop))
    params: dict[str, Any] = {"num": num, "endpoint": endpoint, "dtype": dtype, "axis": axis}
    if device is not None:
        params["device"] = device
    numbers = _made(np.linspace, ends, params, constant)
    if not retstep:
        return numbers
    steps = num - 1 if endpoint else num
    if steps > 0:
        distance = np.subtract(ends[1], ends[0], dtype=np.result_type(*ends, 0.0))  # of booleans, too
        step = call(np.divide, distance, steps, constant=constant)
    else:
        step = settled(np.full_like(ends[1] - ends[0], np.nan, dtype=float), constant)
    return numbers, step


def _made(func: Any, ends: tuple[Any, Any], params: dict[str, Any], constant: bool | None) -> Tensor:
    """``func(*ends, **params)``. If no end is a tensor the result is a leaf."""
    if any(isinstance(end, Handle) for end in ends):
        return call(func, *ends, constant=constant, **params)
    return fresh(func(*ends, **params), constant)


@implements(np.geomspace)
def geomspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike = None,
    axis: int = 0,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of a given number of numbers with even ratios.

    Parameters
    ----------
    start, stop : array_like
        The first and the last number, none of them 0. They broadcast against each other, and gradients flow
        back to tensors.
    num, endpoint, dtype, axis, constant
        As for `linspace`.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If an end is 0.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.geomspace(1, 100, 3)
    Tensor([  1.,  10., 100.])
    >>> x = mg.tensor(100.0)
    >>> mg.geomspace(1, x, 3).backward()
    >>> x.grad
    array(1.05)
    """
    ends = (as_operand(start), as_operand(stop))
    return _made(np.geomspace, ends, {"num": num, "endpoint": endpoint, "dtype": dtype, "axis": axis}, constant)


@implements(np.logspace)
def logspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = 50,
    endpoint: bool = True,
    base: ArrayLike = 10.0,
    dtype: DTypeLike = None,
    axis: int = 0,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of a given number of numbers whose logarithms are in even steps.

    Parameters
    ----------
    start, stop : array_like
        The logarithms of the first and the last number. They broadcast against each other, and gradients flow
        back to tensors.
    num, endpoint, dtype, axis, constant
        As for `linspace`.
    base : array_like, optional
        Of the logarithms. Gradients flow back to it, too.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.logspace(0, 2, 3)
    Tensor([  1.,  10., 100.])
    >>> x = mg.tensor(2.0)
    >>> mg.logspace(0, 2, 3, base=x).backward()
    >>> x.grad
    array(5.)
    """
    args: list[Any] = [as_operand(start), as_operand(stop), as_operand(base)]
    if not any(isinstance(arg, Handle) for arg in args):
        params: Any = {"num": num, "endpoint": endpoint, "base": args.pop(), "dtype": dtype, "axis": axis}
        return fresh(np.logspace(*args, **params), constant)
    if np.ndim(args[2]):
        ndim = max(map(np.ndim, args))
        args = [call(np.reshape, arg, (1,) * (ndim - np.ndim(arg)) + np.shape(arg)) for arg in args]
        args[2] = call(np.expand_dims, args[2], axis)
    exponents = linspace(args[0], args[1], num, endpoint, axis=axis)
    if dtype is None:
        return call(np.power, args[2], exponents, constant=constant)
    return call(astype, call(np.power, args[2], exponents), dtype, constant=constant)
