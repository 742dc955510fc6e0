"""The door for looking at graphs: what a tensor was computed from, as data to read.

Nothing here changes a graph, a tensor or a gradient, and no array gets locked by being looked at.

Examples
--------
>>> import mygrad as mg
>>> from mygrad.inspection import graph_of
>>> x = mg.tensor([1.0, 2.0, 3.0])
>>> y = x[1:] * 2.0
>>> for node in graph_of(y):
...     print(node.number, node.operation, node.inputs, node.shape)
0 None () (3,)
1 getitem (<graph node 0: leaf>,) (2,)
2 multiply (<graph node 1: getitem>, 2.0) (2,)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, overload
from weakref import ref

import numpy as np

from mygrad._engine.handle import Handle, grad_base_of, node_of, present_node, root_of
from mygrad._engine.masked import MaskedRule
from mygrad._engine.node import Node, new_node
from mygrad._engine.several import PART, operation_name
from mygrad._rules.indexing import GETITEM, SET_AT, SET_VIEW, getitem, is_basic
from mygrad._rules.piecewise import WHERE
from mygrad.tensor import Tensor

__all__ = ["Graph", "GraphNode", "graph_of"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class GraphNode:
    """One value in a graph, and how it came about.

    A node stands for a value, not for a tensor: a tensor that was written in place has a new node, and what was
    computed from it before goes on to refer to the old one.

    Attributes
    ----------
    number : int
        Its position in the graph, in the order of making. It is higher than the numbers of all inputs, and the same
        whenever the same program is run.
    operation : str | None
        The name of what made the value. None for a leaf, and once that was cleared.
    inputs : tuple[Any, ...]
        The positional arguments of the operation: a `GraphNode` for each array, others as they were given.
    params : Mapping[str, Any]
        Its keyword arguments.
    part : str | None
        What is read by ``getitem`` and written by ``setitem``, as one would write it: ``"[1:]"``. Of an operation with
        several results: which of them it is.
    shape, dtype
        Of the value.
    constant : bool
        Whether gradients stop here.
    cleared : bool
        Whether it is no longer known how the value was made, since ``backward`` or ``clear_graph`` cleared that.
    view_of : GraphNode | None
        If the value is a view: what it is a view of. Gradients flow to that if it is among the `inputs`, too.
    overwrites : GraphNode | None
        If the value was written into the memory of another, or into a part of that: what was there before, as far as
        the value depends on it.
    overwritten : bool
        Whether the memory of this value has been written since, so that no tensor has it at present.
    """

    number: int
    operation: str | None
    inputs: tuple[Any, ...]
    params: Mapping[str, Any]
    part: str | None
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    constant: bool
    cleared: bool
    view_of: GraphNode | None
    overwrites: GraphNode | None
    overwritten: bool
    _node: Node
    _handle: Handle | None = field(default=None)

    @property
    def parents(self) -> tuple[GraphNode, ...]:
        """The inputs that are nodes; twice, if an operation was given one twice."""
        return tuple([a for a in self.inputs if isinstance(a, GraphNode)])

    @property
    def tensor(self) -> Tensor | None:
        """The tensor that has this value at present, as far as it is known (see `graph_of`)."""
        t = self._handle
        if not isinstance(t, Tensor):
            return None
        present = _present(t)
        return t if present is self._node or (present is None and _is_of_cleared(t)) else None

    @property
    def array(self) -> Array | None:
        """Of a constant: the very array that an operation was given from outside, if that can be told."""
        node = self._node
        if node.rule is not None or not self.constant or node.parents is None:
            return None
        if self._handle is not None:
            return self._handle._memory
        array = node.owner() if isinstance(node.owner, ref) else None
        return node.data if array is None else array

    @property
    def value(self) -> Array | None:
        """A copy of the value.

        None if it is not kept: the graph holds only what the backward pass will read. Besides, the value of a tensor
        that is known is that tensor's.
        """
        t = self.tensor
        data = self._node.data if t is None else t._memory
        if data is None:
            data = self.array
        return None if data is None else np.array(data)

    def __repr__(self) -> str:
        what = "cleared" if self.cleared else "leaf" if self.operation is None else self.operation
        return f"<graph node {self.number}: {what}>"


class Graph(Sequence[GraphNode]):
    """The nodes that a value was computed from, in the order of their making, and last the node of the value itself.

    It stays as it was when `graph_of` made it; the arrays of the graph live (and stay read-only) as long as it does.
    """

    __slots__ = ("_by_node", "_nodes")

    def __init__(self, nodes: Sequence[GraphNode]) -> None:
        self._nodes = tuple(nodes)
        self._by_node = {graph_node._node: graph_node for graph_node in self._nodes}

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, index: int) -> GraphNode: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[GraphNode, ...]: ...
    def __getitem__(self, index: int | slice) -> GraphNode | tuple[GraphNode, ...]:
        """The node of that number."""
        return self._nodes[index]

    def __repr__(self) -> str:
        return f"<graph of {len(self)} nodes>"

    def find(self, tensor: Tensor) -> GraphNode | None:
        """The node of the value that a tensor has at present.

        Returns
        -------
        GraphNode | None
            None if that value is no part of this graph.

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.inspection import graph_of
        >>> x = mg.tensor(2.0)
        >>> y = x * x
        >>> graph_of(y + 1.0).find(y)
        <graph node 1: multiply>
        """
        node = _present(tensor)
        if node is None:  # a view of what was cleared has none, but in a graph of its own
            return self._nodes[-1] if self._nodes[-1].tensor is tensor else None
        return self._by_node.get(node)


def graph_of(tensor: Tensor, held: Iterable[Any] = ()) -> Graph:
    """The graph of the value that a tensor has at present.

    Parameters
    ----------
    tensor : Tensor
        Once its graph was cleared, nothing is left of that but this tensor's own node. It says that it is `cleared`.
    held : Iterable[Any]
        Tensors that you hold. Their nodes know their `tensor`, and so their value, which a node itself keeps only
        if a derivative needs it. (Of leaves, and of `tensor`, that is known anyway.) What is no tensor is skipped.

    Returns
    -------
    Graph

    Raises
    ------
    TypeError
        If `tensor` is none.

    Notes
    -----
    In-place writes show in `GraphNode.overwrites`. A write of a part of a tensor, through a view or under a mask, is an
    operation of its own, on the old value and on what is written. A write of all of a tensor, as in ``y *= 2``, is the
    operation that computes what is written.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.inspection import graph_of
    >>> x = mg.tensor([1.0, 2.0])
    >>> y = +x
    >>> y[0] = x[1]
    >>> *_, last = graph_of(y)
    >>> last, last.part, last.overwrites
    (<graph node 3: setitem>, '[0]', <graph node 1: positive>)
    >>> last.overwrites.overwritten
    True
    >>> y.backward()
    >>> [node.cleared for node in graph_of(y)]
    [True]
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"graph_of: expected a Tensor, which has a graph, got {type(tensor).__name__}")
    root = _present(tensor)
    if root is None:
        root = _derived(tensor) if _is_of_cleared(tensor) else node_of(tensor)
    nodes = _ancestors(root)
    handles: dict[Node, Handle] = {}
    for node in nodes:
        owner = node.owner() if isinstance(node.owner, ref) else None
        if isinstance(owner, Handle) and (_present(owner) is node or owner is tensor):
            handles[node] = owner
    for t in held:
        if isinstance(t, Handle):
            present = _present(t)
            if present is not None:
                handles.setdefault(present, t)
    handles[root] = tensor
    done: dict[Node, GraphNode] = {}
    by_seq: dict[int, GraphNode] = {}
    for number, node in enumerate(nodes):
        overwrites = by_seq.get(node.overwrote)
        done[node] = by_seq[node.seq] = _describe(number, node, done, handles.get(node), overwrites)
    return Graph(list(done.values()))


