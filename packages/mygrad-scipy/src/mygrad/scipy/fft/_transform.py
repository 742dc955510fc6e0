"""What the transforms have in common: sizes along axes, and how one of SciPy's becomes a function of tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.fft

from mygrad.extend import lifts, linear
from mygrad.scipy._operands import array_operand, refuse

__all__ = ["fitted", "public", "sizes_along", "weighted"]

_DOC = """{summary}

    It is linear, and has derivatives of any order.

    Parameters
    ----------
    {x} : array_like
    {others}
        As in SciPy. No gradient flows to them.

    See Also
    --------
    scipy.fft.{name}

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.fft import {name}
    >>> {x} = mg.tensor({value})
    >>> y = {call}
    >>> (y * y).real.sum().backward()
    >>> {x}.grad.round(4) + 0.0
    {grad}
    """


def public(
    name: str, summary: str, transpose: Callable[..., Any], value: str, call: str, grad: str
) -> Callable[..., Any]:
    """A function of SciPy's that is linear in its first argument, for tensors.

    Parameters
    ----------
    name : str
    summary : str
    transpose : Callable
        ``transpose(g, shape, **keywords)``, given all arguments but the first by name.
    value, call, grad : str
        For the example: what is transformed, the call, and the gradient of the sum of squares.
    """
    theirs = getattr(scipy.fft, name)
    signature = inspect.signature(theirs)
    x, *others = signature.parameters
    defaults = {key: p.default for key, p in signature.parameters.items() if p.default is not inspect.Parameter.empty}

    def compute(a: Any, **keywords: Any) -> Any:
        return theirs(a, **keywords)

    def back(g: Any, shape: Any, **keywords: Any) -> Any:
        return transpose(g, shape, **{**defaults, **keywords})

    function = linear(compute, back)

    def transform(*args: Any, **keywords: Any) -> Any:
        given = signature.bind(*args, **keywords).arguments
        a = given.pop(x)
        refuse(name, **given)
        given.pop("overwrite_x", None)
        return function(array_operand(a), **given)

    transform.__name__ = transform.__qualname__ = name
    transform.__signature__ = signature  # type: ignore[attr-defined]
    names = ", ".join(others)
    transform.__doc__ = _DOC.format(
        summary=summary, name=name, x=x, others=names, value=value, call=call, grad=grad.replace("\n", "\n    ")
    )
    return lifts(f"scipy.fft.{name}")(transform)


def sizes_along(shape: Any, s: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sizes to which an array is cut or padded, along which axes."""
    if axes is None:
        axes = range(-(len(shape) if s is None else np.size(s)), 0)
    axes = tuple([int(k) % len(shape) for k in np.atleast_1d(axes)])
    sizes = [shape[k] for k in axes]
    if s is not None:
        sizes = [size if n is None or n == -1 else int(n) for n, size in zip(np.atleast_1d(s), sizes, strict=True)]
    return tuple(sizes), axes


def fitted(g: Any, shape: Any) -> Any:
    """`g`, cut or padded with zeros to a shape."""
    g = g[tuple([slice(n) for n in shape])]
    missing = [(0, n - size) for n, size in zip(shape, g.shape, strict=True)]
    return np.pad(g, missing) if any(after for _, after in missing) else g


def weighted(g: Any, axis: int, places: Any, factor: float) -> Any:
    """`g`, times a factor at some places of an axis."""
    g = np.array(g)
    index: list[Any] = [slice(None)] * g.ndim
    index[axis] = list(places)
    g[tuple(index)] *= factor
    return g
