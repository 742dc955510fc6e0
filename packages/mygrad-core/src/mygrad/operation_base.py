"""The door for operations of your own: subclass `Operation`, and run it by `execute_op`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from mygrad._engine.anomalies import note
from mygrad._engine.apply import no_numbers, null_grads, result_constant
from mygrad._engine.guard import is_lockable
from mygrad._engine.handle import Handle, new_leaf, operand_node, register_saved_view, root_of, save_value
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.operands import hold, refuse_masked
from mygrad._engine.outputs import write_out
from mygrad._engine.several import operation_name
from mygrad._engine.state import is_lifted, mode, unlifted
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._results import as_tensor
from mygrad._rules.recorded import as_any_array, as_value, recorded_call
from mygrad._rules.rule import Rule
from mygrad.errors import InvalidBackprop, InvalidGradient

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["Operation", "SkipGradient", "execute_op"]

Array = np.ndarray[Any, Any]


class SkipGradient(Exception):
    """Raised by `Operation.backward_var` if a variable gets no gradient."""


class Operation:
    """A differentiable function of tensors: what it computes, and how a gradient is pulled back through it.

    A subclass defines ``__call__(self, *tensors, **kwargs)``, which binds the tensors to differentiate to
    ``self.variables`` and returns an array, and `backward_var`. One instance serves one call, so that it may keep what
    the backward pass needs. For derivatives of higher order there has to be a `composition` as well.

    Attributes
    ----------
    variables : tuple[Tensor, ...]
        In the backward pass they have the values of the time of the call, whatever was written to the tensors later.

    See Also
    --------
    execute_op : runs an operation as a part of the graph.

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> class Scale(mg.Operation):
    ...     def __call__(self, x, factor):
    ...         self.variables = (x,)
    ...         self.factor = factor
    ...         return x.data * factor
    ...
    ...     def backward_var(self, grad, index, **kwargs):
    ...         return grad * self.factor
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = mg.execute_op(Scale, x, op_args=(3.0,))
    >>> y
    Tensor([3., 6.])
    >>> y.backward()
    >>> x.grad
    array([3., 3.])
    """

    variables: tuple[Any, ...]

    def __call__(self, *input_vars: Any, **kwargs: Any) -> Array:
        """Compute the operation with plain arrays, and bind ``self.variables``."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__")

    @staticmethod
    def _values(variables: Sequence[Any]) -> list[Array]:
        """Their arrays, for an operation that only reads them, and hands none of them to anybody.

        Those that ``t.data`` returns are locked from then on, while a graph relies on them: ten microseconds each.
        """
        return [v._memory for v in variables]

    def backward_var(self, grad: Array, index: int, **kwargs: Any) -> Array | float:
        """The gradient with respect to ``self.variables[index]``.

        Parameters
        ----------
        grad : ndarray
            The gradient with respect to the operation's output, of the output's shape. It is read-only.
        index : int

        Returns
        -------
        ndarray
            Of the variable's shape, or of one to which that broadcasts in the operation: it is summed accordingly.

        Raises
        ------
        SkipGradient
            If the variable gets no gradient.
        """
        raise NotImplementedError(f"{type(self).__name__} must define backward_var")

    def backward(self, grad: Array, **kwargs: Any) -> Sequence[Array | float | None]:
        """The gradients with respect to all variables; None for a constant, and for one that is skipped.

        Override it if the gradients are best computed together.
        """
        return [
            None if variable.constant else self._gradient(grad, index, **kwargs)
            for index, variable in enumerate(self.variables)
        ]

    # Where there is a `**kwargs: Any`, too, type checkers let overriding methods have names for the variables.
    def composition(self, *variables: Any, **kwargs: Any) -> Any:
        """The same result, composed of functions that mygrad differentiates, for derivatives of higher order.

        Override it if there are to be any. First derivatives do not need it.

        Parameters
        ----------
        *variables : Tensor
            ``self.variables``, as parts of the graph.

        Returns
        -------
        Tensor
            Of the shape of the operation's output.
        """
        raise NotImplementedError

    def _gradient(self, grad: Array, index: int, **kwargs: Any) -> Any:
        try:
            gradient = self.backward_var(grad, index, **kwargs)
        except SkipGradient:
            return None
        if gradient is None:
            raise InvalidGradient(
                f"{type(self).__name__}.backward_var returned None for variable {index}. Return its gradient, or raise "
                f"SkipGradient if it has none."
            )
        return gradient


def _gradients(node: Node, g: Array, may_write: bool) -> list[Any]:
    # Not a method: a rule that referred to a method of its own would wait for the garbage collector.
    rule = node.rule
    assert isinstance(rule, OperationRule)
    return rule.gradients(node, g)


