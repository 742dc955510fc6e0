"""Why an array is read-only at present."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from mygrad._engine.guard import period_of
from mygrad._engine.node import Node
from mygrad._engine.operands import unwrap

__all__ = ["why_locked"]

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
    graph = _Graphs(node for node in gc.get_objects() if type(node) is Node)
    users = graph.users(period)
    lines = [f"  {graph.described(node)}" for node in islice(users, _MOST)]
    if len(users) > _MOST:
        lines.append(f"  and {len(users) - _MOST} more operations")
    if not lines:
        lines.append("  an operation that was cleared or has failed, until its traceback is gone")
    return "\n".join(["read-only until the graph is cleared (by `backward` or `clear_graph`) or gone of", *lines])


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
                found.update(dict.fromkeys(self._uses(node) or ([node] if node.rule is not None else [])))
        return list(found)

    def _uses(self, node: Node) -> list[Node]:
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
