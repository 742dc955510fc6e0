"""Means, medians, variances and standard deviations along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.apply import apply_one
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, loses_gradient, unwrap
from mygrad._engine.outputs import write_out
from mygrad._keywords import also_named
from mygrad._results import NO_VALUE, as_array, call, fresh, settled
from mygrad._rules.reductions import not_nan, std_about, var_about, weights_along
from mygrad._rules.rule import RULES
from mygrad._rules.shapes import astype
from mygrad.math.reductions import AXES, reduced, sum

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis, DTypeLike, Mask, Out

__all__ = ["average", "mean", "median", "std", "var"]

_MEAN = RULES[np.mean]


@also_named("x")
@implements(np.mean)
def mean(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    *,
    where: Mask = NO_VALUE,
    constant: bool | None = None,
) -> Tensor:
    """Arithmetic mean along axes.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to average over; all by default.
    dtype : dtype_like, optional
        Of the mean. By default that of `a`, or float64 for integers.
    {out}
    {keepdims}
    where : array_like of bool, optional
        Which elements to include. The others get a gradient of 0.
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.mean(x, axis=1)
    Tensor([1.5, 3.5])
    >>> mg.mean(x).backward()
    >>> x.grad
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    if (
        constant is dtype is out is None  # type: ignore[comparison-overlap]
        and keepdims is where is NO_VALUE
        and isinstance(a, Handle)
        and type(axis) in AXES
    ):
        return apply_one(_MEAN, a, (a,) if axis is None else (a, axis))
    return reduced(np.mean, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, where=where)


@also_named("x")
@implements(np.var)
def var(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: float = 0,
    keepdims: bool = NO_VALUE,
    *,
    where: Mask = NO_VALUE,
    mean: ArrayLike = NO_VALUE,
    correction: float = NO_VALUE,
    constant: bool | None = None,
) -> Tensor:
    """Variance along axes: the mean of the squared deviations from the mean.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to take the variance over; all by default.
    dtype : dtype_like, optional
        Of the variance. By default that of `a`, or float64 for integers.
    {out}
    {spread}
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 6.0])
    >>> y = mg.var(x, ddof=1)
    >>> y
    Tensor(7.)
    >>> y.backward()
    >>> x.grad
    array([-2., -1.,  3.])
    """
    return spread(np.var, var_about, a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant)


@also_named("x")
@implements(np.std)
def std(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    ddof: float = 0,
    keepdims: bool = NO_VALUE,
    *,
    where: Mask = NO_VALUE,
    mean: ArrayLike = NO_VALUE,
    correction: float = NO_VALUE,
    constant: bool | None = None,
) -> Tensor:
    """Standard deviation along axes: the square root of the variance.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to take the standard deviation over; all by default.
    dtype : dtype_like, optional
        Of the result. By default that of `a`, or float64 for integers.
    {out}
    {spread}
    {constant}

    Returns
    -------
    Tensor

    Notes
    -----
    Where all elements are equal there is no derivative; it is taken as 0, which is a subgradient.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 3.0], [5.0, 5.0]])
    >>> y = mg.std(x, axis=1)
    >>> y
    Tensor([1., 0.])
    >>> y.backward()
    >>> x.grad
    array([[-0.5,  0.5],
           [ 0. ,  0. ]])
    """
    return spread(np.std, std_about, a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant)


def spread(
    func: Any,
    about: Any,
    a: Any,
    axis: Any,
    dtype: Any,
    out: Any,
    ddof: Any,
    keepdims: Any,
    where: Any,
    mean: Any,
    correction: Any,
    constant: bool | None,
) -> Tensor:
    """`var` or `std`; `about` is the function that takes a mean."""
    if isinstance(dtype, (int, np.integer)):  # MyGrad's order: axis, ddof, keepdims
        ddof, dtype = dtype, None
    params = {"axis": axis, "dtype": dtype, "out": out, "keepdims": keepdims, "where": where}
    if ddof != 0:
        params["ddof"] = ddof
    if correction is not NO_VALUE:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        params["ddof"] = correction
    if loses_gradient(params.get("ddof")):
        return _spread_by_ddof(func, about, a, mean, constant=constant, **params)
    if mean is NO_VALUE or mean is None:
        return reduced(func, a, constant, **params)
    return reduced(about, a, constant, mean, **params)


