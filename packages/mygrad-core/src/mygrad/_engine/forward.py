"""Forward mode: tangents are led through a graph that is there, from its variables to its results.

It needs no table of its own, for the rules of the derivative table say enough. Where each entry of a result depends on
the entries in its place alone, and all are real numbers, the vjp is its own transpose: what it does to a gradient it
does to a tangent. A linear function is its own derivative: it is called with the tangent in place of the argument, once
for all arguments or, of products, for each. For all others, the vjp is transposed: it is linear in the gradient, and so
pulling a tangent back through it, which is a function written with NumPy like any other, gives the tangent of the
result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygrad._engine.apply import apply
from mygrad._engine.backward import CLEARED, no_vjp
from mygrad._engine.exits import differentiating
from mygrad._engine.functional import Step, order_since, paths, vjp_arrays, vjp_graph
from mygrad._engine.handle import Handle, new_leaf, node_of
from mygrad._engine.node import Node, has_complex, next_seq
from mygrad._engine.several import PART
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules.recorded import as_any_array
from mygrad.errors import InvalidBackprop

__all__ = ["Forward", "some_numbers", "transposed"]

Array = np.ndarray[Any, Any]


class Forward:
    """The way forward through a graph, from variables to roots, that can be gone again and again.

    Parameters
    ----------
    steps : list[Step]
        The `paths` from the variables to the roots.
    variables, roots : Sequence[Node]
    plain : bool
        Whether to compute with arrays; else with tensors, for those who differentiate what comes out.
    """

    __slots__ = ("_plain", "_roots", "_steps", "_variables", "possible")

    def __init__(self, steps: list[Step], variables: Sequence[Node], roots: Sequence[Node], plain: bool) -> None:
        self._variables = variables
        self._roots = roots
        self._plain = plain
        #: The nodes, the positions of parents that have tangents, and those whose tangents nobody needs afterwards.
        self._steps: list[tuple[Node, list[int], list[Node]]] = []
        needed = set(roots)
        for node, positions in reversed(steps):
            parents: Any = node.parents
            if node in needed:
                last = {parents[i] for i in positions} - needed
                needed |= last
                self._steps.append((node, positions, list(last)))
        self._steps.reverse()
        #: Whether there is no operation on the way that computes its gradients with arrays.
        self.possible = all(node.rule.vjps or node.rule is PART or node.rule.nests for node, _, _ in self._steps)  # type: ignore[union-attr]

    def __call__(self, tangents: Sequence[Any]) -> list[Any]:
        """The tangents of the roots, given those of the variables; None stands for zeros."""
        found: dict[Node, Any] = {}
        for node, t in zip(self._variables, tangents, strict=True):
            if t is not None:
                t = found[node] + t if node in found else t
                found[node] = t if t.dtype == node.dtype else t.astype(node.dtype)
        with np.errstate(all="ignore"):
            for node, positions, last in self._steps:
                if node.cleared:
                    raise InvalidBackprop(CLEARED)
                parents: Any = node.parents
                ts = [(i, found[p]) for i in positions if (p := parents[i]) in found]
                for p in last:
                    found.pop(p, None)
                t = self._pushed(node, ts) if ts else None
                if t is not None:
                    found[node] = t
                del t, ts
        return [found.get(root) for root in self._roots]

    def _pushed(self, node: Node, ts: list[tuple[int, Any]]) -> Any:
        rule: Any = node.rule
        if rule is PART:
            ((_, of_whole),) = ts
            parents: Any = node.parents
            return of_whole[parents[1]]
        if not rule.vjps:
            return rule.push(node, dict(ts), self._plain) if rule.several else self._by_composition(node, ts)
        if rule.several:
            return _transposed(node, ts, self._plain)
        if rule.elementwise and not has_complex(node):  # else a factor may be conjugate
            t = self._by_vjps(node, ts)
        elif rule.linear and "initial" not in node.params:
            t = self._by_function(node, ts)
        else:
            t = _transposed(node, ts, self._plain)
        return self._fitted(t, node)

    def _fitted(self, t: Any, node: Node) -> Any:
        if self._plain:
            t = as_any_array(t)
        elif not isinstance(t, Handle):
            t = new_leaf(as_any_array(t), True)
        if t.shape != node.shape:
            t = np.broadcast_to(t, node.shape)
        return t if t.dtype == node.dtype else t.astype(node.dtype)

    def _by_composition(self, node: Node, ts: list[tuple[int, Any]]) -> Any:
        """Through the functions that an operation is composed of."""
        rule: Any = node.rule
        parents: Any = node.parents
        since = next_seq()
        with differentiating():
            root = node_of(rule.composition(node, [_value(p, plain=False) for p in parents]))
        variables = [parents[i] for i, _ in ts]
        steps = paths(order_since([root], since), variables)
        return Forward(steps, variables, [root], self._plain)([t for _, t in ts])[0]

    def _by_vjps(self, node: Node, ts: list[tuple[int, Any]]) -> Any:
        rule: Any = node.rule
        parents: Any = node.parents
        out = _value(node, self._plain)
        args = [_value(p, self._plain) for p in parents]
        total: Any = None
        ours = False  # whether nobody else has that array
        while ts:  # of which each is let go of before the next
            i, t = ts.pop(0)
            vjp = rule.vjp(i)
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            if t.shape != node.shape:
                t = np.broadcast_to(t, node.shape)
            r = vjp(t, out, *args, **node.params)
            if total is None:
                total = r
                ours = type(r) is np.ndarray and r is not t and r.base is None
            elif ours and np.shape(r) == total.shape and total.dtype == r.dtype:
                total += r  # of large arrays, in half of the time
            else:
                total = total + r
        return total

    def _by_function(self, node: Node, ts: list[tuple[int, Any]]) -> Any:
        rule: Any = node.rule
        parents: Any = node.parents
        if rule.joint:
            args = [_value(p, self._plain) if rule.vjp(i) is None else _zero(p) for i, p in enumerate(parents)]
            for i, t in ts:
                args[i] = t
            return self._call(rule, args, node.params)
        args = [_value(p, self._plain) for p in parents]
        total: Any = None
        for i, t in ts:
            others = (*args[:i], t, *args[i + 1 :])
            if any(type(a) is Node for a in others):
                return _transposed(node, ts, self._plain)
            r = self._call(rule, others, node.params)
            total = r if total is None else total + r
        return total

    def _call(self, rule: Any, args: Sequence[Any], params: dict[str, Any]) -> Any:
        return rule.fn(*args, **params) if self._plain else apply(rule, *args, **params)


def _zero(p: Any) -> Any:
    """Zeros of the shape of an argument."""
    return np.zeros(p.shape, p.dtype) if type(p) is Node else np.zeros_like(p)


def _transposed(node: Node, ts: list[tuple[int, Any]], plain: bool) -> Any:
    """The tangent of the value of `node`, by pulling those of its parents back through its vjps."""
    rule: Any = node.rule
    parents: Any = node.parents
    results: Any = node.data
    if rule.several:
        values = results.values
        weights: Any = [new_leaf(some_numbers(v), False) if type(v) is Node else None for v in values]
        out = results.arrays() if plain else results.tensors(node)
    else:
        weights = new_leaf(some_numbers(node), False)
        out = _value(node, plain)
    args = [_value(p, plain) for p in parents]
    pulled = []
    with differentiating():
        for i, _ in ts:
            vjp = rule.vjp(i)
            if vjp is None:
                raise InvalidBackprop(no_vjp(rule, parents))
            pulled.append(unbroadcast(_as_tensor(vjp(weights, out, *args, **node.params)), parents[i].shape))
    tangents = [t for _, t in ts]
    return (
        transposed(weights, pulled, tangents, plain)
        if rule.several
        else transposed([weights], pulled, tangents, plain)[0]
    )


def transposed(weights: Sequence[Any], pulled: Sequence[Any], tangents: Sequence[Any], plain: bool) -> list[Any]:
    """What tangents of arguments make of the results, if `pulled` is what gradients `weights` of these make of those.

    All are tensors; None stands for what has no gradient.
    """
    wanted = [node_of(w) for w in weights if w is not None]
    varying = [(node_of(r), t) for r, t in zip(pulled, tangents, strict=True) if r is not None and not r.constant]
    roots = [node for node, _ in varying]
    steps = paths(order_since(roots, min([node.seq for node in wanted]) - 1), wanted)
    found = iter((vjp_arrays if plain else vjp_graph)(roots, wanted, [t for _, t in varying], steps))
    return [None if w is None else next(found) for w in weights]


def _value(p: Any, plain: bool) -> Any:
    """An argument, or the result, as the vjps take it."""
    if type(p) is not Node or p.data is None:
        return p
    return p.data if plain else new_leaf(p.data, p.constant, p)


def _as_tensor(r: Any) -> Any:
    return r if isinstance(r, Handle) else new_leaf(as_any_array(r), True)


def some_numbers(node: Node) -> Array:
    """Numbers of the shape and dtype of a value, of which none is 0."""
    return np.cos(np.arange(1.0, node.size + 1)).astype(node.dtype).reshape(node.shape)
