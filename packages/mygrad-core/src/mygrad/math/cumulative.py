"""Running sums and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._functions import Function
from mygrad.math.reductions import reduced

if TYPE_CHECKING:
    from typing import SupportsIndex

    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, Out

__all__ = ["cumprod", "cumsum", "nancumprod", "nancumsum"]


@implements(np.cumsum)
def cumsum(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    dtype: DTypeLike = None,
    out: Out = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Running sum of the elements along an axis.

    Parameters
    ----------
    a : array_like
    axis : int, optional
        By default the array is flattened, and the result has one axis.
    dtype : dtype_like, optional
        Of the sums. By default that of `a`, or the platform's integer for smaller integers.
    {out}
    {constant}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> y = mg.cumsum(x)
    >>> y
    Tensor([1., 3., 6.])
    >>> y.backward()
    >>> x.grad
    array([3., 2., 1.])
    """
    return reduced(np.cumsum, a, constant, axis=axis, dtype=dtype, out=out)


@implements(np.cumprod)
def cumprod(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    dtype: DTypeLike = None,
    out: Out = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Running product of the elements along an axis.

    Parameters
    ----------
    a : array_like
    axis : int, optional
        By default the array is flattened, and the result has one axis.
    dtype : dtype_like, optional
        Of the products. By default that of `a`, or the platform's integer for smaller integers.
    {out}
    {constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is not computed by division, and so is right if there are zeros among the elements.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([2.0, 3.0, 4.0])
    >>> y = mg.cumprod(x)
    >>> y
    Tensor([ 2.,  6., 24.])
    >>> y.backward()
    >>> x.grad
    array([16., 10.,  6.])
    """
    return reduced(np.cumprod, a, constant, axis=axis, dtype=dtype, out=out)


@implements(np.nancumsum)
def nancumsum(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    dtype: DTypeLike = None,
    out: Out = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Running sum of the elements along an axis, with nan taken for 0.

    Parameters
    ----------
    a, axis, dtype, out, constant
        As for `cumsum`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan, 3.0])
    >>> y = mg.nancumsum(x)
    >>> y
    Tensor([1., 1., 4.])
    >>> y.backward()
    >>> x.grad
    array([3., 0., 1.])
    """
    return reduced(np.nancumsum, a, constant, axis=axis, dtype=dtype, out=out)


@implements(np.nancumprod)
def nancumprod(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    dtype: DTypeLike = None,
    out: Out = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Running product of the elements along an axis, with nan taken for 1.

    Parameters
    ----------
    a, axis, dtype, out, constant
        As for `cumprod`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([2.0, mg.nan, 3.0])
    >>> y = mg.nancumprod(x)
    >>> y
    Tensor([2., 2., 6.])
    >>> y.backward()
    >>> x.grad
    array([5., 0., 2.])
    """
    return reduced(np.nancumprod, a, constant, axis=axis, dtype=dtype, out=out)


if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    __all__ += ["cumulative_prod", "cumulative_sum"]
    cumulative_sum: Final[Function[Tensor]] = Function(np.cumulative_sum, "cumulative_sum(x)", "Tensor([1., 3., 7.])")
    cumulative_prod: Final[Function[Tensor]] = Function(
        np.cumulative_prod, "cumulative_prod(x)", "Tensor([1., 2., 8.])"
    )

fill_in(globals())
