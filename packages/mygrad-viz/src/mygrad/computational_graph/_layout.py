"""Which lines to cut short, so that a picture can be read, and is drawn in a moment.

A weight that an unrolled network uses at each of its steps would have lines that run along the whole picture. Nobody
can follow these; and to route them takes Graphviz minutes, since it places a line anew in each row that it crosses
(measured: 400 values of a recurrent net, whose lines cross 11,000 rows, take it 180 s; after cutting them short,
0.3 s). Such a line starts at a reference to the value instead, just before where it ends.
"""

from __future__ import annotations

from mygrad.computational_graph._picture import Picture

__all__ = ["MORE", "long_lines"]

#: The number of what stands for all that is left out.
MORE = -1

#: How many rows all lines together may cross before the long ones are cut short.
CROSSINGS = 100
#: How many rows further down a line that is not a long one may end.
FAR = 8


def long_lines(picture: Picture) -> set[tuple[int, int]]:
    """The lines to cut short, by the numbers of their ends: the long ones, if there are many.

    The number of what stands for all that is left out is `MORE`.
    """
    starts = {item.number: {line.start for line in picture.lines_to(item)} for item in picture.items}
    for item in picture.items:
        if picture.starts_before(item):
            starts[item.number].add(MORE)
    rows = _rows({MORE: set(), **starts})
    lengths = {(start, end): rows[end] - rows[start] for end in starts for start in starts[end]}
    if sum(length - 1 for length in lengths.values()) <= CROSSINGS:
        return set()
    return {line for line, length in lengths.items() if length > FAR}


def _rows(starts: dict[int, set[int]]) -> dict[int, int]:
    """The row in which each value comes to stand, given what lines to it start from.

    That is just below its operands; but a leaf, and what was computed from leaves alone, just above its first use.
    """
    rows: dict[int, int] = {}
    for number, operands in starts.items():
        rows[number] = 1 + max((rows[operand] for operand in operands), default=0)
    first_use: dict[int, int] = {}
    for number, operands in reversed(starts.items()):
        if number in first_use and not any(starts[operand] for operand in operands):
            rows[number] = first_use[number] - 1
        for operand in operands:
            first_use[operand] = min(rows[number], first_use.get(operand, rows[number]))
    return rows
