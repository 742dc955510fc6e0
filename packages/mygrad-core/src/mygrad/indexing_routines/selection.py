"""Picking elements by condition or by position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from mygrad._compositions import picking as _picking
from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, unwrap
from mygrad._engine.outputs import write_out
from mygrad._results import NO_VALUE, call, frozen, settled, sized
from mygrad._rules import sorting as _rules
from mygrad._rules.recorded import copy_of

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Mask, Out

__all__ = ["choose", "compress", "extract", "select", "take", "take_along_axis", "where"]


@overload
def where(condition: ArrayLike) -> tuple[np.ndarray[Any, Any], ...]: ...
@overload
def where(condition: ArrayLike, x: ArrayLike, y: ArrayLike, *, constant: bool | None = ...) -> Tensor: ...
@implements(np.where)
def where(
    condition: ArrayLike, x: ArrayLike = NO_VALUE, y: ArrayLike = NO_VALUE, *, constant: bool | None = None
) -> Any:
    """Elements of `x` where a condition is true, and of `y` elsewhere.

    Parameters
    ----------
    condition : array_like
    x, y : array_like, optional
        What to choose from. They broadcast against the condition and each other. If both are left out, the
        result tells where the condition is true.
    {constant if `x` and `y` are constants}

    Returns
    -------
    Tensor | tuple[ndarray, ...]
        Without `x` and `y`, arrays of positions, one for each axis.

    Raises
    ------
    ValueError
        If just one of `x` and `y` is given, or if the shapes do not broadcast.

    Notes
    -----
    Elements that are not chosen get a gradient of exactly 0, even if the gradient that comes in is inf or
    nan.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, -2.0, 3.0])
    >>> y = mg.where(x > 0, x, 0.0)
    >>> y
    Tensor([1., 0., 3.])
    >>> y.backward()
    >>> x.grad
    array([1., 0., 1.])
    >>> mg.where([False, True])
    (array([1]),)
    """
    if x is NO_VALUE and y is NO_VALUE:
        if constant is not None:
            raise ValueError("where() takes `constant` only together with `x` and `y`")
        return np.where(unwrap(as_operand(condition)))
    if x is NO_VALUE or y is NO_VALUE:
        raise ValueError("either both or neither of x and y should be given")
    return call(np.where, _truth(condition), x, y, constant=constant)


def _truth(condition: Any) -> Any:
    """A condition without the graph of the variables in it: whether a number is zero has no derivative."""
    if type(condition) is np.ndarray:
        return condition
    condition = as_operand(condition)
    return condition._memory != 0 if isinstance(condition, Handle) and not condition._constant else condition


@implements(np.select)
def select(
    condlist: Sequence[Mask],
    choicelist: Sequence[ArrayLike],
    default: ArrayLike = 0,
    *,
    constant: bool | None = None,
) -> Tensor:
    """For each element, the choice that belongs to the first condition that is true.

    Parameters
    ----------
    condlist : Sequence[array_like of bool]
    choicelist : Sequence[array_like]
        One choice for each condition. All broadcast against each other.
    default : array_like, optional
        What to take where no condition is true.
    {constant if all choices are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If there are not as many choices as conditions.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([-1.0, 0.5, 3.0])
    >>> y = mg.select([x < 0, x < 1], [-x, x**2], default=1.0)
    >>> y
    Tensor([1.  , 0.25, 1.  ])
    >>> y.backward()
    >>> x.grad
    array([-1.,  1.,  0.])
    """
    return settled(_picking.select(condlist, choicelist, default), constant)


@implements(np.choose)
def choose(
    a: ArrayLike,
    choices: Sequence[ArrayLike],
    out: Out = None,
    mode: Any = "raise",
    *,
    constant: bool | None = None,
) -> Tensor:
    """For each element, the choice that an integer selects.

    Parameters
    ----------
    a : array_like of int
        Which choice to take.
    choices : Sequence[array_like]
        All broadcast against each other and `a`.
    {out}
    mode : {'raise', 'wrap', 'clip'}, optional
        What to do about integers that are out of range.
    {constant if all choices are constants}

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If an integer is out of range, and `mode` is 'raise'.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> mg.choose([1, 0], [x, 10.0 * x])
    Tensor([10.,  2.])
    """
    index = copy_of(unwrap(as_operand(a)))
    chosen = call(_rules.choose, *choices, index=index, mode=mode, constant=constant)
    if out is None:
        return chosen
    return write_out(out, chosen, lambda written: np.choose(index, unwrap(choices), written, mode))


@implements(np.take)
def take(
    a: ArrayLike,
    indices: ArrayLike,
    axis: int | None = None,
    out: Out = None,
    mode: Any = "raise",
    *,
    constant: bool | None = None,
) -> Tensor:
    """Entries at some positions along an axis.

    Parameters
    ----------
    a : array_like
    indices : array_like of int
    axis : int, optional
        By default the array is flattened first.
    {out}
    mode : {'raise', 'wrap', 'clip'}, optional
        What to do about integers that are out of range.
    {constant}

    Returns
    -------
    Tensor

    Raises
    ------
    IndexError
        If a position is out of range, and `mode` is 'raise'.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> y = mg.take(x, [2, 0, 2])
    >>> y
    Tensor([3., 1., 3.])
    >>> y.backward()
    >>> x.grad
    array([1., 0., 2.])
    """
    return call(np.take, a, frozen(indices), axis=axis, out=out, mode=mode, constant=constant)


@implements(np.take_along_axis)
def take_along_axis(
    arr: ArrayLike, indices: ArrayLike, axis: int | None = -1, *, constant: bool | None = None
) -> Tensor:
    """Elements at given positions along an axis, such as those that `argsort` returns.

    Parameters
    ----------
    arr : array_like
    indices : array_like of int
        Of as many axes. Along the others it broadcasts against `arr`.
    axis : int | None, optional
        None: the array is flattened first.
    {constant if `arr` is a constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[3.0, 1.0], [2.0, 4.0]])
    >>> mg.take_along_axis(x, mg.argsort(x, axis=1), axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return call(np.take_along_axis, sized(arr), unwrap(as_operand(indices)), axis, constant=constant)


@implements(np.compress)
def compress(
    condition: Mask, a: ArrayLike, axis: int | None = None, out: Out = None, *, constant: bool | None = None
) -> Tensor:
    """Entries along an axis for which a condition is true.

    Parameters
    ----------
    condition : array_like of bool, shape (N,)
    a : array_like
    axis : int, optional
        By default the array is flattened first.
    {out}
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.compress([True, False, True], mg.tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3.])
    """
    return call(np.compress, _truth(condition), a, axis=axis, out=out, constant=constant)


@implements(np.extract)
def extract(condition: Mask, arr: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Elements for which a condition is true, as a vector.

    Parameters
    ----------
    condition : array_like of bool
    arr : array_like
    {constant if `arr` is a constant}

    Returns
    -------
    Tensor, shape (N,)

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, -2.0], [3.0, -4.0]])
    >>> mg.extract(x > 0, x)
    Tensor([1., 3.])
    """
    return call(np.extract, _truth(condition), arr, constant=constant)


fill_in(globals())
