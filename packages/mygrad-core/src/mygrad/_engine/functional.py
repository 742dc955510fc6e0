"""The backward pass that leaves graphs as they are: on tensors, so that gradients have one as well, or on arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.anomalies import Flow
from mygrad._engine.backward import CLEARED, backward, no_vjp, topological_order
from mygrad._engine.exits import differentiating
from mygrad._engine.handle import ARGUMENT, Handle, new_leaf, node_of, register_saved_view
from mygrad._engine.node import NO_PARAMS, Node, new_node, next_seq
from mygrad._engine.reasons import differentiable_node
from mygrad._engine.several import PART, hand_over
from mygrad._engine.state import mode, unlifted
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._engine.zeros import Merged, Pattern, has_nan, masks, pulled_back, with_part
from mygrad._rules.rule import Rule
from mygrad.errors import InvalidBackprop

__all__ = ["Own", "check_gradients", "depends_on_others", "gradients", "has_others", "vjp_arrays", "vjp_graph"]

Array = np.ndarray[Any, Any]


def vjp_graph(output: Handle, targets: Sequence[Node], cotangent: Any = None) -> list[Any]:
    """The gradients of `output` with respect to values, as tensors; see `mygrad.functional.derivatives`.

    The rules of the derivative table are run on tensors, which is what puts the gradients into the graph. The graph of
    `output` is neither cleared nor changed.
    """
    root = differentiable_node(output)
    data = output._memory
    with differentiating(), np.errstate(all="ignore"):
        if cotangent is None:
            seed = new_leaf(np.ones(data.shape, data.dtype), True)
        elif isinstance(cotangent, Handle):
            seed = np.broadcast_to(cotangent, data.shape)  # type: ignore[call-overload]
        else:
            seed = new_leaf(np.array(np.broadcast_to(cotangent, data.shape), data.dtype), True)
        grads = _checked_pull_back(root, seed, targets)
    found = [grads[t] if t in grads else new_leaf(np.zeros(t.shape, t.dtype), True) for t in targets]
    # NumPy's arithmetic does not keep the order of bytes.
    return [g if g.dtype == t.dtype else g.astype(t.dtype) for g, t in zip(found, targets, strict=True)]


def vjp_arrays(output: Handle, targets: Sequence[Node], cotangent: Any = None) -> list[Array]:
    """The same as plain arrays: for whoever does not differentiate them.

    They may share memory with the cotangent, and with values of the graph.
    """
    root = differentiable_node(output)
    seed = np.ones((), root.dtype) if cotangent is None else np.asarray(cotangent, root.dtype)
    with np.errstate(all="ignore"):
        grads = unlifted(_checked_pull_back)(root, np.broadcast_to(seed, root.shape), targets, plain=True)
    found = [grads[t] if t in grads else np.zeros(t.shape, t.dtype) for t in targets]
    return [g if g.dtype == t.dtype else g.astype(t.dtype) for g, t in zip(found, targets, strict=True)]


def gradients(output: Handle, order: list[Node], targets: Sequence[Node]) -> list[Array]:
    """The gradients of `output` with respect to arguments, as arrays of our own. It clears the graph.

    Parameters
    ----------
    output : Handle
    order : list[Node]
        The topological order of what `output` depends on.
    targets : Sequence[Node]
    """
    if not output._constant:
        root = order[-1]
        one = np.asarray(1, root.dtype)
        seed = np.broadcast_to(one, root.shape) if root.shape else one
        if mode.get().watched:
            check_gradients(root, seed)
        _backward(root, seed, False, order)
    return [_own_gradient(t) for t in targets]


_backward = unlifted(backward)


def _own_gradient(node: Node) -> Array:
    g = node.grad
    if g is None:
        return np.zeros(node.shape, node.dtype)
    if g.dtype != node.dtype:
        return g.astype(node.dtype)
    return g if node.owns_grad else g.copy("K")


class Own:
    """What was made for one differentiation alone: by which others' variables are told from its own.

    Parameters
    ----------
    leaves : Set[Node]
        Its arguments.
    since : int
        The number of a node that was made before the function was evaluated.
    """

    __slots__ = ("leaves", "since")

    def __init__(self, leaves: Set[Node], since: int) -> None:
        self.leaves = leaves
        self.since = since

    def __contains__(self, leaf: Node) -> bool:
        # A variable that was first used by the function, and that is gone, nobody can differentiate with respect to.
        if leaf in self.leaves:
            return True
        owner = leaf.owner
        return leaf.seq > self.since and (owner is None or (type(owner) is ref and owner() is None))


def has_others(order: list[Node], own: Own) -> bool:
    """Whether there are others' variables in a graph, given in topological order."""
    # What has no parents is a leaf, or an array that lift has made a tensor.
    leaves = [node for node in order if not node.parents and not node.constant]
    return any(node not in own for node in leaves)


