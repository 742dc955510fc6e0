"""A table of a model's layers."""

from __future__ import annotations

from copy import copy
from operator import index
from typing import Any

import numpy as np

from mygrad import Tensor, no_autodiff
from mygrad.nnet.module import Module, children, own_tensors, rebuilt

__all__ = ["summary"]


def summary(model: Module, *inputs: Any, dtype: Any = None) -> str:
    """A table of the layers of a model: what each returns, and how many parameters it has.

    The model itself does not change: a copy of it, in evaluation, is called once.

    Parameters
    ----------
    model : Module
    *inputs : Sequence[int] | ndarray | Tensor
        What the model is called with: arrays, or the shapes of arrays of zeros.
    dtype : dtype_like, optional
        That of the zeros: an integer type for models of words or other indices. By default that of the first parameter.

    Returns
    -------
    str
        To be printed. A layer that is called several times is there once, with what it returned at last, and one that
        was not called has no shape. The parameters of a layer are those that are not those of a layer within it. Each
        is counted once, so that they add up.

    Examples
    --------
    >>> from mygrad.nnet import relu
    >>> from mygrad.nnet.modules import Linear, Sequential, summary
    >>> model = Sequential(Linear(4, 8), relu, Linear(8, 2))
    >>> print(summary(model, (32, 4)))
    layer                 output  parameters
    ----------------------------------------
    Sequential            (32, 2)          0
      0: Linear(4, 8)     (32, 8)         40
      1: Activation(relu) (32, 8)          0
      2: Linear(8, 2)     (32, 2)         18
    ----------------------------------------
    total                                 58
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: expected a module, but got {model!r}")
    if not inputs:
        raise TypeError("summary: what is the model to be called with? Give the shape of its input, or an array.")
    if dtype is None:
        dtype = next((t.dtype for t in model.parameters()), np.float32)
    shapes: dict[int, str] = {}
    twin = rebuilt(model, {}, {}, copied=lambda part: _recorder(part, shapes)).eval()
    given = [_given(x, dtype) for x in inputs]
    try:
        with no_autodiff:
            twin(*given)
    except TypeError as error:
        error.add_note(f"The model was called with {', '.join(map(_dtype_and_shape, given))}: see `dtype`.")
        raise
    rows: list[tuple[str, str, str]] = [("layer", "output", "parameters")]
    total, frozen = _add_rows(model, "", 0, shapes, rows, set())
    rows.append(("total", "", f"{total:,}"))
    if frozen:
        rows.append(("of these, frozen", "", f"{frozen:,}"))
    return _aligned(rows)


def _given(x: Any, dtype: Any) -> Any:
    """An input: an array, or zeros of a shape."""
    if isinstance(x, np.ndarray | Tensor):
        return x
    return np.zeros(tuple(map(index, x)), dtype)


def _dtype_and_shape(x: Any) -> str:
    return f"an array of dtype {x.dtype} and shape {x.shape}"


def _recorder(part: Any, shapes: dict[int, str]) -> Any:
    """A copy of `part`; of a module, one that notes the shape of what it returns, by the id of `part`."""
    copied = copy(part)
    if isinstance(part, Module) and callable(part):
        kind: Any = type(part)

        def call(self: Any, *args: Any, **options: Any) -> Any:
            result = kind.__call__(self, *args, **options)
            shapes[id(part)] = _shape_of(result)
            return result

        copied.__class__ = type(kind.__name__, (kind,), {"__call__": call})
    return copied


def _shape_of(result: Any) -> str:
    """The shape of what a module returned: of several results, those of all."""
    if isinstance(result, tuple | list):
        return ", ".join(map(_shape_of, result))
    return str(np.shape(result)) if isinstance(result, np.ndarray | Tensor) else type(result).__name__


def _add_rows(
    part: Module, label: str, depth: int, shapes: dict[int, str], rows: list[tuple[str, str, str]], seen: set[int]
) -> tuple[int, int]:
    """Add the row of a module, and those of all that it consists of.

    Returns
    -------
    tuple[int, int]
        How many parameters these have, without those that were `seen` before, and how many of them are frozen.
    """
    seen.add(id(part))
    sizes = {True: 0, False: 0}  # whether they are frozen
    for name, t in own_tensors(part):
        if id(t) not in seen and (not t.constant or name in part._frozen):
            seen.add(id(t))
            sizes[t.constant] += t.size
    described = part.describe()
    kind = f"{type(part).__name__}({described})" if described else type(part).__name__
    rows.append(("  " * depth + label + kind, shapes.get(id(part), "-"), f"{sum(sizes.values()):,}"))
    total, frozen = sum(sizes.values()), sizes[True]
    for name, child in children(part):
        if id(child) not in seen:
            more, cold = _add_rows(child, f"{name}: ", depth + 1, shapes, rows, seen)
            total, frozen = total + more, frozen + cold
    return total, frozen


def _aligned(rows: list[tuple[str, str, str]]) -> str:
    """The rows as text, the first one and the totals set off by lines."""
    first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [f"{a:<{first}} {b:<{second}} {c:>{third}}" for a, b, c in rows]
    rule = "-" * max(map(len, lines))
    end = next(i for i, row in enumerate(rows) if row[0] == "total")
    return "\n".join([lines[0], rule, *lines[1:end], rule, *lines[end:]])