class OperationRule(Rule):
    """One call of an operation, as the engine sees it."""

    __slots__ = ("inputs", "kept_arrays", "operation")

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation, (), name=type(operation).__name__, vjp_all=_gradients)
        self.foreign = True
        self.operation: Operation = operation
        #: The nodes of inputs that are no variables: while these live, the arrays are locked.
        self.inputs: list[Node] = []
        #: By the id of an array that the operation keeps: a node with its value.
        self.kept_arrays: dict[int, Node] = {}

    def keep_arrays(self, tensors: Sequence[tuple[Any, Array | None]]) -> None:
        """Have the memory of tensors that the operation keeps, as after ``self.x = x.data``, snapshotted as well."""
        for array in _arrays_in(vars(self.operation)):
            t = _sharing(array, tensors)
            if t is not None:
                node = new_node(None, (), NO_PARAMS, array.shape, array.dtype, True)
                node.data = array if is_lockable(array) else array.copy()
                register_saved_view(root_of(t), node)
                self.kept_arrays[id(array)] = node

    def gradients(self, node: Node, g: Array) -> list[Any]:
        parents = node.parents
        assert parents is not None
        operation = self._restored_operation()
        operation.variables = tuple(new_leaf(p.data, p.constant) for p in parents)
        g = g.view()
        g.flags.writeable = False
        gradients: Any = operation.backward(g)
        if gradients is None or len(gradients) != len(parents):
            raise InvalidGradient(
                f"{self.name}.backward must return one gradient for each of its {len(parents)} variables, "
                f"but returned {gradients!r}"
            )
        return [
            None if r is None or p.constant else self._checked(r, p, i, g.dtype)
            for i, (r, p) in enumerate(zip(gradients, parents, strict=True))
        ]

    @property
    def nests(self) -> bool:
        """Whether there is a composition."""
        return type(self.operation).composition is not Operation.composition

    def composition(self, node: Node, variables: list[Any]) -> Any:
        """The result as a tensor that is computed from `variables`, which are tensors."""
        operation = self._restored_operation()
        if not self.nests:
            raise InvalidBackprop(
                f"the operation {self.name} computes its gradients with plain arrays, so that they cannot be "
                f"differentiated again. Give it a method `composition` (see `mygrad.Operation`), or write it with "
                f"functions that mygrad differentiates, or with a rule of its own."
            )
        y = operation.composition(*variables)
        if not isinstance(y, Handle) or y._memory.shape != node.shape:
            found = f"a tensor of shape {y._memory.shape}" if isinstance(y, Handle) else f"{type(y).__name__}"
            raise InvalidGradient(
                f"{self.name}.composition must return a tensor of the shape of the result, {node.shape}, but returned "
                f"{found}"
            )
        return y

    def _restored_operation(self) -> Operation:
        """The operation; what it keeps of tensors is as it was at the call."""
        if self.kept_arrays:
            for name, value in vars(self.operation).items():
                setattr(self.operation, name, _restored(value, self.kept_arrays))
        return self.operation

    def _checked(self, r: Any, variable: Node, index: int, dtype: np.dtype[Any]) -> Array:
        if type(r) is np.ndarray and r.dtype is variable.dtype and r.shape == variable.shape:
            return r  # as it should be: to look closer takes microseconds
        who = f"{self.name}: the gradient of variable {index}"
        if isinstance(r, Handle) or not isinstance(r, (np.ndarray, np.generic, float, int, complex)):
            raise InvalidGradient(f"{who} must be a NumPy array, but is {type(r).__name__}")
        refuse_masked(r)
        array = as_any_array(r)
        if array.dtype.kind not in ("fiubc" if "c" in (dtype.kind, variable.dtype.kind) else "fiub"):
            raise InvalidGradient(f"{who} must hold numbers like the variable, but is of dtype {array.dtype}")
        try:
            fits = np.broadcast_shapes(array.shape, variable.shape) == array.shape
        except ValueError:
            fits = False
        if not fits:
            raise InvalidGradient(
                f"{who} has shape {array.shape}; expected the variable's shape, {variable.shape}, or one to which "
                f"that broadcasts"
            )
        return as_any_array(unbroadcast(array, variable.shape))


def _owner(array: Array) -> Array | None:
    """The array in whose own memory this one lies, if it is plain to see: those of two owners share none."""
    owner: Any = array if array.base is None else array.base
    return owner if type(owner) is np.ndarray and owner.flags.owndata else None


def _sharing(array: Array, tensors: Sequence[tuple[Any, Array | None]]) -> Any:
    """The first tensor that may share memory with `array`, or None; each is given with the owner of its memory.

    To ask NumPy about each pair took 20 us of the 1,800 of an LSTM, which has 15 tensors and keeps 6 arrays.
    """
    owner = _owner(array)
    for t, other in tensors:
        if (owner is other or owner is None or other is None) and np.may_share_memory(array, t._memory):
            return t
    return None


def _arrays_in(value: Any) -> Iterator[Array]:
    """The arrays in `value`, at any depth of lists, tuples and dictionaries."""
    if isinstance(value, Handle):  # asked first: what else a tensor is an instance of takes it long to tell
        return
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays_in(part)


