"""Calls of functions that are one operation to the graph, and say themselves how to go back through it, and forward.

A call has any number of results, as in `mygrad._engine.several`. How gradients are pulled back is told for arrays and
for tensors alike, so that such operations have derivatives of every order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygrad._engine.anomalies import note
from mygrad._engine.handle import Handle, new_leaf
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.several import PART, Results
from mygrad._engine.state import is_guarding, mode
from mygrad._rules.rule import Rule

__all__ = ["CallRule", "results_of_call"]

_FLOAT64 = np.dtype(np.float64)


class CallRule(Rule):
    """One call of a function, as the engine sees it. It serves that call alone, and may keep what it needs.

    Parameters
    ----------
    name : str
        What the operation is called in messages and pictures.
    """

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(_no_function, (), name=name, vjp_all=_pull, several=True)
        self.foreign = True

    @property
    def nests(self) -> bool:
        return True

    def pull(self, node: Node, gs: Sequence[Any]) -> Sequence[Any]:
        """The gradients of the parents, of their shapes and dtypes, or None.

        Parameters
        ----------
        node : Node
        gs : Sequence
            The gradients of the results: all of them arrays, or all tensors; None for a result that has none.
        """
        raise NotImplementedError

    def push(self, node: Node, tangents: dict[int, Any], plain: bool) -> Sequence[Any]:
        """The tangents of the results, if those of parents are given by position: arrays if `plain`, or tensors."""
        raise NotImplementedError


def _no_function() -> None:
    raise NotImplementedError


def _pull(node: Node, gs: Sequence[Any], _may_write: bool) -> Sequence[Any]:
    # Not a method: a rule that referred to a method of its own would wait for the garbage collector.
    rule: Any = node.rule
    return rule.pull(node, gs)


def results_of_call(
    rule: CallRule, parents: Sequence[Node], values: Sequence[tuple[Any, bool | None]], held: list[Any]
) -> list[Any]:
    """The results of a call.

    Parameters
    ----------
    rule : CallRule
    parents : Sequence[Node]
    values : Sequence[tuple[ndarray, bool | None]]
        For each result, an array of its own, and whether it is a number.
    held : list[Period]
        What keeps arrays locked until the call is cleared.
    """
    guarded = is_guarding()
    whole = new_node(rule, tuple(parents), NO_PARAMS, (), _FLOAT64, False, guarded)
    whole.held = held
    results = Results()
    whole.data = results  # type: ignore[assignment]
    found: list[Handle] = []
    for i, (value, number) in enumerate(values):
        part = new_node(PART, (whole, i), NO_PARAMS, value.shape, value.dtype, False, guarded)
        found.append(new_leaf(value, False, part, number))
        results.add(found[-1], keep=False)
    if mode.get().watched:
        note(whole, [p.data for p in parents], tuple(value for value, _ in values))
    return found
