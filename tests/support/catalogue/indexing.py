"""Example calls of what the engine makes of indexing, of writes and of views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._rules.indexing import add_at, embed_view, getitem, set_at, set_view, take_view, zero_at, zero_view

__all__ = ["EXAMPLES"]

CUBE = np.linspace(-1.3, 2.1, 24).reshape(2, 3, 4)
M = CUBE[1]

# Indices of a 3x4 matrix.
BASIC = [1, -1, (slice(None), 2), (..., None, 1), slice(None, None, -2), (0, 1), (), Ellipsis, slice(2, 2)]
ONCE = [
    M > 1.2,
    np.array([True, False, True]),
    (np.array([False, True, True]), slice(1, None)),
    np.zeros((3, 4), bool),
    (slice(None), np.array([3, 0])),
    (np.array([[0], [2]]), np.array([1, -1])),
    np.zeros((0,), int),
]
REPEATED = [
    np.array([0, 2, 2, -1]),
    np.array([1, 1], dtype=np.int8),
    (np.array([0, 0, 2], dtype=np.uint8), np.array([1, 1, 3])),
    (slice(None), np.array([[3, 0], [3, 3]])),
    (np.array([0, 0]), None, slice(1, 3)),
    (np.array([2, -1]), 1),
]
EVERY = [*BASIC, *ONCE, *REPEATED]

# Paths from an array to a view of it.
PATHS = [
    ((getitem, (1,), {}),),
    ((getitem, ((slice(None), slice(None, None, 2)),), {}),),
    ((np.transpose, (), {}), (getitem, (slice(1, 3),), {})),
    ((np.reshape, ((4, 3),), {}), (getitem, ((slice(1, 3), 0),), {})),
    ((np.expand_dims, (1,), {}), (np.swapaxes, (0, -1), {})),
]


def at(array: np.ndarray, index: Any) -> np.ndarray:
    """Numbers of the shape of the part of `array` at `index`."""
    part = np.asarray(array[index])
    return np.linspace(0.3, 1.7, part.size).reshape(part.shape)


def seen(array: np.ndarray, path: Any) -> np.ndarray:
    return np.cos(take_view(array, path))


EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    getitem: [
        *[Example((M, index)) for index in EVERY],
        Example((CUBE, (slice(None), np.array([0, 0]), np.array([1, 2])))),
        Example((CUBE, (np.array([0, 1, 1]), slice(None), np.array([1, 2, 2])))),
        Example((np.array(0.7), ...)),
        Example((np.array(0.7), ())),
        Example((np.array(0.7), None)),
        Example((np.zeros((0, 3)), slice(None))),
        Example((np.asfortranarray(M), np.array([2, 0, 2]))),
    ],
    add_at: [Example((at(M, index), index, M.shape)) for index in EVERY],
    set_at: [
        *[Example((M, at(M, index), index)) for index in EVERY],
        # Values that broadcast to the part.
        Example((M, np.array(0.4), M > 1.2)),
        Example((M, np.array([0.4]), np.array([0, 2, 2]))),
        Example((M, np.array([0.4, 0.1, -0.2, 0.6]), np.array([0, 2, 2]))),
        Example((M, 0.4, np.array([0, 2, 2])), diff=(0,)),
    ],
    zero_at: [Example((M, index)) for index in EVERY],
    take_view: [Example((M, path)) for path in PATHS],
    embed_view: [Example((seen(M, path), path, M.shape)) for path in PATHS],
    set_view: [
        *[Example((a, seen(M, path), path)) for path in PATHS for a in (M, np.asfortranarray(M))],
        Example((M, np.array(0.4), PATHS[0])),
        Example((M, np.array([[0.4], [0.1], [-0.2]]), PATHS[1])),
    ],
    zero_view: [Example((M, path)) for path in PATHS],
}
