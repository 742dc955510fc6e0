"""What a drawing shows, before it is written in any language: items, in the order of their making, and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from mygrad import Tensor
from mygrad.computational_graph._labels import argument_text, printable, statistics, value_text
from mygrad.errors import InvalidBackprop
from mygrad.functional import derivatives
from mygrad.inspection import Graph, GraphNode, graph_of

__all__ = ["KINDS", "Item", "Kind", "Line", "Options", "Picture"]

Array = np.ndarray[Any, Any]
Kind = Literal["variable", "constant", "operation", "view", "write", "cleared"]

#: The kinds of items, in the order of the legend, and what they are.
KINDS: Mapping[Kind, str] = {
    "variable": "variable",
    "constant": "constant",
    "operation": "operation and its result",
    "view": "view",
    "write": "written in place",
    "cleared": "cleared",
}

#: Operations whose operands need no numbers.
_COMMUTATIVE = frozenset(("add", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2", "maximum", "minimum", "multiply"))


class Options(NamedTuple):
    """What to say of each value."""

    dims: bool = False
    dtypes: bool = False
    sum_stats: bool = False
    values: bool | None = None
    grads: bool = False


class Line(NamedTuple):
    """A line from an item to one that was computed from it.

    Attributes
    ----------
    start : int
        The number of the earlier item.
    role : {"operand", "view", "shared", "before"}
        What it is to the later one: an operand; the base of a view; memory that is shared while gradients are not;
        or what was in the memory before the write.
    label : str
    """

    start: int
    role: Literal["operand", "view", "shared", "before"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One value and the operation that made it.

    Attributes
    ----------
    number : int
    kind : Kind
    is_result : bool
        Whether the drawing is of this value's graph.
    constant, overwritten : bool
    name : str
        May be empty.
    operation : str
        The operation with those of its arguments that no line stands for; empty if there is none.
    call : str
        The operation with all arguments, for texts.
    dtype, shape : str
    facts : tuple[str, ...]
        Dimensions and dtype, if they are to be shown.
    details : tuple[str, ...]
        What else there is to say.
    lines : tuple[Line, ...]
    """

    number: int
    kind: Kind
    is_result: bool
    constant: bool
    overwritten: bool
    name: str
    operation: str
    call: str
    dtype: str
    shape: str
    facts: tuple[str, ...]
    details: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The name or, without one, the number."""
        return self.name or f"%{self.number}"

    @property
    def small(self) -> tuple[str, ...]:
        """What a picture shows below the title."""
        return self.facts + self.details

    @property
    def bold(self) -> str:
        """What a picture shows as the title: not the number, if there is something better."""
        return self.name if self.operation or self.small else self.title


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a drawing shows.

    Attributes
    ----------
    items : tuple[Item, ...]
        In the order of their making; the last is the result.
    more : int
        How many earlier ones are left out.
    note : str
        A sentence on the whole, or nothing.
    """

    items: tuple[Item, ...]
    more: int
    note: str

    @classmethod
    def of(cls, tensor: Tensor, names: Mapping[str, Any] | None, options: Options, max_nodes: int | None) -> Picture:
        """The picture of the graph of `tensor`, or of the last `max_nodes` values of it."""
        held = [value for value in (names or {}).values() if isinstance(value, Tensor)]
        graph = graph_of(tensor, held)
        known = _names_of_nodes(graph, names or {})
        more = 0 if max_nodes is None else max(0, len(graph) - max_nodes)
        shown = graph[more:]
        earlier = _names_of_earlier(shown, known)
        grads = _gradients(tensor, shown) if options.grads else {}
        values = options.values
        if values is None and names is None:
            values = True
        describe = _Describer(known, earlier, grads, options._replace(values=values), options.values is True)
        items = tuple([describe(node, node.number == len(graph) - 1) for node in shown])
        note = ""
        if items[-1].kind == "cleared" and len(graph) == 1:
            who = items[-1].name or "this tensor"
            note = (
                f"The graph of {who} was cleared by backward() or clear_graph(). "
                f"What it was computed from is known no more: draw a graph before that."
            )
        return cls(items, more, note)

    def limited(self, most: int) -> Picture:
        """The picture of the last `most` items."""
        left_out = max(0, len(self.items) - most)
        return replace(self, items=self.items[left_out:], more=self.more + left_out)

    def starts_before(self, item: Item) -> bool:
        """Whether a line to `item` comes from what is left out."""
        return any(line.start < self.items[0].number for line in item.lines)

    def lines_to(self, item: Item) -> list[Line]:
        """The lines to `item` from what is shown."""
        return [line for line in item.lines if line.start >= self.items[0].number]

    def count_lines(self) -> int:
        """How many lines are drawn."""
        return sum(len(self.lines_to(item)) + self.starts_before(item) for item in self.items)


def _names_of_nodes(graph: Graph, names: Mapping[str, Any]) -> dict[GraphNode, str]:
    """What the user calls the values of the graph."""
    arrays = {id(array): node for node in graph if (array := node.array) is not None}
    known: dict[GraphNode, str] = {}
    # An interactive session has underscored names for results, `_` and `_12`, which are a last resort.
    for name in sorted(names, key=lambda name: name.startswith("_")):
        value = names[name]
        if isinstance(value, Tensor):
            node = graph.find(value)
        elif isinstance(value, np.ndarray):
            node = arrays.get(id(value))
        else:
            continue
        if node is not None and node not in known and name.strip():
            known[node] = printable(name)
    return known


