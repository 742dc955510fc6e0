"""The engine's side of a tensor: its array, the node of its present contents, what it is a view of.

`mygrad.Tensor` adds attributes, operators and methods, and no state.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.guard import Entry, entry_of, is_lockable, kept_view, lock, lock_all, take_view
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.state import is_guarding
from mygrad._rules.indexing import GETITEM
from mygrad._rules.rule import RULES, Rule

__all__ = [
    "ARGUMENT",
    "PAST_ARGUMENT",
    "Handle",
    "View",
    "give_array",
    "grad_base_of",
    "guard_escaped",
    "is_leaf",
    "mark_escaped",
    "new_argument",
    "new_hidden",
    "new_leaf",
    "new_view",
    "node_of",
    "operand_node",
    "present_node",
    "protect",
    "register_saved_view",
    "root_of",
    "save_shared",
    "save_value",
    "unlinked_view",
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
    grad_base : Handle
        The next tensor up the line of parents whose node is not derived from another's: `base`, as a rule.
    parent_shape : tuple[int, ...]
        The shape that `parent` had when the view was taken. (It may have been given another since.)
    linked : bool
        Whether gradients flow from the view to its base. They do not if only one of the two is constant,
        or if the view was taken while tracking was off.
    seen : int
        The number of the gradient base's node from which the view's node was last derived.
    family : Family
        That of `base`. It tells if `base` was given another array, in which case the view is one of a hidden tensor.
    """

    __slots__ = ("args", "base", "family", "grad_base", "linked", "params", "parent", "parent_shape", "rule", "seen")

    base: Handle
    parent: Handle
    parent_shape: tuple[int, ...]
    rule: Rule
    args: tuple[Any, ...]
    params: dict[str, Any]
    linked: bool
    seen: int
    grad_base: Handle
    family: Family


def view_of(parent: Handle, rule: Rule, args: tuple[Any, ...], params: dict[str, Any], linked: bool) -> View:
    """Make a `View`: no ``__init__``, for the reason that `new_node` gives."""
    above = parent._view
    view: View = _new(View)
    if above is None:
        view.base = view.grad_base = parent
        view.family = parent._family or family_of(parent)
    else:
        view.base = root_of(parent)
        view.grad_base = above.grad_base if above.linked else parent
        view.family = above.family
    view.parent = parent
    view.parent_shape = parent._memory.shape
    view.rule = rule
    view.args = args
    view.params = params
    view.linked = linked
    view.seen = -1
    return view


class Family:
    """What a tensor that owns its memory and the views of it have in common.

    Attributes
    ----------
    refs : list[weakref.ref[Node]]
        The nodes that saved a view of the memory, which a write to it must snapshot.
    limit : int
        The number of these that is not to be exceeded without a look at who is still alive.
    former : Handle | None
        Once the tensor was given another array: a hidden tensor that has the memory in its place.
    """

    __slots__ = ("former", "limit", "refs")

    refs: list[ref[Node]]
    limit: int
    former: Handle | None

    def add(self, node: Node) -> None:
        self.refs.append(ref(node))
        if len(self.refs) > self.limit:  # doubling keeps this linear, although most nodes die early
            self.refs = [r for r in self.refs if r() is not None]
            self.limit = 16 + 2 * len(self.refs)

    def alive(self) -> list[Node]:
        return [node for r in self.refs if (node := r()) is not None]


def family_of(root: Handle) -> Family:
    family = root._family
    if family is None:
        family = root._family = _new(Family)
        family.refs = []
        family.limit = 16
        family.former = None
    return family


class Handle:
    """A mutable array that takes part in graphs.

    No private attribute has a name that other libraries read of what they take for theirs, as np.ma reads `_data`.

    Attributes
    ----------
    _memory : ndarray
    _constant : bool
    _node : Node | None
        The node of the present contents: what an operation made, or a leaf. (A cleared node stays here
        until the tensor is used again, for it has the tensor's gradient.)
    _weak : weakref.ref[Node] | None
        The node in the cases in which it has to die with its last use: that of a view, and the leaf of a
        tensor whose array has escaped.
    _grad : ndarray | None
    _view : View | None
    _escaped : set[Entry] | None
        Of the arrays over this tensor's memory that somebody outside may hold; kept on the base. An array
        that was never handed out cannot be written by anyone, and so is never locked.
    _family : Family | None
        Kept on the base, from the first view on.
    _number : bool | None
        Whether this stands for a number, an `np.generic`: where NumPy returns one, there is nothing that can be
        changed, or of which views can be taken.
    _own : bool
        Set, to True, if code in a lifted block made this to write into it. Else there is no such attribute.
    """

    __slots__ = (
        "__weakref__",
        "_constant",
        "_escaped",
        "_family",
        "_grad",
        "_memory",
        "_node",
        "_number",
        "_own",
        "_view",
        "_weak",
    )

    _memory: Array
    _constant: bool
    _node: Node | None
    _weak: ref[Node] | None
    _grad: Array | None
    _view: View | None
    _escaped: set[Entry] | None
    _family: Family | None
    _number: bool | None
    _own: bool


