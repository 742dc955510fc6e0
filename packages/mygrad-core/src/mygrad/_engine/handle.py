"""The engine's side of a tensor: its array, the node of its present contents, what it is a view of.

`mygrad.Tensor` adds attributes, operators and methods, and no state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from mygrad._engine.guard import Entry, Lock, entry_of, take_view
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.state import is_guarding
from mygrad._rules.rule import RULES

if TYPE_CHECKING:
    from mygrad._rules import Rule

__all__ = [
    "Handle",
    "View",
    "anchor_of",
    "expose",
    "new_leaf",
    "new_view",
    "node_of",
    "present_node",
    "register_saver",
    "root_of",
    "save_value",
]

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
    anchor : Handle
        The next tensor up the line of parents whose node is not derived from another's: `base`, as a rule.
    parent_shape : tuple[int, ...]
        The shape that `parent` had when the view was taken. (It may have been given another since.)
    linked : bool
        Whether gradients flow from the view to its base. They do not if only one of the two is constant,
        or if the view was taken while tracking was off.
    seen : int
        The number of the anchor's node from which the view's node was last derived.
    """

    __slots__ = ("anchor", "args", "base", "linked", "params", "parent", "parent_shape", "rule", "seen")

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
        self.parent_shape = parent._memory.shape
        self.rule = rule
        self.args = args
        self.params = params
        self.linked = linked
        self.seen = -1
        above = parent._view
        self.anchor: Handle = parent if above is None or not above.linked else above.anchor


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
    _memory : ndarray
    _constant : bool
    _node : Node | None
        The node of the present contents: what an operation made, or a leaf. (A cleared node stays here
        until the tensor is used again, for it has the tensor's gradient.)
    _weak : weakref.ref[Node] | None
        The node in the cases in which it has to die with its last use: that of a view, and the leaf of a
        tensor whose array is exposed.
    _grad : ndarray | None
    _view : View | None
    _exposed : set[Entry] | None
        Of the arrays over this tensor's memory that somebody outside may hold; kept on the base. An array
        that was never handed out cannot be written by anyone, and so is never locked.
    _savers : Savers | None
        Kept on the base.
    """

    __slots__ = (
        "__weakref__",
        "_constant",
        "_exposed",
        "_grad",
        "_memory",
        "_node",
        "_savers",
        "_view",
        "_weak",
    )

    _memory: Array
    _constant: bool
    _node: Node | None
    _weak: ref[Node] | None
    _grad: Array | None
    _view: View | None
    _exposed: set[Entry] | None
    _savers: Savers | None


#: The class of the handles that the engine makes; `mygrad.tensor` binds it to Tensor.
tensor_class: type[Any] = Handle


def bind_tensor_class(cls: type[Any]) -> None:
    global tensor_class
    tensor_class = cls


def new_leaf(data: Array, constant: bool, node: Node | None = None) -> Any:
    """A tensor over `data`: a leaf, or the value of `node`."""
    t = _new(tensor_class)
    t._memory = data
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
    t._memory = data
    t._constant = constant
    t._node = t._weak = t._grad = t._exposed = t._savers = None
    view = parent._view
    base = parent if view is None else view.base
    t._view = View(base, parent, rule, args, params, linked)
    if base._exposed is not None and not data.flags.writeable:
        # A view of a locked array would be read-only for good.
        t._memory = take_view(parent._memory, lambda array: rule.fn(array, *args, **params)[...])
    return t


def root_of(t: Handle) -> Handle:
    """The tensor that owns the memory of `t`."""
    return t if t._view is None else t._view.base


def anchor_of(t: Handle) -> Handle:
    """The tensor from whose node that of `t` derives: `t` itself, if it is not a view to which gradients flow."""
    view = t._view
    return t if view is None or not view.linked else view.anchor


def node_of(t: Handle) -> Node:
    """The node of the present contents of `t`."""
    view = t._view
    if view is not None:
        return _view_node(t, view) if view.linked else _detached_node(t)
    node = t._node
    return node if node is not None and node.parents is not None else _leaf_node(t)


def _leaf_node(t: Handle) -> Node:
    if t._weak is not None:
        node = t._weak()
        if node is not None:
            return node
    data = t._memory
    node = new_node(None, (), NO_PARAMS, data.shape, data.dtype, t._constant)
    node.owner = ref(t)
    root = root_of(t)
    if root is not t:  # a write to the root, or the exposure of its array, would not find this node
        expose(t)
        register_saver(root, node)
    if root._exposed is None:
        t._node = node  # for good: nobody needs to know when its last use is gone
    else:
        t._node = None
        t._weak = ref(node)
        if is_guarding():
            node.lock = Lock(root._exposed)
    return node


def _detached_node(t: Handle) -> Node:
    """The node of a view to which no gradients flow from its base: its own, until the memory is written."""
    node = present_node(t)
    if node is not None and node.parents is not None and node.current:
        return node
    if node is not None:
        node.owner = None
    t._node = t._weak = None
    return _leaf_node(t)


def present_node(t: Handle) -> Node | None:
    """The node that `t` has at present, which for a view or a leaf may be none."""
    return t._node if t._node is not None else t._weak() if t._weak is not None else None


def _view_node(t: Handle, view: View) -> Node:
    """Derive the node of a view from its anchor's, through the views between them."""
    anchor = view.anchor
    node = node_of(anchor)
    seen = node.seq
    stale = []
    while t is not anchor:
        view = t._view  # type: ignore[assignment]
        cached = t._weak() if t._weak is not None and view.seen == seen else None
        if cached is not None:
            node = cached
            break
        stale.append(t)
        t = view.parent
    for t in reversed(stale):
        view = t._view  # type: ignore[assignment]
        data = t._memory
        shape = view.parent_shape
        if node.shape != shape:  # the parent was reshaped in place since
            node = new_node(RULES[np.reshape], (node, shape), NO_PARAMS, shape, node.dtype, node.constant)
            node.current = False
        node = new_node(view.rule, (node, *view.args), view.params, data.shape, data.dtype, node.constant)
        node.current = False  # the gradient of a view is read from its base
        t._weak = ref(node)
        view.seen = seen
    return node


def save_value(t: Handle, node: Node) -> None:
    """Keep the value of `t` in its node, for a vjp that will read it."""
    if node.data is None:
        node.data = t._memory
        if t._view is not None:
            register_saver(t._view.base, node)


def register_saver(root: Handle, node: Node) -> None:
    """Have `node.data` snapshotted when the memory of `root`, of which it shows a part, is written."""
    if root._savers is None:
        root._savers = Savers()
    root._savers.add(node)


def expose(t: Handle) -> None:
    """Note that somebody outside has the array of `t` from now on, and lock it if a graph relies on it."""
    root = root_of(t)
    data = t._memory
    entry = entry_of(data)
    if root._exposed is None:
        root._exposed = set() if data is root._memory else {entry_of(root._memory)}
        node = root._node
        if node is not None and node.rule is None and node.parents is not None:
            # Hold the leaf weakly from now on: its death tells when the array may be released.
            root._weak = ref(node)
            root._node = node = None
    elif entry in root._exposed:
        return
    exposed = root._exposed
    if not len(exposed) & (len(exposed) - 1):  # at each power of two: this keeps it linear
        exposed -= {gone for gone in tuple(exposed) if gone() is None}
    exposed.add(entry)
    node = present_node(root)
    if node is not None and node.parents is not None and is_guarding():
        if node.lock is None:
            node.lock = Lock(exposed)
        else:
            node.lock.add((entry,))
    if data is not root._memory and not root._memory.flags.writeable:
        Lock((entry,))  # which is released with what it is a view of, and not before