def _names_of_earlier(nodes: Sequence[GraphNode], known: Mapping[GraphNode, str]) -> dict[GraphNode, str]:
    """Of values that were overwritten: what the tensor is called that had them."""
    earlier: dict[GraphNode, str] = {}
    for node in reversed(nodes):
        name = known.get(node) or earlier.get(node)
        if node.overwrites is not None and name:
            earlier.setdefault(node.overwrites, name)
    return earlier


def _gradients(tensor: Tensor, nodes: Sequence[GraphNode]) -> dict[GraphNode, str]:
    """Of the values whose tensors are known, the gradient: the one that is stored, or else that which would be."""
    found: dict[GraphNode, str] = {}
    wanted: dict[GraphNode, Tensor] = {}
    for node in nodes:
        t = node.tensor
        if t is not None and not node.constant:
            if t.grad is not None:
                found[node] = f"Grad: {value_text(t.grad)}"
            elif not node.cleared:
                wanted[node] = t
    if tensor.constant or tensor.dtype.kind == "c" or not wanted:  # a complex number has no gradient
        return found
    try:
        computed = derivatives(tensor, list(wanted.values()))
    except InvalidBackprop:  # a part of the graph was cleared, or an operation has no second derivative
        return found
    for node, gradient in zip(wanted, computed, strict=True):
        found[node] = f"Grad to be: {value_text(gradient.data.copy())}"
    return found


class _Describer:
    """Makes the items."""

    def __init__(
        self,
        known: Mapping[GraphNode, str],
        earlier: Mapping[GraphNode, str],
        grads: Mapping[GraphNode, str],
        options: Options,
        say_if_not_kept: bool,
    ) -> None:
        self.known = known
        self.earlier = earlier
        self.grads = grads
        self.options = options
        self.say_if_not_kept = say_if_not_kept

    def __call__(self, node: GraphNode, is_result: bool) -> Item:
        facts = []
        if self.options.dims and node.shape:
            facts.append(f"Dims: {node.shape}")
        if self.options.dtypes:
            facts.append(f"Dtype: {node.dtype}")
        return Item(
            number=node.number,
            kind=_kind(node),
            is_result=is_result,
            constant=node.constant,
            overwritten=node.overwritten,
            name=self.known.get(node, ""),
            operation=self._operation(node),
            call=self._call(node),
            dtype=str(node.dtype),
            shape=str(node.shape),
            facts=tuple(facts),
            details=tuple(self._details(node)),
            lines=tuple(_lines(node)),
        )

    def _operation(self, node: GraphNode) -> str:
        """The operation, with the arguments that no line leads from."""
        if node.operation is None:
            return ""
        name = printable(node.operation)
        if node.part is not None:
            return f"{name} {printable(node.part)}"
        words = ["·" if isinstance(a, GraphNode) else argument_text(a) for a in node.inputs]
        words += [f"{printable(key)}={argument_text(value)}" for key, value in node.params.items()]
        if not node.params and all(word == "·" for word in words):
            return name
        return printable(f"{name}({', '.join(words)})", 2 * len(name) + 48)

    def _call(self, node: GraphNode) -> str:
        if node.operation is None:
            return ""
        words = [
            self.known.get(a) or f"%{a.number}" if isinstance(a, GraphNode) else argument_text(a) for a in node.inputs
        ]
        if node.part is not None:
            words.insert(1, printable(node.part))
        words += [f"{printable(key)}={argument_text(value)}" for key, value in node.params.items()]
        return f"{printable(node.operation)}({', '.join(words)})"

    def _details(self, node: GraphNode) -> list[str]:
        details = []
        values, stats = self.options.values, self.options.sum_stats and bool(node.shape)
        if values or stats or (values is None and not node.shape):
            value = node.value
            if value is None:
                if self.say_if_not_kept or stats:
                    details.append("value not kept")
            else:
                if values or (values is None and not node.shape):
                    details.append(value_text(value))
                if stats:
                    details += statistics(value)
        if node in self.grads:
            details.append(self.grads[node])
        elif self.options.grads and not node.constant and node.tensor is not None:
            details.append("no gradient")
        if node.overwritten:
            name = self.earlier.get(node)
            details.append(f"{name} before the write" if name else "overwritten since")
        if node.cleared:
            details.append("its graph was cleared")
        return details


def _kind(node: GraphNode) -> Kind:
    if node.cleared:
        return "cleared"
    if node.view_of is not None:
        return "view"
    if node.operation is None:
        return "constant" if node.constant else "variable"
    return "operation" if node.overwrites is None else "write"


def _lines(node: GraphNode) -> list[Line]:
    parents = node.parents
    if node.view_of is not None and node.view_of not in parents:
        return [Line(node.view_of.number, "shared", "same memory")]
    numbered = len(set(parents)) > 1 and node.operation not in _COMMUTATIVE
    lines = []
    for position, parent in enumerate(parents, start=1):
        if parent is node.overwrites:
            lines.append(Line(parent.number, "before", "before"))
        elif parent is node.view_of:
            lines.append(Line(parent.number, "view", "view"))
        else:
            label = "value" if node.operation == "setitem" else str(position) if numbered else ""
            lines.append(Line(parent.number, "operand", label))
    return lines