#: The class of the handles that the engine makes; `mygrad.tensor` binds it to Tensor.
tensor_class: type[Any] = Handle


def bind_tensor_class(cls: type[Any]) -> None:
    global tensor_class
    tensor_class = cls


def new_leaf(data: Array, constant: bool, node: Node | None = None, number: bool | None = None) -> Any:
    """A tensor over `data`: a leaf, or the value of `node`."""
    t = _new(tensor_class)
    t._memory = data
    t._constant = constant
    t._node = node
    t._weak = t._grad = t._view = t._escaped = t._family = None
    t._number = number
    return t


#: What made the arguments of a function that is differentiated: so they are results, which that may write to.
ARGUMENT = Rule(lambda: None, (), name="argument")
#: The same, when the function has been evaluated: nobody else differentiates with respect to them from then on.
PAST_ARGUMENT = Rule(lambda: None, (), name="argument")


def new_argument(data: Array, number: bool | None = None, rule: Rule = ARGUMENT) -> Any:
    """A variable over `data`, at which a graph begins, as at a leaf, but which has a rule: so it may be written to."""
    return new_leaf(data, False, new_node(rule, (), NO_PARAMS, data.shape, data.dtype, False), number)


def new_hidden(data: Array, constant: bool) -> Handle:
    """What `new_leaf` makes, but not of the class that users see: a tensor for the engine alone."""
    t = _new(Handle)
    t._memory = data
    t._constant = constant
    t._node = t._weak = t._grad = t._view = t._escaped = t._family = t._number = None
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
    t._node = t._weak = t._grad = t._escaped = t._family = t._number = None
    t._view = view = view_of(parent, rule, args, params, linked)
    if view.base._escaped is not None and not data.flags.writeable:
        # A view of a locked array would be read-only for good.
        t._memory = take_view(parent._memory, lambda array: rule.fn(array, *args, **params)[...])
    return t


def unlinked_view(t: Handle, constant: bool) -> Any:
    """A tensor over the very array of `t`, to which no gradient flows from there."""
    view = new_view(t._memory, t, GETITEM, (Ellipsis,), NO_PARAMS, constant, linked=False)
    view._number = t._number
    return view


def root_of(t: Handle) -> Handle:
    """The tensor that owns the memory of `t`."""
    view = t._view
    if view is None:
        return t
    if view.family.former is not None:
        _redirect(view)
    return view.base


def grad_base_of(t: Handle) -> Handle:
    """The tensor from whose node that of `t` derives: `t` itself, if it is not a view to which gradients flow."""
    view = t._view
    if view is None or not view.linked:
        return t
    if view.family.former is not None:
        _redirect(view)
    return view.grad_base


def _redirect(view: View) -> None:
    """Make a view, and those that it derives from, views of the tensor that has their memory now."""
    gone, former = view.base, view.family.former
    assert former is not None
    while view.base is gone:
        view.base = former
        view.family = family_of(former)
        if view.grad_base is gone:
            view.grad_base = former
        if view.parent is gone:
            view.parent = former
        else:
            view = view.parent._view  # type: ignore[assignment]


def node_of(t: Handle) -> Node:
    """The node of the present contents of `t`."""
    view = t._view
    if view is not None:
        return _view_node(t, view) if view.linked else _detached_node(t)
    node = t._node
    return node if node is not None and node.parents is not None else _leaf_node(t)


def operand_node(t: Handle) -> Node:
    """The same, for an operation that relies on it."""
    node = node_of(t)
    if not node.guarded and is_guarding():
        protect(t, node)
    return node


def protect(t: Handle, node: Node) -> None:
    """Note that an operation under the memory guard relies on `node`, that of `t`: lock what somebody outside has."""
    node.guarded = True
    grad_base = grad_base_of(t)
    if grad_base is not t:
        of_grad_base = present_node(grad_base)
        if of_grad_base is None or of_grad_base.guarded:
            return
        node = of_grad_base
        node.guarded = True
    if node.lock is None and root_of(t)._escaped is not None:
        guard_escaped(grad_base, node)


def _leaf_node(t: Handle) -> Node:
    if t._weak is not None:
        node = t._weak()
        if node is not None:
            return node
    data = t._memory
    node = new_node(None, (), NO_PARAMS, data.shape, data.dtype, t._constant)
    node.shared = True
    node.owner = ref(t)
    root = root_of(t)
    if root is not t:  # a write to the root, or the exposure of its array, would not find this node
        mark_escaped(t)
        register_saved_view(root, node)
    if root._escaped is None:
        t._node = node  # for good: nobody needs to know when its last use is gone
    else:
        t._node = None
        t._weak = ref(node)
    return node


