"""Example calls of the functions that rearrange, repeat, slide over and pad arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from catalogue import Example
from mygrad._rules.shapes import astype, embed_diagonal, sum_runs, sum_to_shape
from mygrad._rules.windows import overlap_add, windows

__all__ = ["EXAMPLES"]

rng = np.random.default_rng(11)


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


M = normal(3, 4)
CUBE = normal(2, 3, 4)
FORTRAN = np.asfortranarray(normal(3, 4))
STRIDED = normal(4, 6)[::-1, ::2]
COLUMNS = normal(2, 1, 3, 1)
VECTOR = normal(6)
SCALAR = np.array(0.7)
EMPTY = np.zeros((0, 3))

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.reshape: [
        Example((M, (2, 6))),
        Example((M, -1)),
        Example((M, (4, 3)), {"order": "F"}),
        Example((FORTRAN, (2, 6), "F")),
        Example((FORTRAN, (2, 6))),
        Example((STRIDED, (3, 2, 2))),
        Example((SCALAR, (1, 1))),
        Example((EMPTY, (3, 0))),
    ],
    np.ravel: [
        Example((M,)),
        Example((FORTRAN,), {"order": "F"}),
        Example((STRIDED, "F")),
        Example((SCALAR,)),
        Example((EMPTY,)),
    ],
    np.squeeze: [
        Example((COLUMNS,)),
        Example((COLUMNS,), {"axis": 1}),
        Example((COLUMNS, (1, -1))),
        Example((SCALAR,)),
    ],
    np.expand_dims: [
        Example((M, 1)),
        Example((M,), {"axis": (0, -1)}),
        Example((SCALAR, 0)),
        Example((EMPTY, -1)),
    ],
    np.atleast_1d: [Example((SCALAR,)), Example((M,)), Example((SCALAR, VECTOR))],
    np.atleast_2d: [Example((SCALAR,)), Example((VECTOR,)), Example((CUBE,)), Example((SCALAR, VECTOR))],
    np.atleast_3d: [Example((SCALAR,)), Example((VECTOR,)), Example((M,)), Example((CUBE,)), Example((VECTOR, M))],
    np.transpose: [
        Example((CUBE,)),
        Example((CUBE, (1, 2, 0))),
        Example((CUBE,), {"axes": (-1, 0, -2)}),
        Example((VECTOR,)),
        Example((STRIDED, [1, 0])),
    ],
    np.matrix_transpose: [Example((CUBE,)), Example((STRIDED,))],
    np.swapaxes: [Example((CUBE, 0, -1)), Example((CUBE, 1, 1))],
    np.moveaxis: [
        Example((CUBE, 0, -1)),
        Example((CUBE, (0, 1), (-1, 0))),
        Example((COLUMNS, [2, 0, 1], [0, 1, 3])),
    ],
    np.rollaxis: [
        Example((COLUMNS, 2)),
        Example((COLUMNS, 0, 3)),
        Example((COLUMNS, -1, 1)),
        Example((COLUMNS, 1), {"start": 4}),
        Example((COLUMNS, 1, -1)),
        Example((COLUMNS, 2, 2)),
    ],
    np.flip: [Example((CUBE,)), Example((CUBE, 1)), Example((CUBE,), {"axis": (0, -1)})],
    np.fliplr: [Example((CUBE,))],
    np.flipud: [Example((VECTOR,)), Example((CUBE,))],
    np.rot90: [
        Example((CUBE,)),
        Example((CUBE, 2)),
        Example((CUBE, -1, (2, 0))),
        Example((CUBE,), {"k": 4}),
        Example((M, 3)),
    ],
    np.roll: [
        Example((CUBE, 2)),
        Example((CUBE, -1, 1)),
        Example((CUBE, (1, -2)), {"axis": (0, 2)}),
        Example((CUBE, 1), {"axis": (0, 1)}),
        Example((CUBE, np.array([3, 1]), (2, 2))),
        Example((EMPTY, 1)),
    ],
    astype: [
        Example((M, np.float64)),
        Example((STRIDED,), {"dtype": np.float64, "order": "C", "copy": False}),
    ],
    np.astype: [Example((M, np.float64)), Example((M, np.float64), {"copy": False})],
    np.copy: [Example((STRIDED,)), Example((FORTRAN,), {"order": "C"})],
    np.broadcast_to: [
        Example((VECTOR, (2, 6))),
        Example((COLUMNS, (5, 2, 4, 3, 3))),
        Example((SCALAR, (2, 2))),
        Example((SCALAR, 3)),
        Example((M,), {"shape": (3, 4)}),
        Example((VECTOR, (0, 6))),
    ],
    sum_to_shape: [
        Example((CUBE, (3, 4))),
        Example((CUBE, (2, 1, 4))),
        Example((CUBE, (1, 1))),
        Example((CUBE, ())),
        Example((CUBE, (2, 3, 4))),
    ],
    np.repeat: [
        Example((CUBE, 2)),
        Example((CUBE, 3), {"axis": 1}),
        Example((CUBE, [2, 0, 1], -2)),
        Example((CUBE, np.array([0, 3, 1])), {"axis": 1}),
        Example((CUBE, [2], 0)),
        Example((CUBE, 0, 1)),
        Example((normal(1), [0], 0)),
        Example((SCALAR, 4)),
        Example((SCALAR, [3]), {"axis": 0}),
        Example((VECTOR, [1, 2, 0, 0, 3, 0])),
        Example((VECTOR, [0] * 6)),
        Example((EMPTY, 2, 1)),
    ],
    sum_runs: [
        Example((VECTOR, 2, 0)),
        Example((CUBE, 2, 2)),
        Example((VECTOR, np.array([3, 0, 2, 0, 1]), 0)),
        Example((CUBE, np.array([1, 3]), 2)),
    ],
    np.tile: [
        Example((M, 2)),
        Example((M, (2, 3))),
        Example((M, (2, 1, 3))),
        Example((CUBE, (2,))),
        Example((VECTOR,), {"reps": np.array([2, 2])}),
        Example((SCALAR, 3)),
        Example((SCALAR, ())),
        Example((M, (0, 2))),
    ],
    np.resize: [
        Example((M, (5, 4))),
        Example((M, 7)),
        Example((M, (2, 2))),
        Example((SCALAR, (2, 3))),
        Example((M,), {"new_shape": (0, 2)}),
    ],
    np.diagonal: [
        Example((M,)),
        Example((M, 2)),
        Example((M,), {"offset": -1}),
        Example((CUBE, 0, 1, 2)),
        Example((CUBE, 1, -1, 0)),
        Example((M, 7)),
    ],
    embed_diagonal: [
        Example((normal(3), (3, 4))),
        Example((normal(2), (3, 4)), {"offset": 2}),
        Example((normal(3, 2), (2, 3, 4), -1, 2, 0)),
    ],
    np.delete: [
        Example((VECTOR, 2)),
        Example((M, -1), {"axis": 1}),
        Example((M, [0, 2, 0], 0)),
        Example((M, slice(1, None, 2))),
        Example((VECTOR, np.array([True, False, False, True, False, True]))),
        Example((M, [], 1)),
    ],
    np.insert: [
        Example((VECTOR, 2, SCALAR)),
        Example((VECTOR, 1, 9.0)),
        Example((VECTOR, [1, 5, 1], normal(3))),
        Example((VECTOR, 3, normal(4))),
        Example((M, 1, normal(4)), {"axis": 0}),
        Example((M, 1, normal(3)), {"axis": 1}),
        Example((M, 1, normal(2, 3), 1)),
        Example((M, [1], normal(3, 2), 1)),
        Example((M, [0, 4, 2], normal(3, 3), 1)),
        Example((M, [-1, 0], normal(1)), {"axis": -1}),
        Example((M, slice(0, 4, 2), normal(2))),
        Example((M, [5, 2], normal(1, 2))),
        Example((M, np.array([3, 0]), normal(2, 4), 0)),
        Example((VECTOR, [], normal(0))),
    ],
    np.pad: [
        Example((M, 1)),
        Example((M, ((0, 2), (3, 0)))),
        Example((M, (1, 2)), {"mode": "constant", "constant_values": 5.0}),
        Example((M, ((1,), (2,))), {"mode": "edge"}),
        Example((M, 2), {"mode": "reflect"}),
        Example((M, ((5, 0), (1, 9))), {"mode": "reflect", "reflect_type": "even"}),
        Example((M, (3, 4), "symmetric")),
        Example((CUBE, ((0, 3), (0, 0), (6, 1)), "wrap")),
        Example((SCALAR, 0)),
        Example((M, ((5, 0), (1, 9))), {"mode": "reflect", "reflect_type": "odd"}),
        Example((M, (3, 7), "symmetric"), {"reflect_type": "odd"}),
        Example((M[:, :1], 2, "reflect"), {"reflect_type": "odd"}),
        Example((M, (1, 2)), {"constant_values": np.array(5.0)}),
        Example((M, ((0, 1), (3, 2))), {"constant_values": np.array([[0.2, 1.4], [-2.0, 0.6]])}),
    ],
    windows: [
        Example((VECTOR, (2,))),
        Example((VECTOR, (2,), 2)),
        Example((VECTOR, (4,), 1)),
        Example((normal(9), [3]), {"step": [2], "dilation": 3}),
        Example((normal(2, 7, 6), (3, 2), (2, 1)), {"dilation": (2, 3)}),
        Example((STRIDED, (2, 3))),
        Example((FORTRAN, (3, 4), 5)),
        Example((normal(11), (2,), 4)),
    ],
    overlap_add: [
        Example((normal(4, 3), 6)),
        Example((normal(2, 3, 2), 9), {"axis": 1, "step": 3}),
        Example((normal(2, 5, 3), 4), {"step": 1, "dilation": 1}),
        Example((normal(2, 4, 5), 16, 0, 2, 3)),
    ],
    sliding_window_view: [
        Example((VECTOR, 3)),
        Example((CUBE, 2), {"axis": 1}),
        Example((CUBE, (2, 3)), {"axis": (-1, 1)}),
        Example((VECTOR, (3, 2)), {"axis": (0, 0)}),
        Example((M, (2, 2))),
    ],
}

# Functions made of others.
EXAMPLES |= {
    np.linalg.diagonal: [Example((CUBE,)), Example((CUBE,), {"offset": -1})],
    np.linalg.matrix_transpose: [Example((CUBE,))],
}
if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
    EXAMPLES[np.reshape] += [Example((STRIDED, 12), {"copy": True})]
