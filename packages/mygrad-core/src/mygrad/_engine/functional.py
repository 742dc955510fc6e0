"""The backward pass that leaves graphs as they are: on tensors, so that gradients have one as well, or on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from operator import attrgetter
from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.anomalies import Flow
from mygrad._engine.apply import apply
from mygrad._engine.backward import CLEARED, backward, no_vjp, topological_order
from mygrad._engine.exits import differentiating
from mygrad._engine.handle import ARGUMENT, PAST_ARGUMENT, Handle, new_leaf, node_of, register_saved_view
from mygrad._engine.node import NO_PARAMS, Node, new_node, next_seq
from mygrad._engine.several import PART, hand_over
from mygrad._engine.state import mode, unlifted
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._engine.zeros import Merged, Pattern, has_nan, has_zero, masks, pulled_back, with_part, zeroed
from mygrad._rules.complexes import as_shown, conj, is_complex
from mygrad._rules.recorded import RECORDED, as_any_array, copy_of, recorded_array
from mygrad._rules.rule import Rule
from mygrad.errors import InvalidBackprop

__all__ = [
    "Own",
    "Step",
    "check_gradients",
    "depends_on_others",
    "gradients",
    "has_others",
    "order_of",
    "order_since",
    "own_gradient",
    "paths",
    "vjp_arrays",
    "vjp_graph",
]

Array = np.ndarray[Any, Any]
#: A node, and the positions of its parents that it is differentiated by.
Step = tuple[Node, list[int]]
_FLOAT64 = np.dtype(np.float64)


def order_of(roots: Sequence[Node]) -> list[Node]:
    """Everything that these nodes depend on, and they themselves, parents before children."""
    if len(roots) == 1:
        return topological_order(roots[0])
    together = new_node(None, tuple(roots), NO_PARAMS, (), roots[0].dtype if roots else _FLOAT64, False)
    return topological_order(together)[:-1]


def order_since(roots: Sequence[Node], since: int) -> list[Node]:
    """The part of `order_of` that was made after the node of number `since`."""
    order = list(dict.fromkeys(root for root in roots if root.seq > since))
    seen = set(order)
    for node in order:  # which grows meanwhile
        new = {p for p in node.parents or () if type(p) is Node and p.seq > since} - seen
        seen |= new
        order += new
    order.sort(key=attrgetter("seq"))
    return order


def paths(order: list[Node], variables: Sequence[Node]) -> list[Step]:
    """The nodes that are computed from variables, in order, each with the positions of those parents that are, too."""
    reached = {node for node in variables if not node.constant}
    steps = []
    for node in order:
        if node.cleared and not node.constant:
            raise InvalidBackprop(CLEARED)
        if not node.constant and node.parents:
            positions = [i for i, p in enumerate(node.parents) if type(p) is Node and p in reached]
            if positions:
                reached.add(node)
                steps.append((node, positions))
    return steps


def vjp_graph(
    roots: Sequence[Node],
    targets: Sequence[Node],
    cotangents: Sequence[Any],
    steps: list[Step] | None = None,
    shown: bool = False,
) -> list[Any]:
    """The gradients of values with respect to others, as tensors; see `mygrad.functional.derivatives`.

    The rules of the derivative table are run on tensors, which is what puts the gradients into the graph. The graph of
    the roots is neither cleared nor changed.

    Parameters
    ----------
    roots, targets : Sequence[Node]
    cotangents : Sequence
        For each root, what weighs it; it broadcasts to its shape. None leaves it out.
    steps : list[Step], optional
        The `paths` from the targets to the roots, if they are known.
    shown : bool
        Whether cotangents and gradients of complex numbers are those that users see, see `mygrad._rules.complexes`.
    """
    if steps is None:
        steps = paths(order_of(roots), targets)
    with differentiating(), np.errstate(all="ignore"), _present(targets):
        grads = _checked_pull_back(steps, _seeds(roots, cotangents, _as_seed, shown), set(targets))
        found = [grads[t] if t in grads else new_leaf(np.zeros(t.shape, t.dtype), True) for t in targets]
        if shown:
            found = list(map(conj, found))
        if len({id(g) for g in found}) < len(found):  # those of a + b, say: what is written to one is not the other's
            found = [apply(np.copy, g) if any(g is other for other in found[:i]) else g for i, g in enumerate(found)]
    # NumPy's arithmetic does not keep the order of bytes.
    return [g if g.dtype == t.dtype else g.astype(t.dtype) for g, t in zip(found, targets, strict=True)]


@contextmanager
def _present(targets: Sequence[Node]) -> Iterator[None]:
    """Past arguments are arguments again, for what a rule differentiates while it is differentiated itself."""
    past = [node for node in targets if node.rule is PAST_ARGUMENT]
    for node in past:
        node.rule = ARGUMENT
    try:
        yield
    finally:
        for node in past:
            node.rule = PAST_ARGUMENT


def vjp_arrays(
    roots: Sequence[Node],
    targets: Sequence[Node],
    cotangents: Sequence[Any],
    steps: list[Step] | None = None,
    shown: bool = False,
) -> list[Array]:
    """The same as plain arrays, for callers that do not differentiate them.

    They may share memory with the cotangents, and with values of the graph.
    """
    if steps is None:
        steps = paths(order_of(roots), targets)
    with np.errstate(all="ignore"):
        seeds = _seeds(roots, cotangents, _as_plain_seed, shown)
        grads = unlifted(_checked_pull_back)(steps, seeds, set(targets), plain=True)
    found = [grads[t] if t in grads else np.zeros(t.shape, t.dtype) for t in targets]
    if shown:
        found = [as_shown(g) if is_complex(g) else g for g in found]
    return [g if g.dtype == t.dtype else g.astype(t.dtype) for g, t in zip(found, targets, strict=True)]


def _seeds(
    roots: Sequence[Node], cotangents: Sequence[Any], of: Callable[[Any, Node], Any], shown: bool
) -> dict[Node, Any]:
    """The gradients to begin with."""
    seeds: dict[Node, Any] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        if cotangent is not None and not root.constant:
            seed = of(cotangent, root)
            if shown:
                seed = conj(seed)
            seeds[root] = seeds[root] + seed if root in seeds else seed
    return seeds


def _as_seed(cotangent: Any, root: Node) -> Any:
    if isinstance(cotangent, Handle):
        seed = _spread(cotangent, root)
        return seed.astype(root.dtype) if is_complex(root) and not is_complex(seed) else seed
    return new_leaf(copy_of(_spread(cotangent, root), root.dtype), True)


def _as_plain_seed(cotangent: Any, root: Node) -> Any:
    return _spread(as_any_array(cotangent, root.dtype), root)


def _spread(cotangent: Any, root: Node) -> Any:
    try:
        return np.broadcast_to(cotangent, root.shape)
    except ValueError:
        raise ValueError(
            f"a cotangent of shape {np.shape(cotangent)} does not broadcast to the shape {root.shape} of the result"
        ) from None


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
        one = recorded_array(1, root.dtype, True, 0) if RECORDED else np.asarray(1, root.dtype)
        seed = np.broadcast_to(one, root.shape) if root.shape else one
        if mode.get().watched:
            check_gradients(root, seed)
        _backward(root, seed, False, order)
    return [own_gradient(t) for t in targets]


_backward = unlifted(backward)


def own_gradient(node: Node) -> Array:
    """The gradient that a backward pass has left at an argument, as an array of our own."""
    g = node.grad
    if g is None:
        return np.zeros(node.shape, node.dtype)
    if g.dtype.kind == "c":
        return as_shown(g).astype(node.dtype, copy=False)
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
    others = {node for node in order if not node.parents and not node.constant} - own.leaves
    return bool(others) and any(node not in own for node in others)


def depends_on_others(root: Node, own: Own) -> bool:
    """Whether a value is differentiable with respect to others' variables."""
    nodes = [root]
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


