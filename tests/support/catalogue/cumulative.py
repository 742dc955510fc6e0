"""Example calls of running sums, products and extremes, and of differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from catalogue.reductions import CUBE, FACTORS, FORTRAN, HOLES, ONE_ZERO, SCALAR, STRIDED, M, spaced
from mygrad._rules.cumulative import cumsum_from_end, cumulative_max, cumulative_min, recurrence

__all__ = ["EXAMPLES"]


def running() -> list[Example]:
    return [
        Example((M,)),
        Example((spaced(7),)),
        Example((spaced(1),)),
        Example((SCALAR,)),
        Example((M, 0)),
        Example((CUBE,), {"axis": 1}),
        Example((CUBE,), {"axis": -3, "dtype": np.float64}),
        Example((STRIDED,), {"axis": 1}),
        Example((FORTRAN,)),
        Example((FORTRAN, -1)),
        Example((np.zeros((0, 3)),)),
        Example((np.zeros((0, 3)), 0)),
        Example((np.zeros((0, 3)), 1)),
        Example((M, 0), {"dtype": np.float32}),
    ]


def hollow() -> list[Example]:
    return [Example((HOLES,)), Example((HOLES, 0)), Example((HOLES,), {"axis": -1})]


EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.cumsum: running(),
    np.cumprod: [
        *running(),
        *FACTORS[:3],
        Example((spaced(67) * 0.2 + 1.0,)),
    ],
    np.nancumsum: [*running(), *hollow()],
    np.nancumprod: [*running(), *hollow(), Example((ONE_ZERO,))],
    cumsum_from_end: [Example((M, 0)), Example((M, -1)), Example((CUBE, 1)), Example((spaced(9), 0))],
    recurrence: [
        Example((M, CUBE[0])),
        *[Example((spaced(n), spaced(n))) for n in (0, 1, 2, 3, 8, 13)],
        Example((ONE_ZERO, ONE_ZERO)),
    ],
    cumulative_max: [
        Example((M,)),
        Example((spaced(9),)),
        Example((CUBE, 1)),
        Example((CUBE,), {"axis": -1}),
        Example((np.zeros((0, 3)),)),
    ],
    cumulative_min: [Example((M,)), Example((spaced(9),)), Example((CUBE,), {"axis": -1})],
    np.diff: [
        *[Example((M, n), {"axis": axis}) for n in (0, 1, 2) for axis in (0, -1)],
        Example((spaced(6),)),
        Example((spaced(3), 3)),
        Example((spaced(3), 5)),
        Example((STRIDED, 2, 0)),
        Example((np.zeros((0, 3)), 1, 1)),
        Example((M, 1, -1, np.array(0.3), np.array(-0.4))),
        Example((M, 2, 0, spaced(2, 4), spaced(1, 4))),
        Example((M, 3, 0, spaced(1, 4))),
        Example((M, 4, 0, spaced(1, 4))),
        Example((M,), {"prepend": np.float32(0.5)}),
        Example((M, 2), {"axis": 0, "append": np.ones((2, 4), np.float32)}),
        Example((M,), {"append": M}),
        Example((spaced(4),), {"prepend": [1.0, 2.0], "append": 3}),
    ],
    np.ediff1d: [
        Example((spaced(6),)),
        Example((M,)),
        Example((M, spaced(2), np.array(0.5))),
        Example((M, spaced(2, 2), spaced(3))),
        Example((spaced(4),), {"to_begin": np.array([0.5, 0.25])}),
        Example((spaced(4), 9.0), {"to_begin": [1.0, 2.0]}),
        Example((spaced(1), spaced(2))),
        Example((np.zeros(0),)),
    ],
    np.trapezoid: [
        Example((spaced(5),)),
        Example((spaced(5), None, 0.3)),
        Example((spaced(5), None, np.array(0.3))),
        Example((spaced(5), np.array([0.0, 0.4, 0.5, 1.5, 2.0]))),
        Example((M, spaced(4))),
        Example((M, np.sort(spaced(3)), 1.0, 0)),
        Example((M, spaced(3, 4), 1.0, 0)),
        Example((M, spaced(1, 4))),
        Example((CUBE, spaced(3, 4), 1.0, -2)),
        Example((CUBE,), {"axis": 1, "dx": 0.5}),
        Example((M, np.array([0.5, 2.0]))),
        Example((spaced(1),)),
        Example((np.zeros((2, 0)),)),
    ],
}
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    cumulative = [
        Example((spaced(7),)),
        Example((spaced(7),), {"include_initial": True}),
        Example((M,), {"axis": 0}),
        Example((CUBE,), {"axis": -2, "include_initial": True}),
        Example((ONE_ZERO,)),
        Example((np.zeros((0, 3)),), {"axis": 0, "include_initial": True}),
    ]
    EXAMPLES |= {np.cumulative_sum: cumulative, np.cumulative_prod: cumulative}
if hasattr(np, "trapz"):  # until NumPy 2.4
    EXAMPLES[np.trapz] = EXAMPLES[np.trapezoid]  # noqa: NPY201
