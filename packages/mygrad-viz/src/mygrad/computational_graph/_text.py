"""The picture as text, for terminals and logs."""

from __future__ import annotations

from mygrad.computational_graph._picture import Item, Picture

__all__ = ["text_of"]


def text_of(picture: Picture) -> str:
    """A line for each value, in the order of their making."""
    lines = [f"... {picture.more:,} more values before these"] if picture.more else []
    names = {item.number: item.title for item in picture.items}
    lines += [_line(item, names) for item in picture.items]
    if picture.note:
        lines.append(picture.note)
    return "\n".join(lines)


def _line(item: Item, names: dict[int, str]) -> str:
    words = [item.dtype, f"shape {item.shape}"]
    if item.constant:
        words.append("constant")
    for line in item.lines:
        start = names.get(line.start, f"%{line.start}")
        if line.role == "view":
            words.append(f"view of {start}")
        elif line.role == "shared":
            words.append(f"view of {start}, but no gradient flows")
        elif line.role == "before":
            words.append(f"written in place of {start}")
    words += item.details
    made = f" = {item.call}" if item.call else ""
    return f"{item.title}{made}: {', '.join(words)}"
