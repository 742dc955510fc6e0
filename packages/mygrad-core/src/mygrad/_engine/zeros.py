"""Structural zeros: where a gradient is zero because nothing flows there, not because it came out so.

What a mask, an index, ``where=`` or a zero of the seed leaves out has no part in the result. Its derivative is zero,
though a function on the way have an infinite one there: ``np.where(x > 0, np.log(x), 0)`` is constant at x = 0. A zero
that was computed is another thing. In ``np.sqrt(x) ** 2`` it meets the infinite derivative of the root, and what their
product stands for nobody can know: it is nan.

A gradient does not tell the one from the other, but the vjps do, if they are given nan in its place: that gets wherever
anything can flow, and what is still zero then is structural. This second way back is gone only if a nan has come up
below a mask, and only from the mask to there. What it would need is noted on the first one, unless no node below can
make nan of a zero: their rules tell, and of few elements a trial.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.node import Node
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules.recorded import RECORDED, as_any_array, may_be

__all__ = [
    "Merged",
    "Pattern",
    "has_nan",
    "has_zero",
    "lowest_singular",
    "masks",
    "pulled_back",
    "with_part",
    "without_nan",
    "zeroed",
]

Array = np.ndarray[Any, Any]


class Pattern:
    """Where the gradient of a node has structural zeros.

    Parameters
    ----------
    zeros : ndarray
        True where they are.
    """

    __slots__ = ("_zeros", "above")

    def __init__(self, zeros: Array) -> None:
        #: The patterns that this one is to be computed from. None: it has been.
        self.above: tuple[Pattern | None, ...] | None = None
        self._zeros: Array | None = zeros

    def zeros(self) -> Array | None:
        """True where a zero is structural. None: nowhere."""
        asked = [self]  # no recursion, for the way may be long
        while asked:
            pattern = asked[-1]
            unknown = [p for p in pattern.above or () if p is not None and p.above is not None]
            if unknown:
                asked += unknown
                continue
            if pattern.above is not None:
                zeros = pattern._find()
                pattern._zeros = zeros if zeros is not None and may_be(zeros) else None
                pattern.above = None
            asked.pop()
        return self._zeros

    def _find(self) -> Array | None:
        raise NotImplementedError


class Merged(Pattern):
    """The pattern of a sum: zero where both are."""

    __slots__ = ()

    def __init__(self, a: Pattern, b: Pattern) -> None:
        self.above = (a, b)

    def _find(self) -> Array | None:
        a, b = self.above  # type: ignore[misc]
        return None if a._zeros is None or b._zeros is None else a._zeros & b._zeros  # type: ignore[union-attr]


class _Pulled(Pattern):
    """The pattern of what a vjp returns, and for that: what the vjp reads, but no gradients, which nodes would keep."""

    __slots__ = ("args", "dtype", "out", "params", "position", "rule", "shape", "shape_of_argument")

    def __init__(self, node: Node, above: Pattern | None, position: int) -> None:
        rule: Any = node.rule
        parents: Any = node.parents
        self.above = (above,)
        self.rule = rule
        self.position = position
        self.shape = node.shape
        self.dtype = node.dtype
        self.params = node.params
        self.shape_of_argument = parents[position].shape
        self.out: Any = node.data if rule.reads_out or rule.several else None
        self.args: list[Any] = []
        for p in parents:
            if type(p) is Node:
                p = _Shape(p) if p.data is None or not rule.reads else p.data
            self.args.append(p)

    def _find(self) -> Array | None:
        (above,) = self.above  # type: ignore[misc]
        zeros = None if above is None else above._zeros
        rule = self.rule
        masks = rule.masks or "where" in self.params
        if zeros is None and not masks:
            return None
        r = self._nan()
        if rule.elementwise and not masks:
            return unbroadcast(r, self.shape_of_argument) == 0
        r = as_any_array(self._vjp(r, _Shape(self) if self.out is None else self.out, self.args))
        if rule.elementwise and zeros is not None:
            r = np.where(zeros, 0, r)
        found = unbroadcast(r, self.shape_of_argument) == 0
        if rule.singular and not rule.elementwise:
            found = found | self.whatever_the_values()
        self.out = self.args = None  # type: ignore[assignment]
        return found

    def whatever_the_values(self) -> Array:
        """Where nothing gets even if all values are 1, which mask nothing, and of which none makes nan of zero."""
        ones = [_ones(a) for a in self.args]
        out = _result(self.rule, ones, self.params, _Shape(self) if self.out is None else self.out)
        return unbroadcast(as_any_array(self._vjp(self._nan(), out, ones)), self.shape_of_argument) == 0

    def _nan(self) -> Any:
        """What has nan wherever the gradient may be other than 0."""
        (above,) = self.above  # type: ignore[misc]
        nan = np.full(self.shape, _NAN if self.dtype.kind == "c" else np.nan, self.dtype)
        return nan if above is None or above._zeros is None else np.where(above._zeros, self.dtype.type(0), nan)

    def _vjp(self, r: Any, out: Any, args: list[Any]) -> Any:
        if self.rule.several:
            r, out = out.all_nan(), out.arrays()
        return self.rule.vjp(self.position)(r, out, *args, **self.params)


class _Shape:
    """What vjps see of a value that they do not read."""

    __slots__ = ("dtype", "shape")

    def __init__(self, value: Node | _Pulled) -> None:
        self.shape = value.shape
        self.dtype = value.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)


def pulled_back(node: Node, above: Pattern | None, position: int) -> Pattern:
    """The pattern of what a node adds to the gradient of the argument at `position`; `above` is that of its own."""
    rule: Any = node.rule
    if above is not None and rule.elementwise and not rule.masks and node.parents[position].shape == node.shape:  # type: ignore[index]
        return above
    return _Pulled(node, above, position)


def masks(node: Node) -> bool:
    """Whether the vjps of a node may make structural zeros."""
    return node.rule.masks or "where" in node.params  # type: ignore[union-attr]


def lowest_singular(order: list[Node]) -> int:
    """The place of the first node that may make nan of a zero in its gradient, or the number of nodes if none may."""
    # Passes with masks go through all of their nodes here: one node takes 35 ns, where a plain loop takes 55.
    for node in [n for n in order if (rule := n.rule) is not None and rule.singular and not n.constant]:
        rule = node.rule
        if not rule.reads_out:  # type: ignore[union-attr]
            for p in node.parents:  # type: ignore[union-attr]
                if type(p) is Node:
                    if p.data is not None:
                        break
                elif (type(p) is not float and type(p) is not int) or not p or p - p:  # by others, zero is still zero
                    break
            else:
                continue
        place = order.index(node)
        # For few elements, patterns take more time than trying out: with 20 views of an exponential a fifth more.
        if node.size > _FEW or len(order) - place < _FEW_NODES or _makes_nan(node):
            return place
    return len(order)


def _makes_nan(node: Node) -> bool:
    """Whether a singular node does make nan of a zero: its vjps are tried out."""
    rule: Any = node.rule
    if rule.special:
        return True
    parents: Any = node.parents
    params = node.params
    g = np.zeros(node.shape, node.dtype)
    out = node if node.data is None else node.data
    args = [p.data if type(p) is Node and p.data is not None else p for p in parents]
    for p, vjp in zip(parents, rule.vjps):  # noqa: B905 - not every argument takes a gradient
        if type(p) is Node and not p.constant and vjp is not None:
            r = vjp(g, out, *args, **params) if params else vjp(g, out, *args)
            if has_nan(r):
                return True
    return False


#: Of which neither part is zero.
_NAN = complex(np.nan, np.nan)
#: The number of elements up to which a vjp takes hardly longer than for one.
_FEW = 1000
#: The number of nodes whose patterns take no longer than the vjps of one.
_FEW_NODES = 6


def has_nan(r: Any) -> bool:
    """Whether there is a nan in an array. Of one that is recorded, there may be."""
    # The quickest way to see that there is none: one pass, and a quarter of a microsecond for a few elements.
    if type(r) is np.ndarray:
        total = r.dot(r) if r.ndim < 2 else np.vdot(r, r)
        if total == total:
            return False
    elif isinstance(r, (float, np.inexact)):
        return bool(r != r)
    elif type(r) in RECORDED:
        return True
    return bool(np.isnan(r).any())


def has_zero(seed: Any) -> bool:
    """Whether there is a zero in what is given. In what is recorded, there may be."""
    return type(seed) in RECORDED or not seed.all()


def without_nan(r: Any, g: Any, node: Node, position: int, above: Pattern) -> Any:
    """`r`, what a vjp of `node` made of `g`, of the pattern `above`, without the nan made of structural zeros."""
    rule: Any = node.rule
    if not rule.singular or not has_nan(r):
        return r
    if rule.elementwise:
        zeros = above.zeros()
        return r if zeros is None else zeroed(r, zeros)
    args = [p.data if type(p) is Node and p.data is not None else p for p in node.parents]  # type: ignore[union-attr]
    out, args = with_part(node, above, node if node.data is None else node.data, args)
    r = rule.vjp(position)(g, out, *args, **node.params)
    zeros = pulled_back(node, above, position).zeros()
    return r if zeros is None else zeroed(unbroadcast(r, zeros.shape), zeros)


def zeroed(r: Any, zeros: Array) -> Any:
    """`r` without the nan where structural zeros are."""
    return np.where(zeros & np.isnan(r), 0, r)


def with_part(node: Node, above: Pattern, out: Any, args: list[Any]) -> tuple[Any, list[Any]]:
    """The result and the arguments of `node`, with ones for what is not finite and has no part, by the pattern `above`.

    Whatever stands there does not matter to what has a part, as long as zero times it is zero.
    """
    rule: Any = node.rule
    left_out = above.zeros()
    if left_out is None:
        return out, args
    made = []
    for i, a in enumerate(args):
        if _has_values(a) and rule.vjp(i) is not None:
            a = np.where(_Pulled(node, above, i).whatever_the_values() & ~np.isfinite(a), 1, a)
        made.append(a)
    if _has_values(out):
        result = _result(rule, [a._memory if isinstance(a, Handle) else a for a in made], node.params, out)
        out = np.where(left_out & ~np.isfinite(out), result, out)
    return out, made


def _result(rule: Any, args: list[Any], params: Any, out: Any) -> Any:
    """The result of changed arguments, if it is read, since vjps compare it with them. `out` is the one of before."""
    if not _has_values(out):
        return out
    if any(isinstance(a, Node | _Shape) for a in args):
        return _ones(out)
    return as_any_array(rule.fn(*args, **params))


def _has_values(a: Any) -> bool:
    """Whether `a` is an array or a tensor: a node, or what stands for one, is not."""
    return hasattr(a, "__array_function__")


def _ones(a: Any) -> Any:
    """Ones in the place of the entries of an array, if they are floating-point numbers."""
    return np.ones(a.shape, a.dtype) if _has_values(a) and a.dtype.kind in "fc" else a
