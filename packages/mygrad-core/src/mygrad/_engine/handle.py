"""The engine's side of a tensor: its array, the node of its present contents, what it is a view of.

`mygrad.Tensor` adds attributes, operators and methods, and no state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from mygrad._engine.guard import Lock, take_view
from mygrad._engine.node import NO_PARAMS, Node
from mygrad._engine.state import is_guarding

if TYPE_CHECKING:
    from mygrad._rules import Rule

__all__ = ["Handle", "View", "expose", "new_leaf", "new_view", "node_of", "root_of", "save_value"]

Array = np.ndarray[Any, Any]
_new = object.__new__


class View:
    """How a view derives from the tensor that it was taken from.

    Attributes
    ----------
    base : Handle
        The tensor that owns the memory.
    parent : Handle
        The tensor of which the view was taken: `base`, or another view of it.
    rule, args, params
        The view is ``rule.fn(parent, *args, **params)``.
    linked : bool
        Whether gradients flow from the view to its base. They do not if only one of the two is constant,
        or if the view was taken while tracking was off.
    root_seq : int
        The number of the base's node from which the view's node was last derived.
    """

    __slots__ = ("args", "base", "linked", "params", "parent", "root_seq", "rule")

    def __init__(
        self,
        base: Handle,
        parent: Handle,
        rule: Rule,
        args: tuple[Any, ...],
        params: dict[str, Any],
        linked: bool,
    ) -> None:
        self.base = base
        self.parent = parent
        self.rule = rule
        self.args = args
        self.params = params
        self.linked = linked
        self.root_seq = -1


class Savers:
    """Nodes that saved a view of a tensor's memory, which a write to that memory must snapshot."""

    __slots__ = ("limit", "refs")

    def __init__(self) -> None:
        self.refs: list[ref[Node]] = []
        self.limit = 16

    def add(self, node: Node) -> None:
        self.refs.append(ref(node))
        if len(self.refs) > self.limit:  # doubling keeps this linear, although most nodes die early
            self.refs = [r for r in self.refs if r() is not None]
            self.limit = 16 + 2 * len(self.refs)

    def alive(self) -> list[Node]:
        return [node for r in self.refs if (node := r()) is not None]


class Handle:
    """A mutable array that takes part in graphs.

    Attributes
    ----------
    _data : ndarray
    _constant : bool
    _node : Node | None
        The node of the present contents: what an operation made, or a leaf. (A cleared node stays here
        until the tensor is used again, for it has the tensor's gradient.)
    _weak : weakref.ref[Node] | None
        The node in the cases in which it has to die with its last use: that of a view, and the leaf of a
        tensor whose array is exposed.
    _grad : ndarray | None
    _view : View | None
    _exposed : list[weakref.ref[ndarray]] | None
        The arrays over this tensor's memory that somebody outside may hold; kept on the base. An array
        that was never handed out cannot be written by anyone, and so is never locked.
    _savers : Savers | None
        Kept on the base.
    """

    __slots__ = (
        "__weakref__",
        "_constant",
        "_data",
        "_exposed",
        "_grad",
        "_node",
        "_savers",
        "_view",
        "_weak",
    )

    _data: Array
    _constant: bool
    _node: Node | None
    _weak: ref[Node] | None
    _grad: Array | None
    _view: View | None
    _exposed: list[ref[Array]] | None
    _savers: Savers | None


#: The class of the handles that the engine makes; `mygrad.tensor` binds it to Tensor.
tensor_class: type[Any] = Handle


def bind_tensor_class(cls: type[Any]) -> None:
    global tensor_class
    tensor_class = cls


def new_leaf(data: Array, constant: bool, node: Node | None = None) -> Any:
    """A tensor over `data`: a leaf, or the value of `node`."""
    t = _new(tensor_class)
    t._data = data
    t._constant = constant
    t._node = node
    t._weak = t._grad = t._view = t._exposed = t._savers = None
    return t


def new_view(
    data: Array,
    parent: Handle,
    rule: Rule,
    args: tuple[Any, ...],
    params: dict[str, Any],
    constant: bool,
    linked: bool,
) -> Any:
    """A tensor over `data`, which is a view of `parent`'s memory. Its node is derived when it is needed."""
    t = _new(tensor_class)
    t._data = data
    t._constant = constant
    t._node = t._weak = t._grad = t._exposed = t._savers = None
    view = parent._view
    base = parent if view is None else view.base
    t._view = View(base, parent, rule, args, params, linked)
    if base._exposed is not None and not data.flags.writeable:
        # A view of a locked array would be read-only for good.
        t._data = take_view(parent._data, lambda array: rule.fn(array, *args, **params)[...])
    return t


def root_of(t: Handle) -> Handle:
    """The tensor that owns the memory of `t`."""
    return t if t._view is None else t._view.base


def node_of(t: Handle) -> Node:
    """The node of the present contents of `t`."""
    node = t._node
    if node is not None and node.parents is not None:
        return node
    if t._view is not None and t._view.linked:
        return _view_node(t)
    return _leaf_node(t)


def _leaf_node(t: Handle) -> Node:
    if t._weak is not None:
        node = t._weak()
        if node is not None:
            return node
    data = t._data
    node = Node(None, (), NO_PARAMS, data.shape, data.dtype, t._constant)
    node.owner = ref(t)
    root = root_of(t)
    if root._exposed is None:
        t._node = node  # for good: nobody needs to know when its last use is gone
    else:
        t._node = None
        t._weak = ref(node)
        if is_guarding():
            node.lock = Lock(exposed_arrays(root))
    return node


def _view_node(t: Handle) -> Node:
    """Derive the node of a view from its base's, through the views between them."""
    view = t._view
    assert view is not None
    node = node_of(view.base)
    root_seq = node.seq
    stale = []
    while view is not None and view.linked:
        cached = t._weak() if t._weak is not None and view.root_seq == root_seq else None
        if cached is not None:
            node = cached
            break
        stale.append(t)
        t = view.parent
        view = t._view
    for t in reversed(stale):
        view = t._view
        assert view is not None
        data = t._data
        node = Node(view.rule, (node, *view.args), view.params, data.shape, data.dtype, node.constant)
        node.current = False  # the gradient of a view is read from its base
        t._weak = ref(node)
        view.root_seq = root_seq
    return node


def save_value(t: Handle, node: Node) -> None:
    """Keep the value of `t` in its node, for a vjp that will read it."""
    if node.data is None:
        node.data = t._data
        if t._view is not None:
            register_saver(t._view.base, node)


def register_saver(root: Handle, node: Node) -> None:
    """Have `node.data` snapshotted when the memory of `root`, of which it shows a part, is written."""
    if root._savers is None:
        root._savers = Savers()
    root._savers.add(node)


def exposed_arrays(root: Handle) -> list[Array]:
    assert root._exposed is not None
    return [array for r in root._exposed if (array := r()) is not None]


def expose(t: Handle) -> None:
    """Note that somebody outside has the array of `t` from now on, and lock it if a graph relies on it."""
    root = root_of(t)
    data = t._data
    if root._exposed is None:
        root._exposed = []
        node = root._node
        if node is not None and node.rule is None and node.parents is not None:
            # Hold the leaf weakly from now on: its death tells when the array may be released.
            root._weak = ref(node)
            root._node = node = None
    elif any(r() is data for r in root._exposed):
        return
    root._exposed = [r for r in root._exposed if r() is not None]
    root._exposed.append(ref(data))
    node = root._node if root._node is not None else root._weak() if root._weak is not None else None
    if node is not None and node.parents is not None and is_guarding():
        node.lock = Lock(exposed_arrays(root))
