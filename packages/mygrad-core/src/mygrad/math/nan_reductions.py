"""Reductions that pass over nan. Elements that are nan get a gradient of 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._results import NO_VALUE
from mygrad._rules.reductions import nanstd_about, nanvar_about
from mygrad.math.moments import spread
from mygrad.math.reductions import reduced

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Axis, DTypeLike, Mask, Out

__all__ = ["nanmax", "nanmean", "nanmedian", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"]


@implements(np.nansum)
def nansum(
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
    """Sum along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, initial, where, constant
        As for `sum`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nansum(x)
    >>> y
    Tensor(4.)
    >>> y.backward()
    >>> x.grad
    array([1., 0., 1.])
    """
    return reduced(
        np.nansum, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where
    )


@implements(np.nanprod)
def nanprod(
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
    """Product along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, initial, where, constant
        As for `prod`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([2.0, mg.nan, 3.0])
    >>> y = mg.nanprod(x)
    >>> y
    Tensor(6.)
    >>> y.backward()
    >>> x.grad
    array([3., 0., 2.])
    """
    return reduced(
        np.nanprod, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, initial=initial, where=where
    )


@implements(np.nanmean)
def nanmean(
    a: ArrayLike,
    axis: Axis = None,
    dtype: DTypeLike = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    *,
    where: Mask = NO_VALUE,
    constant: bool | None = None,
) -> Tensor:
    """Mean along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, dtype, out, keepdims, where, constant
        As for `mean`.

    Returns
    -------
    Tensor
        It is nan where all elements are.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nanmean(x)
    >>> y
    Tensor(2.)
    >>> y.backward()
    >>> x.grad
    array([0.5, 0. , 0.5])
    """
    return reduced(np.nanmean, a, constant, axis=axis, dtype=dtype, out=out, keepdims=keepdims, where=where)


@implements(np.nanvar)
def nanvar(
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
    """Variance along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant
        As for `var`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nanvar(x)
    >>> y
    Tensor(1.)
    >>> y.backward()
    >>> x.grad
    array([-1.,  0.,  1.])
    """
    return spread(np.nanvar, nanvar_about, a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant)


@implements(np.nanstd)
def nanstd(
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
    """Standard deviation along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant
        As for `std`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nanstd(x)
    >>> y
    Tensor(1.)
    >>> y.backward()
    >>> x.grad
    array([-0.5,  0. ,  0.5])
    """
    return spread(np.nanstd, nanstd_about, a, axis, dtype, out, ddof, keepdims, where, mean, correction, constant)


@implements(np.nanmax)
def nanmax(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Largest along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where, constant
        As for `max`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nanmax(x)
    >>> y
    Tensor(3.)
    >>> y.backward()
    >>> x.grad
    array([0., 0., 1.])
    """
    return reduced(np.nanmax, a, constant, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)


@implements(np.nanmin)
def nanmin(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    keepdims: bool = NO_VALUE,
    initial: Any = NO_VALUE,
    where: Mask = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Smallest along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, out, keepdims, initial, where, constant
        As for `min`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nanmin(x)
    >>> y
    Tensor(1.)
    >>> y.backward()
    >>> x.grad
    array([1., 0., 0.])
    """
    return reduced(np.nanmin, a, constant, axis=axis, out=out, keepdims=keepdims, initial=initial, where=where)


@implements(np.nanmedian)
def nanmedian(
    a: ArrayLike,
    axis: Axis = None,
    out: Out = None,
    overwrite_input: bool = False,
    keepdims: bool = NO_VALUE,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Median along axes of the elements that are not nan.

    Parameters
    ----------
    a, axis, out, overwrite_input, keepdims, constant
        As for `median`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0, 8.0])
    >>> y = mg.nanmedian(x)
    >>> y
    Tensor(3.)
    >>> y.backward()
    >>> x.grad
    array([0., 0., 1., 0.])
    """
    return reduced(np.nanmedian, a, constant, axis=axis, out=out, keepdims=keepdims)
