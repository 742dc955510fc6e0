"""Undo broadcasting, once for all rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.sums import add_up

__all__ = ["unbroadcast"]


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum the gradient `g` down to `shape`, which was broadcast to the shape of `g`.

    Examples
    --------
    >>> unbroadcast(np.ones((4, 3, 2)), (3, 1))
    array([[8.],
           [8.],
           [8.]])
    """
    if g.shape == shape:
        return g
    wanted, extra = shape, g.ndim - len(shape)
    if extra < 0:  # what was written had more axes, of length one, than what it was written to
        shape, extra = shape[-extra:], 0
    if extra > 0:
        g = add_up(g, tuple(range(extra)))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    if stretched:
        g = add_up(g, stretched, keepdims=True)
    # A vjp may itself return something that is yet to be broadcast, as that of a scalar does.
    return g if g.shape == wanted else np.broadcast_to(g, wanted)