def _checked_pull_back(
    steps: list[Step], grads: dict[Node, Any], keep: Set[Node], plain: bool = False
) -> dict[Node, Any]:
    """The same as `_pull_back`. Where anomalies are looked for, these gradients must be finite."""
    if not mode.get().watched:
        return _pull_back(steps, grads, keep, plain)
    flow = Flow(grads.values())
    grads = _pull_back(steps, grads, keep, plain, flow=flow)
    flow.check(sorted(keep, key=attrgetter("seq")), grads)
    return grads


def check_gradients(root: Node, seed: Array) -> None:
    """Raise AnomalyError if a gradient that a backward pass would bring to a variable is not finite."""
    order = topological_order(root)
    leaves = [node for node in order if not node.parents and not node.constant]
    with np.errstate(all="ignore"):
        unlifted(_checked_pull_back)(paths(order, leaves), {root: seed}, set(leaves), plain=True)


def _pull_back(
    steps: list[Step],
    grads: dict[Node, Any],
    keep: Set[Node],
    plain: bool = False,
    pattern: Pattern | None = None,
    flow: Flow | None = None,
) -> dict[Node, Any]:
    """The gradients, as tensors or plain arrays, of the nodes in `keep`, if what there are at first is in `grads`.

    Parameters
    ----------
    steps : list[Step]
        The `paths` to go back.
    grads : dict[Node, Tensor | ndarray]
        It is used up.
    keep : Set[Node]
    plain : bool
        Whether gradients are arrays.
    pattern : Pattern, optional
        Where what there is at first has structural zeros. If it is not given, all of its zeros are.
    flow : Flow, optional
        Is told who contributes what to which gradient.
    """
    patterns: dict[Node, Pattern] = {}
    for root, seed in grads.items():
        if pattern is not None:
            patterns[root] = pattern
        elif (plain or seed.constant) and has_zero(_array(seed)):
            patterns[root] = Pattern(_array(seed) == 0)
    for node, positions in reversed(steps):
        g = grads.get(node) if node in keep else grads.pop(node, None)
        if g is None:
            continue
        if node.cleared:
            raise InvalidBackprop(CLEARED)
        rule = node.rule
        parents = node.parents
        assert rule is not None
        assert parents is not None
        if rule is PART:
            whole, position = parents
            if flow is not None:
                flow.add(node, whole, g)
            hand_over(grads.setdefault(whole, [None] * len(whole.data.values)), position, g)
            continue
        if not rule.vjps:
            direct = plain or rule.several
            found = rule.vjp_all(node, g, False) if direct else _by_composition(node, g, patterns)  # type: ignore[misc]
            for i in positions:
                p, r = parents[i], found[i]
                if r is not None:
                    r = _as_of(p, r, plain)
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
        for i in positions:
            p = parents[i]
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
            r = _as_of(p, r, plain)
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
    root = node_of(rule.composition(node, list(map(_value, parents))))
    if root.constant:
        return [None] * len(parents)
    steps = paths(order_since([root], since), parents)
    grads = _pull_back(steps, {root: g}, set(parents), pattern=patterns.get(node))
    return [grads.pop(p, None) for p in parents]  # once each: a parent may be there twice, and this is for both


