"""Where nan comes from: what `mygrad.detect_anomaly` notes of operations, and what it makes of that.

A result is not judged when it is computed, for what is masked out later does no harm: ``np.where(x > 0, np.log(x), 0)``
is right. It is judged when it is final: when it is differentiated, or when the block ends and nothing has been computed
from it. From there the notes lead back to the first operation whose result had the nan.

A gradient is judged when it is that of a variable. What each vjp has contributed leads up to the first one that made
what is not finite of what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary, ref

import numpy as np

from mygrad._engine.handle import Handle, node_of
from mygrad._engine.node import Node
from mygrad._engine.source import Place, place_of, users_place
from mygrad._engine.state import Anomaly, mode
from mygrad.errors import AnomalyError

__all__ = ["Block", "Flow", "block", "check_value", "note"]

Array = np.ndarray[Any, Any]
#: So many arguments are told.
_MOST = 5


class _Values:
    """What is known of the values of an array: their range, or that of their sizes, and how many are not finite."""

    __slots__ = ("dtype", "high", "infs", "low", "nans", "shape")

    def __init__(self, array: Array) -> None:
        self.shape, self.dtype = array.shape, array.dtype
        self.nans = self.infs = 0
        self.low = self.high = None
        if array.size:
            if array.dtype.kind == "c":
                with np.errstate(all="ignore"):
                    array = np.abs(array)
            self.low, self.high = array.min(), array.max()
            if not (isfinite(self.low) and isfinite(self.high)):  # nan takes precedence in both
                finite = array[np.isfinite(array)]
                self.nans = int(np.isnan(array).sum())
                self.infs = array.size - self.nans - finite.size
                self.low, self.high = (finite.min(), finite.max()) if finite.size else (None, None)

    def has(self, what: Anomaly) -> bool:
        return bool(self.nans or (self.infs and what == "inf"))

    def __str__(self) -> str:
        what = "of sizes from" if self.dtype.kind == "c" else "from"
        parts = [] if self.low is None else [f"{what} {self.low} to {self.high}"]
        parts += [f"{count} {name}" for count, name in ((self.nans, "nan"), (self.infs, "inf")) if count]
        return f"{self.dtype} of shape {self.shape}{''.join(f', {part}' for part in parts)}"


class _Note:
    """What was noted of an operation when it was computed.

    Attributes
    ----------
    arguments : list[_Values | None]
        Of each that has values. The arguments are the parents of the node.
    results : list[_Values]
    arrays : list[weakref.ref[ndarray]]
        The results themselves.
    used : bool
        Whether anything has been computed from the result.
    """

    __slots__ = ("arguments", "arrays", "block", "name", "place", "results", "used")

    def __init__(self, node: Node, args: Iterable[Any]) -> None:
        assert node.rule is not None
        self.name = node.rule.name
        self.place: Place = users_place()
        self.block = block.get()
        self.arguments = [_values_of(a) for a in args]
        self.results: list[_Values] = []
        self.arrays: list[ref[Array]] = []
        self.used = False

    def computed(self, value: Any) -> None:
        """Note the result, or the results."""
        arrays = value if isinstance(value, tuple) else (value,)
        self.results = [v for v in map(_values_of, arrays) if v is not None]
        self.arrays = [ref(a) for a in arrays if isinstance(a, np.ndarray)]

    def has(self, what: Anomaly) -> bool:
        return any(v.has(what) for v in self.results)

    def __str__(self) -> str:
        known = [(f"argument {i}", v) for i, v in enumerate(self.arguments, 1) if v is not None]
        lines = [f"{self.name}, computed by {place_of(*self.place)}"]
        lines += [f"  {what}: {v}" for what, v in known[:_MOST]]
        if len(known) > _MOST:
            lines.append(f"  and {len(known) - _MOST} more arguments")
        lines += [f"  result: {v}" for v in self.results]
        return "\n".join(lines)


def _values_of(a: Any) -> _Values | None:
    if isinstance(a, Handle):
        a = a._memory
    if isinstance(a, (np.ndarray, np.generic, float, int, complex)):
        array = np.asarray(a)
        return _Values(array) if array.dtype.kind in "fiubc" else None
    return None


_NOTES: WeakKeyDictionary[Node, _Note] = WeakKeyDictionary()


def note(node: Node, args: Sequence[Any], value: Any = None) -> _Note:
    """Note that an operation was computed: before it has overwritten an argument. The `value` may be told later."""
    made = _NOTES[node] = _Note(node, args)
    if value is not None:
        made.computed(value)
    for p in node.parents or ():
        if type(p) is Node:
            mark_used(p)
    return made


def note_write(root: Handle, value: Any) -> None:
    """Note that `value` was written to a part of `root`, or to all of it."""
    node = root._node
    if node is not None and node.rule is not None and node not in _NOTES:
        note(node, (None, value), root._memory)
    elif isinstance(value, Handle):
        mark_used(node_of(value))


def mark_used(node: Node) -> None:
    """Note that something was computed from the value of a node, or from a view of it."""
    while node not in _NOTES and node.parents and (node.shared or _is_part(node)):
        node = node.parents[0]
    known = _NOTES.get(node)
    if known is not None:
        known.used = True


def _is_part(node: Node) -> bool:
    """Whether a node is one of the results of an operation that has several."""
    whole = node.parents[0]  # type: ignore[index]
    return type(whole) is Node and whole.rule is not None and whole.rule.several


# -- values ----------------------------------------------------------------------------------------------


def check_value(t: Handle, final: str) -> None:
    """Raise AnomalyError if a tensor has what is looked for; `final` says what makes it a result."""
    what = mode.get().watched
    values = _values_of(t)
    if what is not None and values is not None and values.has(what):
        raise _anomaly(node_of(t), what, values, final)


def _anomaly(root: Node, what: Anomaly, values: _Values, final: str) -> AnomalyError:
    found = "nan" if values.nans else "inf"
    reached = [root]
    seen = set(reached)
    for node in reached:  # which grows meanwhile
        known = _NOTES.get(node)
        if known is not None and not known.has(what):
            continue
        for i, p in enumerate(node.parents or ()):
            if type(p) is Node and p not in seen:
                argument = known.arguments[i] if known is not None and i < len(known.arguments) else None
                if argument is None or argument.has(what):
                    seen.add(p)
                    reached.append(p)
    origins = [node for node in reached if node in _NOTES and _NOTES[node].has(what)]
    if not origins:
        return AnomalyError(
            f"there is {found} in {final} ({values}), which came up in no operation that was watched: it was given, or "
            f"computed outside of `detect_anomaly`"
        )
    first = _NOTES[min(origins, key=lambda node: node.seq)]
    given = any(v is not None and v.has(what) for v in first.arguments)
    how = f"{found} was given to" if given else f"{found} came up in"
    return AnomalyError(f"{how} {first}\nThere is {found} in {final} ({values}), and this is where it comes from.")


class Block:
    """What was computed in a block, and what is open around it."""

    __slots__ = ("outer",)

    def __init__(self) -> None:
        self.outer = block.get()

    def check(self, what: Anomaly) -> None:
        """Raise AnomalyError if a result that is still there, and was not used, has what is looked for."""
        bad: dict[Node, _Values] = {}
        for weak in _NOTES.keyrefs():
            node = weak()
            known = None if node is None else _NOTES.get(node)
            if node is None or known is None or known.block is not self or known.used:
                continue
            for array in known.arrays:
                result = array()
                values = None if result is None else _values_of(result)
                if values is not None and values.has(what):
                    bad[node] = values
        if bad:
            first = min(bad, key=lambda node: node.seq)
            raise _anomaly(first, what, bad[first], "what was computed last in the block")


#: The innermost block.
block: ContextVar[Block | None] = ContextVar("mygrad_block", default=None)


# -- gradients -------------------------------------------------------------------------------------------


class Flow:
    """Which nodes have contributed what is not finite to which gradients, in a backward pass."""

    __slots__ = ("_into",)

    def __init__(self, seeds: Iterable[Any]) -> None:
        self._into: dict[Node, list[Node]] = {}
        for seed in seeds:
            if not _is_finite(seed):
                raise AnomalyError(f"the gradient that the backward pass was to begin with is {_values_of(seed)}")

    def add(self, node: Node, p: Node, r: Any) -> None:
        """Note that `node` adds `r` to the gradient of `p`."""
        if not _is_finite(r):
            self._into.setdefault(p, []).append(node)

    def check(self, targets: Iterable[Node], grads: dict[Node, Any]) -> None:
        """Raise AnomalyError if the gradient of one of these variables is not finite."""
        bad = [t for t in targets if t in grads and not _is_finite(grads[t])]
        if not bad:
            return
        reached: list[Node] = []
        seen = set(bad)
        unseen = list(bad)
        while unseen:
            new = [node for node in self._into.get(unseen.pop(), ()) if node not in seen]
            seen.update(new)
            unseen += new
            reached += new
        values = _values_of(grads[bad[0]])
        message = f"the gradient of a variable of shape {bad[0].shape} is {values}"
        if not reached:
            raise AnomalyError(f"{message}: it is a sum of finite gradients, which is too large for its dtype")
        first = max(reached, key=lambda node: node.seq)
        known = _NOTES.get(first)
        where = known or f"{first.rule.name}, computed outside of `detect_anomaly`"  # type: ignore[union-attr]
        raise AnomalyError(f"{message}. What is not finite came up in the backward pass of {where}")


def _is_finite(r: Any) -> bool:
    return bool(np.isfinite(r._memory if isinstance(r, Handle) else r).all())