def _restored(value: Any, kept: dict[int, Node]) -> Any:
    """`value` with the arrays in it as they were when they were kept."""
    if isinstance(value, np.ndarray):
        return kept[id(value)].data if id(value) in kept else value
    if type(value) is dict:
        return {key: _restored(part, kept) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)([_restored(part, kept) for part in value])
    return value


def execute_op(
    Op: type[Operation],
    *input_vars: Any,
    op_args: Sequence[Any] | None = None,
    op_kwargs: dict[str, Any] | None = None,
    constant: bool | None = None,
    out: Any = None,
) -> Tensor:
    """Run an operation as a part of the computational graph.

    Parameters
    ----------
    Op : type[Operation]
    *input_vars : array_like
        Passed to the operation as tensors.
    op_args : Sequence, optional
        Further positional arguments for it.
    op_kwargs : dict, optional
        Keyword arguments for it.
    constant : bool, optional
        Whether gradients stop at the result. By default, if they stop at all variables.
    out : Tensor | ndarray, optional
        Receives the result. A tensor may be one of the inputs: the operation keeps the value it had.

    Returns
    -------
    Tensor
        `out`, if it is a tensor.

    Raises
    ------
    TypeError
        If the operation does not return an array, or leaves ``self.variables`` unbound.
    ValueError
        If ``constant=False`` is asked of a result that is not floating-point, or `out` has the wrong shape.
    """
    tensors: list[Any] = [as_tensor(x) for x in input_vars]
    found = recorded_call(
        Op.__name__,
        lambda *given: execute_op(Op, *given, op_args=op_args, op_kwargs=op_kwargs, constant=constant),
        tensors,
        constant,
    )
    if found is not NotImplemented:
        return found if out is None else write_out(out, found)
    operation = Op()
    compute = unlifted(operation) if is_lifted() else operation
    value = compute(*tensors, *(op_args or ()), **(op_kwargs or {}))
    if isinstance(value, Handle) or not isinstance(value, (np.ndarray, np.generic, float, int, complex)):
        raise TypeError(f"{Op.__name__}.__call__ must return a NumPy array, but returned {type(value).__name__}")
    variables = getattr(operation, "variables", None)
    if not isinstance(variables, tuple) or not all(isinstance(v, Handle) for v in variables):
        raise TypeError(
            f"{Op.__name__}.__call__ must bind the tensors it differentiates to `self.variables`, as a tuple; "
            f"found {variables!r}"
        )
    refuse_masked(value)
    held = [*_arrays_in(op_args or ()), *_arrays_in(op_kwargs or {})]
    result = _result(operation, tensors, variables, held, value, constant)
    return result if out is None else write_out(out, result)


def _result(
    operation: Operation,
    tensors: Sequence[Any],
    variables: tuple[Any, ...],
    held: list[Array],
    value: Any,
    constant: bool | None,
) -> Any:
    value, number = as_value(value)
    differentiated = set(map(id, variables))
    others = [t for t in tensors if id(t) not in differentiated]
    owned = [(t, _owner(t._memory)) for t in (*others, *variables)]
    if _sharing(value, owned) is not None:
        value = value.copy()
    rule = OperationRule(operation)
    if value.dtype.kind not in "fiubc":
        no_numbers(rule, value, constant=False)
    is_constant = result_constant(variables, value.dtype, constant)
    # Without the graph: an operation that referred to a tensor that is later made of its result would never be freed.
    operation.variables = tuple(new_leaf(v._memory, v._constant) for v in variables)
    now = mode.get()
    if not now.tracked:
        return new_leaf(value, is_constant, None, number)
    nodes = tuple(operand_node(v) for v in variables)
    node = new_node(rule, nodes, NO_PARAMS, value.shape, value.dtype, is_constant, now.guarded)
    result = new_leaf(value, is_constant, node, number)
    if not is_constant:
        for v, parent in zip(variables, nodes, strict=True):
            save_value(v, parent)
        rule.inputs = [operand_node(t) for t in others]
        rule.keep_arrays([*owned, (result, _owner(value))])
        hold(node, held)
    null_grads(variables)
    if now.watched:
        note(node, variables, value)
    return result


class RuleOperation(Operation):
    """What made a tensor, if that was a function of the derivative table: `Tensor.creator` for inspection."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def name(self) -> str:
        return operation_name(self._node) or "cleared"

    def __repr__(self) -> str:
        return f"<mygrad operation {self.name}>"


#: Those that somebody refers to: there is one for a node.
_rule_operations: WeakValueDictionary[Node, RuleOperation] = WeakValueDictionary()


def operation_of(node: Node) -> Operation:
    """What made the value of a node that has a rule: an operation of the user's, or an object that stands for it."""
    rule = node.rule
    return rule.operation if isinstance(rule, OperationRule) else _rule_operations.setdefault(node, RuleOperation(node))
