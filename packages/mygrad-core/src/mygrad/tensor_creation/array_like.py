"""Tensors from what can be turned into arrays, and arrays from tensors."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._engine import handle as _handle
from mygrad._engine.apply import as_constant, require_float
from mygrad._engine.handle import Handle, unlinked_view
from mygrad._engine.operands import as_operand, has_tensors, unwrap
from mygrad._results import call, copy_wanted, itself, sized
from mygrad._rules.shapes import astype as _astype

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, DTypeLikeReals

__all__ = ["asarray", "astensor", "astype", "copy", "stop_gradient", "tensor"]


def tensor(
    arr_like: ArrayLike,
    dtype: DTypeLikeReals = None,
    *,
    constant: bool | None = None,
    copy: bool | None = True,
    ndmin: int = 0,
) -> Tensor:
    """Make a tensor.

    Parameters
    ----------
    arr_like : array_like
        Numbers, arrays, tensors, or sequences of these nested to any depth.
    dtype : dtype_like, optional
        By default what holds all the numbers.
    constant : bool, optional
        Whether gradients stop at the tensor. By default tensors of a floating-point dtype are variables, and
        all others are constants.
    copy : bool, optional
        Whether to copy an array or tensor. If not, the tensor shares the memory of an array, and a tensor
        that meets the other requirements is returned as it is.
    ndmin : int, optional
        Axes of length one are put in front until there are so many.

    Returns
    -------
    Tensor
        A leaf, in general: what was computed before is not known to it. But a sequence that has variables in
        it is stacked, and gradients flow back to them.

    Raises
    ------
    TypeError
        If what is given does not consist of numbers.
    ValueError
        If ``constant=False`` is asked of integers or booleans.

    See Also
    --------
    astensor : makes a tensor only of what is none.

    Examples
    --------
    >>> import mygrad as mg
    >>> mg.tensor([1, 2, 3])
    Tensor([1, 2, 3])
    >>> mg.tensor([[1, 2], [3, 4]], dtype="float32")
    Tensor([[1., 2.],
            [3., 4.]], dtype=float32)

    Tensors can be put together:

    >>> x, y = mg.tensor(1.0), mg.tensor(2.0)
    >>> (mg.tensor([x, y]) * [10.0, 100.0]).backward()
    >>> x.grad, y.grad
    (array(10.), array(100.))
    """
    if constant is not None:
        constant = as_constant(constant)
    if type(copy) is not bool:
        copy = copy_wanted(copy)
    if isinstance(arr_like, (list, tuple)) and has_tensors(arr_like):
        stacked = as_operand(arr_like)
        if not getattr(stacked, "_constant", True) and constant is not True:
            return _prepended(_cast(stacked, dtype, constant), ndmin)
        arr_like = stacked
    elif not copy and isinstance(arr_like, Handle) and _is_compatible(arr_like, dtype, constant):
        return _prepended(arr_like, ndmin)
    return _handle.tensor_class(arr_like, dtype=dtype, constant=constant, copy=copy, ndmin=ndmin)


def astensor(t: ArrayLike, dtype: DTypeLikeReals = None, *, constant: bool | None = None) -> Tensor:
    """Make a tensor, unless it is one already.

    Parameters
    ----------
    t : array_like
    dtype : dtype_like, optional
        By default that of `t`.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if they do at the tensor `t`; but a constant of
        another dtype is taken like other things than tensors, of which those of a floating-point dtype become
        variables, and all others constants.

    Returns
    -------
    Tensor
        `t` itself, if it is a tensor that meets the requirements. An array is not copied. If the dtype is to
        change, gradients of a variable flow through the conversion, and a constant is copied. A variable that is to be
        constant shares its memory with the result; a constant that is to be a variable is copied.

    Raises
    ------
    TypeError
        If what is given does not consist of numbers.
    ValueError
        If ``constant=False`` is asked of integers or booleans.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> mg.astensor(x) is x
    True
    >>> mg.astensor(x, constant=True).data is x.data
    True
    >>> mg.astensor([1, 2])
    Tensor([1, 2])
    """
    constant = as_constant(constant)
    if not isinstance(t, Handle):
        return tensor(t, dtype, constant=constant, copy=False)
    if _is_compatible(t, dtype, constant):
        return t
    if t._constant:
        return _handle.tensor_class(t, dtype=dtype, constant=constant)
    return _cast(t, dtype, constant)


def _is_compatible(t: Handle, dtype: Any, constant: bool | None) -> bool:
    return (constant is None or t._constant is constant) and (dtype is None or t._memory.dtype == np.dtype(dtype))


def _cast(t: Any, dtype: Any, constant: bool | None) -> Any:
    """`t` under another dtype and `constant`, of which only the former takes a copy."""
    if dtype is not None and t._memory.dtype != np.dtype(dtype):
        return call(_astype, t, dtype, constant=constant)
    if constant is None or t._constant is constant:
        return t
    if not constant:
        require_float(t._memory.dtype)
    return unlinked_view(t, constant)


def _prepended(t: Any, ndmin: int) -> Any:
    missing = index(ndmin) - t._memory.ndim
    return t if missing <= 0 else t[(None,) * missing]


def asarray(
    a: ArrayLike, dtype: DTypeLike = None, order: Any = None, *, device: Any = None, copy: bool | None = None
) -> np.ndarray[Any, Any]:
    """Make an array of a tensor, or of anything else.

    Parameters
    ----------
    a : array_like
    dtype : dtype_like, optional
        By default that of `a`.
    order : {'C', 'F', 'A', 'K'}, optional
        The order in memory, as for `numpy.asarray`.
    device : "cpu", optional
        As of the array API.
    copy : bool, optional
        Whether to copy always (True), never, or where that is needed (the default).

    Returns
    -------
    ndarray
        Without a copy, where possible: of a tensor, its `data`. It has no graph, and unlike `numpy.asarray` this does
        not warn of that.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> mg.asarray(x)
    array([1., 2.])
    >>> mg.asarray(x) is x.data
    True
    """
    to_tensor = getattr(type(a), "__tensor__", None)
    given: Any = a if to_tensor is None else to_tensor(a)
    values = given.data if isinstance(given, _handle.tensor_class) else unwrap(given)
    return np.asarray(values, dtype, order, device=device, copy=copy)


def stop_gradient(x: ArrayLike) -> Tensor:
    """The same values as a constant, to which no gradient flows.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    Tensor
        Of a tensor, ``x.detach()``, which shares its memory. So it does with an array.

    See Also
    --------
    Tensor.detach : does this to a tensor.
    lost_gradients : what happens where nobody says that the gradient is to stop.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> (x * mg.stop_gradient(x)).backward()
    >>> x.grad
    array([1., 2.])
    """
    return unlinked_view(x, True) if isinstance(x, Handle) else astensor(x, constant=True)


def astype(
    x: ArrayLike,
    dtype: DTypeLikeReals,
    /,
    *,
    copy: bool = True,
    device: str | None = None,
    constant: bool | None = None,
) -> Tensor:
    """Convert the elements to another dtype.

    Parameters
    ----------
    x : array_like
    dtype : dtype_like
    copy : bool, optional
        If False, and `x` has the dtype, the result is a view of it.
    device : {'cpu'}, optional
        As the array API has it.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant, or if the dtype is not
        one of floating-point numbers.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.astype(x, mg.float32)
    >>> y
    Tensor([1., 2.], dtype=float32)
    >>> y.backward()
    >>> x.grad
    array([1., 1.])
    """
    if device not in (None, "cpu"):
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {device!r}')
    if not copy and isinstance(x, Handle) and x._memory.dtype == np.dtype(dtype):
        return itself(x, constant)
    return call(_astype, sized(x), dtype, copy=copy, constant=constant)


if hasattr(np, "astype"):  # NumPy 2.1
    implements(np.astype)(astype)


@implements(np.copy)
def copy(a: ArrayLike, order: str = "K", subok: bool = False, *, constant: bool | None = None) -> Tensor:
    """Copy a tensor; gradients flow through.

    Parameters
    ----------
    a : array_like
    order : {'C', 'F', 'A', 'K'}, optional
        The order of the copy in memory; by default as close to that of `a` as possible.
    subok : bool, optional
        Accepted for NumPy's sake. It says nothing about tensors.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `a` is a constant.

    Returns
    -------
    Tensor

    See Also
    --------
    Tensor.copy : makes a leaf, which knows nothing of what was computed before.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> mg.copy(x).backward()
    >>> x.grad
    array([1., 1.])
    """
    return call(np.copy, a, order=order, constant=constant)
