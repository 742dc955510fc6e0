"""Example calls of the functions that reduce axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._rules.reductions import logsumexp, logsumexp2, nanstd_about, nanvar_about, placed, std_about, var_about

__all__ = ["EXAMPLES"]

rng = np.random.default_rng(5)


def spaced(*shape: int) -> Any:
    """Values that lie apart from each other and from zero, in random order."""
    size = int(np.prod(shape))
    return ((rng.permutation(size) + 0.7) / max(size, 1) * 3.0 - 1.5).reshape(shape)


M = spaced(3, 4)
CUBE = spaced(2, 3, 4)
STRIDED = spaced(4, 6)[::-1, ::2]
FORTRAN = np.asfortranarray(spaced(3, 4))
SCALAR = np.array(0.8)
MASK = np.array([[True, False, True, True], [True, True, False, True], [False, True, True, True]])
HOLES = np.where(MASK, M, np.nan)
WEIGHTS = np.array([0.5, 1.5, 0.25, 2.0])


def shapes() -> list[Example]:
    """What any reduction must take: every kind of axis and of input."""
    return [
        Example((M,)),
        Example((spaced(5),)),
        Example((SCALAR,)),
        Example((M, 0)),
        Example((M,), {"axis": -1}),
        Example((M,), {"axis": 1, "keepdims": True}),
        Example((M,), {"keepdims": True}),
        Example((CUBE,), {"axis": (0, 2)}),
        Example((CUBE,), {"axis": (-1, 0), "keepdims": True}),
        Example((CUBE,), {"axis": (0, 1, 2)}),
        Example((STRIDED,), {"axis": 0}),
        Example((FORTRAN,), {"axis": 1}),
    ]


def masked() -> list[Example]:
    return [
        Example((M,), {"where": MASK, "axis": 0}),
        Example((M,), {"where": MASK, "axis": 1, "keepdims": True}),
        Example((M,), {"where": MASK}),
        Example((M,), {"where": MASK[0], "axis": 1}),
        Example((HOLES,), {"where": MASK, "axis": 1}),
    ]


def with_initial(initial: float) -> list[Example]:
    return [
        Example((M,), {"initial": initial}),
        Example((M,), {"initial": initial, "axis": 1}),
        Example((M,), {"initial": initial, "where": MASK, "axis": 0, "keepdims": True}),
    ]


def with_variable_initial(initial: float) -> list[Example]:
    return [
        *with_initial(initial),
        Example((M,), {"initial": np.array(initial), "axis": 1}),
        Example((M,), {"initial": np.array(initial), "where": MASK, "axis": (1, 0), "keepdims": True}),
    ]


# One zero and two zeros: what divides by the factors fails here. And factors of far different size.
ONE_ZERO = np.array([0.5, -1.2, 0.0, 1.7, 0.6])
TWO_ZEROS = np.array([[0.5, 0.0, -1.2, 0.0, 0.9], [1.1, 0.3, 0.8, -0.4, 0.7]])
UNEQUAL = np.concatenate(([1e-6, 1e6], spaced(60) * 0.2 + 1.0))
FACTORS = [
    Example((ONE_ZERO,)),
    Example((TWO_ZEROS,), {"axis": 1}),
    Example((TWO_ZEROS,)),
    Example((UNEQUAL,)),
]

NO_AXES = Example((M,), {"axis": ()})
EMPTY = [Example((np.zeros((0, 3)),)), Example((np.zeros((0, 3)),), {"axis": 0})]
WITHOUT_ROWS = Example((np.zeros((0, 3)),), {"axis": 1})
SUMS = [NO_AXES, *EMPTY, WITHOUT_ROWS, Example((M, 0, np.float64)), Example((M, 0, None, None, True))]
SUMS += [Example((M,), {"dtype": np.float32}), Example((M, None, None, None, True, 1.5, MASK))]
DDOF = [
    Example((M,), {"dtype": np.float32}),
    Example((M,), {"ddof": 1}),
    Example((M, 0), {"ddof": 1.5}),
    Example((M, -1, None, None, 1, True)),
]
WITH_MEAN = [
    Example((M,), {"axis": 1, "mean": float(np.mean(M))}),  # any number will do
    Example((M,), {"mean": float(np.mean(M))}),
    Example((M,), {"axis": 0, "correction": 1}),
    Example((M,), {"axis": 1, "mean": np.full((3, 1), 0.3), "where": MASK}),
]
HOLLOW = [Example((HOLES,), {"axis": axis, "keepdims": axis == 0}) for axis in (None, 0, -1)]
ABOUT = [
    Example((M, np.array(0.2))),
    Example((M, np.mean(M, axis=0, keepdims=True), 0), {"ddof": 1}),
    Example((M, np.full((3, 1), 0.3)), {"axis": 1, "where": MASK}),
]

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.sum: [*shapes(), *masked(), *with_variable_initial(2.5), *SUMS],
    np.nansum: [*shapes(), *masked(), *with_variable_initial(2.5), *SUMS],
    np.prod: [*shapes(), *masked(), *with_variable_initial(2.5), *SUMS, *FACTORS],
    np.nanprod: [*shapes(), *masked(), *with_variable_initial(2.5), *SUMS],
    np.mean: [
        *shapes(),
        *masked(),
        NO_AXES,
        WITHOUT_ROWS,
        Example((M, 0, np.float64)),
        Example((M, 0, np.float64, None, True)),
        Example((M,), {"dtype": np.float32}),
    ],
    np.nanmean: [*shapes(), *masked(), NO_AXES, Example((M,), {"dtype": np.float32})],
    np.var: [*shapes(), *masked(), *DDOF, *WITH_MEAN, NO_AXES],
    np.nanvar: [*shapes(), *masked(), *DDOF, *WITH_MEAN],
    np.std: [*shapes(), *masked(), *DDOF, *WITH_MEAN],
    np.nanstd: [*shapes(), *masked(), *DDOF, *WITH_MEAN],
    var_about: ABOUT,
    std_about: ABOUT,
    nanvar_about: [*ABOUT, Example((HOLES, np.array(0.3)), {"where": MASK}), Example((HOLES, spaced(3, 1), 1))],
    nanstd_about: [*ABOUT, Example((HOLES, np.array(0.3)), {"where": MASK}), Example((HOLES, spaced(3, 1), 1))],
    np.average: [
        *shapes(),
        Example((M,), {"weights": None}),
        Example((M, None, spaced(3, 4) + 2.0)),
        Example((M, 1, spaced(3, 4) + 2.0)),
        Example((M, 1, WEIGHTS)),
        Example((M, -2, WEIGHTS[:3]), {"keepdims": True}),
        Example((CUBE, (2, 0), spaced(4, 2) + 2.0)),
        Example((CUBE, (0, -1), spaced(2, 4) + 2.0), {"keepdims": True}),
        Example((M,), {"returned": True}),
        Example((M, 1, WEIGHTS), {"returned": True}),
        Example((M, 1, [1, 2, 1, 3], True)),
        Example((M, None, spaced(3, 4) + 2.0, True)),
        Example((M, 0, spaced(3) + 2.0, True)),
    ],
    placed: [Example((M, MASK)), Example((M[:, :1], MASK)), Example((SCALAR, np.array(True))), Example((SCALAR, MASK))],
    np.max: [*shapes(), *with_variable_initial(0.1), *with_variable_initial(9.0), NO_AXES],
    np.min: [*shapes(), *with_variable_initial(0.1), *with_variable_initial(-9.0), NO_AXES],
    np.amax: [*shapes(), *with_variable_initial(0.1)],
    np.amin: [*shapes(), *with_variable_initial(0.1), *with_variable_initial(-9.0)],
    np.nanmax: [*shapes(), *with_variable_initial(0.1)],
    np.nanmin: [*shapes(), *with_variable_initial(0.1), *with_variable_initial(-9.0)],
    np.ptp: shapes(),
    logsumexp: [*shapes(), *masked(), *with_initial(0.4), *EMPTY],
    logsumexp2: [*shapes(), *masked(), *with_initial(0.4), *EMPTY],
}
for fn in (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin):
    EXAMPLES[fn] += HOLLOW
