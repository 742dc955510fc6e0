"""Tensors of a given shape, filled with one value or with ones on the diagonal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand, unwrap
from mygrad._engine.state import is_lifted
from mygrad._keywords import also_named
from mygrad._results import call, fresh
from mygrad._rules.shapes import astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, ShapeLike

__all__ = [
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "identity",
    "ones",
    "ones_like",
    "tri",
    "zeros",
    "zeros_like",
]


def _made(array: Any, constant: bool | None) -> Tensor:
    """A tensor over `array`, into which code in a lifted block may write."""
    t = fresh(array, constant)
    if is_lifted():
        t._own = True
    return t


@implements(np.empty)
def empty(
    shape: ShapeLike,
    dtype: DTypeLike = float,
    order: Any = "C",
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor without setting its elements.

    Parameters
    ----------
    {shaped}
        What it holds is arbitrary.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.empty((2, 3)).shape
    (2, 3)
    """
    return _made(np.empty(shape, dtype, order, device=device), constant)


@implements(np.zeros)
def zeros(
    shape: ShapeLike,
    dtype: DTypeLike = float,
    order: Any = "C",
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of zeros.

    Parameters
    ----------
    {shaped}

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.zeros((2, 2))
    Tensor([[0., 0.],
            [0., 0.]])
    """
    return _made(np.zeros(shape, dtype, order, device=device), constant)


@implements(np.ones)
def ones(
    shape: ShapeLike,
    dtype: DTypeLike = float,
    order: Any = "C",
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of ones.

    Parameters
    ----------
    {shaped}

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.ones(3, dtype=int)
    Tensor([1, 1, 1])
    """
    return _made(np.ones(shape, dtype, order, device=device), constant)


@implements(np.full)
def full(
    shape: ShapeLike,
    fill_value: ArrayLike,
    dtype: DTypeLike = None,
    order: Any = "C",
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor that holds one value throughout.

    Parameters
    ----------
    shape : int | tuple[int, ...]
    fill_value : array_like
        It broadcasts to the shape. Gradients flow back to a tensor.
    dtype : dtype_like, optional
        By default that of the value.
    {order}
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do if the value is a tensor that is constant, or
        if the dtype is not one of floating-point numbers.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.full((2, 2), 1.5)
    Tensor([[1.5, 1.5],
            [1.5, 1.5]])
    >>> x = mg.tensor(2.0)
    >>> mg.full(3, x).backward()
    >>> x.grad
    array(3.)
    """
    fill_value = as_operand(fill_value)
    if isinstance(fill_value, Handle):
        shape = tuple(shape) if np.iterable(shape) else (shape,)
        return _filled(fill_value, shape, dtype, order, constant)
    return _made(np.full(shape, fill_value, dtype, order, device=device), constant)


def _filled(value: Any, shape: Any, dtype: Any, order: Any, constant: bool | None) -> Tensor:
    """A tensor of `shape`, filled with a tensor."""
    if dtype is not None and np.dtype(dtype) != value.dtype:
        value = call(astype, value, dtype)
    surplus = max(value.ndim - len(np.broadcast_to(0, shape).shape), 0)
    if value.shape[:surplus] == (1,) * surplus:  # which an assignment drops
        value = np.reshape(value, value.shape[surplus:])
    return call(np.copy, call(np.broadcast_to, value, shape), order=order, constant=constant)


def _like(
    make: Callable[..., Any],
    a: Any,
    dtype: Any,
    order: Any,
    subok: bool,
    shape: Any,
    device: Any,
    constant: bool | None,
) -> Tensor:
    """``make(a, ...)``. In MyGrad `shape` follows `dtype`, where NumPy has `order`, which is a string."""
    if order is not None and not isinstance(order, str):
        order, shape = "K", order
    return _made(
        make(
            unwrap(a),
            dtype=dtype,
            order="K" if order is None else order,
            subok=False,
            shape=shape,
            device=device,
        ),
        _constant_like(a, constant),
    )


def _constant_like(a: Any, constant: bool | None) -> bool | None:
    """That of `a`, if it is a tensor that could be a variable as well."""
    if constant is None and isinstance(a, Handle) and a._constant and a._memory.dtype.kind in "fc":
        return True
    return constant


@also_named("other")
@implements(np.empty_like)
def empty_like(
    a: ArrayLike,
    dtype: DTypeLike = None,
    order: Any = "K",
    subok: bool = True,
    shape: ShapeLike | None = None,
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of the shape and dtype of another, without setting its elements.

    Parameters
    ----------
    a : array_like
    dtype : dtype_like, optional
        By default that of `a`.
    order : {'K', 'C', 'F', 'A'}, optional
        The order in memory; by default that of `a`.
    subok : bool, optional
        Accepted for NumPy's sake. It says nothing about tensors.
    shape : int | tuple[int, ...], optional
        By default that of `a`. It may take the place of `order`, as in MyGrad.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the tensor. By default they do if `a` is a constant tensor of floating-point
        numbers, or if the dtype is another.

    Returns
    -------
    Tensor
        What it holds is arbitrary.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.empty_like([1.0, 2.0, 3.0]).shape
    (3,)
    """
    return _like(np.empty_like, a, dtype, order, subok, shape, device, constant)


@also_named("other")
@implements(np.zeros_like)
def zeros_like(
    a: ArrayLike,
    dtype: DTypeLike = None,
    order: Any = "K",
    subok: bool = True,
    shape: ShapeLike | None = None,
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of zeros that has the shape and dtype of another.

    Parameters
    ----------
    a, dtype, order, subok, shape, device, constant
        As for `empty_like`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.zeros_like([[1, 2], [3, 4]])
    Tensor([[0, 0],
            [0, 0]])
    """
    return _like(np.zeros_like, a, dtype, order, subok, shape, device, constant)


@also_named("other")
@implements(np.ones_like)
def ones_like(
    a: ArrayLike,
    dtype: DTypeLike = None,
    order: Any = "K",
    subok: bool = True,
    shape: ShapeLike | None = None,
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor of ones that has the shape and dtype of another.

    Parameters
    ----------
    a, dtype, order, subok, shape, device, constant
        As for `empty_like`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.ones_like([1.0, 2.0, 3.0])
    Tensor([1., 1., 1.])
    """
    return _like(np.ones_like, a, dtype, order, subok, shape, device, constant)


@also_named("other")
@implements(np.full_like)
def full_like(
    a: ArrayLike,
    fill_value: ArrayLike,
    dtype: DTypeLike = None,
    order: Any = "K",
    subok: bool = True,
    shape: ShapeLike | None = None,
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a tensor that has the shape and dtype of another, and holds one value throughout.

    Parameters
    ----------
    a : array_like
    fill_value : array_like
        It broadcasts to the shape. Gradients flow back to a tensor.
    dtype, order, subok, shape, device, constant
        As for `empty_like`.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.full_like([1.0, 2.0, 3.0], 0.5)
    Tensor([0.5, 0.5, 0.5])
    """
    fill_value = as_operand(fill_value)
    t = _like(np.empty_like, a, dtype, order, subok, shape, device, constant)
    if isinstance(fill_value, Handle) and not fill_value._constant and t._memory.dtype.kind in "fc":
        layout = "F" if t._memory.flags.fnc else "C"
        return _filled(fill_value, t._memory.shape, t._memory.dtype, layout, constant)
    np.copyto(t._memory, unwrap(fill_value), casting="unsafe")
    return t


@implements(np.eye)
def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: DTypeLike = float,
    order: Any = "C",
    *,
    device: Any = None,
    constant: bool | None = None,
) -> Tensor:
    """Make a matrix with ones on a diagonal and zeros elsewhere.

    Parameters
    ----------
    N : int
        The number of rows.
    M : int, optional
        The number of columns; by default that of the rows.
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    dtype : dtype_like, optional
    {order}
    {unless_float}

    Returns
    -------
    Tensor, shape (N, M)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.eye(2, 3, k=1)
    Tensor([[0., 1., 0.],
            [0., 0., 1.]])
    """
    return _made(np.eye(N, M, k, dtype, order, device=device), constant)


@implements(np.identity)
def identity(n: int, dtype: DTypeLike = None, *, constant: bool | None = None) -> Tensor:
    """Make a square matrix with ones on the main diagonal and zeros elsewhere.

    Parameters
    ----------
    n : int
        The number of rows and columns.
    dtype : dtype_like, optional
    {unless_float}

    Returns
    -------
    Tensor, shape (n, n)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.identity(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(np.identity(n, dtype), constant)


@implements(np.tri)
def tri(N: int, M: int | None = None, k: int = 0, dtype: DTypeLike = float, *, constant: bool | None = None) -> Tensor:
    """Make a matrix with ones on and below a diagonal and zeros above it.

    Parameters
    ----------
    N : int
        The number of rows.
    M : int, optional
        The number of columns; by default that of the rows.
    k : int, optional
        Which diagonal: above the main one if positive, below if negative.
    dtype : dtype_like, optional
    {unless_float}

    Returns
    -------
    Tensor, shape (N, M)

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.tri(2, 3)
    Tensor([[1., 0., 0.],
            [1., 1., 0.]])
    """
    return _made(np.tri(N, M, k, dtype), constant)


fill_in(globals())
