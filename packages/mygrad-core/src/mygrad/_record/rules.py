"""Rules while a function is recorded: vjps that decide by values are called as they are."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._engine.node import Node
from mygrad._record.program import CALL
from mygrad._record.straight import is_straight
from mygrad._rules.recorded import RECORDED
from mygrad._rules.rule import Rule
from mygrad.errors import RecordingError

if TYPE_CHECKING:
    from mygrad._record.trace import Trace

__all__ = ["computed_whole", "recorded_rule"]


def recorded_rule(trace: Trace, rule: Rule, where: str) -> Rule:
    """The same rule, with vjps that are recorded: as what NumPy does in them, or else as one call each.

    `where` is the line of the user's that it was met in.
    """
    made: Rule = object.__new__(Rule)
    for slot in Rule.__slots__:
        setattr(made, slot, getattr(rule, slot))
    made.vjps = tuple(
        [None if vjp is None else _recorded(trace, vjp, f"{where} calls {rule.name}") for vjp in rule.vjps]
    )
    if rule.is_foreign and rule.vjp_all is not None and not is_straight(rule.vjp_all):
        made.vjp_all = _refused
    return made


def _refused(node: Any, _g: Any, _may_write: bool) -> Any:
    raise RecordingError(f"mygrad.compile: nobody can look into the way back through {node.rule.name}.")


def computed_whole(trace: Trace, rule: Rule) -> Rule:
    """The same rule, whose function is recorded as one call, unless it can be looked into."""
    fn = rule.fn
    if not isinstance(fn, FunctionType) or hasattr(fn, "__wrapped__") or is_straight(fn):
        return rule
    return rule.computed_by(lambda *args, **params: _computed(trace, fn, args, params))


def _computed(trace: Trace, fn: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    if not trace.reads(args):
        return fn(*args, **params)
    return trace.do(CALL, fn, tuple(map(_without_nodes, args)), params)


def _recorded(trace: Trace, vjp: Callable[..., Any], where: str) -> Callable[..., Any]:
    if vjp in trace.recorded:  # the rule is made of one that was recorded
        return vjp
    straight = is_straight(vjp)

    def recorded(*args: Any, **params: Any) -> Any:
        if not trace.reads(args):
            try:
                return vjp(*args, **params)
            except RecordingError as failure:
                failure.args = (
                    f"mygrad.compile: {where}, whose derivative of higher order depends on values in ways that are not "
                    f"recorded. Compile derivatives of lower order, or write it with other functions; an argument that "
                    f"is a size or a flag is to be static (`static_argnames`).",
                )
                raise
        found = trace.tentatively(vjp, args, params) if straight else NotImplemented
        if found is not NotImplemented:
            return found
        args = tuple(map(_without_nodes, args))
        return trace.do(CALL, vjp, args, {name: _without_nodes(x) for name, x in params.items()})

    trace.recorded.add(recorded)
    return recorded


def _without_nodes(x: Any) -> Any:
    """What stands for a value that is not read: it has the shape and the dtype."""
    if type(x) is Node or type(x).__name__ == "_Shape":
        return np.broadcast_to(np.zeros((), x.dtype), x.shape)
    if type(x) in RECORDED:
        return x.as_array()
    return [_without_nodes(part) for part in x] if type(x) is list else x
