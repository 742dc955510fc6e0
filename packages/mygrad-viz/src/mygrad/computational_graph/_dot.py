"""The picture in DOT, the language of Graphviz.

Each value is one node, with the operation that made it in the first line of its label. Kinds are told apart by shape
and line, and by fills that differ in grey as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from textwrap import wrap

from mygrad.computational_graph._layout import MORE, long_lines
from mygrad.computational_graph._picture import KINDS, Item, Kind, Line, Picture

__all__ = ["ATTRIBUTES", "RESULT", "STYLES", "statements"]

Attributes = dict[str, str]
#: The arguments of ``graphviz.Digraph.node`` or ``edge``: one id or two, and attributes.
Statement = tuple[tuple[str, ...], Attributes]

#: The greatest width and height. What is larger is scaled down: as a bitmap, it could fill the memory.
INCHES = 64
FONT = "Helvetica,Arial,sans-serif"
#: Of the graph, its nodes and its edges.
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "graph": {
        "fontname": FONT,
        "fontsize": "10",
        "nodesep": "0.25",
        "ranksep": "0.35",
        "pad": "0.1",
        "bgcolor": "white",
        "size": f"{INCHES},{INCHES}",
    },
    "node": {"fontname": FONT, "fontsize": "11", "margin": "0.14,0.06", "height": "0.3", "width": "0.4"},
    "edge": {"fontname": FONT, "fontsize": "9", "fontcolor": "#555555", "color": "#555555", "arrowsize": "0.6"},
}
STYLES: Mapping[Kind, Mapping[str, str]] = {
    "variable": {"shape": "ellipse", "style": "filled", "fillcolor": "#a6cdf0", "penwidth": "1.5"},
    "constant": {"shape": "box", "style": "filled,dotted", "fillcolor": "#e6e6e6"},
    "operation": {"shape": "box", "style": "filled,rounded", "fillcolor": "#ffffff"},
    "view": {"shape": "tab", "style": "filled,dashed", "fillcolor": "#d5efcc"},
    "write": {"shape": "box3d", "style": "filled", "fillcolor": "#e9993f"},
    "cleared": {"shape": "note", "style": "filled,dashed", "fillcolor": "#f7f2d0"},
}
RESULT: Mapping[str, str] = {"penwidth": "3", "fillcolor": "#35456b", "fontcolor": "#ffffff"}
OVERWRITTEN: Mapping[str, str] = {"fontcolor": "#555555", "color": "#aaaaaa"}
LINES: Mapping[str, Mapping[str, str]] = {
    "operand": {},
    "view": {"style": "dashed"},
    "shared": {"style": "dotted", "dir": "none"},
    "before": {"penwidth": "2"},
}
LEFT_OUT: Mapping[str, str] = {"shape": "folder", "style": "dashed", "class": "more", "tooltip": "left out"}
#: Where a line starts that was cut short.
REFERENCE: Mapping[str, str] = {
    "shape": "plaintext",
    "class": "reference",
    "tooltip": "stands elsewhere",
    "margin": "0.02",
    "height": "0.1",
    "width": "0.1",
}


def statements(picture: Picture, legend: bool) -> tuple[Attributes, list[Statement]]:
    """The drawing: attributes of the graph; its nodes, whose ids are the numbers of the values; and its edges."""
    cut = long_lines(picture)
    named = {start for start, _ in cut}
    titles = {item.number: item.title for item in picture.items} | {MORE: "…"}
    ids = {item.number: str(item.number) for item in picture.items} | {MORE: "more"}

    def edge(start: int, end: int, attributes: Attributes) -> Statement:
        reference = f"_{end}" if (start, end) in cut else ""
        return (ids[start] + reference, ids[end]), attributes

    drawn: list[Statement] = []
    if picture.more:
        drawn.append(((ids[MORE],), {"label": _html([f"{picture.more:,} more"]), **LEFT_OUT}))
    drawn += [((ids[item.number],), _node(item, item.number in named)) for item in picture.items]
    for start, end in sorted(cut):
        drawn.append(((f"{ids[start]}_{end}",), {"label": _html([], [], [titles[start]]), **REFERENCE}))
    for item in picture.items:
        if picture.starts_before(item):
            drawn.append(edge(MORE, item.number, {"style": "dashed"}))
        drawn += [edge(line.start, item.number, _edge(line)) for line in picture.lines_to(item)]
    return _below(picture, legend, bool(cut)), drawn


def _below(picture: Picture, legend: bool, references: bool) -> Attributes:
    """What stands below the picture: the note, or what shapes and colours mean."""
    if picture.note:
        return {"label": _html(wrap(picture.note, 60))}
    if not legend:
        return {}
    swatches = list(_legend(picture.items))
    if references:
        swatches.append("name alone: a value that stands elsewhere")
    cells = "".join(f"<TD>{swatch}</TD>" for swatch in swatches)
    return {"label": f'<<TABLE BORDER="0" CELLSPACING="6" CELLPADDING="0"><TR>{cells}</TR></TABLE>>'}


def _node(item: Item, named: bool) -> Attributes:
    attributes = {
        "label": _html([item.operation], [item.title if named else item.bold], item.small),
        **STYLES[item.kind],
        "class": item.kind,
        "tooltip": f"%{item.number}: {KINDS[item.kind]}",
    }
    if item.constant and item.kind != "constant":
        attributes |= {"fillcolor": STYLES["constant"]["fillcolor"], "style": f"{attributes['style']},dotted"}
        attributes["class"] += " constant"
    if item.overwritten:
        attributes |= OVERWRITTEN
        attributes["class"] += " overwritten"
    if item.is_result and item.kind != "cleared":
        attributes |= RESULT
        attributes["class"] += " result"
    return attributes


def _edge(line: Line) -> Attributes:
    attributes = dict(LINES[line.role])
    if line.label.isdecimal():  # the position of an operand
        attributes["headlabel"] = line.label
        attributes["labeldistance"] = "1.4"
    elif line.label:
        attributes["label"] = f" {line.label}"
    return attributes


def _html(plain: Iterable[str], bold: Iterable[str] = (), small: Iterable[str] = ()) -> str:
    rows = [_escaped(text) for text in plain if text]
    rows += [f"<B>{_escaped(text)}</B>" for text in bold if text]
    rows += [f'<FONT POINT-SIZE="9">{_escaped(text)}</FONT>' for text in small]
    return f"<{'<BR/>'.join(rows)}>"


def _escaped(text: str) -> str:
    return escape(text).replace("\\", "\\\\")  # or Graphviz would replace \N and the like


def _legend(items: Sequence[Item]) -> Iterator[str]:
    """A swatch for each kind that there is, and for the result."""
    kinds: set[Kind] = {item.kind for item in items}
    if any(item.constant for item in items):
        kinds.add("constant")
    for kind, words in KINDS.items():
        if kind in kinds:
            style = STYLES[kind]
            border = next((line for line in ("dashed", "dotted") if line in style["style"]), "solid")
            yield _swatch(words, style["fillcolor"], border + ",rounded" * (kind in ("variable", "operation")))
    yield _swatch("the result", RESULT["fillcolor"], "solid", RESULT["fontcolor"])


def _swatch(words: str, fill: str, border: str, color: str = "#000000") -> str:
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="5" COLOR="#555555" STYLE="{border}" '
        f'BGCOLOR="{fill}"><TR><TD><FONT COLOR="{color}">{words}</FONT></TD></TR></TABLE>'
    )
