"""Docstrings: what those of a family of functions have in common is written down once.

Those of ufuncs are made in `ufuncs.py`.
"""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any, TypeVar

__all__ = ["fill_in", "made_when_read"]

K = TypeVar("K", bound=type)

#: What may stand in braces in the docstrings of functions, and in other parts. As for ``{constant}``, another condition
#: may be given: ``{constant if all arguments are constants}``.
_PARTS = {
    "unary": """\
Parameters
----------
a : array_like
{constant}

Returns
-------
Tensor""",
    "shaped": """\
shape : int | tuple[int, ...]
dtype : dtype_like, optional
{order}
{unless_float}

Returns
-------
Tensor""",
    "searched": """\
a : array_like
axis : int | tuple[int, ...], optional
    The axes to search; all by default.
{out}
{keepdims}""",
    "compared": """\
where : array_like of bool, optional
    Which elements to compare. The others get a gradient of 0.
{constant}

Returns
-------
Tensor

Raises
------
ValueError
    If there is nothing to compare.""",
    "spread": """\
ddof : float, optional
    The sum of N squares is divided by ``N - ddof``.
{keepdims}
{where}
mean : array_like, optional
    The mean, if it is at hand: computed from `a` with ``keepdims=True``. It is differentiated too.
correction : float, optional
    The array API's name of `ddof`.""",
    "chained": """\
{constant if all factors are constants}

Returns
-------
Tensor

Raises
------
ValueError
    If there are fewer than two, or if their shapes do not fit.
LinAlgError
    If one has another number of axes.""",
    "order": """\
order : {'C', 'F'}, optional
    The order in memory.
device : {'cpu'}, optional
    As the array API has it.""",
    "out": "out : Tensor | ndarray, optional\n    Receives the result.",
    "keepdims": "keepdims : bool, optional\n    Whether the axes stay in the result, with length one.",
    "where": "where : array_like of bool, optional\n    Which elements to include. The others get a gradient of 0.",
    "constant": """\
constant : bool, optional
    Whether gradients stop at the result. By default they do if `a` is a constant.""",
    "unless_float": """\
constant : bool, optional
    Whether gradients stop at the tensor. By default they do unless the dtype is one of floating-point
    numbers.""",
}


def fill_in(module: dict[str, Any]) -> None:
    """Put into the docstrings of the module's functions what they have in common with others.

    Parameters
    ----------
    module : dict[str, Any]
        Its ``globals()``. Functions that others wrap are filled in, too.
    """
    for name in module["__all__"]:
        function = module[name]
        while isinstance(function, FunctionType) and function.__doc__:  # there are none if Python leaves them out
            function.__doc__ = _filled(function.__doc__, _NEW_LINE)
            function = getattr(function, "__wrapped__", None)


#: Of docstrings as Python keeps them.
_NEW_LINE = "\n" if sys.version_info >= (3, 13) else "\n    "


def _filled(doc: str, new_line: str) -> str:
    before, *others = doc.split("{")
    for other in others:
        name, brace, behind = other.partition("}")
        part, _, condition = name.partition(" if ")
        if part in _PARTS:
            text = _filled(_PARTS[part], "\n").replace("\n", new_line)
            before += text.replace("`a` is a constant", condition) if condition else text
        else:
            before += f"{{{name}{brace}"
        before += behind
    return before


def made_when_read(kind: K) -> K:
    """Have the docstrings of objects of the decorated class made by their method `_make_doc`, when they are read.

    (To make those of a hundred functions took half a millisecond at import.)
    """
    kind.__doc__ = _MadeWhenRead(kind.__doc__)  # type: ignore[assignment]
    return kind


class _MadeWhenRead:
    def __init__(self, of_class: str | None) -> None:
        self._of_class = of_class

    def __get__(self, instance: Any, owner: type) -> str | None:
        return self._of_class if instance is None else str(instance._make_doc())
