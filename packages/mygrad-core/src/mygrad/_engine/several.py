"""Functions with several results, as one operation: ``U, S, Vh = np.linalg.svd(a, full_matrices=False)``.

The node of such a call, the *whole*, has no value of its own. Each of its results is a *part*: a node whose only parent
is the whole, to which it hands over its gradient. The vjps of the whole are given the gradients of all results at once,
None for one that no gradient has reached, and may read all results: what the forward pass has computed, the backward
pass need not compute again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.anomalies import note
from mygrad._engine.apply import (
    as_arguments,
    make_node,
    null_grads,
    require_float,
    save_operands,
    without_gradient,
)
from mygrad._engine.handle import Handle, new_leaf, register_saved_view
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.operands import unwrap
from mygrad._engine.state import mode
from mygrad._rules.recorded import RECORDED, as_any_array, as_value
from mygrad._rules.rule import RULES, Rule

__all__ = ["PART", "Results", "call_several", "hand_over", "operation_name", "pull_back_whole", "results_of"]

_FLOAT64 = np.dtype(np.float64)


def _hand_over(node: Node, g: Any, _may_write: bool) -> tuple[()]:
    assert node.parents is not None
    whole, position = node.parents
    if whole.grad is None:
        whole.grad = [None] * len(whole.data.values)
    hand_over(whole.grad, position, g)
    return ()


def hand_over(gs: list[Any], position: int, g: Any) -> None:
    """Add the gradient of a part to those of the whole."""
    gs[position] = g if gs[position] is None else gs[position] + g


#: The rule of all parts; its parents are the whole, and which of the results it is.
PART = Rule(lambda results, position: results[position], (), name="result", vjp_all=_hand_over)


class Results:
    """What a whole keeps of its results, where other nodes have their value.

    Attributes
    ----------
    values : list[Node | Any]
        A node for each result, of its shape; with its value, if the vjps read that. (It is a node so that a write to
        the result finds it, and leaves it a copy.) What has no derivative is as the function returned it.
    parts : list[weakref.ref[Node] | None]
    """

    __slots__ = ("parts", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.parts: list[ref[Node] | None] = []

    def add(self, t: Handle, keep: bool) -> None:
        """Add the result that is the tensor `t`."""
        assert t._node is not None
        data = t._memory
        value = new_node(None, (), NO_PARAMS, data.shape, data.dtype, True)
        if keep:
            value.data = data[...]  # whose shape nobody outside can set
            register_saved_view(t, value)
        self.values.append(value)
        self.parts.append(ref(t._node))

    def add_plain(self, value: Any) -> None:
        """Add a result that has no derivative."""
        self.values.append(value)
        self.parts.append(None)

    def arrays(self) -> list[Any]:
        """The values for vjps that are computed with arrays; a node stands for one that is not read."""
        return [v.data if type(v) is Node and v.data is not None else v for v in self.values]

    def all_nan(self) -> list[Any]:
        """A gradient of nan for each result that has one: see `mygrad._engine.zeros`."""
        return [np.full(v.shape, np.nan, v.dtype) if type(v) is Node else None for v in self.values]

    def tensors(self, whole: Node) -> list[Any]:
        """The values for vjps that are computed with tensors, as parts of the graph."""
        return [
            new_leaf(v.data, whole.constant, self._part(whole, i)) if type(v) is Node and v.data is not None else v
            for i, v in enumerate(self.values)
        ]

    def _part(self, whole: Node, position: int) -> Node:
        weak = self.parts[position]
        part = None if weak is None else weak()
        if part is not None and part.parents is not None:
            return part
        value = self.values[position]
        return new_node(PART, (whole, position), NO_PARAMS, value.shape, value.dtype, whole.constant, whole.guarded)

    def clear(self) -> None:
        """Clear those parts, too, that no backward pass came through: what is locked for them is to be released."""
        for weak in self.parts:
            part = None if weak is None else weak()
            if part is not None and part.rule is PART:
                part.clear()


def operation_name(node: Node) -> str | None:
    """The name of what made the value of a node; None of a leaf, and once that was cleared."""
    if node.rule is PART:
        node = node.parents[0]  # type: ignore[index]
    return None if node.rule is None else node.rule.name


def pull_back_whole(node: Node, gs: list[Any]) -> list[Any]:
    """The gradients of the parents of a whole, None for those that get none."""
    rule: Any = node.rule
    parents: Any = node.parents
    results: Any = node.data
    if rule.vjp_all is not None:
        found = list(rule.vjp_all(node, gs, False))
        results.clear()
        return found
    outs = results.arrays()
    args = [p.data if type(p) is Node and p.data is not None else p for p in parents]
    found = [
        vjp(gs, outs, *args, **node.params) if type(p) is Node and not p.constant and vjp is not None else None
        for p, vjp in zip(parents, rule.vjps)  # noqa: B905 - not every argument takes a gradient
    ]
    results.clear()
    return found


def call_several(func: Callable[..., Any] | Rule, *args: Any, constant: bool | None = None, **params: Any) -> Any:
    """Call a function that returns several results and has a rule (`mygrad.extend.defvjp_several`), differentiably.

    Parameters
    ----------
    func : Callable | Rule
    *args : Any
        Its positional arguments. Tensors and arrays among them become parents of the results.
    constant : bool | None
        None: constants if every tensor is.
    **params : Any
        Its keyword arguments. Tensors among them count as plain arrays.

    Returns
    -------
    tuple
        The results as tensors, in a named tuple if the function returns one. What is not of a floating-point type, or
        is a step by the rule, is as the function returned it.

    Raises
    ------
    ValueError
        If ``constant=False`` is asked of results that are neither floating-point nor complex.
    """
    rule = func if isinstance(func, Rule) else RULES[func]
    args = as_arguments(rule, args, constant)
    params = {name: without_gradient(rule, name, value, constant) for name, value in params.items()}
    return results_of(rule, args, params, rule.fn(*map(unwrap, args), **params), constant)


def results_of(
    rule: Rule, args: tuple[Any, ...], params: dict[str, Any], values: Any, constant: bool | None
) -> tuple[Any, ...]:
    """The results of ``rule(*args, **params)``, of which the values have been computed."""
    make = getattr(type(values), "_make", tuple)
    for value in values:
        if type(value) in RECORDED:
            rule = value.recording.rule(rule)
    if constant is None:
        constant = not any(isinstance(a, Handle) and not a._constant for a in args)
    differentiable = [as_any_array(v).dtype.kind in "fc" and i not in rule.steps for i, v in enumerate(values)]
    if constant is False and not any(differentiable):
        require_float(as_any_array(values[0]).dtype)
    now = mode.get()
    if not now.tracked:
        parts = zip(values, differentiable, strict=True)
        return make([_tensor(v, constant) if d else v for v, d in parts])
    whole = make_node(rule, args, params, (), _FLOAT64, constant)
    save_operands(rule, whole, args, values)
    keep, results = whole.data is not None, Results()
    whole.data = results  # type: ignore[assignment]
    found = []
    for i, value in enumerate(values):
        if differentiable[i]:
            t = _tensor(value, constant)
            t._node = new_node(PART, (whole, i), NO_PARAMS, t.shape, t.dtype, constant, whole.guarded)
            results.add(t, keep)
            found.append(t)
        else:
            results.add_plain(value)
            found.append(value)
    null_grads(args)
    if now.watched:
        note(whole, args, tuple(map(unwrap, found)))
    return make(found)


def _tensor(value: Any, constant: bool) -> Any:
    array, number = as_value(value)
    return new_leaf(array, constant, None, number)
