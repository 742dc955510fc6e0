"""The backward pass for many cotangents at once, as plain arrays: the rows of a Jacobian.

They stand along one more axis, the first. The vjps of an elementwise rule multiply by a factor, which is what they make
of ones: it is found once, and multiplies all rows. Others are called for one row after the other. Of small arrays, that
spares most of the time of a pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygrad._engine.backward import CLEARED, no_vjp
from mygrad._engine.functional import Step
from mygrad._engine.node import Node, has_complex
from mygrad._engine.state import unlifted
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules.recorded import assumed
from mygrad._rules.sums import add_up
from mygrad.errors import InvalidBackprop

__all__ = ["pull_rows", "rows_at_once"]

Array = np.ndarray[Any, Any]

#: How many numbers an array may have for this to pay: it is memory then that takes the time.
_MANY = 1 << 16


def rows_at_once(steps: list[Step]) -> int:
    """How many cotangents to take at once. One, if it has to be done one by one."""
    size = 1
    for node, _ in steps:
        rule: Any = node.rule
        if rule.several or not rule.vjps or has_complex(node):
            return 1
        size = max(size, node.size)
    return max(1, _MANY // size)


@unlifted
def pull_rows(root: Node, targets: Sequence[Node], cotangents: Array, steps: list[Step]) -> list[Array]:
    """What `vjp_arrays` gives, for each of several cotangents, along the first axis.

    Where one is zero, that is a number like any other here: where it meets what is not finite, nan comes up.
    """
    grads: dict[Node, Array] = {root: cotangents}
    keep = set(targets)
    count = len(cotangents)
    with np.errstate(all="ignore"):
        for node, positions in reversed(steps):
            g = grads.get(node) if node in keep else grads.pop(node, None)
            if g is None:
                continue
            if node.cleared:
                raise InvalidBackprop(CLEARED)
            rule: Any = node.rule
            parents: Any = node.parents
            out = node if node.data is None else node.data
            args = [p.data if type(p) is Node and p.data is not None else p for p in parents]
            for i in positions:
                vjp = rule.vjp(i)
                if vjp is None:
                    raise InvalidBackprop(no_vjp(rule, parents))
                p = parents[i]
                factor = vjp(np.ones(node.shape, node.dtype), out, *args, **node.params) if rule.elementwise else None
                if factor is not None and assumed(np.isfinite(factor).all()):
                    r = _fitted(g * factor, p)
                else:
                    # Nothing here is complex.
                    rows = [np.real(vjp(g[k, ...], out, *args, **node.params)) for k in range(count)]
                    rows = [row if np.shape(row) == p.shape else unbroadcast(row, p.shape) for row in rows]
                    r = np.stack(rows)
                    r = r if r.dtype == p.dtype else r.astype(p.dtype)
                grads[p] = r if p not in grads else grads[p] + r
    found = []
    for t in targets:
        g = grads.get(t)
        found.append(np.zeros((count, *t.shape), t.dtype) if g is None else g)
    return found


def _fitted(r: Array, p: Node) -> Array:
    """Rows of gradients, summed to the shape of the argument `p`, in its dtype."""
    shape = r.shape
    if shape[1:] != p.shape:
        extra = len(shape) - 1 - len(p.shape)
        axes = [i for i, n in enumerate(shape) if i and (i <= extra or (n != 1 and p.shape[i - 1 - extra] == 1))]
        r = add_up(r, tuple(axes), keepdims=True).reshape(shape[0], *p.shape)
    return r if r.dtype == p.dtype else r.astype(p.dtype)
