"""Example calls of sorting, of order statistics, and of picking entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example, call
from catalogue.reductions import CUBE, FORTRAN, HOLES, MASK, SCALAR, STRIDED, M, spaced
from mygrad._rules.sorting import choose, select

__all__ = ["EXAMPLES"]


def medians() -> list[Example]:
    return [
        Example((spaced(5),)),
        Example((spaced(6),)),
        Example((SCALAR,)),
        Example((M,)),
        Example((M, 0)),
        Example((M,), {"axis": -1, "keepdims": True}),
        Example((CUBE,), {"axis": (0, 2)}),
        Example((CUBE,), {"axis": [-1, 1], "keepdims": True}),
        Example((STRIDED,), {"axis": 0, "overwrite_input": True}),
        Example((FORTRAN, 1)),
        Example((np.zeros((0, 3)),), {"axis": 1}),
    ]


V, W = spaced(4), spaced(4)
INDICES = np.array([[0, 2, 2], [1, 0, 2]])
ROWS = np.array([[2, 0, 0, 1], [1, 1, 2, 0]])

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.sort_complex: [call(M.copy()), call(M + 1j * M[::-1]), call(np.array([[2, 1]], np.int8))],
    np.sort: [
        Example((M,)),
        Example((spaced(9),)),
        Example((M, 0)),
        Example((M, None)),
        Example((CUBE,), {"axis": 1, "kind": "stable"}),
        Example((STRIDED,), {"stable": True}),
        Example((FORTRAN, -2)),
        Example((np.zeros((0, 3)),)),
    ],
    np.partition: [
        Example((spaced(40), 7)),
        Example((M, 1)),
        Example((M, (0, 2)), {"axis": 1}),
        Example((M, 5, None)),
        Example((CUBE, -1), {"axis": 0}),
        Example((STRIDED, 2, 0)),
    ],
    np.median: medians(),
    np.nanmedian: [
        *medians(),
        Example((HOLES,)),
        Example((HOLES, 0)),
        Example((HOLES,), {"axis": 1, "keepdims": True}),
    ],
    np.take: [
        Example((spaced(5), [0, 3, 3])),
        Example((spaced(5), 2)),
        Example((spaced(5), np.array([-1, 1, -1], np.int8))),
        Example((M, INDICES)),
        Example((M, 7), {"mode": "wrap"}),
        Example((M, INDICES, 0)),
        Example((M, INDICES), {"axis": -1}),
        Example((CUBE, [1, 1], 1)),
        Example((M, [5, -7, 2], 1), {"mode": "wrap"}),
        Example((M, [5, -7, 2]), {"axis": 0, "mode": "clip"}),
        Example((M, [True, False, True], 0)),
        Example((STRIDED, np.uint8(1), 1)),
        Example((M, np.zeros((2, 0), int), 1)),
    ],
    np.take_along_axis: [
        Example((M, ROWS, 0)),
        Example((M, INDICES[[0, 1, 0]], -1)),
        Example((M, INDICES[:1], 1)),
        Example((M[:1], INDICES, 1)),
        Example((CUBE, np.array([[[0, 3, 3, 1, -1]]])), {"axis": 2}),
        Example((M, np.array([7, 7, 0]), None)),
        Example((spaced(4), np.array([1, 1])), {"axis": 0}),
    ],
    np.compress: [
        Example(([False, True, True], M, 0)),
        Example(([True, False, True], M), {"axis": -1}),
        Example(([0, 1, 0, 2, 0, 1], M)),
        Example((np.array([False, False]), spaced(4))),
    ],
    np.extract: [
        Example((M > 0, M)),
        Example((MASK, FORTRAN)),
        Example(([True, False, True], spaced(4))),
    ],
    np.select: [
        call([V > 0, V < -1], [V, W], 7.0),
        call([V > 0, W > 0], [W, V]),
        call([MASK, M > 0], [M, M[::-1]], np.array(0.4)),
    ],
    np.choose: [
        call(np.array([2, 0, 1, 2]), [V, W, 1.0]),
        call([0, 1, 1, 0], (V, W)),
        call([0, 5, -1, 0], (V, W), mode="clip"),
        call(np.array([[0], [3]]), [V, W], mode="wrap"),
    ],
    select: [
        Example((M, M[::-1], np.array(0.4)), {"conditions": [MASK, MASK[::-1]]}),
        Example((M, M[0], M[:, :1], 2.0), {"conditions": [~MASK, MASK[:, ::-1], ~MASK]}),
    ],
    choose: [
        Example((M, CUBE[1], np.array(0.3)), {"index": np.arange(12).reshape(3, 4) % 3}),
        Example((M, CUBE[1], M[0]), {"index": np.arange(12).reshape(3, 4) - 4, "mode": "wrap"}),
        Example((M[0], M[1]), {"index": np.array([[-3, 9, 0, 1]]), "mode": "clip"}),
    ],
}
