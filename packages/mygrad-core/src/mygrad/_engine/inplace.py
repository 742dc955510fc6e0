"""Writing into tensors: an out-of-place rule between nodes, and a write into the same memory.

The graph sees ``x[i] = v`` as a new value made of the old one and `v`. A node that saved the old
value has a snapshot of it, taken just before the write: only if there is such a node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.anomalies import note, note_write
from mygrad._engine.apply import make_node, null_grads, save_operands
from mygrad._engine.backward import like
from mygrad._engine.exits import OVERWRITTEN, WRITTEN, report
from mygrad._engine.guard import entry_of, forget
from mygrad._engine.handle import (
    Handle,
    grad_base_of,
    guard_escaped,
    is_leaf,
    node_of,
    operand_node,
    present_node,
    register_saved_view,
    root_of,
    save_shared,
)
from mygrad._engine.masked import MaskedRule
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.operands import as_operand, constant_node, hold, own
from mygrad._engine.state import mode
from mygrad._rules.complexes import as_shown, is_complex
from mygrad._rules.indexing import SET_AT, SET_VIEW, getitem, is_basic
from mygrad._rules.piecewise import WHERE
from mygrad._rules.recorded import RECORDED
from mygrad._rules.rule import Rule

__all__ = ["apart", "compute_into", "own_grad", "path_to", "setitem"]

Array = np.ndarray[Any, Any]
Step = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def setitem(t: Handle, index: Any, value: Any) -> None:
    """Write ``t[index] = value``."""
    root = root_of(t)
    if isinstance(value, Handle):
        array: Any = value._memory
        if t._constant:
            _report_written(t, (value,))
        if root_of(value) is root and _is_same_part(t, index, value):
            _check_writeable(t._memory)
            return
    else:
        array = value = apart(as_operand(value), t)
        if isinstance(value, Handle):
            array = value._memory

    def write(data: Array) -> None:
        data[index] = array

    now = mode.get()
    if not now.tracked or (t._constant and root._constant):  # no graph has to know of it
        _write_unseen(t, root, write)
        return
    if mode.get().lifted and not _is_write(t, root, write, np.size(t._memory[index]) > 0):
        return
    node = _node_of_value(value)
    try:
        if is_basic(index):
            _write_seen(t, root, write, node, now.guarded, (getitem, (index,), NO_PARAMS))
        else:
            data, guarded = t._memory, now.guarded
            held: list[Array] = []
            kept = own(index, held)
            node = new_node(
                SET_AT, (operand_node(t), node, kept), NO_PARAMS, data.shape, data.dtype, t._constant, guarded
            )
            hold(node, held)
            _write_seen(t, root, write, node, guarded)
    except BaseException as failure:
        forget(failure)
        del node
        raise
    null_grads((value,))
    if now.watched:
        note_write(root, value)


def _report_written(t: Handle, operands: tuple[Any, ...]) -> None:
    """Say so if variables are among what is written into a constant. (Into integers, it is a step.)."""
    if t._memory.dtype.kind in "fc":
        for a in operands:
            if isinstance(a, Handle) and not a._constant:
                report(a, WRITTEN)
                return


def _is_write(t: Handle, root: Handle, write: Callable[[Array], Any], elements: bool) -> bool:
    """Whether lifted code writes anything. It says so if that is into a leaf, unless the code has made that itself.

    It was written for arrays, and does not know that a leaf has the gradient of its present contents: nobody will have
    that of those which it was given. So if there are no `elements` to write, there must be no new contents.
    """
    if not elements:
        write(t._memory.copy())  # for NumPy's errors
        return False
    grad_base = grad_base_of(t)
    for written in (grad_base,) if grad_base is root else (grad_base, root):
        if not written._constant and is_leaf(written) and not hasattr(written, "_own"):
            report(written, OVERWRITTEN)
    return True


def compute_into(
    rule: Rule, t: Handle, args: tuple[Any, ...], where: Any = True, params: dict[str, Any] = NO_PARAMS
) -> None:
    """``rule.fn(*args, out=t, where=where, **params)`` for a ufunc's rule."""
    fn = rule.fn
    if t._constant:
        _report_written(t, args)
    arrays = [a._memory if isinstance(a, Handle) else a for a in args]
    masked = where is not True  # the generalised ufuncs do not know the word
    if masked:
        params = {**params, "where": where}

    def write(data: Array) -> None:
        fn(*arrays, out=data, **params)

    root = root_of(t)
    now = mode.get()
    if not now.tracked or (t._constant and root._constant):  # no graph has to know of it
        _write_unseen(t, root, write)
        return
    if mode.get().lifted and not _is_write(t, root, write, t._memory.size > 0 and bool(np.any(where))):
        return
    data = t._memory
    if masked:
        held: list[Array] = []
        mask = own(where, held)
        rule = MaskedRule(rule, mask)
    node = make_node(rule, args, NO_PARAMS, data.shape, data.dtype, t._constant)
    save_operands(rule, node, args, data)
    noted = note(node, args) if now.watched else None  # before one of them is overwritten
    contents = node
    if masked:
        contents = new_node(
            WHERE, (mask, node, operand_node(t)), NO_PARAMS, data.shape, data.dtype, t._constant, node.guarded
        )
        hold(node, held)
        contents.held = node.held
    try:
        _write_seen(t, root, write, contents, node.guarded)
    except BaseException as failure:
        forget(failure)
        del node, contents
        raise
    if contents is not node and node.data is not None:
        save_shared(t, root, node)
    null_grads(args)
    if noted is not None:
        noted.computed(t._memory)


