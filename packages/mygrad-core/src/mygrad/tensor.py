"""The tensor: an array that remembers how it was computed."""

from __future__ import annotations

import operator
import warnings
from typing import Any, Final

import numpy as np

from mygrad._attributes import Attributes
from mygrad._dispatch.functions import array_function
from mygrad._dispatch.operands import has_variable
from mygrad._dispatch.ufuncs import array_ufunc
from mygrad._engine import backward as _backward
from mygrad._engine.apply import apply_getitem, null_grads, plain, require_float
from mygrad._engine.handle import Handle, anchor_of, bind_tensor_class, expose, new_view, node_of, present_node
from mygrad._engine.inplace import path_to, setitem
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.state import tracking
from mygrad._methods import Methods
from mygrad._operators import Operators
from mygrad._protocols import Protocols
from mygrad._repr import Repr
from mygrad._rules.broadcasting import broadcast
from mygrad._rules.indexing import GETITEM
from mygrad.operation_base import Operation, execute_op, operation_of

__all__ = ["Tensor"]

Array = np.ndarray[Any, Any]

#: The gradient of a sum with respect to its terms.
_ONES = {char: np.ones((), char) for char in np.typecodes["Float"] + np.typecodes["AllInteger"] + "?"}


class Tensor(Operators, Attributes, Methods, Protocols, Repr, Handle):
    """An array that remembers how it was computed, so that it can be differentiated.

    Wherever code written for NumPy takes an array, it takes a tensor.

    Parameters
    ----------
    x : array_like
        Numbers, nested sequences of them, an array or another tensor.
    dtype : dtype_like, optional
        By default that of `x`.
    constant : bool, optional
        Whether gradients stop at this tensor. By default tensors of a floating-point dtype are variables and all
        others are constants.
    copy : bool, optional
        Whether the tensor gets memory of its own; otherwise it shares that of an array given as `x`, if it can.
    ndmin : int, optional
        Axes of length one are put in front until the tensor has so many.

    Raises
    ------
    TypeError
        If `x` holds no real numbers, or variable tensors in a list.
    ValueError
        If ``constant=False`` is asked of a dtype that is not floating-point.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0, 3.0])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ()

    def __init__(
        self,
        x: Any,
        *,
        dtype: Any = None,
        constant: bool | None = None,
        copy: bool | None = True,
        ndmin: int = 0,
    ) -> None:
        if isinstance(x, (list, tuple)) and constant is not True and has_variable(x):
            raise TypeError(
                "Tensor(...) makes a leaf, to which the gradients of tensors in a list would be lost. "
                "Use mygrad.tensor(...), which stacks them, or pass constant=True."
            )
        source = x.data if isinstance(x, Tensor) and not copy else plain(x)
        data = np.array(source, dtype=dtype, copy=None if not copy else True, ndmin=ndmin)
        kind = data.dtype.kind
        if kind not in "fiub":
            raise TypeError(
                f"a tensor holds real numbers (floating-point, integer or boolean), but the data is of dtype "
                f"{data.dtype}"
            )
        if constant is False:
            require_float(data.dtype)
        self._memory = data
        self._constant = kind != "f" if constant is None else bool(constant)
        self._node = self._weak = self._grad = self._view = self._exposed = self._savers = None
        if not copy:
            expose(self)

    #: What MyGrad 1 called `mygrad.execute_op`, and some operations of other packages still do.
    _op: Final = staticmethod(execute_op)

    # -- what it is --------------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The tensor's own array, read-only while a graph relies on it."""
        expose(self)
        return self._memory

    @data.setter
    def data(self, value: Any) -> None:
        if value is self._memory:  # as after ``t.data -= step``
            return
        fresh = Tensor(value, constant=self._constant or None, copy=False)
        former = present_node(self)
        if former is not None:
            former.owner = None  # its gradient would be none of the new values
        for slot in ("_memory", "_constant", "_node", "_weak", "_grad", "_view", "_exposed", "_savers"):
            setattr(self, slot, getattr(fresh, slot))

    @property
    def grad(self) -> Array | None:
        """The derivative that the last backward pass brought, or None. A view's is that view of its base's."""
        view = self._view
        if view is not None and view.linked:
            return self._grad_of_view()
        node = self._node
        if self._grad is None and node is not None and node.grad is not None:
            self._grad = _backward.like(node.grad, self._memory, copy=True)
            node.grad = None
        return self._grad

    def _grad_of_view(self) -> Array | None:
        view = self._view
        assert view is not None
        whole = view.anchor.grad  # type: ignore[attr-defined]
        if whole is None:
            self._grad = None
        elif self._grad is None or self._grad.base is not whole:
            grad = whole
            for fn, args, params in path_to(self, view.anchor):
                grad = fn(grad, *args, **params)
            self._grad = whole[...] if grad is whole else grad
        return self._grad

    @property
    def constant(self) -> bool:
        """Whether gradients stop at this tensor."""
        return self._constant

    @property
    def base(self) -> Tensor | None:
        """The tensor whose memory this one is a view of, or None if it owns its memory."""
        return None if self._view is None else self._view.base  # type: ignore[return-value]

    @property
    def creator(self) -> Operation | None:
        """The operation that produced the tensor; None for a leaf, and once the graph was cleared."""
        view = self._view
        if view is not None and view.linked:
            if self._weak is None:  # not used yet, so its node was not made yet
                return operation_of(node_of(self))
            node = self._weak()
        else:
            node = self._node
        if node is None or node.rule is None:
            return None
        return operation_of(node)

    # -- differentiation ---------------------------------------------------------------------------------

    def backward(self, grad: Any = None) -> None:
        """Compute the derivatives of this tensor with respect to everything it was computed from.

        They are stored in the ``grad`` of the tensors involved, and the graph is cleared. A tensor that is not a scalar
        is differentiated as if it had been summed first.

        Parameters
        ----------
        grad : array_like, optional
            The derivative of some final result with respect to this tensor, if there is more to the chain: anything
            that broadcasts to the tensor's shape.

        Raises
        ------
        ValueError, TypeError
            If `grad` does not broadcast to the tensor's shape or holds no real numbers.
        InvalidBackprop
            If part of the graph was cleared before.
        InvalidGradient
            If an operation produces a gradient that does not fit.

        Examples
        --------
        >>> import mygrad as mg
        >>> x = mg.tensor([1.0, 2.0])
        >>> (x ** 2).backward([1.0, 10.0])
        >>> x.grad
        array([ 2., 40.])
        """
        data = self._memory
        seed = _ONES[data.dtype.char] if grad is None and not data.ndim else self._seed(grad)
        node = node_of(self)
        if self._constant:
            _backward.clear(node)
            return
        self._grad = None
        if self._view is not None:
            anchor_of(self)._grad = None
        _backward.backward(node, seed)

    def clear_graph(self) -> None:
        """Clear the graph that this tensor was computed by, as `backward` does, without computing any derivative.

        What the tensors of the graph hold in memory for the backward pass is set free, and the arrays that were
        read-only for it can be written again.
        """
        _backward.clear(node_of(self))

    def null_grad(self, *, _clear_view_info: bool = False) -> Tensor:
        """Set the gradient to None.

        Returns
        -------
        Tensor
            The tensor itself.

        Examples
        --------
        >>> import mygrad as mg
        >>> x = mg.tensor(2.0)
        >>> (x * x).backward()
        >>> x.null_grad()
        Tensor(2.)
        >>> x.grad is None
        True
        """
        null_grads((self,))
        node = self._node
        if node is not None:
            node.grad = None
        anchor = anchor_of(self)
        if anchor._node is not None:
            anchor._node.grad = None
        return self

    def null_gradients(self, clear_graph: bool = True) -> None:
        """Do nothing. Graphs are cleared and gradients dropped without being told.

        .. deprecated:: 2.0
            Use `null_grad`, should you want to drop the gradient of one tensor.
        """
        warnings.warn(
            "Tensor.null_gradients does nothing: backward() clears the graph, and using a tensor again drops its "
            "gradient. Use Tensor.null_grad to drop it sooner.",
            DeprecationWarning,
            stacklevel=2,
        )

    def _seed(self, grad: Any) -> Array:
        data = self._memory
        if grad is None:
            return broadcast(_ONES[data.dtype.char], data.shape)
        given = np.asarray(plain(grad))
        if given.dtype.kind not in "fiub":
            raise TypeError(f"backward: `grad` must hold real numbers, but is of dtype {given.dtype}")
        try:
            return np.array(np.broadcast_to(given, data.shape), dtype=data.dtype)
        except ValueError:
            raise ValueError(
                f"backward: `grad` has shape {given.shape}, which does not broadcast to the tensor's, {data.shape}"
            ) from None

    def __getitem__(self, index: Any) -> Any:
        if type(index) is not int:
            index = plain_index(index)
        data = self._memory
        part = data[index]
        if type(part) is np.ndarray and (part.base is data or (part.base is not None and part.base is data.base)):
            linked = tracking.get()
            return new_view(part, self, GETITEM, (index,), NO_PARAMS, self._constant, linked)
        return apply_getitem(GETITEM, self, index, part)

    def __setitem__(self, index: Any, value: Any) -> None:
        setitem(self, plain_index(index), value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        return array_ufunc(ufunc, method, inputs, params)

    def __array_function__(self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return array_function(func, types, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is not True and (dtype is None or dtype == self._memory.dtype):
            return self.data
        return np.array(self._memory, dtype=dtype, copy=copy)


bind_tensor_class(Tensor)


def plain_index(index: Any) -> Any:
    """`index` made of integers, slices, arrays, None and Ellipsis, none of which anybody can change later.

    (Save for arrays themselves, which are locked.)
    """
    return tuple(map(_plain_part, index)) if type(index) is tuple else _plain_part(index)


def _plain_part(part: Any) -> Any:
    kind = type(part)
    if kind in _PLAIN_PARTS:
        return part
    if kind is slice:
        start, stop, step = part.start, part.stop, part.step
        if type(start) in _SLICE_BOUNDS and type(stop) in _SLICE_BOUNDS and type(step) in _SLICE_BOUNDS:
            return part
        return slice(*[None if bound is None else operator.index(bound) for bound in (start, stop, step)])
    if isinstance(part, Handle):
        return part._memory.copy()  # the tensor itself may go on to be written
    if isinstance(part, (list, tuple)):
        array = np.array([_plain_part(p) for p in part])
        return array if array.size else array.astype(np.intp)
    if isinstance(part, np.generic):
        return part
    if hasattr(part, "__index__"):
        return operator.index(part)
    return np.array(part)


_SLICE_BOUNDS = frozenset((int, type(None)))
_PLAIN_PARTS = frozenset((int, bool, type(None), type(Ellipsis), np.ndarray))
