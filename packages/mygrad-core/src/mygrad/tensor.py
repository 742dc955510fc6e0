"""The tensor: an array that remembers how it was computed."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._attributes import Attributes
from mygrad._dispatch.functions import array_function
from mygrad._dispatch.ufuncs import array_ufunc
from mygrad._engine import backward as _backward
from mygrad._engine.anomalies import check_value
from mygrad._engine.apply import apply_getitem, as_constant, require_float
from mygrad._engine.exits import ANEW, NUMBERS, is_made_by_lift, report
from mygrad._engine.guard import entry_of
from mygrad._engine.handle import (
    Handle,
    bind_tensor_class,
    give_array,
    grad_base_of,
    mark_escaped,
    new_view,
    node_of,
    root_of,
)
from mygrad._engine.inplace import own_grad, path_to, setitem
from mygrad._engine.node import NO_PARAMS, Node
from mygrad._engine.operands import has_tensors, has_variable, refuse_masked, unwrap, unwrap_index
from mygrad._engine.reasons import COMPLEX_RESULT, differentiable_node, no_gradient
from mygrad._engine.state import is_lifted, mode, unlifted
from mygrad._hints import Hints
from mygrad._lift.callers import called_by_others
from mygrad._methods import Methods
from mygrad._operators import Operators
from mygrad._protocols import Protocols
from mygrad._repr import Repr
from mygrad._rules.broadcasting import broadcast
from mygrad._rules.indexing import GETITEM
from mygrad._rules.recorded import RECORDED, as_any_array, copy_of, leave, recorded_array
from mygrad.errors import NoGradientWarning

if TYPE_CHECKING:
    from mygrad.operation_base import Operation

__all__ = ["Tensor"]

Array = np.ndarray[Any, Any]


class _Ones(dict[np.dtype[Any], Array]):
    """The gradient of a sum with respect to its terms, by dtype."""

    def __missing__(self, dtype: np.dtype[Any]) -> Array:
        if dtype.kind == "c":
            raise TypeError(COMPLEX_RESULT.format(f"backward: this tensor is complex (of dtype {dtype})"))
        one = self[dtype] = np.ones((), dtype)
        return one


_ONE = _Ones()


class Tensor(Operators, Attributes, Methods, Protocols, Repr, Hints, Handle):
    """An array that remembers how it was computed, so that it can be differentiated.

    Wherever code written for NumPy takes an array, it takes a tensor.

    Parameters
    ----------
    x : array_like
        Numbers, nested sequences of them, an array or another tensor.
    dtype : dtype_like, optional
        By default that of `x`.
    constant : bool, optional
        Whether gradients stop at this tensor. By default tensors of a floating-point or complex dtype are variables and
        all others are constants.
    copy : bool, optional
        Whether the tensor gets memory of its own; otherwise it shares that of an array given as `x`, if it can.
    ndmin : int, optional
        Axes of length one are put in front until the tensor has so many.

    Raises
    ------
    TypeError
        If `x` holds no numbers, or variable tensors in a list.
    ValueError
        If ``constant=False`` is asked of a dtype that is neither floating-point nor complex.

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
        if constant is not None:
            constant = as_constant(constant)
        source = x
        if type(x) is not np.ndarray:
            if isinstance(x, np.ndarray):
                refuse_masked(x)
            if isinstance(x, (list, tuple)) and has_tensors(x) and constant is not True and has_variable(x):
                raise TypeError(
                    "Tensor(...) makes a leaf, to which the gradients of tensors in a list would be lost. "
                    "Use mygrad.tensor(...), which stacks them, or pass constant=True."
                )
            source = x.data if isinstance(x, Tensor) and not copy else unwrap(x)
        make = recorded_array if RECORDED else np.array
        data = make(source, dtype=dtype, copy=None if not copy else True, ndmin=ndmin)
        kind = data.dtype.kind
        if kind not in "fiubc":
            raise TypeError(
                f"a tensor holds numbers (floating-point, complex, integer or boolean), but the data is of dtype "
                f"{data.dtype}"
            )
        if constant is False:
            require_float(data.dtype)
        if kind in "fc" and not constant and isinstance(x, Handle):
            report(x, ANEW)
        self._memory = data
        self._constant = kind not in "fc" if constant is None else constant
        self._node = self._weak = self._grad = self._view = self._escaped = self._family = self._number = None
        if not copy:
            mark_escaped(self)
            if source is not data and isinstance(source, np.ndarray) and np.may_share_memory(source, data):
                escaped: Any = self._escaped
                escaped.add(entry_of(source))

    @staticmethod
    def _op(*args: Any, **kwargs: Any) -> Tensor:
        """What MyGrad 1 called `mygrad.execute_op`, and some operations of other packages still do."""
        from mygrad.operation_base import execute_op

        return execute_op(*args, **kwargs)

    # -- what it is --------------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The tensor's own array, read-only while a graph relies on it."""
        mark_escaped(self)
        return self._memory

    @data.setter
    def data(self, value: Any) -> None:
        if value is self._memory:  # as after ``t.data -= step``
            return
        if self._view is not None:
            raise ValueError(
                "data: this tensor is a view, whose memory is that of its base. Write the values into it, by "
                "`t[...] = values`, or give the base another array."
            )
        array = value.data if isinstance(value, Tensor) else value
        fresh = Tensor(array, constant=self._constant or None, copy=False)
        give_array(self, fresh)

    @property
    def grad(self) -> Array | None:
        """The derivative that the last backward pass brought, or None. A view's is that view of its base's."""
        view = self._view
        if view is not None and view.linked:
            return self._grad_of_view()
        return own_grad(self)

    @grad.setter
    def grad(self, value: Any) -> None:
        have = self.grad
        if value is have:  # as after ``t.grad *= 2``
            return
        if value is None:
            self.null_grad()
            return
        refuse_masked(value)
        if self._constant:
            raise TypeError("grad: a constant has no gradient")
        given = np.asarray(unwrap(value))
        data = self._memory
        if given.shape != data.shape:
            raise ValueError(f"grad: the tensor has shape {data.shape}, but the gradient has {given.shape}")
        if not np.can_cast(given.dtype, data.dtype, "same_kind"):
            raise TypeError(
                f"grad: a gradient of dtype {given.dtype} cannot be cast to that of the tensor, {data.dtype}"
            )
        if grad_base_of(self) is self:
            self._grad = _backward.like(given.astype(data.dtype, copy=True), data, copy=False)
        elif have is not None:
            have[...] = given
        else:
            raise ValueError("grad: this is a view, and its base has no gradient. Set that of the base instead.")

    def _grad_of_view(self) -> Array | None:
        grad_base = grad_base_of(self)
        whole = own_grad(grad_base)
        if whole is None:
            self._grad = None
        elif self._grad is None or self._grad.base is not whole:
            grad = whole
            for fn, args, params in path_to(self, grad_base):
                grad = fn(grad, *args, **params)
            self._grad = whole[...] if grad is whole else grad
        return self._grad

    @property
    def constant(self) -> bool:
        """Whether gradients stop at this tensor."""
        return self._constant

    @property
    def base(self) -> Tensor | None:
        """The tensor whose memory this one is a view of, or None if there is none (any more)."""
        base = None if self._view is None else root_of(self)
        return base if isinstance(base, Tensor) else None  # it may have been given another array since

    @property
    def creator(self) -> Operation | None:
        """The operation that produced the tensor; None for a leaf, and once the graph was cleared."""
        view = self._view
        if view is not None and view.linked:
            if self._weak is None:  # not used yet, so its node was not made yet
                node: Node | None = node_of(self)
            else:
                node = self._weak()
        else:
            node = self._node
        if node is None or node.rule is None:
            return None
        from mygrad.operation_base import operation_of  # which many programs never need

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
            If `grad` does not broadcast to the tensor's shape, or holds no numbers, or complex ones for a real tensor;
            and if it is left out, though the tensor is complex.
        InvalidBackprop
            If the graph, or a part of it, was cleared before.
        InvalidGradient
            If an operation produces a gradient that does not fit.

        Warns
        -----
        NoGradientWarning
            If the tensor is a constant.

        Examples
        --------
        >>> import mygrad as mg
        >>> x = mg.tensor([1.0, 2.0])
        >>> (x ** 2).backward([1.0, 10.0])
        >>> x.grad
        array([ 2., 40.])
        """
        data = self._memory
        seed = _ONE[data.dtype] if grad is None and not data.ndim else self._seed(grad)
        node = self._node
        if node is None or node.parents is None or self._view is not None:
            node = differentiable_node(self)
        if self._constant:
            warnings.warn(no_gradient(self), NoGradientWarning, stacklevel=2)
            _backward.clear(node)
            return
        self._grad = None
        if self._view is not None:
            grad_base_of(self)._grad = None
        now = mode.get()
        if now.watched:
            _check(self, node, seed)
        backward = unlifted(_backward.backward) if now.lifted else _backward.backward
        backward(node, seed, grad is not None)

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
        grad_base = grad_base_of(self)
        own_grad(grad_base)  # or it would come back from the node
        self._grad = grad_base._grad = None
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
            return broadcast(_ONE[data.dtype], data.shape)
        refuse_masked(grad)
        given = as_any_array(unwrap(grad))
        if given.dtype.kind not in ("fiubc" if data.dtype.kind == "c" else "fiub"):
            raise TypeError(
                f"backward: `grad` is of dtype {given.dtype}, but must hold numbers like the tensor, of {data.dtype}"
            )
        try:
            seed = copy_of(np.broadcast_to(given, data.shape), data.dtype)
        except ValueError:
            raise ValueError(
                f"backward: `grad` has shape {given.shape}, which does not broadcast to the tensor's, {data.shape}"
            ) from None
        return np.conjugate(seed, out=seed) if data.dtype.kind == "c" else seed

    def __getitem__(self, index: Any) -> Tensor:
        if type(index) is not int:
            index = unwrap_index(index)
        data = self._memory
        part = data[index]
        if type(part) is np.ndarray and (part.base is data or (part.base is not None and part.base is data.base)):
            if not self._number:
                linked = mode.get().tracked
                return new_view(part, self, GETITEM, (index,), NO_PARAMS, self._constant, linked)
            part = part.copy()
        return apply_getitem(GETITEM, self, index, part)

    def __setitem__(self, index: Any, value: Any) -> None:
        setitem(self, unwrap_index(index), value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **params: Any) -> Any:
        return array_ufunc(ufunc, method, inputs, params)

    def __array_function__(self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return array_function(func, types, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if is_lifted() and called_by_others(2, np.broadcast, for_sure=True):  # which is to go through the elements
            return np.fromiter(self.flat, object, self.size).reshape(self.shape)
        if type(self._memory) in RECORDED:
            leave(self._memory)
        as_it_is = copy is not True and (dtype is None or dtype == self._memory.dtype)
        array = self._memory if as_it_is else np.array(self._memory, dtype=dtype, copy=copy)
        if array.dtype.kind not in "iub":  # to these it is a step
            report(self, NUMBERS)
        if is_lifted() and not is_made_by_lift(self):  # what is, compiled code may write into
            return _out_of_reach(self._memory if copy is False else array.copy() if as_it_is else array)
        return self.data if as_it_is else array


def _check(t: Tensor, node: Node, seed: Array) -> None:
    """Raise AnomalyError if the value or a gradient is not what it should be, and leave the graph as it is."""
    from mygrad._engine.functional import check_gradients  # which is imported when it is needed

    check_value(t, "the tensor that `backward` was called of")
    check_gradients(node, seed)


def _out_of_reach(array: Array) -> Array:
    """A view of an array that cannot be written to, in case it is taken for a copy."""
    view = array[...]
    view.flags.writeable = False
    return view


bind_tensor_class(Tensor)
