"""The graph: one immutable value a node, made by a rule from the values of its parents."""

from __future__ import annotations

from itertools import count
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakref import ref

    import numpy as np

    from mygrad._engine.guard import Period
    from mygrad._rules import Rule

    Array = np.ndarray[Any, Any]

__all__ = ["NO_PARAMS", "Node", "has_complex", "new_node", "next_seq"]

#: Numbers nodes in the order of their making, so that every node has a higher number than its parents.
next_seq = count().__next__

_new = object.__new__

#: Shared by all nodes without keyword arguments. Never written to.
NO_PARAMS: dict[str, Any] = {}


class Node:
    """One value in the computational graph.

    Nodes refer to nodes, never to tensors. A tensor that is written in place is given a new node, and
    what was computed from the old one goes on to mean the old value.

    Attributes
    ----------
    rule : Rule | None
        What made the value. None for a leaf, and for a node whose graph was cleared.
    parents : tuple[Any, ...] | None
        The positional arguments of the rule: a Node for each array, anything else as it was given.
        None once the node was cleared.
    params : dict[str, Any]
        The keyword arguments of the rule.
    shape, dtype
        Of the value. They outlive the array, which is kept only if a derivative needs it.
    constant : bool
        Whether gradients stop here.
    seq : int
        Higher than that of every parent.
    data : ndarray | None
        The value, once some vjp that will run needs it. If the array is about to be overwritten this
        becomes a copy of it (a *snapshot*), so that nobody needs to be told. Of an operation with several results: its
        `Results`.
    grad : ndarray | None
        The gradient with respect to this value: in a backward pass as far as it is summed up, and after it for the
        tensor that has the value.
    owns_grad : bool
        In a backward pass: whether `grad` is a buffer to which nothing else refers.
    owner : weakref.ref | Node | None
        Of a leaf: its tensor. Of an array from outside: that array. Of the value of a tensor that was reshaped in
        place: the node that it had before, which gets all of the gradient.
    lock : Period | None
        Keeps the arrays that show this value to the user read-only, as long as the node is in use.
    held : list[Period] | None
        Keeps index arrays and masks among the arguments read-only until the node is cleared.
    shared : bool
        Whether several graphs may go through this node, even in several threads at once: it is a leaf, or a view. Then
        its gradient is kept by the backward pass alone, and no pass clears it.
    guarded : bool
        Whether an operation that ran under the memory guard made the value or relies on it. (Of a view that is for its
        gradient base's node to say.)
    is_latest : bool
        False once a write has put a newer node in this one's place: then no tensor will ever ask for
        its gradient.
    overwrote : int
        The number of the node whose place this one took, if it is the value of a write to a whole tensor; else -1. It
        is there to be looked at.
    """

    __slots__ = (
        "__weakref__",
        "constant",
        "data",
        "dtype",
        "grad",
        "guarded",
        "held",
        "is_latest",
        "lock",
        "overwrote",
        "owner",
        "owns_grad",
        "params",
        "parents",
        "rule",
        "seq",
        "shape",
        "shared",
        "visit",
    )

    rule: Rule | None
    parents: tuple[Any, ...] | None
    params: dict[str, Any]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    constant: bool
    seq: int
    data: Array | None
    grad: Array | None
    owns_grad: bool
    owner: ref[Any] | Node | None
    lock: Period | None
    held: list[Period] | None
    shared: bool
    guarded: bool
    is_latest: bool
    overwrote: int
    visit: int

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def first(self) -> Node:
        """The node itself; or, if its tensor was reshaped in place, that of the first shape. All gradients go there."""
        node = self
        while type(node.owner) is Node:
            node = node.owner
        return node

    @property
    def cleared(self) -> bool:
        return self.parents is None

    def clear(self) -> None:
        """Let go of everything that a backward pass needs, and of the arrays that were locked for it."""
        if self.rule is not None and self.rule.several:
            self.data.clear()  # type: ignore[union-attr]
        self.rule = self.parents = self.lock = self.held = None
        if not self.constant:  # else another graph may go on reading it, and needs no path back through it
            self.data = None
        self.params = NO_PARAMS

    def __repr__(self) -> str:
        made_by = "cleared" if self.cleared else "leaf" if self.rule is None else self.rule.name
        return f"<node {self.seq}: {made_by}, shape {self.shape}, {self.dtype}>"


def new_node(
    rule: Rule | None,
    parents: tuple[Any, ...],
    params: dict[str, Any],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    constant: bool,
    guarded: bool = False,
) -> Node:
    """Make a node.

    This is no ``__init__``, for that would be called by way of C: it took a fortieth more of the time of an operation
    on a few elements.
    """
    node: Node = _new(Node)
    node.rule = rule
    node.parents = parents
    node.params = params
    node.shape = shape
    node.dtype = dtype
    node.constant = constant
    node.shared = False
    node.guarded = guarded
    node.seq = next_seq()
    node.is_latest = True
    node.overwrote = -1
    node.visit = 0
    node.data = node.grad = node.owner = node.lock = node.held = None
    return node


def has_complex(node: Node) -> bool:
    """Whether a value, or what it was computed from, is complex."""
    return node.dtype.kind == "c" or any(type(p) is Node and p.dtype.kind == "c" for p in node.parents or ())
