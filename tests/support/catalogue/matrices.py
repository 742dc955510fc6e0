"""Example calls of functions of matrices, and of norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._rules.determinants import slogdet
from mygrad._rules.solving import inverses, solutions

__all__ = ["EXAMPLES"]

rng = np.random.default_rng(14)


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


def regular(*shape: int) -> Any:
    """Matrices that are far from singular."""
    return normal(*shape) + 3.0 * np.eye(shape[-1])


def positive(*shape: int) -> Any:
    a = normal(*shape)
    return a @ a.swapaxes(-1, -2) + np.eye(shape[-1])


def away_from_zero(*shape: int) -> Any:
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)


M, CUBE = normal(3, 4), normal(2, 3, 4)
FORTRAN, STRIDED = np.asfortranarray(normal(3, 4)), normal(6, 8)[::-2, ::2]
VECTOR = normal(4)

X, Y, Z = away_from_zero(5), away_from_zero(3, 4), away_from_zero(2, 3, 4)
ORDERS: list[Any] = [None, 1, 2, 3, 0.5, -1, -2, -2.5, np.inf, -np.inf]


EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.trace: [
        Example((M,)),
        Example((M, 1)),
        Example((M,), {"offset": -1}),
        Example((CUBE, 0, 2, 1)),
        Example((CUBE,), {"axis1": 0, "axis2": -1}),
        Example((STRIDED,), {"dtype": np.float64}),
        Example((M, -1), {"dtype": np.float32}),
        Example((M, 9)),
    ],
    np.diag: [
        Example((VECTOR,)),
        Example((VECTOR, -2)),
        Example((M,)),
        Example((M,), {"k": 1}),
        Example((STRIDED, -1)),
    ],
    np.diagflat: [Example((VECTOR,)), Example((M, 1)), Example((np.array(2.0),), {"k": -1})],
    np.tril: [Example((M,)), Example((CUBE, 1)), Example((VECTOR,)), Example((FORTRAN,), {"k": -1})],
    np.triu: [Example((M,)), Example((CUBE, 1)), Example((VECTOR,)), Example((STRIDED,), {"k": -1})],
    np.linalg.inv: [Example((regular(3, 3),)), Example((regular(2, 3, 3),)), Example((regular(3, 3).T,))],
    inverses: [Example((regular(3, 3),)), Example((regular(2, 3, 3),)), Example((np.zeros((0, 2, 2)),))],
    solutions: [
        Example((regular(3, 3), normal(3, 2))),
        Example((regular(2, 3, 3), normal(2, 3, 4))),
    ],
    np.linalg.solve: [
        Example((regular(3, 3), normal(3))),
        Example((regular(3, 3), normal(3, 2))),
        Example((regular(2, 3, 3), normal(3))),
        Example((regular(2, 3, 3), normal(3, 4))),
        Example((regular(3, 3), normal(2, 3, 4))),
    ],
    np.linalg.det: [
        Example((regular(3, 3),)),
        Example((regular(2, 1, 2, 2),)),
        Example((np.array([[2.0]]),)),
    ],
    slogdet: [Example((regular(3, 3),)), Example((-regular(4, 3, 3),))],
    np.linalg.cholesky: [
        Example((positive(3, 3),)),
        Example((positive(2, 3, 3),)),
        Example((positive(3, 3),), {"upper": True}),
    ],
    np.linalg.norm: [
        Example((X,)),
        Example((Y,)),
        Example((Z,)),
        Example((Z,), {"keepdims": True}),
        *(Example((X, order)) for order in ORDERS),
        *(Example((Z,), {"ord": order, "axis": 1}) for order in ORDERS),
        *(Example((Z, order), {"axis": -1, "keepdims": True}) for order in ORDERS),
        *(Example((Y, order)) for order in (None, "fro", 1, -1, np.inf, -np.inf)),
        *(Example((Z, order, (2, 0))) for order in (None, "fro", 1, -1, np.inf, -np.inf)),
        *(Example((Z, order, (0, -1), True)) for order in (None, "fro", 1, -1, np.inf, -np.inf)),
        Example((X, 0)),
        Example((Y, 2, (1,))),
        *(Example((Y, order)) for order in (2, -2, "nuc")),
        Example((Z, -2), {"axis": (2, 0), "keepdims": True}),
    ],
    np.linalg.vector_norm: [
        *(Example((Z,), {"ord": order}) for order in ORDERS if order is not None),
        Example((Z,)),
        Example((Z,), {"axis": (0, 2)}),
        Example((Z,), {"axis": (2, -2), "ord": 3, "keepdims": True}),
        Example((Z,), {"axis": (0, 1), "ord": np.inf}),
        Example((np.array(-2.0),)),
    ],
    np.linalg.matrix_norm: [
        *(Example((Z,), {"ord": order}) for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)),
        Example((Y,), {"keepdims": True}),
        Example((Z,), {"keepdims": True, "ord": 1}),
    ],
}

# Functions made of others.
EXAMPLES |= {
    np.linalg.matrix_power: [Example((regular(2, 2), n)) for n in (-3, -1, 0, 1, 2, 3, 6)],
    np.linalg.slogdet: [Example((regular(2, 3, 3),)), Example((-regular(3, 3),))],
    np.linalg.tensorinv: [Example((normal(4, 6, 8, 3),)), Example((normal(6, 2, 3), 1))],
    np.linalg.tensorsolve: [
        Example((normal(2, 3, 6), normal(2, 3))),
        Example((normal(2, 6, 3), normal(6)), {"axes": (0, 2)}),
    ],
    np.linalg.trace: [Example((CUBE,)), Example((CUBE,), {"offset": 1, "dtype": np.float32})],
}