def apart(value: Any, t: Handle) -> Any:
    """`value`, or a copy of an array in the memory of `t`, as ``t.data`` is: it could not be locked, to be written."""
    if isinstance(value, Handle) or not isinstance(value, np.ndarray):
        return value
    return value.copy("K") if np.may_share_memory(value, t._memory) else value


def _node_of_value(value: Any) -> Any:
    if isinstance(value, Handle):
        return operand_node(value)
    return constant_node(value) if isinstance(value, np.ndarray) else value


def _is_same_part(t: Handle, index: Any, value: Handle) -> bool:
    """Whether `value`, of the same base, is the very part of `t` that is to be written, as after ``t[i:j] *= 2``."""
    if value._constant != t._constant or not is_basic(index):
        return False
    part, array = t._memory[index], value._memory
    return (
        isinstance(part, np.ndarray)
        and part.shape == array.shape
        and (part.strides == array.strides or _steps(part) == _steps(array))
        and part.dtype == array.dtype
        # The address; what comes behind it says whether the array is read-only, as what is locked is.
        and _address(part) == _address(array)
    )


def _address(array: Any) -> int:
    found: int = array.address if type(array) in RECORDED else array.__array_interface__["data"][0]
    return found


def _steps(array: Array) -> list[int]:
    """The strides of those axes along which there is a step to take. Others may have any."""
    return [step for step, n in zip(array.strides, array.shape, strict=True) if n > 1]


def _check_writeable(data: Array) -> None:
    """Raise NumPy's error, if it is not for the guard that an array cannot be written."""
    if not data.flags.writeable and not entry_of(data).is_to_be_writeable:
        raise ValueError("assignment destination is read-only")


def _write_seen(
    t: Handle, root: Handle, write: Callable[[Array], Any], value: Node, guarded: bool, *step: Step
) -> None:
    """Write into the memory of `t`, of which the node `value` becomes the contents.

    Parameters
    ----------
    t, root : Handle
        The tensor, and that which owns its memory.
    write : Callable
        Does it, given the array. If it raises, nothing has changed.
    value : Node
        What is written: all of `t`, or the view of it to which `step` leads.
    guarded : bool
        Whether the memory guard is on.
    *step : Step
        The last step of the path from the base, if only a part of `t` is written.
    """
    grad_base = grad_base_of(t)
    root_old = grad_base_old = node_of(root)
    if grad_base is not root:
        grad_base_old = node_of(grad_base)
    _write_safely(root, grad_base, root_old, t, write)
    _renew(root, root_old, value, step if t is root else path_to(t, root) + step, guarded)
    if grad_base is not root:
        _renew(grad_base, grad_base_old, value, path_to(t, grad_base) + step, guarded)
        if grad_base._node is not None:  # a write to the root must find it
            register_saved_view(root, grad_base._node)
    if t is not root and not step and value.data is not None:
        save_shared(t, root, value)
    if guarded and root._escaped is not None:
        for written in (root, grad_base):
            if written._node is not None:
                written._node.guarded = True
                guard_escaped(written, written._node)


