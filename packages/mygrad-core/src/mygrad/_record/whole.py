"""Calls of operations that cannot be looked into: at each run of the program, mygrad does them, and goes back through.

These are operations of users, which may call whatever they like, and rules that keep something in objects of their own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad._engine.backward import backward
from mygrad._engine.exits import differentiating
from mygrad._engine.functional import own_gradient
from mygrad._engine.handle import Handle, new_argument, new_leaf, node_of
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._record.program import CALL
from mygrad._rules.recorded import RECORDED, active
from mygrad._rules.rule import Rule
from mygrad.errors import RecordingError

__all__ = ["Held", "WholeCall", "called_whole"]


class Held:
    """What a step has made that is no array: the way back through a call."""

    __slots__ = ("symbol", "value")

    def __init__(self, value: Any, var: Any) -> None:
        self.value, self.symbol = value, var


class Way:
    """The way back through a call: the node of its result, and those of the variables."""

    __slots__ = ("leaves", "root")

    def __init__(self, root: Node, leaves: list[Node]) -> None:
        self.root, self.leaves = root, leaves


class WholeCall:
    """A call, to be made again with other arrays in the places of tensors.

    Parameters
    ----------
    name : str
    run : Callable
        Takes the tensors, and everything else as it was given.
    args : Sequence[Any]
        With None in the places of tensors.
    variables : list[bool | None]
        For each of the arguments: whether it is a variable; None for what is no tensor.
    """

    def __init__(self, name: str, run: Callable[..., Any], args: Sequence[Any], variables: list[bool | None]) -> None:
        self.__name__ = name
        self._run, self._args, self._variables = run, args, variables

    def __call__(self, *arrays: Any) -> tuple[Any, Any]:
        rest = iter(arrays)
        args, leaves = [], []
        for given, variable in zip(self._args, self._variables, strict=True):
            if variable is None:
                args.append(copy.copy(given))  # it may keep something that belongs to this run alone
                continue
            array = np.asarray(next(rest))
            args.append(new_argument(array.copy("K")) if variable else new_leaf(array, True))
            if variable:
                leaves.append(node_of(args[-1]))
        token = active.set(None)
        try:
            with differentiating():
                made = self._run(*args)
        finally:
            active.reset(token)
        value = made._memory
        return (value[()] if made._number else value), Way(node_of(made), leaves)


def pulled_back(way: Way, g: Any) -> tuple[Any, ...]:
    """The gradients of the variables of a call."""
    token = active.set(None)
    try:
        backward(way.root, np.asarray(g, way.root.dtype), True)
        return tuple(map(own_gradient, way.leaves))
    finally:
        active.reset(token)


class WholeRule(Rule):
    """The rule of a call."""

    __slots__ = ("is_gone", "trace", "way", "where")

    def __init__(self, name: str, trace: Any, way: Held) -> None:
        super().__init__(_no_function, (), name=name, vjp_all=_pull)
        self.trace = trace
        self.where = trace.where()
        self.foreign = True
        self.way = way
        #: Whether the way back has been gone, which leaves nothing of it.
        self.is_gone = False

    @property
    def nests(self) -> bool:
        return False

    def composition(self, node: Node, variables: list[Any]) -> Any:
        raise self.refusal()

    def refusal(self) -> RecordingError:
        return RecordingError(
            f"mygrad.compile: {self.where} calls {self.name}, which computes in ways that are not recorded: of that "
            f"there are gradients, but no Jacobians of several rows, and no derivatives of higher order. Compile a "
            f"gradient, or write it with NumPy's functions."
        )


def _no_function() -> None:
    raise NotImplementedError


def _pull(node: Node, g: Any, _may_write: bool) -> list[Any]:
    rule: Any = node.rule
    if rule.is_gone:
        raise rule.refusal()
    rule.is_gone = True
    found = iter(rule.trace.do(CALL, pulled_back, (rule.way, g), {}))
    return [None if p.constant else next(found) for p in node.parents or ()]


def called_whole(trace: Any, name: str, run: Callable[..., Any], args: Sequence[Any], constant: bool | None) -> Any:
    """``run(*args)``, as one step of a recording."""
    tensors = [new_leaf(a, True) if type(a) in RECORDED else a for a in args]
    variables = [(not (a._constant or constant)) if isinstance(a, Handle) else None for a in tensors]
    others = [None if isinstance(a, Handle) else a for a in tensors]
    arrays = [trace.as_recorded(a._memory) for a in tensors if isinstance(a, Handle)]
    value, way = trace.do(CALL, WholeCall(name, run, others, variables), tuple(arrays), {})
    rule = WholeRule(name, trace, way)
    is_constant = value.dtype.kind not in "fc" or not any(variables)
    nodes = tuple(node_of(a) for a in tensors if isinstance(a, Handle))
    node = new_node(rule, nodes, NO_PARAMS, value.shape, value.dtype, is_constant)
    return new_leaf(value, is_constant, node, value.is_number)
