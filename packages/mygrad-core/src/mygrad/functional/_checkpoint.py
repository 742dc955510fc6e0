"""Functions whose graph is not kept, but made once more when a backward pass goes through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import wraps
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar
from weakref import ref

import numpy as np

from mygrad._engine.apply import apply
from mygrad._engine.calls import CallRule, results_of_call
from mygrad._engine.forward import Forward
from mygrad._engine.functional import paths, vjp_arrays, vjp_graph
from mygrad._engine.guard import entry_of, lock
from mygrad._engine.handle import new_leaf, node_of, operand_node, save_value
from mygrad._engine.node import Node, next_seq
from mygrad._engine.operands import as_keyword
from mygrad._engine.state import LOST, Mode, is_guarding, is_tracking, mode, mode_with
from mygrad._rules.recorded import assumed
from mygrad.errors import InvalidBackprop
from mygrad.functional._form import Form
from mygrad.tensor import Tensor

__all__ = ["checkpoint"]

P = ParamSpec("P")
R = TypeVar("R")
Array = np.ndarray[Any, Any]
#: The array of a result, and whether it is a number.
Value = tuple[Array, bool | None]

#: How many entries of a result are kept, to be compared with those of the same result when it is computed once more.
_SAMPLE = 256


def checkpoint(f: Callable[P, R]) -> Callable[P, R]:
    """`f`, computed once more in the backward pass: nothing that it computed on the way is kept in memory until then.

    A chain of n checkpointed functions needs the memory of the values between them and of one of them, at the cost of
    going forward twice. Derivatives are the same, of every order.

    Parameters
    ----------
    f : Callable
        A function of tensors, arrays and whatever else, also in containers, that returns tensors, also in containers.
        It may take tensors from elsewhere. It is called at least twice with the same values, has to compute the same
        each time, and must not write to its arguments.

    Raises
    ------
    ValueError
        If `f` writes to its arguments.
    InvalidBackprop
        In the backward pass: if what `f` took from elsewhere was written meanwhile, or `f` computes something else.

    Notes
    -----
    A gradient that arrives as zero is taken for one that was left out, as by a mask. So where an infinite derivative in
    `f` meets a zero that was computed, the product is 0 where it would be nan.

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> from mygrad.functional import checkpoint
    >>> @checkpoint
    ... def layer(x, w):
    ...     return np.tanh(np.tanh(x @ w) @ w)
    >>> x, w = mg.tensor([1.0, 2.0]), mg.tensor([[0.5, 0.0], [0.0, 0.5]])
    >>> layer(layer(x, w), w).sum().backward()
    >>> x.grad.round(4)
    array([0.0459, 0.0219])
    """

    @wraps(f)
    def checkpointed(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_tracking():
            return f(*args, **kwargs)
        result: R = _called(f, args, kwargs)
        return result

    return checkpointed


def _called(f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    rule = _Recomputed(f, args, kwargs)
    tensors = rule.arguments.parts
    of_arguments = list(map(operand_node, tensors))
    since = next_seq()
    results, roots, values = rule.compute(tensors)
    inner, outside = _graph_of(roots, since, frozenset())
    parents = list(dict.fromkeys([*of_arguments, *outside]))
    for t, node in zip(tensors, of_arguments, strict=True):
        save_value(t, node)
    held = rule.remember([parents.index(node) for node in of_arguments], inner, values)
    # Copies, for `f` may have kept what it returned.
    own = [(value.copy("K"), number) for value, number in values]
    return results.filled(results_of_call(rule, parents, own, held) if own else [])


class _Recomputed(CallRule):
    """A call whose graph is made once more when it is wanted.

    Parameters
    ----------
    f, args, kwargs
        The call.

    Attributes
    ----------
    arguments : Form
        Has the tensors among them until the call has been made.
    """

    __slots__ = ("_arrays", "_f", "_mode", "_numbers", "_positions", "_samples", "arguments")

    def __init__(self, f: Callable[..., Any], args: Any, kwargs: Any) -> None:
        super().__init__(getattr(f, "__name__", "checkpoint"))
        self._f = f
        self._mode = mode_with(LOST, "ignore")  # for it has been said the first time
        self._arrays: list[Array] = []

        def kept(x: Any) -> Any:
            if isinstance(x, np.ndarray):
                x = as_keyword(x)  # a copy, if it cannot be locked
                self._arrays.append(x)
            return x

        self.arguments = Form((tuple(args), kwargs), lambda x: isinstance(x, Tensor), kept)

    def compute(self, tensors: Sequence[Any]) -> tuple[Form, list[Node], list[Value]]:
        """Call the function on copies of `tensors`: the form of what it returns, and the variables in that.

        Of the tensors that were made meanwhile, none is left. So one that is still there was there before.
        """
        copies = []
        for t in tensors:
            copies.append(apply(np.copy, t))
            copies[-1]._number = t._number
        before = [t._node for t in copies]
        args, kwargs = self.arguments.filled(copies)
        returned = self._f(*args, **kwargs)
        if any(t._node is not node for t, node in zip(copies, before, strict=True)):
            raise ValueError(
                f"checkpoint: {self.name} wrote to one of its arguments, which would be written anew each time that it "
                f"is computed. Have it write to a copy (`x = +x`)."
            )
        results = Form(returned, lambda x: isinstance(x, Tensor) and not x.constant)
        roots = list(map(node_of, results.parts))
        values = [(t._memory, t._number) for t in results.parts]
        results.parts = []
        return results, roots, values

    def remember(self, positions: list[int], inner: list[Node], values: Sequence[Value]) -> list[Any]:
        """Note what is needed to tell later whether all is as it was; and return what keeps it so."""
        self._positions = positions
        self._numbers = [t._number for t in self.arguments.parts]
        self._samples = [_sample(value) for value, _ in values]
        self.arguments.parts = []
        if not is_guarding():
            return []
        held = [lock(entry_of(array)) for array in self._arrays]
        for node in inner:
            held += node.held or ()
            if node.lock is not None:
                held.append(node.lock)
        return held

    def pull(self, node: Node, gs: Sequence[Any]) -> Sequence[Any]:
        inner, roots = self._again(node)
        parents: Any = node.parents
        targets = [p for p in parents if not p.constant]
        pull = vjp_graph if any(isinstance(g, Tensor) for g in gs) else vjp_arrays
        found = iter(pull(roots, targets, gs, paths(inner, targets)))
        return [None if p.constant else next(found) for p in parents]

    def push(self, node: Node, tangents: dict[int, Any], plain: bool) -> Sequence[Any]:
        inner, roots = self._again(node)
        parents: Any = node.parents
        variables = [parents[i] for i in tangents]
        return Forward(paths(inner, variables), variables, roots, plain)(list(tangents.values()))

    def _again(self, node: Node) -> tuple[list[Node], list[Node]]:
        """The graph of the call, in topological order, and its roots."""
        parents: Any = node.parents
        given = [
            new_leaf(parents[i].data, parents[i].constant, parents[i], number)
            for i, number in zip(self._positions, self._numbers, strict=True)
        ]
        since = next_seq()
        with _as_before(self._mode, parents):
            _, roots, values = self.compute(given)
        inner, outside = _graph_of(roots, since, frozenset(parents))
        if not set(outside) <= set(parents):
            raise InvalidBackprop(
                f"checkpoint: a tensor that {self.name} takes from elsewhere was written, or is another one, since it "
                f"was called, so that it cannot be computed once more. Pass that tensor as an argument."
            )
        if len(values) != len(self._samples) or not all(map(_is_like, values, self._samples)):
            raise InvalidBackprop(
                f"checkpoint: {self.name} gave other results when it was computed once more. It has to compute the "
                f"same each time: take random numbers outside, and pass them to it."
            )
        return inner, roots


@contextmanager
def _as_before(then: Mode, parents: Sequence[Node]) -> Iterator[None]:
    """The block runs in the mode of the call; and the gradients of the tensors that it uses are what they were."""
    owners = [t for p in parents if type(p.owner) is ref and (t := p.owner()) is not None]
    grads = [t._grad for t in owners]
    token = mode.set(then)
    try:
        yield
    finally:
        mode.reset(token)
        for t, g in zip(owners, grads, strict=True):
            t._grad = g


def _graph_of(roots: Iterable[Node], since: int, stops: Set[Node]) -> tuple[list[Node], list[Node]]:
    """The nodes that a call has made, in order; and those that they are made from: `stops`, and whatever else."""
    inner: list[Node] = []
    outside: list[Node] = []
    nodes = list(roots)
    seen = set(nodes)
    for node in nodes:  # which grows meanwhile
        if node in stops or node.seq <= since or _is_leaf(node):
            outside.append(node)
            continue
        inner.append(node)
        new = {p for p in node.parents or () if type(p) is Node} - seen
        seen |= new
        nodes += new
    inner.sort(key=attrgetter("seq"))
    return inner, outside


def _is_leaf(node: Node) -> bool:
    """Whether a node is that of a tensor that has been there before, even if it is used for the first time."""
    return node.rule is None and type(node.owner) is ref and node.owner() is not None


def _sample(value: Array) -> Array:
    entries = value.reshape(-1)
    found: Array = entries[:: max(1, entries.size // _SAMPLE)].copy()
    return found


def _is_like(value: Value, sample: Array) -> bool:
    again = _sample(value[0])
    if again.shape != sample.shape or again.dtype != sample.dtype:
        return False
    tolerance = float(np.sqrt(np.finfo(sample.dtype).eps))
    scale = np.max(np.abs(sample), initial=0, where=np.isfinite(sample))
    return assumed(np.allclose(again, sample, tolerance, tolerance * scale, equal_nan=True))
