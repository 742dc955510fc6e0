"""Docstrings: what those of ufuncs have in common, or those of other functions of a family, is written down once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any, TypeVar

__all__ = ["binary", "fill_in", "made_when_read", "unary"]

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


_KEYWORDS = """\
out : Tensor | ndarray | tuple, optional
    Where to put the result. A tensor is written in place, as a part of the graph.
where : array_like of bool, optional
    Where to compute. Elsewhere `out` keeps what it holds (without `out`, that is arbitrary), and no gradient
    flows to the operands.
dtype : dtype_like, optional
    The type of number to compute with.
casting, order, subok, signature
    As for all of NumPy's ufuncs.
constant : bool, optional
    Whether gradients stop at the result. By default they do if all operands are constants, or if the result
    is not of a floating-point dtype.
{more}
Returns
-------
Tensor
    Of the operands' common shape; `out`, if that is a tensor.

Raises
------
TypeError
    If an operand does not consist of real numbers, or `out` cannot hold the result.
ValueError
    If the shapes do not broadcast, or ``constant=False`` is asked of integers.
"""

_UNARY = """\
{summary}

Parameters
----------
x : array_like
{keywords}
Notes
-----
The derivative is {slope}.{notes}

Examples
--------
>>> import mygrad as mg
>>> x = mg.tensor({x})
>>> y = mg.{name}(x)
>>> y
Tensor({y})
>>> y.backward()
>>> x.grad
array({grad})
"""

_BINARY = """\
{summary}

Parameters
----------
x1, x2 : array_like
    Broadcast against each other.
{keywords}
Notes
-----
The derivatives are {slopes[0]} with respect to `x1` and {slopes[1]} with respect to `x2`.{notes}

Examples
--------
>>> import mygrad as mg
>>> x1, x2 = mg.tensor({x1}), mg.tensor({x2})
>>> y = mg.{name}(x1, x2)
>>> y
Tensor({y})
>>> y.backward()
>>> x1.grad
array({grads[0]})
>>> x2.grad
array({grads[1]})
"""


def _tail(notes: str) -> str:
    return f" {notes}" if notes else ""


def unary(
    name: str, summary: str, slope: str, *, x: str, y: str, grad: str, notes: str = "", more: str = ""
) -> Callable[[], str]:
    """What makes the docstring of a ufunc of one operand.

    Parameters
    ----------
    name, summary : str
    slope : str
        Its derivative, a formula in `x` and `y`.
    x, y, grad : str
        The example: operand, result and gradient.
    notes : str
        More about the derivative.
    more : str
        The entries of further parameters.
    """
    return partial(
        _made, _UNARY, more, name=name, summary=summary, slope=slope, x=x, y=y, grad=grad, notes=_tail(notes)
    )


def binary(
    name: str,
    summary: str,
    slopes: tuple[str, str],
    *,
    x1: str,
    x2: str,
    y: str,
    grads: tuple[str, str],
    notes: str = "",
) -> Callable[[], str]:
    """What makes the docstring of a ufunc of two operands; see `unary`."""
    return partial(
        _made,
        _BINARY,
        "",
        name=name,
        summary=summary,
        slopes=slopes,
        x1=x1,
        x2=x2,
        y=y,
        grads=grads,
        notes=_tail(notes),
    )


def _made(template: str, more: str, **parts: Any) -> str:
    return template.format(keywords=_KEYWORDS.format(more=more), **parts)


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