def _ancestors(root: Node) -> list[Node]:
    """`root` and all that it was computed from, in the order of their making."""
    found, unseen = {root}, [root]
    while unseen:  # no recursion: graphs are deep
        for parent in _arguments(unseen.pop()):
            if isinstance(parent, Node) and parent not in found:
                found.add(parent)
                unseen.append(parent)
    return sorted(found, key=lambda node: node.seq)


def _arguments(node: Node) -> tuple[Any, ...]:
    """What the value of a node was computed from; if it is one of several results, what these were computed from."""
    if node.rule is PART:
        node = node.parents[0]  # type: ignore[index]
    return node.parents or ()


def _present(t: Handle) -> Node | None:
    """The node that `t` has at present, if it has one: to make one would let go of a cleared one, and its gradient."""
    node, view = present_node(t), t._view
    if node is None or view is None:
        return node
    if not view.linked:
        return node if node.is_latest else None
    grad_base = present_node(grad_base_of(t))
    return node if grad_base is not None and grad_base.seq == view.seen else None


def _is_of_cleared(t: Handle) -> bool:
    """Whether `t` is a view of what was cleared."""
    view = t._view
    if view is None or not view.linked:
        return False
    grad_base = present_node(grad_base_of(t))
    return grad_base is not None and grad_base.cleared


