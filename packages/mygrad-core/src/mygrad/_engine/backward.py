"""The backward pass: nodes -> topological order -> vector-Jacobian products, in reverse."""

from __future__ import annotations

import os
from _thread import RLock
from _thread import _count as other_threads
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.floating_point import quiet
from mygrad._engine.guard import forget
from mygrad._engine.node import NO_PARAMS, Node
from mygrad._engine.several import pull_back_whole
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._engine.zeros import Merged, Pattern, has_zero, lowest_singular, pulled_back, without_nan
from mygrad._rules.broadcasting import is_number, times
from mygrad._rules.complexes import as_shown
from mygrad._rules.recorded import as_any_array
from mygrad.errors import InvalidBackprop

if TYPE_CHECKING:
    from mygrad._rules import Rule

__all__ = ["CLEARED", "backward", "clear", "like", "no_vjp", "topological_order"]

Array = np.ndarray[Any, Any]
_ndarray = np.ndarray
_FLOAT64 = np.dtype(np.float64)
_by_seq = attrgetter("seq")
_next_visit = count(1).__next__

CLEARED = (
    "Part of this computational graph was cleared by an earlier backward pass (or by `clear_graph`), so gradients "
    "cannot go back through it. Repeat the computation from its inputs, and call `backward` once, on the sum of the "
    "results whose derivatives you want."
)


def topological_order(root: Node) -> list[Node]:
    """Every node that `root` depends on, and `root`, parents before children.

    Raises
    ------
    InvalidBackprop
        If part of the graph was cleared. What is left of it is cleared then, too.
    """
    # A mark on the node is cheaper than a set of nodes. (Threads may overwrite each other's marks on leaves they
    # share, which then are listed twice. That does no harm: the second time there is no gradient to deliver.)
    visit = _next_visit()
    root.visit = visit
    order = [root]
    cleared = False
    for node in order:  # which grows meanwhile
        parents = node.parents
        if parents is None:
            cleared = cleared or not node.constant
            continue
        for p in parents:
            if type(p) is Node and p.visit != visit:
                p.visit = visit
                order.append(p)
    if cleared:
        for node in order:
            _let_go(node)
        raise InvalidBackprop(CLEARED)
    order.sort(key=_by_seq)
    return order


