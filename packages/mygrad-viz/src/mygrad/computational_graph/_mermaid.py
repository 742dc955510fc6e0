"""The picture in Mermaid, which JupyterLab and many web pages draw themselves."""

from __future__ import annotations

from collections.abc import Mapping

from mygrad.computational_graph._dot import RESULT, STYLES
from mygrad.computational_graph._picture import Item, Kind, Picture

__all__ = ["MAX_CHARACTERS", "MAX_EDGES", "mermaid_of"]

#: Beyond these, Mermaid (in its default configuration) draws an error message.
MAX_EDGES = 500
MAX_CHARACTERS = 50_000

SHAPES: Mapping[Kind, tuple[str, str]] = {
    "variable": ("([", "])"),
    "constant": ("[", "]"),
    "operation": ("(", ")"),
    "view": ("[/", "/]"),
    "write": ("{{", "}}"),
    "cleared": ("[/", "\\]"),
}
ARROWS = {"operand": "-->", "view": "-.->", "shared": "-.-", "before": "==>"}
_RESULT = f"fill:{RESULT['fillcolor']},color:{RESULT['fontcolor']},stroke-width:4px"
#: Everything else is written as a character reference.
_PLAIN = frozenset(" ()[].,=+-/%·…")


def mermaid_of(picture: Picture, rankdir: str) -> str:
    """The source of a flowchart."""
    lines = [f"flowchart {rankdir}"]
    if picture.more:
        lines.append(f'  more["{picture.more:,} more"]:::more')
    for item in picture.items:
        opening, closing = SHAPES[item.kind]
        lines.append(f'  v{item.number}{opening}"{_label(item)}"{closing}:::{_class(item)}')
    for item in picture.items:
        if picture.starts_before(item):
            lines.append(f"  more -.-> v{item.number}")
        for line in picture.lines_to(item):
            label = f'|"{_escaped(line.label)}"|' if line.label else ""
            lines.append(f"  v{line.start} {ARROWS[line.role]}{label} v{item.number}")
    if picture.note:
        lines.append(f'  note["{_escaped(picture.note)}"]:::more')
    classes = {_class(item) for item in picture.items}
    lines += [f"  classDef {kind} {_style(kind)}" for kind in SHAPES if kind in classes]
    if picture.more or picture.note:
        lines.append("  classDef more fill:#ffffff,stroke:#555555,color:#000000,stroke-dasharray:4")
    if picture.items and not picture.note:
        lines.append(f"  style v{picture.items[-1].number} {_RESULT}")
    return "\n".join(lines) + "\n"


def _class(item: Item) -> Kind:
    return "constant" if item.constant else item.kind


def _label(item: Item) -> str:
    words = [_escaped(item.operation), f"<b>{_escaped(item.bold)}</b>" if item.bold else "", *map(_escaped, item.small)]
    return "<br/>".join(filter(None, words))


def _escaped(text: str) -> str:
    text = text.replace("\\n", "\\\u2060n")  # a word joiner, or Mermaid would break the line there, come what may
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)


def _style(kind: Kind) -> str:
    style = STYLES[kind]
    dashes = ",stroke-dasharray:4" if "dashed" in style["style"] else ""
    dashes = ",stroke-dasharray:2" if "dotted" in style["style"] else dashes
    return f"fill:{style['fillcolor']},stroke:#333333,color:#000000{dashes}"
