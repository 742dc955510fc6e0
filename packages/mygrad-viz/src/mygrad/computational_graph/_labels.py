"""Short, printable texts for what labels show: names, values, statistics, arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["argument_text", "printable", "statistics", "value_text"]

#: Where texts are cut off.
MAX_NAME = 48
MAX_VALUE = 60


def printable(text: str, limit: int = MAX_NAME) -> str:
    r"""`text` on one line, with what cannot be seen spelled out, and cut if it is long.

    Examples
    --------
    >>> print(printable("two\nlines"))
    two\nlines
    """
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def value_text(value: Any) -> str:
    """The elements of an array, the middle ones left out if there are many.

    Examples
    --------
    >>> import numpy as np
    >>> value_text(np.arange(1000.0))
    '[0. 1. ... 998. 999.]'
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return str(array)
    # All that a user may have set for printing is fixed: the same graph looks the same everywhere.
    with np.printoptions(threshold=8, edgeitems=2, legacy=False):
        formatter: Any = {"float_kind": _float_text, "complex_kind": _complex_text}
        text = np.array2string(array, max_line_width=10_000, separator=" ", formatter=formatter)
    text = " ".join(text.split()).replace("[ ", "[").replace(" ]", "]")
    return printable(text, MAX_VALUE)


def _float_text(number: np.floating[Any]) -> str:
    text = f"{number:.4g}"
    return f"{text}." if text.lstrip("-").isdecimal() else text


def _complex_text(number: np.complexfloating[Any, Any]) -> str:
    return f"{number:.4g}"


def statistics(value: Any) -> list[str]:
    """The least, the median, the mean and the greatest element of an array, a line each; of complex ones, of abs."""
    array = np.asarray(value)
    if not array.size:
        return ["no elements"]
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    of = " of abs" if array.dtype.kind == "c" else ""
    with np.errstate(all="ignore"):  # whatever there may be, inf and nan among it
        array = np.abs(array) if of else array
        found = {"Min": np.min(array), "Median": np.median(array), "Mean": np.mean(array), "Max": np.max(array)}
    return [f"{name}{of}: {number:.6g}" for name, number in found.items()]


def argument_text(argument: Any) -> str:
    """An argument of an operation, as one would write it."""
    if isinstance(argument, np.ndarray):
        return f"<array {argument.dtype} {argument.shape}>" if argument.size > 8 else value_text(argument)
    if isinstance(argument, np.dtype):
        return argument.name
    if isinstance(argument, np.generic):
        return str(argument)
    if isinstance(argument, type) or callable(argument):
        return printable(getattr(argument, "__name__", type(argument).__name__))  # a repr may hold an address
    if isinstance(argument, tuple):
        return f"({', '.join(map(argument_text, argument))}{',' if len(argument) == 1 else ''})"
    if isinstance(argument, (int, float, complex, str, bytes, bool, slice, type(None), type(Ellipsis))):
        return printable(repr(argument))
    kind: Any = type(argument)  # for a type checker, methods of two classes would never be the same
    if kind.__repr__ is not object.__repr__ and kind.__module__.startswith("mygrad."):
        return printable(repr(argument))  # an object of ours, which says what was given
    return printable(kind.__name__)