def _pulled(r: Any, plain: bool) -> Any:
    """What a vjp returned, as a tensor, or as an array: not as a number."""
    if plain:
        return as_any_array(r)
    return r if isinstance(r, Handle) else new_leaf(as_any_array(r), True)


def _as_of(p: Node, r: Any, plain: bool) -> Any:
    """`r` in the dtype of `p`: of complex numbers, to reals, the real part."""
    if r.dtype == p.dtype:
        return r
    if is_complex(r) and not is_complex(p):
        r = _pulled(np.real(r), plain)
    return r.astype(p.dtype)


def _array(r: Any) -> Array:
    return r._memory if isinstance(r, Handle) else r


def _with_zeros(r: Any, g: Any, node: Node, pattern: Pattern) -> Any:
    """`r`, which `node` made of `g`, as something that is zero for good where the pattern says so.

    It is zero for those who differentiate it, too: although it is computed from values of the graph, there it does not
    depend on them. That is said by a node which costs little, unless somebody goes back through it.
    """
    rule: Any = node.rule
    r = _plain_with_zeros(r, g, node, pattern)
    if not rule.reads_out and not (rule.reads and any(map(_is_read, node.parents))):  # type: ignore[arg-type]
        return r
    made = node_of(r)
    zeroed = new_node(_ZEROS, (made, pattern), NO_PARAMS, r.shape, r.dtype, r._constant)
    if r is g or r._view is not None:
        return new_leaf(r._memory.copy(), r._constant, zeroed)
    t = new_leaf(r._memory, r._constant, zeroed)
    if made.data is not None:  # of which a write to `t` has to know
        register_saved_view(t, made)
    return t


def _plain_with_zeros(r: Any, _g: Any, node: Node, pattern: Pattern) -> Any:
    """The same for those who do not differentiate it."""
    if not node.rule.singular or not has_nan(_array(r)):  # type: ignore[union-attr]
        return r
    zeros = pattern.zeros()
    return r if zeros is None else zeroed(r, zeros)


def _is_read(p: Any) -> bool:
    return type(p) is Node and not p.constant and p.data is not None


def _through_zeros(g: Any, _y: Any, _x: Any, pattern: Pattern) -> Any:
    zeros = pattern.zeros()
    return g if zeros is None else np.where(zeros, 0, g)


#: Of what has structural zeros: the identity, except that nothing flows back through those.
_ZEROS = Rule(np.positive, (_through_zeros,), name="zeros", masks=True)


def _value(node: Node) -> Any:
    """A tensor that is the value of `node`, if the node kept it; else the node, which has its shape and dtype."""
    return node if node.data is None else new_leaf(node.data, node.constant, node)


def _plain_value(node: Node) -> Any:
    """The same for vjps that are computed with arrays."""
    return node if node.data is None else node.data
