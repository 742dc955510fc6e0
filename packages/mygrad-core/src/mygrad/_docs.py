"""Docstrings of ufuncs: what they have in common is written down once."""

from __future__ import annotations

__all__ = ["binary", "unary"]

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


def unary(name: str, summary: str, slope: str, *, x: str, y: str, grad: str, notes: str = "", more: str = "") -> str:
    """The docstring of a ufunc of one operand.

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
    keywords = _KEYWORDS.format(more=more)
    return _UNARY.format(
        name=name, summary=summary, slope=slope, x=x, y=y, grad=grad, notes=_tail(notes), keywords=keywords
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
) -> str:
    """The docstring of a ufunc of two operands; see `unary`."""
    return _BINARY.format(
        name=name,
        summary=summary,
        slopes=slopes,
        x1=x1,
        x2=x2,
        y=y,
        grads=grads,
        notes=_tail(notes),
        keywords=_KEYWORDS.format(more=""),
    )
