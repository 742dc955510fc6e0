"""``t.shape = ...``: the same tensor, with the same values in the same memory, under another shape.

No value changes, so the graph loses nothing: gradients go on to reach the tensor from where it was used
under its old shape, even if tracking is off by now. Whatever refers to the old shape - a view of the
tensor, a node computed from it - goes on to see that, by way of a reshape.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._engine.backward import like
from mygrad._engine.guard import as_view, take_view
from mygrad._engine.handle import (
    Handle,
    new_hidden,
    node_of,
    present_node,
    protect,
    register_saved_view,
    root_of,
    view_of,
)
from mygrad._engine.inplace import own_grad
from mygrad._engine.node import NO_PARAMS, new_node
from mygrad._rules import RULES, Rule

__all__ = ["reshape_inplace"]

Array = np.ndarray[Any, Any]
RESHAPE: Rule = RULES[np.reshape]


def reshape_inplace(t: Handle, shape: Any) -> None:
    """``t.shape = shape``.

    Raises
    ------
    ValueError
        If `shape` has another number of elements.
    AttributeError
        If the elements do not lie in memory so that they can take on that shape where they are.
    """
    data, in_place = as_view(t._memory.reshape(shape), t._memory)
    if not in_place:
        raise AttributeError(
            f"the tensor of shape {t._memory.shape} cannot be reshaped to {data.shape} in place, "
            f"because of its layout in memory. Use `reshape`, which makes a copy if necessary."
        )
    shape = data.shape
    if shape == t._memory.shape:
        return
    view = t._view
    if view is not None:  # of a hidden view from now on, which has the old shape
        former = new_hidden(t._memory, t._constant)
        former._view, former._weak = view, t._weak
        t._view = view_of(former, RESHAPE, (shape,), NO_PARAMS, view.linked)
    if view is not None and view.linked:
        t._memory = _reshaped(t._memory, shape)
        t._weak = t._grad = None  # to be derived anew
    else:
        _reshape_own(t, shape)


def _reshaped(data: Array, shape: tuple[int, ...]) -> Array:
    return take_view(data, lambda array: array.reshape(shape))


def _reshape_own(t: Handle, shape: tuple[int, ...]) -> None:
    """Reshape a tensor whose node is not derived from another tensor's."""
    grad, old = own_grad(t), present_node(t)
    t._memory = _reshaped(t._memory, shape)
    t._grad = None if grad is None else like(grad.reshape(shape), t._memory, copy=True)
    if old is None or old.parents is None:
        return  # `t` is a leaf, which gets its node when it is used
    t._node = t._weak = None
    register_saved_view(root_of(t), old)  # which a write to `t` would not find any more
    if old.rule is None:
        # A leaf stays one. What was computed from the old leaf is from now on computed from the new one reshaped.
        new = node_of(t)
        new.seq = -new.seq  # lower than that of everything computed from the old one
        old.rule, old.parents, old.owner = RESHAPE, (new, old.shape), None
        old.is_latest = False
    else:
        new = t._node = new_node(RESHAPE, (old, shape), NO_PARAMS, shape, old.dtype, old.constant)
        new.owner = old
    if old.guarded:
        protect(t, new)
