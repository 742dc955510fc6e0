"""Example calls of the functions that join and split arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._rules.joining import concatenate_arrays, stack_arrays

__all__ = ["EXAMPLES"]

rng = np.random.default_rng(12)


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


M, N, WIDE = normal(2, 3), normal(2, 3), normal(2, 5)
FORTRAN, STRIDED = np.asfortranarray(normal(2, 3)), normal(4, 6)[::-2, ::2]
CUBE = normal(2, 6, 4)
U, V = normal(3), normal(4)
SCALAR = np.array(0.3)
EMPTY = np.zeros((0, 3))

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    concatenate_arrays: [
        Example((M, N, STRIDED)),
        Example((M, EMPTY, N)),
        Example((M, WIDE), {"axis": 1}),
        Example((M, FORTRAN, WIDE), {"axis": -1}),
        Example((M, U, SCALAR), {"axis": None}),
        Example((U,), {"dtype": np.float64, "casting": "safe"}),
    ],
    stack_arrays: [
        Example((M, N, FORTRAN)),
        Example((M, STRIDED), {"axis": 1}),
        Example((M, N), {"axis": -1}),
        Example((SCALAR, np.array(2.0))),
        Example((EMPTY, EMPTY)),
    ],
}

# Functions made of others.
EXAMPLES |= {
    np.append: [Example((M, U)), Example((M, WIDE, 1)), Example((M, N), {"axis": 0})],
    np.array_split: [
        Example((U, 2)),
        Example((CUBE, 4, 1)),
        Example((CUBE,), {"indices_or_sections": [2, 3, 9], "axis": -1}),
        Example((U, 5)),
    ],
    np.block: [
        Example(([[M, WIDE], [normal(1, 8)]],)),
        Example(([U, V],)),
        Example(([[SCALAR, U], [V]],)),
        Example(([[[M]], [[N]]],)),
        Example((M,)),
    ],
    np.broadcast_arrays: [Example((M, U, SCALAR)), Example((M, [[1], [2]])), Example((normal(2, 1), U))],
    np.column_stack: [Example(([U, normal(3, 2), normal(3)],)), Example(([SCALAR, SCALAR],))],
    np.concatenate: [
        Example(([M, N],)),
        Example(((M, WIDE), 1)),
        Example(([M, [U, U]],), {"axis": 0}),
        Example(([M, U, SCALAR],), {"axis": None}),
        Example(([U, np.array([2, 0, 1])],)),
        Example(([M, N], 1), {"dtype": np.float32, "casting": "same_kind"}),
        Example((CUBE,), {"axis": -1}),
    ],
    np.dsplit: [Example((CUBE, 2)), Example((CUBE, [1]))],
    np.dstack: [Example(([M, N],)), Example(([U, normal(3)],)), Example(([CUBE, normal(2, 6, 1)],))],
    np.hsplit: [Example((CUBE, 3)), Example((U, [1, 2]))],
    np.hstack: [Example(([U, V],)), Example(([M, WIDE],)), Example(([SCALAR, U],)), Example((CUBE,))],
    np.meshgrid: [
        Example((U, V)),
        Example((U, V, normal(2)), {"indexing": "ij"}),
        Example((U, V, SCALAR), {"sparse": True}),
        Example((U, V), {"copy": False}),
        Example((U, V.astype(np.float32), np.arange(2)), {"sparse": True}),
        Example((U,)),
    ],
    np.split: [Example((CUBE, 2)), Example((CUBE, [1, 4], 1)), Example((CUBE, 2), {"axis": -1})],
    np.stack: [
        Example(([M, N],)),
        Example(((U, normal(3)), -1)),
        Example(([SCALAR, 2.5],)),
        Example(([M.astype(np.float32), N.astype(np.float32)],), {"dtype": float}),
        Example((CUBE, 2)),
    ],
    np.vsplit: [Example((CUBE, 2)), Example((M, [1]))],
    np.vstack: [
        Example(([U, np.arange(3)],), {"dtype": np.float32, "casting": "unsafe"}),
        Example(([U, M],)),
        Example(([SCALAR, normal(1)],)),
        Example((M,)),
    ],
}
if hasattr(np, "unstack"):
    EXAMPLES[np.unstack] = [Example((CUBE,)), Example((CUBE,), {"axis": -1}), Example((U,))]
