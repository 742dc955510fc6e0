"""Answers to two questions: why an array is read-only, and why a tensor has no gradient."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from mygrad._engine.guard import period_of
from mygrad._engine.handle import Handle, grad_base_of, present_node
from mygrad._engine.node import Node
from mygrad._engine.operands import unwrap
from mygrad._engine.reasons import why_constant
from mygrad._engine.several import operation_name
from mygrad._engine.state import is_tracking
from mygrad.tensor import Tensor

__all__ = ["why_locked", "why_no_gradient"]

#: So many operations are named.
_MOST = 10


def why_locked(array: Any) -> str | None:
    """Say which operations have made an array read-only.

    An array that a graph relies on cannot be written until the graph is cleared, or nothing refers to its result any
    more. To do so before raises "assignment destination is read-only" or "output array is read-only".

    Parameters
    ----------
    array : ndarray | Tensor

    Returns
    -------
    str | None
        The operations that rely on the array, or on what it is a view of, and the results of whose graphs they are
        parts. None if no graph does: then it is for others to say whether it can be written.

    Raises
    ------
    TypeError
        If `array` is neither an array nor a tensor.

    Examples
    --------
    >>> import mygrad as mg, numpy as np
    >>> weights = np.array([1.0, 2.0])
    >>> loss = (mg.tensor([3.0, 4.0]) * weights).sum()
    >>> print(mg.why_locked(weights))
    read-only until the graph is cleared (by `backward` or `clear_graph`) or gone of
      multiply, of shape (2,), in the graph of sum, of shape ()
    >>> loss.backward()
    >>> mg.why_locked(weights) is None
    True
    """
    memory = unwrap(array)
    if not isinstance(memory, np.ndarray):
        raise TypeError(f"why_locked: expected an array or a tensor, got {type(array).__name__}")
    period = period_of(memory)
    if period is None:
        return None
    graph = _all_graphs()
    users = graph.users(period)
    lines = [f"  {graph.described(node)}" for node in islice(users, _MOST)]
    if len(users) > _MOST:
        lines.append(f"  and {len(users) - _MOST} more operations")
    if not lines:
        lines.append("  an operation that was cleared or has failed, until its traceback is gone")
    return "\n".join(["read-only until the graph is cleared (by `backward` or `clear_graph`) or gone of", *lines])


def why_no_gradient(t: Tensor) -> str:
    """Say why the ``grad`` of a tensor is None.

    Parameters
    ----------
    t : Tensor

    Returns
    -------
    str
        A sentence or two. If there is a gradient, they say so.

    Raises
    ------
    TypeError
        If `t` is not a tensor.

    See Also
    --------
    detect_anomaly : finds out why a gradient is nan.
    lost_gradients : what happens where a tensor leaves the graph.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> loss = (x * x).sum()
    >>> print(mg.why_no_gradient(x))
    it was used for multiply, of shape (2,), in the graph of sum, of shape (), and `backward` has not been called there
    since. (If it had a gradient, using it has dropped that.)
    >>> loss.backward()
    >>> print(mg.why_no_gradient(x))
    it has a gradient, which a backward pass has computed (or the program has set)
    >>> print(mg.why_no_gradient(mg.tensor([1, 2])))
    it is a constant: numbers of dtype int64 have no derivatives. Make variables of floating-point numbers, as in...
    """
    if not isinstance(t, Tensor):
        raise TypeError(f"why_no_gradient: expected a tensor, got {type(t).__name__}")
    return _why(t)


def _why(t: Handle) -> str:
    if t.grad is not None:  # type: ignore[attr-defined]
        return "it has a gradient, which a backward pass has computed (or the program has set)"
    view = t._view
    if t._constant:
        return f"it is a constant: {why_constant(t)}"
    base = grad_base_of(t)
    if base is not t:
        return (
            f"it is a view, whose gradient is a view of that of its base, of shape {base._memory.shape}: {_why(base)}"
        )
    node = present_node(t)
    if node is None:
        if view is not None:
            return "it shares memory with another tensor, but no gradient flows between the two, and no graph uses it"
        if t._escaped is not None:
            return f"it is a part of no graph that is still there. {_LEFT}"
        here = "" if is_tracking() else " (and tracking is off right now)"
        return f"no operation has used it since it was made or written, except under `no_autodiff`{here}"
    if node.cleared:
        return (
            "its graph was cleared without a gradient coming to it, by `clear_graph` or by a backward pass that did "
            "not get there; or the gradient was dropped, by `null_grad`"
        )
    graph = _all_graphs()
    users = graph.users_of(node)
    variables = [user for user in users if not user.constant]
    if variables:
        return (
            f"it was used for {graph.described(variables[0])}, and `backward` has not been called there since. (If it "
            f"had a gradient, using it has dropped that.)"
        )
    if users:
        return (
            f"what was computed from it is a constant: {graph.described(users[0])}. No gradient comes through that, be "
            f"it for `constant=True`, for a write into a constant, or for numbers that are not floating-point"
        )
    if node.rule is not None:
        return (
            f"it is the result of {operation_name(node)}, and `backward` has not been called of it, or of what uses it"
        )
    return f"it was used, but in no graph that is still there. {_LEFT}"


_LEFT = (
    "What was computed from it is gone, or its graph was cleared without a gradient coming here. Did the values leave "
    'the graph, by `t.data` or `np.asarray(t)`? (`mg.lost_gradients("raise")` finds that out.)'
)


def _all_graphs() -> _Graphs:
    return _Graphs(node for node in gc.get_objects() if type(node) is Node)


class _Graphs:
    """All nodes that there are, and what was computed from each: nodes themselves know only what they were made of."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = sorted((node for node in nodes if not node.cleared), key=lambda node: node.seq)
        self.children: dict[Node, list[Node]] = {}
        for node in self.nodes:
            for p in (*(node.parents or ()), *getattr(node.rule, "inputs", ())):
                if type(p) is Node:
                    self.children.setdefault(p, []).append(node)

    def users(self, period: Any) -> list[Node]:
        """The operations for which arrays are locked."""
        found: dict[Node, None] = {}
        for node in self.nodes:
            if any(held is period for held in node.held or ()):  # an index, or a mask
                found[node] = None
            if node.lock is period:
                found.update(dict.fromkeys(self.users_of(node) or ([node] if node.rule is not None else [])))
        return list(found)

    def users_of(self, node: Node) -> list[Node]:
        """What was computed from a value, or from a view of it."""
        found: list[Node] = []
        unseen = [node]
        while unseen:
            for child in self.children.get(unseen.pop(), ()):
                (unseen if child.shared else found).append(child)
        return found

    def described(self, node: Node) -> str:
        seen, unseen, ends = {node}, [node], []
        while unseen:
            children = self.children.get(unseen[-1], ())
            last = unseen.pop()
            if not children and last is not node:
                ends.append(_named(last))
            new = [child for child in children if child not in seen]
            seen.update(new)
            unseen += new
        return f"{_named(node)}{', in the graph of ' if ends else ''}{' and of '.join(ends[:3])}"


def _named(node: Node) -> str:
    assert node.rule is not None
    return f"{node.rule.name}, of shape {node.shape}"