def depends_on_others(output: Handle, own: Own) -> bool:
    """Whether `output` is differentiable with respect to others' variables."""
    nodes = [node_of(output)]
    seen = set(nodes)
    for node in nodes:  # which grows meanwhile
        if node.constant:
            continue
        if node.rule is None or node.rule is ARGUMENT:
            if node not in own:
                return True
            continue
        new = {p for p in node.parents or () if type(p) is Node} - seen
        seen |= new
        nodes += new
    return False


def _checked_pull_back(root: Node, seed: Any, targets: Iterable[Node], plain: bool = False) -> dict[Node, Any]:
    """The same as `_pull_back`. Where anomalies are looked for, the gradients of `targets` must be finite."""
    if not mode.get().watched:
        return _pull_back(root, seed, plain)
    flow = Flow(seed)
    grads = _pull_back(root, seed, plain, flow=flow)
    flow.check(targets, grads)
    return grads


def check_gradients(root: Node, seed: Array) -> None:
    """Raise AnomalyError if a gradient that a backward pass would bring to a variable is not finite."""
    leaves = [node for node in topological_order(root) if not node.parents and not node.constant]
    with np.errstate(all="ignore"):
        unlifted(_checked_pull_back)(root, seed, leaves, plain=True)


def _pull_back(
    root: Node,
    seed: Any,
    plain: bool = False,
    since: int = -1,
    pattern: Pattern | None = None,
    flow: Flow | None = None,
) -> dict[Node, Any]:
    """The gradient of `root` with respect to every node that it depends on: a tensor, or a plain array.

    Parameters
    ----------
    root : Node
    seed : Tensor | ndarray
        The gradient with respect to it.
    plain : bool
        Whether gradients are arrays.
    since : int
        Nothing is pulled back through nodes that were made before the one with this number.
    pattern : Pattern, optional
        That of the seed, if it has structural zeros.
    flow : Flow, optional
        Is told who contributes what to which gradient.
    """
    grads: dict[Node, Any] = {} if root.constant else {root: seed}
    patterns: dict[Node, Pattern] = {} if pattern is None else {root: pattern}
    if pattern is None and (plain or seed.constant) and not _array(seed).all():
        patterns[root] = Pattern(_array(seed) == 0)
    for node in reversed(topological_order(root) if since < 0 else _made_since(since, root)):
        g = grads.get(node)
        if g is None or node.constant or not node.parents:
            if g is not None and node.cleared:
                raise InvalidBackprop(CLEARED)
            continue
        rule = node.rule
        parents = node.parents
        assert rule is not None
        if rule is PART:
            whole, position = parents
            if flow is not None:
                flow.add(node, whole, g)
            hand_over(grads.setdefault(whole, [None] * len(whole.data.values)), position, g)
            continue
        if not rule.vjps:
            found = rule.vjp_all(node, g, False) if plain else _by_composition(node, g, patterns)  # type: ignore[misc]
            for p, r in zip(parents, found, strict=True):
                if r is not None and not p.constant:
                    if flow is not None:
                        flow.add(node, p, r)
                    grads[p] = r if p not in grads else grads[p] + r
            continue
        value, zeroed = (_plain_value, _plain_with_zeros) if plain else (_value, _with_zeros)
        if rule.several:
            out = node.data.arrays() if plain else node.data.tensors(node)  # type: ignore[union-attr]
        else:
            out = value(node)
        args = [value(p) if type(p) is Node else p for p in parents]
        above = patterns.get(node)
        for i, p in enumerate(parents):
            if type(p) is not Node or p.constant:
                continue
            vjp = rule.vjp(i)
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            r = _pulled(vjp(g, out, *args, **node.params), plain)
            if above is not None and rule.singular and not rule.elementwise and has_nan(_array(r)):
                out_, args_ = with_part(node, above, out, args)
                r = _pulled(vjp(g, out_, *args_, **node.params), plain)
            pattern = pulled_back(node, above, i) if above is not None or masks(node) else None
            if above is not None and rule.elementwise:
                r = zeroed(r, g, node, above)
            r = _pulled(unbroadcast(r, p.shape), plain)
            if pattern is not None and not rule.elementwise:
                r = zeroed(r, g, node, pattern)
            if r.dtype != p.dtype:
                r = r.astype(p.dtype)
            before = patterns.pop(p, None)
            if pattern is not None and (before is not None or p not in grads):
                patterns[p] = pattern if before is None else Merged(before, pattern)
            if flow is not None:
                flow.add(node, p, r)
            grads[p] = r if p not in grads else _pulled(grads[p] + r, plain)
    return grads


