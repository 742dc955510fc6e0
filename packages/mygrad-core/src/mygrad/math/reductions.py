"""Sums, products and extremes along axes.

`sum`, `max` and others like them, called without further arguments, take a short cut past the handling of
keywords: they are among the functions that are called most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.apply import apply, apply_one
from mygrad._engine.handle import Handle
from mygrad._engine.masked import as_mask
from mygrad._engine.operands import as_operand, loses_gradient, unwrap
from mygrad._engine.outputs import write_out
from mygrad._keywords import also_named
from mygrad._results import NO_VALUE, call, sized
from mygrad._rules.initials import with_initial
from mygrad._rules.rule import RULES, Rule

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis, DTypeLike, Mask, Out

__all__ = ["amax", "amin", "max", "min", "prod", "ptp", "sum"]

_SUM, _PROD, _MAX, _MIN = (RULES[f] for f in (np.sum, np.prod, np.max, np.min))
#: What may stand for `axis` on the short cut.
AXES = frozenset((int, tuple, type(None)))
_BEFORE_KEEPDIMS = frozenset(("dtype", "out"))
#: Those that start from their identity, unless they are told to start from nothing.
_WITH_IDENTITY = frozenset((np.sum, np.prod, np.nansum, np.nanprod))


def reduced(func: Callable[..., Any], a: ArrayLike, constant: bool | None, *args: Any, **params: Any) -> Tensor:
    """Call `func`, passing on the keywords that were given a value.

    In MyGrad `keepdims` follows `axis`, where NumPy has `dtype` or `out`. Neither of these can be a boolean,
    so that a boolean there stands for `keepdims`.
    """
    given = {}
    if params.get("initial", NO_VALUE) is None and func in _WITH_IDENTITY:
        # Nothing to start from, which matters only if that raises
        where = params["where"]
        func(
            unwrap(as_operand(a)),
            params["axis"],
            initial=None,
            where=True if where is NO_VALUE else unwrap(where),
        )
    for name, value in params.items():
        if value is None or value is NO_VALUE:
            continue
        if name in _BEFORE_KEEPDIMS and isinstance(value, bool):
            name = "keepdims"
        elif name == "where":
            value = as_mask(value)
        given[name] = value
    a = sized(a)  # a number beside an array stays weak
    if "initial" in given and loses_gradient(given["initial"]):
        return started(RULES[func], a, constant=constant, **given)
    return call(func, a, *args, constant=constant, **given)


def started(
    reduction: Rule, a: Any, initial: Any, constant: bool | None = None, out: Any = None, **params: Any
) -> Tensor:
    """A reduction that starts from a variable."""
    result = apply(with_initial(reduction), a, initial, constant=constant, **params)
    if out is None:
        return result
    a, initial = unwrap((a, initial))
    return write_out(out, result, lambda written: reduction.fn(a, initial=initial, out=written, **params))


@also_named("x")
@implements(np.sum)
def sum(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Sum of the elements along axes.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to sum over; all by default.
    dtype : dtype_like, optional
        Of the sum. By default that of `a`, or the platform's integer for smaller integers.
    {out}
    {keepdims}
    initial : scalar, optional
        What the sum starts from.
    {where}
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    AxisError
        If there is no such axis.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> mg.sum(x, axis=0)
    Tensor([4., 6.])
    >>> mg.sum(x).backward()
    >>> x.grad
    array([[1., 1.],
           [1., 1.]])
    """
    if (
        constant is dtype is out is None  # type: ignore[comparison-overlap]
        and keepdims is initial is where is NO_VALUE
        and isinstance(a, Handle)
        and type(axis) in AXES
    ):
        return apply_one(_SUM, a, (a,) if axis is None else (a, axis))
    return reduced(
        np.sum, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where
    )


@implements(np.prod)
def prod(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Product of the elements along axes.

    Parameters
    ----------
    a : array_like
    axis : int | tuple[int, ...], optional
        The axes to multiply over; all by default.
    dtype : dtype_like, optional
        Of the product. By default that of `a`, or the platform's integer for smaller integers.
    {out}
    {keepdims}
    initial : scalar, optional
        What the product starts from.
    {where}
    {constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative with respect to an element is the product of all others. It is not computed by division,
    and so is right if there are zeros among them.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([2.0, 0.0, 4.0])
    >>> y = mg.prod(x)
    >>> y
    Tensor(0.)
    >>> y.backward()
    >>> x.grad
    array([0., 8., 0.])
    """
    if (
        constant is dtype is out is None  # type: ignore[comparison-overlap]
        and keepdims is initial is where is NO_VALUE
        and isinstance(a, Handle)
        and type(axis) in AXES
    ):
        return apply_one(_PROD, a, (a,) if axis is None else (a, axis))
    return reduced(
        np.prod, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where
    )


@also_named("x")
@implements(np.max, np.amax)
def max(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Largest of the elements along axes; nan if there is one among them.

    Parameters
    ----------
    {searched}
    initial : scalar, optional
        The least that the result can be. Needed for empty axes and for `where`.
    {compared}

    Notes
    -----
    Elements that tie for the maximum share its gradient equally.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 3.0]])
    >>> y = mg.max(x, axis=1)
    >>> y
    Tensor([2., 3.])
    >>> y.backward()
    >>> x.grad
    array([[0. , 1. ],
           [0.5, 0.5]])
    """
    if (
        constant is out is None  # type: ignore[comparison-overlap]
        and keepdims is initial is where is NO_VALUE
        and isinstance(a, Handle)
        and type(axis) in AXES
    ):
        return apply_one(_MAX, a, (a,) if axis is None else (a, axis))
    return reduced(np.max, a, constant, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)


@also_named("x")
@implements(np.min, np.amin)
def min(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Smallest of the elements along axes; nan if there is one among them.

    Parameters
    ----------
    {searched}
    initial : scalar, optional
        The most that the result can be. Needed for empty axes and for `where`.
    {compared}

    Notes
    -----
    Elements that tie for the minimum share its gradient equally.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 3.0]])
    >>> y = mg.min(x, axis=1)
    >>> y
    Tensor([1., 3.])
    >>> y.backward()
    >>> x.grad
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    if (
        constant is out is None  # type: ignore[comparison-overlap]
        and keepdims is initial is where is NO_VALUE
        and isinstance(a, Handle)
        and type(axis) in AXES
    ):
        return apply_one(_MIN, a, (a,) if axis is None else (a, axis))
    return reduced(np.min, a, constant, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)


amax: Final = max
amin: Final = min


@implements(np.ptp)
def ptp(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Range of the elements along axes: the largest less the smallest ("peak to peak").

    Parameters
    ----------
    {searched}
    {constant}

    Returns
    -------
    Tensor

    Notes
    -----
    Elements that tie for the largest or the smallest share the gradient equally.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 5.0, 2.0])
    >>> mg.ptp(x).backward()
    >>> x.grad
    array([-1.,  1.,  0.])
    """
    return reduced(np.ptp, a, constant, axis=axis, out=out, keepdims=keepdims)


fill_in(globals())