def clear(root: Node) -> None:
    """Clear every node that `root` depends on, and `root`."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.rule is not None and node.parents is not None:
            stack += [p for p in node.parents if type(p) is Node]
            _let_go(node)


def _let_go(node: Node) -> None:
    """Clear a node that is done with, unless other graphs may go through it."""
    if not node.shared:
        node.clear()


def backward(root: Node, seed: Array, given: bool = False, order: list[Node] | None = None) -> None:
    """Compute the derivative with respect to every node that `root` depends on, and clear the graph.

    Each node is let go of as soon as it is done, so that memory peaks where it must: at the values that were kept for
    the vjps and the few gradients under way.

    Parameters
    ----------
    root : Node
    seed : ndarray
        The gradient with respect to `root`, of its shape and dtype: of complex numbers, the conjugate of that which
        users see. It is only read.
    given : bool
        Whether the seed is the user's, and so may have zeros.
    order : list[Node], optional
        The topological order, if that is known. It is used up.

    Raises
    ------
    InvalidBackprop
        If part of the graph was cleared before.
    """
    if order is None:
        order = topological_order(root)
    sums = _Sums(root, seed)
    if given and root.rule is not None and has_zero(seed):
        sums.patterns[root] = Pattern(seed == 0)
    _run(order, sums)


@quiet
def _run(order: list[Node], sums: _Sums) -> None:
    node = order[-1]
    patterns = sums.patterns
    matters, lowest = True, -1  # whether patterns do, and until which node: that is not known yet
    above: Pattern | None = None
    below: dict[Node, Pattern] | None = None
    try:
        while order:
            node = order.pop()
            rule = node.rule
            if rule is None:
                sums.deliver(node)
                continue
            g = sums.leaves.pop(node, None) if node.shared else node.grad
            if g is not None:
                params = node.params
                plain = rule.simple and not params and len(node.parents) < 3  # type: ignore[arg-type]
                if plain and not patterns:  # the usual case
                    _pull_back_plain(node, g, sums, None)
                elif not matters:
                    if rule.special:
                        _pull_back_special(node, g, sums)
                    else:
                        _pull_back(node, g, sums, None)
                else:
                    above = patterns.pop(node, None) if patterns else None
                    if above is not None or rule.masks or "where" in params:
                        if lowest < 0:
                            lowest = lowest_singular(order)
                        matters = lowest < len(order)
                        if matters:
                            below = sums.patterns_below(node, above)
                        else:
                            patterns.clear()
                    if rule.special and above is None:
                        _pull_back_special(node, g, sums)
                    else:
                        (_pull_back_plain if plain else _pull_back)(node, g, sums, above)
                    if below:
                        sums.note(below)
                    above = below = None
            if not node.shared:  # `_let_go`, and `Node.clear` in it: calls took 1 to 7 % of a small pass
                node.rule = node.parents = node.lock = node.held = None
                if not node.constant:
                    node.data = None
                node.params = NO_PARAMS
    except BaseException as failure:
        if node.rule is not None:
            failure.add_note(f"raised while back-propagating through the operation {node.rule.name}")
        for unfinished in (node, *order):
            if not unfinished.shared:
                unfinished.clear()
                unfinished.grad = None
        order.clear()
        forget(failure)
        above = below = None  # for the same reason
        del node, order, sums, patterns, unfinished
        raise


class _Sums:
    """The gradients that have been summed up so far in a backward pass.

    That of a node is its `grad`; and `owns_grad` says whether nothing else refers to that buffer, so that one may add
    to it in place. But a leaf or a view may be a part of several graphs at once, in several threads: there, both are
    kept apart.
    """

    __slots__ = ("borrowed", "leaves", "patterns")

    def __init__(self, root: Node, seed: Array) -> None:
        self.leaves: dict[Node, Array] = {}
        #: Those of them whose gradient is a buffer that is not ours to write to.
        self.borrowed: set[Node] = set()
        if root.shared:
            self.leaves[root] = seed
            self.borrowed.add(root)
        else:
            root.grad, root.owns_grad = seed, False
        #: The patterns of the gradients that may have structural zeros, as long as these may matter.
        self.patterns: dict[Node, Pattern] = {}

    def add(self, p: Node, r: Any, g: Array | None) -> None:
        """Add `r`, which a vjp returned, to the gradient of `p`.

        The vjp may have returned `g`, which it was given, or a view of it. Such a buffer is not ours to write to.
        """
        if type(r) is not _ndarray or r.dtype is not p.dtype or r.shape != p.shape:
            r = fitted(r, p)
        if not p.shared:
            have = p.grad
            if have is None:
                p.grad = r
                p.owns_grad = r is not g and r.base is None
                return
            if self.patterns:  # until somebody says what comes in now
                self.patterns.pop(p, None)
            if p.owns_grad:
                have += r
                p.grad = have
            else:
                p.grad = as_any_array(have + r)
                p.owns_grad = True
            return
        leaves = self.leaves
        have = leaves.get(p)
        if have is None:
            leaves[p] = r
            if r is g or r.base is not None:
                self.borrowed.add(p)
            return
        if self.patterns:
            self.patterns.pop(p, None)
        if p in self.borrowed:
            leaves[p] = as_any_array(have + r)
            self.borrowed.remove(p)
        else:
            have += r
            leaves[p] = have

    def has_gradient(self, p: Node) -> bool:
        return p in self.leaves if p.shared else p.grad is not None

    def patterns_below(self, node: Node, above: Pattern | None) -> dict[Node, Pattern]:
        """The patterns of the gradients that `node`, whose own has the pattern `above`, is about to add to."""
        below: dict[Node, Pattern] = {}
        rule: Any = node.rule
        vjps = rule.vjps
        position = -1
        for p in node.parents:  # type: ignore[union-attr]
            position += 1
            if type(p) is not Node or not p.parents or p.constant:
                continue
            if not rule.variadic and (position >= len(vjps) or vjps[position] is None):
                continue
            before = below.get(p) or self.patterns.get(p)
            if before is not None:
                below[p] = Merged(before, pulled_back(node, above, position))
            elif not self.has_gradient(p):  # else what was added before has no structural zeros
                below[p] = pulled_back(node, above, position)
        return below

    def note(self, below: dict[Node, Pattern]) -> None:
        """Note these patterns, as far as there are gradients now: a rule may have had none to give."""
        for p, pattern in below.items():
            if self.has_gradient(p):
                self.patterns[p] = pattern

    def buffer(self, p: Node) -> Array | None:
        """The gradient of `p` so far, if there is one, to be added to in place."""
        if not p.shared:
            if p.grad is not None:
                if self.patterns:
                    self.patterns.pop(p, None)
                if not p.owns_grad:
                    p.grad, p.owns_grad = p.grad.copy("K"), True
            return p.grad
        have = self.leaves.get(p)
        if have is not None and self.patterns:
            self.patterns.pop(p, None)
        if have is not None and p in self.borrowed:
            have = self.leaves[p] = have.copy("K")
            self.borrowed.remove(p)
        return have

    def deliver(self, leaf: Node) -> None:
        """Hand its gradient to the tensor of the leaf, if that is still there."""
        g = self.leaves.pop(leaf, None)
        t = leaf.owner() if leaf.owner is not None else None  # type: ignore[operator]
        if g is None or t is None or leaf.constant:
            return
        if other_threads():  # else asking for the lock would take 5 % of a small pass
            with _delivering:
                _give(t, g, leaf in self.borrowed)
        else:
            _give(t, g, leaf in self.borrowed)


_delivering = RLock()
if hasattr(os, "register_at_fork"):  # else a child might wait for ever for a thread that it does not have
    os.register_at_fork(
        before=_delivering.acquire, after_in_parent=_delivering.release, after_in_child=_delivering.release
    )


def _give(t: Any, g: Array, borrowed: bool) -> None:
    """Add `g` to the gradient of a tensor. Between the reading and the writing, no other thread may do so."""
    data = t._memory
    if data.dtype is not _FLOAT64 and data.dtype.kind == "c":
        g, borrowed = as_shown(g, not borrowed), False
    if g.shape != data.shape:  # two threads made a leaf each of a tensor that was reshaped in place since
        g, borrowed = g.reshape(data.shape), True
    if t._grad is not None:  # by another graph that had the same leaf
        t._grad = like(as_any_array(t._grad + g), data, copy=False)
    elif borrowed or g.ndim > 1 or g.dtype is not data.dtype:
        t._grad = like(g, data, copy=borrowed)
    else:
        t._grad = g


def like(g: Array, data: Array, copy: bool) -> Array:
    """`g` in the memory order of `data`, so that whatever can view `data` can view the gradient as well.

    Its dtype is that of `data`, too, with its order of bytes, which NumPy's arithmetic does not keep.
    """
    if g.dtype is not data.dtype and g.dtype != data.dtype:
        g, copy = g.astype(data.dtype), False
    if g.ndim > 1 and g.strides != data.strides:
        ordered = np.empty_like(data, dtype=g.dtype)
        if ordered.strides != g.strides:
            ordered[...] = g
            return ordered
    return g.copy("K") if copy or g.base is not None else g


def _pull_back_plain(node: Node, g: Any, sums: _Sums, above: Pattern | None) -> None:
    """`_pull_back` for the usual case: one or two operands, and a rule without more to it.

    Its loops took half of the time for arrays of a few elements.
    """
    rule: Any = node.rule
    out = node if node.data is None else node.data
    parents: Any = node.parents
    if len(parents) == 1:
        (a,) = parents
        if type(a) is Node and not a.constant:
            r = rule.vjps[0](g, out, a if a.data is None else a.data)
            if above is not None:
                r = without_nan(r, g, node, 0, above)
            sums.add(a, r, g)
        return
    a, b = parents
    if rule.dense and 0 in g.strides:
        g = g.copy("C")
    # A rule that reads no values takes the nodes themselves: all they are asked for is shapes.
    x, y = a, b
    if rule.reads:
        if type(a) is Node and a.data is not None:
            x = a.data
        if type(b) is Node and b.data is not None:
            y = b.data
    if type(a) is Node and not a.constant:
        twice = a is b and rule.symmetric  # as in x * x: one vjp for both
        doubled = times(g, 2) if twice and is_number(g) else g
        r = rule.vjps[0](doubled, out, x, y)
        if above is not None:
            r = without_nan(r, doubled, node, 0, above)
        if twice:
            b = None
            if doubled is g:
                r += r
        sums.add(a, r, g)
        r = None  # or it would stay until the next vjp is computed: a buffer more at the peak
    if type(b) is Node and not b.constant and len(rule.vjps) == 2:
        r = rule.vjps[1](g, out, x, y)
        if above is not None:
            r = without_nan(r, g, node, 1, above)
        sums.add(b, r, g)


def _pull_back(node: Node, g: Any, sums: _Sums, above: Pattern | None) -> None:
    """Add the vjps of `node`, whose gradient is `g`, to the gradients of its parents."""
    rule: Any = node.rule
    parents: Any = node.parents
    params = node.params
    if rule.special and not (rule.singular and above is not None):
        _pull_back_special(node, g, sums)
        return
    if rule.dense and 0 in g.strides:
        g = g.copy("C")
    out = node if node.data is None else node.data
    # A rule that reads no values takes the nodes themselves: all they are asked for is shapes.
    args = [p.data if type(p) is Node and p.data is not None else p for p in parents] if rule.reads else parents
    for i, (p, vjp) in enumerate(zip(parents, rule.vjps)):  # noqa: B905 - either may be longer
        if type(p) is Node and not p.constant:
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            r = vjp(g, out, *args, **params) if params else vjp(g, out, *args)
            if above is not None:
                r = without_nan(r, g, node, i, above)
            sums.add(p, r, g)
            r = None  # or it would stay until the next vjp is computed: a buffer more at the peak


def _pull_back_special(node: Node, g: Any, sums: _Sums) -> None:
    """The same for rules that have more to them than one vjp an argument."""
    rule: Any = node.rule
    parents: Any = node.parents
    if rule.dense and 0 in g.strides:
        g = g.copy("C")
    if rule.several:
        for i, r in enumerate(pull_back_whole(node, g)):
            if r is not None:
                sums.add(parents[i], r, r)
            elif type(parents[i]) is Node and not parents[i].constant and rule.vjps[i] is None:
                raise InvalidBackprop(no_vjp(rule, parents))
        return
    if rule.vjp_all is not None:
        may_write = not node.is_latest and node.owns_grad
        for p, r in zip(parents, rule.vjp_all(node, g, may_write)):  # noqa: B905 - what comes after the arrays gets none
            if r is not None and type(p) is Node and not p.constant:
                # What an operation of the user returns, the user may have as well.
                sums.add(p, r, r if rule.foreign else None if may_write else g)
        return
    if rule.add_into is not None:
        buffer = sums.buffer(parents[0])
        if buffer is not None:
            rule.add_into(buffer, g, *parents[1:], **node.params)
            return
    out = node if node.data is None else node.data
    args = [p.data if type(p) is Node and p.data is not None else p for p in parents] if rule.reads else parents
    if rule.add_into is not None:
        sums.add(parents[0], rule.vjps[0](g, out, *args, **node.params), g)
        return
    vjps = map(rule.vjp, range(len(parents))) if rule.variadic else rule.vjps
    for p, vjp in zip(parents, vjps):  # noqa: B905 - as in `_pull_back`
        if type(p) is Node and not p.constant:
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            sums.add(p, vjp(g, out, *args, **node.params), g)


def no_vjp(rule: Rule, parents: tuple[Any, ...]) -> str:
    """What to say of a variable that was given for an argument for which the rule of the function has no vjp."""
    position = next(i for i, p in enumerate(parents) if type(p) is Node and not p.constant and rule.vjp(i) is None)
    return (
        f"{rule.name} was given a variable for its argument {rule.argument(position)}, for which its rule has no vjp: "
        f"a gradient would be lost. Give it a constant there, or enter a rule with a vjp for that argument, too "
        f"(`mygrad.extend.defvjp`)."
    )


def fitted(r: Any, p: Node) -> Array:
    """What a vjp returned, as an array of the parent's shape and dtype: of complex numbers, to reals, the real part."""
    r = as_any_array(r)
    if r.dtype is p.dtype and r.shape == p.shape:
        return r
    if r.dtype.kind == "c" and p.dtype.kind != "c":
        r = r.real.copy("K")
    if r.shape != p.shape:
        r = as_any_array(unbroadcast(r, p.shape))
    return r if r.dtype == p.dtype else r.astype(p.dtype)