def path_to(t: Handle, start: Handle) -> tuple[Step, ...]:
    """The steps that lead from the tensor `start` to `t`, a view of it."""
    view = t._view
    if view is not None and view.parent is start and view.parent_shape == start._memory.shape:  # the usual case
        return ((view.rule.fn, view.args, view.params),)
    steps: list[Step] = []
    while t is not start:
        view = t._view
        assert view is not None
        steps.append((view.rule.fn, view.args, view.params))
        if view.parent_shape != view.parent._memory.shape:
            steps.append((np.reshape, (view.parent_shape,), NO_PARAMS))
        t = view.parent
    return tuple(reversed(steps))


def _renew(t: Handle, old: Node, value: Node, path: tuple[Step, ...], guarded: bool) -> None:
    """Give `t` the node of its new contents: the old ones, with `value` in the view that `path` leads to."""
    if t._constant:
        t._node = None  # a constant has no use for its history
    elif path:
        t._node = new_node(SET_VIEW, (old, value, path), NO_PARAMS, old.shape, old.dtype, False, guarded)
    else:
        t._node = value
        value.overwrote = old.seq
    t._weak = t._grad = None
    old.is_latest = False
    if old.owner is not None:
        _retire(old)


def _retire(node: Node) -> None:
    """Note that no tensor has the value of `node` any more, and so none is to get its gradient."""
    node.is_latest = False
    former, node.owner = node.owner, None
    if type(former) is Node:
        _retire(former)


def _write_unseen(t: Handle, root: Handle, write: Callable[[Array], Any]) -> None:
    """Write behind the graph's back. What it saved is kept for it, and the tensor starts anew as a leaf."""
    grad_base = grad_base_of(t)
    old = _node_in_use(root)
    _write_safely(root, grad_base, old, t, write)
    for written in (root,) if grad_base is root else (root, grad_base):
        own_grad(written)  # which the write does not drop
        node = present_node(written)
        if node is not None:
            _retire(node)
        written._node = written._weak = None
    t._weak = None


def _node_in_use(root: Handle) -> Node | None:
    """The node of `root`, unless nothing but `root` itself refers to it."""
    node = root._node
    if node is None or node.rule is not None:
        return present_node(root)
    weak = ref(node)
    root._node = node = None
    root._node = weak()
    return root._node


def own_grad(t: Handle) -> Array | None:
    """The gradient of a tensor that does not share that of its base."""
    node = t._node
    if node is not None:
        node = node.first
        grad = node.grad
        if grad is not None and node.cleared:  # a backward pass is done with it
            grad = grad.reshape(t._memory.shape)
            grad = as_shown(grad) if is_complex(grad) else grad
            t._grad = like(grad, t._memory, copy=True)
            node.grad = None
    return t._grad


def _write_safely(root: Handle, grad_base: Handle, old: Node | None, t: Handle, write: Callable[[Array], Any]) -> None:
    """Write into the memory of `root`, of which `old` was the value, after taking the snapshots it needs."""
    if old is not None and old.data is not None and np.may_share_memory(old.data, root._memory):
        old.data = old.data.copy("K")
    family = root._family
    if root._escaped is None and (family is None or not family.refs):  # so nothing else is saved, and nothing locked
        write(t._memory)
        return
    nodes = [] if family is None else family.alive()
    for node in nodes:
        if node.data is not None:
            node.data = node.data.copy("K")
    _write_unlocked(root, (old, present_node(grad_base), *nodes), t, write)
    if family is not None:
        family.refs = []
    for node in nodes:
        view = node.owner() if type(node.owner) is ref else None
        if view is not None and not np.may_share_memory(view._memory, t._memory):
            register_saved_view(root, node)  # the leaf of a view that was not written
        else:
            _retire(node)


def _write_unlocked(root: Handle, holders: tuple[Any, ...], t: Handle, write: Callable[[Array], Any]) -> None:
    """Write, while no lock is held by `holders`, the nodes to which the memory belonged until now."""
    # The memory is the old value's no more, and may be written - unless another graph relies on it, too.
    locked = [node for node in holders if node is not None and node.lock is not None]
    for node in locked:
        node.lock = None
    try:
        if t is not root and not root._memory.flags.writeable and t._memory.flags.writeable:
            raise ValueError(
                "assignment destination is read-only: the array of the tensor's base takes part in another "
                "computational graph, and will be writeable again when that is cleared"
            )
        write(t._memory)
    except BaseException:
        for node in locked:
            guard_escaped(root, node)
        raise
