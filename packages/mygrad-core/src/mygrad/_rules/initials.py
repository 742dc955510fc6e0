"""Reductions that start from a value, as functions of what they start from, too."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mygrad._rules.reductions import flattened
from mygrad._rules.rule import Rule
from mygrad._rules.shapes import astype

__all__ = ["with_initial"]


@cache
def with_initial(reduction: Rule) -> Rule:
    """The rule of a reduction that takes `initial` as its second argument, to which gradients flow.

    It is one more entry that is reduced, the first of each line: so the vjp of the entries tells that of `initial`.
    """
    of_entries: Any = reduction.vjps[0]

    def reduce(a, initial, **params):
        return reduction.fn(a, initial=initial, **params)

    def of_a(g, y, a, initial, axis=None, keepdims=False, dtype=None, where=True):
        if dtype is not None:
            a = astype(a, y.dtype)
        return of_entries(g, y, a, axis=axis, keepdims=keepdims, initial=initial, where=where)

    def of_initial(g, y, a, initial, axis=None, keepdims=False, dtype=None, where=True):
        lines, _ = flattened(a, axis)
        outer = lines.shape[:-1]
        first = np.broadcast_to(astype(initial, y.dtype), (*outer, 1))
        lines = np.concatenate((first, astype(lines, y.dtype)), axis=-1)
        if where is not True:
            where, _ = flattened(np.broadcast_to(where, a.shape), axis)
            where = np.concatenate((np.ones((*outer, 1), np.bool_), where), axis=-1)
        g, y = (np.reshape(x, outer) for x in (g, y))
        return np.sum(of_entries(g, y, lines, axis=-1, where=where)[..., 0])

    return Rule(reduce, (of_a, of_initial), name=reduction.name, masks=reduction.masks, singular=reduction.singular)
