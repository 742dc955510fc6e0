"""The graph as text, for terminals and logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mygrad import Tensor
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node

__all__ = ["graph_text"]


def graph_text(fin: Tensor, names: Mapping[str, Any] | None = None) -> str:
    """List what a tensor was computed from: a line for each value, in the order of their making.

    Parameters
    ----------
    fin : Tensor
        The result. After its ``backward()`` the graph is cleared, and only this tensor is left of it.
    names : Mapping[str, Any], optional
        What to call the tensors in it, e.g. ``locals()``. Others are numbered.

    Returns
    -------
    str

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.computational_graph import graph_text
    >>> x = mg.tensor(2.0)
    >>> y = mg.tensor([3.0, 4.0])
    >>> f = x * y
    >>> print(graph_text(f + x, names=locals()))
    x: float64, shape ()
    y: float64, shape (2,)
    f = multiply(x, y): float64, shape (2,)
    %3 = add(f, x): float64, shape (2,)
    """
    if not isinstance(fin, Tensor):
        raise TypeError(f"graph_text shows what a Tensor was computed from, got {type(fin).__name__}")
    nodes = _ancestors(node_of(fin))
    known = {node_of(value): name for name, value in (names or {}).items() if isinstance(value, Tensor)}
    labels = {node: known.get(node, f"%{number}") for number, node in enumerate(nodes)}
    return "\n".join(_line(node, labels) for node in nodes)


def _ancestors(last: Node) -> list[Node]:
    """`last` and all that it was computed from, in the order of their making."""
    found, unseen = {last}, [last]
    while unseen:  # no recursion: graphs are deep
        for parent in unseen.pop().parents or ():
            if isinstance(parent, Node) and parent not in found:
                found.add(parent)
                unseen.append(parent)
    return sorted(found, key=lambda node: node.seq)


def _line(node: Node, labels: Mapping[Node, str]) -> str:
    text = labels[node]
    if node.rule is not None:
        inputs = [labels[p] if isinstance(p, Node) else repr(p) for p in node.parents or ()]
        inputs += [f"{name}={value!r}" for name, value in node.params.items()]
        text += f" = {node.rule.name}({', '.join(inputs)})"
    constant = ", constant" if node.constant else ""
    return f"{text}: {node.dtype}, shape {node.shape}{constant}"
