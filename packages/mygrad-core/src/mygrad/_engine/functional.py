"""The backward pass on tensors: gradients that are themselves part of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygrad._engine.backward import CLEARED, no_vjp, topological_order, without_nan
from mygrad._engine.handle import Handle, new_leaf, node_of
from mygrad._engine.node import Node
from mygrad._engine.state import tracking
from mygrad._engine.unbroadcast import unbroadcast
from mygrad.errors import InvalidBackprop

__all__ = ["vjp_graph"]


def vjp_graph(output: Handle, targets: Sequence[Node], cotangent: Any = None) -> list[Any]:
    """The gradients of `output` with respect to values, as tensors; see `mygrad.functional.derivatives`.

    The rows of the derivative table are run on tensors, which is what puts the gradients into the graph. The graph of
    `output` is neither cleared nor changed.
    """
    root = node_of(output)
    data = output._memory
    if cotangent is None:
        seed = new_leaf(np.ones(data.shape, data.dtype), True)
    elif isinstance(cotangent, Handle):
        seed = np.broadcast_to(cotangent, data.shape)  # type: ignore[call-overload]
    else:
        seed = new_leaf(np.array(np.broadcast_to(cotangent, data.shape), data.dtype), True)
    token = tracking.set(True)
    try:
        with np.errstate(all="ignore"):
            grads = _pull_back(root, seed)
    finally:
        tracking.reset(token)
    return [grads[t] if t in grads else new_leaf(np.zeros(t.shape, t.dtype), True) for t in targets]


def _pull_back(root: Node, seed: Any) -> dict[Node, Any]:
    """The gradient of `root` with respect to every node that it depends on."""
    grads: dict[Node, Any] = {} if root.constant else {root: seed}
    for node in reversed(topological_order(root)):
        g = grads.get(node)
        if g is None or node.constant or node.rule is None:
            if g is not None and node.cleared:
                raise InvalidBackprop(CLEARED)
            continue
        rule = node.rule
        parents = node.parents
        assert parents is not None
        if not rule.vjps:
            raise InvalidBackprop(
                f"the operation {rule.name} computes its gradients with plain arrays, so that they cannot be "
                f"differentiated again. Write it with functions that mygrad differentiates, or with a rule of its own."
            )
        out = _value(node)
        args = [_value(p) if type(p) is Node else p for p in parents]
        for i, p in enumerate(parents):
            if type(p) is not Node or p.constant:
                continue
            vjp = rule.vjp(i)
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            r = vjp(g, out, *args, **node.params)
            if not isinstance(r, Handle):
                r = new_leaf(np.asarray(r), True)
            r = without_nan(r, g, rule)
            r = unbroadcast(r, p.shape)
            if r.dtype != p.dtype:
                r = r.astype(p.dtype)
            grads[p] = r if p not in grads else grads[p] + r
    return grads


def _value(node: Node) -> Any:
    """A tensor that is the value of `node`, if the node kept it; else the node, which has its shape and dtype."""
    return node if node.data is None else new_leaf(node.data, node.constant, node)
