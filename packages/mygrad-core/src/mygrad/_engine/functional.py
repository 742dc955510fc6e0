"""The backward pass on tensors: gradients that are themselves part of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygrad._engine.backward import CLEARED, no_vjp, topological_order
from mygrad._engine.exits import differentiating
from mygrad._engine.handle import Handle, new_leaf, node_of, register_saved_view
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.reasons import differentiable_node
from mygrad._engine.several import PART, hand_over
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._engine.zeros import Merged, Pattern, has_nan, masks, pulled_back, with_part
from mygrad._rules.rule import Rule
from mygrad.errors import InvalidBackprop

__all__ = ["vjp_graph"]


def vjp_graph(output: Handle, targets: Sequence[Node], cotangent: Any = None) -> list[Any]:
    """The gradients of `output` with respect to values, as tensors; see `mygrad.functional.derivatives`.

    The rules of the derivative table are run on tensors, which is what puts the gradients into the graph. The graph of
    `output` is neither cleared nor changed.
    """
    root = differentiable_node(output)
    data = output._memory
    if cotangent is None:
        seed = new_leaf(np.ones(data.shape, data.dtype), True)
    elif isinstance(cotangent, Handle):
        seed = np.broadcast_to(cotangent, data.shape)  # type: ignore[call-overload]
    else:
        seed = new_leaf(np.array(np.broadcast_to(cotangent, data.shape), data.dtype), True)
    with differentiating(), np.errstate(all="ignore"):
        grads = _pull_back(root, seed)
    found = [grads[t] if t in grads else new_leaf(np.zeros(t.shape, t.dtype), True) for t in targets]
    # NumPy's arithmetic does not keep the order of bytes.
    return [g if g.dtype == t.dtype else g.astype(t.dtype) for g, t in zip(found, targets, strict=True)]


def _pull_back(root: Node, seed: Any) -> dict[Node, Any]:
    """The gradient of `root` with respect to every node that it depends on."""
    grads: dict[Node, Any] = {} if root.constant else {root: seed}
    patterns: dict[Node, Pattern] = {}
    if seed.constant and not seed._memory.all():
        patterns[root] = Pattern(seed._memory == 0)
    for node in reversed(topological_order(root)):
        g = grads.get(node)
        if g is None or node.constant or node.rule is None:
            if g is not None and node.cleared:
                raise InvalidBackprop(CLEARED)
            continue
        rule = node.rule
        parents = node.parents
        assert parents is not None
        if rule is PART:
            whole, position = parents
            hand_over(grads.setdefault(whole, [None] * len(whole.data.values)), position, g)
            continue
        if parents and not rule.vjps:
            raise InvalidBackprop(
                f"the operation {rule.name} computes its gradients with plain arrays, so that they cannot be "
                f"differentiated again. Write it with functions that mygrad differentiates, or with a rule of its own."
            )
        out = node.data.tensors(node) if rule.several else _value(node)  # type: ignore[union-attr]
        args = [_value(p) if type(p) is Node else p for p in parents]
        above = patterns.get(node)
        for i, p in enumerate(parents):
            if type(p) is not Node or p.constant:
                continue
            vjp = rule.vjp(i)
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            r = _pulled(vjp(g, out, *args, **node.params))
            if above is not None and rule.singular and not rule.elementwise and has_nan(r._memory):
                out_, args_ = with_part(node, above, out, args)
                r = _pulled(vjp(g, out_, *args_, **node.params))
            pattern = pulled_back(node, above, i) if above is not None or masks(node) else None
            if above is not None and rule.elementwise:
                r = _with_zeros(r, g, node, above)
            r = unbroadcast(r, p.shape)
            if pattern is not None and not rule.elementwise:
                r = _with_zeros(r, g, node, pattern)
            if r.dtype != p.dtype:
                r = r.astype(p.dtype)
            before = patterns.pop(p, None)
            if pattern is not None and (before is not None or p not in grads):
                patterns[p] = pattern if before is None else Merged(before, pattern)
            grads[p] = r if p not in grads else grads[p] + r
    return grads


def _pulled(r: Any) -> Any:
    """What a vjp returned, as a tensor."""
    return r if isinstance(r, Handle) else new_leaf(np.asarray(r), True)


def _with_zeros(r: Any, g: Any, node: Node, pattern: Pattern) -> Any:
    """`r`, which `node` made of `g`, as something that is zero for good where the pattern says so.

    It is zero for those who differentiate it, too: though it be computed from values of the graph, there it does not
    depend on them. That is said by a node which costs little, unless somebody goes back through it.
    """
    rule: Any = node.rule
    if rule.singular and has_nan(r._memory):
        zeros = pattern.zeros()
        return r if zeros is None else np.where(zeros, 0, r)
    if not rule.reads_out and not (rule.reads and any(map(_is_read, node.parents))):  # type: ignore[arg-type]
        return r
    made = node_of(r)
    zeroed = new_node(_ZEROS, (made, pattern), NO_PARAMS, r.shape, r.dtype, r._constant)
    if r is g or r._view is not None:
        return new_leaf(r._memory.copy(), r._constant, zeroed)
    t = new_leaf(r._memory, r._constant, zeroed)
    if made.data is not None:  # of which whoever writes to `t` has to know
        register_saved_view(t, made)
    return t


def _is_read(p: Any) -> bool:
    return type(p) is Node and not p.constant and p.data is not None


def _through_zeros(g: Any, _y: Any, _x: Any, pattern: Pattern) -> Any:
    zeros = pattern.zeros()
    return g if zeros is None else np.where(zeros, 0, g)


#: Of what has structural zeros: the identity, save that nothing flows back through those.
_ZEROS = Rule(np.positive, (_through_zeros,), name="zeros", masks=True)


def _value(node: Node) -> Any:
    """A tensor that is the value of `node`, if the node kept it; else the node, which has its shape and dtype."""
    return node if node.data is None else new_leaf(node.data, node.constant, node)