def _spread_by_ddof(
    func: Any, about: Any, a: Any, mean: Any, *, ddof: Any, out: Any, constant: bool | None, **params: Any
) -> Tensor:
    """`var` or `std` with a variable for `ddof`, which is in the divisor alone."""
    given = {name: value for name, value in params.items() if value is not NO_VALUE and value is not None}
    counted = {name: value for name, value in given.items() if name in ("axis", "keepdims")}
    array, where = unwrap(as_operand(a)), unwrap(given.get("where", True))
    valid = not_nan(array, where) if func in (np.nanvar, np.nanstd) else np.broadcast_to(where, np.shape(array))
    n = np.sum(valid, **counted)
    factor = n / np.maximum(n - ddof, 0)
    if func in (np.std, np.nanstd):
        factor = np.sqrt(factor)
    uncorrected = spread(func, about, a, out=None, ddof=0, mean=mean, correction=NO_VALUE, constant=constant, **params)
    result = settled(uncorrected * astype(factor, uncorrected.dtype), constant)
    if out is None:
        return result
    if mean is not NO_VALUE and mean is not None:
        given["mean"] = mean
    return write_out(out, result, lambda written: func(array, out=written, ddof=unwrap(ddof), **unwrap(given)))


@implements(np.median)
def median(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Median along axes: the middle one of the elements in order, or the mean of the two in the middle.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to take the median over; all by default.
    {out}
    overwrite_input : bool, optional
        Accepted and ignored: the backward pass needs the input.
    {keepdims}
    {constant}

    Returns
    -------
    Tensor

    Notes
    -----
    Elements that tie with one in the middle share its gradient equally.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([7.0, 1.0, 2.0, 4.0])
    >>> y = mg.median(x)
    >>> y
    Tensor(3.)
    >>> y.backward()
    >>> x.grad
    array([0. , 0. , 0.5, 0.5])
    """
    return reduced(np.median, a, constant, axis=axis, out=out, keepdims=keepdims)


@overload
def average(
    a: ArrayLike,
    axis: Axis = ...,
    weights: ArrayLike | None = ...,
    returned: Literal[False] = ...,
    *,
    keepdims: bool = ...,
    constant: bool | None = ...,
) -> Tensor: ...
@overload
def average(
    a: ArrayLike,
    axis: Axis = ...,
    weights: ArrayLike | None = ...,
    *,
    returned: Literal[True],
    keepdims: bool = ...,
    constant: bool | None = ...,
) -> tuple[Tensor, Tensor]: ...
@implements(np.average)
def average(
    a: ArrayLike,
    axis: Axis = None,
    weights: ArrayLike | None = None,
    returned: bool = False,
    *,
    keepdims: bool = NO_VALUE,
    constant: bool | None = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """Weighted mean along axes.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to average over; all by default.
    weights : array_like, optional
        Of the shape of `a`, or of its shape along `axis`. They are differentiated too. All are equal by
        default.
    returned : bool, optional
        Whether to return the sum of the weights, too.
    {keepdims}
    {constant if `a` and `weights` are constants}

    Returns
    -------
    Tensor | tuple[Tensor, Tensor]
        The mean or, if `returned`, the mean and the sum of the weights.

    Raises
    ------
    ZeroDivisionError
        If weights sum to zero.
    TypeError, ValueError
        If the shape of the weights does not fit.

    Examples
    --------
    >>> import mygrad as mg
    >>> x, weights = mg.tensor([1.0, 5.0]), mg.tensor([3.0, 1.0])
    >>> y = mg.average(x, weights=weights)
    >>> y
    Tensor(2.)
    >>> y.backward()
    >>> x.grad, weights.grad
    (array([0.75, 0.25]), array([-0.25,  0.75]))
    """
    a = as_array(a)
    if weights is None:
        mean = reduced(np.average, a, constant, axis=axis, keepdims=keepdims)
        if not returned:
            return mean
        number = np.full(mean.shape, a.size / mean.size, mean.dtype)
        return mean, fresh(number, True if constant is None else constant)
    weights = as_array(weights)
    mean = reduced(np.average, a, constant, axis, weights, keepdims=keepdims)
    if not returned:
        return mean
    along = weights_along(weights, a, axis)  # type: ignore[no-untyped-call]
    total = sum(along, axis, mean.dtype, keepdims=keepdims)
    return mean, call(np.copy, call(np.broadcast_to, total, mean.shape), constant=constant)


fill_in(globals())