def _by_composition(node: Node, g: Any, patterns: dict[Node, Pattern]) -> list[Any]:
    """The gradients of the parents of an operation, as tensors: through the functions that it is composed of."""
    rule: Any = node.rule
    parents: Any = node.parents
    since = next_seq()
    y = rule.composition(node, list(map(_value, parents)))
    grads = _pull_back(node_of(y), g, since=since, pattern=patterns.get(node))
    return [grads.pop(p, None) for p in parents]  # once each: a parent may be there twice, and this is for both


def _made_since(since: int, root: Node) -> list[Node]:
    """What `root` depends on, and `root`, in topological order, as far as it was made since then."""
    order = [root]
    seen = {root}
    for node in order:  # which grows meanwhile
        new = {p for p in node.parents or () if type(p) is Node and p.seq > since} - seen
        seen |= new
        order += new
    return sorted(order, key=lambda node: node.seq)


def _pulled(r: Any, plain: bool) -> Any:
    """What a vjp returned, as a tensor, or as an array: not as a number."""
    if plain:
        return np.asarray(r)
    return r if isinstance(r, Handle) else new_leaf(np.asarray(r), True)


def _array(r: Any) -> Array:
    return r._memory if isinstance(r, Handle) else r


def _with_zeros(r: Any, g: Any, node: Node, pattern: Pattern) -> Any:
    """`r`, which `node` made of `g`, as something that is zero for good where the pattern says so.

    It is zero for those who differentiate it, too: though it be computed from values of the graph, there it does not
    depend on them. That is said by a node which costs little, unless somebody goes back through it.
    """
    rule: Any = node.rule
    if rule.singular and has_nan(r._memory):
        return _plain_with_zeros(r, g, node, pattern)
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


def _plain_with_zeros(r: Any, _g: Any, node: Node, pattern: Pattern) -> Any:
    """The same for those who do not differentiate it."""
    if not node.rule.singular or not has_nan(_array(r)):  # type: ignore[union-attr]
        return r
    zeros = pattern.zeros()
    return r if zeros is None else np.where(zeros, 0, r)


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


def _plain_value(node: Node) -> Any:
    """The same for vjps that are computed with arrays."""
    return node if node.data is None else node.data