def _derived(t: Handle) -> Node:
    """The node of a view of what has been cleared, which the engine would take for a leaf and give a new node."""
    steps = []
    while t._view is not None and t._view.linked:
        steps.append((t._view, t._memory))
        t = t._view.parent
    node = present_node(t)
    assert node is not None
    for view, data in reversed(steps):
        node = new_node(view.rule, (node, *view.args), view.params, data.shape, data.dtype, node.constant)
        node.is_latest = False
    return node


def _describe(
    number: int, node: Node, done: Mapping[Node, GraphNode], handle: Handle | None, overwrites: GraphNode | None
) -> GraphNode:
    rule = node.rule
    arguments = _arguments(node)
    inputs = tuple([done[a] if isinstance(a, Node) else a for a in arguments])
    name, part = operation_name(node), None
    view_of = None
    is_view = False
    params = node.params
    if rule is PART:
        whole, position = node.parents  # type: ignore[misc]
        part, params = f"[{position}]", whole.params
    elif rule is GETITEM:
        inputs, part = inputs[:1], _index_text(arguments[1])
        is_view = not node.is_latest and is_basic(arguments[1])
    elif rule is SET_VIEW or (rule is SET_AT and not arguments[0].is_latest):
        # Otherwise `set_at` made a new array, in a function that is composed of others.
        name, part = "setitem", _path_text(arguments[2]) if rule is SET_VIEW else _index_text(arguments[2])
        overwrites, inputs = inputs[0], inputs[:2]
    elif rule is WHERE and isinstance(arguments[1], Node) and isinstance(arguments[1].rule, MaskedRule):
        overwrites = inputs[2]
    elif rule is not None:
        is_view = rule.view and not node.is_latest
    if is_view:
        view_of = inputs[0]
    elif rule is None and handle is not None and handle._view is not None:  # a view that gradients do not flow from
        base = _present(root_of(handle))
        view_of = None if base is None else done.get(base)
    return GraphNode(
        number=number,
        operation=name,
        inputs=inputs,
        params=MappingProxyType(params),
        part=part,
        shape=node.shape,
        dtype=node.dtype,
        constant=node.constant,
        cleared=node.cleared,
        view_of=view_of,
        overwrites=overwrites,
        overwritten=not node.is_latest and not is_view,
        _node=node,
        _handle=handle,
    )


def _path_text(path: Iterable[tuple[Any, tuple[Any, ...], Mapping[str, Any]]]) -> str:
    """The steps from a base to one of its views, as one would write them: ``.transpose()[1:]``."""
    text = ""
    for fn, args, params in path:
        if fn is getitem:
            text += _index_text(args[0])
        else:
            words = [repr(a) for a in args] + [f"{name}={value!r}" for name, value in params.items()]
            text += f".{fn.__name__}({', '.join(words)})"
    return text


def _index_text(index: Any) -> str:
    parts = index if type(index) is tuple and index else (index,)
    return f"[{', '.join(map(_index_part_text, parts))}]"


def _index_part_text(part: Any) -> str:
    if isinstance(part, slice):
        bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop)]
        return ":".join(bounds if part.step is None else [*bounds, str(part.step)])
    if part is Ellipsis:
        return "..."
    if isinstance(part, np.ndarray):
        if part.ndim == 1 and part.size <= 6:
            return str(part.tolist())
        return f"{'mask' if part.dtype == bool else 'indices'} of shape {part.shape}"
    return str(part)