def guard_escaped(t: Handle, node: Node) -> None:
    """Keep the value of `t`, which `node` stands for, from being changed through its memory."""
    root = root_of(t)
    if root._memory.base is None or is_lockable(root._memory):
        node.lock = lock_all(root._escaped or ())
    elif node.data is None or np.may_share_memory(node.data, root._memory):
        node.data = t._memory.copy("K")


def _detached_node(t: Handle) -> Node:
    """The node of a view to which no gradients flow from its base: its own, until the memory is written."""
    node = present_node(t)
    if node is not None and node.parents is not None and node.is_latest:
        return node
    if node is not None:
        node.owner = None
    t._node = t._weak = None
    return _leaf_node(t)


def present_node(t: Handle) -> Node | None:
    """The node that `t` has at present, which for a view or a leaf may be none."""
    return t._node if t._node is not None else t._weak() if t._weak is not None else None


def is_leaf(t: Handle) -> bool:
    """Whether `t` was computed from nothing, as far as any graph knows."""
    node = present_node(t)
    return grad_base_of(t) is t and (node is None or node.rule is None)


def _view_node(t: Handle, view: View) -> Node:
    """Derive the node of a view from its gradient base's, through the views between them."""
    if view.family.former is not None:
        _redirect(view)
    grad_base = view.grad_base
    node: Any = grad_base._node
    if node is None or node.parents is None or grad_base._view is not None:
        node = node_of(grad_base)
    seen, guarded = node.seq, node.guarded
    stale = []
    while t is not grad_base:
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
            node = new_node(RULES[np.reshape], (node, shape), NO_PARAMS, shape, node.dtype, node.constant, guarded)
            node.shared, node.is_latest = True, False
        node = new_node(view.rule, (node, *view.args), view.params, data.shape, data.dtype, node.constant, guarded)
        node.shared, node.is_latest = True, False  # the gradient of a view is read from its base
        t._weak = ref(node)
        view.seen = seen
    return node


def save_value(t: Handle, node: Node) -> None:
    """Keep the value of `t` in its node, for a vjp that will read it."""
    if node.data is None:
        if t._view is not None:
            save_shared(t, root_of(t), node)
        elif t._escaped is None:
            node.data = t._memory
        else:
            node.data = kept_view(t._memory)


def save_shared(t: Handle, root: Handle, node: Node) -> None:
    """The same for a value that lies in the memory of `root`, whose node may be another."""
    if root._escaped is None or is_lockable(root._memory) or not is_guarding():
        node.data = t._memory[...] if root._escaped is None else kept_view(t._memory)
        register_saved_view(root, node)
    else:
        node.data = t._memory.copy("K")


def register_saved_view(root: Handle, node: Node) -> None:
    """Have `node.data` snapshotted when the memory of `root`, of which it shows a part, is written."""
    family_of(root).add(node)


def mark_escaped(t: Handle) -> None:
    """Note that somebody outside has the array of `t` from now on, and lock it if a graph relies on it."""
    root = root_of(t)
    data = t._memory
    entry = entry_of(data)
    if root._escaped is None:
        root._escaped = set() if data is root._memory else {entry_of(root._memory)}
        for saved in () if root._family is None else root._family.alive():
            if saved.data is not None:
                saved.data = kept_view(saved.data)
        node = root._node
        if node is not None and node.rule is None and node.parents is not None:
            # Hold the leaf weakly from now on: its death tells when the array may be released.
            root._weak = ref(node)
            root._node = node = None
    elif entry in root._escaped:
        return
    escaped = root._escaped
    if not len(escaped) & (len(escaped) - 1):  # at each power of two: this keeps it linear
        escaped -= {gone for gone in tuple(escaped) if gone() is None}
    escaped.add(entry)
    node = present_node(t)
    if node is not None and node.data is data:  # whose shape somebody outside may set from now on
        node.data = kept_view(data)
    if t is not root:
        node = present_node(root)
    if node is not None and node.parents is not None and node.guarded:
        if node.lock is None:
            guard_escaped(root, node)
        else:
            lock(entry)  # for the same period
    if data is not root._memory and not root._memory.flags.writeable:
        lock(entry)  # until what it is a view of is released, and no longer


def give_array(t: Handle, fresh: Handle) -> None:
    """Have `t`, which is no view, take over the array of `fresh`, a tensor that nobody else has.

    What `t` was goes on as a hidden tensor, for the views of its memory to be views of.
    """
    former = new_hidden(t._memory, t._constant)
    for slot in _STATE:
        setattr(former, slot, getattr(t, slot))
        setattr(t, slot, getattr(fresh, slot))
    node = present_node(former)
    if node is not None and type(node.owner) is ref:
        node.owner = ref(former)
    family, former._family = former._family, None
    if family is not None:  # and there may be views
        family_of(former).refs = family.refs
        family.former = former


#: The slots of a `Handle` that say what it is at present.
_STATE = tuple([slot for slot in Handle.__slots__ if slot not in ("__weakref__", "_own")])
